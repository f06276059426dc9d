"""`dateline normalize`: what documents state, offline, without servers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click
import msgspec
from rich.console import Console

from consumers.normalize import Document, NormalizeError, content_type_of, explain
from consumers.normalize.explanation import explained, show
from dateline.app import App, command, pass_app
from dateline.clock import now
from dateline.errors import UsageError
from schemas.records import encode

_SOURCE: Final = "files"


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a manifest."""

    path: str
    url: str | None = None
    source: str | None = None
    timezone: str | None = None


@command(
    "normalize", example="dateline normalize page.html --url https://www.harbourpost.example/2026/tram-vote"
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--url", help="Where the document was found (one FILE only).")
@click.option("--source", default=_SOURCE, show_default=True, help="Id of the source it belongs to.")
@click.option(
    "--timezone", help="Zone of times that name none, as in Asia/Hong_Kong (default: the settings')."
)
@click.option(
    "--jsonl",
    "manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A manifest: one JSON object a line with `path` and optional `url`, `source`, `timezone`.",
)
@click.option(
    "--explain",
    "explaining",
    is_flag=True,
    help="Show every candidate of every field, the choice, and what is doubted: on standard error, or with --json on"
    " standard output.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="With --explain: one JSON object a file with `path`, `article`, `fields` and `doubts` in place of the Article.",
)
@click.pass_context
@pass_app
def normalize(
    app: App,
    ctx: click.Context,
    files: tuple[Path, ...],
    url: str | None,
    source: str,
    timezone: str | None,
    manifest: Path | None,
    explaining: bool,
    as_json: bool,
) -> None:
    """Print one Article as a JSON line for each file; errors go to standard error, one line each.

    Needs no servers. Exit codes: 0 all read, 1 some were not, 2 wrong use.
    """
    if not files and manifest is None:
        raise UsageError("expected FILEs or --jsonl MANIFEST")
    if url is not None and (len(files) != 1 or manifest is not None):
        raise UsageError("--url belongs to one FILE; in a manifest each line may have its own")
    zone = timezone or app.settings.timezone
    entries = [_Entry(path=str(path), url=url) for path in files]
    failed = 0
    for entry in [*entries, *(_lines(manifest) if manifest else ())]:
        try:
            article, evidence = explain(_document(entry, source, zone, app.settings.normalize.max_bytes))
        except NormalizeError as error:
            failed += 1
            click.echo(f"{entry.path}: {error.reason}: {error.message}", err=True)
        except (OSError, ValueError) as error:
            failed += 1
            click.echo(f"{entry.path}: {error}", err=True)
        else:
            told = explained(entry.path, article, evidence) if explaining else None
            machine = told is not None and as_json
            sys.stdout.buffer.write(msgspec.json.encode(told) if machine else encode(article))
            sys.stdout.buffer.write(b"\n")
            if told is not None and not machine:
                show(told, Console(stderr=True))
    sys.stdout.buffer.flush()
    if failed:
        ctx.exit(1)


def _document(entry: _Entry, source: str, timezone: str, max_bytes: int) -> Document:
    path = Path(entry.path)
    return Document(
        body=path.read_bytes(),
        content_type=content_type_of(path.name),
        url=entry.url or f"file:{quote(path.name)}",
        source=entry.source or source,
        fetched=now(),
        timezone=entry.timezone or timezone,
        max_bytes=max_bytes,
    )


def _lines(manifest: Path) -> Iterator[_Entry]:
    """The entries; a relative path starts at the manifest's folder."""
    for number, line in enumerate(manifest.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = msgspec.json.decode(line, type=_Entry)
        except msgspec.DecodeError as error:
            raise UsageError(
                f"{manifest}, line {number}: expected a JSON object with `path`: {error}"
            ) from error
        yield msgspec.structs.replace(entry, path=str(manifest.parent / entry.path))
