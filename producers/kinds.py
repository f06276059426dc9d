"""What a file is, by its name."""

import mimetypes
from enum import StrEnum
from typing import Final

import msgspec


class Kind(StrEnum):
    """How a file is read."""

    DOCUMENT = "document"
    ZIP = "zip"
    TAR = "tar"
    LINES = "lines"
    WARC = "warc"


ARCHIVES: Final = frozenset({Kind.ZIP, Kind.TAR, Kind.LINES, Kind.WARC})
"""Those that hold documents."""


class FileKind(msgspec.Struct, frozen=True):
    """How to read a file: `content_type` of a document, `compression` (".gz", ".zst" or "") of JSON Lines."""

    kind: Kind
    content_type: str = ""
    compression: str = ""


TYPES: Final = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
}
"""Content type by suffix. No charset: nobody has declared one."""

_TARS: Final = (
    ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
)  # fmt: skip
_LINES: Final = (".jsonl", ".ndjson")
_WARCS: Final = (".warc", ".warc.gz")


def kind_of(name: str, *, every: bool = False) -> FileKind | None:
    """None for a file that is nothing of this, unless `every` takes it as a document of its guessed type."""
    lower = name.rpartition("/")[2].lower()
    if lower.startswith("._"):
        return None  # what macOS puts beside each file of an archive
    if lower.endswith(".zip"):
        return FileKind(Kind.ZIP)
    if lower.endswith(_TARS):
        return FileKind(Kind.TAR)
    if lower.endswith(_WARCS):
        return FileKind(Kind.WARC)
    for compression in ("", ".gz", ".zst"):
        if lower.endswith(tuple(suffix + compression for suffix in _LINES)):
            return FileKind(Kind.LINES, compression=compression)
    known = TYPES.get("." + lower.rpartition(".")[2]) if "." in lower else None
    if known is None and every:
        known = mimetypes.guess_type(lower)[0] or "application/octet-stream"
    return FileKind(Kind.DOCUMENT, content_type=known) if known else None
