"""An archive's bytes from any offset on: a local file, or an address.

Nothing is held but some bytes read ahead and the last mebibyte given out.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

from dateline.errors import UsageError
from dateline.settings import Settings
from producers.fetch import Fetcher
from producers.responses import Download
from producers.trouble import FetchError, Trouble

_PIECE: Final = 1024 * 1024
_KEPT: Final = 1024 * 1024
_BACKOFF: Final = 0.5

T = TypeVar("T")


class Stream(RawIOBase):
    """Bytes in order, from an offset of the whole on. `position` is the offset of the next one."""

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position
        self._front = b""
        self._kept: list[bytes] = []
        self._kept_size = 0

    def _next(self, size: int) -> bytes:
        """At most `size` bytes, none at the end."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, possibly fewer, none at the end; all that is left when negative."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        if self._front:
            data, self._front = self._front[:size], self._front[size:]
        else:
            data = self._next(size)
        self.position += len(data)
        self._kept.append(data)
        self._kept_size += len(data)
        while self._kept_size - len(self._kept[0]) >= _KEPT:
            self._kept_size -= len(self._kept.pop(0))
        return data

    def readinto(self, buffer: Any, /) -> int:
        """As io.RawIOBase."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def peek(self, size: int) -> bytes:
        """The next bytes, which are read again later; fewer only at the end."""
        while len(self._front) < size and (data := self._next(size - len(self._front))):
            self._front += data
        return self._front

    def tell(self) -> int:
        """`position`."""
        return self.position

    def since(self, position: int) -> bytes | None:
        """What was given out from that offset on, None when it is not kept any more."""
        kept = b"".join(self._kept)
        begin = self.position - len(kept)
        return kept[position - begin :] if position >= begin else None


class Blob(Protocol):
    """Something that can be read from any offset on, again and again, by one thread at a time."""

    @property
    def name(self) -> str:
        """What people know it by: a path as given, or an address."""

    @property
    def size(self) -> int | None:
        """Bytes in all, None when that is not known; of an address only once it was opened."""

    @property
    def reached(self) -> int:
        """How far it has been read by whoever opened it last."""

    def state(self) -> str:
        """What stands for its bytes as they are: another text means that it was replaced. "" when that cannot be told."""

    def open(self, offset: int = 0) -> Stream:
        """Its bytes from there on. Raises UsageError or FetchError."""

    def close(self) -> None:
        """Let go of what `state` needed."""


class LocalBlob:
    """A file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._stream: Stream | None = None

    @property
    def reached(self) -> int:
        """As Blob."""
        return self._stream.position if self._stream else 0

    @property
    def size(self) -> int | None:
        """As the file system says."""
        return self.path.stat().st_size

    def state(self) -> str:
        """Its size and the time of its last change."""
        stat = self.path.stat()
        return f"{stat.st_size} {stat.st_mtime_ns}"

    def open(self, offset: int = 0) -> Stream:
        """Raises UsageError when it cannot be read."""
        try:
            self._stream = _LocalStream(self.path, offset)
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}") from error
        return self._stream

    def close(self) -> None:
        """Holds nothing."""


class _LocalStream(Stream):
    def __init__(self, path: Path, offset: int) -> None:
        super().__init__(offset)
        self._file = os.open(path, os.O_RDONLY)
        os.lseek(self._file, offset, os.SEEK_SET)

    def _next(self, size: int) -> bytes:
        return os.read(self._file, size)

    def close(self) -> None:
        if not self.closed:
            os.close(self._file)
        super().close()


class Downloads:
    """A context manager: addresses as blobs, fetched in a thread of its own with all that `Fetcher` guarantees."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="downloads", daemon=True)
        self._fetcher = Fetcher(settings)
        self.retries = settings.ingest.retries
        self.closed = False

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._fetcher.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed = True
        self.run(self._fetcher.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def blob(self, url: str) -> "RemoteBlob":
        """What is at an address."""
        return RemoteBlob(self, url)

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Begin something in the thread of the fetcher."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something there and wait for it."""
        return self.submit(work).result()

    async def open(self, url: str, start: int, validator: str | None) -> tuple[Download, AsyncExitStack]:
        """A download, and the stack that ends it."""
        async with AsyncExitStack() as stack:
            download = await stack.enter_async_context(
                self._fetcher.download(url, start=start, validator=validator)
            )
            return download, stack.pop_all()
        raise AssertionError("not reached")


