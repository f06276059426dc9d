"""From raw documents to Kafka."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from types import TracebackType
from typing import Any, Final, Self

from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable, UsageError
from dateline.settings import Settings
from producers.documents import RawDocument
from schemas.topics import Topic

ROOM: Final = 48 * 1024 * 1024
"""Bytes on their way at most, if they are of more than one document. Each is held twice: by the document and in its batch."""
_OVERHEAD: Final = 2048
_BULK: Final[dict[str, Any]] = {"batch_size": 1024 * 1024, "linger_ms": 50}
"""Twice the usual batch: a page that does not fit into one is copied in vain, and larger ones compress better."""
_PATIENCE: Final = 120.0

Done = Callable[[RawDocument, str | None], None]
"""Told of each document once, from another thread: None when all replicas have it, else why it was not sent."""


class Sender:
    """A context manager that sends to one lane; leaving it waits for what is on its way.

    Each document that is reported as sent is in the topic exactly once per `send`, in the order of the calls for one key.
    Sending the same document again is harmless: it has the same event id, and deduplicate drops it.
    """

    def __init__(self, settings: Settings, lane: Topic, done: Done, *, bulk: bool = False) -> None:
        """`bulk` sends more at a time, and later. Raises Unavailable without Kafka, UsageError without the topic."""
        self._topic = clients.physical(settings, lane)
        self._done = done
        self._room = threading.Condition()
        self._under_way = 0
        try:
            with closing(clients.admin(settings)) as admin:
                known = self._topic in admin.list_topics()
            if not known:
                raise UsageError(f"kafka: no topic {self._topic}; run `dateline topics apply`")
            self._producer = clients.producer(settings, **(_BULK if bulk else {}))
        except KafkaError as error:
            raise Unavailable(f"kafka: no broker answers: {error}; see `dateline doctor`") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()
        clients.close(self._producer, _PATIENCE if kind is None else 2)

    def send(self, document: RawDocument, then: Callable[[str | None], None] | None = None) -> None:
        """Hand over one document; blocks while more than `ROOM` bytes are on their way.

        `done`, and `then` if given, learn what became of it.
        """
        size = len(document.body) + _OVERHEAD
        with self._room:
            self._room.wait_for(lambda: self._under_way == 0 or self._under_way + size <= ROOM)
            self._under_way += size
        try:
            sent = self._producer.send(
                self._topic,
                key=document.key,
                value=document.body,
                headers=clients.byte_headers(document.headers()),
            )
        except KafkaError as error:
            self._settle(document, size, then, f"kafka: {error}")
            return
        sent.add_callback(lambda _: self._settle(document, size, then, None))
        sent.add_errback(lambda error: self._settle(document, size, then, f"kafka: {error!r}"))

    async def deliver(self, document: RawDocument) -> str | None:
        """Send one document and wait until it is safe: None, or why it was not sent."""
        loop = asyncio.get_running_loop()
        settled: asyncio.Future[str | None] = loop.create_future()

        def then(problem: str | None) -> None:
            loop.call_soon_threadsafe(settled.set_result, problem)

        await asyncio.to_thread(self.send, document, then)
        return await settled

    def flush(self) -> None:
        """Wait until every document handed over is sent or has failed."""
        self._producer.flush(timeout=_PATIENCE)
        with self._room:
            self._room.wait_for(lambda: self._under_way == 0, timeout=_PATIENCE)

    def _settle(
        self, document: RawDocument, size: int, then: Callable[[str | None], None] | None, problem: str | None
    ) -> None:
        self._done(document, problem)
        if then is not None:
            then(problem)
        with self._room:
            self._under_way -= size
            self._room.notify_all()
