"""What alerts were told for and what is owed, in Elasticsearch: read by id in real time, written only where nothing stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.alerts.ports import Claim, Merged, Owed
from dateline.elastic import ensure_index, translated
from dateline.errors import ServerError, Unavailable
from dateline.guarded import GuardedIndex, guarded
from dateline.story_ports import StoryState, StoryStore
from schemas.alerts_mapping import ALERTS_MAPPING, DELIVERIES_MAPPING, alerts_index, deliveries_index
from schemas.ids import digest

_WRITING: Final = "writing alerts"


class Indices:
    """The two indices, made when they are first asked for. Raises Unavailable while Elasticsearch cannot make them."""

    def __init__(self, client: Elasticsearch, namespace: str, *, shards: int = 1, replicas: int = 0) -> None:
        self.client = client
        self._namespace = namespace
        self._settings = {"number_of_shards": shards, "number_of_replicas": replicas}

    @cached_property
    def alerts(self) -> GuardedIndex:
        """Claims with their notices, and when each alert began."""
        return self._made(alerts_index(self._namespace), ALERTS_MAPPING)

    @cached_property
    def deliveries(self) -> GuardedIndex:
        """What is owed, and how it stands with each receiver."""
        return self._made(deliveries_index(self._namespace), DELIVERIES_MAPPING)

    def _made(self, name: str, mapping: Mapping[str, Any]) -> GuardedIndex:
        with translated(f"making {name}"):
            ensure_index(self.client, name, mappings=mapping, settings=self._settings)
        return GuardedIndex(self.client, name, called="the index of alerts", require_alias=False)


class ElasticAlertBook:
    """An `AlertBook` for any number of processes: what is to be new is created, so that one of them wins."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices

    def begun(self, names: Sequence[str], at: str) -> Mapping[str, str]:
        """One request where all are known, three where one is new."""
        keys = {digest(("begun", name)): name for name in names}
        known = self._begun(keys)
        if missing := {key: name for key, name in keys.items() if name not in known}:
            operations: list[bytes] = []
            for key, name in missing.items():
                operations += (
                    guarded(key, None),
                    msgspec.json.encode({"kind": "begun", "alert": name, "at": at}),
                )
            _write(self._indices.alerts, operations)
            known = {**known, **self._begun(missing)}
        return known

    def _begun(self, keys: Mapping[str, str]) -> dict[str, str]:
        docs = self._indices.alerts.get(list(keys), "reading alerts")
        return {doc["_source"]["alert"]: doc["_source"]["at"] for doc in docs}

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those claims that are known; one request."""
        docs = self._indices.alerts.get(keys, "reading alerts", fields=["alert", "position", "notice"])
        return {doc["_id"]: msgspec.convert({**doc["_source"], "key": doc["_id"]}, Claim) for doc in docs}

    def claim(self, claims: Sequence[Claim]) -> Sequence[str]:
        """Write claims, in this order; one request."""
        operations: list[bytes] = []
        for claim in claims:
            document = {"alert": claim.alert, "position": claim.position, "kind": "claim"}
            if claim.notice is not None:
                document |= {
                    "kind": "notice",
                    "at": claim.notice.matched,
                    "notice": msgspec.to_builtins(claim.notice),
                }
            operations += guarded(claim.key, None), msgspec.json.encode(document)
        return _write(self._indices.alerts, operations)

    def owe(self, owed: Sequence[Owed]) -> None:
        """Note what is to be sent; one request."""
        operations: list[bytes] = []
        for one in owed:
            operations += guarded(one.id, None), document_of(one)
        _write(self._indices.deliveries, operations)


def document_of(one: Owed) -> bytes:
    """As it stands in the index."""
    return msgspec.json.encode({"kind": "owed", **msgspec.to_builtins(one)})


def _write(index: GuardedIndex, operations: Sequence[bytes]) -> Sequence[str]:
    """What the index refuses is waited for: a claim without what follows from it would be an alert lost."""
    try:
        return index.write(operations, _WRITING)
    except ServerError as error:
        raise Unavailable(str(error)) from error


def ids_of(store: Callable[[], StoryStore]) -> Merged:
    """The ids that stories go and went by, from the memory of stories."""

    def merged(story_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        states: dict[str, StoryState] = {}
        wanted = list(dict.fromkeys(story_ids))
        while wanted:  # a story that became part of another leads there, and ends
            states |= store().states(wanted)
            into = (states[id_].story.merged_into for id_ in wanted if id_ in states)
            wanted = [id_ for id_ in dict.fromkeys(into) if id_ is not None and id_ not in states]
        found: dict[str, Sequence[str]] = {}
        for id_ in story_ids:
            home, way = states.get(id_), {id_}
            while home is not None and (next_ := home.story.merged_into) in states and next_ not in way:
                assert next_ is not None
                way.add(next_)
                home = states[next_]
            found[id_] = tuple(
                dict.fromkeys((home.story.id, *home.story.merged, *sorted(way)) if home else (id_,))
            )
        return found

    return merged
