"""What the words of a name and the words around it say about its type."""

from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.candidate import (
    EVENT,
    ORGANIZATION,
    PERSON,
    PLACE,
    SMALL,
    TYPES,
    WORK,
    Candidate,
    opens_sentence,
)
from consumers.enrich.gazetteer import lookup
from consumers.enrich.given import given_names

_OPENING: Final = frozenset("\"“‘'«„")
_ENDING: Final = frozenset("\"”’'»“.,!?")
_LONGEST_ROLE: Final = 8
_PARTIES: Final = frozenset(("D.", "R.", "I.", "D", "R", "I"))


def weigh(candidate: Candidate) -> None:
    """Adds the votes of the name's own words and of its neighbours."""
    tokens = candidate.paragraph.tokens
    begin, end = candidate.begin, candidate.end
    words = [token.text for token in tokens[begin:end]]
    if (
        candidate.ruled
        and len(words) == 1
        and not candidate.votes
        and opens_sentence(candidate.paragraph, begin)
        and words[0] not in given_names()
    ):
        return  # a capital at the start of a sentence says nothing
    _by_words(candidate, words)
    before = tokens[begin - 1].text if begin else ""
    after = tokens[end].text if end < len(tokens) else ""
    _by_word_before(candidate, before, words)
    _by_word_after(candidate, after, words)
    if (
        before in _OPENING
        and tokens[begin - 1].end == tokens[begin].start
        and after in _ENDING
        and tokens[end].start == tokens[end - 1].end
    ):
        # a name alone between marks is a title or a slogan
        candidate.votes[WORK] += 1.5
        candidate.votes[PERSON] -= 1
        candidate.votes[PLACE] -= 0.5


def _by_words(candidate: Candidate, words: list[str]) -> None:
    votes = candidate.votes
    last = words[-1]
    title = _titles_before(candidate)
    if title or candidate.titles:
        votes[PERSON] += 3
    for word in (*candidate.titles, *title):
        candidate.gender += (word in lex.MALE) - (word in lex.FEMALE)
    has_small = any(word in SMALL for word in words)
    gender = given_names().get(candidate.key[0])
    if gender is not None and 1 < len(words) < 5 and not has_small:
        votes[PERSON] += 1.2
        candidate.gender += 0.5 * gender
    if len(words) > 1:
        if has_small and any(word in lex.TERRITORIES for word in words):
            votes[PLACE] += 3
        elif last in lex.ORGANIZATION_HEADS or (
            has_small and any(word in lex.COMPLEMENT_HEADS for word in words[:-1])
        ):
            votes[ORGANIZATION] += 3
        elif last in lex.PLACE_HEADS:
            votes[PLACE] += 0.3 if last in ("City", "Town") else 3
        elif last in lex.EVENT_HEADS:
            votes[EVENT] += 2
    elif (
        last in lex.PLACE_HEADS
        and candidate.begin
        and candidate.paragraph.tokens[candidate.begin - 1].text == "the"
    ):
        votes[PLACE] += 1.2
    known = lookup(" ".join(candidate.key))
    if known is None:
        if len(words) == 1 and last.isupper() and last.isalpha() and 2 <= len(last) <= 6:
            votes[ORGANIZATION] += 1
        return
    begin = candidate.begin
    if known.kind != "city":
        votes[PLACE] += 3 if known.kind == "state" else 4
    elif not begin or candidate.paragraph.tokens[begin - 1].text.lower() != "the":
        exact = known.name == " ".join(candidate.key)
        if votes[ORGANIZATION] < 1 and votes[PERSON] < 1:
            votes[PLACE] += 0.6 + min(1.7, known.population / 300_000) if exact else 0.5
        elif exact or len(words) > 1:
            votes[PLACE] += 1.8 if len(words) > 1 else max(0.4, min(1.0, known.population / 300_000))


def _by_word_before(candidate: Candidate, before: str, words: list[str]) -> None:
    votes = candidate.votes
    tokens = candidate.paragraph.tokens
    lowered = before.lower()
    beyond = tokens[candidate.begin - 2].text if candidate.begin > 1 else ""
    if lowered == "the" and not candidate.titles:
        votes[PERSON] -= 1.5
    if lowered in lex.ORGANIZATION_CUES:
        votes[ORGANIZATION] += 3
    elif lowered == "in":
        votes[PLACE] += 0.7
    elif lowered == "near":
        votes[PLACE] += 1
    elif lowered == "at":
        votes[PLACE if len(words) == 1 else ORGANIZATION] += 0.7
    elif lowered == "on" and len(words) == 1:
        votes[ORGANIZATION] += 1
    elif lowered == "of" and beyond.lower() in lex.PLACE_CUES:
        votes[PLACE] += 3
    elif lowered == "from" and beyond[:1].isupper() and len(words) > 1:
        votes[ORGANIZATION] += 1.5


def _by_word_after(candidate: Candidate, after: str, words: list[str]) -> None:
    votes = candidate.votes
    tokens = candidate.paragraph.tokens
    end = candidate.end
    beyond = tokens[end + 1].text if end + 1 < len(tokens) else ""
    if after in lex.PLACE_FOLLOWERS and len(words) < 3:
        votes[PLACE] += 2.5
    elif after in lex.ORGANIZATION_FOLLOWERS:
        votes[ORGANIZATION] += 2.5
    elif after == ",":
        if beyond.isdigit() and len(beyond) < 3:
            votes[PERSON] += 3
        elif beyond in ("who", "whose"):
            votes[PERSON] += 1.5
        elif beyond.startswith(("R-", "D-")):
            votes[PERSON] += 3
    elif after == "(" and beyond in _PARTIES:
        votes[PERSON] += 3
    elif after == "who":
        votes[PERSON] += 1.5
    elif after in lex.SPEECH_VERBS:
        votes[PERSON] += 0.6


def coordinate(one: Candidate, other: Candidate) -> None:
    """Two names joined by "and" or a comma are mostly of one kind: each lends the other some of its case."""
    if one.paragraph is not other.paragraph or other.begin - one.end != 1:
        return
    if one.paragraph.tokens[one.end].text not in ("and", ",", "or", "&"):
        return
    lent = [(max(TYPES, key=lambda kind: each.votes[kind]), each) for each in (one, other)]
    for (kind, lender), borrower in zip(lent, (other, one), strict=True):
        if lender.votes[kind] >= 2:
            borrower.votes[kind] += 0.7


def _titles_before(candidate: Candidate) -> list[str]:
    """The title or role words that stand directly before a name: "Secretary of State", "the analyst"."""
    tokens = candidate.paragraph.tokens
    found: list[str] = []
    at = candidate.begin - 1
    while at >= 0 and candidate.begin - at <= _LONGEST_ROLE:
        text = tokens[at].text
        if text in lex.HONORIFICS or text.lower() in lex.ROLE_HEADS:
            found.append(text)
        elif text == "of":
            if at == candidate.begin - 1:
                break
        elif not (text.istitle() and at and tokens[at - 1].text in ("of", "and")):
            break
        at -= 1
    return found
