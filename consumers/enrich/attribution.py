"""Whose words a passage is: the clause after it, the clause before it, or the passages around it.

Rules for English reporting clauses, in the order in which they are tried: subject and verb directly after the closing
mark ("...," X said / said X / according to X); a verb of speech before the opening mark (X said: "..."); a clause at
the end of the sentence ("... the fight" over Y, he added); the passage that this one continues; the story's last
subject. Each clause is closed by its sentence.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.enrich import lexicon as lex
from consumers.enrich.marks import Passage
from consumers.enrich.roles import Cast, Speaker
from consumers.enrich.text import Paragraph, Token

_FINAL: Final = frozenset(".!?…")
_RELATIVES: Final = frozenset(("who", "which", "that"))
_BOUNDARIES: Final = lex.words(
    ', ; : — – -- ( ) " “ ” and but that when as while because if where after before until than though although so'
)
_AUXILIARIES: Final = lex.words(
    "has have had also then later would will was were is are been be recently repeatedly only previously earlier once "
    "already even further again still just never always often simply now reportedly publicly finally did"
)
_MEDIA: Final = lex.words(
    "statement tweet tweets interview letter speech email post posts podcast conference briefing livestream report "
    "testimony memo blog video broadcast debate hearing message memoir book article caption address release thread "
    "documentary program programme show column editorial press"
)
_WINDOW: Final = 45
_NEAR: Final = 7
_LEADS: Final = frozenset((":", ",", "that"))
_ADJUNCTS: Final = lex.words(
    "following after before during in on at for with as when while since despite although though amid under by from "
    "speaking asked according"
)
_BE: Final = lex.words("was were been being be is are")


class Attribution(msgspec.Struct, frozen=True):
    """What a reporting clause says."""

    speaker: Speaker | None
    verb: str | None = None
    medium: str | None = None
    close: bool = False  # the clause leads straight to the opening mark: "X said: "


class Clause(msgspec.Struct, frozen=True):
    """Tokens `[begin, end)` of a paragraph."""

    paragraph: Paragraph
    begin: int
    end: int

    @property
    def tokens(self) -> Sequence[Token]:
        return self.paragraph.tokens[self.begin : self.end]


def after(cast: Cast, paragraph: Paragraph, passage: Passage, limit: int) -> Attribution | None:
    """The clause right behind a passage. `limit` is the token where the next passage opens."""
    clause = _clause_after(paragraph, passage, limit)
    tokens = clause.tokens
    if not tokens:
        return None
    ended = passage.text[-1] in _FINAL
    fresh = ended and tokens[0].is_capitalised
    words = [token.text for token in tokens]
    if words[0].lower() == "according" and words[1:2] == ["to"]:
        return _told(cast, clause, 0, clause.begin + 2, _phrase_end(tokens, 2) + clause.begin)
    at = _first_verb(words)
    if at is None:
        return None
    if (
        fresh
        and (
            passage.text[-1] == "." or words[-1] == ":" or paragraph.tokens[clause.end : clause.end + 1] == []
        )
        and (words[-1] == ":" or at > 8)
    ):
        return None
    lead = [word for word in words[:at] if word.isalnum() and word.lower() not in _AUXILIARIES]
    if not lead:
        if words[0][0].isupper():
            return None
        return _told(cast, clause, at, clause.begin + at + 1, clause.begin + _phrase_end(tokens, at + 1))
    if (
        words[0] in lex.SPEECH_VERBS
        or words[0].lower() in _CONTINUING
        or (not ended and passage.text[-1] not in ",—–-" and words[0] != ",")
    ):
        return None
    if words[at - 1] in ("to", "of") or words[at].endswith("ing"):
        return None
    return _told(cast, clause, at, clause.begin, clause.begin + at)


_CONTINUING: Final = lex.words(
    "of over in for and to because with on at about as by from their his her its the that which when if or but while "
    "after before than into between during"
) - {"the", "his", "her", "their"}


def before(cast: Cast, paragraph: Paragraph, passage: Passage, limit: int) -> Attribution | None:
    """The clause that leads up to a passage. `limit` is the token after the passage before it, or 0."""
    clause = _clause_before(paragraph, passage, limit)
    tokens = clause.tokens
    words = [token.text for token in tokens]
    for at in range(len(words) - 1, -1, -1):
        if words[at].lower() == "according" and words[at + 1 : at + 2] == ["to"]:
            return _told(cast, clause, at, clause.begin + at + 2, clause.begin + _phrase_end(tokens, at + 2))
        if words[at] not in lex.SPEECH_VERBS and not _is_infinitive(words, at):
            continue
        near = len(words) - at <= _NEAR
        if _is_noun(words, at) or (words[at] in lex.WEAK_VERBS and not near):
            continue
        if (
            words[at] in ("asked", "told", "quoted")
            and at
            and words[at - 1] in ("was", "were", "been", "being", "is", "are")
        ):
            if words[at] == "quoted":
                return _told(cast, clause, at, clause.begin, clause.begin + at - 1)
            return Attribution(None, words[at], close=words[-1] in _LEADS and near)
        if at and words[at - 1] in _BE and not words[at].endswith("ing"):
            continue
        found = _before_verb(cast, clause, at)
        return Attribution(found.speaker, found.verb, found.medium, words[-1] in _LEADS and near)
    return None


def trailing(cast: Cast, paragraph: Paragraph, passage: Passage, limit: int) -> Attribution | None:
    """A clause at the end of the sentence that a passage stands in: ", the bureau said."."""
    clause = _clause_after(paragraph, passage, limit)
    tokens = clause.tokens
    words = [token.text for token in tokens]
    for at in range(len(words) - 1, 0, -1):
        if words[at] in lex.SPEECH_VERBS and not words[at].endswith("ing") and not _is_noun(words, at):
            begin = at
            while begin and words[begin - 1] not in (",", ";", "—", "–"):
                begin -= 1
            if begin and 0 < at - begin <= 12:
                return _told(cast, clause, at, clause.begin + begin, clause.begin + at)
    for at in range(len(words) - 1):
        if words[at].lower() == "according" and words[at + 1] == "to":
            return _told(cast, clause, at, clause.begin + at + 2, clause.begin + _phrase_end(tokens, at + 2))
    return None


def _before_verb(cast: Cast, clause: Clause, at: int) -> Attribution:
    words = [token.text for token in clause.tokens]
    paragraph = clause.paragraph
    opening = _sentence_begin(paragraph, clause.begin + at)
    verb = clause.begin + at
    tokens = paragraph.tokens
    subject_end = verb
    while subject_end > opening and tokens[subject_end - 1].text.lower() in _AUXILIARIES:
        subject_end -= 1
    previous = tokens[subject_end - 1].text if subject_end > opening else ""
    if words[at].endswith("ing") or words[at] == "quoted" or previous == "to":
        speaker = None
        if previous and previous not in (",", "—", "–"):
            near = cast.people(paragraph, max(opening, subject_end - 3), subject_end)
            led = (
                previous == "to" or tokens[max(near[-1][0] - 1, 0)].text.lower() == "with" if near else False
            )
            if near and near[-1][1] == subject_end - (previous == "to") and led:
                speaker = cast.speaker(near[-1][2])
        speaker = (
            speaker
            or cast.subject(paragraph, opening, verb)
            or cast.resolve(paragraph, *_first_phrase(tokens, opening, verb))
        )
    elif previous in _RELATIVES:
        end = subject_end - 1
        begin = _back(tokens, opening, end - (tokens[end - 1].text == ","))
        speaker = cast.nearest(paragraph, begin, end, person=previous == "who") or cast.resolve(
            paragraph, begin, end
        )
    elif previous == ",":
        speaker = cast.resolve(paragraph, _after_adjunct(tokens, opening, subject_end), subject_end)
    else:
        begin = _back(tokens, opening, subject_end)
        speaker = _in_apposition(cast, paragraph, opening, begin) or cast.resolve(
            paragraph, begin, subject_end
        )
        if speaker is None or begin == subject_end:
            speaker = cast.subject(paragraph, opening, verb) or speaker
    return Attribution(speaker, words[at], _medium(clause, at))


def _in_apposition(cast: Cast, paragraph: Paragraph, opening: int, begin: int) -> Speaker | None:
    """ "X, chair of the council said": the phrase behind the comma describes the person before it."""
    tokens = paragraph.tokens
    if (
        begin <= opening
        or tokens[begin - 1].text != ","
        or not any(token.text.lower() in lex.ROLE_HEADS for token in tokens[begin : begin + 4])
    ):
        return None
    near = cast.people(paragraph, max(opening, begin - 6), begin - 1)
    if not near or near[-1][1] != begin - 1:
        return None
    return cast.subject(paragraph, near[-1][0], begin - 1)


def _told(cast: Cast, clause: Clause, at: int, begin: int, end: int) -> Attribution | None:
    paragraph = clause.paragraph
    tokens = paragraph.tokens
    speaker = None
    if (
        end < len(tokens)
        and tokens[end].text == ","
        and any(token.text.lower() in lex.ROLE_HEADS for token in tokens[begin:end])
    ):
        # "says the former editor of the paper, X"
        named = cast.people(paragraph, end + 1, end + 6)
        if named and named[0][0] == end + 1:
            speaker = cast.subject(paragraph, end + 1, named[0][1])
    speaker = speaker or cast.resolve(paragraph, begin, end)
    if speaker is None:
        return None
    word = clause.tokens[at].text
    return Attribution(speaker, "according to" if word.lower() == "according" else word, _medium(clause, at))


def _first_verb(words: Sequence[str]) -> int | None:
    for at, word in enumerate(words[:30]):
        if word in lex.SPEECH_VERBS and not _is_noun(words, at):
            return at
        if word in (";", "“", '"'):
            return None
    return None


def _is_infinitive(words: Sequence[str], at: int) -> bool:
    """ "led her to suggest": a bare form that speaks only behind "to"."""
    return words[at] in _BARE and bool(at) and words[at - 1] == "to"


def _is_noun(words: Sequence[str], at: int) -> bool:
    """ "his claims", "the reports", "in his notes": a noun that looks like a verb."""
    if words[at] in _BARE and at and words[at - 1] == "to":
        return False
    if words[at] in _EITHER and at + 1 < len(words) and words[at + 1] in _AFTER_NOUN:
        return True
    return bool(at) and words[at - 1].lower() in (
        "the", "a", "an", "his", "her", "their", "its", "our", "my", "of", "some", "such", "these", "those", "this",
        "'s", "’s", "to", "no", "any", "more", "news", "in", "by", "with", "from", "for",
    ) and words[at] not in ("saying",)  # fmt: skip


_BARE: Final = lex.words(
    "say tell argue suggest ask warn insist declare claim admit complain explain write add"
)
_EITHER: Final = lex.words(
    "pledges claims reports calls posts notes comments questions promises demands answers offers tweets"
)
_AFTER_NOUN: Final = lex.words("for of about from by in on and or were are have had to was at")


def _phrase_end(tokens: Sequence[Token], at: int) -> int:
    """Where the noun phrase that starts at `at` ends: at the first mark, or where a new clause begins."""
    end = at
    while end < len(tokens) and end - at < 14:
        word = tokens[end].text
        if (
            word
            in (
                ",",
                ";",
                ":",
                "—",
                "–",
                "(",
                ".",
                "!",
                "?",
                "“",
                '"',
                "who",
                "when",
                "while",
                "after",
                "before",
                "during",
                "as",
            )
            and end > at
        ):
            break
        end += 1
    return end


def _after_adjunct(tokens: Sequence[Token], begin: int, end: int) -> int:
    """Where the subject starts behind an opening such as "Following the arrests, "."""
    if tokens[begin].text.lower() not in _ADJUNCTS:
        return begin
    comma = next((at for at in range(begin, end - 1) if tokens[at].text == ","), None)
    return begin if comma is None else comma + 1


def _first_phrase(tokens: Sequence[Token], begin: int, end: int) -> tuple[int, int]:
    begin = _after_adjunct(tokens, begin, end)
    at = begin
    while at < end and tokens[at].text not in (",", "—", "–", ":", ";"):
        at += 1
    return begin, min(at, begin + 8)


def _back(tokens: Sequence[Token], opening: int, end: int) -> int:
    """Where the noun phrase that ends at `end` begins."""
    begin = end
    while begin > opening and tokens[begin - 1].text.lower() not in _BOUNDARIES:
        begin -= 1
    return begin


def _sentence_begin(paragraph: Paragraph, at: int) -> int:
    position = paragraph.tokens[at].start
    for begin, end in paragraph.sentences:
        if begin <= position < end:
            return paragraph.starts[begin]
    return 0


def _clause_after(paragraph: Paragraph, passage: Passage, limit: int) -> Clause:
    tokens = paragraph.tokens
    begin = next((at for at, token in enumerate(tokens) if token.start >= passage.end), len(tokens))
    while begin < limit and tokens[begin].text in "\"”“’'»«)]":
        begin += 1
    end = begin
    while end < limit and end - begin < _WINDOW:
        if tokens[end].text in _FINAL and tokens[end].start >= passage.end:
            break
        end += 1
    return Clause(paragraph, begin, end)


def _clause_before(paragraph: Paragraph, passage: Passage, limit: int) -> Clause:
    tokens = paragraph.tokens
    end = next((at for at, token in enumerate(tokens) if token.end >= passage.start), 0)
    while end > limit and not tokens[end - 1].is_word and tokens[end - 1].text in "\"“”‘’'«»„([":
        end -= 1
    begin = end
    while begin > limit and end - begin < _WINDOW and tokens[begin - 1].text not in _FINAL:
        begin -= 1
    return Clause(paragraph, begin, end)


def _medium(clause: Clause, at: int) -> str | None:
    """To whom or where: "told reporters" gives "reporters", "wrote in a tweet" gives "tweet"."""
    tokens = clause.paragraph.tokens
    verb = clause.begin + at
    words = [token.text for token in tokens[verb : min(verb + 14, clause.end)]]
    if words and words[0] in ("told", "tells", "telling"):
        end = 1
        while end < len(words) and words[end].lower() not in _BOUNDARIES | {
            "in",
            "on",
            "at",
            "during",
            "last",
            "this",
            "he",
            "she",
            "they",
            ".",
        }:
            end += 1
        phrase = [word for word in words[1:end] if word not in ("the", "a", "an")]
        return " ".join(phrase) if 0 < len(phrase) <= 5 else None
    for number, word in enumerate(words[:-1]):
        if word in ("in", "on", "at", "during", "via") and number < 8:
            for noun in words[number + 1 : number + 6]:
                if noun.lower() in _MEDIA:
                    return noun
                if noun in (",", ".", "of"):
                    break
    return None
