"""Who may read, and what every answer says to a browser: load nothing from elsewhere, run nothing that came with an article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.types import ASGIApp, Receive, Scope, Send

from reader.access import Access, Role

_POLICY: Final = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS: Final = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


def headers(response: Response[Any], pictures: str = "'self'") -> Response[Any]:
    """The response with `HEADERS` and a policy that lets a browser load from here alone, and `pictures` from there too."""
    response.headers.setdefault("content-security-policy", "; ".join((*_POLICY, f"img-src {pictures}")))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def headers_with(origin: str) -> Callable[[Response[Any]], Response[Any]]:
    """`headers` where maps are drawn on pictures of one other server ("https://tiles.example")."""
    return partial(headers, pictures=f"'self' {origin}")


class Door:
    """Lets in who may read.

    A reader that is open to all serves this machine alone, and only under names of this machine, so that a page from
    elsewhere cannot read it through a name of its own (DNS rebinding). Any other asks everyone for a token.
    """

    def __init__(self, app: ASGIApp, access: Access, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._access = access
        self._hosts = LOOPBACK | set(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its role in the state, or refuse it (401, 403)."""
        if scope["type"] == ScopeType.HTTP:
            if self._access.open_to_all:
                host = _without_port(Headers.from_scope(scope).get("host", ""))
                if host not in self._hosts:
                    raise PermissionDeniedException(
                        detail=f"this reader answers to {', '.join(sorted(self._hosts))}, not to {host!r}"
                    )
            role = self._access.role(ASGIConnection(scope))
            if role < Role.READ:
                raise NotAuthorizedException(
                    detail="this reader needs a token: Authorization: Bearer TOKEN",
                    headers={"www-authenticate": 'Basic realm="Dateline", charset="UTF-8"'},
                )
            scope["state"]["role"] = role
        await self._app(scope, receive, send)


def limit(requests_a_minute: int) -> RateLimitConfig:
    """So many requests a minute from one address; this machine's own are not counted, nor are static files."""
    return RateLimitConfig(
        rate_limit=("minute", requests_a_minute), exclude="^/static/", check_throttle_handler=_is_elsewhere
    )


async def _is_elsewhere(request: Request[Any, Any, Any]) -> bool:
    return request.client is None or request.client.host not in LOOPBACK


def _without_port(host: str) -> str:
    return host if host.startswith("[") and host.endswith("]") else host.rsplit(":", 1)[0].lower()
