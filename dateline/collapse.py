"""One story shown once: what articles are shown together, and what a result says of those that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
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


def counts(names: Names, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Searches, as msearch takes them, whose answers `with_counts` reads."""
    families = [hit.family for hit in hits if hit.family]
    stories = [hit.story for hit in hits if hit.story]
    sources = {"sources": {"cardinality": {"field": "source"}}}
    living = [{"exists": {"field": "joined"}}]
    standing = [{"term": {"status": "WITHDRAWN"}}]
    return [
        *_counted(names.alias(Kind.ARTICLES), FAMILY_KEY, families, living, sources),
        *_counted(names.alias(Kind.ARTICLES), STORY_KEY, stories, living, sources),
        *_counted(names.alias(Kind.VERSIONS), "id", [hit.id for hit in hits], standing, {}),
    ]


def _counted(
    index: str, field: str, values: Sequence[str], without: list[Any], inside: dict[str, Any]
) -> list[dict[str, Any]]:
    terms = {"field": field, "size": max(1, len(values)), "execution_hint": "map"}
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"terms": {field: sorted(set(values))}}], "must_not": without}},
        "aggs": {"groups": {"terms": terms, "aggs": inside}},
    }
    return [{"index": index, "ignore_unavailable": True}, body]


def with_counts(hits: Sequence[Hit], answers: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
    """The hits, each with the number of its versions and of the copies, articles and outlets that it stands for.

    They count all that the archive holds, whether it answers the query or not.
    """
    family, story, version = ({one["key"]: one for one in _buckets(answer)} for answer in answers)
    return tuple(msgspec.structs.replace(hit, also=_also(hit, family, story, version)) for hit in hits)


def _buckets(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.get("aggregations", {}).get("groups", {}).get("buckets", [])
    return found


def _also(hit: Hit, family: dict[str, Any], story: dict[str, Any], version: dict[str, Any]) -> Also:
    told = story.get(hit.story or "") or family.get(hit.family or "") or {}
    copies = max(0, family.get(hit.family or "", {}).get("doc_count", 1) - 1)
    return Also(
        versions=max(1, version.get(hit.id, {}).get("doc_count", 1)),
        copies=copies,
        articles=max(copies, told.get("doc_count", 1) - 1),
        outlets=max(0, told.get("sources", {}).get("value", 1) - 1),
    )
