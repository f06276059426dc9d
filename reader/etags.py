"""Answers that are the same again are not sent again (ETag, If-None-Match; RFC 9110)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, cast

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_WHOLE: Final = 1_000_000  # bytes of an answer that may get an entity tag

Whole = Callable[[Message, Message], Awaitable[None]]
"""Takes the beginning of an answer and its body."""


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

        async def tagged(start: Message, body: Message) -> None:
            tag(start, body)
            await _send_unless_known(start, body, asked, send)

        await self._app(scope, receive, gathered(tagged, send))


def gathered(whole: Whole, send: Send, wanted: Callable[[Message], bool] = lambda start: True) -> Send:
    """A way to send that gives good answers of up to a million bytes to `whole`, beginning and body at once.

    What comes in several parts, or whose beginning is not `wanted`, passes on to `send`.
    """
    held: list[Message] = []

    async def gathering(message: Message) -> None:
        if _may_be_whole(message) and wanted(message):
            held.append(message)
            return
        if held:
            start = held.pop()
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await whole(start, message)
                return
            await send(start)
        await send(message)

    return gathering


def _may_be_whole(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != 200:
        return False
    length = MutableScopeHeaders.from_message(message).get("content-length")
    return length is not None and int(length) <= _WHOLE


def tag(start: Message, body: Message) -> None:
    """Add the entity tag to the beginning of an answer, unless it has one."""
    sent = MutableScopeHeaders.from_message(start)
    if "etag" in sent:
        return
    content = cast("bytes", body.get("body", b""))
    if sent.get("content-encoding") == "gzip":
        content = gzip.decompress(content)  # its header holds the second in which it was compressed
    sent["etag"] = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


async def _send_unless_known(start: Message, body: Message, asked: str, send: Send) -> None:
    sent = MutableScopeHeaders.from_message(start)
    if sent["etag"] not in [one.strip() for one in asked.split(",")]:
        await send(start)
        await send(body)
        return
    del sent["content-length"]
    await send(cast("Message", {**start, "status": 304}))
    await send({"type": "http.response.body", "body": b"", "more_body": False})
