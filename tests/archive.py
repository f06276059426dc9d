"""A small archive for tests of reading: two outlets, one article with two versions, one copy, and one that means harm."""

import msgspec
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Names
from schemas.records import Change, CopyOf, EnrichedArticle, Entity, Mention, OutcomeRecord, Quote

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"

_FIRST = EnrichedArticle(
    id="a1" * 16,
    version_id="b1" * 16,
    event_id="e1",
    content_hash="c1",
    version_order=1,
    month="2026-03",
    url="https://courier.example/boats",
    source="courier",
    kicker="Harbour",
    headline="Three boats return to Saltmarsh",
    standfirst="Eleven had sailed before the storm.",
    authors=("Mara Quill",),
    published="2026-03-02T08:00:00+01:00",
    fetched="2026-03-02T07:05:00Z",
    language="en",
    section="Coast",
    paragraphs=(
        "Three of the eleven boats came back on Monday.",
        "“We had given up on them,” Odo Fennick said at the pier.",
    ),
    entities=(
        Entity(
            id="p1",
            name="Odo Fennick",
            type="person",
            salience=0.8,
            mentions=(Mention(paragraph=1, start=27, end=38, text="Odo Fennick"),),
        ),
    ),
    quotes=(
        Quote(
            text="We had given up on them,",
            speaker="Odo Fennick",
            speaker_id="p1",
            verb="said",
            paragraph=1,
            start=1,
            end=25,
        ),
    ),
    keywords=("boats",),
    provenance={"headline": "json-ld", "published": "meta"},
)
CHANGE = Change(
    id="d1",
    article_id=_FIRST.id,
    version_id="b2" * 16,
    previous_id=_FIRST.version_id,
    kind="number",
    importance=0.7,
    before="Three of the eleven boats came back on Monday.",
    after="Four of the eleven boats came back on Monday.",
    where="paragraphs[0]",
    source="courier",
    url=_FIRST.url,
    headline="Four boats return to Saltmarsh",
    detected="2026-03-02T12:00:00Z",
)
BOATS = msgspec.structs.replace(
    _FIRST,
    version_id=CHANGE.version_id,
    previous_id=_FIRST.version_id,
    status="UPDATED",
    version_order=2,
    headline=CHANGE.headline,
    modified="2026-03-02T12:50:00+01:00",
    paragraphs=("Four of the eleven boats came back on Monday.", _FIRST.paragraphs[1]),
    changes=(CHANGE,),
)
COPY = msgspec.structs.replace(
    _FIRST,
    id="a2" * 16,
    version_id="b3" * 16,
    url="https://gazette.example/wire/boats",
    source="gazette",
    headline="Boats back at Saltmarsh",
    published="2026-03-02T10:00:00Z",
    copy_of=CopyOf(
        article_id=BOATS.id,
        version_id=BOATS.version_id,
        source="courier",
        url=BOATS.url,
        containment_here=1.0,
        containment_there=0.9,
        score=0.95,
        cut=(1,),
        delay=10_800,
    ),
)
HARM = msgspec.structs.replace(
    _FIRST,
    id="a3" * 16,
    version_id="b4" * 16,
    url="javascript:alert(3)",
    source=f"evil{HOSTILE}",
    kicker=HOSTILE,
    headline=f"Harm {HOSTILE}",
    standfirst=HOSTILE,
    authors=(HOSTILE,),
    published="2026-02-14",
    paragraphs=(f"Words {HOSTILE} here.", "An end."),
    entities=(Entity(id="p2", name=HOSTILE, type="person", salience=0.5),),
    quotes=(Quote(text=HOSTILE, speaker=HOSTILE, paragraph=0, start=0, end=5),),
    keywords=(HOSTILE,),
    provenance={"headline": HOSTILE},
    section=HOSTILE,
)
OUTCOME = OutcomeRecord(
    event_id="e9",
    stage="normalize",
    fate="quarantined",
    reason="no_text",
    detail="expected a paragraph, got none",
    origin="articles.raw.v1:0:9",
    source="courier",
    url="https://courier.example/empty",
    time="2026-03-02T09:31:02Z",
)


def fill(client: Elasticsearch, settings: Settings) -> None:
    """Index all of it and make it visible."""
    apply_templates(client, settings)
    names = Names(settings.namespace)
    records = (_FIRST, BOATS, COPY, HARM, CHANGE, OUTCOME)
    ElasticIndexSink(client).write([action for record in records for action in actions(record, names)])
    prefix = f"{settings.namespace}-*" if settings.namespace else "*"
    client.indices.refresh(index=prefix)
