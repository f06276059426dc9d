"""Made-up articles in any number, for load tests and benchmarks: plausible to a parser, not meant to be read."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from dateline.demo.clutter import clutter
from dateline.demo.pages import page
from dateline.demo.scenes import stories
from dateline.demo.storyfile import Block
from dateline.demo.world import Outlet, Story, outlets, toml

_START: Final = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")
_SLOT: Final = re.compile(r"\{(\w+)(?::(\d+)-(\d+))?\}")


def render(n: int, seed: int = 0) -> Iterator[tuple[Outlet, str, str, bytes]]:
    """`n` distinct article pages as (outlet, canonical URL, content type, bytes), in the layouts of the English outlets.

    The same `seed` gives the same pages, and a greater `n` the same ones first. Names, numbers and sentences are drawn
    anew for each, so that no two bodies are near-duplicates (tests hold shared five-word shingles under a tenth).
    """
    homes = [outlet for outlet in outlets() if outlet.language == "en" and outlet.layout != "text"]
    for index in range(n):
        draw = random.Random(f"{seed}/{index}")
        outlet = homes[index % len(homes)]
        story = _story(outlet, draw, seed, index)
        others = tuple(one for one in stories(0) if one.outlet == outlet.id)
        around = clutter(outlet, story, others, story.published + timedelta(hours=3), 0)
        yield outlet, story.url, outlet.content_type, page(story, {}, base="", around=around)


def _story(outlet: Outlet, draw: random.Random, seed: int, index: int) -> Story:
    parts = toml("synthetic.toml")
    subject = draw.choice(parts["subject"])
    say = _Writer(draw, parts)
    lead, *rest = subject["sentences"]
    told = draw.sample(rest, 3) + draw.sample(parts["general"]["sentences"], draw.randint(12, 18))
    draw.shuffle(told)
    spoken = draw.sample(parts["general"]["spoken"], draw.randint(3, 6))
    paragraphs = [say.sentences(lead, told.pop())]
    while told:
        paragraphs.append(say.sentences(*(told.pop() for _ in range(min(len(told), draw.randint(1, 3))))))
        if spoken:
            paragraphs.append(say.sentences(spoken.pop()))
    headline = _capital(say(draw.choice(subject["headline"])))
    slug = re.sub(r"[^a-z0-9]+", "-", headline.lower()).strip("-")
    published = (_START + timedelta(minutes=7 * index, seconds=draw.randint(0, 59))).astimezone(
        ZoneInfo(outlet.timezone)
    )
    return Story(
        id=f"{outlet.id}/{slug}",
        outlet=outlet.id,
        path=f"/archive/{published:%Y/%m/%d}/{slug}-{seed}-{index}",
        published=published,
        section=subject["section"],
        kicker=draw.choice(subject["kicker"]),
        headline=headline,
        standfirst=_capital(say(draw.choice(subject["standfirst"]))),
        authors=tuple(say.person() for _ in range(draw.randint(1, 2))),
        keywords=(subject["section"], say.cast["town1"]),
        blocks=tuple(Block("paragraph", text) for text in paragraphs),
        touched=published,
    )


class _Writer:
    """Fills patterns for one article: its cast stays the same, all else is drawn anew."""

    def __init__(self, draw: random.Random, parts: dict[str, Any]) -> None:
        self._draw = draw
        self._parts = parts
        self.cast: dict[str, str] = {}
        for number in "123":
            name = self.person()
            self.cast |= {f"who{number}": name, f"last{number}": name.rpartition(" ")[2]}
            self.cast[f"town{number}"] = self._town()
        for number in "12":
            self.cast[f"body{number}"] = self(draw.choice(parts["body"]))
        for number in "123":
            self.cast[f"role{number}"] = self(draw.choice(parts["role"]))

    def __call__(self, pattern: str) -> str:
        while choice := _CHOICE.search(pattern):
            taken = self._draw.choice(choice[1].split("|"))
            pattern = pattern[: choice.start()] + taken + pattern[choice.end() :]
        return _SLOT.sub(self._fill, pattern)

    def sentences(self, *patterns: str) -> str:
        return " ".join(_capital(self(pattern)) for pattern in patterns)

    def person(self) -> str:
        return f"{self._pick('first')} {self._family()}"

    def _fill(self, slot: re.Match[str]) -> str:
        name, low, high = slot.groups()
        if name in self.cast:
            return self.cast[name]
        match name:
            case "n":
                return str(self._draw.randint(int(low), int(high)))
            case "pct":
                return f"{self._draw.randint(2, 88)}.{self._draw.randint(1, 9)} percent"
            case "money":
                unit = self._draw.choice(("thousand", "million"))
                return f"{self._draw.choice('£$€')}{self._draw.randint(2, 940)} {unit}"
            case "town":
                return self._town()
            case "family":
                return self._family()
            case _:
                return self(self._pick(name))

    def _family(self) -> str:
        return self._pick("family_head") + self._pick("family_tail")

    def _town(self) -> str:
        return self._pick("town_head") + self._pick("town_tail")

    def _pick(self, name: str) -> str:
        return str(self._draw.choice(self._parts[name]))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
