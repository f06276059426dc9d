"""The visible page as blocks of text in reading order, each in its box: what every rule on position leans on.

A block is a run of inline text; a box is the block-level element around it. What a box's names say of it ("share",
"newsletter", "caption") is its verdict, and holds for all boxes inside, unless the box is the page's main part.
"""

import functools
import re
from collections.abc import Callable, Iterator

from consumers.normalize.dom import Element, inner_text, marks
from consumers.normalize.strings import clean

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "form",
        "button",
        "input",
        "select",
        "textarea",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "map",
        "math",
        "head",
        "link",
        "meta",
        "nav",
        "dialog",
        "label",
        "option",
        "picture",
        "img",
        "source",
        "track",
        "progress",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "br",
        "center-text",
        "amp-link",
        "bloginfo",
    ]
)
_QUOTING = frozenset({"blockquote", "figure", "aside"})
BREAK = "\u2028"  # a <br>; line feeds of the source are white space
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PROSE = 60
_PROSE_DENSE = 25  # scripts that write a word in one or two characters
_MAX_PROSE_LINKS = 0.4
# A box that its names condemn is believed only while it holds less than this share of the page's prose, what no article
# consists of aside.
_MAX_CONDEMNED = 0.4
NEVER_ARTICLE = frozenset({"consent", "comments"})
_MAX_NEVER = 0.9
_MAX_BLOCKS = 20_000

_TWO_BREAKS = re.compile(rf"{BREAK}\s*{BREAK}\s*")
_SPLIT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_VERDICTS: tuple[tuple[str, str], ...] = (
    (
        "caption",
        (
            "(?:fig ?)?captions?|caption ?text|(?:photo|picture|credit) ?(?:credits?|line)|image (?:credit|description|meta|info|title|caption)|media (?:credit|info|legend)|"
            "legend|bildunterschrift|cutline|\\w*bild ?(?:info|text|beschreibung|unterschrift)\\w*|wp caption(?: text)?"
        ),
    ),
    ("quote", "pull ?(?:ed )?quotes?|pullout|quote pull|pq|zitat ?box|quote box"),
    (
        "consent",
        "cookies?|cookie ?(?:bar|banner|notice|consent)|consent|gdpr|ccpa|one ?trust|ot sdk|didomi|usercentrics|cmp",
    ),
    (
        "comments",
        "comment(?!ary|ator|ed)\\w*(?! (?:count|free|is))|disqus|respond|replies|kommentar\\w*|discussion|commentaires|comentarios|forum",
    ),
    (
        "related",
        (
            "related|recommend\\w*|recirc\\w*|read ?(?:more|next|also)|see also|also (?:read|see)|more (?:stories|articles|news|from|on|posts)|teasers?|outbrain|taboola|"
            "promos?|promoted|trending|(?:most )?popular|most ?read|most ?viewed|further ?reading|similar|next (?:article|story|post)|"
            "latest (?:news|posts|articles|stories)|up ?next|suggest\\w*|collections? card|link ?(?:box|list)|storylist|lesetipps?|lire aussi|leggi anche|lees ook|les også|mehr zum thema|czytaj też"
        ),
    ),
    (
        "aside",
        "fact ?box|info ?box|factbox\\w*|expandable box|ai ?(?:article )?summary|summary ?box|box ?out|side ?box|person details",
    ),
    (
        "chrome",
        (
            "shar(?:e|es|ing)|teilen|partager|compartir|condividi|delen|werbung|anzeigen?|publicite|pubblicita|reklame|advertentie|share ?(?:bar|buttons?|tools?|links?)|social|follow|sharedaddy|addtoany|newsletters?|subscri\\w+|sign ?(?:up|in)|register|"
            "breadcrumbs?|pagination|pager|toolbar|sidebars?|side ?bar|widgets?|privacy|modals?|light ?box|app hint|popups?|overlays?|"
            "log ?in|ads?|advert\\w*|sponsor\\w*|dfp|gpt|tags?|tag ?(?:list|cloud|links)|topics?|keywords?|o ?embeds?|embed (?:placeholder|consent)|opt ?in|whatsapp|twitter ?tweet|tweet|instagram ?media|tiktok ?embed|"
            "author ?(?:bio|box|info|card|description)|about (?:the )?author|bio|copyright|disclaimer|print ?(?:only|friendly)|tools?|menu|navbar|nav(?:igation)?|skip ?(?:link|to)?|"
            "footer|site ?(?:footer|header|info)|masthead|categor(?:y|ies) ?links?|post ?meta|entry ?meta|meta ?info|sr only|screen ?reader(?: text)?|visually ?hidden|"
            "hidden|d none|tooltip|notification|alerts?|search|jump ?links?|table of contents|toc|listen|audio ?player|player|gallery|carousel|slider|podcast|donat\\w+|support us"
        ),
    ),
)
_NAMED = re.compile("|".join(f"(?P<{verdict}>\\b(?:{words})\\b)" for verdict, words in _VERDICTS))
_POST = re.compile(r"\b(?:hentry|type-post|post-\d+|node--type-(?:article|news))\b")
_PICTURE = re.compile(r"\b(?:photos?|images?|pictures?|picture|img|figures?|media|bild|foto)\b")
_MAX_CAPTION = 500


