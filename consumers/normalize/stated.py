"""The body as the page's own metadata states it (articleBody): a text where none is shown, and evidence of where the text ends."""

import re
from collections.abc import Sequence

from consumers.normalize.jsonld import Node
from consumers.normalize.second import Piece
from consumers.normalize.strings import ends_sentence, plain, squash

_PARAGRAPH = re.compile(r"\s*(?:\n|</p>|<br\s*/?>)\s*", re.IGNORECASE)
_LEAST = 250
_MUCH_LONGER = 2.5
_COVERED = 0.85
_MAX_TAIL = 0.3
_KEY = 60


def pieces(article: Node) -> list[Piece]:
    """The paragraphs of the articleBody; none if there is no such text."""
    text = article.get("articleBody")
    if not isinstance(text, str) or len(text) < _LEAST:
        return []
    return [Piece(one) for part in _PARAGRAPH.split(text) if (one := plain(part))]


def fuller(shown: Sequence[Piece], stated: Sequence[Piece]) -> bool:
    """Whether the metadata hold a text and the page shows next to nothing of it."""
    length = sum(len(one.text) for one in stated)
    return length >= _LEAST and length > _MUCH_LONGER * sum(len(one.text) for one in shown)


def ended(shown: Sequence[Piece], stated: Sequence[Piece]) -> list[Piece]:
    """The shown paragraphs without those behind the end of the stated text.

    Nothing is cut where the stated text is another one or breaks off: nearly all that is shown up to its end must be
    in it, it must end as prose does, and what is cut must be a small part.
    """
    if not stated or not ends_sentence(stated[-1].text):
        return list(shown)
    key = squash(" ".join(one.text for one in stated))
    inside = [squash(one.text)[:_KEY] in key for one in shown]
    if not any(inside):
        return list(shown)
    end = max(at for at, there in enumerate(inside) if there) + 1
    kept = sum(len(one.text) for one in shown[:end])
    covered = sum(len(one.text) for one, there in zip(shown[:end], inside, strict=False) if there)
    tail = sum(len(one.text) for one in shown[end:])
    if covered < _COVERED * kept or tail > _MAX_TAIL * (kept + tail):
        return list(shown)
    return list(shown[:end])
