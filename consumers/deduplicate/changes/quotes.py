"""Direct quotes: altered, added, removed; and the same words given to another speaker."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.changes.edit import ChangedLine, Edit, Finding, Swap
from consumers.deduplicate.changes.facts import (
    OTHERWISE_EQUAL,
    beside_verb,
    figures,
    is_part,
    names_in,
    spelled_alike,
)
from consumers.deduplicate.changes.notes import note_places
from consumers.deduplicate.changes.quoted import SHORTEST, spans
from consumers.deduplicate.diff import likeness, words_bag
from schemas.records import Article

ALIKE: Final = 0.45
"""Share of words that makes two quotes one quote that was altered."""

_MOST_PAIRS: Final = 10_000
_NEAR: Final = 20
_EDGE: Final = " ,.;:!?-"
_MARKS: Final = frozenset(",.;:()-")
_ROLE: Final = 2  # words of a role between those that were exchanged and the verb
_SPOKEN_OF: Final = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")  # a word of a name or a role


class Quoted(NamedTuple):
    """Words in quotation marks and where they stand; `key` is their canonical form."""

    text: str
    where: str
    key: str


def find(edit: Edit) -> Iterator[Finding]:
    """Quotes are compared over the whole body, so one that moved is no change. What a note quotes was said by the outlet."""
    before = quotes(edit.old)
    notes = note_places(edit)
    after = [quote for quote in quotes(edit.new) if quote.where not in notes]
    kept = {quote.key for quote in before} & {quote.key for quote in after}
    gone = [quote for quote in before if quote.key not in kept]
    come = [quote for quote in after if quote.key not in kept]
    scored = sorted(_alike(gone, come), key=lambda pair: -pair[0])
    paired_gone: set[int] = set()
    paired_come: set[int] = set()
    for _, i, j in scored:
        if i in paired_gone or j in paired_come:
            continue
        paired_gone.add(i)
        paired_come.add(j)
        yield Finding(
            kind="quote_altered",
            importance=0.75,
            before=gone[i].text,
            after=come[j].text,
            where=come[j].where,
        )
    for i, quote in enumerate(gone):
        if i not in paired_gone:
            yield Finding(kind="quote_removed", importance=0.5, before=quote.text, where=quote.where)
    for j, quote in enumerate(come):
        if j not in paired_come:
            yield Finding(kind="quote_added", importance=0.4, after=quote.text, where=quote.where)
    for line in edit.changed:
        if any(_is_reattributed(edit, line, swap) for swap in line.swaps):
            yield line.finding("attribution", 0.8)


def _alike(gone: Sequence[Quoted], come: Sequence[Quoted]) -> Iterator[tuple[float, int, int]]:
    """Pairs of quotes that may be one, with how alike they are; of very many quotes only those at about the same place."""
    bags = [words_bag(quote.key) for quote in come]
    near = len(come) if len(gone) * len(come) <= _MOST_PAIRS else _NEAR
    for i, one in enumerate(gone):
        bag = words_bag(one.key)
        for j in range(max(0, i - near), min(len(come), i + near)):
            if (score := likeness(bag, bags[j])) >= ALIKE:
                yield score, i, j


def quotes(article: Article) -> list[Quoted]:
    """The body's quotes of at least SHORTEST words, in order."""
    found = []
    for index, paragraph in enumerate(article.paragraphs):
        for text, _, _ in spans(paragraph):
            key = canonical_text(text).strip(_EDGE).casefold()
            if len(key.split()) >= SHORTEST:
                found.append(Quoted(text, f"paragraphs[{index}]", key))
    return found


def _is_reattributed(edit: Edit, line: ChangedLine, swap: Swap) -> bool:
    if line.likeness < OTHERWISE_EQUAL or not swap.before or not swap.after:
        return False
    before, after = names_in(edit, line, swap)
    if before and after and (before[-1], after[-1]) in edit.renamed:
        return False
    if before and after:
        alike = spelled_alike(before, after) or is_part(line, swap)
        return not alike and beside_verb(edit, line, swap)
    return _is_subject(edit, line.words_before, swap.start_before, swap.before) and _is_subject(
        edit, line.words_after, swap.start_after, swap.after
    )


def _is_subject(edit: Edit, words: Sequence[str], start: int, swapped: Sequence[str]) -> bool:
    """Whether swapped words say who spoke: (the beginning of) a name or a role next to a verb of saying, articles aside."""
    pack = edit.pack
    after = words[start + len(swapped) :]
    swapped = tuple(word.lower() for word in swapped if word not in _MARKS)
    if (
        not swapped
        or not all(_SPOKEN_OF.fullmatch(word) for word in swapped)
        or all(word in pack.pronouns for word in swapped)
    ):
        return False
    if figures(swapped, pack) or not pack.attribution_verbs.isdisjoint(swapped):
        return False
    if not pack.no_speakers.isdisjoint((swapped[0], swapped[-1])):
        return False
    before = [word for word in words[:start] if word.lower() not in pack.determiners]
    if [word.lower() for word in before[-2:]] in pack.attribution_phrases:
        return True
    verb = before[-1] if before else ""
    if verb in pack.attribution_verbs and any(mark in words[:start] for mark in ("'", ",")):
        return verb not in pack.addressed_verbs
    role = list(takewhile(lambda word: word not in pack.attribution_verbs, after[: _ROLE + 1]))
    return len(role) < min(len(after), _ROLE + 1) and all(
        word.islower() and word not in pack.no_speakers | pack.pronouns | pack.determiners for word in role
    )
