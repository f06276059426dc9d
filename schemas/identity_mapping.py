"""Mapping of the identity index: the memory of the deduplicate stage, read by id and by fingerprint bands alone.

Four kinds of documents share it: `head` (one per address of an article), `content` (an article as stated, once per
distinct text), `page` (older versions of an article with a long history) and `claim` (which articles something else than
their address says may be one). What no query asks for is stored and not parsed.
"""

from typing import Any, Final

IDENTITY_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "kind": {"type": "keyword", "doc_values": False},
        # queried as one string of terms; the boolean similarity makes the score the number of terms shared
        "bands": {
            "type": "keyword",
            "doc_values": False,
            "norms": False,
            "index_options": "docs",
            "similarity": "boolean",
            "split_queries_on_whitespace": True,
        },
        "root": {"type": "keyword", "doc_values": False},  # the article of which the latest version is a copy
        "head": {"type": "object", "enabled": False},
        "article": {"type": "object", "enabled": False},
        "versions": {"type": "object", "enabled": False},
        "holders": {"type": "keyword", "index": False, "doc_values": False},
    },
}
