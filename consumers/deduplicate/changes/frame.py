"""Changes around the body: headline, standfirst, byline, dateline, published time."""

from collections.abc import Iterator

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.changes.edit import Edit, Finding
from consumers.deduplicate.diff import likeness, words_bag
from schemas.order import parse_time


def find(edit: Edit) -> Iterator[Finding]:
    """One finding for each that differs beyond style."""
    old, new = edit.old, edit.new
    if canonical_text(old.headline) != canonical_text(new.headline):
        kept = likeness(words_bag(canonical_text(old.headline)), words_bag(canonical_text(new.headline)))
        yield Finding(
            kind="headline",
            importance=round(0.75 - 0.35 * kept, 2),
            before=old.headline,
            after=new.headline,
            where="headline",
        )
    if canonical_text(old.standfirst) != canonical_text(new.standfirst):
        yield Finding(
            kind="standfirst",
            importance=0.35,
            before=old.standfirst,
            after=new.standfirst,
            where="standfirst",
        )
    if _names(old.authors) != _names(new.authors):
        yield Finding(
            kind="byline",
            importance=0.3,
            before=", ".join(old.authors) or None,
            after=", ".join(new.authors) or None,
            where="authors",
        )
    line_before = old.dateline.text if old.dateline else None
    line_after = new.dateline.text if new.dateline else None
    if canonical_text(line_before) != canonical_text(line_after):
        yield Finding(kind="dateline", importance=0.3, before=line_before, after=line_after, where="dateline")
    if old.published and new.published and parse_time(old.published) != parse_time(new.published):
        yield Finding(
            kind="published_time_changed",
            importance=0.5,
            before=old.published,
            after=new.published,
            where="published",
        )


def _names(authors: tuple[str, ...]) -> list[str]:
    return sorted(canonical_text(author).casefold() for author in authors)
