"""Three sentences of the body that sum it up, in the order of the text.

Method: sentences are ranked by the words they share with the whole article (SumBasic, Nenkova and Vanderwende 2005), those
of the headline most, and by their place, as news says first what matters most; words already said count little. Left out
is what shares no word with the rest, and what cannot stand alone: fragments, questions, cross-headings, words quoted
without who said them, and sentences that begin with "He", "But" or "This", unless the one before is taken too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.enrich import lexicon as lex
from consumers.enrich.lemmas import lemma
from consumers.enrich.stopwords import stop_words
from consumers.enrich.text import Paragraph

VERSION: Final = "summary/2"
MOST: Final = 3
_LEAST_WORDS, _MOST_WORDS = 8, 55
_CONSIDERED: Final = 40  # sentences from the top
_HEADLINE: Final = 2.0
_PLACE: Final = 0.16
_SAID_BEFORE: Final = 0.25
_QUOTED: Final = re.compile('["“”„«»‘]')
_PAIR: Final = re.compile('“[^“”]*”|"[^"]*"|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|‘[^‘’]*’(?!\\w)')
_LEANING: Final = lex.words(
    "he she it they this that these those his her its their but and so or such however meanwhile also still then there "
    "yet instead both another others afterwards later er sie es dies diese dieser doch aber und auch dabei damit il elle "
    "ils elles cela mais et ce cette él ella pero y esto esta este lui lei ma questo"
)
_UNSPACED: Final = frozenset(("zh", "ja", "th"))


class _Sentence(msgspec.Struct, frozen=True):
    place: int
    text: str
    words: frozenset[str]
    leans: bool


def find(
    paragraphs: Sequence[Paragraph], *, headline: str, standfirst: str | None, language: str
) -> tuple[str, ...]:
    """Up to three sentences as they stand in the body; none where no sentence can stand alone.

    Languages that write no spaces have none. The same text gives the same sentences.
    """
    if language in _UNSPACED:
        return ()
    stops = stop_words(language)
    sentences = _sentences(paragraphs, stops, language)
    about = _words(Paragraph(-1, f"{headline} {standfirst or ''}"), stops, language)
    counts: Counter[str] = Counter(word for sentence in sentences for word in sentence.words)
    sentences = [one for one in sentences if any(counts[word] > 1 or word in about for word in one.words)]
    total = sum(counts.values()) or 1
    shares = {word: count / total for word, count in counts.items()}
    chosen: list[_Sentence] = []
    while len(chosen) < MOST:
        best = max(
            (one for one in sentences if one not in chosen and _stands(one, chosen)),
            key=lambda one: (_score(one, shares, about), -one.place),
            default=None,
        )
        if best is None:
            break
        chosen.append(best)
        for word in best.words:
            shares[word] *= _SAID_BEFORE
    return tuple(one.text for one in sorted(chosen, key=lambda one: one.place))


def _sentences(paragraphs: Sequence[Paragraph], stops: frozenset[str], language: str) -> list[_Sentence]:
    found: list[_Sentence] = []
    place = 0
    for paragraph in paragraphs:
        for start, end in paragraph.sentences:
            text = paragraph.text[start:end]
            number = len(text.split())
            if _LEAST_WORDS <= number <= _MOST_WORDS and text[-1] in '.!”"»“' and not _quotes_alone(text):
                piece = Paragraph(paragraph.index, text)
                first = piece.tokens[0].text.lower()
                words = _words(piece, stops, language)
                if words and not text.rstrip('”"»“').endswith("?"):
                    found.append(_Sentence(place, " ".join(text.split()), words, first in _LEANING))
            place += 1
            if place == _CONSIDERED:
                return found
    return found


def _quotes_alone(text: str) -> bool:
    """Whether it quotes more than half of itself, or holds a mark whose other half stands elsewhere."""
    rest = _PAIR.sub(" ", text)
    return bool(_QUOTED.search(rest)) or len(rest.split()) * 2 < len(text.split())


def _words(paragraph: Paragraph, stops: frozenset[str], language: str) -> frozenset[str]:
    return frozenset(
        lemma(token.text, language)
        for token in paragraph.tokens
        if token.is_word and len(token.text) > 1 and token.text.lower() not in stops
    )


def _stands(one: _Sentence, chosen: Sequence[_Sentence]) -> bool:
    return not one.leans or any(other.place == one.place - 1 for other in chosen)


def _score(one: _Sentence, shares: dict[str, float], about: frozenset[str]) -> float:
    weight = sum(shares[word] * (1.0 + (_HEADLINE if word in about else 0.0)) for word in one.words)
    return weight / len(one.words) / (1.0 + _PLACE * one.place)
