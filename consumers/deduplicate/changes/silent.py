"""Content that changed while nothing says so."""

from collections.abc import Iterator, Sequence

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.changes.edit import Edit, Finding
from consumers.deduplicate.changes.notes import says_so

_WEIGHTY = 0.1


def find(edit: Edit, findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding, a little weightier than the weightiest change that was made in silence."""
    heads_differ = canonical_text(edit.old.headline) != canonical_text(edit.new.headline) or canonical_text(
        edit.old.standfirst
    ) != canonical_text(edit.new.standfirst)
    if not (heads_differ or edit.body_changed) or says_so(edit):
        return
    worst = max(findings, key=lambda finding: finding.importance, default=None)
    yield Finding(
        kind="silent_edit",
        importance=round(min(1.0, (worst.importance if worst else 0.2) + _WEIGHTY), 2),
        before=worst.before if worst else None,
        after=worst.after if worst else None,
        where=worst.where if worst else "paragraphs",
    )
