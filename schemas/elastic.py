"""Elasticsearch: names of indices and aliases, their templates, and strict mappings of every record.

People and programs read through aliases (`articles`, `versions`, `stories`, `changes`, `outcomes`, …); the index stage
writes to physical indices, which carry a generation, so that a rebuild fills the next generation beside the one in use:

    articles-g1-2017      the latest version of each article first published in 2017
    versions-g1-2017.07   every version of those first published in July 2017
    outcomes-g1-2026.03   what the stages decided in March 2026
    changes-g1, quotes-g1, stories-g1, placements-g1, identity-g1

The generation in use is the one behind the aliases (nothing else stores it); one `_aliases` request switches them all.
A settings' namespace goes before every name ("wire-articles-g1-2017.07", alias "wire-articles").
"""

import re
from enum import StrEnum
from typing import Any, Final

import msgspec

from schemas.entities_mapping import ENTITIES_MAPPING
from schemas.fields import (
    CARD,
    CHANGE,
    EMBEDDING,
    ENRICHED,
    FACETS,
    GROUPS,
    LATEST,
    OUTCOME,
    SAYING,
    SEARCHED,
)
from schemas.identity_mapping import IDENTITY_MAPPING
from schemas.story_mapping import PLACEMENT_MAPPING, STORY_MAPPING

Mapping = dict[str, Any]

MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_PERIOD: Final = r"[0-9]{4}(?:\.[0-9]{2})?"


class Kind(StrEnum):
    """What an index holds. The name is its alias."""

    ARTICLES = "articles"
    VERSIONS = "versions"
    CHANGES = "changes"
    OUTCOMES = "outcomes"
    QUOTES = "quotes"
    ENTITIES = "entities"
    STORIES = "stories"
    PLACEMENTS = "placements"
    IDENTITY = "identity"


MONTHLY: Final = frozenset({Kind.VERSIONS, Kind.OUTCOMES})
"""Versions by the month first published, outcomes by the month decided."""

YEARLY: Final = frozenset({Kind.ARTICLES})
"""Articles by the year first published: a search asks every index, and pays for each."""

DATED: Final = MONTHLY | YEARLY
"""Kinds of many indices, which are made as they are needed; the others are one index each."""


class Names(msgspec.Struct, frozen=True):
    """Names within one namespace and generation."""

    namespace: str = ""
    generation: int = 1

    def alias(self, kind: Kind) -> str:
        """What readers name."""
        return f"{self.namespace}-{kind}" if self.namespace else str(kind)

    def template(self, kind: Kind) -> str:
        """The index template; also the name of a kind's only index, and the stem of dated ones."""
        return f"{self.alias(kind)}-g{self.generation}"

    def index(self, kind: Kind, month: str | None = None) -> str:
        """The index to write to. `month` is "2017-07" for dated kinds, else None; ValueError otherwise."""
        if kind not in DATED:
            if month is not None:
                raise ValueError(f"index {kind}: not dated, got month {month!r}")
            return self.template(kind)
        if month is None or not MONTH.fullmatch(month):
            raise ValueError(f"index {kind}: expected a month as YYYY-MM, got {month!r}")
        return f"{self.template(kind)}-{month[:4] if kind in YEARLY else month.replace('-', '.')}"

    def pattern(self, kind: Kind) -> str:
        """A wildcard for this generation's indices of a kind, and no other generation's."""
        return f"{self.template(kind)}-*" if kind in DATED else self.template(kind)

    def next(self) -> "Names":
        """The generation after this one."""
        return Names(self.namespace, self.generation + 1)


def generation_of(index: str) -> int:
    """The generation in a physical index's name; ValueError if it has none."""
    found = re.search(rf"-g([0-9]+)(?:-{_PERIOD})?$", index)
    if not found:
        raise ValueError(f"index {index!r} carries no generation")
    return int(found[1])


def period_of(index: str) -> str | None:
    """The year or month of a dated index, "2017" or "2017-07"."""
    found = re.search(rf"-g[0-9]+-({_PERIOD})$", index)
    return found[1].replace(".", "-") if found else None


def _article_mapping(fields: Mapping) -> Mapping:
    return {
        "dynamic": "strict",
        # indexed, but neither stored nor returned: the text once more, for its language's own analyzer, what follows from
        # other fields, the vector, and what lists show
        "_source": {"excludes": [SEARCHED, GROUPS, FACETS, EMBEDDING, CARD]},
        "properties": fields,
    }


MAPPINGS: Final[dict[Kind, Mapping]] = {
    Kind.ARTICLES: _article_mapping(LATEST),
    Kind.VERSIONS: _article_mapping(ENRICHED),
    Kind.CHANGES: {"dynamic": "strict", "properties": CHANGE},
    Kind.OUTCOMES: {"dynamic": "strict", "properties": OUTCOME},
    Kind.QUOTES: {"dynamic": "strict", "properties": SAYING},
    Kind.STORIES: STORY_MAPPING,
    Kind.PLACEMENTS: PLACEMENT_MAPPING,
    Kind.ENTITIES: ENTITIES_MAPPING,
    Kind.IDENTITY: IDENTITY_MAPPING,
}

# of all text that names no other: people type names without their accents
_ANALYSIS: Final = {
    "analyzer": {
        "default": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}
    }
}
# Elasticsearch filters each article that it reads for vectors, which ours do not hold, and looks for a whole query again in each field
# of a text that it marks: two thirds of what marked passages would cost
_READ: Final = {
    "mapping.exclude_source_vectors": False,
    "highlight.weight_matches_mode.enabled": False,
}
_PRIORITY: Final = 500  # above the templates that Elasticsearch brings along (100), such as `logs-*-*`


def template(kind: Kind, names: Names, *, shards: int = 1, replicas: int = 0, live: bool = True) -> Mapping:
    """The body of `PUT _index_template/{names.template(kind)}`. A `live` generation's new indices join the alias."""
    body: Mapping = {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "analysis": _ANALYSIS,
                **(_READ if "_source" in MAPPINGS[kind] else {}),
            },
        },
        "mappings": MAPPINGS[kind],
    }
    if live:
        body["aliases"] = {names.alias(kind): {}}
    return {
        "index_patterns": [names.pattern(kind)],
        "priority": _PRIORITY,
        "template": body,
        "_meta": {"made_by": "dateline", "kind": str(kind), "generation": names.generation},
    }


def templates(
    namespace: str = "", *, generation: int = 1, shards: int = 1, replicas: int = 0, live: bool = True
) -> dict[str, Mapping]:
    """Every template of a generation by its name."""
    names = Names(namespace, generation)
    return {
        names.template(kind): template(kind, names, shards=shards, replicas=replicas, live=live)
        for kind in Kind
    }
