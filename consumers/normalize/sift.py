"""The last sieve: what reads like text but speaks of other articles, to the reader, or of the author or a picture."""

from collections.abc import Sequence

import msgspec

from consumers.normalize.phrases import (
    ASKS,
    CHANNELS,
    CREDITED,
    ENDING,
    FOLLOW,
    LABELLED,
    LEADS_TO,
    NOTE,
    OFFERS,
    OURS,
    RIGHTS,
    SIGNATURE,
    SOURCES,
    is_chrome,
)
from consumers.normalize.second import Piece
from consumers.normalize.strings import QUOTES, clean, ends_sentence, squash, words
from schemas.records import RelatedLink

_MAX_LEAD = 250
_MAX_CAPTION = 350
_MAX_CREDITED = 220
_MAX_PROMPT = 420
_MAX_BARE_PROMPT = 120
_MAX_RIGHTS = 400
_MAX_LABEL = 70
_MAX_ENDING_WORDS = 6
_LATE = 0.8
_MOST = 0.85
_MAX_HEADINGS = 2  # at the end; more are a list
_MAX_BIO = 700
_MIN_LINKED = 0.03
_MAX_LINKED = 0.3


class Sifted(msgspec.Struct, frozen=True, kw_only=True):
    """The article's own paragraphs in order, and what was taken out by kind; prompts are dropped."""

    pieces: list[Piece]
    captions: list[str]
    related: list[RelatedLink]


def leads_to(text: str) -> str | None:
    """The headline in a line such as "Read also: Bridge reopens"; None for any other text."""
    if len(text) > _MAX_LEAD or "\n" in text:
        return None
    found = LEADS_TO.match(text.casefold())
    if found is None or (ends_sentence(text) and text[-1] not in "?!…" and len(words(text)) > 30):
        return None
    return clean(text[found.end() - 1 :]) or None


def is_caption(text: str) -> bool:
    """Whether a paragraph is labelled or credited as a picture."""
    if len(text) > _MAX_CAPTION:
        return False
    folded = text.casefold()
    return bool(LABELLED.match(folded) or (len(text) <= _MAX_CREDITED and CREDITED.search(folded)))


def asks(piece: Piece, late: bool) -> bool:
    """Whether a short paragraph asks the reader to subscribe, follow, write or give: by how it speaks and of what, and by a
    link in it, its place behind the text, or because it is a line in which the outlet speaks of itself. Quoted speech is
    never taken for it."""
    text = piece.text
    if len(text) > _MAX_PROMPT or text[:1] in QUOTES:
        return False
    folded = text.casefold()
    if not (late or piece.linked > _MIN_LINKED or _is_own(folded)):
        return False
    return (ASKS.match(folded) is not None and OFFERS.search(folded) is not None) or _follows(folded)


def _is_own(folded: str) -> bool:
    """Whether a line is the outlet's own word on where else it is to be met."""
    if len(folded) > _MAX_BARE_PROMPT:
        return False
    return bool(CHANNELS.search(folded) and OURS.search(folded)) or _follows(folded)


def _follows(folded: str) -> bool:
    return len(folded) <= _MAX_BARE_PROMPT and FOLLOW.fullmatch(folded) is not None


def is_notice(text: str) -> bool:
    """Whether a paragraph says whose the text is, and no more."""
    return len(text) <= _MAX_RIGHTS and RIGHTS.fullmatch(text.casefold()) is not None


def _is_prose(piece: Piece) -> bool:
    return (
        piece.kind is None
        and len(piece.text) > _MAX_LABEL
        and piece.linked < _MAX_LINKED
        and ends_sentence(piece.text)
    )


def _ends(piece: Piece) -> bool:
    """Whether it heads what stands behind an article; the heading of the article's own sources does not."""
    folded = piece.text.casefold()
    if len(folded) > _MAX_LABEL or not ENDING.match(folded) or SOURCES.search(folded):
        return False
    return piece.kind == "subheading" or folded.rstrip().endswith((":", "?", "…")) or is_chrome(folded)


def _of_author(text: str, authors: Sequence[str]) -> bool:
    """Whether it begins with an author's name, or is about one in a line."""
    key = squash(text)
    return len(text) <= _MAX_BIO and any(len(name) > 6 and key.startswith(name) for name in authors)


def sift(pieces: Sequence[Piece], authors: Sequence[str]) -> Sifted:
    """Part the article's own paragraphs from the rest. `authors` are names that the page gives for its authors."""
    total = max(1, sum(len(one.text) for one in pieces))
    kept: list[Piece] = []
    captions: list[str] = []
    related: list[RelatedLink] = []
    seen = 0
    ended = False
    for at, piece in enumerate(pieces):
        late = seen > _LATE * total
        if ended and not NOTE.match(piece.text.casefold()):
            continue
        if _ends(piece):
            ended = seen > _MOST * total and not (
                is_chrome(piece.text) and any(map(_is_prose, pieces[at + 1 :]))
            )
            if ended or len(words(piece.text)) <= _MAX_ENDING_WORDS:
                continue
        headline = leads_to(piece.text)
        if is_chrome(piece.text):
            continue
        if headline:
            related.append(RelatedLink(headline=headline))
        elif piece.kind is None and is_caption(piece.text):
            captions.append(piece.text.replace("\n", " "))
        elif not asks(piece, late):
            kept.append(piece)
        seen += len(piece.text)
    names = [squash(name) for name in authors if len(words(name)) > 1]
    headings = next((at for at, one in enumerate(reversed(kept)) if one.kind != "subheading"), len(kept))
    while len(kept) > 1 and (
        SIGNATURE.fullmatch(kept[-1].text)
        or (kept[-1].kind == "subheading" and headings <= _MAX_HEADINGS)
        or _of_author(kept[-1].text, names)
        or is_notice(kept[-1].text)
    ):
        kept.pop()
    return Sifted(pieces=kept, captions=captions, related=related)
