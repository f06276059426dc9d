"""Lists of feeds as OPML 2.0, the format that feed readers exchange. Folders and categories are tags.

Source: opml.org/spec2.opml. Read with defusedxml: no entities, no external files.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree import ElementTree

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dateline.errors import UsageError
from producers import sources, urls
from producers.sources import Source

LARGEST: Final = 64 * 1024 * 1024
_DEEPEST: Final = 20
_LONGEST_ID: Final = 63


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """One feed of a list: where it is, what it is called, its site, and the folders and categories that it is in."""

    feed: str
    title: str | None = None
    homepage: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """Sources as a list gives them; `known` are feeds that the table has, `problems` say why others were left out."""

    sources: tuple[Source, ...] = ()
    known: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read(data: bytes, origin: str) -> tuple[Outline, ...]:
    """The feeds of a list, each once. Raises UsageError when it is no OPML."""
    if len(data) > LARGEST:
        raise UsageError(f"{origin}: larger than {LARGEST:,} bytes: split it")
    try:
        root = fromstring(data.lstrip(b" \t\r\n"), forbid_dtd=False, forbid_entities=True)
    except ElementTree.ParseError as error:
        raise UsageError(f"{origin}: expected OPML; not XML that can be read: {error}") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise UsageError(f"{origin}: refused: OPML has no use for entities: {error}") from error
    body = root.find("body")
    if root.tag.lower() != "opml" or body is None:
        raise UsageError(f"{origin}: expected OPML with a body; got <{root.tag}>")
    return tuple({outline.feed: outline for outline in _outlines(body, (), 0)}.values())


def to_sources(outlines: Iterable[Outline], table: Sequence[Source]) -> Imported:
    """What a list adds to a table. Feeds whose entries name the same site become one source; each other is its own."""
    there = {urls.canonical(address) for source in table for address in source.listings}
    taken = {source.id for source in table}
    known: list[str] = []
    problems: list[str] = []
    sites: dict[str, list[Outline]] = {}
    for outline in outlines:
        try:
            if urls.canonical(outline.feed) in there:
                known.append(outline.feed)
                continue
            site = urls.host(outline.homepage) if outline.homepage else outline.feed
        except UsageError as error:
            problems.append(str(error))
        else:
            sites.setdefault(site, []).append(outline)
    made: list[Source] = []
    for site, feeds in sites.items():
        source = _source(site, feeds, taken)
        try:
            made.append(sources.check(source))
        except UsageError as error:
            problems.append(str(error))
        else:
            taken.add(source.id)
    return Imported(sources=tuple(made), known=tuple(known), problems=tuple(problems))


def write(table: Iterable[Source], created: str) -> bytes:
    """A list of all feeds, those of a source with tags in the folder of the first. `created` is an RFC 822 date."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "Sources of Dateline"
    ElementTree.SubElement(head, "dateCreated").text = created
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for source in table:
        parent = body
        if source.tags:
            name = source.tags[0]
            if name not in folders:
                folders[name] = ElementTree.SubElement(body, "outline", text=name)
            parent = folders[name]
        for feed in source.feeds:
            stated = {
                "type": "rss",
                "text": source.name,
                "title": source.name,
                "xmlUrl": feed,
                "htmlUrl": source.homepage,
                "language": source.language,
                "category": ",".join(source.tags) or None,
            }
            ElementTree.SubElement(
                parent, "outline", {name: value for name, value in stated.items() if value}
            )
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _outlines(parent: ElementTree.Element, folders: tuple[str, ...], depth: int) -> Iterator[Outline]:
    for element in parent.findall("outline"):
        said = {name.lower(): " ".join(value.split()) for name, value in element.attrib.items()}
        title = said.get("title") or said.get("text") or None
        feed = said.get("xmlurl")
        if feed:
            categories = (part.strip(" /") for part in said.get("category", "").split(","))
            language = said.get("language", "").replace("_", "-")
            yield Outline(
                feed=feed,
                title=title,
                homepage=said.get("htmlurl") or None,
                language=language if language and sources.is_language(language) else None,
                tags=tuple(dict.fromkeys(tag for tag in (*folders, *categories) if tag)),
            )
        if depth < _DEEPEST:
            within = folders if feed or not title else (*folders, title)
            yield from _outlines(element, within, depth + 1)


def _source(site: str, feeds: Sequence[Outline], taken: set[str]) -> Source:
    first = feeds[0]
    named = bool(first.homepage)
    host = urls.host(first.homepage or first.feed)
    return Source(
        id=_unused(site if named else _slug(first.title or "") or host, taken),
        name=(first.title if first.title and len(feeds) == 1 else None) or (site if named else host),
        homepage=first.homepage,
        language=first.language,
        tags=tuple(dict.fromkeys(tag for outline in feeds for tag in outline.tags)),
        feeds=tuple(outline.feed for outline in feeds),
    )


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID]


def _unused(wanted: str, taken: set[str]) -> str:
    """The id, or with a number behind it if another source has it."""
    base = wanted[:_LONGEST_ID]
    found, number = base, 2
    while found in taken:
        ending = f"-{number}"
        found, number = base[: _LONGEST_ID - len(ending)] + ending, number + 1
    return found
