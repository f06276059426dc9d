"""What changes around an article from one request to the next: advertisements, counters, "5 minutes ago"."""

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dateline.demo.world import Outlet, Story, toml


class Clutter(msgspec.Struct, frozen=True, kw_only=True):
    """The surroundings of one page at one request. The same `tick` gives the same clutter."""

    words: dict[str, Any]
    ads: tuple[str, ...]
    ago: str
    readers: str
    comments: tuple[tuple[str, str], ...]
    comment_count: int
    nonce: str
    related: tuple[Story, ...]
    latest: tuple[Story, ...]
    minutes: tuple[int, ...]


def clutter(outlet: Outlet, story: Story, others: tuple[Story, ...], at: datetime, tick: int) -> Clutter:
    """Draw the surroundings of `story`; `others` are the outlet's other stories, `at` is the world's clock."""
    draw = random.Random(f"{story.id} {tick}")
    words = toml("clutter.toml")[outlet.language]
    age = at - (story.modified or story.published) + timedelta(minutes=tick)
    latest = sorted(others, key=lambda other: other.published, reverse=True)[:5]
    return Clutter(
        words=words,
        ads=tuple(draw.sample(words["ads"], 4)),
        ago=_ago(age, words["ago"]),
        readers=words["readers"].format(n=draw.randint(11, 1900)),
        comments=tuple((who, what) for who, what in draw.sample(words["readers_say"], 3)),
        comment_count=draw.randint(3, 240),
        nonce=f"{draw.getrandbits(64):016x}",
        related=tuple(draw.sample(others, min(3, len(others)))),
        latest=tuple(latest),
        minutes=tuple(sorted(draw.randint(1, 58) for _ in range(5))),
    )


def _ago(age: timedelta, words: dict[str, tuple[str, str]]) -> str:
    minutes = max(1, int(age.total_seconds() // 60))
    unit, count = ("minute", minutes) if minutes < 60 else ("hour", minutes // 60)
    if count >= 24 and unit == "hour":
        unit, count = "day", count // 24
    one, many = words[unit]
    return one if count == 1 else many.format(n=count)
