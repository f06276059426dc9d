"""What is owed to receivers, in Elasticsearch: found by search, fixed by id, one box a receiver written by compare-and-set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import msgspec
from elasticsearch import Elasticsearch

from dateline.alerts.book import Indices, document_of
from dateline.alerts.ports import Box, Claim, Owed
from dateline.elastic import translated
from dateline.guarded import guarded, token
from schemas.alerts_mapping import alerts_index
from schemas.records import Notice

_READING: Final = "reading what is owed"
_WRITING: Final = "writing what was sent"
_RECEIVERS: Final = 10_000
_OWED: Final = tuple(field.name for field in msgspec.structs.fields(Owed))
_BOX: Final = tuple(field.name for field in msgspec.structs.fields(Box) if field.name != "token")


class ElasticOutbox:
    """An `Outbox` for any number of processes. Searches see all that was written before: they refresh the index first."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices

    def waiting(self) -> Sequence[tuple[str, str]]:
        """Of all that is pending; of the first 10,000 receivers."""
        found = self._search(
            {"term": {"state": "pending"}},
            size=0,
            aggs=_by("alert", "channel"),
        )
        return sorted((values[0], values[1]) for values, _ in _counted(found["aggregations"], 2))

    def pending(self, alert: str, channel: str, *, before: str, limit: int) -> Sequence[Owed]:
        """Oldest first; one request."""
        wanted: list[dict[str, Any]] = [
            {"term": {"state": "pending"}},
            {"term": {"alert": alert}},
            {"term": {"channel": channel}},
            {"range": {"created": {"lt": before}}},
        ]
        found = self._search({"bool": {"filter": wanted}}, size=limit, sort=["created", "notice"])
        return [msgspec.convert(hit["_source"], Owed) for hit in found["hits"]["hits"]]

    def owed(self, ids: Sequence[str]) -> Sequence[Owed]:
        """By id, in this order."""
        docs = self._indices.deliveries.get(ids, _READING, fields=_OWED)
        return [msgspec.convert(doc["_source"], Owed) for doc in docs]

    def listed(
        self, *, alert: str | None = None, state: str | None = None, size: int = 1000
    ) -> Sequence[Owed]:
        """What is and was owed, newest first."""
        wanted: list[dict[str, Any]] = [{"term": {"kind": "owed"}}]
        wanted += [{"term": {name: value}} for name, value in (("alert", alert), ("state", state)) if value]
        found = self._search({"bool": {"filter": wanted}}, size=size, sort=[{"created": "desc"}, "notice"])
        return [msgspec.convert(hit["_source"], Owed) for hit in found["hits"]["hits"]]

    def counts(self) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """How much is in which state, by alert and channel."""
        found = self._search({"term": {"kind": "owed"}}, size=0, aggs=_by("alert", "channel", "state"))
        counts: dict[tuple[str, str], dict[str, int]] = {}
        for values, number in _counted(found["aggregations"], 3):
            counts.setdefault((values[0], values[1]), {})[values[2]] = number
        return counts

    def notices(self, ids: Sequence[str]) -> Mapping[str, Notice]:
        """By id; one request."""
        docs = self._indices.alerts.get(ids, "reading alerts", fields=["alert", "position", "notice"])
        claims = (msgspec.convert({**doc["_source"], "key": doc["_id"]}, Claim) for doc in docs)
        return {claim.key: claim.notice for claim in claims if claim.notice is not None}

    def settle(self, owed: Sequence[Owed]) -> None:
        """Write what became of them; one request. Only who holds the box of a receiver settles what it is owed."""
        operations: list[bytes] = []
        for one in owed:
            operations += msgspec.json.encode({"index": {"_id": one.id}}), document_of(one)
        self._indices.deliveries.write(operations, _WRITING)

    def box(self, alert: str, channel: str) -> Box:
        """How it stands with a receiver."""
        new = Box(alert=alert, channel=channel)
        for doc in self._indices.deliveries.get([new.id], _READING, fields=_BOX):
            return msgspec.convert({**doc["_source"], "token": token(doc)}, Box)
        return new

    def put(self, box: Box) -> Box | None:
        """Write, unless another process was before us; with the new token."""
        document = msgspec.to_builtins(box)
        del document["token"]
        lines = [guarded(box.id, box.token), msgspec.json.encode({"kind": "box", **document})]
        if self._indices.deliveries.write(lines, _WRITING):
            return None
        return self.box(box.alert, box.channel)

    def _search(self, query: Mapping[str, Any], **options: Any) -> Mapping[str, Any]:
        index = self._indices.deliveries
        with index.doing(_READING):
            self._indices.client.indices.refresh(index=index.name)
            found = self._indices.client.search(index=index.name, query=query, **options)
        return cast("Mapping[str, Any]", found.body)


def _by(*fields: str) -> dict[str, Any]:
    """Aggregations within each other: how many documents have which values of these fields."""
    inner = {"aggs": _by(*fields[1:])} if len(fields) > 1 else {}
    return {"by": {"terms": {"field": fields[0], "size": _RECEIVERS}, **inner}}


def _counted(found: Mapping[str, Any], depth: int) -> Iterator[tuple[tuple[str, ...], int]]:
    for bucket in found["by"]["buckets"]:
        if depth == 1:
            yield (bucket["key"],), bucket["doc_count"]
        else:
            for values, number in _counted(bucket, depth - 1):
                yield (bucket["key"], *values), number


def told(client: Elasticsearch, namespace: str, alert: str, *, size: int) -> Sequence[Notice]:
    """The newest notices of an alert, newest first; none where nothing ever was told. As late as a search."""
    wanted: list[dict[str, Any]] = [{"term": {"kind": "notice"}}, {"term": {"alert": alert}}]
    with translated("reading what alerts found"):
        found = client.search(
            index=alerts_index(namespace),
            query={"bool": {"filter": wanted}},
            sort=[{"at": {"order": "desc", "unmapped_type": "date"}}],
            size=size,
            source_includes=["notice"],
            ignore_unavailable=True,
        )
    return [msgspec.convert(hit["_source"]["notice"], Notice) for hit in found["hits"]["hits"]]
