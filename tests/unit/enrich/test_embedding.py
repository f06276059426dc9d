"""Articles as vectors."""

import logging
import math

from consumers.enrich import enrich
from schemas.fields import DIMENSIONS
from schemas.records import EnrichedArticle
from tests.unit.enrich.articles import article

WITHOUT = ("names", "quotes", "keywords")


def _made(headline: str, *paragraphs: str) -> EnrichedArticle:
    return enrich([article(*paragraphs, headline=headline)], without=WITHOUT)[0]


def _likeness(one: EnrichedArticle, other: EnrichedArticle) -> float:
    assert one.embedding
    assert other.embedding
    return sum(a * b for a, b in zip(one.embedding, other.embedding, strict=True))


def test_is_a_unit_vector_of_the_size_that_the_index_expects() -> None:
    """A subscriber can take the dot product for the cosine."""
    vector = _made("Bridge closed", "The bridge over the Tarn is closed.").embedding
    assert vector is not None
    assert len(vector) == DIMENSIONS
    assert math.isclose(math.hypot(*vector), 1.0, abs_tol=0.001)


def test_articles_on_one_matter_lie_nearer_than_others() -> None:
    """Two reports of one flood are more alike than a flood and a concert."""
    flood = _made(
        "River floods town", "The river burst its banks and water stood in the streets of the town."
    )
    water = _made(
        "Hundreds flee rising water", "Heavy rain sent a flood through the valley; homes were lost."
    )
    music = _made("Quartet plays Haydn", "The violinist and her colleagues played to a full house on Friday.")
    assert _likeness(flood, water) > _likeness(flood, music) + 0.2


def test_an_article_without_words_has_none() -> None:
    """None says so, and the enrichment is not available."""
    after = _made("…")
    assert after.embedding is None
    assert after.enrichments["embedding"] == "not_available"


def test_the_model_leaves_logging_as_it_was() -> None:
    """Its import sets up the root logger, which is not ours to set."""
    before = (logging.root.level, list(logging.root.handlers))
    _made("Bridge closed", "The bridge is closed.")
    assert (logging.root.level, list(logging.root.handlers)) == before
