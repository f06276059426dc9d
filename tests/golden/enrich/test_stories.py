"""Invented stories, labelled by hand: what enrichment must find in them. The floors only go up."""

import json
from pathlib import Path
from typing import Any, Final

from consumers.enrich import enrich
from schemas.records import Article, EnrichedArticle

STORIES: Final[list[dict[str, Any]]] = json.loads((Path(__file__).parent / "stories.json").read_text("utf-8"))
TYPES: Final = {"people": "person", "organizations": "organization", "places": "place"}
FLOORS: Final = {"people": 0.99, "organizations": 0.85, "places": 0.90}


def _enriched() -> list[EnrichedArticle]:
    return enrich(
        [
            Article(
                id=str(number),
                url=f"https://gazette.example/{number}",
                source="gazette",
                headline=story["headline"],
                fetched="2031-03-04T05:06:07+00:00",
                paragraphs=tuple(story["paragraphs"]),
            )
            for number, story in enumerate(STORIES)
        ]
    )


def test_every_quotation_is_found_with_its_speaker() -> None:
    """All words in quotation marks, no more and no less, each with who said them."""
    found = [
        [[quote.text, quote.speaker] for quote in article.quotes if quote.direct] for article in _enriched()
    ]
    assert found == [story["quotes"] for story in STORIES]


def test_names_reach_their_floors() -> None:
    """F1 over the distinct names of each type, across the stories."""
    articles = _enriched()
    for label, kind in TYPES.items():
        both = total = 0
        for story, article in zip(STORIES, articles, strict=True):
            found = {entity.name.casefold() for entity in article.entities if entity.type == kind}
            wanted = {name.casefold() for name in story[label]}
            both += len(found & wanted)
            total += len(found) + len(wanted)
        assert 2 * both / total >= FLOORS[label], label
