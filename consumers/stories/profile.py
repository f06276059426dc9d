"""A story as its articles make it: one more article, one less, two stories as one. Pure; all sizes are bounded."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from consumers.stories.traces import MOST_NAMES, MOST_WORDS, SCALE, Trace, base, cosine, mixed, top
from dateline.story_ports import Placement, Profile, Recent, StoryState, Tally
from schemas.order import parse_time
from schemas.records import EnrichedArticle, GeoPlace, Story, StoryArticle, StoryCount, StoryName

MOST_RECENT: Final = 12
MOST_IDS: Final = 64
_MOST_OUTLETS: Final = 100
_MOST_DAYS: Final = 60
MOST_LATEST: Final = 10
_MOST_TALLIES: Final = 80
_MOST_COUNTED: Final = 256
_NAMES: Final = 12
_KEYWORDS: Final = 12
_MOST_PLACES: Final = 8
_RECENT_WORDS: Final = 10
_RECENT_NAMES: Final = 6
_MEMORY: Final = 10
"""A story's mean is of about this many of its newest articles: it moves along with the events."""
_SHORT: Final = 10
_KEYWORD: Final = "keyword"
_BUCKET: Final = 4 * 86_400
_FOUND_BY: Final = 20


def founded(story_id: str, article: EnrichedArticle, trace: Trace, *, copy: bool, updated: str) -> StoryState:
    """A story of one article."""
    own = story_article(article)
    empty = Story(
        id=story_id,
        title=article.headline,
        language=_tongue(article),
        first_seen=own.published,
        last_seen=own.published,
        articles=0,
        origin=own,
        updated=updated,
    )
    return added(StoryState(story=empty, profile=Profile()), article, trace, copy=copy, updated=updated)


def added(
    state: StoryState, article: EnrichedArticle, trace: Trace, *, copy: bool, updated: str
) -> StoryState:
    """The story with one more article. `updated` is when its document was received."""
    own = story_article(article)
    time = epoch(own.published)
    before = state.profile
    first = min(before.first or time, time)
    recent = Recent(
        article_id=article.id,
        source=article.source,
        url=article.url,
        headline=article.headline,
        published=own.published,
        time=time,
        copy=copy,
        words=top(trace.words, _RECENT_WORDS),
        names=top(trace.names, _RECENT_NAMES),
    )
    profile = msgspec.structs.replace(
        _blended(before, trace),
        first=first,
        last=max(before.last, time),
        recent=_newest((*before.recent, recent)),
        tallies=_tallied(before.tallies, _labels(article)),
        counted=(*before.counted, short(article.id))[-_MOST_COUNTED:],
    )
    story = msgspec.structs.replace(
        state.story,
        articles=state.story.articles + 1,
        copies=state.story.copies + copy,
        outlets=_counted(state.story.outlets, article.source, 1),
        outlet_count=_outlet_count(state.story, article.source, 1),
        days=_by_day(state.story.days, day(time), 1),
        latest=_latest((*state.story.latest, own)),
        origin=_earliest(state.story.origin, own)
        if not copy or state.story.articles == 0
        else state.story.origin,
        first_seen=_min_time(state.story.first_seen, own.published),
        last_seen=_max_time(state.story.last_seen, own.published),
        updated=_max_time(state.story.updated, updated),
        places=_places(state.story.places, article.places),
    )
    return described(msgspec.structs.replace(state, story=story, profile=profile))


