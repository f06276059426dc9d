"""The visible page as blocks of text in reading order, each in its box: what every rule on position leans on.

A block is a run of inline text; a box is the block-level element around it. What a box's names say of it ("share",
"newsletter", "caption") is its verdict, and holds for all boxes inside, unless the box is the page's main part.
"""

import re
from collections.abc import Iterator

from consumers.normalize.dom import Element, inner_text, marks
from consumers.normalize.names import HEADINGS, NEVER_ARTICLE, verdict
from consumers.normalize.strings import clean

_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "form", "button", "input", "select", "textarea", "object", "embed",
    "video", "audio", "canvas", "map", "math", "head", "link", "meta", "nav", "dialog", "label", "option", "picture", "img", "source",
    "track", "progress",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "nobr", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr", "br",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_CELL_MARK = " | "
_MAX_CELL = 200
_QUOTING = frozenset({"blockquote", "figure", "aside"})
_BREAK = "\u2028"  # a <br>; line feeds of the source are white space
_TWO_BREAKS = re.compile(rf"{_BREAK}\s*{_BREAK}\s*")
_PROSE = 60
_PROSE_DENSE = 25  # scripts that write a word in one or two characters
_MAX_PROSE_LINKS = 0.4
# A box that its names condemn is believed only while it holds less than this share of the page's prose; the greater share
# is for what stands beside articles by its nature.
_MAX_CONDEMNED = 0.4
_MAX_BESIDE = 0.9
_FILLS = 0.8
_MAX_BLOCKS = 20_000


class Box:
    """A block-level element: its place in the tree of boxes, what its names say, and how much prose is inside it.

    `spared` is the next box, from this one outwards, whose names are not believed, since too much of the page is inside.
    The boxes inside it are those up to `end`, which is not one of them.
    """

    __slots__ = ("element", "end", "named", "parent", "prose", "spared", "tag", "verdict")

    def __init__(self, element: Element, parent: int, tag: str) -> None:
        self.element = element
        self.parent = parent
        self.tag = tag
        self.named = self.verdict = verdict(element, tag)
        self.end = 0
        self.prose = 0
        self.spared: Box | None = None


class Block:
    """A run of text: `box` is the index of its box, `links` counts its characters inside links."""

    __slots__ = ("box", "links", "prose", "tag", "text")

    def __init__(self, text: str, box: int, tag: str, links: int) -> None:
        self.text = text
        self.box = box
        self.tag = tag
        self.links = links
        least = _PROSE_DENSE if not text.isascii() and _dense(text) else _PROSE
        self.prose = len(text) >= least and self.linked < _MAX_PROSE_LINKS and tag not in HEADINGS

    @property
    def linked(self) -> float:
        """The share of its characters that stand in links."""
        return self.links / max(1, len(self.text))


class _Run:
    """Inline text as it gathers, and how many of its characters stand in links."""

    __slots__ = ("box", "links", "pieces", "tag")

    def __init__(self, box: int, tag: str) -> None:
        self.box = box
        self.tag = tag
        self.pieces: list[str] = []
        self.links = 0


