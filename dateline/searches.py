"""Searches that are kept for everyone who reads: small records, written by compare-and-set."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.browse import Order
from dateline.clock import now
from dateline.elastic import ensure_index, translated
from dateline.errors import UsageError
from dateline.guarded import GuardedIndex, guarded, token
from dateline.query import parse
from schemas.searches import SEARCHES_MAPPING, searches_index

_MOST: Final = 200
_LONGEST_NAME: Final = 80
_LONGEST_QUERY: Final = 2000


class SavedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A query in the language of `dateline.query` under a name. The `id` is made of the name; `saved` is when it was last."""

    id: str
    name: str
    query: str
    order: Order
    saved: str


class Searches:
    """The saved searches of a namespace; at most 200. Methods raise Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._index = GuardedIndex(
            client, searches_index(namespace), called="the index of saved searches", require_alias=False
        )

    def all(self) -> tuple[SavedSearch, ...]:
        """All of them by name; none before the first was saved."""
        with translated("reading saved searches"):
            answer = self._client.search(index=self._index.name, size=_MOST, ignore_unavailable=True)
        found = (_read(hit) for hit in answer["hits"]["hits"])
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))

    def get(self, search_id: str) -> SavedSearch | None:
        """The one of this id, as it was written last."""
        with translated("reading saved searches"):
            there = bool(self._client.indices.exists(index=self._index.name))
        docs = self._index.get([search_id], "reading a saved search") if there else []
        return _read(docs[0]) if docs else None

    def save(self, name: str, query: str, order: Order = "best") -> SavedSearch:
        """Keep a search; one of the same name is replaced, unless another writer did so at this moment.

        Visible to every reader when this returns. Raises UsageError (QueryError for the query).
        """
        name, query = " ".join(name.split()), " ".join(query.split())
        search_id = "-".join(re.findall(r"\w+", name.casefold()))
        if not search_id or len(name) > _LONGEST_NAME:
            raise UsageError(
                f"saved searches: expected a name of 1 to {_LONGEST_NAME} characters with a letter or digit, got {name!r}"
            )
        if not query or len(query) > _LONGEST_QUERY:
            raise UsageError(
                f"saved searches: expected a query of 1 to {_LONGEST_QUERY} characters, got {len(query)}"
            )
        parse(query)
        ensure_index(self._client, self._index.name, mappings=SEARCHES_MAPPING)
        before = self._index.get([search_id], "reading a saved search")
        if not before and len(self.all()) >= _MOST:
            raise UsageError(f"saved searches: there are {_MOST} already: remove one first")
        made = SavedSearch(id=search_id, name=name, query=query, order=order, saved=now())
        line = guarded(search_id, token(before[0]) if before else None)
        self._write([line, msgspec.json.encode(made)], f"saving the search {name!r}")
        return made

    def remove(self, search_id: str) -> bool:
        """Keep it no longer; whether it was there."""
        found = self.get(search_id)
        if found is None:
            return False
        self._write([msgspec.json.encode({"delete": {"_id": search_id}})], "removing a saved search")
        return True

    def _write(self, lines: list[bytes], doing: str) -> None:
        if self._index.write(lines, doing):
            raise UsageError(f"{doing}: somebody else did so at this moment: look at it and try again")
        with translated(doing):
            self._client.indices.refresh(index=self._index.name)


def _read(doc: Any) -> SavedSearch:
    return msgspec.convert(doc["_source"], SavedSearch)
