"""The ledger of quotations: every direct quotation of four words or more, where it stands and who said it.

Guarantees: `paragraphs[quote.paragraph][quote.start:quote.end] == quote.text`, marks excluded; quotes are in the order
of the text; the speaker is the fullest name that the article gives, or the role it names, or None.
"""

from collections.abc import Sequence
from typing import Final

from consumers.enrich import lexicon as lex
from consumers.enrich.attribution import Attribution, after, before, trailing
from consumers.enrich.clusters import Cluster
from consumers.enrich.marks import FEWEST_WORDS, Passage, counted_words, passages
from consumers.enrich.roles import Cast, Speaker
from consumers.enrich.text import Paragraph
from schemas.ids import entity_id
from schemas.records import Quote

VERSION: Final = "quotes/3"
_LONGEST_HEADING: Final = 120
_TITLED: Final = lex.words(
    "slogan motto titled entitled called named dubbed nicknamed song film movie book novel album episode show series "
    "single track documentary podcast essay play musical"
)


def find(
    paragraphs: Sequence[Paragraph], clusters: Sequence[Cluster], *, speakers: bool = True
) -> tuple[Quote, ...]:
    """All direct quotations of the body; with `speakers`, who said them by the rules for English."""
    found = passages(paragraphs)
    if speakers:
        attributions = _attribute(paragraphs, found, Cast(clusters, found))
    else:
        attributions = [Attribution(None)] * len(found)
    quotes: list[Quote] = []
    for passage, attribution in zip(found, attributions, strict=True):
        if counted_words(passage.text) < FEWEST_WORDS or _is_title(paragraphs[passage.paragraph], passage):
            continue
        speaker = attribution.speaker
        known = clusters[speaker.number] if speaker and speaker.number is not None else None
        quotes.append(
            Quote(
                text=passage.text,
                speaker=speaker.name if speaker else None,
                speaker_id=entity_id(known.type, known.name) if known else None,
                verb=attribution.verb,
                medium=attribution.medium,
                paragraph=passage.paragraph,
                start=passage.start,
                end=passage.end,
            )
        )
    return tuple(quotes)


def _is_title(paragraph: Paragraph, passage: Passage) -> bool:
    """ "the film “Such And Such”", "with the slogan “...”": a name, not speech."""
    before = [token.text.lower() for token in paragraph.tokens if token.end < passage.start][-2:]
    if not before or not _TITLED.intersection(before):
        return False
    if "slogan" in before or "motto" in before:
        return True
    words = [word for word in passage.text.split() if len(word) > 3]
    return bool(words) and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _attribute(paragraphs: Sequence[Paragraph], found: Sequence[Passage], cast: Cast) -> list[Attribution]:
    """One attribution per passage, in reading order, so that pronouns find who was spoken of before."""
    result: list[Attribution | None] = [None] * len(found)
    by_paragraph: dict[int, list[int]] = {}
    for number, passage in enumerate(found):
        by_paragraph.setdefault(passage.paragraph, []).append(number)
    context: Speaker | None = None
    for paragraph in paragraphs:
        own = by_paragraph.get(paragraph.index, [])
        if not own:
            context = _reporting_subject(paragraph, cast) or context
            if context:
                cast.notice(context)
            continue
        _within(paragraph, [found[number] for number in own], own, result, cast)
        for number in own:
            if result[number] is None and found[number].continues and number:
                result[number] = result[number - 1]
        first = own[0]
        if result[first] is None and _is_bare(paragraph, [found[number] for number in own]):
            # a paragraph of nothing but quotes goes on with whoever the story was about
            speaker = cast.last or context
            if speaker is not None and (found[own[-1]].closed or not _continued(found, own[-1])):
                for number in own:
                    result[number] = Attribution(speaker)
        for number in own:
            attribution = result[number]
            if attribution and attribution.speaker:
                cast.notice(attribution.speaker)
                context = attribution.speaker
    _link(found, result)
    _repeated(paragraphs, found, result, cast)
    return [one or Attribution(None) for one in result]


def _continued(found: Sequence[Passage], number: int) -> bool:
    return number + 1 < len(found) and found[number + 1].continues


