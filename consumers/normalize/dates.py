"""Published and modified: two fields, each from its own evidence."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from htmldate import find_date

from consumers.normalize import times
from consumers.normalize.dom import Element, finder, marks, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.vocabulary import PUBLISHED, UPDATED, labelled

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "article.published", "published-date", "publish-date", "publishdate", "publish_date", "published_time", "pubdate", "publication_date",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "date", "article:created",
    "article.created", "bt:pubdate", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "vr:published_time", "datecreated",
    "rnews:datepublished", "citation_publication_date", "citation_date", "originalpublicationdate", "article_date_original",
    "article:publicationdate", "article_publication_date", "displaydate", "iso-8601-publish-date", "lastpublished", "created", "timestamp",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article.updated", "modified_time", "updated_time", "article:modified", "bt:moddate", "rnews:datemodified",
    "iso-8601-modify-date", "revision_date", "last_updated",
)  # fmt: skip
_TIMES = finder("//time[@datetime] | //time[not(@datetime)][string-length(.) < 100] | //*[@pubdate]")
_DATED = finder(
    "//*[self::div or self::span or self::p or self::li or self::abbr or self::small or self::em or self::i or self::b or self::strong"
    " or self::dd or self::td or self::a or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or self::section or self::footer"
    " or self::header][contains(@class, 'date') or contains(@class, 'Date') or contains(@class, 'time') or contains(@class, 'Time')"
    " or contains(@class, 'publish') or contains(@class, 'meta') or contains(@class, 'posted') or contains(@class, 'byline')"
    " or contains(@id, 'date') or contains(@class, 'info') or contains(@class, 'stamp')]"
)
_MODIFIED_MARK = re.compile(r"modif|updat|edit|aktualis|last")
_ELSEWHERE = re.compile(
    r"comment|related|sidebar|widget|teaser|recommend|footer|latest|popular|recent|trending|promo|card|calendar"
)
_IN_URL = re.compile(
    r"/(?P<y>(?:19|20)\d{2})[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<d>[12]\d|3[01]|0?[1-9])(?=[/._-]|$)|[/_-](?P<e>20\d{6})(?=[/._-]|$)"
)
_UPDATED = labelled(UPDATED)
_PUBLISHED = labelled(PUBLISHED)
_MAX_DATED_TEXT = 160

MomentCandidate = Candidate[times.Moment]


class DateReader:
    """Reads the candidates of both fields from one page."""

    def __init__(self, page: Page, zone: tzinfo, language: str | None) -> None:
        self._page = page
        self._zone = zone
        self._language = language
        self._fetched = datetime.fromisoformat(page.document.fetched)

    def _moments(self, texts: Iterable[tuple[str, str]]) -> Iterator[MomentCandidate]:
        for text, source in texts:
            moment = times.parse(text, self._zone, self._language)
            if moment is not None and times.credible(moment, self._fetched):
                yield Candidate(moment, source)

    def _in_graph(self, *properties: str) -> Iterator[tuple[str, str]]:
        for name in properties:
            for text in strings(self._page.article.get(name))[:1]:
                yield text, f"json-ld:{name}"

    def _in_page_nodes(self, *properties: str) -> Iterator[tuple[str, str]]:
        for node in self._page.graph.of_type(
            "WebPage", "ItemPage", "CollectionPage", "MedicalWebPage", "VideoObject"
        ):
            for name in properties:
                for text in strings(node.get(name))[:1]:
                    yield text, f"json-ld:page {name}"

    def _in_items(self, *names: str) -> Iterator[tuple[str, str]]:
        for name in names:
            for element in self._page.items.get(name, ()):
                value = element.get("datetime") or element.get("content") or text_of(element)
                if value and not _elsewhere(element):
                    yield value, f"microdata:{name}"
                    break

    def _in_metas(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        for text, name in self._page.meta(*names):
            yield text, f"meta:{name}"

    def _shown(self) -> Iterator[tuple[str, str, bool | None]]:
        """(text, source, whether it says when it was modified; None if it says neither), time elements first."""
        for element in _TIMES(self._page.tree)[:40]:
            if _elsewhere(element):
                continue
            shown = text_of(element)
            value = element.get("datetime") or element.get("pubdate") or ""
            yield value if any(map(str.isdigit, value)) else shown, "html:time", _says_updated(element, shown)
        for element in _DATED(self._page.tree)[:60]:
            if _elsewhere(element):
                continue
            text = text_of(element)
            if not 6 <= len(text) <= _MAX_DATED_TEXT or not any(char.isdigit() for char in text):
                continue
            yield text, "html:shown", bool(_UPDATED.match(text)) or None

    def shown(self) -> tuple[list[MomentCandidate], list[MomentCandidate]]:
        """What the page shows to readers: published, modified."""
        published: list[MomentCandidate] = []
        modified: list[MomentCandidate] = []
        for text, source, updated in self._shown():
            for moment in self._moments([(text, source)]):
                (modified if updated else published).append(moment)
        return published, modified

    def _address(self) -> Iterator[MomentCandidate]:
        found = _IN_URL.search(self._page.document.url)
        if found:
            text = f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}" if found["y"] else found["e"]
            yield from self._moments([(text, "url")])

    def published(self, shown: list[MomentCandidate]) -> list[MomentCandidate]:
        """In the order of trust."""
        stated = [
            *self._in_graph("datePublished", "dateCreated", "uploadDate"),
            *self._in_metas(_PUBLISHED_METAS[:5]),
            *self._in_items("datePublished", "dateCreated"),
            *self._in_page_nodes("datePublished"),
            *self._in_metas(_PUBLISHED_METAS[5:]),
        ]
        hint = self._page.document.hints.get("published")
        return [
            *self._moments(stated),
            *shown,
            *self._address(),
            *self._moments([(hint, "feed:published")] if hint else []),
        ]

    def modified(self, shown: list[MomentCandidate]) -> list[MomentCandidate]:
        """In the order of trust."""
        stated = [
            *self._in_graph("dateModified"),
            *self._in_metas(_MODIFIED_METAS),
            *self._in_items("dateModified"),
            *self._in_page_nodes("dateModified"),
        ]
        return [*self._moments(stated), *shown]

    def last_resort(self) -> list[MomentCandidate]:
        """What htmldate finds anywhere in the page: a day."""
        found = find_date(
            self._page.tree,
            extensive_search=True,
            original_date=True,
            url=self._page.document.url,
            max_date=self._fetched.strftime("%Y-%m-%d"),
            min_date=times.EARLIEST.strftime("%Y-%m-%d"),
        )
        return list(self._moments([(found, "htmldate")] if found else []))


def _says_updated(element: Element, shown: str) -> bool | None:
    """Whether a time element is of the last change; None if neither it nor what stands before it says."""
    parent, previous = element.getparent(), element.getprevious()
    before = previous.tail if previous is not None else parent.text if parent is not None else None
    label = f"{(before or '')[-60:]} {shown}".strip()
    names, around = marks(element), marks(parent)
    if _UPDATED.match(label) or _MODIFIED_MARK.search(names):
        return True
    if _PUBLISHED.match(label) or "publi" in names or element.get("pubdate") is not None:
        return False
    return True if _MODIFIED_MARK.search(around) and "publi" not in around else None


def _elsewhere(element: Element) -> bool:
    """Whether it stands in a part of the page that speaks of other things than this article."""
    return any(
        _ELSEWHERE.search(marks(one))
        for one, _ in zip((element, *element.iterancestors()), range(6), strict=False)
        if one.tag not in {"body", "html"}
    )


def choose(found: list[MomentCandidate]) -> MomentCandidate | None:
    """The most trusted; if it names a day alone and another names a time on that day, the other."""
    if not found:
        return None
    first = found[0]
    if not first.value.stated_time:
        for other in found[1:]:
            if other.value.stated_time and other.value.when.date() == first.value.when.date():
                return Candidate(
                    other.value, f"{other.source}{other.value.note} ({first.source} names the day)"
                )
    disputed = [other for other in found[1:] if abs(other.value.when - first.value.when).days >= 1]
    dispute = f" ({disputed[0].source} says {disputed[0].value.text})" if disputed else ""
    return Candidate(first.value, f"{first.source}{first.value.note}{dispute}")
