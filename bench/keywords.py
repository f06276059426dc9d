"""Keywords measured by the outlets' own: how many of the tags that stand in the text are among the keywords.

Tags are those that the outlets gave their articles (articles.jsonl); a tag is found if a keyword has the same words, or
holds all of them, or is a part of it that holds at least half. What outlets call a tag differs widely: compare tools, and do
not read the number as a grade.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from consumers.enrich import keywords, language
from consumers.enrich.lemmas import lemma
from consumers.enrich.text import read

MOST = keywords.MOST
_WORD = re.compile(r"\w+")

Finder = Callable[[str, Sequence[str], str], Sequence[str]]
"""From headline, paragraphs and language to keywords."""


def tagged(corpora: Path) -> list[dict[str, Any]]:
    """The articles that have tags which stand in their text: headline, paragraphs, language and these tags."""
    rows: list[dict[str, Any]] = []
    for line in (corpora / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        paragraphs = row["body"].split("\n\n")
        tongue = language.detect(paragraphs)
        if not tongue or not row["topics"]:
            continue
        text = f"{row['title']} {row['body']}".casefold()
        tags = [tag for tag in dict.fromkeys(row["topics"]) if len(tag) > 1 and tag.casefold() in text]
        if tags:
            rows.append({"title": row["title"], "body": paragraphs, "language": tongue, "tags": tags})
    return rows


def dateline(headline: str, paragraphs: Sequence[str], tongue: str) -> Sequence[str]:
    """Dateline's keywords."""
    return keywords.find(read(paragraphs), headline=headline, standfirst=None, language=tongue)


def yake(headline: str, paragraphs: Sequence[str], tongue: str) -> Sequence[str]:
    """YAKE's, as it comes. ImportError where it is not installed."""
    import yake as library

    extractor = library.KeywordExtractor(lan=tongue, n=3, top=MOST)
    return [word for word, _ in extractor.extract_keywords("\n\n".join((headline, *paragraphs)))]


def recall(rows: Sequence[dict[str, Any]], finder: Finder, *, english: bool) -> float:
    """The share of the tags that are found, of English articles or of all others."""
    found = wanted = 0
    for row in rows:
        if (row["language"] == "en") is english:
            given = [
                _words(one, row["language"]) for one in finder(row["title"], row["body"], row["language"])
            ]
            for tag in row["tags"]:
                words = _words(tag, row["language"])
                wanted += 1
                found += any(
                    one and (words <= one or (one <= words and 2 * len(one) >= len(words))) for one in given
                )
    return found / max(1, wanted)


def _words(text: str, tongue: str) -> frozenset[str]:
    return frozenset(lemma(word, tongue) for word in _WORD.findall(text))
