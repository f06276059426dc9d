"""Where a list goes on that is in a fixed order: the sort values of the last record shown (search_after), as one word."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from elasticsearch import BadRequestError

from dateline.elastic import translated
from dateline.errors import UsageError

_LONGEST: Final = 2000


def cursor_after(hits: Sequence[Mapping[str, Any]], size: int) -> str | None:
    """The cursor of the page after these hits of Elasticsearch; None when they were the last."""
    if len(hits) < size:
        return None
    return base64.urlsafe_b64encode(msgspec.json.encode(hits[-1]["sort"])).decode().rstrip("=")


def read_cursor(cursor: str | None) -> list[str | int | float] | None:
    """What `search_after` takes; None for none. Raises UsageError."""
    if not cursor:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError(cursor)
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(text, type=list[str | int | float])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise UsageError("cursor: expected the one of an answer, got something else") from error


@contextmanager
def walking(cursor: str | None, doing: str) -> Iterator[None]:
    """Errors of a search in Dateline's terms, and UsageError for a cursor of another list, which Elasticsearch refuses."""
    try:
        with translated(doing):
            yield
    except BadRequestError as error:
        if not cursor:
            raise
        raise UsageError("cursor: expected one of this list, got one of another") from error
