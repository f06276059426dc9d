"""Plain text in the form of agency copy, archive files, forwarded mail and Markdown.

Kicker (may be missing), headline, standfirst (may be missing), lines with dates, byline, then paragraphs apart by blank
lines, with embedded headlines and pull quotes among them. What is in no field as it stands is named in the evidence, under
"set aside": no character of the document is lost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from consumers.normalize import apart as among
from consumers.normalize import (
    filed,
    flags,
    language,
    links,
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
from consumers.normalize.heading import Header, settle_titles
from consumers.normalize.lines import LineReader
from consumers.normalize.related import Separated, separate
from consumers.normalize.sheet import Block, Sheet
from consumers.normalize.strings import clean
from schemas import records
from schemas.ids import article_id
from schemas.reasons import Reason
from schemas.records import Article

ASIDE = "set aside"
"""The name in the evidence of what is in no field."""

_BLANK = re.compile(r"\n[ \t\u00a0]*+\n\s*+")
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
    release = among.release(sheet)
    wire.trim(sheet)
    header = Header(sheet, reader)
    header.read()
    settle_titles(header, sheet)
    headline = sheet.first("headline")
    if headline is None or not sheet.blocks:
        raise NormalizeError(
            Reason.NO_BODY,
            f"a headline but no paragraphs: {headline.value[:80] if headline else text.strip()[:80]!r}",
        )
    apart = among.Apart(sheet)
    kinds = among.kinds(apart.blocks)
    separated = separate(
        [block.text for block in apart.blocks],
        headlines=sheet.form != "markdown",
        fixed={at for at, kind in enumerate(kinds) if kind},
    )
    if not separated.paragraphs:
        raise NormalizeError(Reason.NO_BODY, f"no paragraphs under the headline {headline.value[:80]!r}")
    notarticle.check_text(headline.value, separated.paragraphs)
    article = _article(document, sheet, header, apart, separated, kinds, reader, release, evidence)
    sheet.put_aside(_unaccounted(text, _parts(article, sheet)), "marks")
    evidence.note(ASIDE, sheet.aside)
    return article


def _article(
    document: Document,
    sheet: Sheet,
    header: Header,
    apart: among.Apart,
    separated: Separated,
    kinds: Sequence[str],
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
    linked_to = links.stated(sheet.links, separated.paragraphs, document.url)
    if linked_to:
        evidence.choose("links", Candidate(True, sheet.form))
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
        links=linked_to,
        blocks=tuple(
            records.Block(paragraph=at, kind=kinds[place])
            for at, place in enumerate(separated.kept)
            if kinds[place]
        ),
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


def _authors(sheet: Sheet, header: Header) -> Iterator[Candidate[tuple[str, ...]]]:
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
