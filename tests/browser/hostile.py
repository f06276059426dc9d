"""An article whose every field means harm, its copy, its changes and its history, for the pages that show them."""

import msgspec

from schemas.records import (
    Block,
    Change,
    CopyOf,
    Doubt,
    EnrichedArticle,
    Entity,
    Flag,
    GeoPlace,
    GeoPoint,
    Mention,
    OutcomeRecord,
    PullQuote,
    Quote,
    Topic,
)
from tests.archive import BOATS

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)",
    "</title></style></textarea></script><svg/onload=alert(4)>",
    "<a href=javascript:alert(5)>go</a><iframe src=https://evil.example></iframe>",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "]]><!--<base href=https://evil.example/>-->",
    "\ue000<u>\ue001\u202e\x07",
)
HARM = " ".join(SCRIPTS)
LONG = "w" * 700
"""A word longer than any screen."""

_ENTITIES = tuple(
    Entity(
        id=f"h{number}",
        name=f"{kind} {HARM}",
        type=kind,
        salience=0.9,
        mentions=(Mention(paragraph=0, start=0, end=20, text=HARM[:20]),),
    )
    for number, kind in enumerate(("person", "organization", "place", "event"))
)
_FIRST = EnrichedArticle(
    id="f1" * 16,
    version_id="f2" * 16,
    event_id="f",
    content_hash="f",
    version_order=1,
    month="2024-05",
    url="javascript:alert(6)//https://evil.example/",
    source="evil",
    kicker=HARM,
    headline=f"Hostile {HARM} {LONG}",
    standfirst=HARM,
    authors=(HARM,),
    published="2024-05-02T08:00:00Z",
    fetched="2024-05-02T08:05:00Z",
    language='en" onload="alert(7)',
    section=HARM,
    credit=HARM,
    tags=(HARM,),
    paragraphs=(f"{HARM} {LONG}", HARM),
    blocks=(Block(paragraph=1, kind='x" onclick="alert(8)'),),
    captions=(HARM,),
    pull_quotes=(PullQuote(text=HARM, attribution=HARM),),
    correction=HARM,
    flags=(Flag(name="opinion", evidence=(HARM,)),),
    doubts=(Doubt(field="headline", value=HARM, source=HARM, reason=HARM),),
    provenance={"headline": HARM, "published": HARM},
    entities=_ENTITIES,
    quotes=(Quote(text=HARM, speaker=HARM, verb=HARM, medium=HARM, paragraph=0, start=5, end=30),),
    keywords=(HARM,),
    topics=(Topic(code="medtop:1", uri="javascript:alert(9)", name=HARM, confidence=0.9),),
    places=(GeoPlace(name=HARM, kind="city", country="DE", location=GeoPoint(lat=50, lon=8)),),
)
CHANGE = Change(
    id="f3",
    article_id=_FIRST.id,
    version_id="f4" * 16,
    previous_id=_FIRST.version_id,
    kind="correction",
    importance=0.9,
    before=HARM,
    after=HARM,
    where=f"paragraphs[0]{HARM}",
    source="evil",
    url=_FIRST.url,
    headline=_FIRST.headline,
    detected="2024-05-03T08:00:00Z",
)
HOSTILE = msgspec.structs.replace(
    _FIRST,
    version_id=CHANGE.version_id,
    previous_id=_FIRST.version_id,
    status="UPDATED",
    version_order=2,
    modified="2024-05-03T08:00:00Z",
    headline=f"Changed {HARM}",
    paragraphs=(HARM, f"{HARM} more"),
    changes=(CHANGE,),
)
COPY = msgspec.structs.replace(
    _FIRST,
    id="f5" * 16,
    version_id="f6" * 16,
    source="eviltwin",
    url='https://evil.example/?q="><script>alert(10)</script>',
    quotes=(msgspec.structs.replace(_FIRST.quotes[0], text=f"{HARM} altered"),),
    copy_of=CopyOf(
        article_id=HOSTILE.id,
        version_id=HOSTILE.version_id,
        source=f"evil {HARM}",
        url=_FIRST.url,
        containment_here=0.5,
        containment_there=0.5,
        score=0.5,
        cut=(0, 1),
        headline_changed=True,
    ),
)
REFUSED = OutcomeRecord(
    event_id=f"e {HARM}",
    stage="normalize",
    fate="quarantined",
    reason="no_body",
    detail=HARM,
    origin="articles.raw.v1:0:77",
    source=BOATS.source,
    url=f"https://evil.example/{HARM}",
    time="2026-03-02T09:31:02Z",
)
RECORDS = (_FIRST, CHANGE, HOSTILE, COPY, REFUSED)
