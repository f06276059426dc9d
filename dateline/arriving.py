"""Indices on their way out of a snapshot, until each can be read."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence, Set
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch
from rich.progress import Progress

from dateline.elastic import translated
from dateline.errors import ServerError
from dateline.settings import Settings
from dateline.snapshots import Snapshot, reason
from schemas.elastic import Kind, Names

GENERATION: Final = r"^(.*)-g\d+((?:-\d{4}(?:\.\d{2})?)?)$"
"""The name of an index with a generation: what stands before and after that."""
_POLL: Final = 0.25
_PATIENCE: Final = 120.0  # seconds in which not one byte came


def bring(
    client: Elasticsearch,
    settings: Settings,
    found: Snapshot,
    indices: Sequence[str],
    after: Names | None,
    progress: Progress,
) -> None:
    """Restore indices, under the names of generation `after` if given, and wait until their primary shards are there."""
    names = {index: index for index in indices}
    rename: dict[str, Any] = {}
    if after is not None:
        names = {index: re.sub(GENERATION, rf"\g<1>-g{after.generation}\g<2>", index) for index in indices}
        rename = {"rename_pattern": GENERATION, "rename_replacement": f"$1-g{after.generation}$2"}
    with translated(f"restoring {found.name}"):
        try:
            client.snapshot.restore(
                repository=settings.elastic.snapshot_repository,
                snapshot=found.name,
                indices=list(indices),
                include_aliases=False,
                include_global_state=False,
                index_settings={"index.number_of_replicas": settings.elastic.replicas},
                wait_for_completion=False,
                **rename,
            )
        except ApiError as error:
            raise ServerError(f"snapshot {found.name}: {reason(error)}") from error
        patterns = list(names.values()) if after is None else [after.pattern(kind) for kind in Kind]
        _wait(client, patterns, set(names.values()), progress)


def _wait(client: Elasticsearch, patterns: Sequence[str], arriving: Set[str], progress: Progress) -> None:
    task = progress.add_task("restoring indices", total=len(arriving))
    seen, until = (0, 0), time.monotonic() + _PATIENCE
    while True:
        health = client.cluster.health(index=patterns, level="indices")["indices"]
        there = {name for name, one in health.items() if one["status"] != "red"} & arriving
        progress.update(task, completed=len(there))
        if there == arriving:
            return
        recovering = client.indices.recovery(index=patterns).values()
        shards = [
            shard["index"]["size"]["recovered_in_bytes"] for one in recovering for shard in one["shards"]
        ]
        if (now := (len(there), sum(shards))) != seen:
            seen, until = now, time.monotonic() + _PATIENCE
        if time.monotonic() > until:
            raise ServerError(
                f"elasticsearch: nothing came of {sorted(arriving - there)} in {_PATIENCE:.0f} s; see GET"
                " _cluster/allocation/explain. Nothing in use was touched: run it again when that is mended"
            )
        time.sleep(_POLL)
