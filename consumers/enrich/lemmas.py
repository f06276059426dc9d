"""The dictionary form of words: "elections" and "election" are one word to keywords, topics and summaries.

Lemmas: simplemma (Barbaresi; MIT), whose word lists of some 50 languages lie inside its package. English, the language of
most words here, is held as a table; the others are read from their packed lists, which takes a tenth of the memory, and
what was once looked up is kept.
"""

from functools import cache, lru_cache
from typing import Any, Final

_KNOWN: Final = 200_000
_TABLED: Final = "en"
_SAME: Final = {"no": "nb", "nn": "nb", "bs": "hbs", "hr": "hbs", "sr": "hbs", "in": "id", "iw": "he"}


@cache
def _lemmatizer(*, tabled: bool) -> Any:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory
    from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

    lists = DefaultDictionaryFactory() if tabled else StreamDictionaryFactory(cache_max_size=len(languages()))
    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(dictionary_factory=lists))


@cache
def languages() -> frozenset[str]:
    """The languages that have a word list; in another one a word is its own lemma."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    return frozenset(SUPPORTED_LANGUAGES)


@lru_cache(maxsize=_KNOWN)
def lemma(word: str, language: str) -> str:
    """The word's dictionary form in lower case; the word itself, in lower case, where none is known."""
    low = word.lower()
    language = _SAME.get(language, language)
    if language not in languages():
        return low
    found: str = _lemmatizer(tabled=language == _TABLED).lemmatize(low, lang=language)
    return found.lower()
