"""Classes of change: what a `Change` can be. One that is not listed cannot be asked for (`changed:`)."""

from typing import Final

WITHDRAWN: Final = "withdrawn"
"""A change that was told and turned out to be none."""

CLASSES: Final = (
    "headline",
    "standfirst",
    "byline",
    "dateline",
    "correction",
    "retraction",
    "removal",
    "restored",
    "number",
    "name",
    "quote_altered",
    "quote_added",
    "quote_removed",
    "attribution",
    "softened",
    "hardened",
    "expansion",
    "cut",
    "rewrite",
    "silent_edit",
    "published_time_changed",
)
