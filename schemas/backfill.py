"""Elasticsearch: how far each archive has been read, in one index that no rebuild touches.

It is an index of its own beside `acquisition`: an archive has no schedule and no validators, and nobody searches it by them. One
document an archive, whatever its size. Losing it costs reading archives again, never a document or a duplicate.
"""

from typing import Any, Final

_UNSEARCHED: Final[dict[str, Any]] = {"type": "keyword", "index": False, "doc_values": False}
_DATE: Final[dict[str, Any]] = {"type": "date"}

BACKFILL_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "archive": {"type": "keyword", "ignore_above": 8192},
        "state": _UNSEARCHED,
        "offset": {"type": "long"},
        "nth": {"type": "long"},
        "done": {"type": "boolean"},
        "counts": {"type": "object", "enabled": False},
        "failed": _UNSEARCHED,
        "begun": _DATE,
        "saved": _DATE,
        "holder": _UNSEARCHED,
        "leased_until": _DATE,
    },
}


def backfill_index(namespace: str = "") -> str:
    """The name of the index."""
    return f"{namespace}-backfills" if namespace else "backfills"
