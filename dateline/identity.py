"""The identity store on Elasticsearch: one index, read by id in real time, searched by fingerprint bands."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.guarded import GuardedIndex, guarded, token
from dateline.ports import Candidate, Claim, Head, KnownVersion
from schemas.elastic import Kind, Names
from schemas.records import Article

_LEAST_SHARED: Final = 2  # one shared band of two rows is chance, in an archive of millions


class ElasticIdentityStore:
    """An `IdentityStore` for any number of processes.

    Durable: Elasticsearch answers after its log is on disk. Heads are written by compare-and-set on sequence number and
    primary term. `index` defaults to the namespace's alias, which `dateline templates apply` makes; the store makes none.
    """

    def __init__(self, client: Elasticsearch, *, namespace: str = "", index: str | None = None) -> None:
        self._client = client
        self._index = GuardedIndex(
            client,
            index or Names(namespace).alias(Kind.IDENTITY),
            called="the identity index",
            require_alias=index is None,
        )

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """The heads of those articles that are known; one request."""
        heads = {}
        for doc in self._index.get(article_ids, "identity heads"):
            source = doc["_source"]
            heads[doc["_id"]] = msgspec.structs.replace(
                msgspec.convert(source["head"], Head),
                bands=tuple(source["bands"]),
                token=token(doc),
            )
        return heads

    def contents(self, content_ids: Sequence[str]) -> Mapping[str, Article]:
        """What those contents say, where known; one request."""
        return {
            doc["_id"]: msgspec.convert(doc["_source"]["article"], Article)
            for doc in self._index.get(content_ids, "identity contents")
        }

    def pages(self, page_ids: Sequence[str]) -> Mapping[str, Sequence[KnownVersion]]:
        """Older versions by page; one request."""
        return {
            doc["_id"]: msgspec.convert(doc["_source"]["versions"]["list"], tuple[KnownVersion, ...])
            for doc in self._index.get(page_ids, "identity pages")
        }

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those claims that are known; one request."""
        return {
            doc["_id"]: Claim(key=doc["_id"], holders=tuple(doc["_source"]["holders"]), token=token(doc))
            for doc in self._index.get(keys, "identity claims")
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
        found = self._index.search(searches, "identity candidates")
        return {
            key: [Candidate(article_id=hit["_id"], shared_bands=round(hit["_score"])) for hit in hits]
            for key, hits in zip(keys, found, strict=True)
        }

    def naming(self, article_ids: Sequence[str], *, limit: int) -> Mapping[str, Sequence[str]]:
        """By id, articles whose latest version names it as its origin; one request."""
        if not article_ids:
            return {}
        searches: list[dict[str, Any]] = []
        for id_ in article_ids:
            searches += [{}, {"query": {"term": {"root": id_}}, "size": limit, "_source": False}]
        found = self._index.search(searches, "identity naming")
        return {
            id_: [hit["_id"] for hit in hits] for id_, hits in zip(article_ids, found, strict=True) if hits
        }

    def refresh(self) -> None:
        """Let searches see all that was put, by any process."""
        with self._index.doing("identity refresh"):
            self._client.indices.refresh(index=self._index.name)

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
            bodies += guarded(claim.key, claim.token), msgspec.json.encode(stated)
        if conflicts := self._index.write(bodies, "identity write"):
            return conflicts
        bodies = []
        for head in heads:
            bodies += guarded(head.article_id, head.token), msgspec.json.encode(_document(head))
        return self._index.write(bodies, "identity write")


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
