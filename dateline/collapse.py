"""One story shown once: what articles are shown together, and what a result says of those that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, Literal

import msgspec

from dateline.archive import Also, Hit
from dateline.query import FieldName, Node, asks_for
from schemas.elastic import Kind, Names
from schemas.fields import FAMILY_KEY, STORY_KEY

Collapse = Literal["story", "copies", "none"]
"""What is shown once: a story, a text with all of its copies, or each article."""

KEYS: Final[dict[str, str]] = {"story": STORY_KEY, "copies": FAMILY_KEY}
SHOWN: Final = "shown"
_CLOSE: Final = 10_000  # up to so many results the total is exact but for chance; above, within two per cent


def fitting(collapse: Collapse, asked: Node | None) -> Collapse:
    """Who asks for the articles of a story wants them all, though each text once; who asks for copies wants the copies."""
    if asks_for(asked, (FieldName.COPYOF, FieldName.ID, FieldName.URL)):
        return "none"
    if collapse == "story" and asks_for(asked, (FieldName.STORY,)):
        return "copies"
    return collapse


def collapsed(collapse: Collapse) -> dict[str, Any]:
    """What to add to a search, so that of each group the first article is found."""
    return {"collapse": {"field": KEYS[collapse]}} if collapse != "none" else {}


def counting(collapse: Collapse) -> dict[str, Any]:
    """The aggregation that counts what is shown."""
    if collapse == "none":
        return {}
    return {SHOWN: {"cardinality": {"field": KEYS[collapse], "precision_threshold": _CLOSE}}}


def totals(answer: Any) -> tuple[int, int]:
    """How many results there are, and how many articles they stand for."""
    articles: int = answer["hits"]["total"]["value"]
    shown = answer.get("aggregations", {}).get(SHOWN)
    return (shown["value"] if shown else articles), articles


def among(hits: Sequence[Hit]) -> dict[str, Any]:
    """Where the latest versions of these articles are, as the header of a search."""
    return {"index": sorted({hit.home.index for hit in hits}), "ignore_unavailable": True}


def histories(names: Names, hits: Sequence[Hit]) -> dict[str, Any]:
    """As `among`, where all of their versions are."""
    return {"index": sorted({hit.home.versions(names) for hit in hits}), "ignore_unavailable": True}


def counts(names: Names, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Searches, as msearch takes them, whose answers `with_counts` reads. What has no version before it is the only one."""
    families = {hit.family for hit in hits}
    stories = {hit.story for hit in hits}
    revised = [hit for hit in hits if hit.previous_id]
    ids = {hit.id for hit in revised}
    sources = {"sources": {"cardinality": {"field": "source"}}}
    together = [_among(FAMILY_KEY, families), _among(STORY_KEY, stories)]
    searches: list[dict[str, Any]] = [
        {"index": names.alias(Kind.ARTICLES), "ignore_unavailable": True},
        {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"should": together, "must_not": [{"exists": {"field": "joined"}}]}},
            "aggs": {"families": _each(FAMILY_KEY, families), "stories": _each(STORY_KEY, stories, sources)},
        },
    ]
    if not revised:
        return searches
    query = {"bool": {"filter": [_among("id", ids)], "must_not": [{"term": {"status": "WITHDRAWN"}}]}}
    return [
        *searches,
        histories(names, revised),
        {"size": 0, "track_total_hits": False, "query": query, "aggs": {"versions": _each("id", ids)}},
    ]


def _among(field: str, values: AbstractSet[str]) -> dict[str, Any]:
    return {"terms": {field: sorted(values)}}


def _each(field: str, values: AbstractSet[str], inside: dict[str, Any] | None = None) -> dict[str, Any]:
    """How many documents have each of these values."""
    terms = {"field": field, "include": sorted(values), "size": max(1, len(values)), "execution_hint": "map"}
    return {"terms": terms, "aggs": inside or {}}


def with_counts(hits: Sequence[Hit], answers: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
    """The hits, each with the number of its versions and of the copies, articles and outlets that it stands for.

    They count all that the archive holds, whether it answers the query or not.
    """
    counted: dict[str, Any] = {}
    for answer in answers:
        counted |= answer.get("aggregations", {})
    family, story, version = (
        {one["key"]: one for one in counted.get(name, {}).get("buckets", ())}
        for name in ("families", "stories", "versions")
    )
    return tuple(msgspec.structs.replace(hit, also=_also(hit, family, story, version)) for hit in hits)


def _also(hit: Hit, family: dict[str, Any], story: dict[str, Any], version: dict[str, Any]) -> Also:
    told = story.get(hit.story) or family.get(hit.family) or {}
    copies = max(0, family.get(hit.family, {}).get("doc_count", 1) - 1)
    return Also(
        versions=max(1, version.get(hit.id, {}).get("doc_count", 1)),
        copies=copies,
        articles=max(copies, told.get("doc_count", 1) - 1),
        outlets=max(0, told.get("sources", {}).get("value", 1) - 1),
    )
