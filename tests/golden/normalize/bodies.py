"""Invented pages whose text stands among much else, and what is read from each: `python -m tests.golden.normalize.bodies`
writes what today's code reads, to be looked at before it is committed."""

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from consumers.normalize import Document, normalize
from tests.golden.normalize.pages import FETCHED

FOLDER: Final = Path(__file__).parent / "bodies"
EXPECTED: Final = Path(__file__).parent / "bodies.json"
NAMES: Final = sorted(path.name for path in FOLDER.glob("*.html"))
FIELDS: Final = (
    "kicker", "headline", "standfirst", "authors", "language", "script", "paragraphs", "blocks", "captions", "pull_quotes", "related", "correction",
    "flags", "word_count",
)  # fmt: skip


def read(name: str) -> dict[str, Any]:
    """The text of one page and what stood among it as JSON values, empty ones left out."""
    document = Document(
        body=(FOLDER / name).read_bytes(),
        content_type="text/html",
        url=f"https://weirgazette.example/{name.removesuffix('.html')}",
        source="golden",
        fetched=FETCHED,
    )
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(normalize(document)))
    return {field: fields[field] for field in FIELDS if fields.get(field)}


if __name__ == "__main__":
    EXPECTED.write_text(
        json.dumps({name: read(name) for name in NAMES}, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
