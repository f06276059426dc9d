"""Mappings of what stories are kept in: `stories`, one document a story, and `placements`, which article is in which story.

Both are written by the stage that decides on stories, and read by people: a story's document is its record on `stories.v1`
and, beside it, what the stage compares articles with. `terms` finds the stories that an article may belong to.
"""

from typing import Any, Final

from schemas.fields import STORY

STORY_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "_source": {"excludes": ["terms"]},
    "properties": {
        **STORY,
        # queried as one string of terms; the boolean similarity makes the score the number of terms shared
        "terms": {
            "type": "keyword",
            "doc_values": False,
            "norms": False,
            "index_options": "docs",
            "similarity": "boolean",
            "split_queries_on_whitespace": True,
        },
        "profile": {"type": "binary"},
    },
}

PLACEMENT_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "article_id": {"type": "keyword"},
        "story_id": {"type": "keyword"},
        "event_id": {"type": "keyword", "index": False, "doc_values": False},
        "order": {"type": "long", "index": False},
        "source": {"type": "keyword"},
        "url": {"type": "keyword", "ignore_above": 8191},
        "headline": {"type": "text"},
        "published": {"type": "date", "format": "strict_date_optional_time"},
        "copy_of": {"type": "keyword"},
        "left": {"type": "keyword", "index": False, "doc_values": False},
        "told": {"type": "keyword", "index": False, "doc_values": False},
        "owed": {"type": "boolean"},
    },
}
