"""The identity store on Elasticsearch: one index, read by id in real time, searched by fingerprint bands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, cast

import msgspec
from elasticsearch import Elasticsearch, NotFoundError

from dateline.elastic import translated
from dateline.errors import Overloaded, ServerError, Unavailable
from dateline.ports import Candidate, Claim, Head, KnownVersion
from schemas.elastic import Kind, Names
from schemas.records import Article

_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_LEAST_SHARED: Final = 2  # one shared band of two rows is chance, in an archive of millions


class ElasticIdentityStore:
    """An `IdentityStore` for any number of processes.

    Durable: Elasticsearch answers after its log is on disk. Heads are written by compare-and-set on sequence number and
    primary term. `index` defaults to the namespace's alias, which `dateline templates apply` makes; the store makes none.
    """

    def __init__(self, client: Elasticsearch, *, namespace: str = "", index: str | None = None) -> None:
        self._client = client
        self._index = index or Names(namespace).alias(Kind.IDENTITY)
        self._require_alias = index is None

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """The heads of those articles that are known; one request."""
        heads = {}
        for doc in self._get(article_ids, "heads"):
            source = doc["_source"]
            heads[doc["_id"]] = msgspec.structs.replace(
                msgspec.convert(source["head"], Head),
                bands=tuple(source["bands"]),
                token=_token(doc),
            )
        return heads

    def contents(self, content_ids: Sequence[str]) -> Mapping[str, Article]:
        """What those contents say, where known; one request."""
        return {
            doc["_id"]: msgspec.convert(doc["_source"]["article"], Article)
            for doc in self._get(content_ids, "contents")
        }

    def pages(self, page_ids: Sequence[str]) -> Mapping[str, Sequence[KnownVersion]]:
        """Older versions by page; one request."""
        return {
            doc["_id"]: msgspec.convert(doc["_source"]["versions"]["list"], tuple[KnownVersion, ...])
            for doc in self._get(page_ids, "pages")
        }

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those claims that are known; one request."""
        return {
            doc["_id"]: Claim(key=doc["_id"], holders=tuple(doc["_source"]["holders"]), token=_token(doc))
            for doc in self._get(keys, "claims")
        }

    def candidates(
        self, bands: Mapping[str, Sequence[str]], *, limit: int
    ) -> Mapping[str, Sequence[Candidate]]:
        """Articles that share at least two bands (or the only one asked for), most shared first; one request."""
        keys = [key for key, terms in bands.items() if terms]
        if not keys:
            return {}
        searches: list[dict[str, Any]] = []
        for key in keys:
            match = {
                "query": " ".join(bands[key]),
                "minimum_should_match": min(_LEAST_SHARED, len(bands[key])),
            }
            searches += [
                {},
                {
                    "query": {"match": {"bands": match}},
                    "size": limit,
                    "_source": False,
                    "track_total_hits": False,
                },
            ]
        with self._doing("candidates"):
            answer = self._client.msearch(
                index=self._index,
                searches=searches,
                filter_path="responses.status,responses.error,responses.hits.hits._id,responses.hits.hits._score",
            )
        found = {}
        for key, response in zip(keys, answer["responses"], strict=True):
            if "error" in response:
                _raise(response["status"], response["error"], f"identity candidates in {self._index}")
            hits = response.get("hits", {}).get("hits", ())
            found[key] = [Candidate(article_id=hit["_id"], shared_bands=round(hit["_score"])) for hit in hits]
        return found

    def naming(self, article_ids: Sequence[str], *, limit: int) -> Mapping[str, Sequence[str]]:
        """By id, articles whose latest version names it as its origin; one request."""
        if not article_ids:
            return {}
        searches: list[dict[str, Any]] = []
        for id_ in article_ids:
            searches += [{}, {"query": {"term": {"root": id_}}, "size": limit, "_source": False}]
        with self._doing("naming"):
            answer = self._client.msearch(index=self._index, searches=searches)
        found: dict[str, list[str]] = {}
        for id_, response in zip(article_ids, answer["responses"], strict=True):
            if "error" in response:
                _raise(response["status"], response["error"], f"identity naming in {self._index}")
            if hits := response["hits"]["hits"]:
                found[id_] = [hit["_id"] for hit in hits]
        return found

    def refresh(self) -> None:
        """Let searches see all that was put, by any process."""
        with self._doing("refresh"):
            self._client.indices.refresh(index=self._index)

    def put(
        self,
        heads: Sequence[Head],
        contents: Mapping[str, Article],
        pages: Mapping[str, Sequence[KnownVersion]],
        claims: Sequence[Claim] = (),
    ) -> Sequence[str]:
        """Write; two requests, heads in the second. Safe to repeat."""
        bodies: list[bytes] = []
        for id_, article in contents.items():
            bodies += _index(id_), msgspec.json.encode({"kind": "content", "article": article})
        for id_, versions in pages.items():
            bodies += _index(id_), msgspec.json.encode({"kind": "page", "versions": {"list": versions}})
        for claim in claims:
            stated = {"kind": "claim", "holders": claim.holders}
            bodies += _guarded(claim.key, claim.token), msgspec.json.encode(stated)
        if conflicts := self._write(bodies):
            return conflicts
        bodies = []
        for head in heads:
            bodies += _guarded(head.article_id, head.token), msgspec.json.encode(_document(head))
        return self._write(bodies)

    def _write(self, operations: list[bytes]) -> list[str]:
        """The ids that another writer was before us at."""
        conflicts = []
        for status, id_, error in self._bulk(operations):
            if status == _CONFLICT:
                conflicts.append(id_)
            elif error is not None:
                _raise(status, error, f"identity write of {id_} to {self._index}")
        return conflicts

    def _get(self, ids: Sequence[str], doing: str) -> Iterable[Mapping[str, Any]]:
        if not ids:
            return []
        with self._doing(doing):
            docs: list[dict[str, Any]] = self._client.mget(index=self._index, ids=list(ids))["docs"]
        for doc in docs:
            if "error" in doc:
                _raise(0, doc["error"], f"identity {doing} from {self._index}")
        return [doc for doc in docs if doc["found"]]

    def _bulk(self, operations: list[bytes]) -> Iterable[tuple[int, str, Any]]:
        if not operations:
            return []
        with self._doing("write"):
            answer = self._client.bulk(
                index=self._index,
                operations=cast("Sequence[Mapping[str, Any]]", operations),  # lines of JSON already
                require_alias=self._require_alias,
                filter_path="items.*._id,items.*.status,items.*.error",
            )
        return [
            (item["status"], item["_id"], item.get("error"))
            for wrapped in answer["items"]
            for item in wrapped.values()
        ]

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        """A missing index is a server that is not ready, never the event's fault."""
        try:
            with translated(f"identity {what} ({self._index})"):
                yield
        except NotFoundError as error:
            raise _missing(self._index) from error


