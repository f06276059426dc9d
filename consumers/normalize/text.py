"""Plain text in the form of agency copy, archive files, forwarded mail and Markdown.

Kicker (may be missing), headline, standfirst (may be missing), lines with dates, byline, then paragraphs apart by blank
lines, with embedded headlines and pull quotes among them. What is in no field as it stands is named in the evidence, under
"set aside": no character of the document is lost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from consumers.normalize import (
    filed,
    flags,
    language,
    mail,
    markdown,
    notarticle,
    people,
    rights,
    times,
    wire,
)
from consumers.normalize.address import canonical, linked
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.lines import Facts, LineReader, is_bare_name
from consumers.normalize.related import Separated, separate
from consumers.normalize.sheet import Block, Sheet
from consumers.normalize.strings import clean, ends_sentence, squash, words
from consumers.normalize.vocabulary import CHROME
from schemas.ids import article_id
from schemas.reasons import Reason
from schemas.records import Article, RelatedLink

ASIDE = "set aside"
"""The name in the evidence of what is in no field."""

_BLANK = re.compile(r"\n[ \t\u00a0]*+\n\s*+")
_CORRECTION = re.compile(
    r"^\W*(?:correction|clarification|korrektur|rectificatif|corrección|fe de errores|correzione|rectificatie|errata|errato corrige)\b\s*[:：–—-]"
    r"|^\W*this (?:article|story|report) (?:was|has been) (?:amended|corrected|updated)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^\W*(?:file )?(?:photos?|fotos?|bild(?:unterschrift)?|image|picture|caption|légende|leyenda|didascalia|legenda|bijschrift)\s*[:：]\s*\S",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^\W*(?:related(?: (?:story|article|coverage|news))?|read (?:also|more|next)|see also|more on this|mehr (?:zum thema|dazu)|lesen sie auch|siehe auch|"
    r"(?:à )?lire aussi|voir aussi|sur le même sujet|lea también|lee también|ver también|más información|leggi anche|vedi anche|leia (?:também|mais)|"
    r"veja também|lees ook|zie ook|läs också|les også|læs også)\s*[:：–—|-]\s*(?=\S)",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"^\W*(?:for immediate release|zur sofortigen (?:veröffentlichung|freigabe)|pour diffusion immédiate|"
    r"para (?:su )?publicación inmediata|per pubblicazione immediata|voor onmiddellijke publicatie)\W*$",
    re.IGNORECASE,
)
_EMBARGO = re.compile(r"^\W*(?:sperrfrist|embargo(?:ed)?|sous embargo|embargado)\b.{0,120}$", re.IGNORECASE)
_MAX_HEADER_BLOCKS = 10
_MAX_TITLES = 4
_MAX_TITLE = 400
_MAX_KICKER_WORDS = 6
_MIN_HEADLINE_WORDS = 4
_MAX_LABEL_BLOCK = 300
_WRAP_FROM = 55
_WRAP_TO = 100
_WORD = 20
_AMERICAN = ("America/", "US/", "UTC", "Etc/")


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


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n").replace("\u2028", "\n")


def blocks_of(text: str) -> list[str]:
    """Paragraphs: apart by blank lines; in a text without any, each line is one."""
    text = _with_line_feeds(text).strip()
    parts = _BLANK.split(text)
    return _unwrapped(text.split("\n") if len(parts) == 1 else parts)


def sheet_of(text: str, media: str) -> Sheet:
    """The document by its form: mail is unwrapped first, then what is inside is Markdown or plain text."""
    text = _with_line_feeds(text)
    outer = Sheet("mail")
    if media == "message/rfc822" or mail.looks_like_mail(text):
        text = _with_line_feeds(mail.unwrap(text, outer))
    marked = media in ("text/markdown", "text/x-markdown") or markdown.looks_like_markdown(text)
    sheet = markdown.read(text) if marked else None
    if sheet is None:
        sheet = Sheet("text", (Block(one) for one in blocks_of(text)))
    if outer.aside:
        for field, found in outer.stated.items():
            for one in found:
                sheet.state(field, one.value, one.source)
        sheet.aside[:0] = outer.aside
    return sheet


class _Header:
    """What stands above the running text, taken off the sheet's blocks."""

    def __init__(self, sheet: Sheet, reader: LineReader) -> None:
        self._sheet = sheet
        self._reader = reader
        self.titles: list[str] = []
        self.authors: list[str] = []
        self.agencies: list[str] = []
        self.published: list[Candidate[times.Moment]] = []
        self.modified: list[Candidate[times.Moment]] = []

    def read(self) -> None:
        """Through the last date line or byline; without any, the lines that end no sentence."""
        blocks = self._sheet.blocks
        titled = self._sheet.first("headline") is not None and self._sheet.form == "markdown"
        end = 0
        for at, block in enumerate(blocks[: min(_MAX_HEADER_BLOCKS, max(1, len(blocks) - 1))]):
            rest, facts = self._facts(block.text, first=at == 0 and not titled)
            if facts and not (end and rest):
                self.titles += rest
                self._take("\n".join(block.text.split("\n")[len(rest) :]), facts)
            elif end and not self.authors and is_bare_name(block.text):
                self.authors.append(block.text)
                self._sheet.put_aside(block.text, "byline")
            elif not end and self._is_title(block, titled):
                self.titles += block.text.split("\n")
                continue
            else:
                break
            end = at + 1
        if not end:
            self.titles = [] if titled else self._unmarked()
            end = len(self.titles)
        del blocks[:end]
        self._bottom()

    def _is_title(self, block: Block, titled: bool) -> bool:
        """Whether it can stand above date and byline: short, no running text."""
        return (
            not titled
            and len(self.titles) < _MAX_TITLES
            and len(block.text) <= _MAX_TITLE
            and not (self.titles and filed.read(block.text))
            and not block.kind.startswith(("list", "code", "table"))
        )

    def _facts(self, text: str, *, first: bool) -> tuple[list[str], list[Facts]]:
        """Lines of the block that are titles (before the facts only), and what its other lines say; no facts if any is prose."""
        titles: list[str] = []
        found: list[Facts] = []
        lines = text.split("\n")
        for at, line in enumerate(lines):
            facts = None if first and at == 0 else self._reader.read(line)
            if facts is not None:
                found.append(facts)
            elif not found and len(lines) > 1 and not ends_sentence(line):
                titles.append(line)
            elif found and (people.is_agency(line) or (len(words(line)) <= 3 and not ends_sentence(line))):
                found.append(Facts(agencies=[line] if people.is_agency(line) else []))
            else:
                return [], []
        return titles, found

    def _take(self, text: str, facts: Iterable[Facts]) -> None:
        self._sheet.put_aside(text, "header line")
        for one in facts:
            self.published += [
                Candidate(moment, f"text:{name}{moment.note}") for moment, name in one.published
            ]
            self.modified += [Candidate(moment, f"text:{name}{moment.note}") for moment, name in one.modified]
            self.authors += one.authors
            self.agencies += one.agencies

    def _unmarked(self) -> list[str]:
        titles: list[str] = []
        for block in self._sheet.blocks[:3]:
            if titles and (
                ends_sentence(block.text) or "\n" in block.text or block.kind or filed.read(block.text)
            ):
                break
            titles.append(block.text)
        return titles[: max(1, len(self._sheet.blocks) - 1)]

    def _bottom(self) -> None:
        """A labelled date line or a byline below the text."""
        blocks = self._sheet.blocks
        while len(blocks) > 2 and not blocks[-1].kind:
            rest, facts = self._facts(blocks[-1].text, first=False)
            if rest or not facts:
                break
            self._take(blocks.pop().text, facts)


