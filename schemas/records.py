"""The records that travel, one frozen struct per topic value.

Times are RFC 3339 strings that keep the offset as it was given. Field names follow schema.org NewsArticle and
IPTC ninjs 3 where those have one (docs/fields.md maps them). A field added later must have a default, so that
messages written before it still read: tests/contract checks that.
"""

from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: JSON objects; unknown fields are ignored when read."""


class PullQuote(Record, frozen=True, kw_only=True):
    """A sentence lifted out of the running text for display, with the line that attributes it."""

    text: str
    attribution: str | None = None


class RelatedLink(Record, frozen=True, kw_only=True):
    """A headline of another article embedded in this one."""

    headline: str
    url: str | None = None


class Dateline(Record, frozen=True, kw_only=True):
    """Where and when the report was filed ("HAMBURG, July 7 (Wire) —"); `text` is the line as printed."""

    text: str
    place: str | None = None
    date: str | None = None
    agency: str | None = None


class Rights(Record, frozen=True, kw_only=True):
    """Terms of use as stated by the page, its transport or the table of sources, never guessed.

    `opt_outs` names what the robots directives and the TDM Reservation Protocol reserve, sorted: noai, noarchive,
    noimageai, noindex, nosnippet, tdm (others as they are written).
    """

    copyright_notice: str | None = None
    license: str | None = None
    is_accessible_for_free: bool | None = None
    robots: str | None = None
    opt_outs: tuple[str, ...] = ()
    tdm_policy: str | None = None
    usage_terms: str | None = None


class Image(Record, frozen=True, kw_only=True):
    """A picture of the article: its address, and the words beside it; `credit` is who made or owns it."""

    url: str
    caption: str | None = None
    credit: str | None = None


class Link(Record, frozen=True, kw_only=True):
    """A link in the running text, with the words that it stands on."""

    url: str
    text: str


class Doubt(Record, frozen=True, kw_only=True):
    """What one place says of a field and is not believed, or believed against another place: `value` as it was said,
    `source` the place, `reason` why it is doubted."""

    field: str
    value: str
    source: str
    reason: str


class Flag(Record, frozen=True, kw_only=True):
    """What kind of piece this is besides news: `name` is paywall, live_blog, video, gallery, press_release or opinion.

    `evidence` names the places that say so, as provenance does, with their words: 'json-ld:isAccessibleForFree "false"'.
    """

    name: str
    evidence: tuple[str, ...]


class Block(Record, frozen=True, kw_only=True):
    """What a paragraph is that is not a plain one: `paragraph` is its index; `kind` is subheading, list_item, table_row
    (cells apart by " | "), blockquote, footnote or correction."""

    paragraph: int
    kind: str


class Article(Record, frozen=True, kw_only=True):
    """One article as one document stated it. Value of `articles.normalized.v1`.

    `word_count` counts the words of the paragraphs (in scripts without spaces, the characters); `reading_minutes` is
    what an adult takes for them, at least 1 where there is text. `removed` is set when the page was found gone (404 or
    410): such an article states nothing else but its id, and its version keeps the text last known.
    """

    id: str
    url: str
    source: str
    kicker: str | None = None
    headline: str
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    dateline: Dateline | None = None
    published: str | None = None
    modified: str | None = None
    fetched: str
    language: str | None = None
    language_confidence: float | None = None
    script: str | None = None
    section: str | None = None
    paragraphs: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    captions: tuple[str, ...] = ()
    pull_quotes: tuple[PullQuote, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    correction: str | None = None
    rights: Rights = Rights()
    flags: tuple[Flag, ...] = ()
    provenance: dict[str, str] = {}
    credit: str | None = None
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()
    word_count: int = 0
    reading_minutes: int = 0
    doubts: tuple[Doubt, ...] = ()
    aliases: tuple[str, ...] = ()
    removed: str | None = None


class Change(Record, frozen=True, kw_only=True):
    """One classified difference between two versions. Value of `articles.changes.v1`, one message each.

    `importance` runs from 0 to 1. `where` names the field, with the paragraph's index for the body ("paragraphs[3]").
    """

    id: str
    article_id: str
    version_id: str
    previous_id: str
    kind: str = msgspec.field(name="class")
    importance: float
    before: str | None = None
    after: str | None = None
    where: str
    source: str
    url: str
    headline: str
    detected: str


class CopyOf(Record, frozen=True, kw_only=True):
    """Evidence that this article is a copy of another one, at another URL or outlet.

    `containment_here` is the share (0 to 1) of this article's word shingles found in the origin; `containment_there`
    the share of the origin's shingles found here, so this article kept that share of the origin and added 1 less the
    former. `version_id` is the origin's version that stood when this one was published. `because` says why that article is
    the origin: "agency" (a credit or a dateline in the family names its outlet) or "earliest". `cut` holds indices of the
    origin's paragraphs that are missing here (the first 200); `delay` is seconds from the origin's publication to this
    one's, negative where the origin was dated later.
    """

    article_id: str
    version_id: str
    source: str
    url: str
    containment_here: float
    containment_there: float
    score: float
    because: str = "earliest"
    cut: tuple[int, ...] = ()
    headline_changed: bool = False
    credited: bool = False
    delay: int = 0


class Version(Article, frozen=True, kw_only=True):
    """An article's version and its place in history. Value of `articles.versions.v1`.

    `version_order` sorts the versions of one article by their own times, never by arrival (schemas.order). `month`
    ("2017-07") is fixed when the article is first seen and names its monthly index. `article_order`, where it is greater,
    takes its place in what keeps the latest version alone: a later version was withdrawn (status WITHDRAWN).
    """

    version_id: str
    previous_id: str | None = None
    event_id: str
    status: str = "PUBLISHED"
    content_hash: str
    version_order: int
    article_order: int = 0
    month: str
    copy_of: CopyOf | None = None
    changes: tuple[Change, ...] = ()
    joined: str | None = None


class Mention(Record, frozen=True, kw_only=True):
    """Where a name stands: paragraph index, and character offsets within that paragraph."""

    paragraph: int
    start: int
    end: int
    text: str


class Entity(Record, frozen=True, kw_only=True):
    """A name in the article: `type` is person, organization, place, event or work; `salience` runs from 0 to 1.

    `id` is the same in every article that means the same entity; `canonical` is its full name where the article has none.
    """

    id: str
    name: str
    canonical: str | None = None
    type: str
    salience: float
    mentions: tuple[Mention, ...] = ()


class Quote(Record, frozen=True, kw_only=True):
    """Quoted words without their marks, and who said them. Offsets are characters within the paragraph."""

    text: str
    speaker: str | None = None
    speaker_id: str | None = None
    direct: bool = True
    verb: str | None = None
    medium: str | None = None
    paragraph: int
    start: int
    end: int


class GeoPoint(Record, frozen=True, kw_only=True):
    """WGS 84 degrees, as Elasticsearch's geo_point takes them."""

    lat: float
    lon: float


