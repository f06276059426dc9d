"""The news agency whose copy an article is, in the agency's own name: "dpa", "AFP, Reuters"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from consumers.normalize import agencies
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.vocabulary import BYLINE, leading

_METAS = (
    "author", "article:author", "articleauthor", "parsely-author", "sailthru.author", "dc.creator", "byl", "cxenseparse:author", "news_source",
    "source", "article:source", "original-source", "syndication-source", "dc.source", "dcterms.source", "agency", "article:agency", "wire",
    "provider", "content-source", "cxenseparse:source", "vr:source",
)  # fmt: skip
_PROPERTIES = ("author", "creator", "sourceOrganization", "provider", "contributor", "creditText")
_BY = leading(BYLINE)
_SOURCE = re.compile(
    r"^\W*(?:source|quelle|fuente|fonte|kaynak|bron|kilde|källa|lähde|źródło|zdroj|forrás|sursa|izvor|источник|джерело|πηγή|المصدر|منبع|来源|來源)\s*[:：]\s*(.{2,60})$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"photo|foto|bild|image|picture|getty|video|grafik|cr[ée]dit|©", re.IGNORECASE)
_REUTERS_STYLE = re.compile(r"^\W*reporting by .+?; ?(?:writing|editing) by ", re.IGNORECASE)
_MAX_LINE = 120
_LAST = 3


def joined(found: Iterable[str]) -> str | None:
    """One credit from agencies' names, each once; the word for agencies in general only where none is named."""
    names = list(dict.fromkeys(found))
    named = [name for name in names if name != agencies.GENERAL]
    return ", ".join(named or names) or None


def _texts(value: Any, page: Page) -> Iterator[str]:
    value = page.graph.resolve(value)
    if isinstance(value, list):
        for one in value[:20]:
            yield from _texts(one, page)
    else:
        yield from strings(value)


def _in_line(line: str) -> list[str]:
    """The agencies in a byline or a source line; none in a line about a picture."""
    if len(line) > _MAX_LINE or _PICTURE.search(line):
        return []
    source = _SOURCE.match(line)
    return agencies.credited(source[1] if source else _BY.sub("", line))


def at_end(paragraphs: Sequence[str]) -> str | None:
    """The credit that ends the text."""
    for paragraph in reversed(paragraphs[-_LAST:]):
        if _REUTERS_STYLE.match(paragraph):
            return "Reuters"
        tail = paragraph[-80:]
        source = _SOURCE.match(paragraph) if len(paragraph) <= _MAX_LINE else None
        found = agencies.at_end().search(tail)
        text = source[1] if source else (found[found.lastgroup or 0] if found else "")
        whole = found is not None and found.lastgroup == "whole" and len(paragraph) > len(tail)
        names = agencies.credited(text) if text and not whole else []
        if names:
            return joined(names)
    return None


def candidates(
    page: Page, lines: Iterable[str], paragraphs: Sequence[str], filed_by: str | None
) -> list[Candidate[str]]:
    """In the order of trust. `lines` are the byline's, `filed_by` is the agency in the dateline."""
    found: list[tuple[str | None, str]] = []
    for syntax, node in page.nodes:
        for name in _PROPERTIES:
            texts = list(_texts(node.get(name), page))
            found.append(
                (joined(one for text in texts for one in agencies.credited(text)), f"{syntax}:{name}")
            )
    if filed_by:
        found.append((joined(agencies.credited(filed_by)), "dateline"))
    found.append((joined(one for line in lines for one in _in_line(line)), "html:byline"))
    for name in _METAS:
        texts = [text for text, _ in page.meta(name)]
        found.append((joined(one for text in texts for one in agencies.credited(text)), f"meta:{name}"))
    found.append((at_end(paragraphs), "html:end of text"))
    hint = page.document.hints.get("author")
    found.append((joined(agencies.credited(hint)) if hint else None, "feed:author"))
    return [Candidate(value, source) for value, source in found if value]
