"""An article's history as a pure function of what was seen of it, whatever the order in which it was seen.

Sightings sorted by the article's own times; each run of sightings with one content is a version. A version's id names
its content and which appearance of that content it is, so the same set of sightings always gives the same ids and links.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

import msgspec

from consumers.deduplicate.removal import (
    REMOVED,
    UNCOUNTED,
    Observed,
    address,
    as_dated,
    inherited,
    is_removal,
    of_the_article,
    with_returns,
)
from dateline.ports import KnownVersion, Sighting
from schemas.ids import digest, version_id
from schemas.order import version_order
from schemas.records import Article, CopyOf

History = tuple[KnownVersion, ...]

KEPT_SIGHTINGS: Final = 6
"""Of a version seen more often, the first and the newest are kept: a late arrival may still have to split the run."""

PAGE: Final = 32
"""Versions per page of older history; a head holds at most twice as many, so no document grows without bound."""


def sighting(article: Article, event_id: str, position: str) -> Sighting:
    """What one normalized message says of when."""
    return Sighting(
        order=version_order(article),
        event_id=event_id,
        position=position,
        fetched=article.fetched,
        published=article.published,
        modified=article.modified,
        removed=article.removed,
        status=article.provenance.get("removed"),
        at=address(article),
    )


def content_id(article_id: str, content_hash: str) -> str:
    """The id of the version in which a content first appeared: the key that the content is stored under."""
    return version_id(article_id, content_hash)


def observe(
    article_id: str, history: History, seen: Sighting, content_hash: str, *, whole: bool = True
) -> History:
    """The history with one more sighting. Pure; independent of the order of observations.

    `history` may lack its oldest versions (not `whole`), if `seen` is a text, younger than all of those, and their contents
    differ from it. Which removals count is then not looked at once more.
    """
    base: dict[str, int] = {}
    for version in history:
        base.setdefault(version.content_hash, max(version.appearance, 0))
    return _versions(article_id, history, [*_observed(history), (content_hash, seen)], base, whole=whole)


def united(article_id: str, histories: Iterable[History]) -> History:
    """One history of all that was seen in several, none of which lacks its oldest versions. Pure."""
    versions = tuple(version for history in histories for version in history)
    return _versions(article_id, versions, _observed(versions), {})


def without(article_id: str, history: History, event_id: str) -> History:
    """The history without the removals of an event. Pure."""
    kept = [one for one in _observed(history) if one[0] != REMOVED or one[1].event_id != event_id]
    return _versions(article_id, history, kept, {})


def _observed(history: Iterable[KnownVersion]) -> list[Observed]:
    return [
        *((version.content_hash, known) for version in history for known in version.sightings),
        *((REMOVED, known) for version in history for known in version.elsewhere),
    ]


def _versions(
    article_id: str, history: History, observed: list[Observed], base: dict[str, int], *, whole: bool = True
) -> History:
    """Versions of what was observed. `history` is what was known; `base` counts each content's appearances before it."""
    apart: list[Sighting] = []
    if any(hash_ == REMOVED for hash_, _ in observed):
        if whole:
            observed, apart = of_the_article(as_dated(observed))
        else:
            apart = [known for version in history for known in version.elsewhere]
            observed = [one for one in observed if one[1] not in apart]
    copies: dict[str, CopyOf] = {}
    for version in history:
        if version.copy_of is not None:
            copies.setdefault(version.content_hash, version.copy_of)
    observed = with_returns(observed)
    observed.sort(key=lambda one: (one[1].order, one[0], one[1].event_id))
    appearances = Counter(base)
    versions: list[KnownVersion] = []
    for hash_, run in groupby(observed, key=lambda one: one[0]):
        appearance = appearances[hash_]
        sightings = tuple(one[1] for one in run)
        if hash_ == REMOVED and not versions and not _continues(history):
            appearance = UNCOUNTED
        else:
            appearances[hash_] += 1
        if len(sightings) > KEPT_SIGHTINGS:
            sightings = (sightings[0], *sightings[1 - KEPT_SIGHTINGS :])
        versions.append(
            KnownVersion(
                version_id=version_id(article_id, hash_, appearance),
                content_hash=hash_,
                appearance=appearance,
                sightings=sightings,
                copy_of=copies.get(hash_),
            )
        )
    return inherited(_with_elsewhere(versions, apart))


