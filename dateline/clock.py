"""The present, in one place, so that tests can inject another."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], str]


def now() -> str:
    """The present as RFC 3339 in UTC with milliseconds: "2026-03-02T08:24:00.123Z"."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
