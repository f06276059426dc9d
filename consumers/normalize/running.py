"""Which blocks of the page are the running text: the box that holds most of the prose, less what is not the article's."""

import functools
import re
from collections.abc import Sequence

from consumers.normalize.corrections import is_correction, is_named
from consumers.normalize.dom import Element
from consumers.normalize.layout import Block, Layout
from consumers.normalize.names import HEADINGS, NEVER_ARTICLE
from consumers.normalize.phrases import is_chrome, is_idle
from consumers.normalize.strings import ends_sentence, squash, words
from consumers.normalize.vocabulary import CREDIT

_DESCEND = 0.7
_BELOW = 4
_ABOVE = 7
_BEHIND = 7
_SHORT = 160
_MAX_LINES = 500
_LONG_KEY = 20
_HEADING_ABOVE = 12
_LEAST_WORDS = 3
_MAX_NESTED = 0.4
_NEARLY_ALL = 0.9
_NAMED_BODY = 0.4
_MAX_ITEM_LINKS = 0.6
_BODY_NAMES = re.compile(
    r"article[-_ ]?(?:body|content|text)|story[-_ ]?(?:body|content|text)|entry[-_ ]?content|post[-_ ]?(?:content|body)|body[-_ ]?(?:content|text)|articlebody|"
    r"main[-_ ]?content|rich[-_ ]?text",
    re.IGNORECASE,
)
_NOTES_BEHIND = 15
_MAY_HOLD_NOTES = frozenset({None, "aside", "chrome"})
_ITEMS = frozenset({"li", "tr", "td", "th", "dd", "dt"})
_TEXT_TAGS = frozenset({"p", "tr", "li", "blockquote", "td", "th", "dd", "dt", "pre", "q", "cite"})


def _headline(layout: Layout, headlines: Sequence[str], end: int) -> int | None:
    """The block that shows the headline, above the end of the text: one that says any of the stated headlines, a heading
    before others; else the first h1; else the first heading most of whose words the headlines have."""
    places = range(min(end, len(layout.blocks)))
    keys = [key for one in headlines if (key := squash(one))]
    texts = {at: squash(layout.blocks[at].text) for at in places}
    headings = [at for at in places if layout.blocks[at].tag in HEADINGS]
    h1s = [at for at in headings if layout.blocks[at].tag == "h1"]
    known = {word for one in headlines for word in words(one)}
    for found in (
        [at for at in (*h1s, *headings) if keys and texts[at] == keys[0]],
        [at for at in (*h1s, *headings) if keys and _begins(texts[at], keys[0])],
        [at for key in keys for at in (*h1s, *headings) if texts[at] == key],
        [at for key in keys for at in (*h1s, *headings) if _holds(key, texts[at])],
        [at for key in keys for at in places if texts[at] == key],
        [at for at in h1s if layout.boxes[layout.blocks[at].box].verdict is None],
        [at for at in headings if _shares(layout.blocks[at].text, known)],
    ):
        if found:
            return found[0]
    return None


def _is_linked(element: Element) -> bool:
    """Whether it stands in a link, or its heading does."""
    if any(True for _ in element.iterancestors("a")):
        return True
    return any(
        heading.find(".//a[@href]") is not None or any(True for _ in heading.iterancestors("a"))
        for heading in element.iter(*HEADINGS)
    )


def _shares(text: str, known: set[str]) -> bool:
    """Whether it has at least four words, and most of them are known."""
    said = words(text)
    return len(said) > 3 and sum(word in known for word in said) * 2 > len(said)


def _begins(text: str, key: str) -> bool:
    """Whether a heading is the headline and something more, such as the standfirst or the kicker."""
    return len(key) > _LONG_KEY and (text.startswith(key) or text.endswith(key))


def _holds(key: str, text: str) -> bool:
    """Whether one is most of the other."""
    short, long = sorted((key, text), key=len)
    return len(short) * 2 > len(long) and short in long


