"""Records for tests: one with every field filled, and a strategy for any."""

import types
import typing
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import strategies as st

from schemas.fields import DIMENSIONS
from schemas.records import (
    Article,
    Block,
    Change,
    CopyOf,
    Dateline,
    Doubt,
    EnrichedArticle,
    Entity,
    GeoPlace,
    GeoPoint,
    Image,
    Link,
    Mention,
    OutcomeRecord,
    PullQuote,
    Quote,
    Record,
    RelatedLink,
    Rights,
    Story,
    StoryArticle,
    StoryCount,
    StoryName,
    Topic,
)

VECTOR = (1.0, *[0.0] * (DIMENSIONS - 1))

CHANGE = Change(
    id="change-1",
    article_id="article-1",
    version_id="version-2",
    previous_id="version-1",
    kind="number",
    importance=0.7,
    before="Three of the eleven boats came back.",
    after="Four of the eleven boats came back.",
    where="paragraphs[1]",
    source="saltmarsh-courier",
    url="https://courier.example/boats",
    headline="Boats return to Saltmarsh",
    detected="2026-03-02T09:31:00Z",
)

OUTCOME = OutcomeRecord(
    event_id="event-1",
    stage="deduplicate",
    fate="dropped",
    reason="unchanged",
    detail="seen before as version-1",
    origin="articles.raw.v1:3:141",
    attempt=2,
    source="saltmarsh-courier",
    url="https://courier.example/boats",
    article_id="article-1",
    version_id="version-1",
    time="2026-03-02T09:31:02.125Z",
)

ENRICHED = EnrichedArticle(
    id="article-1",
    url="https://courier.example/boats",
    source="saltmarsh-courier",
    kicker="Harbour",
    headline="Boats return to Saltmarsh",
    standfirst="Four of eleven came back before the storm.",
    authors=("Mara Quill", "Odo Fennick"),
    dateline=Dateline(text="SALTMARSH, March 2 (TWA) –", place="Saltmarsh", date="March 2", agency="TWA"),
    published="2026-02-28T23:30:00-05:00",
    modified="2026-03-02T10:30:00+01:00",
    fetched="2026-03-02T09:31:00Z",
    language="en-GB",
    section="Coast",
    paragraphs=(
        "The harbour master counted the masts from her window.",
        "Four of the eleven boats came back.",
        "“We will wait for the others,” said harbour master Ilse Tarn.",
    ),
    blocks=(Block(paragraph=1, kind="subheading"),),
    captions=("Masts behind the breakwater.",),
    pull_quotes=(PullQuote(text="We will wait.", attribution="Ilse Tarn, harbour master"),),
    related=(RelatedLink(headline="Storm warning for the coast", url="https://courier.example/storm"),),
    correction="An earlier version gave the number of boats as three.",
    rights=Rights(
        copyright_notice="© Saltmarsh Courier",
        license="CC-BY-4.0",
        is_accessible_for_free=True,
        robots="noai",
        opt_outs=("noai", "tdm"),
        tdm_policy="https://courier.example/policy.json",
        usage_terms="With permission only",
    ),
    provenance={"headline": "jsonld:headline", "published": "meta:article:published_time"},
    credit="TWA",
    tags=("boats", "storms"),
    images=(Image(url="https://courier.example/masts.jpg", caption="Masts.", credit="Odo Fennick"),),
    links=(Link(url="https://courier.example/harbour", text="the harbour"),),
    reading_minutes=1,
    removed="2026-03-04T08:00:00Z",
    doubts=(
        Doubt(field="modified", value="2099-01-01", source="meta:last-modified", reason="in the future"),
    ),
    aliases=("https://courier.example/masts",),
    version_id="version-2",
    previous_id="version-1",
    event_id="event-2",
    status="UPDATED",
    content_hash="0f1e",
    version_order=3_784_912_345_678_901_234,
    month="2026-02",
    copy_of=CopyOf(
        article_id="article-9",
        version_id="version-9",
        source="twa",
        url="https://twa.example/boats",
        containment_here=0.75,
        containment_there=0.5,
        score=0.9,
        because="agency",
        cut=(4, 5),
        headline_changed=True,
        credited=True,
        delay=5400,
    ),
    changes=(CHANGE,),
    entities=(
        Entity(
            id="person/ilse-tarn",
            name="Ilse Tarn",
            type="person",
            salience=0.8,
            mentions=(Mention(paragraph=2, start=49, end=58, text="Ilse Tarn"),),
        ),
    ),
    quotes=(
        Quote(
            text="We will wait for the others",
            speaker="Ilse Tarn",
            speaker_id="person/ilse-tarn",
            direct=True,
            verb="said",
            medium="by telephone",
            paragraph=2,
            start=1,
            end=28,
        ),
    ),
    keywords=("harbour master", "storm"),
    topics=(
        Topic(
            code="medtop:17000000",
            uri="http://cv.iptc.org/newscodes/mediatopic/17000000",
            name="weather",
            confidence=0.75,
        ),
    ),
    summary=("Four of the eleven boats came back.",),
    story_id="story-1",
    embedding=VECTOR,
    places=(
        GeoPlace(
            name="Saltmarsh",
            entity_id="entity-3",
            kind="city",
            country="GB",
            location=GeoPoint(lat=51.9, lon=1.2),
            main=True,
        ),
    ),
    word_count=26,
    joined="article-2",
    enrichments={"entities": "1", "summary": "not_available"},
)

