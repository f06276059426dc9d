"""The next page's address, for programs that walk a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request


def next_page(request: Request[Any, Any, Any], cursor: str | None) -> dict[str, str]:
    """The header `Link` (RFC 8288) with the next page's address, if there is one."""
    if cursor is None:
        return {}
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"] + [
        ("cursor", cursor)
    ]
    following = request.url.with_replacements(query=urlencode(asked))
    return {"link": f'<{following}>; rel="next"'}
