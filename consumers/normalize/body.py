"""The running text of a page and what stands among it, each in its own field.

The layout says where most prose stands; where that choice is unsure, trafilatura is asked and its text is taken.
"""

from collections.abc import Iterator, Sequence

import msgspec

from consumers.normalize import flagged, gallery, liveblog, second, stated
from consumers.normalize.address import absolute
from consumers.normalize.corrections import is_correction
from consumers.normalize.dom import Element, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.kinds import kind_of
from consumers.normalize.layout import Layout
from consumers.normalize.names import HEADINGS
from consumers.normalize.page import Page
from consumers.normalize.running import Running
from consumers.normalize.second import Piece
from consumers.normalize.sift import sift
from consumers.normalize.strings import ends_sentence, squash, words
from consumers.normalize.top import Top
from schemas.records import PullQuote, RelatedLink

_SURE_SHARE = 0.7
_SURE_LENGTH = 250
_MAX_BESIDE_GALLERY = 1_200  # characters of text on a page whose pictures may tell more
_MAX_QUOTE_WORDS = 90
_MAX_ATTRIBUTION_WORDS = 16
_MIN_RELATED_WORDS = 4
_MAX_LOOKED_AT = 600
_MAX_RELATED_ANCHORS = 300


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What the article's part of a page holds, in order. `kinds` has for each block what it is, None for a plain paragraph; `lines` are byline and date lines as
    shown, `near` the texts about the headline, nearest first, `short` all short texts of the page, `root` the
    element that holds the text, `pictures` how many pictures of a gallery the text is told by."""

    blocks: tuple[str, ...]
    kinds: tuple[str | None, ...]
    source: str
    kicker: Candidate[str] | None = None
    standfirst: Candidate[str] | None = None
    lines: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    pull_quotes: tuple[PullQuote, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    root: Element | None = None
    pictures: int = 0


class _Around:
    """Captions, pull quotes and embedded links between the headline and the end of the text."""

    def __init__(self, layout: Layout, running: Running) -> None:
        self._layout = layout
        self._within = layout.within(running.box)
        start = running.headline or 0
        end = running.indices[-1] + 1 if running.indices else start
        self._places = range(start, max(start, end))
        self._chosen = set(running.indices)

    def _named(self, verdict: str) -> Iterator[tuple[int, list[int]]]:
        """Outermost boxes so condemned, each with its blocks."""
        boxes = self._layout.boxes
        groups: dict[int, list[int]] = {}
        for at in self._places:
            box = self._layout.blocks[at].box
            if boxes[box].verdict == verdict:
                groups.setdefault(self._layout.outermost(box, verdict), []).append(at)
        yield from groups.items()

    def captions(self) -> tuple[str, ...]:
        """One text for each picture."""
        blocks = self._layout.blocks
        texts = (
            " ".join(blocks[at].text for at in group).replace("\n", " ")
            for _, group in self._named("caption")
        )
        return tuple(dict.fromkeys(text for text in texts if len(words(text)) > 1))

    def pull_quotes(self) -> tuple[PullQuote, ...]:
        """By their names; those that only repeat words of the text are found later."""
        found: list[PullQuote] = []
        for _, group in self._named("quote"):
            lines = [line for at in group for line in self._layout.blocks[at].text.split("\n")]
            last = lines[-1] if len(lines) > 1 and len(words(lines[-1])) <= _MAX_ATTRIBUTION_WORDS else None
            text = " ".join(lines[:-1] if last else lines)
            if 0 < len(words(text)) <= _MAX_QUOTE_WORDS:
                found.append(PullQuote(text=text, attribution=last.lstrip("—–- ") if last else None))
        return tuple(found)

    def related(self, base: str) -> tuple[RelatedLink, ...]:
        """Links to other articles within the text, whether so named or standing alone in a line."""
        anchors = [
            anchor
            for box, group in self._named("related")
            if box in self._within and group[0] < self._places.stop
            for anchor in self._layout.boxes[box].element.iter("a")
        ]
        alone: dict[int, None] = {}
        for at in self._places:
            block = self._layout.blocks[at]
            if (
                at not in self._chosen
                and block.box in self._within
                and block.linked > 0.6
                and block.tag not in HEADINGS
            ) and self._layout.boxes[block.box].verdict is None:
                alone[block.box] = None
        for box in alone:
            anchors.extend(self._layout.boxes[box].element.iter("a"))
        found: dict[str, RelatedLink] = {}
        for anchor in anchors[:_MAX_RELATED_ANCHORS]:
            text = text_of(anchor)
            paid = "sponsored" in anchor.get("rel", "")
            if len(words(text)) >= _MIN_RELATED_WORDS and not paid:
                found.setdefault(squash(text), RelatedLink(headline=text, url=_target(anchor, base)))
        return tuple(found.values())


def _target(anchor: Element, base: str) -> str | None:
    href = anchor.get("href", "").strip()
    return absolute(href, base) if href and not href.startswith("#") else None


def _addressed(found: Sequence[RelatedLink], root: Element, base: str) -> list[RelatedLink]:
    """The same with the addresses of the links that have their words."""
    if not found:
        return []
    targets = {
        squash(text_of(anchor)): anchor
        for anchor, _ in zip(root.iter("a"), range(_MAX_LOOKED_AT), strict=False)
    }
    return [
        msgspec.structs.replace(one, url=_target(targets[key], base))
        if (key := squash(one.headline)) in targets
        else one
        for one in found
    ]


def _piece(layout: Layout, at: int) -> Piece:
    block = layout.blocks[at]
    return Piece(block.text, kind_of(layout, block), block.linked)


def _without_headline(pieces: list[Piece], headlines: Sequence[str]) -> list[Piece]:
    """The same without the headline where a reader ran it together with the first paragraph."""
    for one in headlines if pieces else ():
        text = pieces[0].text
        rest = text.removeprefix(one)
        if len(one) > 4 and rest != text and rest[:1] == "\n":
            return [msgspec.structs.replace(pieces[0], text=rest.lstrip()), *pieces[1:]]
    return pieces


def _opening(layout: Layout, running: Running, top: Top, pieces: Sequence[Piece]) -> list[Piece]:
    """The sentences below the headline that are too short to be found as running text, up to the first that was found."""
    found: list[Piece] = []
    texts = {one.text for one in pieces}
    for at in range((running.headline or 0) + 1, len(layout.blocks)):
        block = layout.blocks[at]
        if block.text in texts or layout.boxes[block.box].verdict is not None:
            break
        if at not in top.taken and block.tag == "p" and ends_sentence(block.text):
            found.append(_piece(layout, at))
    return found


def extract(page: Page, headlines: Sequence[str], summaries: Sequence[str]) -> Body:
    """Read the body. `headlines` say where the article begins, `summaries` what may stand between it and the text."""
    layout = Layout(page.tree)
    running = Running(layout, headlines)
    top = Top(running, summaries)
    around = _Around(layout, running)
    chosen = [*top.leading, *(at for at in running.indices if at not in top.taken)]
    pieces = [_piece(layout, at) for at in chosen]
    if pieces and pieces[-1].kind == "subheading" and layout.blocks[chosen[-1]].tag not in HEADINGS:
        pieces[-1] = msgspec.structs.replace(pieces[-1], kind=None)  # bold, but heads nothing
    source = "html:layout"
    said = stated.pieces(page.article)
    if stated.fuller(pieces, said):
        pieces, source = said, "json-ld:articleBody"
    elif running.share < _SURE_SHARE or sum(len(one.text) for one in pieces) < _SURE_LENGTH:
        taken = {squash(layout.blocks[at].text) for at in top.taken}
        other = second.read(page.tree, taken, running.condemned())
        below = [one.text for one in layout.blocks[running.headline or 0 :]]
        if second.Choice(summaries, below, doubtful=running.reprieved).second(pieces, other):
            pieces, source = other, "html:trafilatura"
            text = squash(" ".join(one.text for one in pieces))
            notes = [_piece(layout, at) for at in running.corrections]
            pieces = [*pieces, *(one for one in notes if squash(one.text) not in text)]
    pieces = _without_headline(pieces, headlines)
    texts = gallery.slides(page.tree) if sum(len(one.text) for one in pieces) < _MAX_BESIDE_GALLERY else []
    shown = gallery.told([*_opening(layout, running, top, pieces), *pieces], texts) if texts else None
    if shown:
        pieces, source = shown, "html:gallery"
    if flagged.live(page, headlines):
        pieces = liveblog.entries(pieces)
    sifted = sift(stated.ended(pieces, said), [*strings(page.article.get("author")), *top.lines])
    return Body(
        blocks=tuple(one.text for one in sifted.pieces),
        kinds=tuple("correction" if is_correction(one.text) else one.kind for one in sifted.pieces),
        source=source,
        kicker=top.kicker,
        standfirst=top.standfirst,
        lines=tuple(top.lines),
        near=tuple(running.near_headline()),
        short=tuple(running.short_lines()),
        captions=(*gallery.beside(around.captions(), texts if shown else ()), *sifted.captions),
        pull_quotes=around.pull_quotes(),
        related=(
            *around.related(page.document.url),
            *_addressed(sifted.related, layout.boxes[running.box].element, page.document.url),
        ),
        root=layout.boxes[running.box].element,
        pictures=len(texts) if shown else 0,
    )
