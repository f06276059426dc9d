"""The canonical form of an article: what of it is content, with noise taken out.

Two articles with the same canonical form are the same version. Not content: white space, invisible characters, the style
of quotation marks, dashes and ellipses, Unicode composition, tracking parameters, captions, pull quotes, related links,
rights, provenance, URL, and whole paragraphs of page furniture (see noise.py).
"""

import re
import unicodedata
from typing import Final

import msgspec

from consumers.deduplicate.noise import is_noise
from consumers.deduplicate.removal import REMOVED
from schemas.ids import digest
from schemas.order import parse_time
from schemas.records import Article

_STYLES: Final = str.maketrans(
    {
        **dict.fromkeys('"“”„‟«»″〝〞＂‘’‚‛‹›′`´＇', "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None),
    }
)
_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(r" ?-+ ?")
_TRACKING: Final = re.compile(
    r"(?<=[?&])(?:utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ito|smid)=[^&\s#]*&?", re.IGNORECASE
)
_DANGLING: Final = re.compile(r"[?&]+(?=[\s#)]|$)")


class Canon(msgspec.Struct, frozen=True):
    """The content of an article. `published` is in whole minutes since 1970."""

    kicker: str
    headline: str
    standfirst: str
    authors: tuple[str, ...]
    dateline: str
    published: int | None
    paragraphs: tuple[str, ...]
    correction: str


def canonical_text(text: str | None) -> str:
    """One line of text without the differences that no reader sees as a change. "" for None."""
    if not text:
        return ""
    text = unicodedata.normalize("NFC", text).translate(_STYLES)
    if "://" in text:
        text = _DANGLING.sub("", _TRACKING.sub("", text))
    text = _SPACES.sub(" ", text).strip().replace("''", "'")
    return _DASHES.sub("-", text) if "-" in text else text


def canonical_paragraphs(article: Article) -> tuple[str, ...]:
    """The body's paragraphs in canonical form, without furniture and empty ones."""
    texts = (canonical_text(paragraph) for paragraph in article.paragraphs)
    return tuple(text for text in texts if text and not is_noise(text))


def canonical(article: Article) -> Canon:
    """The article's content. Pure."""
    return Canon(
        kicker=canonical_text(article.kicker),
        headline=canonical_text(article.headline),
        standfirst=canonical_text(article.standfirst),
        authors=tuple(canonical_text(author) for author in article.authors),
        dateline=canonical_text(article.dateline.text) if article.dateline else "",
        published=int(parse_time(article.published).timestamp()) // 60 if article.published else None,
        paragraphs=canonical_paragraphs(article),
        correction=canonical_text(article.correction),
    )


def content_hash(article: Article) -> str:
    """One hash per content; one for all removals."""
    if article.removed is not None:
        return REMOVED
    return digest((b"canon-1", msgspec.msgpack.encode(canonical(article))))


def ignored(known: Article, again: Article) -> list[str]:
    """What differs between two statements of one content, by name: why the second is no version."""
    names = [name for name in _NOT_CONTENT if getattr(known, name) != getattr(again, name)]
    if [p for p in map(canonical_text, known.paragraphs) if is_noise(p)] != [
        p for p in map(canonical_text, again.paragraphs) if is_noise(p)
    ]:
        names.append("page furniture")
    if any(_as_written(known, name) != _as_written(again, name) for name in _CONTENT):
        names.append("spaces and marks")
    return names


_CONTENT: Final = ("kicker", "headline", "standfirst", "authors", "dateline", "paragraphs", "correction")
_NOT_CONTENT: Final = ("modified", "url", "captions", "pull_quotes", "related", "section", "rights")


def _as_written(article: Article, name: str) -> object:
    if name == "paragraphs":
        return [text for text in article.paragraphs if not is_noise(canonical_text(text))]
    return getattr(article, name)
