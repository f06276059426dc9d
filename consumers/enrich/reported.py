"""Speech reported without marks: "Tormis said that the docks would be rebuilt", "the docks will rot, she warned".

Rules for English. A sentence without quotation marks reports speech when a verb of saying leads to a "that" or, for "say"
alone, to a clause; when a reporting clause ends it behind a comma; or when it is "according to" someone. Verbs that seldom
report ("call", "believe"), participles and sentences whose speaker cannot be told are left out: better missed than put
in a mouth.
"""

from collections.abc import Sequence
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.attribution import Attribution, after, before
from consumers.enrich.clusters import Cluster
from consumers.enrich.marks import FEWEST_WORDS, Passage, counted_words, passages
from consumers.enrich.opening import text_begin
from consumers.enrich.roles import Cast
from consumers.enrich.text import Paragraph, Token
from schemas.ids import entity_id
from schemas.records import Quote

_REPORTING: Final = frozenset(
    verb for verb in lex.SPEECH_VERBS - lex.WEAK_VERBS - {"add", "adds"} if not verb.endswith("ing")
)
_NAMELESS: Final = (
    lex.ROLE_HEADS | lex.DOCUMENTS | lex.words("authorities agency ministry study survey poll activists")
)
_SAYING: Final = lex.words("said says")
_ACCORDING: Final = "according to"
_CLAUSE_BEGINS: Final = lex.words(
    "the a an he she it they there this that his her its their some many most no all each every both two three"
)
_REACH: Final = 10  # tokens from the verb to its "that"
_TAIL: Final = 14  # tokens of a reporting clause at the end
_TITLES: Final = 5  # tokens from the comma to the name
_BEHIND_NAME: Final = lex.words(", of in at from who on ( —")
_FINAL: Final = frozenset((".", "!", "…", ";"))


def find(
    paragraphs: Sequence[Paragraph],
    clusters: Sequence[Cluster],
    quoted: Sequence[Quote],
    filed: str | None = None,
) -> list[Quote]:
    """The reported speech of the body in order, each with its speaker.

    `quoted` are its direct quotations, `filed` is its dateline as printed, which nobody said.
    """
    cast = Cast(clusters, passages(paragraphs))
    said: dict[int, list[Quote]] = {}
    for quote in quoted:
        said.setdefault(quote.paragraph, []).append(quote)
    numbers = {one.name: number for number, one in enumerate(clusters)}
    found: list[Quote] = []
    for paragraph in paragraphs:
        text = text_begin(paragraph, filed)
        for start, end in paragraph.sentences:
            spoken = [one for one in said.get(paragraph.index, ()) if one.start < end and start < one.end]
            for one in spoken:
                if one.speaker in numbers:
                    cast.notice(cast.speaker(numbers[one.speaker]))
            if spoken or any(mark in paragraph.text[start:end] for mark in '"“”„«»'):
                continue
            begin, stop = max(paragraph.starts[start], text), paragraph.ends[end]
            read = _read(paragraph, begin, stop, cast, clusters)
            if read is not None:
                found.append(read)
            else:
                subject = cast.subject(paragraph, begin, stop)
                if subject is not None:
                    cast.notice(subject)
    return found


def _read(
    paragraph: Paragraph, begin: int, stop: int, cast: Cast, clusters: Sequence[Cluster]
) -> Quote | None:
    """The sentence of tokens `[begin, stop)` as reported speech, or None."""
    tokens = paragraph.tokens
    body = stop
    while body > begin and tokens[body - 1].text in _FINAL:
        body -= 1
    for first, last, attribution in _readings(paragraph, begin, body, cast):
        speaker = attribution.speaker
        if speaker is None or attribution.verb is None:
            continue
        if speaker.number is None and not _NAMELESS.intersection(speaker.name.lower().split()):
            continue
        while first < last and not tokens[first].is_word:
            first += 1
        if first == last:
            continue
        start, end = tokens[first].start, tokens[last - 1].end
        text = paragraph.text[start:end]
        if counted_words(text) < FEWEST_WORDS:
            continue
        cast.notice(speaker)
        known = clusters[speaker.number] if speaker.number is not None else None
        return Quote(
            text=text,
            speaker=speaker.name,
            speaker_id=entity_id(known.type, known.name) if known else None,
            direct=False,
            verb=attribution.verb,
            medium=attribution.medium,
            paragraph=paragraph.index,
            start=start,
            end=end,
        )
    return None