class GeoPlace(Record, frozen=True, kw_only=True):
    """A place of the article on the map. `kind` is country, region, state or city; `country` is ISO 3166-1 alpha-2.

    Countries, states and regions have no `location`. `main` marks the one place where the story plays.
    """

    name: str
    entity_id: str | None = None
    kind: str
    country: str | None = None
    location: GeoPoint | None = None
    main: bool = False


class Topic(Record, frozen=True, kw_only=True):
    """An IPTC Media Topic that the article is about: `code` as NewsML writes it ("medtop:11000000"), `confidence` 0 to 1."""

    code: str
    uri: str
    name: str
    confidence: float


class EnrichedArticle(Version, frozen=True, kw_only=True):
    """A version with what was found in it. Value of `articles.enriched.v1`: the product that subscribers read.

    `enrichments` names each enrichment and the version of its rules, or says "not_available". `embedding` is a unit vector
    (schemas.fields.DIMENSIONS numbers), or None.
    The fields of `Version` have defaults here, so that an `Article` can be enriched outside the pipeline.
    """

    version_id: str = ""
    event_id: str = ""
    content_hash: str = ""
    version_order: int = 0
    month: str = ""
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    keywords: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    places: tuple[GeoPlace, ...] = ()
    summary: tuple[str, ...] = ()
    story_id: str | None = None
    embedding: tuple[float, ...] | None = None
    enrichments: dict[str, str] = {}


class Saying(Record, frozen=True, kw_only=True):
    """One direct quotation in one article, as the `quotes` index holds it: of the earliest version that has it.

    `key` is the same for the same words, whatever their case, marks and spaces; `appeared` is that version's own time.
    """

    key: str
    text: str
    speaker: str | None = None
    speaker_id: str | None = None
    verb: str | None = None
    medium: str | None = None
    language: str | None = None
    article_id: str
    version_id: str
    source: str
    url: str
    headline: str
    appeared: str


class StoryArticle(Record, frozen=True, kw_only=True):
    """One article of a story, as much as names it. `published` is when it says that it was published, else when it was fetched."""

    article_id: str
    source: str
    url: str
    headline: str
    published: str