def withdrawn(state: StoryState, article: Placement, *, updated: str) -> StoryState:
    """The story without an article: another one's, a copy of another story's, or one that a split took.

    What it told of words and names fades with what comes after it.
    """
    time = epoch(article.published)
    story, profile = state.story, state.profile
    recent = tuple(one for one in profile.recent if one.article_id != article.article_id)
    left = max(0, story.articles - 1)
    whole = recent if 0 < left <= len(recent) else ()
    story = msgspec.structs.replace(
        story,
        articles=left,
        copies=max(0, story.copies - (article.copy_of is not None)),
        outlets=_counted(story.outlets, article.source, -1),
        outlet_count=_outlet_count(story, article.source, -1),
        days=_by_day(story.days, day(time), -1),
        latest=tuple(one for one in story.latest if one.article_id != article.article_id),
        first_seen=whole[0].published if whole else story.first_seen,
        last_seen=whole[-1].published if whole else story.last_seen,
        origin=_next_origin(story.origin, article.article_id, recent),
        updated=_max_time(story.updated, updated),
    )
    profile = msgspec.structs.replace(
        profile,
        first=whole[0].time if whole else profile.first,
        last=whole[-1].time if whole else profile.last,
        recent=recent,
        counted=tuple(one for one in profile.counted if one != short(article.article_id)),
    )
    return described(msgspec.structs.replace(state, story=story, profile=profile))


def _next_origin(origin: StoryArticle, gone: str, recent: Sequence[Recent]) -> StoryArticle:
    """The origin; if that one is gone, the earliest that is left and known, rather no copy."""
    if origin.article_id != gone or not recent:
        return origin
    one = min(recent, key=lambda each: (each.copy, each.time, each.article_id))
    return StoryArticle(
        article_id=one.article_id,
        source=one.source,
        url=one.url,
        headline=one.headline,
        published=one.published,
    )


def absorbed(state: StoryState, other: StoryState, *, updated: str) -> StoryState:
    """The story with all of another one, which is named in `merged` from then on."""
    one, two = state.story, other.story
    mine, theirs = state.profile, other.profile
    total = mine.weight + theirs.weight or 1
    outlets = one.outlets
    for count in two.outlets:
        outlets = _counted(outlets, count.name, count.articles)
    days = one.days
    for count in two.days:
        days = _by_day(days, count.name, count.articles)
    names = {count.name for count in one.outlets}
    story = msgspec.structs.replace(
        one,
        articles=one.articles + two.articles,
        copies=one.copies + two.copies,
        outlets=outlets,
        outlet_count=one.outlet_count + two.outlet_count - sum(count.name in names for count in two.outlets),
        days=days,
        latest=_latest((*one.latest, *two.latest)),
        origin=_earliest(one.origin, two.origin),
        first_seen=_min_time(one.first_seen, two.first_seen),
        last_seen=_max_time(one.last_seen, two.last_seen),
        places=_places(one.places, two.places),
        merged=(*one.merged, two.id, *two.merged)[:MOST_IDS],
        updated=_max_time(_max_time(one.updated, two.updated), updated),
    )
    profile = Profile(
        words=mixed(((mine.weight / total, mine.words), (theirs.weight / total, theirs.words)), MOST_WORDS),
        names=mixed(((mine.weight / total, mine.names), (theirs.weight / total, theirs.names)), MOST_NAMES),
        vector=_mean(mine.vector, theirs.vector, theirs.weight / total),
        weight=min(_MEMORY, total),
        first=min(mine.first or theirs.first, theirs.first or mine.first),
        last=max(mine.last, theirs.last),
        recent=_newest((*mine.recent, *theirs.recent)),
        tallies=_summed((*mine.tallies, *theirs.tallies)),
        counted=(*mine.counted, *theirs.counted)[-_MOST_COUNTED:],
    )
    return described(msgspec.structs.replace(state, story=story, profile=profile))


def described(state: StoryState) -> StoryState:
    """The story with its title, names, keywords and terms as its profile has them now."""
    story, profile = state.story, state.profile
    least = 2 if story.articles > 2 else 1
    ranked = sorted(profile.tallies, key=lambda tally: (-tally.articles, tally.label, tally.kind))
    names = [one for one in ranked if one.kind != _KEYWORD and one.articles >= least][:_NAMES]
    keywords = [one.label for one in ranked if one.kind == _KEYWORD and one.articles >= least][:_KEYWORDS]
    story = msgspec.structs.replace(
        story,
        title=_title(story, profile),
        names=tuple(StoryName(name=one.label, type=one.kind, articles=one.articles) for one in names),
        keywords=tuple(keywords),
    )
    terms = () if story.merged_into or not story.articles else _terms(story.language, profile)
    return msgspec.structs.replace(state, story=story, terms=terms)


