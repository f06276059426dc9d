"""A story as its articles make it: one more article, one less, two stories as one. Pure; all sizes are bounded."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from consumers.stories.counts import (
    KEYWORD,
    day,
    earlier,
    earliest,
    epoch,
    labels,
    later,
    latest,
    newest,
    outlets_with,
    placed,
    summed,
    tallied,
    with_day,
    with_more,
)
from consumers.stories.traces import MOST_NAMES, MOST_WORDS, SCALE, Trace, base, cosine, mixed, top
from dateline.story_ports import Placement, Profile, Recent, StoryState
from schemas.records import EnrichedArticle, Story, StoryArticle, StoryName

MOST_IDS: Final = 64
_MOST_COUNTED: Final = 256
_NAMES: Final = 12
_KEYWORDS: Final = 12
_RECENT_WORDS: Final = 10
_RECENT_NAMES: Final = 6
_MEMORY: Final = 10
"""A story's mean is of about this many of its newest articles: it moves along with the events."""
_SHORT: Final = 10
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
        recent=newest((*before.recent, recent)),
        tallies=tallied(before.tallies, labels(article)),
        counted=(*before.counted, short(article.id))[-_MOST_COUNTED:],
    )
    story = msgspec.structs.replace(
        state.story,
        articles=state.story.articles + 1,
        copies=state.story.copies + copy,
        outlets=with_more(state.story.outlets, article.source, 1),
        outlet_count=outlets_with(state.story, article.source, 1),
        days=with_day(state.story.days, day(time), 1),
        latest=latest((*state.story.latest, own)),
        origin=earliest(state.story.origin, own)
        if not copy or state.story.articles == 0
        else state.story.origin,
        first_seen=earlier(state.story.first_seen, own.published),
        last_seen=later(state.story.last_seen, own.published),
        updated=later(state.story.updated, updated),
        places=placed(state.story.places, article.places),
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
        outlets=with_more(story.outlets, article.source, -1),
        outlet_count=outlets_with(story, article.source, -1),
        days=with_day(story.days, day(time), -1),
        latest=tuple(one for one in story.latest if one.article_id != article.article_id),
        first_seen=whole[0].published if whole else story.first_seen,
        last_seen=whole[-1].published if whole else story.last_seen,
        origin=_next_origin(story.origin, article.article_id, recent),
        updated=later(story.updated, updated),
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
        outlets = with_more(outlets, count.name, count.articles)
    days = one.days
    for count in two.days:
        days = with_day(days, count.name, count.articles)
    names = {count.name for count in one.outlets}
    story = msgspec.structs.replace(
        one,
        articles=one.articles + two.articles,
        copies=one.copies + two.copies,
        outlets=outlets,
        outlet_count=one.outlet_count + two.outlet_count - sum(count.name in names for count in two.outlets),
        days=days,
        latest=latest((*one.latest, *two.latest)),
        origin=earliest(one.origin, two.origin),
        first_seen=earlier(one.first_seen, two.first_seen),
        last_seen=later(one.last_seen, two.last_seen),
        places=placed(one.places, two.places),
        merged=(*one.merged, two.id, *two.merged)[:MOST_IDS],
        updated=later(later(one.updated, two.updated), updated),
    )
    profile = Profile(
        words=mixed(((mine.weight / total, mine.words), (theirs.weight / total, theirs.words)), MOST_WORDS),
        names=mixed(((mine.weight / total, mine.names), (theirs.weight / total, theirs.names)), MOST_NAMES),
        vector=_mean(mine.vector, theirs.vector, theirs.weight / total),
        weight=min(_MEMORY, total),
        first=min(mine.first or theirs.first, theirs.first or mine.first),
        last=max(mine.last, theirs.last),
        recent=newest((*mine.recent, *theirs.recent)),
        tallies=summed((*mine.tallies, *theirs.tallies)),
        counted=(*mine.counted, *theirs.counted)[-_MOST_COUNTED:],
    )
    return described(msgspec.structs.replace(state, story=story, profile=profile))


def described(state: StoryState) -> StoryState:
    """The story with its title, names, keywords and terms as its profile has them now."""
    story, profile = state.story, state.profile
    least = 2 if story.articles > 2 else 1
    ranked = sorted(profile.tallies, key=lambda tally: (-tally.articles, tally.label, tally.kind))
    names = [one for one in ranked if one.kind != KEYWORD and one.articles >= least][:_NAMES]
    keywords = [one.label for one in ranked if one.kind == KEYWORD and one.articles >= least][:_KEYWORDS]
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
