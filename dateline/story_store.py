"""The story store on Elasticsearch: `stories` and `placements`, read by id in real time, stories found by terms.

A story's document is its public record, which people search, with the profile beside it as one packed string.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn, cast

import msgspec
import zstandard
from elasticsearch import Elasticsearch, NotFoundError

from dateline.elastic import translated
from dateline.errors import Overloaded, ServerError, Unavailable
from dateline.story_ports import Placement, Profile, StoryState
from schemas.elastic import Kind, Names
from schemas.records import Story

_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_LEAST_SHARED: Final = 2
_LEVEL: Final = 1


class ElasticStoryStore:
    """A `StoryStore` for any number of processes: writes are compare-and-set on sequence number and primary term.

    Durable: Elasticsearch answers after its log is on disk. The indices default to the namespace's aliases, which `dateline
    templates apply` makes; `names` points at those of a generation instead.
    """

    def __init__(self, client: Elasticsearch, *, namespace: str = "", names: Names | None = None) -> None:
        self._client = client
        aliases = Names(namespace)
        self._stories = names.index(Kind.STORIES) if names else aliases.alias(Kind.STORIES)
        self._placements = names.index(Kind.PLACEMENTS) if names else aliases.alias(Kind.PLACEMENTS)
        self._require_alias = names is None
        self._pack = zstandard.ZstdCompressor(level=_LEVEL)
        self._unpack = zstandard.ZstdDecompressor()

    def placements(self, article_ids: Sequence[str]) -> Mapping[str, Placement]:
        """Where those articles are that are in a story; one request."""
        return {
            doc["_id"]: msgspec.convert({**doc["_source"], "token": _token(doc)}, Placement)
            for doc in self._get(self._placements, article_ids)
        }

    def states(self, story_ids: Sequence[str]) -> Mapping[str, StoryState]:
        """Those stories that are known; one request. The terms that they are found by are not read."""
        found = {}
        for doc in self._get(self._stories, story_ids):
            packed = base64.b64decode(doc["_source"].pop("profile"))
            found[doc["_id"]] = StoryState(
                story=msgspec.convert(doc["_source"], Story),
                profile=msgspec.msgpack.decode(self._unpack.decompress(packed), type=Profile),
                token=_token(doc),
            )
        return found

    def candidates(self, terms: Mapping[str, Sequence[str]], *, limit: int) -> Mapping[str, Sequence[str]]:
        """Stories that share two terms and more, most shared first; one request."""
        keys = [key for key, wanted in terms.items() if wanted]
        if not keys:
            return {}
        searches: list[dict[str, Any]] = []
        for key in keys:
            match = {"query": " ".join(terms[key]), "minimum_should_match": _LEAST_SHARED}
            searches += [
                {},
                {
                    "query": {"match": {"terms": match}},
                    "size": limit,
                    "_source": False,
                    "track_total_hits": False,
                },
            ]
        try:
            with translated(f"looking for stories ({self._stories})"):
                answer = self._client.msearch(
                    index=self._stories,
                    searches=searches,
                    filter_path="responses.status,responses.error,responses.hits.hits._id",
                )
        except NotFoundError as error:
            raise _missing(self._stories) from error
        found = {}
        for key, response in zip(keys, answer["responses"], strict=True):
            if "error" in response:
                _raise(response["status"], response["error"], f"looking for stories in {self._stories}")
            found[key] = [hit["_id"] for hit in response.get("hits", {}).get("hits", ())]
        return found

    def put(self, placements: Sequence[Placement], states: Sequence[StoryState]) -> Sequence[str]:
        """Write; two requests, stories in the second."""
        bodies: list[bytes] = []
        for placement in placements:
            document = msgspec.to_builtins(placement)
            del document["token"]
            bodies += _guarded(placement.article_id, placement.token), msgspec.json.encode(document)
        if conflicts := self._write(self._placements, bodies):
            return conflicts
        bodies = []
        for state in states:
            bodies += _guarded(state.story.id, state.token), self._document(state)
        return self._write(self._stories, bodies)

    def _document(self, state: StoryState) -> bytes:
        document = msgspec.to_builtins(state.story)
        packed = self._pack.compress(msgspec.msgpack.encode(state.profile))
        return msgspec.json.encode(
            {**document, "profile": base64.b64encode(packed).decode(), "terms": state.terms}
        )

    def _get(self, index: str, ids: Sequence[str]) -> Iterable[Mapping[str, Any]]:
        if not ids:
            return []
        try:
            with translated(f"reading stories ({index})"):
                docs: list[dict[str, Any]] = self._client.mget(index=index, ids=list(ids))["docs"]
        except NotFoundError as error:
            raise _missing(index) from error
        for doc in docs:
            if "error" in doc:
                _raise(0, doc["error"], f"reading stories from {index}")
        return [doc for doc in docs if doc["found"]]

    def _write(self, index: str, operations: list[bytes]) -> list[str]:
        """The ids that another writer was before us at."""
        if not operations:
            return []
        try:
            with translated(f"writing stories ({index})"):
                answer = self._client.bulk(
                    index=index,
                    operations=cast("Sequence[Mapping[str, Any]]", operations),  # lines of JSON already
                    require_alias=self._require_alias,
                    filter_path="items.*._id,items.*.status,items.*.error",
                )
        except NotFoundError as error:
            raise _missing(index) from error
        conflicts = []
        for wrapped in answer["items"]:
            for item in wrapped.values():
                if item["status"] == _CONFLICT:
                    conflicts.append(item["_id"])
                elif "error" in item:
                    _raise(item["status"], item["error"], f"writing story {item['_id']} to {index}")
        return conflicts


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
    if 0 < status < _SERVER_ERROR:
        raise ServerError(f"elasticsearch: {doing}: refused ({status}): {kind}: {reason}")
    raise Unavailable(f"elasticsearch: {doing}: {kind}: {reason}")


def _missing(what: str) -> Unavailable:
    return Unavailable(
        f"elasticsearch: the index of stories is missing ({what}): run `dateline templates apply` once"
    )
