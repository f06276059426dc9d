"""From recognised spans to clean candidates: titles apart, possessives cut, complements joined, rules beside the model.

Votes come from the model (its label), and from the words around the name (see evidence).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.acronyms import definitions
from consumers.enrich.candidate import (
    EVENT,
    ORGANIZATION,
    PERSON,
    PLACE,
    WORK,
    Candidate,
    opens_sentence,
)
from consumers.enrich.evidence import coordinate, weigh
from consumers.enrich.gazetteer import lookup
from consumers.enrich.given import given_names
from consumers.enrich.opening import opening
from consumers.enrich.recognize import Span
from consumers.enrich.text import Paragraph, Token
from consumers.enrich.trim import is_no_name, trimmed

_LABELS: Final = {
    "PERSON": {PERSON: 1.0},
    "ORG": {ORGANIZATION: 1.0},
    "GPE": {PLACE: 1.0},
    "LOC": {PLACE: 1.0},
    "FAC": {PLACE: 0.8, ORGANIZATION: 0.2},
    "EVENT": {EVENT: 1.2},
    "WORK_OF_ART": {WORK: 1.0},
    "PRODUCT": {ORGANIZATION: 0.4},
    "NORP": {},
    "LAW": {},
}  # fmt: skip
_PARTICLES: Final = lex.words(
    "de da di do dos del della der den van von bin bint ibn al el la le du ter ten af av zu e y"
)

_BELONGING: Final = frozenset(("of", "at", "from"))


def readable(paragraph: Paragraph) -> str:
    """The paragraph as the model reads it best: shouted openings in Titlecase, lengths unchanged."""
    text = paragraph.text
    if paragraph.is_shouted:
        return text
    pieces: list[str] = []
    at = 0
    for token in paragraph.tokens[:6]:
        word = token.text
        if word.isupper() and word.isalpha() and len(word) > 3:
            pieces += (text[at : token.start], word[0], word[1:].lower())
            at = token.end
    mended = "".join(pieces) + text[at:]
    return mended if len(mended) == len(text) else text


def gather(paragraphs: Sequence[Paragraph], spans: Sequence[Span]) -> list[Candidate]:
    """All candidates of an article, in the order of the text, none overlapping another."""
    found: list[Candidate] = []
    by_paragraph: dict[int, list[Span]] = {}
    for span in spans:
        by_paragraph.setdefault(span.paragraph, []).append(span)
    for paragraph in paragraphs:
        taken = [False] * len(paragraph.tokens)
        own: list[Candidate] = []
        for candidate in (*_from_dateline(paragraph), *_from_definitions(paragraph)):
            _take(candidate, taken, own)
        for candidate in _from_model(paragraph, by_paragraph.get(paragraph.index, ())):
            _take(candidate, taken, own)
        if not paragraph.is_shouted:
            for candidate in _from_rules(paragraph, taken):
                _take(candidate, taken, own)
        own.sort(key=lambda candidate: candidate.begin)
        found += own
    for candidate in found:
        weigh(candidate)
    for one, other in pairwise(found):
        coordinate(one, other)
    return found


def _take(candidate: Candidate, taken: list[bool], own: list[Candidate]) -> None:
    if candidate.begin < candidate.end and not any(taken[candidate.begin : candidate.end]):
        taken[candidate.begin : candidate.end] = [True] * (candidate.end - candidate.begin)
        own.append(candidate)


def _from_dateline(paragraph: Paragraph) -> Iterator[Candidate]:
    """A report's dateline names a place."""
    found = opening(paragraph)
    if found is None:
        return
    tokens = paragraph.tokens[: found.place]
    candidate = Candidate(paragraph, 0, found.place)
    if len(" ".join(token.text for token in tokens)) > 3:
        candidate.key = tuple(token.text.title() for token in tokens)
    candidate.votes[PLACE] += 5
    yield candidate


def _from_definitions(paragraph: Paragraph) -> Iterator[Candidate]:
    """ "Name of It (NOI)" names a body."""
    for acronym, begin, end in definitions(paragraph):
        if not is_no_name(paragraph.tokens, begin, end) and acronym not in lex.COMMON_ACRONYMS:
            candidate = Candidate(paragraph, begin, end)
            candidate.votes[ORGANIZATION] += 2
            yield candidate


def _from_model(paragraph: Paragraph, spans: Iterable[Span]) -> Iterator[Candidate]:
    tokens = paragraph.tokens
    for span in spans:
        if span.label not in _LABELS or paragraph.is_shouted:
            continue
        begin = next((at for at, token in enumerate(tokens) if token.end > span.start), len(tokens))
        end = next((at for at in range(begin, len(tokens)) if tokens[at].start >= span.end), len(tokens))
        if span.label in ("GPE", "LOC") and _head_follows(tokens, end):
            end += 1  # the model took "Corran" and "Bay" for two
        for first, last in _parts(tokens, begin, end, span.label):
            if span.label == "PERSON" and first and tokens[first - 1].text in given_names():
                first -= 1  # the model took the surname alone
            candidate = trimmed(paragraph, first, last)
            if candidate is None:
                continue
            owned = (
                span.label == "PERSON"
                and candidate.begin
                and tokens[candidate.begin - 1].text in ("'s", "’s", "’")
            )
            for kind, vote in _LABELS["PRODUCT" if owned else span.label].items():
                candidate.votes[kind] += (
                    vote if kind != PLACE or lookup(" ".join(candidate.key)) else 0.7 * vote
                )
            if span.label == "NORP":
                candidate.votes["group"] += 1
            yield candidate


