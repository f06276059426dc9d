"""How much came, went or was written anew."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.changes.edit import Edit, Finding, Line, lines_text, word_count
from consumers.deduplicate.changes.notes import correction_notes
from consumers.deduplicate.changes.pack import any_of
from consumers.deduplicate.changes.quotes import without_quotes

LEAST: Final = 8
"""Words that must come or go, or be written anew, before it is called an expansion, a cut or a rewrite."""
_PARAPHRASE: Final = 1.25  # how much longer than a quote its paraphrase may be
SHORT_NOTE: Final = 15
"""Words up to which "Update:" is a notice of a change and not the change itself."""
AROUND_QUOTE: Final = 20
"""Words around a quote up to which its sentence is nothing but the quote's frame."""


class _Gap(NamedTuple):
    """Sentences that came and went at one place."""

    added: list[Line]
    removed: list[Line]


def find(edit: Edit) -> Iterator[Finding]:
    """Where sentences went and others came at one place, that is a rewrite; what is left over is an expansion or a cut.

    Notes of the publisher's and direct quotes do not count: they are findings of their own.
    """
    total = max(1, sum(word_count(line.text) for line in edit.sentences_before))
    added: list[Line] = []
    removed: list[Line] = []
    rewritten_before: list[Line] = []
    rewritten_after: list[Line] = []
    notes = {line.where for line in correction_notes(edit)}
    for gap in _gaps(edit):
        came = [line for line in gap.added if line.where not in notes and not _is_note(edit, line)]
        if min(_count(came), _count(gap.removed)) >= LEAST:
            rewritten_before += gap.removed
            rewritten_after += came
        else:
            # what came in place of a quote, or went to make place for one, is told by the quote
            if _count(came) > _PARAPHRASE * word_count(lines_text(gap.removed)):
                added += came
            if _count(gap.removed) > _PARAPHRASE * word_count(lines_text(gap.added)):
                removed += gap.removed
    for changed in edit.changed:
        if changed.after.where.startswith("paragraphs[") and changed.likeness < 0.55:
            rewritten_before.append(changed.before)
            rewritten_after.append(changed.after)
    rewritten = min(_count(rewritten_before), _count(rewritten_after))
    surplus = _count(rewritten_after) - _count(rewritten_before)
    inserted = sum(
        max(0, len(swap.after) - len(swap.before))
        for changed in edit.changed
        for swap in changed.swaps
        if changed.after.where.startswith("paragraphs[")
    )
    deleted = sum(
        max(0, len(swap.before) - len(swap.after))
        for changed in edit.changed
        for swap in changed.swaps
        if changed.after.where.startswith("paragraphs[")
    )
    came_words = _count(added) + (surplus if surplus >= LEAST and surplus > rewritten else 0) + inserted
    went_words = _count(removed) + (-surplus if -surplus >= LEAST and -surplus > rewritten else 0) + deleted
    if rewritten >= LEAST:
        yield _finding("rewrite", 0.4, rewritten / total, rewritten_before, rewritten_after)
    if came_words >= LEAST:
        yield _finding("expansion", 0.2, came_words / total, [], added or rewritten_after)
    if went_words >= LEAST:
        yield _finding("cut", 0.3, went_words / total, removed or rewritten_before, [])


def _gaps(edit: Edit) -> Iterator[_Gap]:
    gap = _Gap([], [])
    for before, after in edit.pairs:
        if before and after:
            if gap.added or gap.removed:
                yield gap
                gap = _Gap([], [])
        elif after:
            gap.added.append(after)
        elif before:
            gap.removed.append(before)
    if gap.added or gap.removed:
        yield gap


def _is_note(edit: Edit, line: Line) -> bool:
    text = canonical_text(line.text)
    if any_of(edit.pack.correction_notes + edit.pack.retraction_notes).search(text):
        return True
    return word_count(text) <= SHORT_NOTE and any_of(edit.pack.update_notes).search(text) is not None


def _count(lines: list[Line]) -> int:
    return sum(_own_words(line.text) for line in lines)


def _own_words(text: str) -> int:
    bare = without_quotes(text)
    count = word_count(bare)
    return 0 if bare != text and count < AROUND_QUOTE else count


def _finding(kind: str, base: float, share: float, before: list[Line], after: list[Line]) -> Finding:
    first = (after or before)[0] if (after or before) else None
    return Finding(
        kind=kind,
        importance=round(min(1.0, base + 0.6 * share), 2),
        before=lines_text(before) or None,
        after=lines_text(after) or None,
        where=first.where if first else "paragraphs",
    )
