"""The canonical form of an article: what of it is content, with noise taken out.

Two articles with the same canonical form are the same version. Not content: white space, where paragraphs end, bullets,
invisible characters, the style of quotation marks, dashes and ellipses, Unicode composition, tracking parameters, captions,
pictures, pull quotes, links, tags, rights, provenance, URL, and whole paragraphs of page furniture (see noise.py).
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
_GUILLEMETS: Final = re.compile(
    r"(?<!\S)([«‹])\s+([^«»‹›]*?)\s+([»›])(?!\w)"
)  # with a space inside, as in French
_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(r" ?-+ ?")
_TRACKING: Final = re.compile(
    r"(?<=[?&])(?:utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ito|smid)=[^&\s#]*&?", re.IGNORECASE
)
_BULLET: Final = re.compile(r"^[•·▪◦‣●○*] ?")
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Ranges of the scripts that put no space between words."""
_LAYOUT: Final = re.compile(rf"(?<=[{UNSPACED}\u3000-\u303f\uff00-\uffef]) | (?=[{UNSPACED}])")
_DANGLING: Final = re.compile(r"[?&]+(?=[\s#)]|$)")


class Canon(msgspec.Struct, frozen=True):
    """The content of an article. `published` is in whole minutes since 1970; `body` is one text, without its paragraphs."""

    kicker: str
    headline: str
    standfirst: str
    authors: tuple[str, ...]
    dateline: str
    published: int | None
    body: str
    correction: str


def canonical_text(text: str | None) -> str:
    """One line of text without the differences that no reader sees as a change. "" for None."""
    if not text:
        return ""
    text = unicodedata.normalize("NFC", text)
    if "«" in text or "‹" in text:
        text = _GUILLEMETS.sub(r"\1\2\3", text)
    text = text.translate(_STYLES)
    if "://" in text:
        text = _DANGLING.sub("", _TRACKING.sub("", text))
    return _spaced(_SPACES.sub(" ", text).strip().replace("''", "'"))


def _spaced(text: str) -> str:
    """Without the spaces that are layout: around dashes, and in scripts that have none between words."""
    if not text.isascii():
        text = _LAYOUT.sub("", text)
    return _DASHES.sub("-", text) if "-" in text else text


def canonical_paragraphs(article: Article) -> tuple[str, ...]:
    """The body's paragraphs in canonical form, without furniture and empty ones."""
    texts = (_BULLET.sub("", canonical_text(paragraph)) for paragraph in article.paragraphs)
    return tuple(text for text in texts if text and not is_noise(text))


def canonical_body(article: Article) -> str:
    """The body as one text: where a paragraph ends is layout."""
    return _spaced(" ".join(canonical_paragraphs(article)))


def canonical(article: Article) -> Canon:
    """The article's content. Pure."""
    return Canon(
        kicker=_told(article.kicker),
        headline=canonical_text(article.headline),
        standfirst=_told(article.standfirst),
        authors=tuple(canonical_text(author) for author in article.authors),
        dateline=canonical_text(article.dateline.text) if article.dateline else "",
        published=int(parse_time(article.published).timestamp()) // 60 if article.published else None,
        body=canonical_body(article),
        correction=canonical_text(article.correction),
    )


def _told(line: str | None) -> str:
    """A line above the text, "" where it is furniture."""
    text = canonical_text(line)
    return "" if is_noise(text) else text


def content_hash(article: Article) -> str:
    """One hash per content; one for all removals."""
    if article.removed is not None:
        return REMOVED
    return digest((b"canon-2", msgspec.msgpack.encode(canonical(article))))


def ignored(known: Article, again: Article) -> list[str]:
    """What differs between two statements of one content, by name: why the second is no version."""
    names = [name for name in _NOT_CONTENT if getattr(known, name) != getattr(again, name)]
    if _furniture(known) != _furniture(again):
        names.append("page furniture")
    if canonical_paragraphs(known) != canonical_paragraphs(again):
        names.append("paragraph breaks")
    if _as_written(known) != _as_written(again):
        names.append("spaces and marks")
    return names


_WRITTEN: Final = ("kicker", "headline", "standfirst", "authors", "dateline", "correction")
_NOT_CONTENT: Final = (
    "modified",
    "url",
    "captions",
    "images",
    "pull_quotes",
    "links",
    "related",
    "section",
    "tags",
    "credit",
    "rights",
)


def _furniture(article: Article) -> list[str]:
    lines = (article.kicker, article.standfirst, *article.paragraphs)
    return [text for text in map(canonical_text, lines) if is_noise(text)]


def _as_written(article: Article) -> list[object]:
    kept = [getattr(article, name) for name in _WRITTEN]
    kept = [line for line in kept if not (isinstance(line, str) and is_noise(canonical_text(line)))]
    return [
        *(line or "" for line in kept if line is not None),
        " ".join(text for text in article.paragraphs if not is_noise(canonical_text(text))),
    ]
