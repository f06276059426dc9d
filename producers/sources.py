"""The source table: who publishes, where, and how it may be asked. One TOML file of `[[source]]` entries."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from dateline.errors import SettingsError, UsageError
from producers import urls

_ID: Final = r"^[a-z0-9][a-z0-9._-]{0,62}$"
_INTERVAL: Final = re.compile(r"(\d+)\s*([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Id = Annotated[str, msgspec.Meta(pattern=_ID)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One publisher. `interval` ("10m") lies between two polls; `delay` in seconds between two requests to its host.

    `timezone` is the zone of dates that the publisher prints without one. `disabled` says why it is not polled.
    """

    id: Id
    name: str
    homepage: str | None = None
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] | None = None
    language: str | None = None
    timezone: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    interval: str = "10m"
    delay: Seconds | None = None
    rights: str | None = None
    disabled: str | None = None

    @property
    def every(self) -> timedelta:
        """`interval` as a duration."""
        return interval(self.interval)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: tuple[Source, ...] = ()


def interval(text: str) -> timedelta:
    """ "90s", "10m", "6h", "1d" as a duration; ValueError for anything else and for zero."""
    match = _INTERVAL.fullmatch(text.strip())
    if not match or int(match[1]) == 0:
        raise ValueError(f"expected a number and s, m, h or d, as in 10m; got {text!r}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def load(path: Path) -> tuple[Source, ...]:
    """All sources of the table. Raises SettingsError that names the file, the source and every problem found."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"sources: no file {path}; see DATELINE_INGEST_SOURCES") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"sources: {path} cannot be read as TOML: {error}") from error
    return convert(tree, str(path))


def convert(tree: dict[str, Any], origin: str) -> tuple[Source, ...]:
    """Sources from plain data; `origin` stands in the messages. Raises SettingsError."""
    try:
        table = msgspec.convert(tree, _Table)
    except msgspec.ValidationError as error:
        raise SettingsError(f"sources: {origin}: {_named(str(error), tree)}") from error
    problems = [f"{source.id}: {problem}" for source in table.source for problem in _problems(source)]
    problems += [f"{name}: there are {n} sources with this id" for name, n in _repeated(table.source)]
    if problems:
        raise SettingsError("\n".join(f"sources: {origin}: {problem}" for problem in problems))
    return table.source


def by_id(sources: Iterable[Source], wanted: str) -> Source:
    """The source of that id; UsageError that names the nearest ids if there is none."""
    table = {source.id: source for source in sources}
    if wanted not in table:
        raise UsageError(f"sources: no source {wanted!r}; see `dateline sources list`")
    return table[wanted]


def of_feed(sources: Iterable[Source], url: str) -> Source | None:
    """The source that has this feed or sitemap."""
    asked = urls.canonical(url)
    for source in sources:
        if asked in {urls.canonical(known) for known in (*source.feeds, *source.sitemaps)}:
            return source
    return None


def check_timezone(name: str) -> str:
    """The name itself if it is an IANA zone, else UsageError."""
    if name not in available_timezones():
        raise UsageError(f"{name!r} is no time zone: expected an IANA name as in Europe/Berlin")
    return ZoneInfo(name).key


def check_id(name: str) -> str:
    """The name itself if it can be a source id, else UsageError."""
    if not re.match(_ID, name):
        raise UsageError(f"source {name!r}: expected lower-case letters, digits, dots, hyphens, at most 63")
    return name


def _problems(source: Source) -> Iterable[str]:
    for link in (source.homepage, *source.feeds, *source.sitemaps):
        try:
            if link is not None:
                urls.canonical(link)
        except UsageError as error:
            yield str(error)
    if source.timezone is not None:
        try:
            check_timezone(source.timezone)
        except UsageError as error:
            yield f"timezone: {error}"
    try:
        interval(source.interval)
    except ValueError as error:
        yield f"interval: {error}"
    if not (source.feeds or source.sitemaps or source.disabled):
        yield "neither feeds nor sitemaps: nothing to poll (say why in `disabled` to keep the entry)"


def _repeated(sources: Iterable[Source]) -> Iterable[tuple[str, int]]:
    return [(name, n) for name, n in Counter(source.id for source in sources).items() if n > 1]


def _named(message: str, tree: dict[str, Any]) -> str:
    """msgspec says "$.source[3].name"; people know their sources by id."""
    if (place := re.search(r"\$\.source\[(\d+)\]", message)) is None:
        return message
    index = int(place[1])
    entries = tree.get("source")
    entry = entries[index] if isinstance(entries, list) and index < len(entries) else None
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"source {name!r} (entry {index + 1}): {message}" if name else f"entry {index + 1}: {message}"
