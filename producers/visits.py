"""What is remembered of an address, and when it is asked for again.

A page is visited on a schedule that decays with its age: the time to the next visit is a share of the time since it was
published, or since a listing dated it anew, so minutes while it is fresh, then hours, then days. The share is smaller for a
source that edits often. After a month a page is left alone. Bytes that changed are no sign of an edit: advertisements do that.
"""

import random
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from producers import urls
from producers.documents import FeedHints
from producers.trouble import Trouble
from schemas import ids

SHORTEST: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(days=7)
RETIRE_AFTER: Final = timedelta(days=30)
LEASE: Final = timedelta(minutes=30)
MOVES_TO_BELIEVE: Final = 3
"""How often in a row a permanent redirect is met before its target is asked directly."""
_GIVE_UP_AFTER: Final = 8
_USUAL_SHARE: Final = 0.1
_USUAL_GROWTH: Final = 0.5
_GROWTH: Final = (0.15, 1.5)
_JITTER: Final = 0.1


class Kind(StrEnum):
    """What an address leads to."""

    LISTING = "listing"  # a feed or a sitemap
    PAGE = "page"


class State(StrEnum):
    """Whether an address is still asked for."""

    ACTIVE = "active"
    LISTED = "listed"  # an old page of a sitemap: known, never fetched
    RETIRED = "retired"  # too old to be edited
    GONE = "gone"  # 404 or 410: a page is looked for once in a while, a listing never
    FAILED = "failed"  # does not answer as it should, again and again


class Visit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One address of a source. `due` is when it is asked for next; nobody else asks before `leased_until`.

    `event_id` is that of the document last sent, of a listing the hash of what it held; `touched` is the newest date that a listing gave for the page. `fetched` is
    when it was last asked, `succeeded` when it last answered; `trouble` names what is wrong since (`producers.trouble`).
    `missing` counts the answers in a row that there is no such page, from `missing_since` on; `removed` is set when that was
    believed and told. `token` guards against a concurrent writer and is not stored.
    """

    kind: Kind
    source: str
    url: str
    host: str
    first_seen: datetime
    state: State
    reason: str | None = None
    trouble: str | None = None
    due: datetime | None = None
    leased_until: datetime | None = None
    published: datetime | None = None
    touched: datetime | None = None
    fetched: datetime | None = None
    succeeded: datetime | None = None
    changed: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    event_id: str | None = None
    moved_to: str | None = None
    moves: int = 0
    fetches: int = 0
    failures: int = 0
    missing: int = 0
    missing_since: datetime | None = None
    removed: datetime | None = None
    hints: FeedHints | None = None
    token: tuple[int, int] | None = None

    @property
    def id(self) -> str:
        """One per source and address, whatever its spelling."""
        return visit_id(self.source, self.url)

    @property
    def address(self) -> str:
        """What to ask for: the target of a permanent redirect once it has been met often enough."""
        return self.moved_to if self.moved_to and self.moves >= MOVES_TO_BELIEVE else self.url

    def free(self, at: datetime) -> bool:
        """Whether no other process is at it."""
        return self.leased_until is None or self.leased_until <= at

    def is_due(self, at: datetime) -> bool:
        """Whether it is time to ask."""
        return self.state is State.ACTIVE and self.free(at) and (self.due is None or self.due <= at)


def visit_id(source: str, url: str) -> str:
    """The id under which an address is remembered."""
    return ids.digest(("acquisition", source, urls.canonical(url)))


def first(kind: Kind, source: str, url: str, at: datetime, hints: FeedHints | None = None) -> Visit:
    """An address that was not known before."""
    return Visit(
        kind=kind,
        source=source,
        url=url,
        host=urls.host(url),
        first_seen=at,
        state=State.ACTIVE,
        published=moment(hints.published) if hints else None,
        touched=touched(hints) if hints else None,
        hints=hints,
    )


def growth(revisits: int, edits: int) -> float:
    """The share of its age that a page of a source waits: less where more of the revisits met an edit."""
    share = (edits + 1) / (revisits + 1 / _USUAL_SHARE)
    low, high = _GROWTH
    return min(max(_USUAL_GROWTH * _USUAL_SHARE / share, low), high)


def answered(
    visit: Visit,
    at: datetime,
    *,
    changed: bool,
    etag: str | None,
    last_modified: str | None,
    event_id: str | None,
    moved_to: str | None,
) -> Visit:
    """After an answer. The caller says when it is due next: `next_page_visit` or a source's interval."""
    return msgspec.structs.replace(
        visit,
        leased_until=None,
        reason=None,
        trouble=None,
        fetched=at,
        succeeded=at,
        changed=at if changed else visit.changed,
        etag=etag,
        last_modified=last_modified,
        event_id=event_id or visit.event_id,
        moved_to=moved_to,
        moves=visit.moves + 1 if moved_to and moved_to == visit.moved_to else int(moved_to is not None),
        fetches=visit.fetches + 1,
        failures=0,
        missing=0,
        missing_since=None,
        removed=None,
        state=State.ACTIVE,
    )


def next_page_visit(visit: Visit, at: datetime, share: float) -> Visit:
    """When to look again at a page that has answered; `share` is the source's `growth`."""
    age = at - min(max(visit.published or visit.first_seen, visit.touched or visit.first_seen), at)
    if age > RETIRE_AFTER and at - visit.first_seen > LONGEST:
        return msgspec.structs.replace(visit, state=State.RETIRED, due=None)
    wait = min(max(age * share, SHORTEST), LONGEST)
    return msgspec.structs.replace(visit, due=at + wait * random.uniform(1 - _JITTER, 1 + _JITTER))


def failed(
    visit: Visit,
    at: datetime,
    why: str,
    *,
    wait: timedelta,
    temporary: bool,
    gone: bool,
    trouble: str | None = None,
) -> Visit:
    """After no answer: `wait` doubles with each failure in a row.

    What is gone is not asked for again, nor a page that fails for good or again and again; a listing is never given up. A page
    that is looked for once in a while stays what it is.
    """
    failures = visit.failures + (trouble != Trouble.HOST_CLOSED)  # nobody asked the page
    state = visit.state
    if gone:
        state = State.GONE
    elif state is State.ACTIVE and visit.kind is Kind.PAGE and (not temporary or failures >= _GIVE_UP_AFTER):
        state = State.FAILED
    looked_for = visit.state is State.GONE and visit.due is not None
    if looked_for:
        wait = LONGEST
    due = at + min(wait * 2 ** max(failures - 1, 0), LONGEST) if state is State.ACTIVE or looked_for else None
    return msgspec.structs.replace(
        visit,
        leased_until=None,
        state=state,
        reason=why[:500],
        trouble=trouble,
        due=due,
        failures=failures,
        fetched=at,
    )


def moment(text: str | None) -> datetime | None:
    """A hint's time, in UTC where it has no offset."""
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def touched(hints: FeedHints) -> datetime | None:
    """The newest date that a listing gives for a page."""
    return max((t for t in (moment(hints.published), moment(hints.updated)) if t), default=None)