def renamed(state: StoryState, article: EnrichedArticle) -> StoryState:
    """The story with a newer version of an article that it has: its headline and address, where they show."""
    own = story_article(article)

    def now(one: StoryArticle) -> StoryArticle:
        return (
            msgspec.structs.replace(one, headline=own.headline, url=own.url)
            if one.article_id == own.article_id
            else one
        )

    story = msgspec.structs.replace(
        state.story, origin=now(state.story.origin), latest=tuple(map(now, state.story.latest))
    )
    recent = tuple(
        msgspec.structs.replace(one, headline=own.headline, url=own.url)
        if one.article_id == own.article_id
        else one
        for one in state.profile.recent
    )
    return described(
        msgspec.structs.replace(
            state, story=story, profile=msgspec.structs.replace(state.profile, recent=recent)
        )
    )


def story_article(article: EnrichedArticle) -> StoryArticle:
    """The article as a story lists it."""
    return StoryArticle(
        article_id=article.id,
        source=article.source,
        url=article.url,
        headline=article.headline,
        published=article.published or article.fetched,
    )


def wanted(article: EnrichedArticle, trace: Trace) -> list[str]:
    """The terms that find the stories an article may belong to: in its language, four days around and those beside."""
    at = epoch(article.published or article.fetched) // _BUCKET
    return _bucketed(_tongue(article), trace.terms(_FOUND_BY), (at - 1, at, at + 1))


