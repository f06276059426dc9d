"""The enrich step: a pure function from articles to enriched articles, one enrichment a file.

Each enrichment has a version, recorded in `EnrichedArticle.enrichments`, and can be switched off by its name. An
article's result depends on that article alone, so replays, batches and the offline command agree.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from consumers.enrich import keywords, language, names, places, quotes
from consumers.enrich.references import references
from consumers.enrich.roles import Cast
from consumers.enrich.text import read, word_count
from schemas.records import Article, EnrichedArticle

ENRICHMENTS: Final = ("language", "names", "quotes", "keywords", "places")
NOT_AVAILABLE: Final = "not_available"
OFF: Final = "off"
_MODELLED: Final = frozenset(("en",))


def enrich(articles: Sequence[Article], *, without: Collection[str] = ()) -> list[EnrichedArticle]:
    """One enriched article per article, in the same order, every field kept.

    `without` names enrichments to leave out; they are recorded as "off". What cannot be had in an article's language is
    recorded as "not_available". Raises ValueError on a name that is no enrichment.
    """
    unknown = set(without) - set(ENRICHMENTS)
    if unknown:
        raise ValueError(
            f"enrich: no enrichment is called {sorted(unknown)}; there are {', '.join(ENRICHMENTS)}"
        )
    return [_enriched(article, frozenset(without)) for article in articles]


def _enriched(article: Article, without: frozenset[str]) -> EnrichedArticle:
    fields: dict[str, Any] = {name: getattr(article, name) for name in article.__struct_fields__}
    done: dict[str, str] = dict.fromkeys(sorted(without), OFF)
    tongue = language.base(article.language)
    if tongue is not None:
        done.setdefault("language", language.STATED)
    elif "language" not in without:
        tongue = language.detect(article.paragraphs)
        done["language"] = language.VERSION if tongue else NOT_AVAILABLE
        if tongue:
            fields["language"] = tongue
            fields["provenance"] = {**article.provenance, "language": "detected"}
    paragraphs = read(article.paragraphs)
    fields["word_count"] = word_count(paragraphs)
    modelled = tongue in _MODELLED
    clusters = names.find(paragraphs) if modelled and "names" not in without else []
    if "names" not in without:
        done["names"] = names.VERSION if modelled else NOT_AVAILABLE
        fields["entities"] = names.entities(
            clusters,
            references(paragraphs, Cast(clusters)),
            headline=article.headline,
            length=len(paragraphs),
        )
    if "quotes" not in without:
        done["quotes"] = quotes.VERSION if modelled else f"{quotes.VERSION} without speakers"
        fields["quotes"] = quotes.find(paragraphs, clusters, speakers=modelled)
    if "keywords" not in without:
        done["keywords"] = keywords.VERSION if tongue else NOT_AVAILABLE
        if tongue:
            fields["keywords"] = keywords.find(
                paragraphs, headline=article.headline, standfirst=article.standfirst, language=tongue
            )
    if "places" not in without:
        done["places"] = places.VERSION if modelled and "names" not in without else NOT_AVAILABLE
        fields["places"] = places.find(
            clusters, dateline=article.dateline.place if article.dateline else None
        )
    fields["enrichments"] = dict(sorted(done.items()))
    return EnrichedArticle(**fields)
