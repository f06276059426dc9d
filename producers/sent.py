"""What an interrupted run had sent of an archive beyond the position that it saved: found in the topic itself."""

from datetime import timedelta
from typing import Final

from dateline import log
from dateline.settings import Settings
from producers.progress import Progress
from schemas import envelope
from schemas.topics import RAW_BACKFILL

_SLACK: Final = timedelta(seconds=5)
"""How far the clocks of two machines may be apart."""


def since(progress: Progress, name: str, settings: Settings) -> frozenset[str]:
    """The event ids of the archive called `name` that were sent since its position was saved, while the run held it.

    Reads that stretch of the backfill lane and no more. Raises Unavailable.
    """
    assert progress.last_lease is not None
    begin, end = (
        int(moment.timestamp() * 1000) for moment in (progress.saved - _SLACK, progress.last_lease + _SLACK)
    )
    return frozenset(
        message.headers.get(envelope.CE_ID, "")
        for message in log.recent(settings, RAW_BACKFILL, begin, end)
        if message.headers.get(envelope.ARCHIVE) == name
    )
