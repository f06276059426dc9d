"""When one story turns out to be two: its newest articles fall into groups between which hardly anything is shared.

Method: single-link components of the newest articles, as bounded evidence of the whole; a chain of sequels stays one story, since
each shares something with the one before. The group with the earliest article keeps the id.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from consumers.stories import counts, profile
from consumers.stories.traces import MOST_NAMES, MOST_WORDS, cosine, mixed, stems
from dateline.story_ports import Placement, Profile, Recent, StoryState
from schemas.ids import digest
from schemas.records import Story, StoryArticle

LINKED: Final = 0.1
"""The sum of two articles' cosines, of words and of names, at which they may be of one story."""
_LEAST: Final = 3
_EVERY: Final = 4


class Split(NamedTuple):
    """Both stories after the split, and the articles that the new one took along."""

    old: StoryState
    new: StoryState
    moved: tuple[Placement, ...]


def parted(state: StoryState, updated: str) -> Split | None:
    """The story as two; None while it is one. Looked at with every fourth article, and only groups of three and more part."""
    recent = state.profile.recent
    if state.story.articles % _EVERY or len(recent) < 2 * _LEAST:
        return None
    groups = sorted(components(recent), key=_begin)
    if len(groups) < 2 or any(len(group) < _LEAST for group in groups[:2]) or len(groups) > 2:
        return None
    stay, leave = groups
    moved = tuple(_placement(one, state.story.id) for one in leave)
    old = state
    for one in moved:
        old = profile.withdrawn(old, one, updated=updated)
    old = msgspec.structs.replace(old, profile=_of(old.profile, stay))
    return Split(profile.described(old), _new(state, leave, updated), moved)


def components(recent: Sequence[Recent]) -> list[list[Recent]]:
    """The articles in groups that are linked, directly or by others."""
    left = list(recent)
    groups = []
    while left:
        group = [left.pop(0)]
        for one in group:
            near = [other for other in left if _linked(one, other)]
            left = [other for other in left if other not in near]
            group += near
        groups.append(group)
    return groups


def _linked(one: Recent, other: Recent) -> bool:
    return cosine(one.words, other.words) + cosine(one.names, other.names) >= LINKED


def _begin(group: Sequence[Recent]) -> tuple[int, str]:
    return min((one.time, one.article_id) for one in group)


def _new(state: StoryState, group: Sequence[Recent], updated: str) -> StoryState:
    ordered = sorted(group, key=lambda one: (one.time, one.article_id))
    own = [_article(one) for one in ordered]
    story = Story(
        id=digest(("story", state.story.id, ordered[0].article_id)),
        title=ordered[0].headline,
        language=state.story.language,
        first_seen=own[0].published,
        last_seen=own[-1].published,
        articles=len(ordered),
        copies=sum(one.copy for one in ordered),
        origin=own[0],
        latest=tuple(reversed(own))[: counts.MOST_LATEST],
        outlets=counts.counted(one.source for one in ordered),
        outlet_count=len({one.source for one in ordered}),
        days=counts.by_days(one.time for one in ordered),
        split_from=state.story.id,
        moved=tuple(one.article_id for one in ordered),
        updated=updated,
    )
    named = {term for one in ordered for term in one.names}
    tallies = tuple(one for one in state.profile.tallies if named.issuperset(stems(one.label)))
    bare = Profile(
        weight=len(ordered),
        first=ordered[0].time,
        last=ordered[-1].time,
        recent=tuple(ordered),
        tallies=tallies,
        counted=tuple(profile.short(one.article_id) for one in ordered),
    )
    return profile.described(StoryState(story=story, profile=_of(bare, ordered)))


def _of(before: Profile, group: Sequence[Recent]) -> Profile:
    """The profile with the means of these articles alone."""
    share = 1.0 / len(group)
    return msgspec.structs.replace(
        before,
        words=mixed(((share, one.words) for one in group), MOST_WORDS),
        names=mixed(((share, one.names) for one in group), MOST_NAMES),
    )


def _article(one: Recent) -> StoryArticle:
    return StoryArticle(
        article_id=one.article_id,
        source=one.source,
        url=one.url,
        headline=one.headline,
        published=one.published,
    )


def _placement(one: Recent, story_id: str) -> Placement:
    """As much of a placement as taking the article out of its story needs."""
    return Placement(
        article_id=one.article_id,
        story_id=story_id,
        event_id="",
        order=0,
        source=one.source,
        url=one.url,
        headline=one.headline,
        published=one.published,
        copy_of=one.article_id if one.copy else None,
        told=story_id,
    )
