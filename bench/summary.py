"""Summaries measured by the outlets' own: words shared with the standfirst (ROUGE-1 recall at equal length, Lin 2004).

The standfirst is taken off the article before it is summed up. Beside it: the first three sentences, the baseline that
summaries of news have to beat.
"""

import re
from collections import Counter
from collections.abc import Sequence

from consumers.enrich import summary
from consumers.enrich.text import read
from schemas.records import Article

_WORD = re.compile(r"\w+")
_LEAST = 12


def rouge(articles: Sequence[Article]) -> dict[str, float]:
    """F1 of single words, mean over the articles that have a standfirst of twelve words and more not in their body."""
    ours: list[float] = []
    lead: list[float] = []
    for article in articles:
        wanted = article.standfirst or ""
        if len(wanted.split()) < _LEAST or any(wanted[:60] in text for text in article.paragraphs):
            continue
        body = read(article.paragraphs)
        found = summary.find(
            body, headline=article.headline, standfirst=None, language=article.language or ""
        )
        first = [one.text[slice(*span)] for one in body for span in one.sentences][: summary.MOST]
        if found and first:
            ours.append(_f1(" ".join(found), wanted))
            lead.append(_f1(" ".join(first), wanted))
    return {
        "summary ROUGE-1 F1": sum(ours) / max(1, len(ours)),
        "first sentences ROUGE-1 F1": sum(lead) / max(1, len(lead)),
    }


def _f1(text: str, wanted: str) -> float:
    one, other = Counter(_WORD.findall(text.lower())), Counter(_WORD.findall(wanted.lower()))
    return 2 * (one & other).total() / (one.total() + other.total())
