"""Invented pages in the conventions that outlets use, and what is read from each: `python -m tests.golden.normalize.pages`
writes what today's code reads, to be looked at before it is committed."""

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from consumers.normalize import Document, normalize

FOLDER: Final = Path(__file__).parent
CASES: Final[dict[str, dict[str, str]]] = json.loads((FOLDER / "cases.json").read_text("utf-8"))
EXPECTED: Final = FOLDER / "expected.json"
FETCHED: Final = "2026-03-05T12:00:00+00:00"
# The text itself has tests of its own.
FIELDS: Final = (
    "url", "kicker", "headline", "standfirst", "authors", "credit", "dateline", "published", "modified", "section", "tags", "images", "links",
    "doubts",
)  # fmt: skip
EXPLAINED: Final = ("headline", "authors", "published", "modified", "credit", "section", "url")


def read(name: str) -> dict[str, Any]:
    """The metadata of one page as JSON values, empty ones left out, with where some of them come from."""
    body = (FOLDER / "pages" / name).read_bytes()
    article = normalize(
        Document(body=body, content_type="text/html", source="golden", fetched=FETCHED, **CASES[name])
    )
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(article))
    found = {field: fields[field] for field in FIELDS if fields[field]}
    return {**found, "provenance": {field: article.provenance.get(field) for field in EXPLAINED}}


if __name__ == "__main__":
    EXPECTED.write_text(
        json.dumps({name: read(name) for name in CASES}, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
