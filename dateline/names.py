"""The name store on Elasticsearch: one document a form of a name, read by id in real time."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from elasticsearch import Elasticsearch

from dateline.guarded import GuardedIndex, guarded, token
from dateline.ports import Holder, NameForm
from schemas.elastic import Kind, Names


class ElasticNameStore:
    """A `NameStore` for any number of processes: writes are compare-and-set on sequence number and primary term.

    `index` defaults to the namespace's alias, which `dateline templates apply` makes; the store makes none.
    """

    def __init__(self, client: Elasticsearch, *, namespace: str = "", index: str | None = None) -> None:
        self._index = GuardedIndex(
            client,
            index or Names(namespace).alias(Kind.ENTITIES),
            called="the index of names",
            require_alias=index is None,
        )

    def forms(self, keys: Sequence[str]) -> Mapping[str, NameForm]:
        """Those forms that are known; one request."""
        return {
            doc["_id"]: NameForm(
                key=doc["_id"],
                holders=msgspec.convert(doc["_source"]["holders"], tuple[Holder, ...]),
                token=token(doc),
            )
            for doc in self._index.get(keys, "reading names", fields=["holders"])
        }

    def put(self, forms: Sequence[NameForm]) -> Sequence[str]:
        """Write; the keys of those that another writer was before us at. One request."""
        operations: list[bytes] = []
        for form in forms:
            operations += guarded(form.key, form.token), msgspec.json.encode(_document(form))
        return self._index.write(operations, "writing names")


def _document(form: NameForm) -> dict[str, Any]:
    return {
        "names": [one.name for one in form.holders],
        "ids": [one.id for one in form.holders],
        "holders": form.holders,
    }
