"""Answers that are asked for again within moments are given again: what many read at once is made once.

As web servers do before slow applications (nginx: `proxy_cache_lock`, `proxy_cache_use_stale updating`; RFC 5861,
stale-while-revalidate).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, cast

import msgspec
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPRequestEvent, Message, Receive, Scope, Send

from reader.etags import gathered, tag

_VARIES: Final = ("host", "accept", "accept-encoding", "authorization", "cookie")
_PASSED: Final = ("HEAD", "OPTIONS")
_MOST_BYTES: Final = 32_000_000

_Key = tuple[str, ...]


class _Answer(msgspec.Struct, frozen=True):
    start: Message
    body: Message
    made: float

    @property
    def size(self) -> int:
        return len(cast("bytes", self.body.get("body", b"")))

    async def tell(self, send: Send) -> None:
        # what stands before this adds headers of its own
        headers = list(MutableScopeHeaders.from_message(self.start).headers)
        await send(cast("Message", {**self.start, "headers": headers}))
        await send(self.body)


class Answers:
    """What is kept, and what is being made: one for all of a site's middleware, of which each handler has its own."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Answers are kept for `seconds`, and for as long again while a new one is made."""
        self.seconds = seconds
        self.clock = clock
        self.making: dict[_Key, asyncio.Event] = {}
        self.changes = 0
        self._answers: OrderedDict[_Key, _Answer] = OrderedDict()
        self._bytes = 0

    def get(self, key: _Key) -> _Answer | None:
        """The answer, unless it is too old."""
        answer = self._answers.get(key)
        return answer if answer and self.clock() - answer.made <= 2 * self.seconds else None

    def begin(self, key: _Key) -> asyncio.Event:
        """What is to be set as soon as the answer is there, or is known to be one that is not kept."""
        making = self.making[key] = asyncio.Event()
        return making

    def keep(self, key: _Key, answer: _Answer) -> None:
        """Keep an answer, and no more of the oldest than there is room for."""
        if before := self._answers.pop(key, None):
            self._bytes -= before.size
        self._answers[key] = answer
        self._bytes += answer.size
        while self._answers:
            oldest = next(iter(self._answers.values()))
            if self._bytes <= _MOST_BYTES and answer.made - oldest.made <= 2 * self.seconds:
                break
            self._bytes -= self._answers.popitem(last=False)[1].size

    def forget(self) -> None:
        """Something was changed."""
        self._answers.clear()
        self._bytes = 0
        self.changes += 1


class Kept:
    """Gives whole answers to GET again, as long as `Answers` keeps them.

    Whoever asks for what is being made waits for it. Answers differ by address, by what the client takes, and by who it is. From the
    answer to anything but reading on, none is given again. An answer may be up to twice `Answers.seconds` old.
    """

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self._app = app
        self._answers = answers
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the answer that is kept, or make it."""
        if scope["type"] != ScopeType.HTTP or scope["method"] in _PASSED:
            await self._app(scope, receive, send)
            return
        if scope["method"] != "GET":
            await self._change(scope, receive, send)
            return
        answers = self._answers
        headers = Headers.from_scope(scope)
        asked = scope["query_string"].decode("latin-1")
        key = (scope["path"], asked, *(headers.get(name, "") for name in _VARIES))
        answer = answers.get(key)
        if answer is None and (making := answers.making.get(key)):
            await making.wait()
            answer = answers.get(key)
        if answer is None:
            await self._make(key, answers.begin(key), scope, receive, send)
            return
        if answers.clock() - answer.made > answers.seconds and key not in answers.making:
            again = cast("Scope", {**scope, "state": {"role": scope["state"]["role"]}})
            task = asyncio.create_task(self._make(key, answers.begin(key), again, _nothing, _nobody))
            self._tasks.add(task)
            task.add_done_callback(self._over)
        await answer.tell(send)

    async def _change(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def telling(message: Message) -> None:
            self._answers.forget()  # whoever gets this may at once ask for what it changed
            await send(message)

        try:
            await self._app(scope, receive, telling)
        finally:
            self._answers.forget()

    async def _make(
        self, key: _Key, making: asyncio.Event, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Make the answer, send it, and keep it if it is one that may be."""
        answers = self._answers
        made, changes = answers.clock(), answers.changes

        async def keeping(start: Message, body: Message) -> None:
            tag(start, body)
            answer = _Answer(start, body, made)
            if changes == answers.changes:
                answers.keep(key, answer)
            making.set()
            await answer.tell(send)

        async def passing(message: Message) -> None:
            making.set()
            await send(message)

        try:
            await self._app(scope, receive, gathered(keeping, passing, _may_be_kept))
        finally:
            making.set()
            if answers.making.get(key) is making:
                del answers.making[key]

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # nobody waits for it: who asks next is told


async def _nothing() -> HTTPRequestEvent:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nobody(message: Message) -> None:
    """Send it to nobody."""


def _may_be_kept(start: Message) -> bool:
    sent = MutableScopeHeaders.from_message(start)
    return "set-cookie" not in sent and "no-store" not in sent.get("cache-control", "")
