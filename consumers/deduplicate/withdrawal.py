"""What was told of a history and is not so any more.

What comes late may stand between two versions of which changes were told, or date one of them anew. It may also show that a
page that was gone was one that its article had left by then: then that removal is no version, nor is what came back after it.
What was told is withdrawn: the version is sent once more with the status WITHDRAWN, the changes with the class `withdrawn`. So
what is told in the end follows from what was seen, as the history does.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from consumers.deduplicate.history import History, links
from consumers.deduplicate.removal import is_removal, text_at
from dateline.ports import KnownVersion

WITHDRAWN: Final = "WITHDRAWN"
"""The status of a version that turned out to be none."""
CHANGE: Final = "withdrawn"
"""The class of a change that turned out to be none."""
KEPT: Final = 16
"""Places remembered for a message that is decided once more, after a crash."""


def former(before: History, after: History) -> tuple[History, ...]:
    """The places in `before` that are none in `after`: of each the text that stood, what followed it, and last the version itself."""
    known = set(links(after))
    found = []
    for index, link in enumerate(links(before)):
        if index and text_at(before, index - 1) is not None and link not in known:
            start = next(i for i in range(index - 1, -1, -1) if not is_removal(before[i]))
            found.append(tuple(map(_bare, before[start : index + 1])))
    return tuple(found)


def still_former(places: Iterable[History], history: History) -> tuple[History, ...]:
    """Those that are no places of this history."""
    known = set(links(history))
    return tuple(place for place in places if _link(place) not in known)


def index_of_place(place: History, history: History) -> int | None:
    """Where the last two versions of a place stand beside each other in this history, dated as they may be."""
    ids = [version.version_id for version in place[-2:]]
    pairs = enumerate(pairwise(history), start=1)
    return next((index for index, pair in pairs if [one.version_id for one in pair] == ids), None)


def remembered(known: Sequence[History], more: Sequence[History]) -> tuple[History, ...]:
    """Both, each place once, the newest last; of many the newest."""
    places = {_link(place): place for place in known}
    for place in more:
        places.pop(_link(place), None)
        places[_link(place)] = place
    return tuple(places.values())[-KEPT:]


def _link(place: History) -> tuple[object, ...]:
    return list(links(place))[-1]


def _bare(version: KnownVersion) -> KnownVersion:
    return msgspec.structs.replace(version, sightings=version.sightings[:1], elsewhere=())
