"""Elasticsearch's two indices of alerts: what they were told for (`alerts`), and what is owed to whom (`alert-deliveries`).

They hold what no topic does, so no rebuild touches them, and they have no generations.
"""

from typing import Any, Final

_KEYWORD: Final[dict[str, Any]] = {"type": "keyword", "ignore_above": 8191}
_DATE: Final[dict[str, Any]] = {"type": "date", "format": "strict_date_optional_time"}
_KEPT: Final[dict[str, Any]] = {"type": "object", "enabled": False}

ALERTS_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "kind": _KEYWORD,  # notice, claim or begun
        "alert": _KEYWORD,
        "position": {"type": "keyword", "index": False, "doc_values": False},
        "at": _DATE,
        "notice": _KEPT,
    },
}

DELIVERIES_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "kind": _KEYWORD,  # owed or box
        "alert": _KEYWORD,
        "channel": _KEYWORD,
        "notice": _KEYWORD,
        "created": _DATE,
        "state": _KEYWORD,
        "message": _KEYWORD,
        "error": {"type": "text"},
        "changed": _DATE,
        "owner": {"type": "keyword", "index": False, "doc_values": False},
        "leased": _DATE,
        "next_try": _DATE,
        "off": {"type": "text"},
        "open": _KEPT,
    },
}


def alerts_index(namespace: str = "") -> str:
    """The name of the index of what alerts were told for."""
    return f"{namespace}-alerts" if namespace else "alerts"


def deliveries_index(namespace: str = "") -> str:
    """The name of the index of what is owed."""
    return f"{namespace}-alert-deliveries" if namespace else "alert-deliveries"
