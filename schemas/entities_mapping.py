"""Mapping of the entities index: how the archive calls people and organizations, one document a form of a name.

The enrich stage reads it by id; `dateline names` searches it by name. What no query asks for is stored and not parsed.
"""

from typing import Any, Final

_NAME: Final[dict[str, Any]] = {
    "type": "keyword",
    "ignore_above": 1024,
    "fields": {"text": {"type": "text"}},
}

ENTITIES_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "names": _NAME,  # full names that the form may be short for
        "ids": {"type": "keyword"},
        "holders": {"type": "object", "enabled": False},
    },
}