def _document(head: Head) -> dict[str, Any]:
    document = {
        "kind": "head",
        "bands": head.bands,
        "head": msgspec.structs.replace(head, bands=(), token=None),
    }
    if head.versions and head.versions[-1].copy_of is not None:
        document["root"] = head.versions[-1].copy_of.article_id
    return document


def _index(id_: str) -> bytes:
    return msgspec.json.encode({"index": {"_id": id_}})


def _token(doc: Mapping[str, Any]) -> str:
    return f"{doc['_seq_no']}:{doc['_primary_term']}"


def _guarded(id_: str, token: str | None) -> bytes:
    if token is None:
        return msgspec.json.encode({"create": {"_id": id_}})
    seq_no, _, primary_term = token.partition(":")
    guard = {"_id": id_, "if_seq_no": int(seq_no), "if_primary_term": int(primary_term)}
    return msgspec.json.encode({"index": guard})


def _raise(status: int, error: Mapping[str, Any], doing: str) -> NoReturn:
    kind, reason = error.get("type"), error.get("reason")
    if kind == "index_not_found_exception" or status == _NOT_FOUND:
        raise _missing(doing)
    if status == _TOO_MANY or kind == "es_rejected_execution_exception":
        raise Overloaded(f"elasticsearch: {doing}: asks for less: {reason}")
    if _BAD_REQUEST <= status < _SERVER_ERROR:
        raise ServerError(f"elasticsearch: {doing}: refused ({status}): {kind}: {reason}")
    raise Unavailable(f"elasticsearch: {doing}: {kind}: {reason}")


def _missing(what: str) -> Unavailable:
    return Unavailable(
        f"elasticsearch: the identity index is missing ({what}): run `dateline templates apply` once"
    )
