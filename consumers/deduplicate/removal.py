"""Removals in a history: a page that was found gone, and found again.

A removal says nothing but when it was seen, and at which address: of an address that the article had left by then it is none.
A page that comes back keeps its old dates, which would put it before the
removal: so what was seen after a removal counts twice, by its own dates and by when it was seen. That only adds to a history
and never takes a version back. Removals in a row are one version.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Final

import msgspec

from dateline.ports import KnownVersion, Sighting
from schemas.ids import article_id, digest
from schemas.order import order_at, parse_time
from schemas.records import Article

REMOVED: Final = digest((b"removed",))
"""The content hash of every removal: it has no content of its own."""

UNCOUNTED: Final = -1
"""The appearance of a removal before the first text: it is remembered, but no version, since there is nothing to show."""

Observed = tuple[str, Sighting]
"""A sighting, after the content hash of what was seen."""


def address(stated: Article) -> str:
    """The article id that its address alone gives; "" for a removal that names its article by another id than that.

    Who sends such a removal has looked whether the article lives at another address.
    """
    return "" if stated.removed and stated.id != article_id(stated.source, stated.url) else stated.id


def is_removal(version: KnownVersion) -> bool:
    """Whether this version says that the page is gone."""
    return version.content_hash == REMOVED


def text_at(history: Sequence[KnownVersion], index: int) -> KnownVersion | None:
    """The version whose text stands at that place of the history: of a removal, the text last known, if any."""
    return next((history[i] for i in range(index, -1, -1) if not is_removal(history[i])), None)


def last_text(history: Sequence[KnownVersion]) -> KnownVersion | None:
    """The text last known."""
    return text_at(history, len(history) - 1)


def inherited(history: Sequence[KnownVersion]) -> tuple[KnownVersion, ...]:
    """The history with each removal a copy of what its text is a copy of."""
    return tuple(
        msgspec.structs.replace(version, copy_of=text.copy_of)
        if is_removal(version) and (text := text_at(history, index)) is not None
        else version
        for index, version in enumerate(history)
    )


def of_the_article(observed: Sequence[Observed]) -> tuple[list[Observed], list[Sighting]]:
    """What was seen of the article, and apart from it the removals that are none of it.

    Those are of an address when the newest text that was seen by then was seen at another one. A function of the set: with
    each removal it looks at what was seen before it alone, so what is seen in the course of time never changes it, and what
    becomes known late does.
    """
    if len({seen.at for _, seen in observed if seen.at}) < 2:
        return list(observed), []
    texts = sorted(
        (parse_time(seen.fetched), seen.order, seen.event_id, seen.at)
        for hash_, seen in observed
        if hash_ != REMOVED
    )
    kept: list[Observed] = []
    apart: list[Sighting] = []
    for hash_, seen in observed:
        before = (
            bisect_right(texts, parse_time(seen.fetched), key=itemgetter(0))
            if hash_ == REMOVED and seen.at
            else 0
        )
        if before and texts[before - 1][3] not in ("", seen.at):
            apart.append(seen)
        else:
            kept.append((hash_, seen))
    return kept, apart


def as_dated(observed: Iterable[Observed]) -> list[Observed]:
    """What was seen, each once and by its own dates, without what `with_returns` had added."""
    entries: dict[tuple[str, ...], Observed] = {}
    for hash_, seen in observed:
        order = order_at(seen.modified or seen.published or seen.fetched, seen.fetched)
        key = (hash_, seen.event_id, seen.fetched, seen.published or "", seen.modified or "")
        entries.setdefault(key, (hash_, msgspec.structs.replace(seen, order=order)))
    return list(entries.values())


def with_returns(observed: Sequence[Observed]) -> list[Observed]:
    """What was seen, and once more, dated by when it was seen, what was seen after a removal but is dated before it."""
    removals = [(seen.order, parse_time(seen.fetched)) for hash_, seen in observed if hash_ == REMOVED]
    if not removals:
        return list(observed)
    entries = {(hash_, seen.order, seen.event_id, seen.fetched): seen for hash_, seen in observed}
    for hash_, seen in observed:
        fetched = parse_time(seen.fetched)
        missed = [order for order, at in removals if seen.order <= order and at < fetched]
        if hash_ != REMOVED and missed:
            # orders are in whole seconds: within one, the removal still comes first
            again = max(order_at(seen.fetched, seen.fetched), max(missed) + 1)
            entries.setdefault(
                (hash_, again, seen.event_id, seen.fetched), msgspec.structs.replace(seen, order=again)
            )
    return [(hash_, seen) for (hash_, *_), seen in entries.items()]
