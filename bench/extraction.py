"""Metrics of extraction, and the extractors that are compared: each takes a page's bytes and URL and gives a Reading."""

import importlib
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec

FETCHED = "2026-01-01T00:00:00+00:00"
_TOKEN = re.compile(r"\w+")
_SHINGLE = 4


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What an extractor says of one page; None where it says nothing."""

    body: str = ""
    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None


Extractor = Callable[[bytes, str], Reading]


def plain(text: str) -> str:
    """NFKC, runs of white space as one space: what "exact" means."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def shingle_f1(found: str, wanted: str) -> float:
    """F1 over the multisets of word 4-grams. Source: article-extraction-benchmark."""

    def shingles(text: str) -> Counter[tuple[str, ...]]:
        words = _TOKEN.findall(text)
        return Counter(
            tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words
        )

    ours, theirs = shingles(found), shingles(wanted)
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


class Snippets:
    """F1 over snippets that must and must not be in the body. Source: trafilatura's evaluation."""

    def __init__(self) -> None:
        self.there = self.missing = self.unwanted = 0

    def add(self, body: str, wanted: Iterable[str], unwanted: Iterable[str]) -> None:
        """Count one page."""
        for snippet in wanted:
            if snippet in body:
                self.there += 1
            else:
                self.missing += 1
        self.unwanted += sum(snippet in body for snippet in unwanted)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, over all snippets."""
        return 2 * self.there / max(1, 2 * self.there + self.missing + self.unwanted)


def _time(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def dateline(page: bytes, url: str) -> Reading:
    """This project. A standfirst shown on the page counts as body, as it does in the reference texts."""
    from consumers.normalize import Document, NormalizeError, normalize

    try:
        article = normalize(Document(page, "text/html", url, "bench", FETCHED))
    except NormalizeError:
        return Reading()
    shown = article.provenance.get("standfirst", "").startswith("html")
    return Reading(
        body="\n".join((article.standfirst or "", *article.paragraphs) if shown else article.paragraphs),
        headline=article.headline,
        authors=article.authors,
        published=_time(article.published),
    )


def trafilatura(page: bytes, url: str, *, fast: bool = False) -> Reading:
    """trafilatura with metadata, as its authors run it."""
    import trafilatura as library

    found: Any = library.bare_extraction(page, url=url, fast=fast, with_metadata=True, include_comments=False)
    if found is None:
        return Reading()
    names = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Reading(body=found.text or "", headline=found.title, authors=names, published=_time(found.date))


def trafilatura_fast(page: bytes, url: str) -> Reading:
    """trafilatura without its comparison with other extractors."""
    return trafilatura(page, url, fast=True)


def newspaper4k(page: bytes, url: str) -> Reading:
    """newspaper4k."""
    library = importlib.import_module("newspaper")
    article = library.Article(url, fetch_images=False)
    article.download(input_html=page.decode("utf-8", "replace"))
    article.parse()
    return Reading(
        body=article.text,
        headline=article.title,
        authors=tuple(article.authors),
        published=_time(article.publish_date),
    )


def news_please(page: bytes, url: str) -> Reading:
    """news-please."""
    library = importlib.import_module("newsplease")
    article = library.NewsPlease.from_html(page.decode("utf-8", "replace"), url=url, fetch_images=False)
    return Reading(
        body=article.maintext or "",
        headline=article.title,
        authors=tuple(article.authors or ()),
        published=_time(article.date_publish),
    )


def readability(page: bytes, url: str) -> Reading:
    """readability-lxml: body and title."""
    library = importlib.import_module("readability")
    html = importlib.import_module("lxml.html")
    found = library.Document(page.decode("utf-8", "replace"), url=url)
    return Reading(body=html.fromstring(found.summary()).text_content(), headline=found.short_title())


_NEEDS = {
    "dateline": None,
    "trafilatura": None,
    "trafilatura fast": None,
    "newspaper4k": "newspaper",
    "news-please": "newsplease",
    "readability": "readability",
}
_ALL: dict[str, Extractor] = {
    "dateline": dateline,
    "trafilatura": trafilatura,
    "trafilatura fast": trafilatura_fast,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "readability": readability,
}


def available() -> dict[str, Extractor]:
    """The extractors that are installed (see requirements/bench.in for the others)."""
    found: dict[str, Extractor] = {}
    for name, extractor in _ALL.items():
        module = _NEEDS[name]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if module:
                    importlib.import_module(module)
        except ImportError:
            continue
        found[name] = extractor
    return found
