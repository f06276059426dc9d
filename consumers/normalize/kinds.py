"""What a paragraph is that is no plain one: by its tag, the elements around it, their names, and its own words."""

import re
from collections.abc import Iterator

from consumers.normalize.corrections import is_correction
from consumers.normalize.dom import inner_text, marks
from consumers.normalize.layout import Block, Layout
from consumers.normalize.names import HEADINGS
from consumers.normalize.phrases import NOTE
from consumers.normalize.strings import clean, ends_sentence, words

_ITEMS = frozenset({"li", "dd", "dt"})
_BOLD = frozenset({"b", "strong"})
_NOTES = re.compile(
    r"\b(?:footnotes?|endnotes?|fu(?:ss|ß)noten?|references|reflist|bibliograph\w*|voetnoten|przypisy|notas?-al-pie|notes-de-bas)\b"
)
_AROUND = 4
_MAX_SUBHEADING_WORDS = 14
_MAX_HEADING_WORDS = 30  # a longer one is a paragraph set in large type


def _around(layout: Layout, block: Block) -> Iterator[int]:
    for box, _ in zip(layout.above(block.box), range(_AROUND), strict=False):
        yield box


def _bold_alone(layout: Layout, block: Block) -> bool:
    """Whether a short paragraph is bold from end to end: a subheading without a heading's tag."""
    if (
        block.tag != "p"
        or len(words(block.text)) > _MAX_SUBHEADING_WORDS
        or ends_sentence(block.text.rstrip("?:"))
    ):
        return False
    children = list(layout.boxes[block.box].element)
    return len(children) == 1 and children[0].tag in _BOLD and clean(inner_text(children[0])) == block.text


def kind_of(layout: Layout, block: Block) -> str | None:
    """One of the kinds that `schemas.records.Block` names; None for a plain paragraph."""
    if is_correction(block.text):
        return "correction"
    if block.tag in HEADINGS and len(words(block.text)) <= _MAX_HEADING_WORDS:
        return "subheading"
    if block.tag == "tr":
        return "table_row"
    boxes = [layout.boxes[box] for box in _around(layout, block)]
    tags = [box.tag for box in boxes]
    noted = any(_NOTES.search(marks(box.element)) for box in boxes)
    if noted or (NOTE.match(block.text) is not None and block.text[0] in "[†‡¹²³"):
        return "footnote"
    if any(tag in _ITEMS for tag in tags):
        return "list_item"
    if "blockquote" in tags:
        return "blockquote"
    return "subheading" if _bold_alone(layout, block) else None