def _readings(
    paragraph: Paragraph, begin: int, body: int, cast: Cast
) -> Sequence[tuple[int, int, Attribution]]:
    """Each way to read tokens `[begin, body)`: where the reported words begin and end, and whose they are."""
    tokens = paragraph.tokens
    named = _named_last(paragraph, begin, body, cast)
    if named is not None:
        attribution = after(cast, paragraph, _passage(paragraph, begin, named + 1), body)
        return [(begin, named, attribution)] if attribution is not None else []
    lead = _lead(tokens, begin, body)
    if lead is not None:
        attribution = before(cast, paragraph, _passage(paragraph, lead, body), begin)
        if attribution is not None and attribution.verb in _REPORTING | {_ACCORDING}:
            return [(lead, body, attribution)]
    comma = next(
        (at for at in range(body - 2, max(begin + 3, body - _TAIL), -1) if tokens[at].text == ","), None
    )
    if comma is not None:
        clause = _passage(paragraph, begin, comma + 1)
        attribution = after(cast, paragraph, clause, body)
        if attribution is not None and attribution.verb in _REPORTING | {_ACCORDING}:
            return [(begin, comma, attribution)]
    return []


def _named_last(paragraph: Paragraph, begin: int, body: int, cast: Cast) -> int | None:
    """The comma before "said Ilse Tarn", "said Ilse Tarn, chair of the council" and "said the minister" at the end of a sentence."""
    tokens = paragraph.tokens
    if any(
        first == begin and tokens[last].text == ","
        for first, last, _ in cast.people(paragraph, begin, body - 1)
    ):
        return None  # "Tarn, chair of the council, said Vahtra ..."
    for comma in range(body - 3, max(begin, body - 2 * _TAIL), -1):
        if tokens[comma].text == "," and tokens[comma + 1].text in _SAYING:
            people = cast.people(paragraph, comma + 2, body)
            if people and people[0][0] <= comma + _TITLES:
                end = people[0][1]
                return comma if end == body or tokens[end].text in _BEHIND_NAME else None
            is_role = body - comma <= _TITLES + 2 and tokens[body - 1].text.lower() in lex.ROLE_HEADS
            return comma if is_role else None
    return None


def _lead(tokens: Sequence[Token], begin: int, body: int) -> int | None:
    """Where reported words begin behind "X said that", "X said the", "According to X,"."""
    words = [token.text for token in tokens[begin:body]]
    if [word.lower() for word in words[:2]] == _ACCORDING.split():
        comma = next((at for at, word in enumerate(words[:_TAIL]) if word == ","), None)
        return begin + comma + 1 if comma and comma + 1 < len(words) else None
    for at, word in enumerate(words[:-1]):
        if word not in _REPORTING or not at:
            continue
        if word in _SAYING and (words[at + 1].lower() in _CLAUSE_BEGINS or words[at + 1][0].isupper()):
            return begin + at + 1 + (words[at + 1] == "that")
        for further in range(at + 1, min(at + _REACH, len(words) - 1)):
            if words[further] == "that":
                return begin + further + 1
            if words[further] in (",", ":", "—", "–", "who", "which"):
                break
    return None


def _passage(paragraph: Paragraph, first: int, last: int) -> Passage:
    start, end = paragraph.tokens[first].start, paragraph.tokens[last - 1].end
    return Passage(paragraph=paragraph.index, start=start, end=end, text=paragraph.text[start:end])
