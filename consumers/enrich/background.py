"""How common words are in an archive's articles: what the keywords of one article stand out from.

A background is counted once, from articles (`dateline background`), and named in the settings; it has a version, so that
each article says against which one its keywords were chosen. Words count by their lemma, once an article.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from consumers.enrich import language
from consumers.enrich.lemmas import lemma
from consumers.enrich.text import read
from dateline.errors import SettingsError
from dateline.settings import Settings
from schemas.ids import digest
from schemas.records import Article

_SMOOTH: Final = 1.0
_LEAST_ARTICLES: Final = 100
_LEAST_COUNT: Final = 2
_MOST_WORDS: Final = 60_000
_FLOOR: Final = 0.05


class Background(msgspec.Struct, frozen=True, kw_only=True):
    """One language's counts: of `articles`, in how many each lemma stands. Words in fewer than two are left out."""

    articles: int
    words: dict[str, int]

    def distinctiveness(self, word: str) -> float:
        """From nearly 0 for a word that stands in every article to about 1 for one that stands in none."""
        seen = self.words.get(word, 0)
        rarity = math.log((self.articles + _SMOOTH) / (seen + _SMOOTH))
        return _FLOOR + rarity / math.log(self.articles + _SMOOTH)


class Backgrounds(msgspec.Struct, frozen=True, kw_only=True):
    """All languages of an archive. `version` follows from the counts."""

    version: str
    languages: dict[str, Background]

    def of(self, tongue: str) -> Background | None:
        """The language's background; None where too few articles were counted to tell."""
        found = self.languages.get(tongue)
        return found if found is not None and found.articles >= _LEAST_ARTICLES else None


def count(articles: Iterable[Article]) -> Backgrounds:
    """The backgrounds of these articles. Each article's latest version should come once."""
    totals: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = {}
    for article in articles:
        tongue = language.base(article.language) or language.detect(article.paragraphs)
        if tongue is None:
            continue
        totals[tongue] += 1
        words = {
            lemma(token.text, tongue)
            for paragraph in read((article.headline, *article.paragraphs))
            for token in paragraph.tokens
            if token.text[0].isalpha()
        }
        seen.setdefault(tongue, Counter()).update(words)
    found = {
        tongue: Background(articles=totals[tongue], words=_kept(words))
        for tongue, words in sorted(seen.items())
    }
    return Backgrounds(version=_version(found), languages=found)


def load(path: Path) -> Backgrounds:
    """What `dateline background` wrote. Raises SettingsError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Backgrounds)
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(
            f"enrich.background: expected a file of `dateline background`, got {path}: {error}"
        ) from error


def backgrounds_of(settings: Settings) -> Backgrounds | None:
    """Those that the settings name, if any. Raises SettingsError."""
    named = settings.enrich.background
    return load(Path(named).expanduser()) if named else None


def _kept(words: Counter[str]) -> dict[str, int]:
    ranked = sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_WORDS]
    return {word: number for word, number in ranked if number >= _LEAST_COUNT}


def _version(languages: Mapping[str, Background]) -> str:
    return digest(("background", msgspec.json.encode(languages, order="sorted").decode()))[:12]
