"""How far archives have been read, in Elasticsearch, shared by any number of processes.

A position is saved only when all documents before it are safe in the topic, and with the version that was read: of two processes
at one archive, one gets it. What a process that dies had sent after its last save is sent again, and is the same event.
"""

import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import psutil
from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from dateline.elastic import ensure_index, translated
from producers.positions import Position
from schemas import ids
from schemas.backfill import BACKFILL_MAPPING, backfill_index

LEASE: Final = timedelta(seconds=60)
"""How long a process that stays silent keeps an archive, unless it is seen to be dead."""


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One archive, as one choice of documents is taken from it. `state` stands for its bytes (`producers.blobs.Blob.state`).

    `counts` are of all runs since `begun`. `saved` is when the position was saved, `last_lease` until when an earlier run had the
    archive (not stored). `failed` are numbers of those that shall be tried again by the next run.
    """

    archive: str
    state: str = ""
    offset: int = 0
    nth: int = 0
    done: bool = False
    counts: dict[str, int] = {}
    failed: tuple[int, ...] = ()
    begun: datetime
    saved: datetime
    holder: str = ""
    leased_until: datetime
    last_lease: datetime | None = None
    id: str = ""
    token: tuple[int, int] | None = None

    @property
    def position(self) -> Position:
        """Where to begin."""
        return Position(self.offset, self.nth)

    @property
    def interrupted(self) -> bool:
        """Whether a run before this one began, and may have sent more than it saved."""
        return self.last_lease is not None

    def free(self, at: datetime) -> bool:
        """Whether no other process is at it: it said so, stayed silent, or is of this machine and dead."""
        mine = self.holder in ("", _me())
        return mine or self.done or self.leased_until <= at or _is_dead(self.holder)


class Ledger:
    """Blocking calls; each may raise Unavailable. Reads are realtime."""

    def __init__(
        self, client: Elasticsearch, namespace: str = "", *, shards: int = 1, replicas: int = 0
    ) -> None:
        """Makes the index if it is not there."""
        self._client = client
        self._index = backfill_index(namespace)
        with translated(f"making index {self._index}"):
            ensure_index(
                client,
                self._index,
                mappings=BACKFILL_MAPPING,
                settings={"number_of_shards": shards, "number_of_replicas": replicas},
            )

    def known(self, archive: str, choice: str) -> Progress | None:
        """What is known of an archive; `choice` names what is taken from it and as whose."""
        name = ids.digest(("backfill", archive, choice))
        with translated("reading how far an archive was read"):
            try:
                found = self._client.get(index=self._index, id=name)
            except NotFoundError:
                return None
        progress = msgspec.convert(found["_source"], Progress)
        return msgspec.structs.replace(progress, id=name, token=(found["_seq_no"], found["_primary_term"]))

    def claim(
        self, archive: str, choice: str, state: str, before: Progress | None, *, afresh: bool = False
    ) -> Progress | None:
        """Hold an archive that was last seen as `before`, to go on where that was, or `afresh`.

        None when another process has it meanwhile.
        """
        at = datetime.now(UTC)
        fresh = Progress(
            archive=archive,
            begun=at,
            saved=at,
            leased_until=at,
            id=ids.digest(("backfill", archive, choice)),
            token=before.token if before else None,
        )
        same = before is not None and before.state == state and not afresh
        begin = msgspec.structs.replace(before, last_lease=before.leased_until) if before and same else fresh
        return self._write(msgspec.structs.replace(begin, state=state, holder=_me(), done=False))

    def save(self, progress: Progress) -> Progress | None:
        """Write a new position and hold on to it for a while. None when another process has taken it over."""
        return self._write(msgspec.structs.replace(progress, saved=datetime.now(UTC)))

    def _write(self, progress: Progress) -> Progress | None:
        progress = msgspec.structs.replace(progress, leased_until=datetime.now(UTC) + LEASE)
        document: dict[str, Any] = msgspec.to_builtins(
            msgspec.structs.replace(progress, token=None, id="", last_lease=None)
        )
        guard: Mapping[str, Any] = {"op_type": "create"}
        if progress.token is not None:
            guard = {"if_seq_no": progress.token[0], "if_primary_term": progress.token[1]}
        with translated("saving how far an archive was read"):
            try:
                written = self._client.index(index=self._index, id=progress.id, document=document, **guard)
            except ConflictError:
                return None
        return msgspec.structs.replace(progress, token=(written["_seq_no"], written["_primary_term"]))


def _me() -> str:
    process = psutil.Process()
    return f"{socket.gethostname()} {process.pid} {process.create_time()}"


def _is_dead(holder: str) -> bool:
    host, pid, born = holder.rsplit(" ", 2)
    if host != socket.gethostname() or int(pid) == os.getpid():
        return False
    try:
        return str(psutil.Process(int(pid)).create_time()) != born
    except psutil.NoSuchProcess:
        return True