STORY = Story(
    id="story-1",
    title="Boats return to Saltmarsh",
    language="en",
    first_seen="2026-02-28T23:30:00-05:00",
    last_seen="2026-03-02T10:30:00+01:00",
    articles=3,
    copies=1,
    outlet_count=2,
    outlets=(
        StoryCount(name="saltmarsh-courier", articles=2),
        StoryCount(name="twa", articles=1),
    ),
    origin=StoryArticle(
        article_id="article-9",
        source="twa",
        url="https://twa.example/boats",
        headline="Storm scatters Saltmarsh fleet",
        published="2026-02-28T23:30:00-05:00",
    ),
    latest=(
        StoryArticle(
            article_id="article-1",
            source="saltmarsh-courier",
            url="https://courier.example/boats",
            headline="Boats return to Saltmarsh",
            published="2026-03-02T10:30:00+01:00",
        ),
    ),
    days=(StoryCount(name="2026-03-01", articles=1), StoryCount(name="2026-03-02", articles=2)),
    names=(StoryName(name="Ilse Tarn", type="person", articles=2),),
    places=ENRICHED.places,
    keywords=("storm",),
    merged_into="story-0",
    merged=("story-2",),
    split_from="story-3",
    moved=("article-1",),
    updated="2026-03-02T09:31:00Z",
)


def article(**changes: Any) -> Article:
    """The sample as the normalize stage would pass it on, with changes."""
    fields = {name: getattr(ENRICHED, name) for name in Article.__struct_fields__}
    return Article(**(fields | changes))


def enriched(**changes: Any) -> EnrichedArticle:
    """The sample with changes."""
    return msgspec.structs.replace(ENRICHED, **changes)


_TIMES = {
    "published",
    "modified",
    "fetched",
    "detected",
    "time",
    "removed",
    "first_seen",
    "last_seen",
    "updated",
    "matched",
}
_DEGREES = {"lat", "lon"}
_SHARES = {"importance", "salience", "score", "containment_here", "containment_there", "confidence"}

times = st.builds(
    lambda moment, minutes: moment.replace(tzinfo=timezone(timedelta(minutes=minutes))).isoformat(),
    st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)),
    st.integers(-12 * 60, 14 * 60),
)


def records(record: type[Record]) -> st.SearchStrategy[Record]:
    """Any record of a type: each field filled or left at its default, times RFC 3339 and shares between 0 and 1."""
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in msgspec.structs.fields(record):
        (required if field.required else optional)[field.name] = _values(field.type, field.name)
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: record(**values))


def _values(annotation: Any, name: str) -> st.SearchStrategy[Any]:
    if name == "embedding":
        return st.sampled_from([None, VECTOR])
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return st.one_of([_values(argument, name) for argument in arguments])
    if origin is tuple:
        return st.lists(_values(arguments[0], name), max_size=2).map(tuple)
    if origin is dict:
        # keys are names of fields and enrichments, never a text from outside: a flattened field takes any but NUL
        keys = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
        return st.dictionaries(keys, _values(arguments[1], name), max_size=2)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return records(annotation)
    if annotation is str:
        return times if name in _TIMES else st.text(max_size=12)
    if annotation is float and name in _DEGREES:
        return st.floats(-90, 90)
    if annotation is float:
        return st.floats(0, 1) if name in _SHARES else st.floats(allow_nan=False, allow_infinity=False)
    return {int: st.integers(-(2**63), 2**63 - 1), bool: st.booleans(), type(None): st.none()}[annotation]