def _is_kicker(first: str, second: str) -> bool:
    """A few words above a longer line that reads as a headline."""
    return (
        len(words(first)) <= _MAX_KICKER_WORDS
        and not ends_sentence(first)
        and not ends_sentence(second)
        and len(words(second)) > len(words(first))
        and (":" in first or len(words(first)) <= 3)
    )


def _settle_titles(header: _Header, sheet: Sheet) -> None:
    """Which line is the kicker, which the headline, which the standfirst; a bare name below the headline is a byline."""
    titles = list(header.titles)
    if (
        not header.authors
        and len(titles) > 1
        and is_bare_name(titles[-1])
        and len(words(titles[-2])) >= _MIN_HEADLINE_WORDS
    ):
        header.authors.append(titles[-1])
        sheet.put_aside(titles.pop(), "byline")
    if len(titles) > 1 and (_is_kicker(*titles[:2]) or (len(titles) > 2 and _is_short(*titles[:2]))):
        sheet.state("kicker", titles.pop(0), "text:kicker")
    named = sheet.first("headline")
    if titles and named and squash(titles[0]) == squash(named.value):
        sheet.put_aside(titles.pop(0), "headline once more")
    elif titles:
        if named and named.source.startswith("mail:") and not header.published and not header.authors:
            sheet.blocks[:0] = [
                Block(title) for title in titles
            ]  # the subject is the headline, the lines are text
            return
        sheet.stated["headline"] = [
            Candidate(titles.pop(0), "text:headline"),
            *sheet.stated.get("headline", ()),
        ]
    sheet.state("standfirst", " ".join(titles), "text:standfirst")


