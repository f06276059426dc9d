"""Answers that are the same again are not sent again (ETag, If-None-Match; RFC 9110)."""

from __future__ import annotations

import gzip
import hashlib
from typing import Final, cast

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_WHOLE: Final = 1_000_000  # bytes of an answer that may get an entity tag


class Etags:
    """Tags whole answers; let streams pass."""

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
    sent = MutableScopeHeaders.from_message(start)
    content = cast("bytes", body.get("body", b""))
    if sent.get("content-encoding") == "gzip":
        content = gzip.decompress(content)  # its header holds the second in which it was compressed
    tag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    sent["etag"] = tag
    if tag in (one.strip() for one in asked.split(",")):
        del sent["content-length"]
        await send(cast("Message", {**start, "status": 304}))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    await send(start)
    await send(body)
