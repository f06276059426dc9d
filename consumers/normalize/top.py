"""What stands around the headline: the kicker above it, the standfirst, byline and date lines between it and the text."""

import re
from collections.abc import Sequence
from datetime import UTC

from consumers.normalize import times
from consumers.normalize.corrections import is_correction
from consumers.normalize.dom import Element, marks, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.layout import Block
from consumers.normalize.names import HEADINGS
from consumers.normalize.naming import eastern
from consumers.normalize.people import looks_like_person, split
from consumers.normalize.phrases import CREDITED
from consumers.normalize.running import Running
from consumers.normalize.strings import ends_sentence, squash, words
from consumers.normalize.vocabulary import ABOUT_TEXT, BYLINE, CHROME, JOBS, PUBLISHED, UPDATED, leading

_KICKER = re.compile(
    r"kicker|overline|eyebrow|topline|dachzeile|roof|slug|overhead|supertitle|pre-?title|antetitulo|surtitre|occhiello|rubric|strap(?!line)"
)
_STANDFIRST = re.compile(
    r"standfirst|\bdec?k\b|__dec?k|[-_]dec?k\b|\blead(?:-text|-paragraph)?\b|\blede\b|\bintro(?:duction)?\b|summary|sub-?title|sub-?head|chap(?:o|eau)|vorspann|"
    r"abstract|excerpt|teaser-?text|(?:article|news)[-_]*teaser|strapline|sommario|bajada|entradilla|ingress|manchet|description|spitz?marke|tagline"
)
_CREDITS = re.compile(r"byline|author|autor|datum|date|time|publish|meta|credit|posted|timestamp|info\b")
_PICTURED = re.compile(r"©|\b(?:photo|foto|bild|image|picture|getty|copyright)", re.IGNORECASE)
_BY = leading(BYLINE)
_DATED = leading((*PUBLISHED, *UPDATED, "filed", "stand"))
_MAX_KICKER_WORDS = 7
_MAX_STANDFIRST = 700
_MAX_LEAD = 350
_MAX_LINE = 160
_MAX_BYLINE_WORDS = 14
_MIN_STANDFIRST_WORDS = 5
_MIN_SENTENCE = 9  # words of a heading above the first paragraph that is no subheading
_NEAR = 4
_BEHIND_LEAD = 3


def _is_byline(text: str) -> bool:
    """Whether it says by whom: after "By", in an East Asian byline, or as people with their jobs."""
    if eastern(text):
        return True
    if len(words(text)) > _MAX_BYLINE_WORDS:
        return False
    marked = _BY.match(text) is not None
    if marked and not ends_sentence(text):
        return True
    if not marked and (JOBS.search(text) is None or _PICTURED.search(text)):
        return False
    names = split(text)
    return bool(names) and all(looks_like_person(name, capitals=True) for name in names)


def _is_line(block: Block, names: str) -> bool:
    """Whether it is a byline, a date line or the like: short, no sentence, or so named."""
    text = block.text
    if len(text) > _MAX_LINE or is_correction(text):
        return False
    if _DATED.match(ABOUT_TEXT.sub("", text)) or _is_byline(text):
        return True
    if ends_sentence(text):
        return bool(_CREDITS.search(names)) and len(words(text)) <= 12
    return bool(_CREDITS.search(names)) or times.parse(text, UTC) is not None


def _named_kicker(headline: Element) -> str | None:
    """The text of an element inside the headline, or of the one before it, whose name says that it is a kicker."""
    before = headline.getprevious()
    around = [*headline.iterdescendants("span", "small", "strong", "div")]
    if before is not None and isinstance(before.tag, str) and before.tag not in HEADINGS:
        around = [
            *around,
            *reversed(list(before.iter("span", "p", "div", "b", "strong", "small", "a", "em"))),
        ]
    for element in around[:20]:
        text = text_of(element)
        if _KICKER.search(marks(element)) and 0 < len(words(text)) <= _MAX_KICKER_WORDS:
            return text
    return None


