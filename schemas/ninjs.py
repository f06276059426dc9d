"""Articles as IPTC ninjs 3.1: the types encode the standard's rules, and `item` fills them.

What the standard asks of a value is said here once: names in camelCase and no others, `uri` required, numbers of confidence
from 0 to 100, closed lists, date-times with an offset, URIs. Source: IPTC ninjs 3.1, specification and guidelines.
docs/fields.md has the table of which field becomes which property.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import msgspec

from schemas.records import EnrichedArticle, Entity, GeoPlace

STANDARD: Final = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
_PAGE: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_OFFSET: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_CREATOR: Final = "Dateline"

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Uri = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$")]
Moment = Annotated[str, msgspec.Meta(pattern=f"^{_OFFSET.pattern}$")]


class _Part(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename="camel"
):
    """A JSON object of the standard: unknown properties are refused, empty ones left out."""


class Text(_Part, frozen=True, kw_only=True):
    """A headline, description or body."""

    value: str
    role: str | None = None
    content_type: str | None = None
    char_count: int | None = None
    word_count: int | None = None


class Named(_Part, frozen=True, kw_only=True):
    """A person, organisation, event, object or source."""

    name: str | None = None
    rel: str | None = None
    role: str | None = None
    uri: Uri | None = None
    literal: str | None = None


class Place(_Part, frozen=True, kw_only=True):
    """A place, with its point as GeoJSON."""

    name: str | None = None
    rel: str | None = None
    literal: str | None = None
    geo_json: dict[str, Any] | None = msgspec.field(default=None, name="geoJSON")


class Subject(_Part, frozen=True, kw_only=True):
    """A subject or keyword."""

    name: str | None = None
    rel: str | None = None
    uri: Uri | None = None
    literal: str | None = None
    creator: str | None = None
    confidence: Percent | None = None


class AltId(_Part, frozen=True, kw_only=True):
    """Another identifier."""

    role: str | None = None
    value: str | None = None


class LinkedRights(_Part, frozen=True, kw_only=True):
    """A page about the rights."""

    linked_rights: Uri


class Rendition(_Part, frozen=True, kw_only=True):
    """A file of a picture."""

    name: str
    href: Uri | None = None


class Item(_Part, frozen=True, kw_only=True):
    """A news object."""

    uri: Uri
    type: Literal["text", "picture", "composite"] | None = None
    representation_type: Literal["full", "partial"] | None = None
    version: str | None = None
    first_created: Moment | None = None
    version_created: Moment | None = None
    pub_status: Literal["usable", "withheld", "canceled"] | None = None
    copyright_notice: str | None = None
    usage_terms: str | None = None
    ed_note: str | None = None
    language: str | None = None
    headlines: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    bodies: tuple[Text, ...] = ()
    people: tuple[Named, ...] = ()
    organisations: tuple[Named, ...] = ()
    places: tuple[Place, ...] = ()
    subjects: tuple[Subject, ...] = ()
    events: tuple[Named, ...] = ()
    objects: tuple[Named, ...] = ()
    info_sources: tuple[Named, ...] = ()
    by: str | None = None
    located: str | None = None
    alt_ids: tuple[AltId, ...] = ()
    associations: tuple["Associated", ...] = ()
    renditions: tuple[Rendition, ...] = ()
    rights_info: LinkedRights | None = None
    standard: dict[str, str] | None = None


class Associated(Item, frozen=True, kw_only=True):
    """An associated news object, which must have a name."""

    name: str
    rel: str | None = None


def article_uri(article_id: str) -> str:
    """The item's own identifier: it names the article over all its versions, and is no address."""
    return f"urn:x-dateline:article:{quote(article_id, safe='')}"


def item(article: EnrichedArticle) -> Item:
    """The article as a ninjs item. What the standard has no room for is left out: changes, provenance, quotations' speakers."""
    return Item(
        uri=article_uri(article.id),
        type="text",
        representation_type="full",
        version=article.version_id or None,
        first_created=_moment(article.published),
        version_created=_moment(article.modified or article.published),
        pub_status="canceled" if article.status == "REMOVED" else "usable",
        copyright_notice=article.rights.copyright_notice,
        usage_terms=_terms(article),
        ed_note=article.correction,
        language=article.language,
        headlines=_texts(("main", article.headline), ("kicker", article.kicker)),
        descriptions=_texts(("summary", article.standfirst), ("abstract", " ".join(article.summary))),
        bodies=_bodies(article),
        people=_named(article.entities, "person"),
        organisations=_named(article.entities, "organization"),
        events=_named(article.entities, "event"),
        objects=_named(article.entities, "work"),
        places=tuple(_place(place) for place in article.places),
        subjects=_subjects(article),
        info_sources=_sources(article),
        by=", ".join(article.authors) or None,
        located=article.dateline.place if article.dateline else None,
        alt_ids=_ids(article),
        associations=_associations(article),
        rights_info=LinkedRights(linked_rights=article.rights.license)
        if article.rights.license and _PAGE.fullmatch(article.rights.license)
        else None,
        standard=STANDARD,
    )


