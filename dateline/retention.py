"""What is too old leaves the indices, month by month, and the account still agrees.

An index goes when its whole month lies before the cutoff: `articles` and `versions` by the month first published, `outcomes` by the
month decided. With articles go their quotations and changes. Before versions go, their ids are written to the index `retention`, where
`dateline audit` finds them. Topics keep what their own settings say (schemas/topics.py), so `dateline rebuild` brings back what they hold.
"""

from __future__ import annotations

import base64
import calendar
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal

import msgspec
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import bulk, scan
from rich.progress import Progress

from dateline.elastic import ensure_index, translated
from dateline.errors import UsageError
from dateline.topology import current_names
from schemas.elastic import Kind, Names

_AGE: Final = re.compile(r"([1-9]\d{0,4})([dwmy])")
_MONTH: Final = re.compile(r"-(\d{4})\.(\d{2})$")
_KINDS: Final = (Kind.ARTICLES, Kind.VERSIONS, Kind.OUTCOMES)
_OF_ARTICLES: Final = (Kind.QUOTES, Kind.CHANGES)
_IDS_A_NOTE: Final = 20_000
_AT_ONCE: Final = 1000

NOTES_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "index": {"type": "keyword"},
        "month": {"type": "keyword"},
        "removed": {"type": "date"},
        "count": {"type": "integer"},
        "versions": {"type": "binary"},
    },
}
"""What the index `retention` holds: for an index that was removed, the ids of its versions, compressed, some a document."""


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """An index whose whole month is too old. `by` is who removes it: this command, or the cluster's lifecycle management."""

    index: str
    kind: str
    month: str
    documents: int
    bytes: int
    by: Literal["dateline", "ilm"] = "dateline"


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What was removed: indices, the articles in them, and what hung on these."""

    indices: tuple[str, ...]
    articles: int
    quotes: int
    changes: int


def cutoff(age: str, today: date) -> date:
    """The day before which things are older than `age`: "90d", "12w", "18m", "2y". Raises UsageError."""
    found = _AGE.fullmatch(age.strip().lower())
    if not found:
        raise UsageError(f"--older-than {age}: expected days, weeks, months or years as in 90d, 12w, 18m, 2y")
    count, unit = int(found[1]), found[2]
    if unit in "dw":
        count *= 7 if unit == "w" else 1
        return today - timedelta(days=min(count, today.toordinal() - 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    if months < 12:
        return date.min
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def month_of(index: str) -> str | None:
    """The month of a monthly index, "2017-07"."""
    found = _MONTH.search(index)
    return f"{found[1]}-{found[2]}" if found else None


def end_of(month: str) -> date:
    """The first day after a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1)


def in_use(client: Elasticsearch, namespace: str) -> Names:
    """The names of the generation in use. Raises UsageError where there is none."""
    names = current_names(client, namespace)
    if names is None:
        raise UsageError("there are no indices yet; run `dateline templates apply`")
    return names


def expired(
    client: Elasticsearch, names: Names, before: date, kinds: Sequence[Kind] = _KINDS
) -> list[Expired]:
    """The indices of the generation in use whose whole month lies before a day, the oldest first. Changes nothing."""
    found = []
    with translated("looking for what is too old"):
        for kind in kinds:
            for index in client.indices.get(index=names.pattern(kind), features=["aliases"]):
                month = month_of(index)
                if month is None or end_of(month) > before:
                    continue
                stats = client.indices.stats(index=index, metric=["docs", "store"])["_all"]["primaries"]
                documents = client.count(index=index)["count"]  # without what is nested
                size = stats["store"]["size_in_bytes"]
                found.append(Expired(index=index, kind=kind, month=month, documents=documents, bytes=size))
    return sorted(found, key=lambda one: (one.month, one.kind))


def remove(
    client: Elasticsearch, names: Names, too_old: Sequence[Expired], progress: Progress, now: datetime
) -> Removed:
    """Remove these indices, and what hangs on their articles.

    Safe to repeat after a failure at any point: what hangs on an article goes first, the ids of versions are noted before their
    index goes. An article that comes again meanwhile makes its month's index anew.
    """
    task = progress.add_task("removing", total=len(too_old))
    articles = 0
    hung = dict.fromkeys(_OF_ARTICLES, 0)
    for one in too_old:
        progress.update(task, description=one.index)
        if one.kind == Kind.ARTICLES:
            for ids in _chunks(_ids(client, one.index), _AT_ONCE):
                articles += len(ids)
                for kind in _OF_ARTICLES:
                    hung[kind] += _remove_of(client, names.alias(kind), ids)
        if one.kind == Kind.VERSIONS:
            _note(client, names.namespace, one, now)
        with translated(f"removing {one.index}"):
            client.indices.delete(index=one.index, ignore_unavailable=True)
        progress.advance(task)
    indices = tuple(one.index for one in too_old)
    return Removed(indices=indices, articles=articles, quotes=hung[Kind.QUOTES], changes=hung[Kind.CHANGES])


def notes_index(namespace: str) -> str:
    """The index that knows which versions retention removed. It has no generation: a rebuild keeps it."""
    return f"{namespace}-retention" if namespace else "retention"


def removed_versions(client: Elasticsearch, namespace: str) -> set[str]:
    """Ids of all versions that retention ever removed. Some may have come again."""
    found: set[str] = set()
    with translated("reading what retention removed"):
        try:
            for hit in scan(client, index=notes_index(namespace), size=10):
                packed = base64.b64decode(hit["_source"]["versions"])
                found.update(zlib.decompress(packed).decode().split("\n"))
        except NotFoundError:
            return set()
    return found


def _note(client: Elasticsearch, namespace: str, one: Expired, now: datetime) -> None:
    index = notes_index(namespace)
    with translated(f"noting what {one.index} held"):
        ensure_index(client, index, mappings=NOTES_MAPPING, settings={"number_of_replicas": 0})
        for place, ids in enumerate(_chunks(_ids(client, one.index), _IDS_A_NOTE)):
            note = {
                "index": one.index,
                "month": one.month,
                "removed": now.astimezone(UTC).isoformat(),
                "count": len(ids),
                "versions": base64.b64encode(zlib.compress("\n".join(ids).encode())).decode(),
            }
            client.index(index=index, id=f"{one.index}/{now:%Y%m%dT%H%M%S}/{place}", document=note)
        client.indices.refresh(index=index)


def _remove_of(client: Elasticsearch, index: str, article_ids: Sequence[str]) -> int:
    with translated(f"removing from {index}"):
        found = scan(
            client,
            index=index,
            query={"query": {"terms": {"article_id": list(article_ids)}}, "_source": False},
        )
        actions = ({"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]} for hit in found)
        done, _ = bulk(client, actions, raise_on_error=False, stats_only=True)
    return done


def _ids(client: Elasticsearch, index: str) -> Iterator[str]:
    with translated(f"reading {index}"):
        client.indices.refresh(index=index, ignore_unavailable=True)
        for hit in scan(client, index=index, query={"_source": False}, size=5000):
            yield hit["_id"]


def _chunks(values: Iterator[str], size: int) -> Iterator[list[str]]:
    while chunk := list(islice(values, size)):
        yield chunk
