"""An article's history and one of its versions, by what an address says; or 404 with the reason."""

from __future__ import annotations

from litestar.exceptions import NotFoundException

from reader.library import Library
from schemas.records import EnrichedArticle


def history(library: Library, what: str) -> tuple[EnrichedArticle, ...]:
    """All versions, oldest first, by the article's id (or the beginning of one) or URL; one at least."""
    found = library.versions(what)
    if not found:
        raise NotFoundException(detail=f"No article {what!r}.")
    return found


def version(versions: tuple[EnrichedArticle, ...], number: int) -> EnrichedArticle:
    """The version of that number; they count from 1, the oldest."""
    if not 1 <= number <= len(versions):
        raise NotFoundException(detail=f"Versions run from 1 to {len(versions)}; there is no {number}.")
    return versions[number - 1]


def number_of(versions: tuple[EnrichedArticle, ...], version_id: str) -> int:
    """The number of the version with that id."""
    for number, one in enumerate(versions, 1):
        if one.version_id == version_id:
            return number
    raise NotFoundException(detail=f"This article has no version {version_id!r}, or has it no more.")
