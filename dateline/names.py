"""The name store on Elasticsearch: one document a form of a name, read by id in real time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import msgspec
from elasticsearch import Elasticsearch, NotFoundError

from dateline.elastic import translated
from dateline.errors import Overloaded, ServerError, Unavailable
from dateline.ports import Holder, NameForm
from schemas.elastic import Kind, Names

_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_TRY_LATER: Final = 500
_TOO_MANY: Final = 429


class ElasticNameStore:
    """A `NameStore` for any number of processes: writes are compare-and-set on sequence number and primary term.

    `index` defaults to the namespace's alias, which `dateline templates apply` makes; the store makes none.
    """

    def __init__(self, client: Elasticsearch, *, namespace: str = "", index: str | None = None) -> None:
        self._client = client
        self._index = index or Names(namespace).alias(Kind.ENTITIES)
        self._require_alias = index is None

    def forms(self, keys: Sequence[str]) -> Mapping[str, NameForm]:
        """Those forms that are known; one request."""
        if not keys:
            return {}
        try:
            with translated(f"reading names ({self._index})"):
                docs: list[dict[str, Any]] = self._client.mget(
                    index=self._index, ids=list(keys), source_includes=["holders"]
                )["docs"]
        except NotFoundError as error:
            raise _missing(self._index) from error
        for doc in docs:
            if "error" in doc:
                _raise(0, doc["error"], f"names from {self._index}")
        return {
            doc["_id"]: NameForm(
                key=doc["_id"],
                holders=msgspec.convert(doc["_source"]["holders"], tuple[Holder, ...]),
                token=f"{doc['_seq_no']}:{doc['_primary_term']}",
            )
            for doc in docs
            if doc["found"]
        }

    def put(self, forms: Sequence[NameForm]) -> Sequence[str]:
        """Write; the keys of those that another writer was before us at. One request."""
        operations: list[bytes] = []
        for form in forms:
            operations += _guarded(form), msgspec.json.encode(_document(form))
        if not operations:
            return []
        try:
            with translated(f"writing names ({self._index})"):
                answer = self._client.bulk(
                    index=self._index,
                    operations=cast("Sequence[Mapping[str, Any]]", operations),  # lines of JSON already
                    require_alias=self._require_alias,
                    filter_path="items.*._id,items.*.status,items.*.error",
                )
        except NotFoundError as error:
            raise _missing(self._index) from error
        conflicts = []
        for wrapped in answer["items"]:
            for item in wrapped.values():
                if item["status"] == _CONFLICT:
                    conflicts.append(item["_id"])
                elif "error" in item:
                    _raise(item["status"], item["error"], f"names: writing {item['_id']} to {self._index}")
        return conflicts


def _document(form: NameForm) -> dict[str, Any]:
    return {
        "names": [one.name for one in form.holders],
        "ids": [one.id for one in form.holders],
        "holders": form.holders,
    }


def _guarded(form: NameForm) -> bytes:
    if form.token is None:
        return msgspec.json.encode({"create": {"_id": form.key}})
    seq_no, _, primary_term = form.token.partition(":")
    guard = {"_id": form.key, "if_seq_no": int(seq_no), "if_primary_term": int(primary_term)}
    return msgspec.json.encode({"index": guard})


def _raise(status: int, error: Mapping[str, Any], doing: str) -> None:
    kind, reason = error.get("type"), error.get("reason")
    if kind == "index_not_found_exception" or status == _NOT_FOUND:
        raise _missing(doing)
    if status == _TOO_MANY or kind == "es_rejected_execution_exception":
        raise Overloaded(f"elasticsearch: {doing}: asks for less: {reason}")
    if 0 < status < _TRY_LATER:
        raise ServerError(f"elasticsearch: {doing}: refused ({status}): {kind}: {reason}")
    raise Unavailable(f"elasticsearch: {doing}: {kind}: {reason}")


def _missing(what: str) -> Unavailable:
    return Unavailable(
        f"elasticsearch: the index of names is missing ({what}): run `dateline templates apply` once"
    )