@functools.lru_cache(maxsize=50_000)
def _named(names: str) -> tuple[str | None, bool]:
    """What an element's class and id say of it, and whether they speak of a picture."""
    spaced = " ".join(part.lower() for part in _SPLIT.findall(names))
    found = _NAMED.search(spaced)
    return (found.lastgroup if found else None), bool(_PICTURE.search(spaced))


class Box:
    """A block-level element: its place in the tree of boxes, what its names say, and the prose inside it."""

    __slots__ = ("count", "element", "links", "named", "parent", "prose", "tag", "text", "verdict")

    def __init__(self, element: Element, parent: int, tag: str, verdict: str | None) -> None:
        self.element = element
        self.parent = parent
        self.tag = tag
        self.named = self.verdict = verdict
        self.prose = self.text = self.links = self.count = 0


class Block:
    """A run of text: `box` is the index of its box, `links` counts its characters inside links."""

    __slots__ = ("box", "emphasis", "links", "prose", "tag", "text")

    def __init__(self, text: str, box: int, tag: str, links: int, emphasis: int) -> None:
        self.text = text
        self.box = box
        self.tag = tag
        self.links = links
        self.emphasis = emphasis
        self.prose = False

    @property
    def linked(self) -> float:
        """The share of its characters that stand in links."""
        return self.links / max(1, len(self.text))


def _verdict(element: Element, tag: str) -> str | None:
    attributes = element.attrib
    if tag in {"figcaption", "caption"}:
        return "caption"
    if tag == "figure":
        return None if any(True for _ in element.iter("blockquote", "table", "pre", "code")) else "caption"
    if tag == "footer" or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return "chrome"
    if tag in {"html", "body", "main", "h1"}:
        return None
    names = attributes.get("class", "")
    extra = attributes.get("id")
    if extra:
        names = f"{names} {extra}"
    style = attributes.get("style")
    if style and "display:none" in style.replace(" ", ""):
        return "chrome"
    verdict, picture = _named(names) if names and not _POST.search(names) else (None, False)
    if verdict == "chrome" and (tag in HEADINGS or tag == "article"):
        return None
    if picture and verdict is None and tag == "div" and element.find(".//img") is not None:
        text = inner_text(element)
        return "caption" if len(text) < _MAX_CAPTION else None
    return verdict or ("aside" if tag == "aside" else None)


