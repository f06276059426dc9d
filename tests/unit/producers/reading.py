"""What readers of files and archives are given in tests."""

from typing import Any

from dateline.settings import IngestSettings
from producers.owners import Owners
from producers.reading import Reading, Window
from producers.sources import Source
from producers.tally import Tally

NOW = "2026-01-02T03:04:05Z"


def reading(
    *,
    sources: tuple[Source, ...] = (),
    only: Source | None = None,
    hosts: tuple[str, ...] = (),
    window: Window = Window(),  # noqa: B008
    every: bool = False,
    **settings: Any,
) -> Reading:
    """All pages are wanted, files belong to "files", and it is always NOW."""
    return Reading(
        owners=Owners(sources, only=only, hosts=hosts),
        own=only or Source(id="files", name="files"),
        tally=Tally(),
        settings=IngestSettings(**settings),
        window=window,
        fetched=lambda: NOW,
        every=every,
    )
