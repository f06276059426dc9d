"""Figures and names that changed in an otherwise equal sentence."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from consumers.deduplicate.changes.edit import ChangedLine, Edit, Finding, Swap
from consumers.deduplicate.changes.pack import Pack, on_scale

OTHERWISE_EQUAL: Final = 0.55
"""Likeness of two sentences from which they count as the same one with something exchanged."""
SPELLING: Final = 0.7
"""Likeness of two names from which one is the other spelled anew."""

_TITLE: Final = 4  # words between a verb and the name that follows it ("said deputy mayor Lars Ek")
_APPOSITION: Final = 10  # words in commas between a name and its verb ("Erik Holm, head of planning, said")
_MARKS: Final = frozenset(",.;:!?()'-")
_DIGITS: Final = re.compile(r"(\d[\d.,]*)(\D*)")


def find(edit: Edit) -> Iterator[Finding]:
    """At most one `number` and one `name` a sentence."""
    for line in edit.changed:
        if line.likeness < OTHERWISE_EQUAL:
            continue
        headline = 0.2 if line.after.where == "headline" else 0.0
        if any(_figures_differ(swap, edit.pack) for swap in line.swaps):
            yield line.finding("number", 0.7 + headline)
        if not edit.pack.nouns_capitalised and any(
            is_renamed(edit, line, swap) and not on_scale(swap.before, swap.after, edit.pack)
            for swap in line.swaps
        ):
            yield line.finding("name", 0.6 + headline)


def figures(words: Sequence[str], pack: Pack) -> list[str]:
    """The figures and dates among words, in a common form: "1,100" → "1100", "three" → "3", "Tuesday" → "tue"."""
    found = []
    for word in words:
        for written in word.split("-"):
            part = written.lower()
            if digits := _DIGITS.search(part):
                found.append(digits[1].rstrip(".,").replace(",", "") + _unit(digits[2]))
            elif part in pack.number_words:
                found.append(pack.number_words[part])
            elif date := pack.date_words.get(part) or pack.date_words.get(written):
                found.append(date)
    return found


def is_renamed(edit: Edit, line: ChangedLine, swap: Swap) -> bool:
    """Whether a name was exchanged for another, and neither side of the swap says much else."""
    before, after = names_in(edit, line, swap)
    if not before or not after or before == after:
        return False
    if (before[-1], after[-1]) in edit.renamed:
        return True
    if beside_verb(edit, line, swap) and not spelled_alike(before, after) and not is_part(line, swap):
        return False  # another speaker: an attribution
    rest = max(len(swap.before) - len(before), len(swap.after) - len(after))
    return rest <= 3


def names_in(edit: Edit, line: ChangedLine, swap: Swap) -> tuple[list[str], list[str]]:
    """The words on each side of a swap that are (parts of) names."""
    return (
        _names(edit, swap.before, _beside(line.words_before, swap.start_before, len(swap.before))),
        _names(edit, swap.after, _beside(line.words_after, swap.start_after, len(swap.after))),
    )


def _names(edit: Edit, words: Sequence[str], beside: bool) -> list[str]:
    """Capitalised words that never stand in lower case in either body, or (`beside`) stand next to another name."""
    found = []
    for word in words:
        bare = word.removesuffix("'s").removesuffix("'")
        lower = bare.lower()
        if (
            bare[:1].isupper()
            and (beside or lower not in edit.lowercase)
            and lower not in edit.pack.pronouns
            and not figures([bare], edit.pack)
        ):
            found.append(bare)
    return found


def is_part(line: ChangedLine, swap: Swap) -> bool:
    """Whether the swap changed a part of a longer name ("Dahl & Sons" → "Dahl & Daughters")."""
    return _beside(line.words_before, swap.start_before, len(swap.before)) and _beside(
        line.words_after, swap.start_after, len(swap.after)
    )


def _beside(words: Sequence[str], start: int, length: int) -> bool:
    """Whether a capitalised word stands next to these, other than the sentence's first (but for a first name)."""
    ahead = [word for word in words[max(0, start - 2) : start] if word != "&"][-1:]
    behind = [word for word in words[start + length : start + length + 2] if word != "&"][:1]
    if start <= 1 and ahead == words[:1]:
        ahead = []
    return any(word[:1].isupper() for word in (*ahead, *behind))


def spelled_alike(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two names are one in two spellings."""
    one, other = " ".join(before).lower(), " ".join(after).lower()
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SPELLING


def beside_verb(edit: Edit, line: ChangedLine, swap: Swap) -> bool:
    """Whether the exchanged words stand next to a verb of saying, in both versions."""
    verbs = edit.pack.attribution_verbs
    return _verb_near(line.words_before, swap.start_before, len(swap.before), verbs) and _verb_near(
        line.words_after, swap.start_after, len(swap.after), verbs
    )


def _figures_differ(swap: Swap, pack: Pack) -> bool:
    before, after = figures(swap.before, pack), figures(swap.after, pack)
    return bool(before) and bool(after) and before != after


def _unit(suffix: str) -> str:
    return "" if suffix in ("st", "nd", "rd", "th", "'s", "s") else suffix.strip("'. ")


def _verb_near(words: list[str], start: int, length: int, verbs: frozenset[str]) -> bool:
    """Verbs are looked for in lower case: the United States state nothing."""
    for word in reversed(words[max(0, start - _TITLE) : start]):
        if word in _MARKS:
            break
        if word in verbs:
            return True
    after = words[start + length : start + length + _APPOSITION + 2]
    if after[:1] == [","] and "," in after[1:]:
        after = after[after.index(",", 1) + 1 :]
    return any(word in verbs for word in after[:2] if word not in _MARKS)
