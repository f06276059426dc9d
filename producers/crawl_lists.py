"""Lists of WARC files, as large crawls publish them: `warc.paths`, `warc.paths.gz`, and one of these a month."""

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from dateline.errors import UsageError
from producers import urls
from producers.blobs import Blob
from producers.reading import Window

_LIST: Final = re.compile(r"\.paths(\.gz)?$")
_LARGEST: Final = 256 * 1024 * 1024
_NAMED_TIME: Final = re.compile(r"(?<!\d)(\d{14})(?:\d{3})?(?!\d)")
_LONGEST_WRITTEN: Final = timedelta(days=2)
"""How long a crawler may go on writing to one file: its name holds the time when it began."""


def is_list(name: str) -> bool:
    """Whether a path or address names such a list."""
    return _LIST.search(name) is not None


def is_crawl(address: str) -> bool:
    """Whether an address is that of a crawl with a list for each month: it ends with a slash."""
    return urls.is_web(address) and address.endswith("/")


def monthly(address: str, window: Window) -> list[str]:
    """The addresses of a crawl's lists, as in `crawl-data/CC-NEWS/2024/03/warc.paths.gz`. Raises UsageError without a beginning."""
    if window.since is None:
        raise UsageError(f"{address}: a crawl with a list for each month needs --from, and takes --to")
    month = (window.since - _LONGEST_WRITTEN).astimezone(UTC).date().replace(day=1)
    last = (window.until or datetime.now(UTC)).astimezone(UTC).date()
    found = []
    while month <= last:
        found.append(f"{address}{month:%Y/%m}/warc.paths.gz")
        month = _next_month(month)
    return found


def members(blob: Blob, window: Window) -> Iterator[str]:
    """The paths or addresses of a list's files that may hold captures of the window. Raises UsageError and FetchError.

    A relative path begins where the list itself says that it lies: with `crawl-data/...` in a list at
    https://crawl.example/crawl-data/..., at https://crawl.example/.
    """
    for line in _lines(blob):
        name = line.rpartition("/")[2]
        if may_hold(name, window):
            yield _located(line, blob.name)


def may_hold(name: str, window: Window) -> bool:
    """Whether a file of that name may hold captures of the window: one that names no time may."""
    match = _NAMED_TIME.search(name)
    if match is None:
        return True
    try:
        begun = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return True
    too_early = window.since is not None and begun + _LONGEST_WRITTEN < window.since
    return not too_early and (window.until is None or begun < window.until)


def _lines(blob: Blob) -> list[str]:
    with blob.open() as stream:
        data = stream.read(_LARGEST) if stream.peek(2) != b"\x1f\x8b" else None
        if data is None:
            try:
                data = gzip.GzipFile(fileobj=stream).read(_LARGEST)
            except (EOFError, OSError, zlib.error) as error:
                raise UsageError(f"{blob.name}: cannot be unpacked: {error}") from error
        else:
            while len(data) < _LARGEST and (more := stream.read(_LARGEST - len(data))):
                data += more
    lines = data.decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _located(line: str, listed_in: str) -> str:
    if urls.is_web(line) or line.startswith("/"):
        return line
    first = PurePosixPath(line).parts[0]
    if urls.is_web(listed_in):
        parts = urlsplit(listed_in)
        return f"{parts.scheme}://{parts.netloc}{_base(parts.path, first)}/{line}"
    return f"{_base(listed_in, first)}/{line}"


def _base(listed_in: str, first: str) -> str:
    """The folder from which a list's paths begin: that which holds `first` on the way to the list, else the list's own."""
    folders = listed_in.split("/")[:-1]
    if first in folders:
        return "/".join(folders[: folders.index(first)]) or ("" if listed_in.startswith("/") else ".")
    return "/".join(folders) or "."


def _next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
