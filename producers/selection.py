"""What of a listing is asked for: which pages, which sitemaps first, and when the whole is read anew. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from producers import visits
from producers.feeds import Item
from producers.listings import Listing
from producers.sources import Source
from producers.visits import Kind, State, Visit

NEWS_AGE: Final = timedelta(days=3)
"""How old a page may be that a sitemap brings up for the first time."""
WHOLE_AT_LEAST: Final = timedelta(days=1)


def worth_fetching(
    source: Source, listing: Listing, known: Mapping[str, Visit], at: datetime, *, first_time: bool
) -> tuple[list[Visit], list[Visit]]:
    """The pages to fetch now, and those to remember only: the old stock of a sitemap that is read for the first time."""
    wanted: list[Visit] = []
    old: list[Visit] = []
    for item in listing.items:
        visit = known.get(visits.visit_id(source.id, item.url))
        touched = visits.touched(item.hints)
        if visit is not None:
            newer = touched is not None and (visit.touched is None or touched > visit.touched)
            if newer or (visit.state is State.ACTIVE and visit.is_due(at)):
                wanted.append(
                    msgspec.structs.replace(
                        visit, state=State.ACTIVE, hints=item.hints, touched=touched or visit.touched
                    )
                )
            continue
        new = visits.first(Kind.PAGE, source.id, item.url, at, item.hints)
        if listing.complete and (first_time if touched is None else at - touched > NEWS_AGE):
            old.append(msgspec.structs.replace(new, state=State.LISTED))
        else:
            wanted.append(msgspec.structs.replace(new, due=at))
    return wanted, old


def believes_validators(visit: Visit, at: datetime) -> bool:
    """Some servers say 304 for ever: a listing is asked for whole once a day all the same."""
    return visit.changed is not None and at - visit.changed < WHOLE_AT_LEAST


def without_validators(visit: Visit) -> Visit:
    """So that the whole is sent."""
    return msgspec.structs.replace(visit, etag=None, last_modified=None)


def hides_changes(listing: Listing) -> bool:
    """Whether an index may stay as it is while the sitemaps that it names change: it gives no dates."""
    return any(child.hints.updated is None for child in listing.children)


def newest_first(child: Item) -> tuple[str, tuple[int, ...]]:
    """Sitemaps by their date, those without one by the numbers in their names: years, months, a running number."""
    return child.hints.updated or "", tuple(int(number[:18]) for number in re.findall(r"\d+", child.url))