class Layout:
    """Boxes and blocks of a page in document order. Reads the tree, changes nothing."""

    def __init__(self, root: Element) -> None:
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self._anchors = 0
        self._walk(root, -1)
        self._weigh()

    def _walk(self, element: Element, parent: int) -> None:
        tag = element.tag
        here = len(self.boxes)
        self.boxes.append(Box(element, parent, tag, _verdict(element, tag)))
        run: list[str] = [element.text or ""]
        state = [0, 0]  # characters in links, characters in bold or italics

        def flush() -> None:
            if len(run) == 1 and not run[0].strip():
                run[0] = ""
                return
            self._add("".join(run), here, tag, state)
            run[:] = [""]
            state[:] = (0, 0)

        self._inside(element, here, run, state, flush)
        flush()

    def _inside(
        self, element: Element, here: int, run: list[str], state: list[int], flush: Callable[[], None]
    ) -> None:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                pass
            elif tag == "br":
                run.append(BREAK)
            elif tag in _INLINE and not (tag == "cite" and element.tag in _QUOTING):
                if len(child) == 0:
                    text = child.text or ""
                    run.append(f"{text} " if tag == "time" and not child.tail else text)
                    _count(tag, text, state)
                elif _has_block(child):
                    run.append(child.text or "")
                    self._anchors += tag == "a"
                    self._inside(child, here, run, state, flush)
                    self._anchors -= tag == "a"
                else:
                    text = _inline(child)
                    run.append(text)
                    _count(tag, text, state)
                    if tag != "a":
                        state[0] += sum(len(inner_text(link)) for link in child.iter("a"))
            elif len(self.blocks) < _MAX_BLOCKS:
                flush()
                self._walk(child, here)
            run.append(child.tail or "")

    def _add(self, raw: str, box: int, tag: str, state: list[int]) -> None:
        parts = _paragraphs(raw) if BREAK in raw else [raw]
        share = len(raw) or 1
        for part in parts:
            text = "\n".join(line for one in part.split(BREAK) if (line := clean(one)))
            if text:
                ratio = len(part) / share
                links = len(text) if self._anchors else int(state[0] * ratio)
                self.blocks.append(Block(text, box, tag, links, int(state[1] * ratio)))

    def _weigh(self) -> None:
        for block in self.blocks:
            size = len(block.text)
            least = _PROSE if block.text.isascii() or not _dense(block.text) else _PROSE_DENSE
            block.prose = size >= least and block.linked < _MAX_PROSE_LINKS and block.tag not in HEADINGS
            box = self.boxes[block.box]
            box.text += size
            box.links += block.links
            box.count += 1
            if block.prose:
                box.prose += size
        for box in reversed(self.boxes):
            if box.parent >= 0:
                above = self.boxes[box.parent]
                above.prose += box.prose
                above.text += box.text
                above.links += box.links
                above.count += box.count
        total = self.boxes[0].prose
        for box in self.boxes:
            inherited = self.boxes[box.parent].verdict if box.parent >= 0 else None
            if inherited not in NEVER_ARTICLE and box.named in NEVER_ARTICLE:
                total -= box.prose
            box.verdict = inherited or box.named
        self._lift(_MAX_CONDEMNED * total)

    def _lift(self, limit: float) -> None:
        """Take back verdicts on boxes that hold too much of the page's prose to be beside the article."""
        for box in self.boxes:
            above = self.boxes[box.parent].verdict if box.parent >= 0 else None
            beside = box.named in NEVER_ARTICLE or box.tag in {"aside", "footer"}
            lifted = box.prose > (self.boxes[0].prose * _MAX_NEVER if beside else limit)
            box.verdict = above or (None if lifted else box.named)

    def within(self, box: int) -> set[int]:
        """The box and all boxes inside it."""
        found = {box}
        for index in range(box + 1, len(self.boxes)):
            if self.boxes[index].parent in found:
                found.add(index)
        return found

    def names(self, box: int, levels: int = 2) -> str:
        """Class and id of the box and those next around it, in lower case."""
        around = [self.boxes[one].element for one, _ in zip(self.above(box), range(levels), strict=False)]
        return " ".join(marks(element) for element in around)

    def above(self, box: int) -> Iterator[int]:
        """The box and those around it, inner first."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent


def _count(tag: str, text: str, state: list[int]) -> None:
    if tag == "a":
        state[0] += len(text)
    elif tag in {"b", "strong", "em", "i"}:
        state[1] += len(text)


def _has_block(element: Element) -> bool:
    return any(
        isinstance(one.tag, str) and one.tag not in _INLINE and one.tag not in _SKIPPED
        for one in element.iterdescendants()
    )


def _inline(element: Element) -> str:
    """Text of an inline element without what is not shown, line breaks as line feeds."""
    parts: list[str] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIPPED:
            parts.append(BREAK if child.tag == "br" else _inline(child))
            if child.tag == "time" and not child.tail:
                parts.append(" ")
        parts.append(child.tail or "")
    return "".join(parts)


def _paragraphs(raw: str) -> list[str]:
    """A run split at two or more line breaks in a row."""
    return _TWO_BREAKS.split(raw)


def _dense(text: str) -> bool:
    """Whether most of it is Chinese, Japanese, Korean or Thai."""
    sample = text[:80]
    return sum(
        "\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\ud7af" or "\uf900" <= char <= "\ufaff"
        for char in sample
    ) * 2 > len(sample)
