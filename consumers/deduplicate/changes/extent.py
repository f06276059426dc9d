"""How much came, went or was written anew."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.changes.edit import ChangedLine, Edit, Finding, Line, lines_text, word_count
from consumers.deduplicate.changes.facts import OTHERWISE_EQUAL
from consumers.deduplicate.changes.notes import note_places
from consumers.deduplicate.changes.pack import any_of
from consumers.deduplicate.diff import likeness, words_bag

LEAST: Final = 8
"""Words that must come or go, or be written anew, before it is called an expansion, a cut or a rewrite."""
LEAST_WHOLE: Final = 3
"""The same for whole sentences that end as sentences do: what does not may be furniture of the page."""
_PARAPHRASE: Final = 1.25  # how much longer than a quote its paraphrase may be
SHORT_NOTE: Final = 15
"""Words up to which "Update:" is a notice of a change and not the change itself."""
REORDERED: Final = 0.9
"""Share of words in common from which a sentence was only put in another order."""
SPLIT: Final = 0.6
"""Share of a sentence's words that another one lost or got, from which it was a part of that or became one."""
AROUND_QUOTE: Final = 20
"""Words around a quote up to which its sentence is nothing but the quote's frame."""


_ENDED: Final = re.compile(r"[.!?。][\"'”’»)]*\s*$")


class _Gap(NamedTuple):
    """Sentences that came and went at one place."""

    added: list[Line]
    removed: list[Line]


class _Tally:
    """Sentences by what became of them, and words put into and taken out of sentences that stayed."""

    def __init__(self) -> None:
        self.added: list[Line] = []
        self.removed: list[Line] = []
        self.before: list[Line] = []  # written anew
        self.after: list[Line] = []
        self.inserted = 0
        self.deleted = 0

    def take(self, came: list[Line], went: list[Line], gap: _Gap) -> None:
        """Judge one place. What came in place of a quote, or went to make place for one, is told by the quote."""
        if min(_count(came), _count(went)) >= LEAST:
            self.before += went
            self.after += came
            return
        if _exceeds(_count(came), word_count(lines_text(gap.removed))):
            self.added += came
        if _exceeds(_count(went), word_count(lines_text(gap.added))):
            self.removed += went


def _exceeds(count: int, other: int) -> bool:
    return count > _PARAPHRASE * other and count - other >= (LEAST_WHOLE if other else 1)


def find(edit: Edit) -> Iterator[Finding]:
    """Where sentences went and others came at one place, that is a rewrite; what is left over is an expansion or a cut.

    Notes of the publisher's and direct quotes do not count: they are findings of their own.
    """
    tally = _tally(edit)
    total = max(1, sum(word_count(line.text) for line in edit.sentences_before))
    rewritten = min(_count(tally.before), _count(tally.after))
    surplus = _count(tally.after) - _count(tally.before)
    came = _count(tally.added) + tally.inserted + (surplus if surplus > rewritten else 0)
    went = _count(tally.removed) + tally.deleted + (-surplus if -surplus > rewritten else 0)
    if rewritten >= LEAST:
        yield _finding("rewrite", 0.4, rewritten / total, tally.before, tally.after)
    if came >= (LEAST_WHOLE if _has_whole(tally.added) else LEAST):
        yield _finding("expansion", 0.2, came / total, [], tally.added or tally.after or _grown(edit))
    if went >= (LEAST_WHOLE if _has_whole(tally.removed) else LEAST):
        yield _finding("cut", 0.3, went / total, tally.removed or tally.before or _shrunk(edit), [])


def _tally(edit: Edit) -> _Tally:
    tally = _Tally()
    notes = note_places(edit)
    lost, got = _exchanged(edit)
    for gap in _gaps(edit):
        came = [line for line in gap.added if line.where not in notes and not _is_note(edit, line)]
        went = [line for line in gap.removed if not any_of(edit.pack.update_notes).search(line.key)]
        apart = [line for line in came if _stood_in(line, lost)]
        together = [line for line in went if _stood_in(line, got)]
        tally.deleted -= sum(word_count(line.text) for line in apart)
        tally.inserted -= sum(word_count(line.text) for line in together)
        tally.take(
            [line for line in came if line not in apart],
            [line for line in went if line not in together],
            gap,
        )
    for line in _body(edit):
        if line.likeness < OTHERWISE_EQUAL:
            if likeness(words_bag(line.before.key), words_bag(line.after.key)) < REORDERED:
                tally.take([line.after], [line.before], _Gap([line.after], [line.before]))
        else:
            tally.inserted += sum(max(0, len(swap.after) - len(swap.before)) for swap in line.swaps)
            tally.deleted += sum(max(0, len(swap.before) - len(swap.after)) for swap in line.swaps)
    return tally


def _exchanged(edit: Edit) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """The words that changed sentences lost, by paragraph of the newer version, and those that they got, by that of the older.

    What was lost perhaps stands in a sentence of its own now; what was got perhaps came from one that was joined to them.
    """
    lost: defaultdict[str, Counter[str]] = defaultdict(Counter)
    got: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in _body(edit):
        for swap in line.swaps:
            lost[line.after.where].update(words_bag(" ".join(swap.before)))
            got[line.before.where].update(words_bag(" ".join(swap.after)))
    return lost, got


def _stood_in(line: Line, elsewhere: Mapping[str, Counter[str]]) -> bool:
    """Whether (nearly) all words of a sentence are among those that others in its paragraph lost or got."""
    bag = words_bag(line.key)
    return line.where in elsewhere and (bag & elsewhere[line.where]).total() >= SPLIT * bag.total()


def _has_whole(lines: list[Line]) -> bool:
    return any(_ENDED.search(line.text) and _own_words(line) >= LEAST_WHOLE for line in lines)


def _body(edit: Edit) -> list[ChangedLine]:
    return [line for line in edit.changed if line.after.where.startswith("paragraphs[")]


def _grown(edit: Edit) -> list[Line]:
    return [line.after for line in _body(edit) if len(line.words_after) > len(line.words_before)]


def _shrunk(edit: Edit) -> list[Line]:
    return [line.before for line in _body(edit) if len(line.words_before) > len(line.words_after)]


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
    return sum(map(_own_words, lines))


def _own_words(line: Line) -> int:
    count = word_count(line.own)
    return 0 if line.own != line.text and count < AROUND_QUOTE else count


def _finding(kind: str, base: float, share: float, before: list[Line], after: list[Line]) -> Finding:
    first = (after or before)[0] if (after or before) else None
    return Finding(
        kind=kind,
        importance=round(min(1.0, base + 0.6 * share), 2),
        before=lines_text(before) or None,
        after=lines_text(after) or None,
        where=first.where if first else "paragraphs",
    )