class StoryCount(Record, frozen=True, kw_only=True):
    """How many of a story's articles are of an outlet or of a day (`name`: the source id, or "2026-03-04" in UTC)."""

    name: str
    articles: int


class StoryName(Record, frozen=True, kw_only=True):
    """A name in a story, and in how many of its articles it was counted."""

    name: str
    type: str
    articles: int


class Story(Record, frozen=True, kw_only=True):
    """Articles of one event across outlets and days. Value of `stories.v1`: the story as it stands now.

    `id` never changes, and is no other story's ever after. Bounded, however large the story grows: `outlets` holds the 100 with
    the most articles, `days` the newest 60, `latest` the newest 10, `merged` and `moved` up to 64 ids. A story that turned out
    to be part of another one has `merged_into` and stays as it was; the other one has its id in `merged`. A story that was
    split off has `split_from`, and in `moved` the articles that it took along. `updated` is when the document that
    changed it last was received.
    """

    id: str
    title: str
    language: str | None = None
    first_seen: str
    last_seen: str
    articles: int
    copies: int = 0
    outlet_count: int = 0
    outlets: tuple[StoryCount, ...] = ()
    origin: StoryArticle
    latest: tuple[StoryArticle, ...] = ()
    days: tuple[StoryCount, ...] = ()
    names: tuple[StoryName, ...] = ()
    places: tuple[GeoPlace, ...] = ()
    keywords: tuple[str, ...] = ()
    merged_into: str | None = None
    merged: tuple[str, ...] = ()
    split_from: str | None = None
    moved: tuple[str, ...] = ()
    updated: str


class OutcomeRecord(Record, frozen=True, kw_only=True):
    """What one stage decided on one event. Value of `articles.outcomes.v1`.

    `origin` is the raw message ("topic:partition:offset") that the event came in as; `attempt` counts replays out of
    quarantine from 1. Each (origin, attempt) has exactly one outcome whose fate is terminal.
    """

    event_id: str
    stage: str
    fate: str
    reason: str | None = None
    detail: str | None = None
    origin: str
    attempt: int = 1
    source: str | None = None
    url: str | None = None
    article_id: str | None = None
    version_id: str | None = None
    time: str


class HealthWarning(Record, frozen=True, kw_only=True):
    """What is not as a source usually is: `kind` from schemas.health.Warn, `observed` against `expected`, in a line of words.

    `since` is when it was first found without having ended in between.
    """

    kind: str
    observed: float | None = None
    expected: float | None = None
    said: str
    since: str


class SourceHealth(Record, frozen=True, kw_only=True):
    """How a source does, measured against its own past. Value of `sources.health.v1`, sent when its warnings change.

    Counts and shares are of the last 24 hours (`articles`, `documents`) or 7 days (the others); shares run from 0 to 1 and are
    null where there was nothing to measure. `usual` is the median of the same over the four weeks before.
    """

    source: str
    checked: str
    state: str
    last_success: str | None = None
    last_article: str | None = None
    articles: int = 0
    articles_usual: float | None = None
    documents: int = 0
    without_body: float | None = None
    without_body_usual: float | None = None
    without_date: float | None = None
    without_date_usual: float | None = None
    paywalled: float | None = None
    paywalled_usual: float | None = None
    median_words: float | None = None
    median_words_usual: float | None = None
    failing: int = 0
    troubles: dict[str, int] = {}
    warnings: tuple[HealthWarning, ...] = ()


class Notice(Record, frozen=True, kw_only=True):
    """What an alert found, once for each story, article or match, as the alert says. Value of `alerts.v1`.

    `over` is articles, quotes or changes; `quotes` and `changes` are those that answered the query, where they were what was
    searched. `id` follows from the alert and from what it is told once for, so the same notice has it wherever it is met.
    """

    id: str
    alert: str
    query: str
    over: str
    matched: str
    article_id: str
    version_id: str
    story_id: str | None = None
    source: str
    url: str
    headline: str
    standfirst: str | None = None
    language: str | None = None
    published: str | None = None
    status: str = "PUBLISHED"
    quotes: tuple[Quote, ...] = ()
    changes: tuple[Change, ...] = ()


def encode(record: Record) -> bytes:
    """UTF-8 JSON."""
    return msgspec.json.encode(record)


def to_builtins(record: Record) -> dict[str, Any]:
    """The record as plain dictionaries and lists, as Elasticsearch takes it."""
    built: dict[str, Any] = msgspec.to_builtins(record)
    return built
