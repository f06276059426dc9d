"""Where a list goes on that is in a fixed order: the sort values of the last record shown (search_after), as one word."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request

from dateline.errors import UsageError

_LONGEST: Final = 2000


def cursor_after(hits: list[dict[str, Any]], size: int) -> str | None:
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


def next_page(request: Request[Any, Any, Any], cursor: str | None) -> dict[str, str]:
    """The header `Link` (RFC 8288) with the next page's address, if there is one."""
    if cursor is None:
        return {}
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"] + [
        ("cursor", cursor)
    ]
    following = request.url.with_replacements(query=urlencode(asked))
    return {"link": f'<{following}>; rel="next"'}
