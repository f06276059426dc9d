"""Classified changes between two versions of an article: one file per family of rules, the words as data (`en.json`).

A new language is a new pack; a new class is a new rule in its family's file, listed in `FAMILIES`.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from consumers.deduplicate.canonical import canonical
from consumers.deduplicate.changes import extent, facts, frame, notes, presence, quotes, silent, wording
from consumers.deduplicate.changes.edit import Edit, Finding
from schemas.records import Article

FAMILIES: Final[tuple[Callable[[Edit], Iterator[Finding]], ...]] = (
    notes.find,
    frame.find,
    facts.find,
    quotes.find,
    wording.find,
    extent.find,
)


MOST_FINDINGS: Final = 300
"""Of the changes between two versions the weightiest; more is another article."""
MOST_EVIDENCE: Final = 4000
"""Characters of evidence on each side of a change; `diff_articles` shows all."""


class Comparison(msgspec.Struct, frozen=True):
    """What changed between two versions, weightiest first; `similarity` is the share of words kept, 0 to 1."""

    changes: tuple[Finding, ...]
    similarity: float


def classify(old: Article, new: Article) -> tuple[Finding, ...]:
    """The classified changes, weightiest first. One edit may carry several classes; noise carries none. Pure."""
    if canonical(old) == canonical(new):
        return tuple(presence.find(old, new))
    return _classify(Edit(old, new))


def compare(old: Article, new: Article) -> Comparison:
    """As `classify`, with how much of the words stayed."""
    if canonical(old) == canonical(new):
        return Comparison(tuple(presence.find(old, new)), 1.0)
    edit = Edit(old, new)
    return Comparison(_classify(edit), _similarity(edit))


def _classify(edit: Edit) -> tuple[Finding, ...]:
    findings = _without_shadows([finding for family in FAMILIES for finding in family(edit)])
    findings += silent.find(edit, findings)
    findings += presence.find(edit.old, edit.new)
    weightiest = sorted(findings, key=lambda finding: -finding.importance)[:MOST_FINDINGS]
    return tuple(map(_bounded, weightiest))


def _bounded(finding: Finding) -> Finding:
    """The finding with evidence that fits a message, however long the article is."""
    before, after = _cut(finding.before), _cut(finding.after)
    if (before, after) == (finding.before, finding.after):
        return finding
    return msgspec.structs.replace(finding, before=before, after=after)


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= MOST_EVIDENCE else text[: MOST_EVIDENCE - 1] + "…"


def _without_shadows(findings: list[Finding]) -> list[Finding]:
    """Another speaker of the same words is one finding, not also another name."""
    attributed = {(finding.before, finding.where) for finding in findings if finding.kind == "attribution"}
    return [
        finding
        for finding in findings
        if finding.kind != "name" or (finding.before, finding.where) not in attributed
    ]


def _similarity(edit: Edit) -> float:
    """Twice the words kept over all words of both bodies and headlines."""
    total = kept = 0
    changed = {(line.before, line.after): line for line in edit.changed}
    for before, after in edit.pairs:
        sizes = [len(line.text.split()) for line in (before, after) if line]
        total += sum(sizes)
        if before and after:
            line = changed.get((before, after))
            kept += round(line.likeness * sum(sizes)) if line else sum(sizes)
    for line in edit.changed:
        if line.after.where in ("headline", "standfirst"):
            size = len(line.before.text.split()) + len(line.after.text.split())
            total += size
            kept += round(line.likeness * size)
    return round(kept / total, 4) if total else 1.0
