"""The small archive of tests/archive.py and what a browser needs beside it: a third version, and articles over some months."""

import msgspec
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from schemas.elastic import Kind, Names
from schemas.records import (
    Change,
    EnrichedArticle,
    GeoPlace,
    GeoPoint,
    Story,
    StoryArticle,
    StoryCount,
    StoryName,
    Topic,
    to_builtins,
)
from tests import archive
from tests.archive import BOATS, COPY, HARM, HOSTILE
from tests.browser import hostile

_CHANGES = (
    Change(
        id="d2",
        article_id=BOATS.id,
        version_id="b5" * 16,
        previous_id=BOATS.version_id,
        kind="silent_edit",
        importance=0.6,
        before="“We had given up on them,” Odo Fennick said at the pier.",
        after="“We had almost given up on them,” Odo Fennick said at the pier.",
        where="paragraphs[1]",
        source="courier",
        url=BOATS.url,
        headline="Four boats return to Saltmarsh",
        detected="2026-03-03T09:00:00Z",
    ),
)
THIRD = msgspec.structs.replace(
    BOATS,
    version_id="b5" * 16,
    previous_id=BOATS.version_id,
    version_order=3,
    modified="2026-03-03T10:00:00+01:00",
    paragraphs=(BOATS.paragraphs[0], _CHANGES[0].after or ""),
    changes=_CHANGES,
)
_HARBOUR = GeoPlace(
    name="Hamburg", kind="city", country="DE", location=GeoPoint(lat=53.55, lon=9.99), main=True
)
_TOPIC = Topic(
    code="medtop:04000000",
    uri="http://cv.iptc.org/newscodes/mediatopic/04000000",
    name="economy",
    confidence=0.8,
)
TIDES: tuple[EnrichedArticle, ...] = tuple(
    msgspec.structs.replace(
        COPY,
        id=f"c{month}" * 16,
        version_id=f"e{month}" * 16,
        url=f"https://gazette.example/tides/{month}",
        headline=f"Tide tables for month {month}",
        published=f"2025-0{month}-15T06:00:00Z",
        month=f"2025-0{month}",
        paragraphs=(f"High water comes late in month {month}.",),
        quotes=(),
        entities=(),
        keywords=("tides",),
        places=(_HARBOUR,),
        topics=(_TOPIC,),
        copy_of=None,
    )
    for month in range(1, 9)
)
NEWS = msgspec.structs.replace(
    TIDES[0],
    id="c9" * 16,
    version_id="e9" * 16,
    url="https://gazette.example/tides/9",
    headline="A tide nobody foresaw",
    changes=(msgspec.structs.replace(_CHANGES[0], id="d9", kind="correction", after=HOSTILE),),
)
"""An article that is not in the archive yet."""

_TOLD = tuple(
    StoryArticle(
        article_id=one.id,
        source=one.source,
        url=one.url,
        headline=one.headline,
        published=one.published or one.fetched,
    )
    for one in (THIRD, COPY, HARM)
)
STORY = Story(
    id="51" * 16,
    title=f"Boats {HOSTILE}",
    language="en",
    first_seen=_TOLD[0].published,
    last_seen=_TOLD[1].published,
    articles=3,
    copies=1,
    outlet_count=3,
    outlets=tuple(StoryCount(name=one.source, articles=1) for one in _TOLD),
    origin=_TOLD[0],
    days=(StoryCount(name="2026-02-14", articles=1), StoryCount(name="2026-03-02", articles=2)),
    names=(StoryName(name="Odo Fennick", type="person", articles=2),),
    places=(_HARBOUR,),
    keywords=("boats",),
    updated="2026-03-03T09:00:00Z",
)


def fill(client: Elasticsearch, settings: Settings) -> None:
    """Index all of it but `NEWS`."""
    archive.fill(client, settings)
    names = Names(settings.namespace)
    records = (THIRD, *_CHANGES, *TIDES, *hostile.RECORDS)
    ElasticIndexSink(client).write([action for record in records for action in actions(record, names)])
    client.index(index=names.index(Kind.STORIES), id=STORY.id, document=to_builtins(STORY))
    for one in _TOLD:
        placed = to_builtins(one) | {"story_id": STORY.id, "copy_of": BOATS.id if one is _TOLD[1] else None}
        client.index(index=names.index(Kind.PLACEMENTS), id=one.article_id, document=placed)
    client.indices.refresh(index=f"{settings.namespace}-*")
