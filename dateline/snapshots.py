"""Snapshots of the indices in a repository of the cluster: taken, listed, and the oldest removed.

A snapshot holds the generation in use and what the producers and retention remember. It notes where Kafka stood, so that
`dateline.restore` can add from the topics what came in since. Source: Elasticsearch reference, "Snapshot and restore".
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from rich.progress import Progress

from dateline import __version__, noted
from dateline.elastic import translated
from dateline.errors import ServerError, UsageError
from dateline.noted import Mark
from dateline.retention import in_use, notes_index
from dateline.settings import Settings
from schemas.acquisition import acquisition_index
from schemas.alerts_mapping import alerts_index, deliveries_index
from schemas.backfill import backfill_index
from schemas.elastic import Kind
from schemas.health import health_index
from schemas.searches import searches_index

LAYOUT: Final = 2
"""What a snapshot holds and notes. One of another layout is not restored. Since 2, articles are in one index a year."""

_POLL: Final = 0.2
_NOT_SO: Final = frozenset({400, 401, 403, 409})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,100}")
_MOST_NOTED: Final = 900  # bytes: Elasticsearch takes 1024
_MADE_BY: Final = "dateline"
WHOLE: Final = "SUCCESS"
LATEST: Final = "latest"
"""Stands for the newest whole one."""


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot says of itself. `topics` is where to read on, by topic; a topic that is not named, from its beginning."""

    made_by: str
    layout: int
    version: str
    namespace: str
    generation: int
    topics: dict[str, Mark] = {}


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot. `state` is SUCCESS when it is whole; `taken` is RFC 3339; `seconds` is how long it took."""

    name: str
    state: str
    taken: str
    seconds: float
    shards: int
    failed: int
    indices: tuple[str, ...]
    notes: Notes

    @property
    def whole(self) -> bool:
        return self.state == WHOLE and self.failed == 0


def create(
    client: Elasticsearch, settings: Settings, name: str | None, progress: Progress, now: datetime
) -> Snapshot:
    """Take a snapshot and wait until it is whole; stages may run. Makes the repository where there is none.

    Raises UsageError for a name that cannot be or is taken, ServerError when a shard could not be read, Unavailable when a
    server does not answer (a snapshot that was begun goes on).
    """
    names = in_use(client, settings.namespace)
    stem = "-".join(part for part in (settings.namespace, _MADE_BY) if part)
    name = name or f"{stem}-{now:%Y.%m.%d-%H%M%S}"
    if not _NAME.fullmatch(name) or name == LATEST:
        raise UsageError(
            f"snapshot {name!r}: expected small letters, digits, dots and hyphens, and not {LATEST!r}"
        )
    _ensure_repository(client, settings)
    repository = settings.elastic.snapshot_repository
    notes = Notes(
        made_by=_MADE_BY,
        layout=LAYOUT,
        version=__version__,
        namespace=settings.namespace,
        generation=names.generation,
        topics=noted.marks(settings, progress),  # before the snapshot: what is in it twice does no harm
    )
    if len(msgspec.json.encode(notes)) > _MOST_NOTED:
        notes = msgspec.structs.replace(notes, topics={})
    with translated("taking a snapshot"):
        try:
            client.snapshot.create(
                repository=repository,
                snapshot=name,
                indices=[names.pattern(kind) for kind in Kind] + memories(settings.namespace),
                ignore_unavailable=True,
                include_global_state=False,
                feature_states=["none"],
                metadata=msgspec.to_builtins(notes),
                wait_for_completion=False,
            )
        except ApiError as error:
            if error.status_code in _NOT_SO:
                raise UsageError(f"snapshot {name}: {reason(error)}") from error
            raise
        _wait(client, repository, name, progress)
    (taken,) = [one for one in listed(client, settings) if one.name == name]
    if not taken.whole:
        raise ServerError(f"snapshot {name}: {taken.state}, {taken.failed} of {taken.shards} shards failed")
    return taken


def listed(client: Elasticsearch, settings: Settings) -> list[Snapshot]:
    """The snapshots that were made of this namespace, the newest last; none where there is no repository."""
    with translated("listing snapshots"):
        try:
            answer = client.snapshot.get(
                repository=settings.elastic.snapshot_repository, snapshot="*", sort="start_time"
            )
        except NotFoundError:
            return []
    found = [_snapshot(one) for one in answer["snapshots"]]
    return [one for one in found if one is not None and one.notes.namespace == settings.namespace]


def surplus(snapshots: Sequence[Snapshot], keep: int) -> list[Snapshot]:
    """Those older than the newest `keep` whole ones, whole or not; none while there are no more than that."""
    whole = [number for number, one in enumerate(snapshots) if one.whole]
    return list(snapshots[: whole[-keep]]) if len(whole) >= keep else []


def remove(client: Elasticsearch, settings: Settings, snapshots: Sequence[Snapshot]) -> None:
    """Delete snapshots from the repository, one by one, the oldest first. Data that others share with them stays."""
    for one in snapshots:
        with translated(f"deleting snapshot {one.name}"):
            client.options(ignore_status=404).snapshot.delete(
                repository=settings.elastic.snapshot_repository, snapshot=one.name
            )


def fetched(namespace: str) -> list[str]:
    """What the producers remember: of addresses, of archives, of how sources did."""
    return [acquisition_index(namespace), backfill_index(namespace), health_index(namespace)]


def memories(namespace: str) -> list[str]:
    """The indices that have no generation: they cannot be made again from the topics."""
    people = [alerts_index(namespace), deliveries_index(namespace), searches_index(namespace)]
    return [*fetched(namespace), *people, notes_index(namespace)]


def reason(error: ApiError) -> str:
    """The innermost cause, as Elasticsearch words it."""
    cause: Any = error.body.get("error", {}) if isinstance(error.body, Mapping) else {}
    while isinstance(cause, Mapping) and isinstance(cause.get("caused_by"), Mapping):
        cause = cause["caused_by"]
    return str(cause.get("reason") if isinstance(cause, Mapping) else error)


def _ensure_repository(client: Elasticsearch, settings: Settings) -> None:
    """Raises UsageError where the cluster takes no such folder: it must be within its `path.repo`."""
    elastic = settings.elastic
    with translated("making a repository for snapshots"):
        known = client.options(ignore_status=404).snapshot.get_repository(name=elastic.snapshot_repository)
        if elastic.snapshot_repository in known:
            return
        try:
            client.snapshot.create_repository(
                name=elastic.snapshot_repository,
                repository={"type": "fs", "settings": {"location": elastic.snapshot_folder}},
            )
        except ApiError as error:
            raise UsageError(
                f"elasticsearch: no repository for snapshots in folder {elastic.snapshot_folder!r}: {reason(error)}. On servers of"
                " your own set path.repo, or register a repository of any type and name it by elastic.snapshot_repository. An"
                " embedded server that was started by an earlier version needs `dateline down && dateline up`"
            ) from error


def _wait(client: Elasticsearch, repository: str, name: str, progress: Progress) -> None:
    """Until it is written down as a whole, which comes after its last shard."""
    task = progress.add_task(name, total=None)
    while True:
        (status,) = client.snapshot.status(repository=repository, snapshot=name)["snapshots"]
        shards = status["shards_stats"]
        progress.update(task, total=shards["total"], completed=shards["done"] + shards["failed"])
        (one,) = client.snapshot.get(repository=repository, snapshot=name)["snapshots"]
        if one["state"] != "IN_PROGRESS":
            return
        time.sleep(_POLL)


def _snapshot(one: Mapping[str, Any]) -> Snapshot | None:
    try:
        notes = msgspec.convert(one.get("metadata"), Notes)
    except msgspec.ValidationError:
        return None  # somebody else's
    if notes.made_by != _MADE_BY:
        return None
    shards = one.get("shards", {})
    return Snapshot(
        name=one["snapshot"],
        state=one["state"],
        taken=one["start_time"],
        seconds=one.get("duration_in_millis", 0) / 1000,
        shards=shards.get("total", 0),
        failed=shards.get("failed", 0),
        indices=tuple(one["indices"]),
        notes=notes,
    )