def _terms(language: str | None, profile: Profile) -> tuple[str, ...]:
    """Terms carry language and days: so few stories share one, and as few in an old archive as in a young one."""
    found = Trace(words=profile.words, names=profile.names).terms(_FOUND_BY)
    buckets = sorted({one.time // _BUCKET for one in profile.recent} | {profile.last // _BUCKET})[-3:]
    return tuple(_bucketed(language, found, buckets))


def _bucketed(language: str | None, terms: Sequence[str], buckets: Iterable[int]) -> list[str]:
    return [f"{language or ''}{bucket}{term}" for bucket in buckets for term in terms]


def _tongue(article: EnrichedArticle) -> str | None:
    return base(article.language) if article.language else None


def epoch(text: str) -> int:
    """Seconds since 1970 of an RFC 3339 time."""
    return int(parse_time(text).timestamp())


def day(time: int) -> str:
    """The day in UTC."""
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}"


def short(article_id: str) -> str:
    """An id as it is noted among those counted."""
    return article_id[:_SHORT]


def _blended(profile: Profile, trace: Trace) -> Profile:
    share = 1.0 / (min(profile.weight, _MEMORY - 1) + 1)
    return msgspec.structs.replace(
        profile,
        words=mixed(((1 - share, profile.words), (share, trace.words)), MOST_WORDS),
        names=mixed(((1 - share, profile.names), (share, trace.names)), MOST_NAMES),
        vector=_mean(profile.vector, trace.vector, share),
        weight=min(_MEMORY, profile.weight + 1),
    )


def _mean(one: Sequence[int], other: Sequence[int], share: float) -> tuple[int, ...]:
    """The mean at length 1; what there is, where one has no vector."""
    if not one or not other:
        return tuple(one or other)
    summed = [a * (1 - share) + b * share for a, b in zip(one, other, strict=True)]
    length = math.sqrt(sum(value * value for value in summed)) or 1.0
    return tuple(round(value / length * SCALE) for value in summed)


def _newest(recent: Iterable[Recent]) -> tuple[Recent, ...]:
    unique = {one.article_id: one for one in recent}
    return tuple(sorted(unique.values(), key=lambda one: (one.time, one.article_id))[-MOST_RECENT:])


def _latest(articles: Iterable[StoryArticle]) -> tuple[StoryArticle, ...]:
    unique = {one.article_id: one for one in articles}
    ordered = sorted(unique.values(), key=lambda one: (-epoch(one.published), one.article_id))
    return tuple(ordered[:MOST_LATEST])


def _earliest(one: StoryArticle, other: StoryArticle) -> StoryArticle:
    return min(one, other, key=lambda article: (epoch(article.published), article.article_id))


def _min_time(one: str, other: str) -> str:
    return min(one, other, key=epoch)


def _max_time(one: str, other: str) -> str:
    return max(one, other, key=epoch)


def _counted(counts: Sequence[StoryCount], name: str, more: int) -> tuple[StoryCount, ...]:
    """Counts with some more of one name, the largest first; of very many names the largest stay."""
    table = {count.name: count.articles for count in counts}
    table[name] = table.get(name, 0) + more
    ordered = sorted(table.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(StoryCount(name=key, articles=n) for key, n in ordered if n > 0)[:_MOST_OUTLETS]


def counted(names: Iterable[str]) -> tuple[StoryCount, ...]:
    """How often each name came, the most frequent first."""
    counts: tuple[StoryCount, ...] = ()
    for name in names:
        counts = _counted(counts, name, 1)
    return counts


def by_days(times: Iterable[int]) -> tuple[StoryCount, ...]:
    """How many came on each day, oldest first."""
    days: tuple[StoryCount, ...] = ()
    for time in times:
        days = _by_day(days, day(time), 1)
    return days


def _outlet_count(story: Story, source: str, more: int) -> int:
    """Exact up to the number of outlets that are listed; beyond it one that is not listed counts as new."""
    held = next((count.articles for count in story.outlets if count.name == source), 0)
    if more > 0:
        return story.outlet_count + (held == 0)
    return max(0, story.outlet_count - (held == 1))


def _by_day(days: Sequence[StoryCount], name: str, more: int) -> tuple[StoryCount, ...]:
    table = {count.name: count.articles for count in days}
    table[name] = table.get(name, 0) + more
    return tuple(StoryCount(name=key, articles=n) for key, n in sorted(table.items()) if n > 0)[-_MOST_DAYS:]


def _labels(article: EnrichedArticle) -> list[tuple[str, str]]:
    ranked = sorted(article.entities, key=lambda one: (-one.salience, one.name))[:12]
    return [*((one.name, one.type) for one in ranked), *((word, _KEYWORD) for word in article.keywords[:8])]


def _tallied(tallies: Sequence[Tally], labels: Iterable[tuple[str, str]]) -> tuple[Tally, ...]:
    return _summed((*tallies, *(Tally(label, kind, 1) for label, kind in dict.fromkeys(labels))))


def _summed(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """Each label once; of very many the most counted stay, of equal ones those that came last."""
    table: dict[tuple[str, str], int] = {}
    for one in tallies:
        key = (one.label, one.kind)
        table[key] = table.pop(key, 0) + one.articles
    order = {key: at for at, key in enumerate(table)}
    kept = set(sorted(table, key=lambda key: (-table[key], -order[key]))[:_MOST_TALLIES])
    return tuple(Tally(*key, count) for key, count in table.items() if key in kept)


def _places(one: Sequence[GeoPlace], other: Sequence[GeoPlace]) -> tuple[GeoPlace, ...]:
    """Places by their order of appearance, main ones first; one main place."""
    unique: dict[str, GeoPlace] = {}
    for place in (*one, *other):
        unique.setdefault(place.name, place)
    ordered = sorted(unique.values(), key=lambda place: not place.main)[:_MOST_PLACES]
    return tuple(msgspec.structs.replace(place, main=at == 0) for at, place in enumerate(ordered))


def _title(story: Story, profile: Profile) -> str:
    """The headline of the article nearest to the mean, copies apart; the origin's while there are one or two."""
    originals = [one for one in profile.recent if not one.copy]
    if story.articles < 3 or not originals:
        return story.origin.headline

    def near(one: Recent) -> tuple[float, int, str]:
        return (
            -cosine(one.words, profile.words) - cosine(one.names, profile.names),
            one.time,
            one.article_id,
        )

    return min(originals, key=near).headline
