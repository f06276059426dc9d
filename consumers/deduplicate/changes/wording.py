"""The same said in a harder or in a softer way."""

from collections.abc import Iterator
from typing import Final

from consumers.deduplicate.changes.edit import ChangedLine, Edit, Finding
from consumers.deduplicate.changes.facts import OTHERWISE_EQUAL
from consumers.deduplicate.changes.pack import Pack, count, on_scale, padded

_PARTS: Final = 2


def find(edit: Edit) -> Iterator[Finding]:
    """At most one finding a sentence."""
    for line in edit.changed:
        if line.likeness < OTHERWISE_EQUAL:
            continue
        own = _outside_quotes(line)
        weight = sum(_hardness(own, edit.pack)) or _frame(own, edit.pack)
        if weight:
            headline = 0.2 if line.after.where == "headline" else 0.0
            yield line.finding("hardened" if weight > 0 else "softened", 0.5 + headline)


def _outside_quotes(line: ChangedLine) -> ChangedLine:
    """The line without what both versions quote in it, since a quote's words are not the outlet's."""
    before, after = line.before, line.after
    if before.own == before.text or after.own == after.text:
        return line
    return ChangedLine(before._replace(text=before.own), after._replace(text=after.own))


def _hardness(line: ChangedLine, pack: Pack) -> Iterator[int]:
    """+1 for each swap that hardens, -1 for each that softens."""
    for swap in line.swaps:
        before, after = padded(swap.before), padded(swap.after)
        hedges = count(after, pack.hedges) - count(before, pack.hedges)
        strong = count(after, pack.intensifiers) - count(before, pack.intensifiers)
        scale = on_scale(swap.before, swap.after, pack) if swap.before and swap.after else 0
        total = scale or strong - hedges
        yield (total > 0) - (total < 0)


def _frame(line: ChangedLine, pack: Pack) -> int:
    """The same of all swaps together: a verb in two parts changes at two places ("wurde getötet" → "starb")."""
    if len(line.swaps) != _PARTS:
        return 0
    before = [word for swap in line.swaps for word in swap.before]
    after = [word for swap in line.swaps for word in swap.after]
    return on_scale(before, after, pack) if before and after else 0
