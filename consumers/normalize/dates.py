"""Published and modified: two fields, each from its own evidence."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from htmldate import find_date

from consumers.normalize import times
from consumers.normalize.dom import Element, finder, marks, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.vocabulary import PUBLISHED, UPDATED, anywhere, labelled

# Names that mean when the text first appeared; of the more general ones below, some mean the last change.
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "article.published", "published-date", "publish-date", "publishdate", "publish_date", "published_time", "publication_date", "bt:pubdate",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "vr:published_time", "rnews:datepublished", "citation_publication_date",
    "originalpublicationdate", "article_date_original", "article:publicationdate", "article_publication_date", "displaydate",
    "iso-8601-publish-date",
)  # fmt: skip
_GENERAL_METAS = (
    "pubdate", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "date", "article:created",
    "article.created", "datecreated", "citation_date", "lastpublished", "created", "timestamp",
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
_NEXT_LABEL = anywhere((*UPDATED, *PUBLISHED))
_POSTED = re.compile(
    r"\b(?:entry|post|beitrag|eintrag|artikel|article|billet)\b.{0,60}\b(?:posted|published|veröffentlicht|gepostet|erstellt|geschrieben|publié)\b"
    r"|\b(?:posted|published|veröffentlicht|publié)\b.{0,20}\b(?:on|at|am|le|in|by)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^[^\W\d][^.:!?()]{1,40},?\s*\(?((?:\d{1,2}[./ ]|[^\W\d]+ )[^()]{1,20}?\d{4})\)?\s*[.:–—-]"
)
_MAX_DATED_TEXT = 160
_MAX_DATE_LINE = 90

_SAME_DAY = timedelta(hours=24)
_SAME_MINUTE = timedelta(seconds=60)
_HALF_HOUR = timedelta(minutes=30)
_WESTMOST, _EASTMOST = timedelta(hours=-11), timedelta(hours=13)

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

    def shown(
        self, near: Iterable[str], short: Iterable[str]
    ) -> tuple[list[MomentCandidate], list[MomentCandidate]]:
        """What the page shows to readers: published, modified.

        `near` are the texts around the headline, `short` all short texts: there, only what is labelled counts.
        """
        published: list[MomentCandidate] = []
        modified: list[MomentCandidate] = []
        lines = [line for text in near for line in _date_lines(text)]
        labelled_lines = dict.fromkeys((*lines, *(line for text in short for line in _date_lines(text))))
        openings = [(found[1], "html:dateline", None) for text in near if (found := _OPENING.match(text))]
        for text, source, updated in [
            *self._labelled(labelled_lines),
            *self._unlabelled(lines),
            *self._shown(),
            *openings,
        ]:
            for moment in self._moments([(text, source)]):
                (modified if updated else published).append(moment)
        return published, modified

    def _labelled(self, lines: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
        for line in lines:
            if _UPDATED.match(line):
                yield line, "html:shown as updated", True
            elif _PUBLISHED.match(line) or _POSTED.search(line):
                yield line, "html:shown as published", False

    def _unlabelled(self, lines: list[str]) -> Iterator[tuple[str, str, None]]:
        for line in lines:
            if len(line) <= _MAX_DATE_LINE and not _UPDATED.match(line):
                yield line, "html:shown near headline", None

    def _address(self) -> Iterator[MomentCandidate]:
        found = _IN_URL.search(self._page.document.url)
        if found:
            text = f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}" if found["y"] else found["e"]
            yield from self._moments([(text, "url")])

    def published(self, shown: list[MomentCandidate]) -> list[MomentCandidate]:
        """In the order of trust."""
        stated = [
            *self._in_graph("datePublished", "dateCreated", "uploadDate"),
            *self._in_metas(_PUBLISHED_METAS),
            *self._in_items("datePublished", "dateCreated"),
            *self._in_page_nodes("datePublished"),
        ]
        hint = self._page.document.hints.get("published")
        return [
            *self._moments(stated),
            *shown,
            *self._moments(self._in_metas(_GENERAL_METAS)),
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


def _date_lines(text: str) -> Iterator[str]:
    """The lines of a block that may hold a date, cut where another label begins ("Published … | Updated …")."""
    for line in text.split("\n"):
        for part in _NEXT_LABEL.split(line):
            short = part[:_MAX_DATED_TEXT]
            if any(map(str.isdigit, short)) and (len(part) == len(short) > 5 or _POSTED.search(short)):
                yield short.strip()


def _elsewhere(element: Element) -> bool:
    """Whether it stands in a part of the page that speaks of other things than this article."""
    return any(
        _ELSEWHERE.search(marks(one))
        for one, _ in zip((element, *element.iterancestors()), range(10), strict=False)
        if one.tag not in {"body", "html"}
    )


def choose(found: list[MomentCandidate]) -> MomentCandidate | None:
    """The most trusted; more precise where another place agrees and says more: the time of a bare day, the local offset
    of a time in UTC."""
    if not found:
        return None
    first = found[0]
    source = f"{first.source}{first.value.note}"
    if not first.value.stated_time:
        for other in found[1:]:
            if other.value.stated_time and other.value.when.date() == first.value.when.date():
                source = f"{other.source}{other.value.note} ({first.source} names the day)"
                first = other
                break
    if first.value.stated_time and not first.value.stated_zone:
        for other in found[1:]:
            if other.value.stated_zone and abs(_wall_clock(other) - _wall_clock(first)) < _SAME_MINUTE:
                return Candidate(other.value, f"{first.source}, offset of {other.source}")
    local = _localized(first.value, found)
    if local is not None:
        return Candidate(local.value, f"{source}, offset of {local.source}")
    disputed = [other for other in found[1:] if abs(other.value.when - first.value.when) > _SAME_DAY]
    dispute = f" ({disputed[0].source} says {disputed[0].value.text})" if disputed else ""
    return Candidate(first.value, f"{source}{dispute}")


def _wall_clock(candidate: MomentCandidate) -> datetime:
    return candidate.value.when.replace(tzinfo=None)


def _localized(moment: times.Moment, others: Iterable[MomentCandidate]) -> MomentCandidate | None:
    """The same instant with the offset of where it was published, if the page says it elsewhere.

    Only for times in UTC. Another place gives the instant with an offset, or shows the wall clock: the same minutes past
    another hour (or half hour) within what offsets can be.
    """
    if not (moment.stated_time and moment.stated_zone) or moment.when.utcoffset():
        return None
    for other in others:
        value = other.value
        if not value.stated_time:
            continue
        if value.stated_zone:
            if value.when.utcoffset() and abs(value.when - moment.when) < _SAME_MINUTE:
                return Candidate(
                    times.Moment(moment.when.astimezone(value.when.tzinfo), True, True), other.source
                )
            continue
        gap = value.when.replace(tzinfo=UTC, second=0, microsecond=0) - moment.when.replace(
            second=0, microsecond=0
        )
        if gap and gap % _HALF_HOUR == timedelta(0) and _WESTMOST <= gap <= _EASTMOST:
            return Candidate(times.Moment(moment.when.astimezone(timezone(gap)), True, True), other.source)
    return None
