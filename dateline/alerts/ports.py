"""What deciding on alerts and sending them needs of the world, as protocols; fakes in `fakes.py`, real ones in `book.py`,
`outbox.py`, `mail.py` and, for webhooks, `producers/post.py`.

What reads or writes a store may raise `dateline.errors.Unavailable`: try again later.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from schemas.ids import digest
from schemas.records import Notice


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """That an alert was told for something (a story, an article, a match): `key` names both.

    `position` is the message that it was told for, so that the very same message is known when it comes again; `notice` is
    what was told, None on a claim that stands beside the one that has it.
    """

    key: str
    alert: str
    position: str
    notice: Notice | None = None


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that a receiver is to get. `channel` is its kind and address; `created` when it was found.

    `state` is pending, delivered, failed (`error` says why) or withdrawn (the alert or its receiver is gone). `message` is the
    id of the message that it was sent in.
    """

    notice: str
    alert: str
    channel: str
    created: str
    state: Literal["pending", "delivered", "failed", "withdrawn"] = "pending"
    message: str | None = None
    error: str | None = None
    changed: str | None = None

    @property
    def id(self) -> str:
        """The same for the same notice and receiver."""
        return digest(("owed", self.notice, self.channel))


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is being sent: what is in it is fixed before the first attempt, so that each further one is the same.

    `begun` is when it was put together, `attempts` how often sending it has begun.
    """

    id: str
    owed: tuple[str, ...]
    begun: str
    attempts: int = 0
    error: str | None = None


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with one receiver of an alert. One process at a time sends: `owner`, until `leased` at the longest.

    `next_try` is when a message that failed is sent again; `off` says why nothing is sent any more. `token` guards against a
    concurrent writer: pass back what was read, None for a new one.
    """

    alert: str
    channel: str
    owner: str | None = None
    leased: str | None = None
    next_try: str | None = None
    off: str | None = None
    open: Open | None = None
    token: str | None = None

    @property
    def id(self) -> str:
        """The same for the same alert and receiver."""
        return digest(("box", self.alert, self.channel))


class AlertBook(Protocol):
    """Memory of what alerts were told for. Writes are durable when they return; reads are realtime."""

    def begun(self, names: Sequence[str], at: str) -> Mapping[str, str]:
        """When each alert began: when it was first asked for, which is `at` for one that never was."""
        ...

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those claims that are known."""
        ...

    def claim(self, claims: Sequence[Claim]) -> Sequence[str]:
        """Write claims; the keys of those that were there already, which are left as they are."""
        ...

    def owe(self, owed: Sequence[Owed]) -> None:
        """Note what is to be sent. What is noted already stays as it is, delivered or not."""
        ...


class Outbox(Protocol):
    """What is to be sent, and how far that is."""

    def waiting(self) -> Sequence[tuple[str, str]]:
        """(alert, channel) of all that is pending."""
        ...

    def pending(self, alert: str, channel: str, *, before: str, limit: int) -> Sequence[Owed]:
        """Notices that one receiver is to get, found before then, oldest first."""
        ...

    def owed(self, ids: Sequence[str]) -> Sequence[Owed]:
        """By id, realtime, in this order."""
        ...

    def notices(self, ids: Sequence[str]) -> Mapping[str, Notice]:
        """By id, realtime."""
        ...

    def settle(self, owed: Sequence[Owed]) -> None:
        """Write what became of them."""
        ...

    def box(self, alert: str, channel: str) -> Box:
        """How it stands with a receiver, realtime; one without a token if there never was anything for it."""
        ...

    def put(self, box: Box) -> Box | None:
        """Write, and give it with its new token; None if it had changed since it was read: then it was not written."""
        ...


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one attempt: "accepted", "later" (try again, after `pause` seconds if given), "gone" (never again).

    `error` is what the receiver said, None if it accepted.
    """

    result: Literal["accepted", "later", "gone"]
    error: str | None = None
    pause: float | None = None


Post = Callable[[str, bytes, Mapping[str, str]], Sent]
"""POST a body with headers to an address. Follows no redirect, connects to permitted addresses alone, raises nothing."""

Merged = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]
"""For each story, the ids that it goes and went by: its own present id first, then those of stories that became part of it."""
