"""Counts, times and lists of a story, each within its bound. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from dateline.story_ports import Recent, Tally
from schemas.order import parse_time
from schemas.records import EnrichedArticle, GeoPlace, Story, StoryArticle, StoryCount

KEYWORD: Final = "keyword"
MOST_RECENT: Final = 12
_MOST_OUTLETS: Final = 100
_MOST_DAYS: Final = 60
MOST_LATEST: Final = 10
_MOST_TALLIES: Final = 80
_MOST_PLACES: Final = 8


def epoch(text: str) -> int:
    """Seconds since 1970 of an RFC 3339 time."""
    return int(parse_time(text).timestamp())


def day(time: int) -> str:
    """The day in UTC."""
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}"


def newest(recent: Iterable[Recent]) -> tuple[Recent, ...]:
    """The newest articles, oldest of them first; each once."""
    unique = {one.article_id: one for one in recent}
    return tuple(sorted(unique.values(), key=lambda one: (one.time, one.article_id))[-MOST_RECENT:])


def latest(articles: Iterable[StoryArticle]) -> tuple[StoryArticle, ...]:
    """The newest articles as they are shown, newest first; each once."""
    unique = {one.article_id: one for one in articles}
    ordered = sorted(unique.values(), key=lambda one: (-epoch(one.published), one.article_id))
    return tuple(ordered[:MOST_LATEST])


def earliest(one: StoryArticle, other: StoryArticle) -> StoryArticle:
    """The one that was published first."""
    return min(one, other, key=lambda article: (epoch(article.published), article.article_id))


def earlier(one: str, other: str) -> str:
    """The earlier of two times."""
    return min(one, other, key=epoch)


def later(one: str, other: str) -> str:
    """The later of two times."""
    return max(one, other, key=epoch)


def with_more(counts: Sequence[StoryCount], name: str, more: int) -> tuple[StoryCount, ...]:
    """Counts with some more of one name, the largest first; of very many names the largest stay."""
    table = {count.name: count.articles for count in counts}
    table[name] = table.get(name, 0) + more
    ordered = sorted(table.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(StoryCount(name=key, articles=n) for key, n in ordered if n > 0)[:_MOST_OUTLETS]


def counted(names: Iterable[str]) -> tuple[StoryCount, ...]:
    """How often each name came, the most frequent first."""
    counts: tuple[StoryCount, ...] = ()
    for name in names:
        counts = with_more(counts, name, 1)
    return counts


def by_days(times: Iterable[int]) -> tuple[StoryCount, ...]:
    """How many came on each day, oldest first."""
    days: tuple[StoryCount, ...] = ()
    for time in times:
        days = with_day(days, day(time), 1)
    return days


def outlets_with(story: Story, source: str, more: int) -> int:
    """Exact up to the number of outlets that are listed; beyond it one that is not listed counts as new."""
    held = next((count.articles for count in story.outlets if count.name == source), 0)
    if more > 0:
        return story.outlet_count + (held == 0)
    return max(0, story.outlet_count - (held == 1))


def with_day(days: Sequence[StoryCount], name: str, more: int) -> tuple[StoryCount, ...]:
    """Articles a day with some more on one, oldest first; of very many days the newest stay."""
    table = {count.name: count.articles for count in days}
    table[name] = table.get(name, 0) + more
    return tuple(StoryCount(name=key, articles=n) for key, n in sorted(table.items()) if n > 0)[-_MOST_DAYS:]


def labels(article: EnrichedArticle) -> list[tuple[str, str]]:
    """What of an article is tallied: its most salient names and its first keywords."""
    ranked = sorted(article.entities, key=lambda one: (-one.salience, one.name))[:12]
    return [*((one.name, one.type) for one in ranked), *((word, KEYWORD) for word in article.keywords[:8])]


def tallied(tallies: Sequence[Tally], labels: Iterable[tuple[str, str]]) -> tuple[Tally, ...]:
    """Tallies with one more article."""
    return summed((*tallies, *(Tally(label, kind, 1) for label, kind in dict.fromkeys(labels))))


def summed(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """Each label once; of very many the most counted stay, of equal ones those that came last."""
    table: dict[tuple[str, str], int] = {}
    for one in tallies:
        key = (one.label, one.kind)
        table[key] = table.pop(key, 0) + one.articles
    order = {key: at for at, key in enumerate(table)}
    kept = set(sorted(table, key=lambda key: (-table[key], -order[key]))[:_MOST_TALLIES])
    return tuple(Tally(*key, count) for key, count in table.items() if key in kept)


def placed(one: Sequence[GeoPlace], other: Sequence[GeoPlace]) -> tuple[GeoPlace, ...]:
    """Places by their order of appearance, main ones first; one main place."""
    unique: dict[str, GeoPlace] = {}
    for place in (*one, *other):
        unique.setdefault(place.name, place)
    ordered = sorted(unique.values(), key=lambda place: not place.main)[:_MOST_PLACES]
    return tuple(msgspec.structs.replace(place, main=at == 0) for at, place in enumerate(ordered))
