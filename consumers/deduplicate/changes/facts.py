"""Figures and names that changed in an otherwise equal sentence."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import Final

from consumers.deduplicate.changes.edit import ChangedLine, Edit, Finding, Swap
from consumers.deduplicate.changes.pack import Pack, on_scale

OTHERWISE_EQUAL: Final = 0.55
"""Likeness of two sentences from which they count as the same one with something exchanged."""
SPELLING: Final = 0.7
"""Likeness of two names from which one is the other spelled anew."""

_TITLE: Final = 4  # words between a verb and the name that follows it ("said deputy mayor Lars Ek")
_APPOSITION: Final = 30  # words in commas between a name and its verb ("Erik Holm, head of planning, said")
_MARKS: Final = frozenset(",;:!?()'-")
_DIGITS: Final = re.compile(r"(\d[\d.,]*)(\D*)")
_ENDINGS: Final = ("", "st", "nd", "rd", "th", "s")


def find(edit: Edit) -> Iterator[Finding]:
    """At most one `number` and one `name` a sentence."""
    for line in edit.changed:
        if line.likeness < OTHERWISE_EQUAL:
            continue
        headline = 0.2 if line.after.where == "headline" else 0.0
        if _figures_differ(line, edit.pack):
            yield line.finding("number", 0.7 + headline)
        if not edit.pack.nouns_capitalised and any(
            (is_renamed(edit, line, swap) and not on_scale(swap.before, swap.after, edit.pack))
            or _is_doubled(line, swap)
            for swap in line.swaps
        ):
            yield line.finding("name", 0.6 + headline)


def figures(words: Sequence[str], pack: Pack) -> list[str]:
    """The figures and dates among words, in a common form: "1,100" → "1100", "three" → "3", "Tuesday" → "tue"."""
    return [form for word in words for form in _figures(word, pack)]


def _figures(word: str, pack: Pack) -> list[str]:
    part = word.lower()
    if digits := _DIGITS.search(part):
        unit = digits[2].strip("'. ")
        form = pack.units.get(unit) or pack.number_words.get(unit) or pack.date_words.get(unit) or unit
        return [digits[1].rstrip(".,").replace(",", ""), *([form] if unit not in _ENDINGS else [])]
    form = pack.number_words.get(part) or pack.date_words.get(part) or pack.date_words.get(word)
    form = form or pack.times.get(word)
    return [form] if form else []


def _measures(words: Sequence[str], pack: Pack) -> list[list[str]]:
    """For each word its figures; a unit counts as one beside a figure or what may stand for it ("a week", "next week")."""
    found = [_figures(word, pack) for word in words]
    counted = [
        bool(forms) or word.lower() in pack.unit_heads for word, forms in zip(words, found, strict=True)
    ]
    for place, word in enumerate(words):
        unit = pack.units.get(word.lower())
        if unit is None or found[place]:
            continue
        before = place - 2 if words[place - 1 : place] == ["-"] else place - 1
        if (before >= 0 and counted[before]) or found[place + 1 : place + 2] not in ([], [[]]):
            found[place] = [unit]
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
        bare = word.removesuffix("'s").removesuffix("'").replace(".", "")
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
    return _verb_near(line.words_before, swap.start_before, len(swap.before), edit.pack) and _verb_near(
        line.words_after, swap.start_after, len(swap.after), edit.pack
    )


def _figures_differ(line: ChangedLine, pack: Pack) -> bool:
    """Whether a figure was exchanged for another. "A" and "no" are figures where one stands in their place."""
    older, newer = _measures(line.words_before, pack), _measures(line.words_after, pack)
    for swap in line.swaps:
        before = older[swap.start_before : swap.start_before + len(swap.before)]
        after = newer[swap.start_after : swap.start_after + len(swap.after)]
        if any(before) and any(after):
            if not _same(list(chain(*before)), list(chain(*after))):
                return True
        elif before and after and (before[0] or after[0]):
            one = before[0] or [pack.counts.get(swap.before[0].lower(), "")]
            other = after[0] or [pack.counts.get(swap.after[0].lower(), "")]
            if one[0].isdecimal() and other[0].isdecimal() and one[0] != other[0]:
                return True
    return False


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Forms are equal if they may mean the same: "m" is "m|1000000"."""
    return len(one) == len(other) and all(
        not set(a.split("|")).isdisjoint(b.split("|")) for a, b in zip(one, other, strict=True)
    )


def _is_doubled(line: ChangedLine, swap: Swap) -> bool:
    """Whether a name got or lost a part by a hyphen ("Kessler" → "Kessler-Hahn")."""
    words, part, start = line.words_after, swap.after, swap.start_after
    if swap.before:
        words, part, start = line.words_before, swap.before, swap.start_before
    if (swap.before and swap.after) or len(part) != 2 or "-" not in part:
        return False
    beside = words[start - 1 : start] if part[0] == "-" else words[start + 2 : start + 3]
    return all(word[:1].isupper() for word in (*beside, *part) if word != "-") and bool(beside)


def _verb_near(words: list[str], start: int, length: int, pack: Pack) -> bool:
    """Verbs are looked for in lower case: the United States state nothing. Who is told something is no speaker."""
    for word in reversed(words[max(0, start - _TITLE) : start]):
        if word in _MARKS:
            break
        if word in pack.attribution_verbs:
            return word not in pack.addressed_verbs
    after = words[start + length : start + length + _APPOSITION]
    begins = [0]
    if after[:1] == [","]:
        begins = [place + 1 for place, word in enumerate(after) if word == ","]
    return any(word in pack.attribution_verbs for begin in begins for word in after[begin : begin + 2])
