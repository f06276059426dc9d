"""Fate as a value: what a step decides on each item of its batch."""

import msgspec

from schemas.reasons import Reason
from schemas.records import Record


class Output(msgspec.Struct, frozen=True):
    """A record to be sent. The runner serializes it, keeps the event's headers and sends it in the transaction.

    `refresh` marks a record that is sent again because its neighbours changed: it ends no event's way.
    `id` is its CloudEvents id where one event gives several records on a topic; by default the event's.
    """

    topic: str
    key: str
    record: Record
    refresh: bool = False
    id: str | None = None


class Keep(msgspec.Struct, frozen=True):
    """Passed on (`outputs`), or written where it belongs when a sink kept it (`indexed=True`)."""

    outputs: tuple[Output, ...] = ()
    indexed: bool = False
    article_id: str | None = None
    version_id: str | None = None
    detail: str | None = None


class Drop(msgspec.Struct, frozen=True):
    """Not passed on, for a good reason. Final."""

    reason: Reason
    detail: str | None = None
    article_id: str | None = None
    version_id: str | None = None


class Retry(msgspec.Struct, frozen=True):
    """Not now: the runner calls the step again with this item after `after` seconds, up to its limit of attempts."""

    after: float
    error: str


class Reject(msgspec.Struct, frozen=True):
    """Cannot be processed. The input goes to quarantine as it was, with this reason and error."""

    reason: Reason
    error: str


Outcome = Keep | Drop | Retry | Reject
