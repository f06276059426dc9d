"""Word-level differences, paragraph by paragraph, moved paragraphs recognised."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from consumers.deduplicate.canonical import canonical_text
from schemas.records import Article

_TOKEN: Final = re.compile(r"\s*(?:\w+(?:[.,'’]\w+)*|[^\w\s])|\s+")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’»])\s+|(?<=[。！？])")
_MOST_PAIRS: Final = 40_000  # of unequal lines compared for likeness; beyond that only neighbours are

Op = Literal["=", "-", "+"]


class Piece(NamedTuple):
    """A run of words that stands in both texts ("="), only in the older ("-") or only in the newer one ("+")."""

    op: Op
    text: str


class Pair(NamedTuple):
    """Lines that belong together, by index; None where the other side has none. `moved`: equal or alike, elsewhere."""

    before: int | None
    after: int | None
    moved: bool = False


class Block(NamedTuple):
    """The difference in one field or paragraph. `where` is "headline", "paragraphs[3]" (of the newer article, or of the
    older one when removed) and so on; `pieces` in order, their "=" and "+" texts joined are the newer text."""

    where: str
    kind: Literal["same", "changed", "added", "removed", "moved"]
    pieces: list[Piece]


def diff_words(before: str, after: str) -> list[tuple[str, str]]:
    """(op, text) for runs of words: "=" in both, "-" only before, "+" only after. White space, quote and dash style ignored."""
    return list(_pieces(before, after))


def diff_articles(old: Article, new: Article) -> list[Block]:
    """All fields of text and all paragraphs, in the order of the newer article; removed ones where they stood.

    Where the older version's paragraphs were run together or cut apart, they are compared as the newer one has them.
    """
    blocks = []
    for name, before, after in _fields(old, new):
        if before or after:
            blocks.append(_block(name, before, after))
    older = _laid_out(old.paragraphs, new.paragraphs)
    pairs = in_reading_order(align([text for text, _ in older], new.paragraphs))
    return blocks + [_paragraph(older, new, pair) for pair in pairs]


def _laid_out(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int]]:
    """The older paragraphs with the newer ones' breaks between sentences that stay together, each with its old place."""
    old, new = _sentences(before), _sentences(after)
    mates = {
        pair.before: pair.after
        for pair in align([text for text, _ in old], [text for text, _ in new])
        if pair.before is not None and not pair.moved
    }
    found: list[tuple[str, int]] = []
    for i, (sentence, place) in enumerate(old):
        apart = i == 0 or old[i - 1][1] != place
        last, mate = mates.get(i - 1), mates.get(i)
        if i and last is not None and mate is not None:
            apart = new[last][1] != new[mate][1]
        if apart:
            found.append((sentence, place))
        else:
            found[-1] = (f"{found[-1][0]} {sentence}", found[-1][1])
    return found


def align(before: Sequence[str], after: Sequence[str], *, alike: float = 0.4) -> list[Pair]:
    """Pair lines: the equal ones in order, then equal ones that moved, then those that share at least `alike` of their words.

    Every line of both sides is in exactly one pair. Pairs are sorted by `before`, lines that are only in `after` come last.
    """
    keys_before, keys_after = (
        [canonical_text(line) for line in before],
        [canonical_text(line) for line in after],
    )
    mate: dict[int, int] = {}
    matcher = SequenceMatcher(None, keys_before, keys_after, autojunk=False)
    for start_before, start_after, size in matcher.get_matching_blocks():
        mate.update(
            zip(range(start_before, start_before + size), range(start_after, start_after + size), strict=True)
        )
    _pair_equal(keys_before, keys_after, mate)
    _pair_alike(keys_before, keys_after, mate, alike)
    anchored = _longest_increasing([mate[i] for i in sorted(mate)])
    pairs = [Pair(i, mate.get(i), i in mate and mate[i] not in anchored) for i in range(len(before))]
    taken = set(mate.values())
    return pairs + [Pair(None, j) for j in range(len(after)) if j not in taken]