class Top:
    """Reads the header of the article. `taken` are the blocks that it used, which are not running text;
    `leading` are paragraphs that stand above the box of the running text, below the standfirst."""

    def __init__(self, running: Running, summaries: Sequence[str]) -> None:
        self._layout = running.layout
        self._running = running
        self._summaries = {squash(one) for one in summaries}
        self.taken: set[int] = set()
        self.lines: list[str] = []
        self.leading: list[int] = []
        self.standfirst: Candidate[str] | None = None
        self.kicker = self._kicker()
        self._below()

    def _kicker(self) -> Candidate[str] | None:
        at = self._running.headline
        if at is None:
            return None
        blocks = self._layout.blocks
        named = _named_kicker(self._layout.boxes[blocks[at].box].element)
        if named:
            return Candidate(named, "html:named kicker")
        around = set(list(self._layout.above(blocks[at].box))[1:3])
        nearest: Candidate[str] | None = None
        for place in range(at - 1, max(-1, at - 1 - _NEAR), -1):
            block = blocks[place]
            if not 0 < len(words(block.text)) <= _MAX_KICKER_WORDS or block.tag == "li":
                continue
            if _KICKER.search(self._layout.names(block.box, 1)):
                return Candidate(block.text, "html:named kicker")
            near = around & set(list(self._layout.above(block.box))[1:3])
            fits = (
                near
                and block.tag in {"p", "div", *HEADINGS}
                and self._layout.boxes[block.box].verdict is None
            )
            if place == at - 1 and fits and block.linked < 1 and not self._is_chrome(block):
                nearest = Candidate(block.text, "html:above headline")
        return nearest

    def _is_chrome(self, block: Block) -> bool:
        names = self._layout.names(block.box)
        return bool(CHROME.fullmatch(block.text.casefold().strip(" .:"))) or _is_line(block, names)

    def _below(self) -> None:
        """From the headline down to the first paragraph of the text."""
        blocks = self._layout.blocks
        chosen = self._running.indices
        start = self._running.headline
        first = chosen[0] if chosen else len(blocks)
        between = [] if start is None or start >= first else list(range(start + 1, first))
        near = chosen[:8]
        skipped = set(range(first, near[-1])) - set(near) if near else set()
        for at in sorted({*between, *near, *skipped}):
            block = blocks[at]
            names = self._layout.names(block.box)
            verdict = self._layout.boxes[block.box].verdict
            if _is_line(block, names):
                self.lines.append(block.text)
                self.taken.add(at)
            elif at in skipped:
                continue
            elif at not in chosen and block.prose and verdict is None and len(block.text) > _MAX_STANDFIRST:
                self.leading.append(at)
            elif self._is_standfirst(block, names, verdict, at in chosen, first=at == first):
                if self.standfirst is None:
                    self.standfirst = Candidate(block.text, "html:below headline")
                    self.taken.add(at)
                elif (
                    at not in chosen
                    and block.prose
                    and verdict is None
                    and block.text != self.standfirst.value
                ):
                    self.leading.append(at)
            elif at in chosen and (block.prose or ends_sentence(block.text)):
                self._lead(at, chosen[chosen.index(at) + 1 :])
                break

    def _lead(self, at: int, following: Sequence[int]) -> None:
        """The first paragraph, with the lines between it and those that follow: above all of them it is the standfirst."""
        block, above = self._layout.blocks[at], len(self.lines)
        self._behind(following[:_BEHIND_LEAD])
        below = following[len(self.lines) - above :]
        if (
            self.standfirst is None
            and above == 0 < len(self.lines)
            and len(block.text) <= _MAX_LEAD
            and sum(self._layout.blocks[one].prose for one in below) > 1
        ):
            self.standfirst = Candidate(block.text, "html:above byline")
            self.taken.add(at)

    def _behind(self, places: Sequence[int]) -> None:
        """Byline and date lines between the first paragraph and those that follow it."""
        for at in places:
            block = self._layout.blocks[at]
            if not _is_line(block, "") or ends_sentence(block.text) or block.tag in HEADINGS:
                return
            self.lines.append(block.text)
            self.taken.add(at)

    def _is_standfirst(
        self, block: Block, names: str, verdict: str | None, chosen: bool, *, first: bool
    ) -> bool:
        text = block.text
        if block.tag == "h1" or squash(text) in self._running.heads or CREDITED.search(text.casefold()):
            return False
        if len(text) > _MAX_STANDFIRST or len(words(text)) < _MIN_STANDFIRST_WORDS or block.linked > 0.5:
            return False
        if verdict in {"caption", "comments", "consent", "quote"}:
            return False
        own = self._layout.names(block.box, 1)
        if _STANDFIRST.search(own) or (squash(text) in self._summaries and not chosen):
            return True
        if verdict is not None:
            return False
        if chosen:
            return (
                block.tag in HEADINGS
                and not text.endswith("?")
                and self.standfirst is None
                and (_STANDFIRST.search(names) is not None or (first and len(words(text)) >= _MIN_SENTENCE))
            )
        return block.tag in {"p", "div", *HEADINGS} and (block.prose or block.tag in HEADINGS)
