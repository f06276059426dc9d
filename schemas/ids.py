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


def version_id(article: str, content_hash: str, effective: str) -> str:
    """One id per version. `effective` is the version's own time (RFC 3339) or "" when it has none."""
    return digest(("version", article, content_hash, effective))
