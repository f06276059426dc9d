"""What stands among the paragraphs of a plain text and says itself what it is; and what each paragraph is."""

import re
from collections.abc import Sequence

from consumers.normalize.corrections import is_correction
from consumers.normalize.second import Piece
from consumers.normalize.sheet import Block, Sheet
from consumers.normalize.sift import asks
from consumers.normalize.strings import ends_sentence, quoted, words
from consumers.normalize.vocabulary import CHROME
from schemas.records import RelatedLink

_CAPTION = re.compile(
    r"^\W*(?:file )?(?:photos?|fotos?|bild(?:unterschrift)?|image|picture|caption|légende|leyenda|didascalia|legenda|bijschrift)\s*[:：]\s*\S",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^\W*(?:related(?: (?:story|article|coverage|news))?|read (?:also|more|next)|see also|more on this|mehr (?:zum thema|dazu)|lesen sie auch|siehe auch|"
    r"(?:à )?lire aussi|voir aussi|sur le même sujet|lea también|lee también|ver también|más información|leggi anche|vedi anche|leia (?:também|mais)|"
    r"veja também|lees ook|zie ook|läs också|les også|læs også)\s*[:：–—|-]\s*(?=\S)",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"^\W*(?:for immediate release|zur sofortigen (?:veröffentlichung|freigabe)|pour diffusion immédiate|"
    r"para (?:su )?publicación inmediata|per pubblicazione immediata|voor onmiddellijke publicatie)\W*$",
    re.IGNORECASE,
)
_EMBARGO = re.compile(r"^\W*(?:sperrfrist|embargo(?:ed)?|sous embargo|embargado)\b.{0,120}$", re.IGNORECASE)
_LIST_ITEM = re.compile(r"^\s*(?:[-*•·▪►]|\d{1,3}[.)])\s+\S")
_MAX_SUBHEADING_WORDS = 6
_MAX_LABEL_BLOCK = 300


def release(sheet: Sheet) -> str | None:
    """The line that frees a text for publication; it and an embargo are set aside."""
    said = None
    for at in range(len(sheet.blocks) - 1, -1, -1):
        text = sheet.blocks[at].text
        if len(text) > _MAX_LABEL_BLOCK or len(sheet.blocks) < 2:
            continue
        if _RELEASE.match(text):
            said = text
            sheet.put_aside(text, "release note")
            del sheet.blocks[at]
        elif _EMBARGO.match(text) and not ends_sentence(text):
            sheet.put_aside(text, "embargo")
            del sheet.blocks[at]
    return said


class Apart:
    """What stands among the paragraphs and says itself what it is."""

    def __init__(self, sheet: Sheet) -> None:
        self.captions: list[str] = [one.value for one in sheet.stated.get("captions", ())]
        self.related: list[RelatedLink] = []
        self.corrections: list[str] = []
        self.blocks = [block for block in sheet.blocks if not self._takes(block, sheet)]

    def _takes(self, block: Block, sheet: Sheet) -> bool:
        text = block.text
        if is_correction(text):
            self.corrections.append(text)  # it stays in the text, too
            return False
        if len(text) > 3 * _MAX_LABEL_BLOCK or block.kind in ("code", "table_row"):
            return False
        label = _RELATED.match(text)
        if label and len(text) <= _MAX_LABEL_BLOCK and "\n" not in text:
            sheet.put_aside(label[0], "label of a related headline")
            self.related.append(RelatedLink(headline=text[label.end() :]))
        elif _CAPTION.match(text) and len(text) <= _MAX_LABEL_BLOCK:
            self.captions.append(text)
        elif len(text) < 80 and CHROME.fullmatch(text.casefold().strip(" .:…>»→!")):
            sheet.put_aside(text, "page furniture")
        elif asks(Piece(text), late=False):
            sheet.put_aside(text, "prompt to the reader")
        else:
            return False
        return True


def kinds(blocks: Sequence[Block]) -> list[str]:
    """What each block is, by the names that records use: by its mark-up, or by its form among plain paragraphs."""
    found = []
    for at, block in enumerate(blocks):
        lines = block.text.split("\n")
        if is_correction(block.text):
            found.append("correction")
        elif block.kind:
            found.append("" if block.kind == "code" else block.kind)
        elif all(_LIST_ITEM.match(line) for line in lines):
            found.append("list_item")
        elif 0 < at < len(blocks) - 1 and _is_subheading(block.text) and ends_sentence(blocks[at + 1].text):
            found.append("subheading")
        else:
            found.append("")
    return found


def _is_subheading(text: str) -> bool:
    return (
        "\n" not in text
        and len(words(text)) <= _MAX_SUBHEADING_WORDS
        and not ends_sentence(text)
        and not quoted(text)
    )
