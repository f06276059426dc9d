"""Invented articles for the tests of enrichment."""

from collections.abc import Sequence

from schemas.records import Article, Version


def article(*paragraphs: str, headline: str = "A headline", language: str | None = "en") -> Article:
    """An article with this body."""
    return Article(
        id="a1",
        url="https://gazette.example/1",
        source="gazette",
        headline=headline,
        fetched="2031-03-04T05:06:07+00:00",
        language=language,
        paragraphs=paragraphs,
        provenance={"headline": "h1"},
    )


def version(*paragraphs: str, number: int = 1, language: str | None = "en") -> Version:
    """A version with this body."""
    return Version(
        id=f"a{number}",
        url=f"https://gazette.example/{number}",
        source="gazette",
        kicker="Harbour",
        headline=f"Headline {number}",
        fetched="2031-03-04T05:06:07+00:00",
        language=language,
        paragraphs=paragraphs,
        version_id=f"v{number}",
        event_id=f"e{number}",
        status="UPDATED",
        content_hash="c",
        version_order=7,
        month="2031-03",
    )


HARBOUR: Sequence[str] = (
    "TALLINN (Wire) — Harbour Minister Leena Tormis told reporters on Monday that Estonia would rebuild the docks.",
    "“We will not let the docks rot for another ten years,” Tormis said. “The money is there, and so is the will.”",
    "Her rival Oskar Vahtra, 52, disagreed.",
    "“Nobody asked the people who live beside the water,” he said in a statement.",
    "The Estonian Dockworkers Union (EDU) welcomed the plan. The EDU has 4,000 members in Tallinn and Helsinki.",
    "“It is the best news in a decade.",
    "“And it comes not a day too early,” said Maarja Kask, chairwoman of the union.",
    "The minister rejected the criticism as “a storm in a very small teacup”.",
)