def in_reading_order(pairs: Sequence[Pair]) -> list[Pair]:
    """Sorted by place in the newer text; removed lines follow the line that they followed in the older one."""
    ordered: list[tuple[int, int, Pair]] = []
    last = -1
    for pair in pairs:
        if pair.after is not None:
            ordered.append((pair.after, -1, pair))
            if pair.before is not None and not pair.moved:
                last = pair.after
        elif pair.before is not None:
            ordered.append((last, pair.before, pair))
    return [pair for _, _, pair in sorted(ordered, key=lambda one: one[:2])]


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient of two bags of words, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def words_bag(canonical: str) -> Counter[str]:
    """The words of a canonical line, without case."""
    return Counter(re.findall(r"\w+", canonical.casefold()))


def _pair_equal(before: list[str], after: list[str], mate: dict[int, int]) -> None:
    taken = set(mate.values())
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for j, key in enumerate(after):
        if j not in taken:
            places[key].append(j)
    for i, key in enumerate(before):
        if i not in mate and places[key]:
            mate[i] = places[key].popleft()


def _pair_alike(before: list[str], after: list[str], mate: dict[int, int], alike: float) -> None:
    taken = set(mate.values())
    rest_before = [i for i in range(len(before)) if i not in mate]
    rest_after = [j for j in range(len(after)) if j not in taken]
    near = None if len(rest_before) * len(rest_after) <= _MOST_PAIRS else 20
    bags = {j: words_bag(after[j]) for j in rest_after}
    scored = []
    for place, i in enumerate(rest_before):
        bag = words_bag(before[i])
        for j in rest_after if near is None else rest_after[max(0, place - near) : place + near]:
            score = likeness(bag, bags[j])
            if score >= alike:
                scored.append((-score, abs(i - j), i, j))
    for _, _, i, j in sorted(scored):
        if i not in mate and j not in taken:
            mate[i] = j
            taken.add(j)


def _longest_increasing(values: Sequence[int]) -> set[int]:
    """The members of one longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    back: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(tails, value)
        back[value] = tails[place - 1] if place else None
        tails[place : place + 1] = [value]
    kept: set[int] = set()
    at: int | None = tails[-1] if tails else None
    while at is not None:
        kept.add(at)
        at = back[at]
    return kept


def tokens(text: str) -> list[str]:
    """Words and marks, each with the white space before it: joined they are the text."""
    return _TOKEN.findall(text)


def _pieces(before: str, after: str) -> list[Piece]:
    old, new = tokens(before), tokens(after)
    matcher = SequenceMatcher(
        None, [canonical_text(t) for t in old], [canonical_text(t) for t in new], autojunk=False
    )
    pieces = []
    for op, i1, i2, j1, j2 in matcher.get_opcodes():
        if op == "equal":
            pieces.append(Piece("=", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece("-", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("+", "".join(new[j1:j2])))
    return pieces


def _fields(old: Article, new: Article) -> list[tuple[str, str, str]]:
    return [
        ("kicker", old.kicker or "", new.kicker or ""),
        ("headline", old.headline, new.headline),
        ("standfirst", old.standfirst or "", new.standfirst or ""),
        ("authors", ", ".join(old.authors), ", ".join(new.authors)),
        ("dateline", old.dateline.text if old.dateline else "", new.dateline.text if new.dateline else ""),
        ("published", old.published or "", new.published or ""),
        ("modified", old.modified or "", new.modified or ""),
        ("correction", old.correction or "", new.correction or ""),
    ]


def _sentences(paragraphs: Sequence[str]) -> list[tuple[str, int]]:
    """Each with the place of its paragraph."""
    return [
        (sentence, place)
        for place, text in enumerate(paragraphs)
        for sentence in _SENTENCE.split(text)
        if sentence.strip()
    ]


def _block(where: str, before: str, after: str, *, moved: bool = False) -> Block:
    if canonical_text(before) == canonical_text(after):
        return Block(where, "moved" if moved else "same", [Piece("=", after)])
    if not before:
        return Block(where, "added", [Piece("+", after)])
    if not after:
        return Block(where, "removed", [Piece("-", before)])
    return Block(where, "moved" if moved else "changed", _pieces(before, after))


def _paragraph(old: Sequence[tuple[str, int]], new: Article, pair: Pair) -> Block:
    before, place = old[pair.before] if pair.before is not None else ("", 0)
    after = new.paragraphs[pair.after] if pair.after is not None else ""
    where = f"paragraphs[{pair.after if pair.after is not None else place}]"
    return _block(where, before, after, moved=pair.moved)