def _head_follows(tokens: Sequence[Token], end: int) -> bool:
    """Whether the name goes on with "Bay", "Bridge" or the like, and ends there."""
    ahead = tokens[end : end + 2]
    return (
        bool(ahead)
        and ahead[0].text in lex.PLACE_HEADS
        and ahead[0].is_capitalised
        and not (len(ahead) > 1 and ahead[1].is_capitalised)
    )


def _parts(tokens: Sequence[Token], begin: int, end: int, label: str) -> list[tuple[int, int]]:
    """A span cut at inner possessives, at lists of people and between somebody and their body, unless it is one long name."""
    cuts = [begin]
    heads = lex.ORGANIZATION_HEADS | lex.PLACE_HEADS | lex.EVENT_HEADS
    for at in range(begin, end):
        text = tokens[at].text
        if (
            text in ("'s", "’s", "'", "’")
            and at + 1 < end
            and (
                label == "PERSON"
                or (
                    tokens[end - 1].text not in heads
                    and sum(one.is_capitalised for one in tokens[at + 1 : end]) < 2
                )
            )
        ):
            cuts += (at, at + 1)
        elif text in (",", "and", "&") and label in ("PERSON", "ORG") and begin < at < end - 1:
            inner = tokens[begin:end]
            if not any(token.text in heads or token.text in ("of", "for") for token in inner) and (
                label == "PERSON" or text == "," or tokens[at + 1].text in lex.HONORIFICS
            ):
                cuts += (at, at + 1)
        elif text in _BELONGING and label in ("PERSON", "ORG") and _is_person(tokens, cuts[-1], at):
            cuts += (at, at + 1)
    cuts.append(end)
    return [(first, last) for first, last in pairwise(cuts) if first < last]


def _is_person(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Two to four words, a given name first, that are no body's: in "Ilse Tarn of the Harbour Institute", she and it are two."""
    words = [token.text for token in tokens[begin:end]]
    return (
        1 < len(words) < 5
        and words[0] in given_names()
        and all(token.is_word and token.is_capitalised for token in tokens[begin:end])
        and not any(word in lex.ORGANIZATION_HEADS | lex.PLACE_HEADS | lex.EVENT_HEADS for word in words)
        and words[-1].lower() not in lex.ROLE_HEADS
    )


def _from_rules(paragraph: Paragraph, taken: Sequence[bool]) -> Iterator[Candidate]:
    """Runs of capitalised words that the model passed over but whose heads or neighbours say what they are."""
    tokens = paragraph.tokens
    capitals = sum(token.is_capitalised for token in tokens if token.is_word)
    if capitals * 2 > sum(token.is_word for token in tokens):
        return  # a headline: capitals say nothing
    at = 0
    while at < len(tokens):
        if taken[at] or not (tokens[at].is_word and tokens[at].is_capitalised):
            at += 1
            continue
        end = at
        while (
            end < len(tokens)
            and not taken[end]
            and (
                (tokens[end].is_word and tokens[end].is_capitalised)
                or (
                    tokens[end].text in _PARTICLES
                    and end + 1 < len(tokens)
                    and tokens[end + 1].is_capitalised
                    and tokens[end + 1].is_word
                )
            )
        ):
            end += 1
        begin = at
        at = end
        while begin < end and tokens[begin].text in lex.NOT_NAMES:
            begin += 1
        if begin < end:
            candidate = _ruled(paragraph, begin, end)
            if candidate is not None:
                yield candidate


def _ruled(paragraph: Paragraph, begin: int, end: int) -> Candidate | None:
    tokens = paragraph.tokens
    candidate = trimmed(paragraph, begin, end)
    if candidate is None:
        return None
    candidate.ruled = True
    words = [token.text for token in tokens[candidate.begin : candidate.end]]
    before = tokens[candidate.begin - 1].text if candidate.begin else ""
    after = tokens[candidate.end].text if candidate.end < len(tokens) else ""
    first = opens_sentence(paragraph, candidate.begin)
    name = " ".join(words)
    known = lookup(name)
    if len(words) > 1 and (
        words[-1] in lex.ORGANIZATION_HEADS or any(word in lex.COMPLEMENT_HEADS for word in words[:-1])
    ):
        candidate.votes[ORGANIZATION] += 1
    elif len(words) > 1 and words[-1] in lex.PLACE_HEADS:
        candidate.votes[PLACE] += 1
    elif len(words) > 1 and words[-1] in lex.EVENT_HEADS:
        candidate.votes[EVENT] += 1
    elif known and (known.kind != "city" or known.population > 300_000) and not first:
        candidate.votes[PLACE] += 1
    elif (
        (1 < len(words) < 5 and words[0] in given_names() and words[-1] not in lex.EVENT_HEADS)
        or candidate.titles
        or before in lex.HONORIFICS
        or (before.lower() in lex.ROLE_HEADS and not first)
    ):
        candidate.votes[PERSON] += 1
    elif not first and len(words) == 1 and words[0].isupper() and 2 < len(words[0]) < 7:
        candidate.votes[ORGANIZATION] += 0.5
    elif after in lex.SPEECH_VERBS and (len(words) > 1 or not first):
        candidate.votes[PERSON] += 0.5
    elif before == "told":
        candidate.votes[ORGANIZATION] += 1
    # other runs wait: clusters may claim them as aliases
    if words[-1] in lex.HONORIFICS or words[-1].lower() in lex.ROLE_HEADS:
        return None
    return candidate
