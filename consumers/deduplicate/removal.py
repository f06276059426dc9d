"""Removals in a history: a page that was found gone, and found again.

A removal says nothing but when it was seen. A page that comes back keeps its old dates, which would put it before the
removal: so what was seen after a removal counts twice, by its own dates and by when it was seen. That only adds to a history
and never takes a version back, so it holds whatever comes late. Removals in a row are one version.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from dateline.ports import KnownVersion, Sighting
from schemas.ids import digest
from schemas.order import order_at, parse_time

REMOVED: Final = digest((b"removed",))
"""The content hash of every removal: it has no content of its own."""

UNCOUNTED: Final = -1
"""The appearance of a removal before the first text: it is remembered, but no version, since there is nothing to show."""

Observed = tuple[str, Sighting]
"""A sighting, after the content hash of what was seen."""


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
