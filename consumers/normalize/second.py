"""A second reader, trafilatura, for pages whose layout leaves doubt, and the choice between two readings."""

from collections.abc import Iterator, Sequence

import msgspec
import trafilatura
from trafilatura.metadata import Document as TrafilaturaDocument
from trafilatura.settings import Extractor

from consumers.normalize.dom import Element, inner_text
from consumers.normalize.phrases import is_idle
from consumers.normalize.strings import clean, squash, words

_SETTINGS = Extractor(fast=True, comments=False, with_metadata=False, tables=True)
_KINDS = {"head": "subheading", "list": "list_item", "table": "table_row", "quote": "blockquote"}
_MUCH_SHORTER = 0.25
_SLIGHTLY_LONGER = 1.08
_MUCH_LONGER = 1.5
_BLOB = 2
_SAME = 0.9
_ENOUGH = 250
_LEAST = 100
_LINE = 60
_FAR = 1000
_OPENING = 40
_MAX_CHILDREN = 2_000  # trafilatura takes time that grows with their square


class Piece(msgspec.Struct, frozen=True):
    """One paragraph of the body; `kind` is as in `schemas.records.Block`, None for a plain paragraph; `linked` is the
    share of its characters in links, 0 where it is not known."""

    text: str
    kind: str | None = None
    linked: float = 0.0


def _pieces(element: Element, kind: str | None = None) -> Iterator[Piece]:
    """The paragraphs under an element of trafilatura's output."""
    kind = _KINDS.get(str(element.tag), kind)
    if element.tag == "list":
        for item in element.iter("item"):
            yield Piece(clean(inner_text(item, " ")), kind)
    elif element.tag == "table":
        for row in element.iter("row"):
            yield Piece(" | ".join(text for cell in row if (text := clean(inner_text(cell, " ")))), kind)
    elif element.tag == "quote" and len(element):
        if element.text and element.text.strip():
            yield Piece(clean(element.text), kind)
        for child in element:
            yield from _pieces(child, kind)
    else:
        lines = inner_text(element, breaks="lb").split("\n")
        yield Piece("\n".join(line for part in lines if (line := clean(part))), kind)


def read(tree: Element, taken: set[str], condemned: set[str]) -> list[Piece]:
    """Trafilatura's text without what the header used (`taken`), and without what boxes' names condemn, unless that is most of
    it. Reads the tree that is parsed already, and leaves it as it is; one with thousands of elements in one is not read."""
    if any(len(element) > _MAX_CHILDREN for element in tree.iter()):
        return []
    found = trafilatura.bare_extraction(tree, options=_SETTINGS)
    if not isinstance(found, TrafilaturaDocument) or found.body is None:
        return []
    pieces = [piece for child in found.body for piece in _pieces(child)]
    pieces = [one for one in pieces if one.text and not is_idle(one.text)]
    pieces = [one for one in pieces if squash(one.text) not in taken] or pieces
    kept = [one for one in pieces if squash(one.text) not in condemned]
    return kept if _length(kept) * 2 > _length(pieces) else pieces


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(one.text) for one in pieces)


class Choice:
    """Decides between the layout's reading and trafilatura's. `below` are the texts of the page from the headline on."""

    def __init__(self, summaries: Sequence[str], below: Sequence[str], *, doubtful: bool) -> None:
        self._doubtful = doubtful
        self._openings = [squash(one)[:_OPENING] for one in summaries[:1] if len(words(one)) > 4]
        self._below = [squash(one) for one in below]

    def second(self, first: Sequence[Piece], second: Sequence[Piece]) -> bool:
        """Whether the second reading is the better one.

        It is not if it is next to nothing, or adds a little to the same text (chrome, more often than not). It is if
        it leaves out some of the same text. Two different texts: the one that has the words of the page's own summary,
        else the one that begins much nearer to the headline, else the second unless it is much shorter.
        """
        ours, theirs = _length(first), _length(second)
        if not theirs or (theirs < _LEAST and ours >= _ENOUGH and not self._doubtful):
            return False
        text = squash(" ".join(one.text for one in second))
        shared = sum(len(one.text) for one in first if squash(one.text) in text)
        if ours >= _ENOUGH and shared >= _SAME * ours and ours <= theirs <= _SLIGHTLY_LONGER * ours:
            return False
        if len(second) <= _BLOB < len(first) and shared >= _SAME * ours and theirs < _MUCH_LONGER * ours:
            return False  # the same text without its paragraphs
        if shared >= _SAME * min(ours, theirs) and theirs >= _MUCH_SHORTER * ours:
            return True
        said, heard = self._borne_out(first), self._borne_out(second)
        if said != heard:
            return heard
        if self._doubtful and said == heard:
            return True
        near, far = self._gap(first), self._gap(second)
        if abs(near - far) > _FAR:
            return far < near
        return theirs >= _MUCH_SHORTER * ours or ours < _ENOUGH

    def _borne_out(self, pieces: Sequence[Piece]) -> bool:
        text = squash(" ".join(one.text for one in pieces))
        return any(one in text for one in self._openings)

    def _gap(self, pieces: Sequence[Piece]) -> int:
        """Characters between the headline and the first paragraph of a reading."""
        lines = (line for one in pieces for line in one.text.split("\n"))
        start = next((squash(line)[:_OPENING] for line in lines if len(line) > _LINE), "")
        gap = 0
        for text in self._below:
            if start and start in text:
                return gap
            gap += len(text)
        return gap
