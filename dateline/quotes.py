"""The ledger of quotations: who said what first where, which outlets carry it, and in which other words.

Reads the `quotes` index; nothing is written. Two quotations are one saying in altered wording when the shorter one's word
triples stand in the other by half at least (containment, Broder 1997).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.elastic import translated
from schemas.elastic import Kind, Names
from schemas.ids import entity_id, words_of
from schemas.order import parse_time
from schemas.records import Saying

ALTERED: Final = 0.5
_MOST: Final = 1000
_CANDIDATES: Final = 300
_SHINGLE: Final = 3


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """One article that has the saying. `containment` is 1 for the same words, less for altered ones."""

    saying: Saying
    containment: float

    @property
    def altered(self) -> bool:
        """Whether the words differ from those of the first appearance."""
        return self.containment < 1


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One saying: where it first appeared in the archive, and every other article that has it, earliest first."""

    first: Saying
    others: tuple[Carried, ...]

    @property
    def outlets(self) -> int:
        """How many outlets carry it."""
        return len({self.first.source, *(one.saying.source for one in self.others)})


class Ledger:
    """The quotations behind a namespace's alias. Methods raise Unavailable when there is no answer."""

    def __init__(self, client: Elasticsearch, namespace: str = "") -> None:
        self._client = client
        self._alias = Names(namespace).alias(Kind.QUOTES)

    def by(
        self,
        speaker: str,
        *,
        about: str | None = None,
        since: str | None = None,
        until: str | None = None,
        size: int = 20,
    ) -> Sequence[Said]:
        """What a speaker said, newest first; `about` are words of the quotation or its headline.

        All words of the name must be in the speaker's, or be the full name of one whom the article calls otherwise. Of a
        speaker with more than 1,000 quotations the newest are taken.
        """
        named = {"match": {"speaker.text": {"query": speaker, "operator": "and"}}}
        known = {"term": {"speaker_id": entity_id("person", speaker)}}
        must: list[dict[str, Any]] = [{"bool": {"should": [named, known], "minimum_should_match": 1}}]
        if about:
            words = {
                "query": about,
                "fields": ["text", "headline"],
                "operator": "and",
                "type": "cross_fields",
            }
            must.append({"multi_match": words})
        limits = {key: value for key, value in (("gte", since), ("lte", until)) if value}
        if limits:
            must.append({"range": {"appeared": limits}})
        found = self._search({"bool": {"filter": must}}, size=_MOST, sort=[{"appeared": "desc"}])
        said = joined(sorted(found, key=_moment))
        return sorted(said, key=lambda one: _moment(one.first), reverse=True)[:size]

    def like(self, text: str) -> Said | None:
        """The saying with these words, or with words like them; None when the archive has none."""
        words = {"query": text, "minimum_should_match": "30%"}
        found = self._search({"match": {"text": words}}, size=_CANDIDATES)
        wanted = shingles(text)
        asked = [one for one in found if containment(wanted, shingles(one.text)) >= ALTERED]
        if not asked:
            return None
        whole = max((shingles(one.text) for one in asked), key=len)
        near = sorted(
            (one for one in found if containment(whole, shingles(one.text)) >= ALTERED), key=_moment
        )
        first = shingles(near[0].text)
        return Said(first=near[0], others=tuple(_carried(one, near[0], first) for one in near[1:]))

    def _search(self, query: dict[str, Any], **options: Any) -> list[Saying]:
        with translated("reading quotations"):
            answer = self._client.search(index=self._alias, query=query, ignore_unavailable=True, **options)
        return [msgspec.convert(hit["_source"], Saying) for hit in answer["hits"]["hits"]]


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The word triples of a text; of a shorter one all its words as one."""
    words = words_of(text)
    if len(words) < _SHINGLE:
        return frozenset((tuple(words),))
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def containment(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """The share of the smaller set that stands in the larger."""
    return len(one & other) / (min(len(one), len(other)) or 1)


def joined(sayings: Sequence[Saying]) -> list[Said]:
    """Sayings, earliest first, put together where the words are the same or altered; in the order of first appearance."""
    groups: list[tuple[Saying, frozenset[tuple[str, ...]], list[Carried]]] = []
    for saying in sayings:
        own = shingles(saying.text)
        for first, words, others in groups:
            if saying.key == first.key or containment(own, words) >= ALTERED:
                others.append(_carried(saying, first, words))
                break
        else:
            groups.append((saying, own, []))
    return [Said(first=first, others=tuple(others)) for first, _, others in groups]


def _carried(saying: Saying, first: Saying, words: frozenset[tuple[str, ...]]) -> Carried:
    if saying.key == first.key:
        return Carried(saying=saying, containment=1.0)
    share = min(0.999, containment(shingles(saying.text), words))
    return Carried(saying=saying, containment=round(share, 3))


def _moment(saying: Saying) -> tuple[datetime, str]:
    return parse_time(saying.appeared), saying.version_id
