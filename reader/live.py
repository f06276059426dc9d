"""What is new, as it comes: server-sent events from the topic of enriched articles, resumed where a reader left off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import ServiceUnavailableException, ValidationException
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from dateline.log import ends, follow
from dateline.settings import Settings
from schemas.records import EnrichedArticle
from schemas.topics import ENRICHED

_MOST: Final = 32  # readers at once; each is a consumer of Kafka


class Live:
    """Opens streams, so many at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free = threading.Semaphore(_MOST)

    def stream(self, positions: dict[int, int], source: str | None) -> Iterator[ServerSentEventMessage]:
        """Events "article" as articles are enriched, each with an id that says where to go on; a comment when it is quiet."""
        if not self._free.acquire(blocking=False):
            raise ServiceUnavailableException(detail=f"{_MOST} readers follow already; try again later")
        try:
            # each partition by name, so that an event's id says for all of them where to go on
            begin = {**ends(self._settings, ENRICHED), **positions}
        except BaseException:
            self._free.release()
            raise
        return self._events(begin, source)

    def _events(self, positions: dict[int, int], source: str | None) -> Iterator[ServerSentEventMessage]:
        try:
            yield ServerSentEventMessage(retry=3000, comment="follows", data=None)
            for message in follow(self._settings, ENRICHED, from_beginning=False, positions=positions):
                if message is None:
                    yield ServerSentEventMessage(comment="quiet", data=None)
                    continue
                positions[message.partition] = message.offset + 1
                if not message.value:
                    continue
                article = msgspec.json.decode(message.value, type=EnrichedArticle)
                if source and article.source != source:
                    continue
                yield ServerSentEventMessage(
                    event="article", id=_written(positions), data=message.value.decode()
                )
        finally:
            self._free.release()


@get("/stream", sync_to_thread=True, media_type="text/event-stream")
def stream(
    live: NamedDependency[Live],
    source: Annotated[str | None, QueryParameter(description="Only articles of this source.")] = None,
    last: Annotated[
        str | None, HeaderParameter(name="Last-Event-ID", description="The id of the last event received.")
    ] = None,
) -> ServerSentEvent:
    """Enriched articles as they come (server-sent events). With Last-Event-ID, from there on, nothing left out."""
    return ServerSentEvent(live.stream(_read(last), source))


def _written(positions: dict[int, int]) -> str:
    return ",".join(f"{partition}:{offset}" for partition, offset in sorted(positions.items()))


def _read(last: str | None) -> dict[int, int]:
    if not last:
        return {}
    try:
        pairs = [pair.split(":") for pair in last.split(",")]
        positions = {int(partition): int(offset) for partition, offset in pairs}
    except ValueError as error:
        raise ValidationException(
            detail=f"Last-Event-ID: expected the id of an event of this stream, got {last!r}"
        ) from error
    if any(number < 0 for pair in positions.items() for number in pair):
        raise ValidationException(detail=f"Last-Event-ID: expected no negative number, got {last!r}")
    return positions


HANDLERS: Final[list[Any]] = [stream]
