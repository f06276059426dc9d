"""The story store on Elasticsearch: `stories` and `placements`, read by id in real time, stories found by terms.

A story's document is its public record, which people search, with the profile beside it as one packed string.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import zstandard
from elasticsearch import Elasticsearch

from dateline.guarded import GuardedIndex, guarded, token
from dateline.story_ports import Placement, Profile, StoryState
from schemas.elastic import Kind, Names
from schemas.records import Story

_LEAST_SHARED: Final = 2
_LEVEL: Final = 1


class ElasticStoryStore:
    """A `StoryStore` for any number of processes: writes are compare-and-set on sequence number and primary term.

    Durable: Elasticsearch answers after its log is on disk. The indices default to the namespace's aliases, which `dateline
    templates apply` makes; `names` points at those of a generation instead.
    """

    def __init__(self, client: Elasticsearch, *, namespace: str = "", names: Names | None = None) -> None:
        aliases = Names(namespace)

        def guarded_index(kind: Kind) -> GuardedIndex:
            index = names.index(kind) if names else aliases.alias(kind)
            return GuardedIndex(client, index, called="the index of stories", require_alias=names is None)

        self._stories = guarded_index(Kind.STORIES)
        self._placements = guarded_index(Kind.PLACEMENTS)
        self._pack = zstandard.ZstdCompressor(level=_LEVEL)
        self._unpack = zstandard.ZstdDecompressor()

    def placements(self, article_ids: Sequence[str]) -> Mapping[str, Placement]:
        """Where those articles are that are in a story; one request."""
        return {
            doc["_id"]: msgspec.convert({**doc["_source"], "token": token(doc)}, Placement)
            for doc in self._placements.get(article_ids, "reading stories")
        }

    def states(self, story_ids: Sequence[str]) -> Mapping[str, StoryState]:
        """Those stories that are known; one request. The terms that they are found by are not read."""
        found = {}
        for doc in self._stories.get(story_ids, "reading stories"):
            packed = base64.b64decode(doc["_source"].pop("profile"))
            found[doc["_id"]] = StoryState(
                story=msgspec.convert(doc["_source"], Story),
                profile=msgspec.msgpack.decode(self._unpack.decompress(packed), type=Profile),
                token=token(doc),
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
        found = self._stories.search(searches, "looking for stories")
        return {key: [hit["_id"] for hit in hits] for key, hits in zip(keys, found, strict=True)}

    def put(self, placements: Sequence[Placement], states: Sequence[StoryState]) -> Sequence[str]:
        """Write; two requests, stories in the second."""
        bodies: list[bytes] = []
        for placement in placements:
            document = msgspec.to_builtins(placement)
            del document["token"]
            bodies += guarded(placement.article_id, placement.token), msgspec.json.encode(document)
        if conflicts := self._placements.write(bodies, "writing stories"):
            return conflicts
        bodies = []
        for state in states:
            bodies += guarded(state.story.id, state.token), self._document(state)
        return self._stories.write(bodies, "writing stories")

    def _document(self, state: StoryState) -> bytes:
        document = msgspec.to_builtins(state.story)
        packed = self._pack.compress(msgspec.msgpack.encode(state.profile))
        return msgspec.json.encode(
            {**document, "profile": base64.b64encode(packed).decode(), "terms": state.terms}
        )
