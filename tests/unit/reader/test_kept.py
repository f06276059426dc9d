"""Answers that are given again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from reader.kept import Answers, Kept

Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A slow application: counts what it makes, and answers when it is let."""

    def __init__(self) -> None:
        self.made = 0
        self.free = asyncio.Event()
        self.free.set()
        self.status = 200
        self.headers: list[tuple[bytes, bytes]] = []
        self.broken = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        body = f"{scope['path']} {self.made}".encode()
        await self.free.wait()
        if self.broken:
            raise ConnectionError("no answer")
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": [length, *self.headers]})
        await send({"type": "http.response.body", "body": body, "more_body": False})


class Browsers:
    """People who ask the site through `Kept`, at a time that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.site = Site()
        answers = Answers(2.0, lambda: self.now)
        self.kept, self.forms = (Kept(self.site, answers) for _ in range(2))  # a handler's each

    async def ask(self, path: str = "/", method: str = "GET", then: str = "", **headers: str) -> Answer:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-passed", b"once"))
            sent.append(message)
            if then and message["type"] == "http.response.body":
                sent.append({"body": (await self.ask(then))[2]})

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        asked = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope: Any = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": asked,
            "state": {"role": 1},
        }
        await (self.kept if method == "GET" else self.forms)(scope, receive, send)
        start, *parts = sent
        names = [name.decode() for name, _ in start["headers"]]
        assert len(set(names)) == len(names), "a header that was sent twice"
        told = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], told, b"".join(one["body"] for one in parts)


def run(story: Callable[[Browsers], Awaitable[None]]) -> None:
    async def told() -> None:
        await story(Browsers())

    asyncio.run(told())


def test_what_was_just_asked_is_not_made_again() -> None:
    """The same answer, tagged, as long as it is kept; another address is another answer."""

    async def story(them: Browsers) -> None:
        status, headers, body = await them.ask()
        assert (status, body) == (200, b"/ 1")
        them.now += 1.9
        assert await them.ask() == (200, headers, b"/ 1")
        assert headers["etag"]
        assert (await them.ask("/other"))[2] == b"/other 2"

    run(story)


def test_what_many_ask_at_once_is_made_once() -> None:
    """Who comes while it is made waits for it."""

    async def story(them: Browsers) -> None:
        them.site.free.clear()
        asking = [asyncio.create_task(them.ask()) for _ in range(16)]
        await asyncio.sleep(0)
        them.site.free.set()
        assert {body for _, _, body in await asyncio.gather(*asking)} == {b"/ 1"}

    run(story)


def test_an_old_answer_is_given_while_a_new_one_is_made() -> None:
    """Nobody waits for it, and it is made once; one that is too old is given no more."""

    async def story(them: Browsers) -> None:
        await them.ask()
        them.now += 3
        them.site.free.clear()
        assert (await them.ask())[2] == (await them.ask())[2] == b"/ 1"
        them.site.free.set()
        while (await them.ask())[2] == b"/ 1":
            await asyncio.sleep(0)
        assert them.site.made == 2
        them.now += 4.1
        assert (await them.ask())[2] == b"/ 3"

    run(story)


@pytest.mark.parametrize("header", ["authorization", "cookie", "accept", "accept_encoding", "host"])
def test_an_answer_is_for_whom_it_was_made(header: str) -> None:
    """Nobody gets what somebody else may see, nor in a form that is not theirs."""

    async def story(them: Browsers) -> None:
        bodies = [(await them.ask(**{header: value}))[2] for value in ("one", "two", "one")]
        assert bodies == [b"/ 1", b"/ 2", b"/ 1"]

    run(story)


def test_who_changes_something_sees_it_changed() -> None:
    """From the answer to a POST on all is made anew, and what was being made meanwhile is not kept."""

    async def story(them: Browsers) -> None:
        await them.ask()
        assert (await them.ask("/save", "POST", then="/"))[2] == b"/save 2/ 3"
        them.site.free.clear()
        slow = asyncio.create_task(them.ask("/slow"))
        await asyncio.sleep(0)
        posting = asyncio.create_task(them.ask("/save", "POST"))
        await asyncio.sleep(0)
        them.site.free.set()
        assert [body for _, _, body in await asyncio.gather(posting, slow)] == [b"/save 5", b"/slow 4"]
        assert (await them.ask("/slow"))[2] == b"/slow 6"

    run(story)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, []),
        (302, [(b"location", b"/")]),
        (200, [(b"set-cookie", b"a=b")]),
        (200, [(b"cache-control", b"no-store")]),
    ],
)
def test_what_is_for_one_alone_or_no_good_answer_is_made_each_time(
    status: int, headers: list[tuple[bytes, bytes]]
) -> None:
    """Errors, cookies, and what says so itself."""

    async def story(them: Browsers) -> None:
        them.site.status, them.site.headers = status, headers
        assert [(await them.ask())[2] for _ in range(2)] == [b"/ 1", b"/ 2"]

    run(story)


def test_an_answer_that_fails_keeps_nobody_waiting() -> None:
    """Each that waited asks for itself; one that was made beside is forgotten."""

    async def story(them: Browsers) -> None:
        them.site.broken = True
        asking = [asyncio.create_task(them.ask()) for _ in range(3)]
        found = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(one, ConnectionError) for one in found)
        them.site.broken = False
        assert (await them.ask())[2] == b"/ 4"
        them.now += 3
        them.site.broken = True
        assert (await them.ask())[2] == b"/ 4"
        while them.site.made < 5:
            await asyncio.sleep(0)
        them.now += 3
        with pytest.raises(ConnectionError):
            await them.ask()

    run(story)
