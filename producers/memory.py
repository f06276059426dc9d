"""The memory of the producers: one Elasticsearch index, shared by any number of processes.

Writes carry the version that was read, so of two processes that claim an address one gets it. A process that dies leaves
leases that run out; what it fetched but did not record is fetched again and is the same event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec
from elasticsearch import Elasticsearch

from dateline.elastic import ensure_index, translated
from dateline.errors import DatelineError, Overloaded, ServerError, Unavailable
from producers.removals import Placed
from producers.visits import LEASE, Kind, State, Visit, growth, visit_id
from schemas.acquisition import ACQUISITION_MAPPING, acquisition_index
from schemas.elastic import Kind as IndexKind
from schemas.elastic import Names
from schemas.reasons import Fate, Stage

_AT_ONCE: Final = 1000
_HOSTS: Final = 500
_CONFLICT: Final = 409

T = TypeVar("T")


class Memory:
    """Blocking calls; each may raise Unavailable. Reads by address are realtime, `due` and `shares` lag by a second."""

    def __init__(
        self, client: Elasticsearch, namespace: str = "", *, shards: int = 1, replicas: int = 0
    ) -> None:
        """Makes the index if it is not there."""
        self._client = client
        self._index = acquisition_index(namespace)
        self._names = Names(namespace)
        self._changes = self._names.alias(IndexKind.CHANGES)
        with translated(f"making index {self._index}"):
            ensure_index(
                client,
                self._index,
                mappings=ACQUISITION_MAPPING,
                settings={"number_of_shards": shards, "number_of_replicas": replicas},
            )
            # one that is there may be of an older version
            client.indices.put_mapping(index=self._index, properties=ACQUISITION_MAPPING["properties"])

    def recall(self, source: str, urls: Iterable[str]) -> dict[str, Visit]:
        """What is known of these addresses of a source, by `visit_id`."""
        return self.recall_all((source, url) for url in urls)

    def recall_all(self, addresses: Iterable[tuple[str, str]]) -> dict[str, Visit]:
        """What is known of these (source, address) pairs, by `visit_id`."""
        found: dict[str, Visit] = {}
        for some in _batches((visit_id(source, url) for source, url in addresses), _AT_ONCE):
            with translated("reading what is known of addresses"):
                answer = self._client.mget(index=self._index, ids=some)
            found |= {doc["_id"]: _visit(doc) for doc in answer["docs"] if doc.get("found")}
        return found

    def claim(self, visits: Sequence[Visit], at: datetime) -> list[Visit]:
        """Lease these addresses to the caller; those that another process has claimed meanwhile are left out."""
        leased = [
            msgspec.structs.replace(visit, leased_until=at + LEASE) for visit in visits if visit.free(at)
        ]
        return self.save(leased)

    def save(self, visits: Sequence[Visit]) -> list[Visit]:
        """Write these; those that were written by another process since they were read are left out."""
        saved: list[Visit] = []
        for some in _batches(visits, _AT_ONCE):
            operations: list[Mapping[str, Any]] = []
            for visit in some:
                operations += [_action(visit), _document(visit)]
            with translated("recording what is known of addresses"):
                answer = self._client.bulk(index=self._index, operations=operations)
            for visit, item in zip(some, answer["items"], strict=True):
                (result,) = item.values()
                if result["status"] < 300:
                    token = (result["_seq_no"], result["_primary_term"])
                    saved.append(msgspec.structs.replace(visit, token=token))
                elif result["status"] != _CONFLICT:
                    raise _trouble(self._index, visit, result)
        return saved

    def revive(self, source: str, urls: Iterable[str]) -> None:
        """Forget that these addresses of a source were gone, so that they are asked again, and now."""
        known = self.recall(source, urls).values()
        self.save(
            [
                msgspec.structs.replace(visit, state=State.ACTIVE, reason=None, due=None, failures=0)
                for visit in known
            ]
        )

    def waiting(self, sources: Sequence[str], at: datetime) -> list[Visit]:
        """Pages of these sources that are known, due, and were never fetched, at most 100 of each source: what a run had no
        budget for, or what did not answer. The longest waiting first.
        """
        return self._oldest_due(
            at,
            by="source",
            conditions=[{"terms": {"source": list(sources)}}],
            without=[{"range": {"fetches": {"gt": 0}}}],
            groups=min(max(len(sources), 1), 10_000),
            each=100,
        )

    def due(self, at: datetime, *, source: str | None = None, per_host: int = 60) -> list[Visit]:
        """Pages whose turn it is, the longest overdue first, at most `per_host` of each host."""
        conditions: list[dict[str, Any]] = [] if source is None else [{"term": {"source": source}}]
        return self._oldest_due(
            at, by="host", conditions=conditions, without=[], groups=_HOSTS, each=min(per_host, 100)
        )

    def _oldest_due(
        self,
        at: datetime,
        *,
        by: str,
        conditions: list[dict[str, Any]],
        without: list[dict[str, Any]],
        groups: int,
        each: int,
    ) -> list[Visit]:
        conditions = [
            {"term": {"kind": Kind.PAGE}},
            {"terms": {"state": [State.ACTIVE, State.GONE]}},
            {"range": {"due": {"lte": at.isoformat()}}},
            *conditions,
        ]
        leased = {"range": {"leased_until": {"gt": at.isoformat()}}}
        by_due = [{"due": "asc"}]
        with translated("looking for pages that are due"):
            answer = self._client.search(
                index=self._index,
                query={"bool": {"filter": conditions, "must_not": [leased, *without]}},
                sort=by_due,
                size=groups,
                source=False,
                collapse={
                    "field": by,
                    "inner_hits": {
                        "name": "pages",
                        "size": each,
                        "sort": by_due,
                        "seq_no_primary_term": True,
                    },
                },
            )
        return [
            _visit(hit)
            for group in answer["hits"]["hits"]
            for hit in group["inner_hits"]["pages"]["hits"]["hits"]
        ]

    def placed(self, event_id: str) -> Placed:
        """What the pipeline made of a document. Lags by a second behind what is indexed."""
        with translated("looking a document's article up"):
            answer = self._client.search(
                index=self._names.alias(IndexKind.OUTCOMES),
                ignore_unavailable=True,
                query={"bool": {"filter": [{"term": {"event_id": event_id}}]}},
                sort=[{"time": "desc"}],
                size=20,
            )
            outcomes = [hit["_source"] for hit in answer["hits"]["hits"]]
            told = [outcome for outcome in outcomes if outcome["stage"] != Stage.NORMALIZE]
            article_id = next((o["article_id"] for o in told if o.get("article_id")), None)
            if article_id is None:
                given_up = outcomes and outcomes[0]["fate"] == Fate.QUARANTINED
                return Placed("no_article" if given_up else "waiting")
            found = self._client.search(
                index=self._names.alias(IndexKind.ARTICLES),
                ignore_unavailable=True,
                query={"bool": {"filter": [{"term": {"id": article_id}}]}},
                source_includes=["url"],
                size=1,
            )["hits"]["hits"]
        return Placed("article", article_id, found[0]["_source"]["url"]) if found else Placed("waiting")

    def shares(self, sources: Sequence[str]) -> dict[str, float]:
        """For each source the share of its age that a page waits (`producers.visits.growth`), by how often it really edits.

        Edits are versions with a change, as the pipeline found them, not bytes that differ.
        """
        fetched = {"pages": {"sum": {"field": "fetches"}}}
        of_sources: dict[str, Any] = {"terms": {"source": list(sources)}}
        pages: list[dict[str, Any]] = [
            {"term": {"kind": Kind.PAGE}},
            {"range": {"fetches": {"gt": 0}}},
            of_sources,
        ]
        visits = self._by_source(self._index, pages, fetched, len(sources))
        versions = {"versions": {"cardinality": {"field": "version_id"}}}
        edits = self._by_source(self._changes, [of_sources], versions, len(sources))
        return {
            source: growth(
                int(visits[source]["pages"]["value"]) - visits[source]["doc_count"]
                if source in visits
                else 0,
                int(edits[source]["versions"]["value"]) if source in edits else 0,
            )
            for source in sources
        }

    def _by_source(
        self, index: str, conditions: list[dict[str, Any]], sums: dict[str, Any], size: int
    ) -> dict[str, Any]:
        with translated(f"counting by source in {index}"):
            answer = self._client.search(
                index=index,
                ignore_unavailable=True,
                query={"bool": {"filter": conditions}},
                size=0,
                aggs={"sources": {"terms": {"field": "source", "size": max(size, 1)}, "aggs": sums}},
            )
        buckets = answer.get("aggregations", {}).get("sources", {}).get("buckets", [])
        return {bucket["key"]: bucket for bucket in buckets}


def _visit(document: Mapping[str, Any]) -> Visit:
    visit = msgspec.convert(document["_source"], Visit)
    return msgspec.structs.replace(visit, token=(document["_seq_no"], document["_primary_term"]))


def _document(visit: Visit) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(visit, token=None))
    return built


def _action(visit: Visit) -> dict[str, Any]:
    if visit.token is None:
        return {"create": {"_id": visit.id}}
    seq_no, primary_term = visit.token
    return {"index": {"_id": visit.id, "if_seq_no": seq_no, "if_primary_term": primary_term}}


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch


def _trouble(index: str, visit: Visit, result: Mapping[str, Any]) -> DatelineError:
    said = f"elasticsearch: recording {visit.url} in {index}: {result['status']}: {result.get('error')}"
    if result["status"] == 429:
        return Overloaded(said)
    return Unavailable(said) if result["status"] >= 500 else ServerError(said)
