"""Where words stand in quotation marks, of whatever style."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

SHORTEST: Final = 3
"""Words; fewer in quotation marks are a term, not a quote."""

_QUOTE: Final = re.compile(
    r"“([^“”]+)(?:”|$)|„([^“”„]+)(?:[“”]|$)|«([^«»]+)(?:»|$)|\"([^\"]+)(?:\"|$)|(?<!\w)[‘']([^‘’']+(?:[’'](?=\w)[^‘’']+)*)[’'](?!\w)"
)
_OPENING: Final = frozenset("“„«\"‘'")


class Span(NamedTuple):
    """Words in quotation marks, and where they begin and end in a paragraph, the marks included."""

    text: str
    start: int
    end: int


def spans(paragraph: str) -> Iterator[Span]:
    """A paragraph's passages in quotation marks, in order; one that is not closed goes on to the end."""
    if _OPENING.isdisjoint(paragraph):
        return
    for found in _QUOTE.finditer(paragraph):
        yield Span(next(group for group in found.groups() if group is not None), *found.span())


def outside(paragraph: str, quotes: Sequence[Span], start: int, end: int) -> str:
    """The part of a paragraph from `start` to `end`, without what of it stands in those quotes that are no mere terms."""
    kept = []
    for span in quotes:
        if span.end > start and span.start < end and len(span.text.split()) >= SHORTEST:
            kept.append(paragraph[start : span.start])
            start = min(span.end, end)
    return " ".join([*kept, paragraph[start:end]]) if kept else paragraph[start:end]
