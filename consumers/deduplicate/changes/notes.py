"""What the publisher says of its own edit: correction notes and retractions."""

from collections.abc import Callable, Iterator

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.changes.edit import Edit, Finding, Line
from consumers.deduplicate.changes.pack import any_of
from consumers.deduplicate.diff import words_bag


def find(edit: Edit) -> Iterator[Finding]:
    """A correction for each new note, with the words it most likely concerns as `before`; a retraction if one is declared."""
    retraction = any_of(edit.pack.retraction_notes)
    for line in _new_text(edit):
        if retraction.search(line.key):
            yield Finding(
                kind="retraction", importance=1.0, before=edit.old.headline, after=line.text, where=line.where
            )
            break
    for note in correction_notes(edit):
        concerned = _concerned(edit, note)
        yield Finding(kind="correction", importance=0.9, before=concerned, after=note.text, where=note.where)


def correction_notes(edit: Edit) -> list[Line]:
    """New or reworded notes, each once."""
    notes: dict[str, Line] = {}
    if canonical_text(edit.new.correction) not in ("", canonical_text(edit.old.correction)):
        note = Line(edit.new.correction or "", "correction", edit.new.correction or "")
        notes[note.key] = note
    pattern, withdrawn = any_of(edit.pack.correction_notes), any_of(edit.pack.retraction_notes)
    for line in _whole_paragraphs(edit, pattern.search):
        known = any(line.key in other or other in line.key for other in notes)
        if not known and not withdrawn.search(line.key):
            notes[line.key] = line
    return list(notes.values())


def note_places(edit: Edit) -> set[str]:
    """The paragraphs with new text in which the publisher corrects or withdraws the article."""
    withdrawn = _whole_paragraphs(edit, any_of(edit.pack.retraction_notes).search)
    return {line.where for line in (*correction_notes(edit), *withdrawn)}


def says_so(edit: Edit) -> bool:
    """Whether the newer version says that it was changed: a later or first `modified`, or any note."""
    if edit.new.modified is not None and edit.new.modified != edit.old.modified:
        return True
    patterns = edit.pack.correction_notes + edit.pack.update_notes + edit.pack.retraction_notes
    pattern = any_of(patterns)
    return bool(correction_notes(edit)) or any(pattern.search(line.key) for line in _new_text(edit))


def _new_text(edit: Edit) -> list[Line]:
    lines = [changed.after for changed in edit.changed] + edit.added
    for where, before, after in (
        ("headline", edit.old.headline, edit.new.headline),
        ("standfirst", edit.old.standfirst, edit.new.standfirst),
        ("correction", edit.old.correction, edit.new.correction),
    ):
        if after and canonical_text(before) != canonical_text(after):
            lines.append(Line(after, where, after))
    return lines


def _whole_paragraphs(edit: Edit, matches: Callable[[str], object]) -> Iterator[Line]:
    """The paragraphs with new text that match, whole: a note is often several sentences."""
    seen = set()
    for line in [*edit.added, *(changed.after for changed in edit.changed)]:
        if line.where.startswith("paragraphs[") and line.where not in seen:
            seen.add(line.where)
            text = edit.new.paragraphs[int(line.where[len("paragraphs[") : -1])]
            if matches(line.key) or (line in edit.added and matches(canonical_text(text))):
                yield Line(text, line.where, text)


def _concerned(edit: Edit, note: Line) -> str | None:
    """The older wording of the changed line, or the removed line, that shares most words with the note."""
    bag = words_bag(note.key)
    lines = [changed.before for changed in edit.changed] + edit.removed
    scored = [((bag & words_bag(line.key)).total(), line.text) for line in lines if line.key]
    best = max(scored, default=(0, ""), key=lambda one: one[0])
    return best[1] if best[0] >= 2 else None
