"""Paragraphs with names and quotations marked: text cut where a mark begins or ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from schemas.records import EnrichedArticle, Entity, Quote

T = TypeVar("T")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Characters with the same marks. Runs of a paragraph in order, joined, are the paragraph."""

    text: str
    entity: Entity | None = None
    quote: Quote | None = None


def marked_paragraphs(article: EnrichedArticle) -> list[list[Run]]:
    """Each paragraph as runs. Marks that lie outside their paragraph are left out; where names overlap the first wins."""
    names: list[list[tuple[int, int, Entity]]] = [[] for _ in article.paragraphs]
    for entity in article.entities:
        for mention in entity.mentions:
            if 0 <= mention.paragraph < len(names):
                names[mention.paragraph].append((mention.start, mention.end, entity))
    quotes: list[list[tuple[int, int, Quote]]] = [[] for _ in article.paragraphs]
    for quote in article.quotes:
        if 0 <= quote.paragraph < len(quotes):
            quotes[quote.paragraph].append((quote.start, quote.end, quote))
    return [_runs(text, names[number], quotes[number]) for number, text in enumerate(article.paragraphs)]


def _runs(
    text: str, names: Iterable[tuple[int, int, Entity]], quotes: Iterable[tuple[int, int, Quote]]
) -> list[Run]:
    names = _apart([span for span in names if 0 <= span[0] < span[1] <= len(text)])
    quotes = _apart([span for span in quotes if 0 <= span[0] < span[1] <= len(text)])
    cuts = sorted({0, len(text), *(at for start, end, _ in [*names, *quotes] for at in (start, end))})
    return [
        Run(text=text[start:end], entity=_at(names, start), quote=_at(quotes, start))
        for start, end in itertools.pairwise(cuts)
    ]


def _apart(spans: list[tuple[int, int, T]]) -> list[tuple[int, int, T]]:
    kept: list[tuple[int, int, T]] = []
    for span in sorted(spans, key=lambda one: (one[0], -one[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _at(spans: Iterable[tuple[int, int, T]], position: int) -> T | None:
    return next((value for start, end, value in spans if start <= position < end), None)
