"""Changing the source table by program, so that what people wrote in it, comments included, stays as it is.

Only the lines of the entry that changes are written anew (by ruamel.yaml, which keeps comments and quotes). A change is
checked before it is written: the new text must mean the table as it was with that one change.
"""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError as RoundTripError

from dateline import yaml_text
from dateline.errors import SettingsError, UsageError
from producers import sources, urls
from producers.sources import Source

_FIRST_LINE: Final = "# The sources that Dateline polls; see `dateline sources --help`.\n"
_HEAD: Final = "sources:\n"
_PATIENCE = 30.0
_USUAL_OFFSET: Final = 2


def add(path: Path, *new: Source) -> None:
    """Append entries to the file, making it if there is none; in a folder, each gets a file of its own.

    Raises UsageError when an id or one of the addresses is taken, SettingsError when the file cannot be written.
    """
    with _locked(path):
        known = sources.load(path) if path.exists() else ()
        ids = {source.id for source in known}
        owners = {urls.canonical(address): source.id for source in known for address in source.listings}
        for source in new:
            sources.check(source)
            if source.id in ids:
                raise UsageError(f"sources: {path} has a source {source.id!r} already; choose another --id")
            for address in source.listings:
                owner = owners.setdefault(urls.canonical(address), source.id)
                if owner != source.id:
                    raise UsageError(f"sources: {address} belongs to source {owner!r} already")
            ids.add(source.id)
        if path.is_dir():
            for source in new:
                file = path / f"{source.id}.yaml"
                _append(file, [source], _read(file) if file.exists() else _HEAD)
        else:
            _append(path, new, _read(path) if path.exists() else f"{_FIRST_LINE}\n{_HEAD}")


def change(path: Path, source_id: str, how: Callable[[Source], Source]) -> Source:
    """Put what `how` makes of a source in its place, and return it. What it leaves as it was is not written.

    Raises UsageError when there is no such source, SettingsError when the file cannot be written.
    """
    with _locked(path):
        entries = sources.entries(path)
        before = sources.by_id((entry.source for entry in entries), source_id)
        after = how(before)
        if after != before:
            file = next(entry.path for entry in entries if entry.source.id == source_id)
            here = [entry.source for entry in entries if entry.path == file]
            index = here.index(before)
            here[index] = after
            text = _read(file)
            trees = sources.to_tree(before), sources.to_tree(after)
            for edit in (_edit_lines, _edit_whole):
                edited = edit(text, index, *trees)
                if edited is not None and _means(edited, here):
                    _write(file, edited)
                    return after
            raise SettingsError(f"sources: {file}: cannot change source {source_id!r} here: edit it by hand")
        return after


def moved(source: Source, old: str, new: str, why: str) -> Source:
    """The source with an address that moved for good at its new place; `why` stays in `retired`."""
    return _readdressed(source, old, new, why)


def gone(source: Source, old: str, why: str) -> Source:
    """The source without an address that is gone; disabled where that was the last one. `why` stays in `retired`."""
    left = _readdressed(source, old, None, why)
    return left if left.listings else sources.replaced(left, disabled=f"{old}: {why}")


def _readdressed(source: Source, old: str, new: str | None, why: str) -> Source:
    asked = urls.canonical(old)
    kept = {urls.canonical(one) for one in source.listings} - {asked}

    def fresh(addresses: tuple[str, ...]) -> tuple[str, ...]:
        there = [one if urls.canonical(one) != asked else new for one in addresses]
        return tuple(one for one in there if one and not (one is new and urls.canonical(one) in kept))

    return sources.replaced(
        source,
        feeds=fresh(source.feeds),
        sitemaps=fresh(source.sitemaps),
        retired={**source.retired, old: why},
    )


def _append(file: Path, new: Sequence[Source], text: str) -> None:
    wanted = [*sources.parse(text, str(file)), *new]
    if not text.endswith("\n") and text:
        text += "\n"
    if not wanted[: -len(new)]:
        head = [line for line in text.splitlines(keepends=True) if not line.startswith("sources:")]
        text = "".join(head) + _HEAD
    trees = [sources.to_tree(source) for source in new]
    edited = text + _dumped(trees, _offset(text))
    if not _means(edited, wanted):
        yaml = _round_trip(_offset(text))
        document = yaml.load(text)
        document["sources"].extend(trees)
        edited = _text(yaml, document)
    _write(file, edited)


def _edit_lines(text: str, index: int, before: dict[str, Any], after: dict[str, Any]) -> str | None:
    """The text with the lines of one entry edited; None where entries do not begin on lines of their own."""
    lines = text.splitlines(keepends=True)
    starts = yaml_text.item_lines(text, "sources")
    if len(set(starts)) != len(starts):
        return None
    begin, end = starts[index], (*starts, len(lines))[index + 1]
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1  # blank lines and comments after an entry are not its own
    yaml = _round_trip(_offset(text))
    try:
        entry = yaml.load("".join(lines[begin:end]))
    except RoundTripError:
        return None
    if not isinstance(entry, CommentedSeq) or len(entry) != 1:
        return None
    _merge(entry[0], before, after)
    return "".join([*lines[:begin], _text(yaml, entry), *lines[end:]])


def _edit_whole(text: str, index: int, before: dict[str, Any], after: dict[str, Any]) -> str | None:
    yaml = _round_trip(_offset(text))
    document = yaml.load(text)
    _merge(document["sources"][index], before, after)
    return _text(yaml, document)


def _merge(there: CommentedMap, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Make what is there mean `after`, touching only what differs."""
    for name in before.keys() - after.keys():
        del there[name]
    for name, value in after.items():
        old = before.get(name)
        if value == old:
            continue
        if isinstance(value, dict) and isinstance(old, dict) and name in there:
            _merge(there[name], old, value)
        elif isinstance(value, list) and isinstance(old, list) and name in there:
            _merge_list(there[name], old, value)
        else:
            there[name] = value


def _merge_list(there: CommentedSeq, before: list[Any], after: list[Any]) -> None:
    if len(before) == len(after):
        for place, value in enumerate(after):
            if value != before[place]:
                there[place] = value
        return
    for place in reversed(range(len(before))):
        if before[place] not in after:
            del there[place]
    there.extend(value for value in after if value not in before)


def _means(text: str, wanted: Sequence[Source]) -> bool:
    try:
        return sources.parse(text, "the new text") == tuple(wanted)
    except SettingsError:
        return False


def _dumped(trees: Sequence[dict[str, Any]], offset: int) -> str:
    return _text(_round_trip(offset), list(trees))


def _round_trip(offset: int) -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _text(yaml: YAML, document: Any) -> str:
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _offset(text: str) -> int:
    """By how much the file indents its list."""
    first = next((line for line in text.splitlines() if line.lstrip().startswith("- ")), None)
    return _USUAL_OFFSET if first is None else len(first) - len(first.lstrip())


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)  # a crash leaves the old file or the new one
    except OSError as error:
        raise SettingsError(f"sources: {path} cannot be written: {error}") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One change at a time, whichever process makes it."""
    lock = path / ".lock" if path.is_dir() else path.with_name(f".{path.name}.lock")
    try:
        with FileLock(lock, timeout=_PATIENCE):
            yield
    except Timeout as error:
        raise SettingsError(f"sources: {path} is being changed by another process; try again") from error
    except OSError as error:
        raise SettingsError(f"sources: {path} cannot be written: {error}") from error
