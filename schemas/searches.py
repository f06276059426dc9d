"""Elasticsearch's index of saved searches, one document each. It is made of nothing else, and no rebuild touches it."""

from typing import Any, Final

SEARCHES_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "id": {"type": "keyword"},
        "name": {"type": "keyword"},
        "query": {"type": "keyword", "index": False, "doc_values": False},
        "order": {"type": "keyword"},
        "saved": {"type": "date"},
    },
}


def searches_index(namespace: str = "") -> str:
    """The name of the index."""
    return f"{namespace}-saved-searches" if namespace else "saved-searches"
