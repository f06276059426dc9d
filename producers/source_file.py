"""Changing the source table by program, so that what people wrote in it, comments included, stays as it is."""

import os
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError

from dateline.errors import SettingsError, UsageError
from producers import sources
from producers.sources import Source

_FIRST_LINE = "The sources that Dateline polls; see `dateline sources --help`."


def add(path: Path, source: Source) -> None:
    """Append an entry, making the file if there is none. Raises UsageError when the id or one of the addresses is taken."""
    known = sources.load(path) if path.exists() else ()
    for other in known:
        if other.id == source.id:
            raise UsageError(f"sources: {path} has a source {source.id!r} already; choose another --id")
    for address in (*source.feeds, *source.sitemaps):
        taken = sources.of_feed(known, address)
        if taken is not None:
            raise UsageError(f"sources: {address} belongs to source {taken.id!r} already")
    document = _read(path)
    entries = document.setdefault("source", tomlkit.aot())
    entries.append(_table(source))
    _write(path, document)


def disable(path: Path, source_id: str, reason: str | None) -> None:
    """Say in the entry why it is not polled; None enables it again. UsageError when there is no such source."""
    sources.by_id(sources.load(path), source_id)
    document = _read(path)
    for entry in document["source"]:
        if entry["id"] == source_id:
            entry.pop("disabled", None)
            if reason is not None:
                entry["disabled"] = reason
    _write(path, document)


def _table(source: Source) -> tomlkit.items.Table:
    table = tomlkit.table()
    defaults: dict[str, Any] = msgspec.to_builtins(Source(id="x", name="x"))
    for name, value in msgspec.to_builtins(source).items():
        if name in ("id", "name") or value != defaults[name]:
            table[name] = value
    return table


def _read(path: Path) -> tomlkit.TOMLDocument:
    if not path.exists():
        document = tomlkit.document()
        document.add(tomlkit.comment(_FIRST_LINE))
        document.add(tomlkit.nl())
        return document
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except TOMLKitError as error:
        raise SettingsError(f"sources: {path} cannot be read as TOML: {error}") from error


def _write(path: Path, document: tomlkit.TOMLDocument) -> None:
    text = tomlkit.dumps(document)
    sources.convert(document.unwrap(), str(path))
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)  # a crash leaves the old file or the new one
