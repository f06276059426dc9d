"""Who may read, and what every answer says to a browser: load nothing from elsewhere, run nothing that came with an article."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Final, cast

from litestar import Response
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})

_WHOLE: Final = 1_000_000  # bytes of an answer that may get an entity tag


def headers(response: Response[Any]) -> Response[Any]:
    """The response with `HEADERS`."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


class Door:
    """Lets in who may read.

    With a token, every request needs it: `Authorization: Bearer TOKEN`, or as the password of HTTP Basic, which browsers
    ask for. Without one the reader serves this machine alone, and only under names of this machine, so that a page from
    elsewhere cannot read it through a name of its own (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, token: str | None, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._token = token
        self._hosts = LOOPBACK | set(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it (401, 403)."""
        if scope["type"] == ScopeType.HTTP:
            sent = Headers.from_scope(scope)
            if self._token is None:
                host = _without_port(sent.get("host", ""))
                if host not in self._hosts:
                    raise PermissionDeniedException(
                        detail=f"this reader answers to {', '.join(sorted(self._hosts))}, not to {host!r}"
                    )
            elif not _holds(sent.get("authorization", ""), self._token):
                raise NotAuthorizedException(
                    detail="this reader needs a token: Authorization: Bearer TOKEN",
                    headers={"www-authenticate": 'Basic realm="Dateline", charset="UTF-8"'},
                )
        await self._app(scope, receive, send)


class Etags:
    """Answers that are the same again are not sent again (ETag, If-None-Match; RFC 9110)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tag whole answers of up to a million bytes; let streams pass."""
        if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        asked = Headers.from_scope(scope).get("if-none-match", "")
        held: list[Message] = []

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == 200 and _is_whole(message):
                    held.append(message)
                    return
            elif held:
                await _send_tagged(held.pop(), message, asked, send)
                return
            await send(message)

        await self._app(scope, receive, tagged)


def _is_whole(start: Message) -> bool:
    sent = MutableScopeHeaders.from_message(start)
    length = sent.get("content-length")
    return "etag" not in sent and length is not None and int(length) <= _WHOLE


async def _send_tagged(start: Message, body: Message, asked: str, send: Send) -> None:
    content = cast("bytes", body.get("body", b""))
    tag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    sent = MutableScopeHeaders.from_message(start)
    sent["etag"] = tag
    if tag in (one.strip() for one in asked.split(",")):
        del sent["content-length"]
        await send(cast("Message", {**start, "status": 304}))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    await send(start)
    await send(body)


def _without_port(host: str) -> str:
    return host if host.startswith("[") and host.endswith("]") else host.rsplit(":", 1)[0].lower()


def _holds(authorization: str, token: str) -> bool:
    scheme, _, value = authorization.partition(" ")
    given = value.strip()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(value, validate=True).decode("utf-8", "replace").partition(":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.encode(), token.encode())