class Layout:
    """Boxes and blocks of a page in document order. Reads the tree, changes nothing."""

    def __init__(self, root: Element) -> None:
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self._anchors = 0
        self._walk(root, -1)
        self._weigh()

    def _walk(self, element: Element, parent: int) -> None:
        tag = str(element.tag)
        run = _Run(len(self.boxes), tag)
        box = Box(element, parent, tag)
        self.boxes.append(box)
        run.pieces.append(element.text or "")
        self._inside(element, run)
        self._flush(run)
        box.end = len(self.boxes)

    def _inside(self, element: Element, run: _Run) -> None:
        pieces = run.pieces
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                pass
            elif tag == "br":
                pieces.append(_BREAK)
            elif tag not in _INLINE or (tag == "cite" and element.tag in _QUOTING):
                if len(self.blocks) < _MAX_BLOCKS:
                    self._flush(run)
                    if tag != "tr" or not self._row(child, run.box):
                        self._walk(child, run.box)
            elif len(child) and _has_block(child):
                pieces.append(child.text or "")
                self._anchors += tag == "a"
                self._inside(child, run)
                self._anchors -= tag == "a"
            else:
                text = _inline(child)
                pieces.append(text)
                if tag == "a":
                    run.links += len(text)
                elif len(child):
                    run.links += sum(len(inner_text(link)) for link in child.iter("a"))
            if child.tail:
                pieces.append(child.tail)

    def _row(self, element: Element, parent: int) -> bool:
        """Make one block of a row of a table of data: two cells or more, all short, with nothing but text in them."""
        cells = [cell for cell in element if cell.tag in _CELLS]
        if len(cells) < 2 or any(_has_block(cell) for cell in cells):
            return False
        texts = [clean(_inline(cell).replace(_BREAK, " ")) for cell in cells]
        if max(map(len, texts)) > _MAX_CELL:
            return False
        box = Box(element, parent, "tr")
        self.boxes.append(box)
        box.end = len(self.boxes)
        text = _CELL_MARK.join(filter(None, texts))
        if text:
            links = sum(len(inner_text(link)) for cell in cells for link in cell.iter("a"))
            linked = len(text) if self._anchors else min(len(text), links)
            row = Block(text, box.end - 1, "tr", linked)
            row.prose = row.prose and max(map(len, texts)) >= _PROSE
            self.blocks.append(row)
        return True

    def _flush(self, run: _Run) -> None:
        """Make blocks of what has gathered; two line breaks in a row end a paragraph."""
        raw = "".join(run.pieces)
        run.pieces.clear()
        links, run.links = run.links, 0
        if not raw or raw.isspace():
            return
        for part in _TWO_BREAKS.split(raw) if _BREAK in raw else [raw]:
            text = "\n".join(line for one in part.split(_BREAK) if (line := clean(one)))
            if text:
                linked = len(text) if self._anchors else min(len(text), round(links * len(part) / len(raw)))
                self.blocks.append(Block(text, run.box, run.tag, linked))

    def _weigh(self) -> None:
        for block in self.blocks:
            if block.prose:
                self.boxes[block.box].prose += len(block.text)
        for box in reversed(self.boxes):
            if box.parent >= 0:
                self.boxes[box.parent].prose += box.prose
        total = self.boxes[0].prose
        for box in self.boxes:
            inherited = self._inherited(box)
            if inherited not in NEVER_ARTICLE and box.named in NEVER_ARTICLE:
                total -= box.prose
            box.verdict = inherited or box.named
        alike = self._alike()
        for box in self.boxes:  # anew, without the verdicts on boxes too big to be beside the article
            beside = box.named in NEVER_ARTICLE or box.tag in {"aside", "footer"}
            limit = self.boxes[0].prose * _MAX_BESIDE if beside else total * _MAX_CONDEMNED
            weight = box.prose if beside else alike.get(_kind(box), box.prose)
            box.spared = self.boxes[box.parent].spared if box.parent >= 0 else None
            if box.named and (weight > limit or self._fills(box, box.spared)):
                box.spared = box
            box.verdict = self._inherited(box) or (None if box is box.spared else box.named)

    @staticmethod
    def _fills(inner: Box, outer: Box | None) -> bool:
        """Whether it is the caption in a spared figure and holds nearly all of its text."""
        return (
            outer is not None
            and inner.named == outer.named == "caption"
            and inner.prose > _FILLS * outer.prose
        )

    def _alike(self) -> dict[tuple[str | None, str, str | None], int]:
        """Prose in outermost condemned boxes, summed over those of the same tag and class: what repeats all through the
        page, such as the texts of a gallery's pictures, is weighed as one."""
        sums: dict[tuple[str | None, str, str | None], int] = {}
        for box in self.boxes:
            if box.named and box.prose and self._inherited(box) is None:
                key = _kind(box)
                sums[key] = sums.get(key, 0) + box.prose
        return sums

    def _inherited(self, box: Box) -> str | None:
        return self.boxes[box.parent].verdict if box.parent >= 0 else None

    def within(self, box: int) -> range:
        """The box and all boxes inside it."""
        return range(box, self.boxes[box].end)

    def outermost(self, box: int, verdict: str) -> int:
        """The outermost box with that verdict around a box that has it."""
        return [one for one in self.above(box) if self.boxes[one].verdict == verdict][-1]

    def names(self, box: int, levels: int = 2) -> str:
        """Class and id of the box and those next around it, in lower case."""
        around = [self.boxes[one].element for one, _ in zip(self.above(box), range(levels), strict=False)]
        return " ".join(marks(element) for element in around)

    def above(self, box: int) -> Iterator[int]:
        """The box and those around it, inner first."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent


def _kind(box: Box) -> tuple[str | None, str, str | None]:
    return box.named, box.tag, box.element.get("class")


def _has_block(element: Element) -> bool:
    return any(
        isinstance(one.tag, str) and one.tag not in _INLINE and one.tag not in _SKIPPED
        for one in element.iterdescendants()
    )


def _inline(element: Element) -> str:
    """Text of an inline element without what is not shown; times that abut are kept apart."""
    if len(element) == 0:
        return f"{element.text or ''} " if element.tag == "time" and not element.tail else element.text or ""
    parts: list[str] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIPPED:
            parts.append(_BREAK if child.tag == "br" else _inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _dense(text: str) -> bool:
    """Whether most of it is Chinese, Japanese, Korean or Thai."""
    sample = text[:80]
    return sum(
        "\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\ud7af" or "\uf900" <= char <= "\ufaff"
        for char in sample
    ) * 2 > len(sample)