def _with_elsewhere(versions: list[KnownVersion], apart: Sequence[Sighting]) -> list[KnownVersion]:
    """The removals that count for nothing are kept with the version that stood."""
    for seen in sorted(apart, key=lambda one: (one.order, one.event_id)):
        index = _standing(versions, seen.order)
        kept = (*versions[index].elsewhere, seen)
        if len(kept) > KEPT_SIGHTINGS:
            kept = (kept[0], *kept[1 - KEPT_SIGHTINGS :])
        versions[index] = msgspec.structs.replace(versions[index], elsewhere=kept)
    return versions


def _standing(versions: Sequence[KnownVersion], order: int) -> int:
    return max((i for i, version in enumerate(versions) if version.sightings[0].order <= order), default=0)


def _continues(history: History) -> bool:
    """Whether it begins with a removal that has a text before it, in a page."""
    return bool(history) and is_removal(history[0]) and history[0].appearance > UNCOUNTED


def founded(history: History, seen: Sighting) -> list[int]:
    """The versions that a sighting is the first of: one, or two where its page came back."""
    return [index for index, version in enumerate(history) if same(version.sightings[0], seen)]


def find(history: History, seen: Sighting) -> tuple[int, Sighting] | None:
    """Where this very observation (same event, same times) stands already: index of its version, and itself as kept."""
    for index in range(len(history) - 1, -1, -1):
        for known in (*history[index].sightings, *history[index].elsewhere):
            if same(known, seen):
                return index, known
    return None


def same(one: Sighting, other: Sighting) -> bool:
    """Whether both are one observation: the same event with the same times. Where it stands in the history may differ."""
    return (one.event_id, one.fetched, one.published, one.modified) == (
        other.event_id,
        other.fetched,
        other.published,
        other.modified,
    )


def holds_event(version: KnownVersion, event_id: str) -> bool:
    """Whether one of the version's sightings is of that event."""
    return any(known.event_id == event_id for known in (*version.sightings, *version.elsewhere))


def index_of(history: History, seen: Sighting, content_hash: str) -> int:
    """The version that a sighting, just observed, belongs to or (when it was not kept) falls into."""
    found = find(history, seen)
    if found is not None:
        return found[0]
    entries = with_returns([*_observed(history), (content_hash, seen)])
    order = max(known.order for _, known in entries if same(known, seen))
    return _standing(history, order)


def affected(before: Sequence[KnownVersion], after: Sequence[KnownVersion]) -> list[int]:
    """Indices in `after` of the versions that are new, or that were founded by or follow another sighting than before."""
    known = set(links(before))
    return [index for index, link in enumerate(links(after)) if link not in known]


def links(history: Iterable[KnownVersion]) -> Iterator[tuple[object, ...]]:
    """Of each version what it and its changes follow from: its first sighting and that of its predecessor."""
    previous: tuple[object, ...] = ()
    text: tuple[object, ...] = ()
    for version in history:
        first = version.sightings[0]
        own: tuple[object, ...] = (version.version_id, first.order, first.event_id)
        if is_removal(version):
            own += text  # it shows what stood before it
        else:
            text = own
        yield previous + own
        previous = own


def needs_older(history: History, pages: Sequence[str], seen: Sighting) -> bool:
    """Whether `seen` belongs among versions that were moved to pages."""
    return bool(pages) and bool(history) and seen.order <= history[0].sightings[0].order


def paginate(article_id: str, history: History) -> tuple[dict[str, History], History]:
    """Pages (by content-addressed id, oldest first) and what the head keeps: the newest PAGE to 2 × PAGE - 1 versions."""
    pages: dict[str, History] = {}
    while len(history) >= 2 * PAGE:
        page, history = history[:PAGE], history[PAGE:]
        pages[page_id(article_id, page)] = page
    return pages, history


def page_id(article_id: str, page: History) -> str:
    """A page's name: it changes when the page would."""
    return digest(("page", article_id, msgspec.msgpack.encode(page)))