class RemoteBlob:
    """A file at an address. It must stay what it is while it is read: a change is an error, never a mixture."""

    def __init__(self, downloads: Downloads, url: str) -> None:
        self._downloads = downloads
        self.name = url
        self.size: int | None = None
        self.validator: str | None = None
        self._asked = False
        self._stream: Stream | None = None
        self._waiting: Stream | None = None

    @property
    def reached(self) -> int:
        """As Blob."""
        return self._stream.position if self._stream else 0

    def state(self) -> str:
        """Its validator (ETag or Last-Modified) and size. Raises FetchError."""
        if not self._asked:
            self._waiting = _RemoteStream(self._downloads, self, 0)
        return f"{self.validator} {self.size}" if self.validator else ""

    def open(self, offset: int = 0) -> Stream:
        """Raises FetchError."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and offset:
            waiting.close()
            waiting = None
        self._stream = waiting or _RemoteStream(self._downloads, self, offset)
        return self._stream

    def close(self) -> None:
        """End a connection that was made for `state` alone."""
        if self._waiting is not None:
            self._waiting.close()

    def learn(self, download: Download) -> None:
        """Keep what an answer says of the whole. Raises FetchError when it is another one than before."""
        if self._asked and download.validator != self.validator:
            raise FetchError(self.name, Trouble.BODY, "it was replaced while it was read", temporary=False)
        self._asked = True
        self.validator, self.size = download.validator, download.size


class _RemoteStream(Stream):
    """Goes on where it was when a connection breaks. A server that gives no parts is read from the beginning again."""

    def __init__(self, downloads: Downloads, blob: RemoteBlob, offset: int) -> None:
        super().__init__(offset)
        self._downloads = downloads
        self._blob = blob
        self._received = offset
        self._buffer = b""
        self._stack: AsyncExitStack | None = None
        self._ahead: Future[bytes] | None = None
        self._failures = 0
        self._ended = False
        self._connect()

    def _next(self, size: int) -> bytes:
        while not self._buffer and not self._ended:
            try:
                assert self._ahead is not None
                self._buffer = self._ahead.result()
                self._received += len(self._buffer)
                self._ended = not self._buffer
                if self._ended and self._blob.size is not None and self._received < self._blob.size:
                    raise FetchError(self._blob.name, Trouble.BODY, "the body ended too early")
                self._failures = 0
            except FetchError as error:
                self._ended = False
                self._disconnect()
                self._after(error)
                self._connect()
            else:
                if not self._ended:
                    self._ahead = self._downloads.submit(self._gather())
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def close(self) -> None:
        if not self.closed:
            self._disconnect()
        super().close()

    def _connect(self) -> None:
        while True:
            try:
                self._reach()
            except FetchError as error:
                if error.status == 416:  # nothing lies there: the end
                    self._ended = True
                    return
                self._disconnect()
                self._after(error)
            else:
                return

    def _reach(self) -> None:
        self._download, self._stack = self._downloads.run(
            self._downloads.open(self._blob.name, self._received, self._blob.validator)
        )
        self._blob.learn(self._download)
        self._ahead = self._downloads.submit(self._gather(skip=self._received - self._download.start))

    async def _gather(self, skip: int = 0) -> bytes:
        """Some bytes, after others that are known already; none only at the end."""
        while skip:
            data = await self._download.read()
            if not data:
                return b""
            if len(data) > skip:
                return data[skip:]
            skip -= len(data)
        parts, size = list[bytes](), 0
        while size < _PIECE // 4:
            try:
                data = await self._download.read()
            except FetchError:
                if not parts:
                    raise
                break  # the next call meets it again
            if not data:
                break
            parts.append(data)
            size += len(data)
        return b"".join(parts)

    def _disconnect(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
        if self._stack is not None and not self._downloads.closed:
            self._downloads.run(self._stack.aclose())
            self._stack = None

    def _after(self, error: FetchError) -> None:
        """Wait before the next try, or raise what went wrong when there is none."""
        self._failures += 1
        if not error.temporary or self._failures > self._downloads.retries:
            raise error
        wait = _BACKOFF * 2**self._failures if error.pause is None else error.pause
        self._downloads.run(asyncio.sleep(min(wait, 60.0)))