def package(uri: str, articles: Iterable[EnrichedArticle]) -> Item:
    """Several articles as one item of type composite; each association is an article's item under the article's id."""
    members = (msgspec.structs.asdict(item(one)) | {"name": one.id, "rel": "hasMember"} for one in articles)
    return Item(
        uri=uri,
        type="composite",
        representation_type="full",
        associations=tuple(Associated(**one) for one in members),
        standard=STANDARD,
    )


def encode_item(made: Item) -> bytes:
    """UTF-8 JSON; an empty property is left out."""
    return msgspec.json.encode(made)


def checked(raw: bytes) -> Item:
    """An item that keeps the standard's rules as far as Dateline writes it. Raises msgspec.ValidationError with the path."""
    return msgspec.json.decode(raw, type=Item)


def _moment(text: str | None) -> str | None:
    return text if text and _OFFSET.fullmatch(text) else None


def _texts(*pairs: tuple[str, str | None]) -> tuple[Text, ...]:
    return tuple(Text(role=role, value=value) for role, value in pairs if value)


def _bodies(article: EnrichedArticle) -> tuple[Text, ...]:
    text = "\n\n".join(article.paragraphs)
    main = Text(
        role="main",
        content_type="text/plain",
        value=text,
        char_count=len(text),
        word_count=article.word_count or None,
    )
    pulled = [
        Text(role="pullquote", content_type="text/plain", value=one.text) for one in article.pull_quotes
    ]
    return (main, *pulled) if text else tuple(pulled)


def _terms(article: EnrichedArticle) -> str | None:
    """All that limits use, in one text: the standard has no properties for paywalls and opt-outs."""
    rights = article.rights
    said = [
        rights.usage_terms,
        None if rights.is_accessible_for_free is not False else "not accessible for free",
        f"licence: {rights.license}" if rights.license else None,
        f"reserved: {', '.join(rights.opt_outs)}" if rights.opt_outs else None,
        f"text and data mining policy: {rights.tdm_policy}" if rights.tdm_policy else None,
    ]
    return "; ".join(one for one in said if one) or None


def _named(entities: tuple[Entity, ...], kind: str) -> tuple[Named, ...]:
    return tuple(
        Named(name=one.name, literal=one.id, rel="about" if one.salience >= 0.5 else "mentions")
        for one in entities
        if one.type == kind
    )


def _place(place: GeoPlace) -> Place:
    point = place.location
    return Place(
        name=place.name,
        rel="about" if place.main else "mentions",
        literal=place.entity_id or place.country,
        geo_json={"type": "Point", "coordinates": [point.lon, point.lat]} if point else None,
    )


def _subjects(article: EnrichedArticle) -> tuple[Subject, ...]:
    topics = (
        Subject(
            name=topic.name,
            uri=topic.uri,
            literal=topic.code,
            rel="about",
            creator=_CREATOR,
            confidence=max(0, min(100, round(100 * topic.confidence))),
        )
        for topic in article.topics
    )
    keywords = (Subject(name=word, rel="keyword", creator=_CREATOR) for word in article.keywords)
    stated = (article.section, *article.tags)
    given = (Subject(name=word, rel="about", creator=article.source) for word in stated if word)
    return (*topics, *given, *keywords)


def _sources(article: EnrichedArticle) -> tuple[Named, ...]:
    origin = article.credit or (article.dateline.agency if article.dateline else None)
    publisher = Named(role="publisher", literal=article.source, name=article.source)
    return (publisher, Named(role="originator", name=origin)) if origin else (publisher,)


def _ids(article: EnrichedArticle) -> tuple[AltId, ...]:
    pairs = (("url", article.url), ("previousVersion", article.previous_id), ("story", article.story_id))
    return tuple(AltId(role=role, value=value) for role, value in pairs if value)


def _associations(article: EnrichedArticle) -> tuple[Associated, ...]:
    found: list[Associated] = []
    origin = article.copy_of
    if origin is not None:
        found.append(
            Associated(
                name=origin.source,
                rel="isCopyOf",
                uri=article_uri(origin.article_id),
                version=origin.version_id,
                alt_ids=(AltId(role="url", value=origin.url),),
            )
        )
    for number, image in enumerate(article.images):
        if _PAGE.fullmatch(image.url):
            found.append(
                Associated(
                    name=image.caption or f"image {number + 1}",
                    rel="picture",
                    type="picture",
                    uri=image.url,
                    by=image.credit,
                    descriptions=_texts(("caption", image.caption)),
                    renditions=(Rendition(name="original", href=image.url),),
                )
            )
    found += [
        Associated(name=link.headline, rel="seeAlso", uri=link.url)
        for link in article.related
        if link.url and _PAGE.fullmatch(link.url)
    ]
    return tuple(found)
