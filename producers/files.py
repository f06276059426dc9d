"""Folders and single files: articles, and archives of articles."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote_from_bytes

import msgspec

from dateline.clock import Clock
from dateline.errors import UsageError
from producers.documents import RawDocument
from producers.kinds import FileKind, Kind, kind_of
from producers.sources import Source
from producers.tally import Tally
from schemas import envelope

SOURCE: Final = "files"


class Found(msgspec.Struct, frozen=True):
    """A file to be read: `url` names it by its path within the folder that was given, so it is the same on every machine."""

    path: Path
    url: str
    kind: FileKind

    @property
    def content_type(self) -> str:
        """Of a document; "" of an archive."""
        return self.kind.content_type


def find(paths: Sequence[Path], tally: Tally, *, every: bool = False) -> Iterator[Found]:
    """The files at and below `paths`, in the order of their names.

    Text, HTML, and archives of such. The tally is told of other files (skipped, unless `every` takes them all), of folders that
    cannot be read, and of files whose name is taken by another path. Links to folders are not followed.
    """
    for index, path in enumerate(paths):
        root = path if path.is_dir() else path.parent
        for file in _walk(path, tally) if path.is_dir() else (path,):
            kind = kind_of(file.name, every=every)
            relative = file.relative_to(root)
            if kind is None:
                tally.skipped()
            elif (
                kind.kind is not Kind.WARC
                and (other := _same_name(file, relative, paths[:index])) is not None
            ):
                advice = "give their common folder, or ingest them one after the other"
                tally.failed(str(file), f"{other} has the name {name(relative)} already: {advice}")
            else:
                yield Found(file, name(relative), kind)


def name(relative: Path) -> str:
    """ "politics/a b.txt" → "file:politics/a%20b.txt", any bytes of the file system's kept."""
    return "file:" + quote_from_bytes(os.fsencode(relative.as_posix()), safe="/")


def read(found: Found, source: Source, *, limit: int, clock: Clock) -> RawDocument:
    """The file as a raw document. Raises UsageError when it cannot be read or is larger than `limit` bytes."""
    try:
        with found.path.open("rb") as stream:
            body = stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}") from error
    if len(body) > limit:
        raise UsageError(f"larger than {limit:,} bytes; raise DATELINE_INGEST_MAX_DOCUMENT_BYTES to take it")
    return document(body, found.url, found.content_type, source, clock)


def document(
    body: bytes,
    url: str,
    content_type: str,
    source: Source,
    clock: Clock,
    found: dict[str, str] | None = None,
) -> RawDocument:
    """A file's bytes as a document; `found` says in which archive it lay."""
    rights = str(source.rights)
    return RawDocument(
        source=source.id,
        url=url,
        body=body,
        content_type=content_type,
        fetched=clock(),
        timezone=source.timezone,
        language=source.language,
        rights={envelope.SOURCE_RIGHTS: rights} if rights else {},
        found=found or {},
    )


def _walk(folder: Path, tally: Tally) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        tally.failed(str(error.filename), f"cannot be read: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders.sort()
        for file_name in sorted(names):
            yield Path(parent, file_name)


def _same_name(file: Path, relative: Path, earlier: Sequence[Path]) -> Path | None:
    for path in earlier:
        other = path / relative if path.is_dir() else path
        if (path.is_dir() or path.name == str(relative)) and other.exists() and not other.samefile(file):
            return other
    return None
