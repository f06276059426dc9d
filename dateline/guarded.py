"""One index read by id in real time and written by compare-and-set: what the stores of several processes are made of."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, cast

import msgspec
from elasticsearch import Elasticsearch, NotFoundError

from dateline.elastic import translated
from dateline.errors import Overloaded, ServerError, Unavailable

_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class GuardedIndex:
    """An index or alias. Durable: Elasticsearch answers a write after its log is on disk.

    Every method may raise Unavailable (also where the index is missing: a server that is not ready, never the event's
    fault) or Overloaded; ServerError where a document was refused. `doing` says in such an error what was meant to be done.
    """

    def __init__(self, client: Elasticsearch, index: str, *, called: str, require_alias: bool) -> None:
        """`called` names the index in errors; `require_alias` refuses to write where no alias of that name is."""
        self._client = client
        self.name = index
        self._called = called
        self._require_alias = require_alias

    def get(
        self, ids: Sequence[str], doing: str, *, fields: Sequence[str] | None = None
    ) -> list[Mapping[str, Any]]:
        """Those documents that are there, with `fields` of them or all; one request, none for no ids."""
        if not ids:
            return []
        with self.doing(doing):
            docs: list[dict[str, Any]] = self._client.mget(
                index=self.name, ids=list(ids), source_includes=list(fields) if fields else None
            )["docs"]
        for doc in docs:
            if "error" in doc:
                self._raise(0, doc["error"], doing)
        return [doc for doc in docs if doc["found"]]

    def search(self, searches: Sequence[Mapping[str, Any]], doing: str) -> list[Sequence[Mapping[str, Any]]]:
        """The hits of each search, a header and a body in `searches`; one request."""
        with self.doing(doing):
            answer = self._client.msearch(
                index=self.name,
                searches=searches,
                filter_path="responses.status,responses.error,responses.hits.hits._id,responses.hits.hits._score",
            )
        for response in answer["responses"]:
            if "error" in response:
                self._raise(response["status"], response["error"], doing)
        return [response.get("hits", {}).get("hits", ()) for response in answer["responses"]]

    def write(self, operations: Sequence[bytes], doing: str) -> list[str]:
        """Lines of a bulk request; the ids that another writer was before us at. One request, none for no lines."""
        if not operations:
            return []
        with self.doing(doing):
            answer = self._client.bulk(
                index=self.name,
                operations=cast("Sequence[Mapping[str, Any]]", operations),  # lines of JSON already
                require_alias=self._require_alias,
                filter_path="items.*._id,items.*.status,items.*.error",
            )
        conflicts = []
        for wrapped in answer["items"]:
            for item in wrapped.values():
                if item["status"] == _CONFLICT:
                    conflicts.append(item["_id"])
                elif "error" in item:
                    self._raise(item["status"], item["error"], f"{doing}: {item['_id']}")
        return conflicts

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Errors of a request in Dateline's terms."""
        try:
            with translated(f"{what} ({self.name})"):
                yield
        except NotFoundError as error:
            raise self._missing() from error

    def _raise(self, status: int, error: Mapping[str, Any], what: str) -> NoReturn:
        kind, reason = error.get("type"), error.get("reason")
        doing = f"{what} ({self.name})"
        if kind == "index_not_found_exception" or status == _NOT_FOUND:
            raise self._missing()
        if status == _TOO_MANY or kind == "es_rejected_execution_exception":
            raise Overloaded(f"elasticsearch: {doing}: asks for less: {reason}")
        if _BAD_REQUEST <= status < _SERVER_ERROR:
            raise ServerError(f"elasticsearch: {doing}: refused ({status}): {kind}: {reason}")
        raise Unavailable(f"elasticsearch: {doing}: {kind}: {reason}")

    def _missing(self) -> Unavailable:
        return Unavailable(
            f"elasticsearch: {self._called} is missing ({self.name}): run `dateline templates apply` once"
        )


def token(doc: Mapping[str, Any]) -> str:
    """What a document that was read has to be given back with to be written: its sequence number and primary term."""
    return f"{doc['_seq_no']}:{doc['_primary_term']}"


def guarded(id_: str, token: str | None) -> bytes:
    """The line of a bulk request that writes a document only as it was read; with no token, only if there is none."""
    if token is None:
        return msgspec.json.encode({"create": {"_id": id_}})
    seq_no, _, primary_term = token.partition(":")
    guard = {"_id": id_, "if_seq_no": int(seq_no), "if_primary_term": int(primary_term)}
    return msgspec.json.encode({"index": guard})
