"""Elasticsearch: what producers remember of each address, in one index that no rebuild touches.

It cannot be made again from the topics: losing it costs a round of requests, never a document.
"""

from typing import Any, Final

_UNSEARCHED: Final[dict[str, Any]] = {"type": "keyword", "index": False, "doc_values": False}
_DATE: Final[dict[str, Any]] = {"type": "date"}
_KEYWORD: Final[dict[str, Any]] = {"type": "keyword"}
_COUNT: Final[dict[str, Any]] = {"type": "integer"}

ACQUISITION_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "kind": _KEYWORD,
        "source": _KEYWORD,
        "host": _KEYWORD,
        "url": {"type": "keyword", "ignore_above": 8192},
        "state": _KEYWORD,
        "reason": _UNSEARCHED,
        "trouble": _KEYWORD,
        "due": _DATE,
        "leased_until": _DATE,
        "first_seen": _DATE,
        "published": _DATE,
        "touched": _DATE,
        "fetched": _DATE,
        "succeeded": _DATE,
        "changed": _DATE,
        "etag": _UNSEARCHED,
        "last_modified": _UNSEARCHED,
        "event_id": _UNSEARCHED,
        "moved_to": _UNSEARCHED,
        "moves": _COUNT,
        "fetches": _COUNT,
        "failures": _COUNT,
        "missing": _COUNT,
        "missing_since": _DATE,
        "removed": _DATE,
        "hints": {"type": "object", "enabled": False},
    },
}


def acquisition_index(namespace: str = "") -> str:
    """The name of the index."""
    return f"{namespace}-acquisition" if namespace else "acquisition"