def _is_short(first: str, second: str) -> bool:
    return (
        len(words(first)) <= _MAX_KICKER_WORDS
        and not ends_sentence(first)
        and len(words(second)) > len(words(first))
    )


def _release(sheet: Sheet) -> str | None:
    """The line that frees a text for publication; it and an embargo are set aside."""
    said = None
    for at in range(len(sheet.blocks) - 1, -1, -1):
        text = sheet.blocks[at].text
        if len(text) > _MAX_LABEL_BLOCK or len(sheet.blocks) < 2:
            continue
        if _RELEASE.match(text):
            said = text
            sheet.put_aside(text, "release note")
            del sheet.blocks[at]
        elif _EMBARGO.match(text) and not ends_sentence(text):
            sheet.put_aside(text, "embargo")
            del sheet.blocks[at]
    return said


class _Apart:
    """What stands among the paragraphs and says itself what it is."""

    def __init__(self, sheet: Sheet) -> None:
        self.captions: list[str] = [one.value for one in sheet.stated.get("captions", ())]
        self.related: list[RelatedLink] = []
        self.corrections: list[str] = []
        self.blocks = [block for block in sheet.blocks if not self._takes(block, sheet)]

    def _takes(self, block: Block, sheet: Sheet) -> bool:
        text = block.text
        if len(text) > 3 * _MAX_LABEL_BLOCK or block.kind in ("code", "table_row"):
            return False
        label = _RELATED.match(text)
        if label and len(text) <= _MAX_LABEL_BLOCK and "\n" not in text:
            sheet.put_aside(label[0], "label of a related headline")
            self.related.append(RelatedLink(headline=text[label.end() :]))
        elif _CAPTION.match(text) and len(text) <= _MAX_LABEL_BLOCK:
            self.captions.append(text)
        elif _CORRECTION.match(text):
            self.corrections.append(text)
        elif len(text) < 80 and CHROME.fullmatch(text.casefold().strip(" .:…>»→!")):
            sheet.put_aside(text, "page furniture")
        else:
            return False
        return True


def _spoken(document: Document, sheet: Sheet) -> str | None:
    """The language by which dates are read: which month, and whether 2/3 is in February."""
    found = language.detected([block.text for block in sheet.blocks[:40]])
    stated = sheet.first("language")
    name = document.language or (stated.value if stated else None) or (found.value if found else None)
    if name in (None, "en") and not document.timezone.startswith(_AMERICAN):
        return "en-GB"
    return name


def _unaccounted(text: str, parts: Iterable[str]) -> str:
    """Characters of the text (white space and what is invisible aside) that stand in none of the parts."""
    left = Counter(clean(text))
    for part in parts:
        left.subtract(clean(part))
    return "".join(char * count for char, count in left.items() if count > 0 and not char.isspace())


def _parts(article: Article, sheet: Sheet) -> Iterator[str]:
    yield from article.paragraphs
    yield from (one.value for one in sheet.aside)
    yield from filter(None, (article.kicker, article.headline, article.standfirst, article.correction))
    yield from article.captions
    yield from (link.headline for link in article.related)
    for quote in article.pull_quotes:
        yield quote.text
        yield quote.attribution or ""


def read(document: Document, text: str, evidence: Evidence) -> Article:
    """The article in a text. Raises `NormalizeError` EMPTY or NO_BODY."""
    media = document.content_type.split(";")[0].strip().lower()
    sheet = sheet_of(text, media)
    if not sheet.blocks:
        raise NormalizeError(Reason.EMPTY, "no text in the document")
    reader = LineReader(
        times.zone_named(document.timezone),
        _spoken(document, sheet),
        datetime.fromisoformat(document.fetched),
    )
    release = _release(sheet)
    wire.trim(sheet)
    header = _Header(sheet, reader)
    header.read()
    _settle_titles(header, sheet)
    headline = sheet.first("headline")
    if headline is None or not sheet.blocks:
        raise NormalizeError(
            Reason.NO_BODY,
            f"a headline but no paragraphs: {headline.value[:80] if headline else text.strip()[:80]!r}",
        )
    apart = _Apart(sheet)
    kinds = [block.kind for block in apart.blocks]
    separated = separate(
        [block.text for block in apart.blocks],
        headlines=sheet.form != "markdown",
        fixed={at for at, kind in enumerate(kinds) if kind},
    )
    if not separated.paragraphs:
        raise NormalizeError(Reason.NO_BODY, f"no paragraphs under the headline {headline.value[:80]!r}")
    notarticle.check_text(headline.value, separated.paragraphs)
    article = _article(document, sheet, header, apart, separated, reader, release, evidence)
    sheet.put_aside(_unaccounted(text, _parts(article, sheet)), "marks")
    evidence.note(ASIDE, sheet.aside)
    return article


