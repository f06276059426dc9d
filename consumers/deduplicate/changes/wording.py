"""The same said in a harder or in a softer way."""

from collections.abc import Iterator, Sequence

from consumers.deduplicate.changes.edit import ChangedLine, Edit, Finding
from consumers.deduplicate.changes.facts import OTHERWISE_EQUAL
from consumers.deduplicate.changes.pack import Pack


def find(edit: Edit) -> Iterator[Finding]:
    """At most one finding a sentence."""
    for line in edit.changed:
        if line.likeness < OTHERWISE_EQUAL:
            continue
        weight = sum(_hardness(line, edit.pack))
        if weight:
            headline = 0.2 if line.after.where == "headline" else 0.0
            yield line.finding("hardened" if weight > 0 else "softened", 0.5 + headline)


def _hardness(line: ChangedLine, pack: Pack) -> Iterator[int]:
    """+1 for each swap that hardens, -1 for each that softens."""
    for swap in line.swaps:
        before, after = _padded(swap.before), _padded(swap.after)
        hedges = _count(after, pack.hedges) - _count(before, pack.hedges)
        strong = _count(after, pack.intensifiers) - _count(before, pack.intensifiers)
        on_scale = 0
        if swap.before and swap.after:
            for scale in pack.scales:
                if _count(before, scale.hard) and _count(after, scale.soft):
                    on_scale -= 1
                elif _count(before, scale.soft) and _count(after, scale.hard):
                    on_scale += 1
        total = strong - hedges + on_scale
        yield (total > 0) - (total < 0)


def _padded(words: Sequence[str]) -> str:
    return f" {' '.join(words).lower()} "


def _count(padded: str, phrases: Sequence[str] | frozenset[str]) -> int:
    return sum(f" {phrase} " in padded for phrase in phrases)