def _within(
    paragraph: Paragraph,
    own: Sequence[Passage],
    numbers: Sequence[int],
    result: list[Attribution | None],
    cast: Cast,
) -> None:
    tokens = paragraph.tokens
    opens = [
        next((at for at, token in enumerate(tokens) if token.end > one.start), len(tokens)) for one in own
    ]
    closes = [
        next((at for at, token in enumerate(tokens) if token.start >= one.end), len(tokens)) for one in own
    ]
    previous: Attribution | None = None
    reached = 0
    for place, passage in enumerate(own):
        _notice_between(paragraph, reached, opens[place], cast)
        limit = opens[place + 1] if place + 1 < len(own) else len(tokens)
        floor = closes[place - 1] if place else 0
        attribution: Attribution | None
        lead = before(cast, paragraph, passage, floor)
        if lead is not None and lead.close and passage.text[-1] in ".!?…":
            attribution = lead
        else:
            attribution = after(cast, paragraph, passage, limit)
            if attribution is None or attribution.speaker is None:
                attribution = lead or attribution
        if attribution is None or (attribution.speaker is None and attribution.verb is None):
            attribution = trailing(cast, paragraph, passage, limit)
        if attribution is None and previous is not None:
            attribution = previous
        if attribution is None and place + 1 == len(own) and opens[place] > 0 and not passage.continues:
            subject = cast.subject(paragraph, floor, opens[place]) or cast.owner(
                paragraph, floor, opens[place]
            )
            if subject is not None:
                attribution = Attribution(subject)
        if attribution is not None:
            result[numbers[place]] = attribution
            if attribution.speaker is not None:
                previous = Attribution(attribution.speaker, attribution.verb, attribution.medium)
                cast.notice(attribution.speaker)
                for back in range(place):
                    if result[numbers[back]] is None:
                        result[numbers[back]] = attribution
        reached = closes[place]


def _notice_between(paragraph: Paragraph, begin: int, end: int, cast: Cast) -> None:
    subject = cast.subject(paragraph, begin, end)
    if subject is not None:
        cast.notice(subject)


def _reporting_subject(paragraph: Paragraph, cast: Cast) -> Speaker | None:
    """Whom a paragraph without quotes leaves the reader with: the last one reported to speak, else its first person."""
    tokens = paragraph.tokens
    for at in range(len(tokens) - 1, 0, -1):
        if tokens[at].text in lex.SPEECH_VERBS - lex.WEAK_VERBS and not tokens[at].text.endswith("ing"):
            near = cast.people(paragraph, max(0, at - 4), at)
            if near and near[-1][1] >= at - 1:
                return cast.speaker(near[-1][2])
    return cast.subject(paragraph, 0, len(tokens))


def _is_bare(paragraph: Paragraph, own: Sequence[Passage]) -> bool:
    rest = list(paragraph.text)
    for passage in own:
        rest[passage.start : passage.end] = " " * (passage.end - passage.start)
    return not any(char.isalnum() for char in rest)


def _link(found: Sequence[Passage], result: list[Attribution | None]) -> None:
    """A quotation that runs over paragraphs has one speaker, wherever the clause stands that names him."""
    for number in range(len(found) - 1, 0, -1):
        if found[number].continues and result[number - 1] is None and result[number] is not None:
            result[number - 1] = result[number]
            at = number - 1
            while at and found[at - 1].paragraph == found[at].paragraph and result[at - 1] is None:
                result[at - 1] = result[at]
                at -= 1
    for number in range(1, len(found)):
        if found[number].continues and result[number] is None:
            result[number] = result[number - 1]


def _repeated(
    paragraphs: Sequence[Paragraph], found: Sequence[Passage], result: list[Attribution | None], cast: Cast
) -> None:
    """Headings and pull quotes repeat words of the story: their speaker is whoever says them there.

    A cross-heading that repeats nothing announces whoever the next paragraph is about.
    """
    spoken: dict[int, str] = {}
    for passage in found:
        spoken[passage.paragraph] = f"{spoken.get(passage.paragraph, '')} {_folded(passage.text)} "
    for number, passage in enumerate(found):
        attribution = result[number]
        bare = _is_bare(paragraphs[passage.paragraph], [passage])
        if attribution is not None and attribution.verb is not None and not bare:
            continue
        words = f" {_folded(passage.text)} "
        for other, later in enumerate(found):
            there = result[other]
            if (
                later.paragraph != passage.paragraph
                and there
                and there.speaker
                and there.verb
                and words in _squeezed(spoken[later.paragraph])
            ):
                result[number] = Attribution(there.speaker)
                break
        else:
            text = paragraphs[passage.paragraph].text.strip()
            following = paragraphs[passage.paragraph + 1 : passage.paragraph + 2]
            if bare and following and len(text) <= _LONGEST_HEADING and text.strip("\"“”‘’'")[-1:].isalnum():
                subject = cast.subject(following[0], 0, len(following[0].tokens))
                if subject is not None:
                    result[number] = Attribution(subject)


def _squeezed(text: str) -> str:
    return f" {' '.join(text.split())} "


def _folded(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())