def _article(
    document: Document,
    sheet: Sheet,
    header: _Header,
    apart: _Apart,
    separated: Separated,
    reader: LineReader,
    release: str | None,
    evidence: Evidence,
) -> Article:
    """Each field's candidates, and the choice among them."""
    chosen = {
        field: evidence.first(field, sheet.stated.get(field, ()))
        for field in ("headline", "kicker", "standfirst", "section")
    }
    published = evidence.first(
        "published", [*_times(sheet, "published", reader), *header.published, *_times(sheet, "sent", reader)]
    )
    modified = evidence.first("modified", [*_times(sheet, "modified", reader), *header.modified])
    address = (
        evidence.choose(
            "url",
            canonical(
                [*evidence.note("url", [*sheet.stated.get("url", ()), *linked(document)])],
                document.url,
                document.homepage,
            ),
        )
        or document.url
    )
    dateline = filed.read(separated.paragraphs[0])
    if dateline:
        evidence.choose("dateline", Candidate(dateline, f"{sheet.form}:first paragraph"))
    agencies = [*((dateline.agency,) if dateline and dateline.agency else ()), *header.agencies]
    credits_ = [
        *sheet.stated.get("credit", ()),
        *(Candidate(one, f"{sheet.form}:credit") for one in agencies),
    ]
    spoken = language.of_text(separated.paragraphs, _said(document, sheet))
    flagged = flags.of_text(
        kicker=chosen["kicker"],
        section=chosen["section"],
        headline=chosen["headline"] or "",
        release=release,
        dateline=dateline,
    )
    marks = (
        ("captions", apart.captions),
        ("related", (*apart.related, *separated.related)),
        ("pull_quotes", separated.pull_quotes),
        ("correction", apart.corrections),
        ("paragraphs", separated.paragraphs),
    )
    for field, found in marks:
        if found:
            evidence.choose(
                field,
                Candidate(True, sheet.form if field == "paragraphs" else f"{sheet.form}:between paragraphs"),
            )
    tags = [one.value for one in sheet.stated.get("tags", ())]
    return Article(
        id=article_id(document.source, address),
        url=address,
        source=document.source,
        kicker=chosen["kicker"],
        headline=chosen["headline"] or "",
        standfirst=chosen["standfirst"],
        authors=evidence.first("authors", _authors(sheet, header)) or (),
        dateline=dateline,
        published=published.text if published else None,
        modified=modified.text if modified else None,
        fetched=document.fetched,
        language=evidence.choose("language", spoken.tag),
        language_confidence=spoken.confidence,
        script=spoken.script,
        section=chosen["section"],
        paragraphs=separated.paragraphs,
        captions=tuple(apart.captions),
        pull_quotes=separated.pull_quotes,
        related=(*apart.related, *separated.related),
        correction=" ".join(apart.corrections) or None,
        rights=rights.transported(
            document, evidence, notices=_said_of(sheet, "copyright"), licenses=_said_of(sheet, "license")
        ),
        flags=flagged,
        credit=evidence.first("credit", credits_),
        tags=tuple(dict.fromkeys(tags)),
        provenance=evidence.provenance,
    )


def _said_of(sheet: Sheet, field: str) -> list[Candidate[str]]:
    return [Candidate(one.value, one.source) for one in sheet.stated.get(field, ())]


def _times(sheet: Sheet, field: str, reader: LineReader) -> Iterator[Candidate[times.Moment]]:
    for one in sheet.stated.get(field, ()):
        moment = reader.time(one.value) or reader.stamp(one.value)
        if moment:
            yield Candidate(moment, f"{one.source}{moment.note}")


def _said(document: Document, sheet: Sheet) -> list[Candidate[str]]:
    stated = [(one.value, one.source) for one in sheet.stated.get("language", ())] + [
        (document.language or "", "source")
    ]
    return [Candidate(tag, source) for value, source in stated if (tag := language.tag(value))]


def _authors(sheet: Sheet, header: _Header) -> Iterator[Candidate[tuple[str, ...]]]:
    """Front matter, then the byline, then who is named as having reported, then who sent it."""
    for names, source in (
        (
            [name for one in sheet.stated.get("author", ()) for name in people.split(one.value)],
            "front matter:author",
        ),
        (header.authors, "text:byline"),
        ([one.value for one in sheet.stated.get("reporters", ())], "text:reporting credits"),
        ([one.value for one in sheet.stated.get("sender", ())], "mail:from"),
    ):
        found = people.people(names)
        if found:
            yield Candidate(found, source)
