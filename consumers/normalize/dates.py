"""Published and modified: two fields, each from its own evidence."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from htmldate import find_date

from consumers.normalize import relative, times
from consumers.normalize.dom import Element, marks, text_of
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.jsonld import strings
from consumers.normalize.moments import MomentCandidate
from consumers.normalize.page import Page
from consumers.normalize.strings import squash
from consumers.normalize.structured import elsewhere
from consumers.normalize.vocabulary import (
    ABOUT_TEXT,
    OTHER_DATES,
    PUBLISHED,
    UPDATED,
    anywhere,
    labelled,
    leading,
)


def _letters(name: str) -> str:
    return _BETWEEN.sub("", name.lower())


_BETWEEN = re.compile(r"[\W_]+")
# Names that mean when the text first appeared; of the more general ones below, some mean the last change.
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "article.published", "published-date", "publish-date", "publishdate", "publish_date", "published_time", "publication_date", "bt:pubdate",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "vr:published_time", "rnews:datepublished", "citation_publication_date",
    "originalpublicationdate", "article_date_original", "article:publicationdate", "article_publication_date", "displaydate",
    "iso-8601-publish-date", "og:pubdate", "prism.publicationdate", "dc.date.published", "publication-date", "date-published",
    "datepublished-iso", "article:published", "og:regdate", "firstpublished", "first_published", "pub_date", "publicationdate",
    "citation_online_date", "analytics:published", "ptime", "published_at", "published",
)  # fmt: skip
_GENERAL_METAS = (
    "pubdate", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "date", "article:created",
    "article.created", "datecreated", "citation_date", "lastpublished", "created", "timestamp", "creation_date", "article:post_date", "og:date",
    "eomportal-lastupdate", "sailthru.expire_date_start", "issue_date", "release_date",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article.updated", "modified_time", "updated_time", "article:modified", "bt:moddate", "rnews:datemodified",
    "iso-8601-modify-date", "revision_date", "last_updated", "article:updated_time", "article:updated", "og:modified_time", "moddate",
    "prism.modificationdate", "parsely-modified-date", "date-modified", "modified-date", "update_date", "updated", "modified", "lastupdated",
    "vr:modified_time", "cxenseparse:modifiedtime", "last_modified", "utime", "updated_at", "modified_at",
)  # fmt: skip
# Names that the lists do not have, by what they are made of.
_SAYS_PUBLISHED = re.compile(r"publi(?:sh|c)|pub_?date|p_?date$|release_?date|regdate|issue_?date")
_SAYS_MODIFIED = re.compile(r"modif|updat|last_?mod|mod_?date|revis")
_SAYS_NEITHER = re.compile(
    r"publisher|expir|related|render|build|version|app|license|copyright|cover|last.?publi|unpubli"
)
_LISTED = frozenset(map(_letters, (*_PUBLISHED_METAS, *_GENERAL_METAS, *_MODIFIED_METAS)))
_MAX_NAMED = 45
_PAGES = ("WebPage", "ItemPage", "CollectionPage", "MedicalWebPage", "VideoObject", "CreativeWork")
_DATED = re.compile(r"[Dd]ate|[Tt]ime|publish|meta|posted|byline|info|stamp|datum|fecha|\bdata\b")
_DATED_ID = re.compile(r"date")
_DATED_TAGS = frozenset(
    ["div", "span", "p", "li", "abbr", "small", "em", "i", "b", "strong", "dd", "td", "a", "h2", "h3", "h4", "h5", "h6", "section", "footer", "header"]
)  # fmt: skip
_MODIFIED_MARK = re.compile(r"modif|updat|edit|aktualis|last")
_IN_URL = re.compile(
    r"/(?P<y>(?:19|20)\d{2})(?P<s>[/-])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>[12]\d|3[01]|0?[1-9])(?=(?:(?<=-\d\d)[._-])|[/.]|$)|[/_-](?P<e>20\d{6})(?=[/._-]|$)"
)
_UPDATED = labelled(UPDATED)
_PUBLISHED = labelled(PUBLISHED)
_OTHER = leading(OTHER_DATES)
_NEXT_LABEL = anywhere((*UPDATED, *PUBLISHED))
_POSTED = re.compile(
    r"\b(?:entry|post|beitrag|eintrag|artikel|article|billet)\b.{0,60}\b(?:posted|published|veröffentlicht|gepostet|erstellt|geschrieben|publié)\b"
    r"|\bwurde (?:am|von)\b.{6,60}\b(?:gepostet|veröffentlicht|geschrieben|erstellt|publiziert)\b"
    r"|\b(?:posted|published|veröffentlicht|publié)\b.{0,20}\b(?:on|at|am|le|in|by)\b"
    r"|^\W*(?:written|geschrieben|verfasst|écrit|escrito|scritto|geschreven)\b.{1,60}\d",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^[^\W\d][^.:!?()]{1,40},?\s*\(?((?:\d{1,2}[./ ]|[^\W\d]+ )[^()]{1,20}?\d{4})\)?\s*[.:–—-]"
)
_BARE_OPENING = re.compile(
    r"^(?:\((\d[^()]{5,24}\d{4})\)|(\d[^.()]{0,3}\.?[^.()\d]{1,12}\d{4})\s?[.:–—])\s+[^\W\d_].{80}", re.DOTALL
)
_DIGIT = re.compile(r"\d")
_NEAR = "html:shown near headline"
_LABELLED = "html:shown as "
_SOMEWHERE = "html:shown"
_MAX_DATED_TEXT = 160
_MAX_SEARCHED = 12_000  # elements; htmldate takes time that grows with their square
_MAX_DATE_LINE = 90


class DateReader:
    """Reads the candidates of both fields from one page; what is not credible goes to the evidence as doubts."""

    def __init__(
        self, page: Page, zone: tzinfo, language: str | None, evidence: Evidence, heads: Iterable[str] = ()
    ) -> None:
        self._page = page
        self._zone = zone
        self._language = language
        self._fetched = datetime.fromisoformat(page.document.fetched)
        self._evidence = evidence
        self._heads = {squash(one) for one in heads}

    def _moments(self, field: str, texts: Iterable[tuple[str, str]]) -> Iterator[MomentCandidate]:
        """The times in the texts. One that is hours ahead of the fetch, as a wrong offset makes it, comes last; one that
        cannot be is left out; both are doubted."""
        ahead: list[MomentCandidate] = []
        for text, source in dict.fromkeys(texts):
            moment = times.parse(text, self._zone, self._language)
            if moment is None:
                continue
            reason = times.doubt(moment, self._fetched)
            if reason and (not source.startswith("html") or source.startswith(_LABELLED)):
                self._evidence.doubt(field, text, source, reason)
            if reason is None:
                yield Candidate(moment, source)
            elif times.credible(moment, self._fetched):
                ahead.append(Candidate(moment, source))
        yield from ahead

    def _in_page_nodes(self, *properties: str) -> Iterator[tuple[str, str]]:
        for node in self._page.graph.of_type(*_PAGES):
            for name in properties:
                for text in strings(node.get(name))[:1]:
                    yield text, f"json-ld:page {name}"

    @functools.cached_property
    def _metas(self) -> dict[str, list[tuple[str, str]]]:
        """(content, source) of meta elements by their names without what stands between the letters: "article:published:time"
        and "article_published_time" are one."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name, contents in self._page.metas.items():
            found.setdefault(_letters(name), []).extend((text, f"meta:{name}") for text in contents)
        return found

    def _in_metas(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        for key in dict.fromkeys(map(_letters, names)):
            yield from self._metas.get(key, ())

    def _in_other_metas(self, says: re.Pattern[str]) -> Iterator[tuple[str, str]]:
        for name, contents in self._page.metas.items():
            if _letters(name) in _LISTED or not says.search(name) or _SAYS_NEITHER.search(name):
                continue
            if len(contents[0]) <= _MAX_NAMED and any(map(str.isdigit, contents[0])):
                yield contents[0], f"meta:{name}"

    def _in_times(self) -> Iterator[tuple[str, str, bool | None]]:
        """(text, source, whether it says when it was modified; None if it says neither) of each time element."""
        for element in self._page.places.times[:40]:
            if elsewhere(element) or next(element.iterancestors("blockquote"), None) is not None:
                continue  # within a quotation: of the post that is shown there
            shown = text_of(element)
            value = element.get("datetime") or element.get("pubdate") or ""
            yield value if any(map(str.isdigit, value)) else shown, "html:time", _says_updated(element, shown)

    def _in_named(self) -> Iterator[tuple[str, str, bool | None]]:
        """The same of elements whose names speak of dates."""
        for element in self._page.places.named(_DATED, 100, _DATED_ID):
            if element.tag not in _DATED_TAGS or elsewhere(element):
                continue
            text = text_of(element)
            if not 6 <= len(text) <= _MAX_DATED_TEXT or not any(char.isdigit() for char in text):
                continue
            yield text, _SOMEWHERE, bool(_UPDATED.match(text)) or None

    def shown(
        self, near: Iterable[str], short: Iterable[str], *, everywhere: bool
    ) -> tuple[list[MomentCandidate], list[MomentCandidate]]:
        """What the page shows to readers: published, modified.

        `near` are the texts around the headline, `short` all short texts: there, only what is labelled counts.
        `everywhere` says to look at all elements whose names speak of dates, too: needed where no data state a time.
        """
        published: list[MomentCandidate] = []
        modified: list[MomentCandidate] = []
        around = [text for text in near if squash(text) not in self._heads]
        lines = [line for text in around for line in _date_lines(text)]
        labelled_lines = dict.fromkeys((*lines, *(line for text in short for line in _date_lines(text))))
        openings = [(found[1], "html:dateline", None) for text in around if (found := _OPENING.match(text))]
        days = {found[1] or found[2] for text in around if (found := _BARE_OPENING.match(text))}
        bare = [
            (day, "html:dateline", None) for day in days if len(days) == 1
        ]  # several days are a chronicle
        for text, source, updated in [
            *self._labelled(labelled_lines),
            *bare,
            *self._unlabelled(lines),
            *self._in_times(),
            *(self._in_named() if everywhere else ()),
            *openings,
        ]:
            field = "modified" if updated else "published"
            for moment in self._moments(field, [(text, source)]):
                (modified if updated else published).append(moment)
        return published, modified

    def _labelled(self, lines: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
        for line in lines:
            if _UPDATED.match(ABOUT_TEXT.sub("", line)):
                yield line, "html:shown as updated", True
            elif _PUBLISHED.match(line) or _POSTED.search(line):
                yield line, "html:shown as published", False

    def _unlabelled(self, lines: list[str]) -> Iterator[tuple[str, str, None]]:
        for line in lines:
            if len(line) <= _MAX_DATE_LINE and not (
                _UPDATED.match(ABOUT_TEXT.sub("", line)) or _OTHER.match(line)
            ):
                yield line, _NEAR, None

    def _address(self) -> Iterator[tuple[str, str]]:
        found = _IN_URL.search(self._page.document.url)
        if found:
            text = f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}" if found["y"] else found["e"]
            yield text, "url"

    def published_stated(self) -> list[MomentCandidate]:
        """What the page's data say of the publication, in the order of trust."""
        return list(
            self._moments(
                "published",
                [
                    *self._page.stated("datePublished", syntax="json-ld", most=1),
                    *self._in_metas(_PUBLISHED_METAS),
                    *self._page.stated("datePublished", most=1),
                    *self._page.stated("dateCreated", "uploadDate", most=1),
                    *self._in_page_nodes("datePublished"),
                ],
            )
        )

    def published_else(self) -> list[MomentCandidate]:
        """What names of many meanings, the address and the feed say of it, in the order of trust."""
        hint = self._page.document.hints.get("published")
        return list(
            self._moments(
                "published",
                [
                    *self._in_other_metas(_SAYS_PUBLISHED),
                    *self._in_metas(_GENERAL_METAS),
                    *self._address(),
                    *([(hint, "feed:published")] if hint else []),
                ],
            )
        )

    def modified_stated(self) -> list[MomentCandidate]:
        """What the page's data say of the last change, in the order of trust."""
        hint = self._page.document.hints.get("updated")
        return list(
            self._moments(
                "modified",
                [
                    *self._page.stated("dateModified", syntax="json-ld", most=1),
                    *self._in_metas(_MODIFIED_METAS),
                    *self._page.stated("dateModified", most=1),
                    *self._in_other_metas(_SAYS_MODIFIED),
                    *self._in_page_nodes("dateModified"),
                    *([(hint, "feed:updated")] if hint else []),
                ],
            )
        )

    def last_resort(self, near: Iterable[str], modified: Iterable[MomentCandidate]) -> list[MomentCandidate]:
        """A time told from the fetch ("2 hours ago") near the headline; else what htmldate finds anywhere in the page: a day,
        unless the page says that it is the last change's."""
        for text in near:
            moment = relative.parse(text, self._fetched)
            if moment is not None:
                return [Candidate(moment, "html:shown, told from the fetch")]
        if self._page.elements > _MAX_SEARCHED:
            return []
        found = find_date(
            self._page.tree,
            extensive_search=True,
            original_date=True,
            url=self._page.document.url,
            max_date=self._fetched.strftime("%Y-%m-%d"),
            min_date=times.EARLIEST.strftime("%Y-%m-%d"),
        )
        if found in {one.value.when.date().isoformat() for one in modified}:
            return []
        return list(self._moments("published", [(found, "htmldate")] if found else []))


def ordered(
    stated: Sequence[MomentCandidate], shown: Sequence[MomentCandidate], other: Sequence[MomentCandidate]
) -> list[MomentCandidate]:
    """All that tells the publication, in the order of trust: the page's data, what it shows, what names of many meanings, the
    address and the feed say; last what merely stands somewhere in an element so named."""
    placed = [one for one in shown if one.source != _SOMEWHERE]
    somewhere = [one for one in shown if one.source == _SOMEWHERE]
    return [*outvoted(stated, shown), *agreed([*placed, *other, *somewhere])]


def agreed(found: Sequence[MomentCandidate]) -> list[MomentCandidate]:
    """Of the lines near the headline that show a time without saying what it is, those first whose day the address names."""
    named = {one.value.when.date() for one in found if one.source == "url"}
    first = [one for one in found if one.source == _NEAR and one.value.when.date() in named]
    at = next((at for at, one in enumerate(found) if one.source == _NEAR), 0)
    return [*found[:at], *first, *(one for one in found[at:] if one not in first)] if first else list(found)


def outvoted(stated: Sequence[MomentCandidate], shown: Sequence[MomentCandidate]) -> list[MomentCandidate]:
    """What the data state, with a meta element of publication before JSON-LD where the page shows its day, and nothing else
    that JSON-LD says."""
    first = stated[0] if stated else None
    if first is None or not first.source.startswith("json-ld:"):
        return list(stated)
    days = {one.value.when.date() for one in shown}
    metas = [one for one in stated if one.source.startswith("meta:") and one.value.when.date() in days]
    if not metas or first.value.when.date() in {*days, metas[0].value.when.date()}:
        return list(stated)
    return [metas[0], *(one for one in stated if one is not metas[0])]


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
        if not _DIGIT.search(line):
            continue
        for part in _NEXT_LABEL.split(line):
            short = part[:_MAX_DATED_TEXT]
            if any(map(str.isdigit, short)) and (len(part) == len(short) > 5 or _POSTED.search(short)):
                yield short.strip()
