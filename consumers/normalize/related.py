"""What stands between the paragraphs but is not the running text: pull quotes and embedded headlines."""

import re
from collections.abc import Collection, Sequence

import msgspec

from consumers.normalize.strings import clean, ends_sentence, quoted, squash, words
from schemas.records import PullQuote, RelatedLink

_SPOKEN = re.compile(r"[“„«»\"「『‟]([^”“»«\"「『」』]{1,1500})[”“»«\"」』]|[“\"]([^”“\"]+)$")
_LIST_ITEM = re.compile(r"^\s*(?:[-*•·–—▪►]|\d{1,3}[.)]|[a-z][.)])\s")
_MIN_QUOTE_WORDS = 4
_MIN_HEADLINE_WORDS = 7
_MAX_HEADLINE_WORDS = 32
_MAX_ATTRIBUTION_WORDS = 14
_MAX_QUOTE = 1000
_MAX_BLOCKS = 2000  # above, no pull quotes are looked for: each block is compared with all


class Separated(msgspec.Struct, frozen=True):
    """Running text, and what was taken out of it, each in the order of the page; `kept` holds the paragraphs' places."""

    paragraphs: tuple[str, ...]
    pull_quotes: tuple[PullQuote, ...]
    related: tuple[RelatedLink, ...]
    kept: tuple[int, ...] = ()


def _spoken(paragraphs: Sequence[str]) -> list[str]:
    """For each paragraph, its quoted words squashed into one key."""
    return [squash("".join(one or other for one, other in _SPOKEN.findall(text))) for text in paragraphs]


def looks_like_headline(text: str) -> bool:
    """One line, as long as headlines are, no sentence's end, no quotation around it, no item of a list."""
    return (
        "\n" not in text
        and _MIN_HEADLINE_WORDS <= len(words(text)) <= _MAX_HEADLINE_WORDS
        and not ends_sentence(text)
        and not quoted(text)
        and not _LIST_ITEM.match(text)
    )


def _pull_quote(
    blocks: Sequence[str], at: int, spoken: Sequence[str], all_spoken: str
) -> tuple[PullQuote, int] | None:
    """The pull quote at this place and how many blocks it takes, if what it says is quoted elsewhere in the text."""
    lines = [clean(line) for line in blocks[at].split("\n")]
    attempts = [(" ".join(lines[:-1]), lines[-1], 1)] if len(lines) > 1 else []
    if len(lines) == 1 and at + 1 < len(blocks):
        following = clean(blocks[at + 1])
        if len(words(following)) <= _MAX_ATTRIBUTION_WORDS and not ends_sentence(following):
            attempts.append((lines[0], following, 2))
    attempts.append((" ".join(lines), "", 1))
    for text, attribution, taken in attempts:
        key = squash(text)
        if len(words(text)) < _MIN_QUOTE_WORDS or len(words(attribution)) > _MAX_ATTRIBUTION_WORDS:
            continue
        if key in all_spoken and any(
            key in said for place, said in enumerate(spoken) if not at <= place < at + taken
        ):
            return PullQuote(text=text, attribution=attribution.lstrip("—–- ") or None), taken
    return None


def separate(blocks: Sequence[str], *, headlines: bool, fixed: Collection[int] = ()) -> Separated:
    """Take pull quotes out, and embedded headlines too where `headlines` says that a lone line may be one.

    A block is one paragraph, its lines apart by newlines. First and last block are never taken for a headline: such a
    line stands between paragraphs. Nor are those at the places that are `fixed` to be what they are.
    """
    spoken = _spoken(blocks) if len(blocks) <= _MAX_BLOCKS else []
    all_spoken = "\n".join(spoken)
    kept: list[int] = []
    quotes: list[PullQuote] = []
    links: list[RelatedLink] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        told = len(block) > _MAX_QUOTE or (ends_sentence(block) and quoted(block))
        found = None if told else _pull_quote(blocks, at, spoken, all_spoken)
        if found:
            quotes.append(found[0])
            at += found[1]
            continue
        if headlines and 0 < at < len(blocks) - 1 and at not in fixed and looks_like_headline(blocks[at]):
            links.append(RelatedLink(headline=clean(blocks[at])))
        else:
            kept.append(at)
        at += 1
    return Separated(tuple(blocks[place] for place in kept), tuple(quotes), tuple(links), tuple(kept))
