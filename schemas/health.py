"""How sources do: the kinds of warnings, and Elasticsearch's index of what was measured, one document a source and day.

It is made from the other indices and from what producers remember; no rebuild touches it.
"""

from enum import StrEnum
from typing import Any, Final

_DATE: Final[dict[str, Any]] = {"type": "date"}
_KEYWORD: Final[dict[str, Any]] = {"type": "keyword"}
_COUNT: Final[dict[str, Any]] = {"type": "integer"}
_NUMBER: Final[dict[str, Any]] = {"type": "float"}


class Warn(StrEnum):
    """What can be said against a source; doubles as a metric label."""

    SILENT = "silent"  # no new article for longer than ever in its past
    FEWER = "fewer"
    MORE = "more"
    UNREACHABLE = "unreachable"  # none of its feeds and sitemaps answers
    FAILING = "failing"  # some do not, or many pages
    NO_BODY = "no_body"
    NO_DATE = "no_date"
    PAYWALLED = "paywalled"
    SHORTER = "shorter"


HEALTH_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "source": _KEYWORD,
        "checked": _DATE,
        "state": _KEYWORD,
        "last_success": _DATE,
        "last_article": _DATE,
        "articles": _COUNT,
        "articles_usual": _NUMBER,
        "documents": _COUNT,
        "without_body": _NUMBER,
        "without_body_usual": _NUMBER,
        "without_date": _NUMBER,
        "without_date_usual": _NUMBER,
        "paywalled": _NUMBER,
        "paywalled_usual": _NUMBER,
        "median_words": _NUMBER,
        "median_words_usual": _NUMBER,
        "failing": _COUNT,
        "troubles": {"type": "flattened"},
        "warnings": {
            "properties": {
                "kind": _KEYWORD,
                "observed": _NUMBER,
                "expected": _NUMBER,
                "said": {"type": "text"},
                "since": _DATE,
            }
        },
    },
}


def health_index(namespace: str = "") -> str:
    """The name of the index."""
    return f"{namespace}-source-health" if namespace else "source-health"
