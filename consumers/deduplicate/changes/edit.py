"""Two versions of an article laid side by side: what the rules look at."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from consumers.deduplicate.canonical import canonical_body, canonical_text
from consumers.deduplicate.changes.pack import Pack, pack
from consumers.deduplicate.changes.quoted import outside, spans
from consumers.deduplicate.diff import align, in_reading_order, tokens
from consumers.deduplicate.noise import is_noise
from schemas.records import Article

ALIKE: Final = 0.5
"""Share of words that makes two sentences one sentence that was changed."""

_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[„]{0,2}[^\W_a-zß-öø-ÿ])|[。！？]+[」』”]*")
_LONGEST_ORDINAL: Final = 2  # digits: days, centuries, places; a sentence may well end with a year
_LAST_WORD: Final = re.compile(r"([\w.]+)\W*$")


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename={"kind": "class"}):
    """One classified change, with its evidence. `importance` runs from 0 to 1."""

    kind: str
    importance: float
    before: str | None = None
    after: str | None = None
    where: str


class Line(NamedTuple):
    """A sentence of the body, or a whole headline or standfirst; `where` names the place. `own` is what of the text stands
    in no direct quote."""

    text: str
    where: str
    own: str

    @property
    def key(self) -> str:
        return canonical_text(self.text)


class Swap(NamedTuple):
    """Words that were exchanged, put in or taken out at one place; `start` and `end` are token indices on each side."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    start_before: int
    start_after: int


class ChangedLine:
    """A line that stands in both versions with some words changed."""

    def __init__(self, before: Line, after: Line) -> None:
        self.before = before
        self.after = after
        self.words_before = _words(before.text)
        self.words_after = _words(after.text)
        matcher = SequenceMatcher(None, self.words_before, self.words_after, autojunk=False)
        self.swaps = [
            Swap(tuple(self.words_before[i1:i2]), tuple(self.words_after[j1:j2]), i1, j1)
            for op, i1, i2, j1, j2 in matcher.get_opcodes()
            if op != "equal"
        ]
        self.likeness = matcher.ratio()

    def finding(self, kind: str, importance: float) -> Finding:
        """This line as evidence."""
        return Finding(
            kind=kind,
            importance=importance,
            before=self.before.text,
            after=self.after.text,
            where=self.after.where,
        )


class Edit:
    """Old and new version, their lines paired. Nothing here judges."""

    def __init__(self, old: Article, new: Article) -> None:
        self.old = old
        self.new = new
        self.pack: Pack = pack(new.language or old.language)

    @cached_property
    def sentences_before(self) -> list[Line]:
        """The older body's sentences."""
        return sentences(self.old, self.pack)

    @cached_property
    def sentences_after(self) -> list[Line]:
        """The newer body's sentences."""
        return sentences(self.new, self.pack)

    @cached_property
    def pairs(self) -> list[tuple[Line | None, Line | None]]:
        """The body's sentences, paired, in reading order."""
        aligned = align(
            [line.text for line in self.sentences_before],
            [line.text for line in self.sentences_after],
            alike=ALIKE,
        )
        return [
            (
                self.sentences_before[pair.before] if pair.before is not None else None,
                self.sentences_after[pair.after] if pair.after is not None else None,
            )
            for pair in in_reading_order(aligned)
        ]

    @cached_property
    def changed(self) -> list[ChangedLine]:
        """Headline, standfirst and sentences that are in both versions, but differ."""
        heads = [
            (Line(before, where, before), Line(after, where, after))
            for where, before, after in (
                ("headline", self.old.headline, self.new.headline),
                ("standfirst", self.old.standfirst or "", self.new.standfirst or ""),
            )
            if before and after
        ]
        both = heads + [(before, after) for before, after in self.pairs if before and after]
        return [ChangedLine(before, after) for before, after in both if before.key != after.key]

    @cached_property
    def added(self) -> list[Line]:
        """Sentences that are only in the newer version."""
        return [after for before, after in self.pairs if after and before is None]

    @cached_property
    def removed(self) -> list[Line]:
        """Sentences that are only in the older version."""
        return [before for before, after in self.pairs if before and after is None]

    @cached_property
    def lowercase(self) -> frozenset[str]:
        """All words that stand in lower case somewhere in either body: such a word is no name."""
        return frozenset(
            word
            for article in (self.old, self.new)
            for paragraph in article.paragraphs
            for word in re.findall(r"\w+", paragraph)
            if word.islower()
        )

    @cached_property
    def renamed(self) -> frozenset[tuple[str, str]]:
        """Words with a capital that were exchanged for the same other one in two or more lines: a name put right throughout."""
        pairs = Counter(
            pair
            for line in self.changed
            for pair in {
                (swap.before[-1], swap.after[-1])
                for swap in line.swaps
                if swap.before
                and swap.after
                and swap.before[-1][:1].isupper()
                and swap.after[-1][:1].isupper()
            }
        )
        return frozenset(pair for pair, count in pairs.items() if count > 1)

    @cached_property
    def body_changed(self) -> bool:
        """Whether the bodies differ beyond noise."""
        return canonical_body(self.old) != canonical_body(self.new)


def sentences(article: Article, language: Pack) -> list[Line]:
    """The body's sentences in order, without page furniture."""
    found = []
    for index, paragraph in enumerate(article.paragraphs):
        if is_noise(canonical_text(paragraph)):
            continue
        quotes = list(spans(paragraph))
        for start, end in bounds(paragraph, language):
            own = outside(paragraph, quotes, start, end)
            found.append(Line(paragraph[start:end], f"paragraphs[{index}]", own))
    return found


def split(paragraph: str, language: Pack) -> Iterator[str]:
    """Sentences of a paragraph. An abbreviation or an initial ends none."""
    return (paragraph[start:end] for start, end in bounds(paragraph, language))


def bounds(paragraph: str, language: Pack) -> Iterator[tuple[int, int]]:
    """Where its sentences begin and end, without the spaces around them."""
    start = 0
    for end in _END.finditer(paragraph):
        word = _LAST_WORD.search(paragraph[start : end.start()])
        if paragraph[end.start()] == "." and word and _is_short(word[1], language):
            continue
        yield from _stripped(paragraph, start, end.end())
        start = end.end()
    yield from _stripped(paragraph, start, len(paragraph))


def _stripped(paragraph: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    text = paragraph[start:end]
    if bare := text.strip():
        start += len(text) - len(text.lstrip())
        yield start, start + len(bare)


def _is_short(word: str, language: Pack) -> bool:
    ordinal = language.dotted_ordinals and word.isdecimal() and len(word) <= _LONGEST_ORDINAL
    return ordinal or _is_initials(word) or word.lower() in language.abbreviations


def _is_initials(word: str) -> bool:
    return all(len(letter) == 1 and letter.isupper() for letter in word.split("."))


def _words(text: str) -> list[str]:
    return [canonical_text(token) for token in tokens(text) if token.strip()]


def word_count(text: str) -> int:
    """Words, marks not counted."""
    return len(re.findall(r"\w+", text))


def lines_text(lines: Sequence[Line]) -> str:
    """Lines as one text, for evidence."""
    return " ".join(line.text for line in lines)
