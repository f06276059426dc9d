"""Identifiers: content-addressed, so that the same thing gets the same name on every run and machine."""

import hashlib
from collections.abc import Iterable

_DIGEST_BYTES = 16


def digest(parts: Iterable[str | bytes]) -> str:
    """32 hex digits of BLAKE2b over length-prefixed parts (so that "ab","c" and "a","bc" differ)."""
    hasher = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hasher.update(len(raw).to_bytes(8, "big"))
        hasher.update(raw)
    return hasher.hexdigest()


def event_id(source: str, url: str, body: bytes) -> str:
    """One id per document as received: fetching the same bytes twice gives the same event."""
    return digest(("event", source, url, body))


def article_id(source: str, url: str) -> str:
    """One id per article: `url` is the canonical URL within the source."""
    return digest(("article", source, url))


def version_id(article: str, content_hash: str, appearance: int = 0) -> str:
    """One id per version: it names a content, and which of the article's appearances of that content it is, from 0.

    A content that comes back after another one is a version of its own. No time is part of it, so that an older sighting
    of the same content, found later, moves the version in time without making another.
    """
    return digest(("version", article, content_hash, str(appearance) if appearance else ""))


def entity_id(kind: str, name: str) -> str:
    """One id for the same name and type in every article. The name is a full one (docs/adr/names.md)."""
    return digest(("entity", kind, name.casefold()))


def namesake(name: str, field: str) -> str:
    """How a person is called whose full name somebody else had before; the id follows from it as from any name."""
    return f"{name} ({field})"


def saying_key(text: str) -> str:
    """One id for the same quoted words, whatever their case, marks and spaces."""
    return digest(("saying", *words_of(text)))


def words_of(text: str) -> list[str]:
    """The words of a text as quotations are compared: runs of letters and digits, case folded."""
    return "".join(char if char.isalnum() else " " for char in text.casefold()).split()