class Running:
    """The chosen blocks (indices into the layout's), and the box they were chosen in."""

    def __init__(self, layout: Layout, headlines: Sequence[str]) -> None:
        self.layout = layout
        self.box = self._main()
        within = layout.within(self.box)
        end = max((at for at, block in enumerate(layout.blocks) if block.box in within), default=0)
        self.corrections: list[int] = []
        self.heads = {key for one in headlines if (key := squash(one))}
        self.headline = _headline(layout, headlines, end)
        if self.headline is None:
            self.headline = self._heading_above()
        self._nested()
        self._absolve()
        self._link_lists: dict[int, bool] = {}
        self.indices = self._chosen()

    def _heading_above(self) -> int | None:
        """Where no heading says what the metadata do: the last one of the first two levels close above the text."""
        blocks, boxes = self.layout.blocks, self.layout.boxes
        within = self.layout.within(self.box)
        first = next((at for at, one in enumerate(blocks) if one.prose and one.box in within), 0)
        for at in range(first - 1, max(-1, first - _HEADING_ABOVE), -1):
            block = blocks[at]
            if block.tag in {"h1", "h2"} and boxes[block.box].verdict is None and not block.links:
                return at if len(words(block.text)) > _LEAST_WORDS else None
        return None

    def _nested(self) -> None:
        """Articles with links of their own inside the text's box are other articles' teasers, unless they hold much of it, as
        the entries of a live blog do."""
        boxes = self.layout.boxes
        inner = [
            one
            for one in self.layout.within(self.box)[1:]
            if boxes[one].tag == "article" and boxes[one].verdict is None and _is_linked(boxes[one].element)
        ]
        if sum(boxes[one].prose for one in inner) < _MAX_NESTED * boxes[self.box].prose:
            for one in inner:
                for box in self.layout.within(one):
                    boxes[box].verdict = boxes[box].verdict or "related"

    def _absolve(self) -> None:
        """Take back that a box is about other articles if it stands right below the headline and links nowhere: what is
        called a teaser there is the article's own summary."""
        layout = self.layout
        if self.headline is None:
            return
        for at in range(self.headline + 1, min(self.headline + _BELOW + 2, len(layout.blocks))):
            block = layout.blocks[at]
            if layout.boxes[block.box].verdict != "related" or not block.prose:
                continue
            outer = layout.outermost(block.box, "related")
            if layout.boxes[outer].element.find(".//a[@href]") is None:
                for box in layout.within(outer):
                    layout.boxes[box].verdict = None

    def _main(self) -> int:
        """Down from the root, as long as one box holds most of what the box around it holds."""
        boxes = self.layout.boxes
        children: dict[int, list[int]] = {}
        for index, box in enumerate(boxes):
            children.setdefault(box.parent, []).append(index)
        here = 0
        total = sum(
            len(block.text)
            for block in self.layout.blocks
            if block.prose and boxes[block.box].verdict is None
        )
        while True:
            inner = [one for one in children.get(here, ()) if boxes[one].verdict is None]
            best = max(inner, key=lambda one: boxes[one].prose, default=None)
            if (
                best is None
                or boxes[best].prose < _DESCEND * boxes[here].prose
                or boxes[best].tag in _TEXT_TAGS - {"td", "tr"}
            ):
                break
            here = best
        named = [
            index
            for index, box in enumerate(boxes)
            if box.verdict is None
            and box.tag not in _TEXT_TAGS
            and box.prose >= _NAMED_BODY * total
            and (
                box.element.get("itemprop") == "articleBody"
                or _BODY_NAMES.search(box.element.get("class", ""))
            )
        ]
        inside = [one for one in named if here in self.layout.above(one)]
        return inside[-1] if inside else here

    def _chosen(self) -> list[int]:
        """Blocks of the main box below the headline that no verdict condemns and that read as text."""
        layout = self.layout
        within = layout.within(self.box)
        inside = [at for at, block in enumerate(layout.blocks) if block.box in within]
        below = [at for at in inside if self.headline is None or at > self.headline]
        if sum(layout.blocks[at].prose for at in below) * 2 < sum(layout.blocks[at].prose for at in inside):
            below = inside  # the headline stands at the foot: it says nothing of where the text begins
        kept = [
            at
            for at in below
            if layout.boxes[layout.blocks[at].box].verdict is None and self._keeps(layout.blocks[at])
        ]
        self.corrections = self._noted(kept)
        return sorted({*kept, *self.corrections})

    def _noted(self, kept: Sequence[int]) -> list[int]:
        """Notes on corrections from the headline to a little behind the text, also where they stand in a box of their own."""
        if not kept:
            return []
        blocks, boxes = self.layout.blocks, self.layout.boxes
        start = kept[0] if self.headline is None else min(kept[0], self.headline + 1)
        return [
            at
            for at in range(start, min(len(blocks), kept[-1] + _NOTES_BEHIND))
            if boxes[blocks[at].box].verdict in _MAY_HOLD_NOTES
            and blocks[at].linked < _MAX_ITEM_LINKS
            and (
                is_correction(blocks[at].text)
                or (ends_sentence(blocks[at].text) and is_named(self.layout.names(blocks[at].box)))
            )
        ]

    def _keeps(self, block: Block) -> bool:
        if block.tag == "h1" or is_idle(block.text):
            return False
        if is_chrome(block.text):
            return True
        if CREDIT.match(block.text) and not ends_sentence(block.text):
            return False
        if block.linked > _MAX_ITEM_LINKS and (not ends_sentence(block.text) or block.tag not in _TEXT_TAGS):
            return block.tag in _ITEMS and not self._in_link_list(block)
        return block.prose or block.tag in _TEXT_TAGS or block.tag in HEADINGS or ends_sentence(block.text)

    @functools.cached_property
    def _by_box(self) -> dict[int, list[Block]]:
        found: dict[int, list[Block]] = {}
        for block in self.layout.blocks:
            found.setdefault(block.box, []).append(block)
        return found

    def _in_link_list(self, block: Block) -> bool:
        """Whether most items of its list or table are links: else the few that are stand in a list of the article."""
        boxes = self.layout.boxes
        rows = boxes[block.box].parent
        if boxes[rows].tag == "tr":
            rows = boxes[rows].parent
        if rows not in self._link_lists:
            items = [one for box in self.layout.within(rows) for one in self._by_box.get(box, ())]
            linked = sum(one.linked > _MAX_ITEM_LINKS for one in items)
            self._link_lists[rows] = linked * 2 > len(items)
        return self._link_lists[rows]

    @property
    def share(self) -> float:
        """How much of the prose on the page (comments and consent texts aside) was chosen: how sure the choice is."""
        blocks, boxes = self.layout.blocks, self.layout.boxes
        total = sum(
            len(one.text) for one in blocks if one.prose and boxes[one.box].verdict not in NEVER_ARTICLE
        )
        return sum(len(blocks[at].text) for at in self.indices) / max(1, total)

    @property
    def reprieved(self) -> bool:
        """Whether the main box stands in one that its names condemn and that was only too big to be believed so."""
        boxes = self.layout.boxes
        most = _NEARLY_ALL * boxes[0].prose
        return any(boxes[one].named and boxes[one].prose < most for one in self.layout.above(self.box))

    def condemned(self) -> set[str]:
        """Keys of the texts on the page that belong to something else than the running text."""
        blocks, boxes = self.layout.blocks, self.layout.boxes
        return {squash(one.text) for one in blocks if boxes[one.box].verdict not in {None, "aside"}}

    def near_headline(self) -> list[str]:
        """Short texts around the headline and at both ends of the text: below the headline first, then above, then
        behind the text; what stands in boxes of chrome last."""
        blocks = self.layout.blocks
        if not blocks:
            return []
        first = self.indices[0] if self.indices else (self.headline or 0)
        last = self.indices[-1] if self.indices else first
        at = self.headline if self.headline is not None else first
        below = range(at, min(len(blocks), max(first, at) + _BELOW))
        above = range(at - 1, max(-1, at - _ABOVE), -1)
        behind = range(max(last - 2, at), min(len(blocks), last + _BEHIND))
        return [
            blocks[place].text
            for place in dict.fromkeys((*below, *above, *behind))
            if self._of_article(place)
        ]

    def short_lines(self) -> list[str]:
        """The first 500 short texts of the page but those in comments, consent texts and boxes about other articles."""
        blocks = self.layout.blocks
        return [
            one.text for at, one in enumerate(blocks) if len(one.text) <= _SHORT and self._of_article(at)
        ][:_MAX_LINES]

    def _of_article(self, place: int) -> bool:
        box = self.layout.boxes[self.layout.blocks[place].box]
        return box.named not in NEVER_ARTICLE and box.verdict not in {"related", "aside", *NEVER_ARTICLE}

    @property
    def texts(self) -> list[str]:
        """The chosen texts in order."""
        return [self.layout.blocks[one].text for one in self.indices]
