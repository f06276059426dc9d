"""What is too old leaves the indices, month by month, and the account still agrees.

A month goes when all of it lies before the cutoff: `articles` and `versions` by the month first published, `outcomes` by the month
decided. Indices go whole; of a year of articles that is not over yet in this sense, the articles of the month go. With articles go their
quotations and changes. Before versions go, their ids are written to the index `retention`, where
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
from schemas.elastic import YEARLY, Kind, Names, period_of

_AGE: Final = re.compile(r"([1-9]\d{0,4})([dwmy])")
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
    """What is too old: an index of which all is, or (not `whole`) of an index one month.

    `period` is a month ("2017-07"), or the year of a whole index of articles. `bytes` of a month are its share by number of documents. `by` is
    who removes it: this command, or the cluster's lifecycle management.
    """

    index: str
    kind: str
    period: str
    documents: int
    bytes: int
    whole: bool = True
    by: Literal["dateline", "ilm"] = "dateline"


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What was removed: indices, articles (with an index or out of one), and what hung on these."""

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


def end_of(period: str) -> date:
    """The first day after a year ("2017") or month ("2017-07")."""
    year, number = int(period[:4]), int(period[5:] or 12)
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
    """What of the generation in use lies in months that are over before a day, the oldest first. Changes nothing."""
    found: list[Expired] = []
    with translated("looking for what is too old"):
        for kind in kinds:
            for index in client.indices.get(index=names.pattern(kind), features=["aliases"]):
                period = period_of(index)
                if period is None:
                    continue
                if end_of(period) <= before:
                    size, documents = _extent(client, index)
                    found.append(
                        Expired(index=index, kind=kind, period=period, documents=documents, bytes=size)
                    )
                elif kind in YEARLY and int(period) <= before.year:
                    found += _months(client, index, kind, before)
    return sorted(found, key=lambda one: (one.period, one.kind))


def _months(client: Elasticsearch, index: str, kind: Kind, before: date) -> list[Expired]:
    """The months of an index that lie before a day."""
    client.indices.refresh(index=index)
    answer = client.search(
        index=index,
        size=0,
        query={"range": {"month": {"lt": before.isoformat()[:7]}}},
        aggs={"months": {"terms": {"field": "month", "size": 12}}},
    )
    size, documents = _extent(client, index)
    return [
        Expired(
            index=index,
            kind=kind,
            period=one["key"],
            documents=one["doc_count"],
            bytes=size * one["doc_count"] // documents,
            whole=False,
        )
        for one in answer["aggregations"]["months"]["buckets"]
    ]


def _extent(client: Elasticsearch, index: str) -> tuple[int, int]:
    """Bytes and documents, without copies of shards and what is nested."""
    stats = client.indices.stats(index=index, metric=["store"])["_all"]["primaries"]
    return stats["store"]["size_in_bytes"], client.count(index=index)["count"]


def remove(
    client: Elasticsearch, names: Names, too_old: Sequence[Expired], progress: Progress, now: datetime
) -> Removed:
    """Remove these indices and months, and what hangs on their articles.

    Safe to repeat after a failure at any point: what hangs on an article goes first, the ids of versions are noted before their
    index goes. An article that comes again meanwhile is there again.
    """
    task = progress.add_task("removing", total=len(too_old))
    articles = 0
    hung = dict.fromkeys(_OF_ARTICLES, 0)
    for one in too_old:
        progress.update(task, description=one.index)
        if one.kind == Kind.ARTICLES:
            for ids in _chunks(_ids(client, one), _AT_ONCE):
                articles += len(ids)
                for kind in _OF_ARTICLES:
                    hung[kind] += _remove_of(client, names.alias(kind), "article_id", ids)
                if not one.whole:
                    _remove_of(client, one.index, "id", ids)
        if one.kind == Kind.VERSIONS:
            _note(client, names.namespace, one, now)
        if one.whole:
            with translated(f"removing {one.index}"):
                client.indices.delete(index=one.index, ignore_unavailable=True)
        progress.advance(task)
    indices = tuple(one.index for one in too_old if one.whole)
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
        for place, ids in enumerate(_chunks(_ids(client, one), _IDS_A_NOTE)):
            note = {
                "index": one.index,
                "month": one.period,
                "removed": now.astimezone(UTC).isoformat(),
                "count": len(ids),
                "versions": base64.b64encode(zlib.compress("\n".join(ids).encode())).decode(),
            }
            client.index(index=index, id=f"{one.index}/{now:%Y%m%dT%H%M%S}/{place}", document=note)
        client.indices.refresh(index=index)


def _remove_of(client: Elasticsearch, index: str, field: str, ids: Sequence[str]) -> int:
    """Remove the documents with these ids in a field, unless they are newer by now; how many went."""
    with translated(f"removing from {index}"):
        found = scan(
            client,
            index=index,
            query={"query": {"terms": {field: list(ids)}}, "_source": False, "version": True},
        )
        # by its own version: the same document may come again right after, and is no older than what was removed
        actions = (
            {
                "_op_type": "delete",
                "_index": hit["_index"],
                "_id": hit["_id"],
                "version": hit["_version"],
                "version_type": "external_gte",
            }
            for hit in found
        )
        done, _ = bulk(client, actions, raise_on_error=False, stats_only=True)
    return done


def _ids(client: Elasticsearch, one: Expired) -> Iterator[str]:
    asked: dict[str, Any] = {"match_all": {}} if one.whole else {"term": {"month": one.period}}
    with translated(f"reading {one.index}"):
        client.indices.refresh(index=one.index, ignore_unavailable=True)
        for hit in scan(client, index=one.index, query={"query": asked, "_source": False}, size=5000):
            yield hit["_id"]


def _chunks(values: Iterator[str], size: int) -> Iterator[list[str]]:
    while chunk := list(islice(values, size)):
        yield chunk
