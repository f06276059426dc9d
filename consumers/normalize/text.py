"""Plain text in the form of agency copy and archive files.

Kicker (may be missing), headline, standfirst (may be missing), lines with dates, byline, then paragraphs apart by blank
lines, with embedded headlines and pull quotes among them.
"""

import re
from datetime import datetime, tzinfo

from consumers.normalize import filed, language, people, times
from consumers.normalize.address import canonical, linked
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.related import separate
from consumers.normalize.strings import clean, ends_sentence, words
from consumers.normalize.vocabulary import BYLINE, PUBLISHED, UPDATED, labelled, leading
from schemas.ids import article_id
from schemas.reasons import Reason
from schemas.records import Article

_BLANK = re.compile(r"\n[ \t\u00a0]*\n\s*")
_PUBLISHED = labelled(PUBLISHED)
_UPDATED = labelled(UPDATED)
_BYLINE = leading(BYLINE)
_MAX_HEADER_BLOCKS = 8
_MAX_DATE_LINE = 120
_MAX_KICKER_WORDS = 5
_MAX_BYLINE_WORDS = 16
_WRAP_FROM = 55
_WRAP_TO = 100
_WORD = 20


def _unwrapped(parts: list[str]) -> list[str]:
    """Blocks with clean lines; lines that were broken at a fixed width are joined again, other line breaks kept.

    A text is taken for broken at a fixed width when no line is longer than that, and some block has three or more lines of
    about that length.
    """
    blocks = [[line for one in part.split("\n") if (line := clean(one))] for part in parts]
    longest = max((len(line) for lines in blocks for line in lines), default=0)
    wrapped = _WRAP_FROM <= longest <= _WRAP_TO and any(
        len(lines) > 2 and all(len(line) > longest - _WORD for line in lines[:-1]) for lines in blocks
    )
    return [(" " if wrapped and _is_prose(lines) else "\n").join(lines) for lines in blocks if lines]


def _is_prose(lines: list[str]) -> bool:
    return all(len(line) >= _WRAP_FROM - _WORD for line in lines[:-1])


def blocks_of(text: str) -> list[str]:
    """Paragraphs: apart by blank lines; in a text without any, each line is one."""
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2029", "\n\n")
        .replace("\u2028", "\n")
        .strip()
    )
    parts = _BLANK.split(text)
    return _unwrapped(text.split("\n") if len(parts) == 1 else parts)


class _Header:
    """What stands above the running text."""

    def __init__(self, zone: tzinfo, spoken: str | None, fetched: datetime) -> None:
        self._zone = zone
        self._language = spoken
        self._fetched = fetched
        self.titles: list[str] = []
        self.authors: list[str] = []
        self.published: Candidate[times.Moment] | None = None
        self.modified: Candidate[times.Moment] | None = None

    def _time(self, line: str, label: re.Pattern[str], name: str) -> Candidate[times.Moment] | None:
        found = label.match(line)
        moment = times.parse(found[1], self._zone, self._language) if found else None
        if moment is None or not times.credible(moment, self._fetched):
            return None
        return Candidate(moment, f"text:{name}{moment.note}")

    def take_dates(self, block: str) -> bool:
        """Whether the block is made of date lines; if so, they are read."""
        lines = block.split("\n")
        read = []
        for line in lines:
            if len(line) > _MAX_DATE_LINE:
                return False
            modified = self._time(line, _UPDATED, "updated line")
            published = None if modified else self._time(line, _PUBLISHED, "published line")
            if not (modified or published):
                return False
            read.append((published, modified))
        for published, modified in read:
            self.published = self.published or published
            self.modified = self.modified or modified
        return True

    def take_byline(self, block: str) -> bool:
        """Whether the block is a byline; if so, its names are read."""
        if (
            "\n" in block
            or len(words(block)) > _MAX_BYLINE_WORDS
            or not _BYLINE.match(block)
            or ends_sentence(block)
        ):
            return False
        names = people.people(people.split(block))
        if not names or not all(name[:1].isupper() or not name[:1].isascii() for name in names):
            return False
        self.authors.extend(names)
        return True


def _is_kicker(first: str, second: str) -> bool:
    """A few words above a longer line that reads as a headline."""
    return (
        len(words(first)) <= _MAX_KICKER_WORDS
        and not ends_sentence(first)
        and not ends_sentence(second)
        and len(words(second)) > len(words(first))
        and (":" in first or len(words(first)) <= 3)
    )


def _header_end(blocks: list[str], header: _Header) -> int:
    """How many blocks the header takes: through its last date line or byline, else its lines that end no sentence."""
    end = 0
    for at, block in enumerate(blocks[:_MAX_HEADER_BLOCKS]):
        if header.take_dates(block) or (at and header.take_byline(block)):
            end = at + 1
        elif end == 0:
            header.titles.append(block)
        elif at > end:
            break
    if end:
        return end
    header.titles = []
    for block in blocks[:3]:
        if header.titles and (ends_sentence(block) or "\n" in block):
            break
        header.titles.append(block)
    return min(len(header.titles), max(1, len(blocks) - 1))


def read(document: Document, text: str, evidence: Evidence) -> Article:
    """The article in a plain text. Raises `NormalizeError` EMPTY or NO_BODY."""
    fetched = datetime.fromisoformat(document.fetched)
    blocks = blocks_of(text)
    if not blocks:
        raise NormalizeError(Reason.EMPTY, "no text in the document")
    header = _Header(times.zone_named(document.timezone), document.language, fetched)
    body = blocks[_header_end(blocks, header) :]
    titles = [title for block in header.titles for title in block.split("\n")][: len(blocks)]
    if not body:
        raise NormalizeError(Reason.NO_BODY, f"a headline but no paragraphs: {titles[0][:80]!r}")
    kicker = titles.pop(0) if len(titles) > 1 and (len(titles) > 2 or _is_kicker(*titles[:2])) else None
    separated = separate(body, headlines=True)
    if not separated.paragraphs:
        raise NormalizeError(Reason.NO_BODY, f"no paragraphs under the headline {titles[0][:80]!r}")
    address = (
        evidence.choose(
            "url", canonical(evidence.note("url", linked(document)), document.url, document.homepage)
        )
        or document.url
    )
    said = [Candidate(tag, "source") for tag in [language.tag(document.language)] if tag]
    for field, value in (("kicker", kicker), ("headline", titles[0]), ("standfirst", " ".join(titles[1:]))):
        if value:
            evidence.choose(field, Candidate(value, f"text:{field}"))
    if header.authors:
        evidence.choose("authors", Candidate(header.authors, "text:byline"))
    for field in ("pull_quotes", "related"):
        if getattr(separated, field):
            evidence.choose(field, Candidate(True, "text:between paragraphs"))
    published = evidence.choose("published", header.published)
    modified = evidence.choose("modified", header.modified)
    evidence.choose("paragraphs", Candidate(True, "text"))
    dateline = filed.read(separated.paragraphs[0])
    if dateline:
        evidence.choose("dateline", Candidate(dateline, "text:first paragraph"))
    return Article(
        id=article_id(document.source, address),
        url=address,
        source=document.source,
        kicker=kicker,
        headline=titles[0],
        standfirst=" ".join(titles[1:]) or None,
        authors=people.people(header.authors),
        dateline=dateline,
        published=published.text if published else None,
        modified=modified.text if modified else None,
        fetched=document.fetched,
        language=evidence.choose("language", language.choose(said, language.detected(separated.paragraphs))),
        paragraphs=separated.paragraphs,
        pull_quotes=separated.pull_quotes,
        related=separated.related,
        provenance=evidence.provenance,
    )
