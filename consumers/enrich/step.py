"""The enrich step: a pure function from articles to enriched articles, one enrichment a file.

Each enrichment has a version, recorded in `EnrichedArticle.enrichments`, and can be switched off by its name. An
article's result depends on that article alone, so replays, batches and the offline command agree; but for the ids of short
names, which depend on what a memory of names has learned (identities.py).
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from consumers.enrich import (
    embedding,
    identities,
    keywords,
    language,
    names,
    places,
    quotes,
    reported,
    summary,
    topics,
)
from consumers.enrich.background import Backgrounds
from consumers.enrich.recognize import Recognised
from consumers.enrich.references import references
from consumers.enrich.roles import Cast
from consumers.enrich.text import word_count
from consumers.enrich.work import Work
from dateline.ports import NameStore
from dateline.story_ports import ENRICHMENT
from schemas.records import Article, EnrichedArticle

NOT_AVAILABLE: Final = "not_available"
OFF: Final = "off"

Made = tuple[str, dict[str, Any]]
"""An enrichment's version, or `NOT_AVAILABLE`, and the fields that it fills."""


def enrich(
    articles: Sequence[Article],
    *,
    without: Collection[str] = (),
    only: Collection[str] = (),
    backgrounds: Backgrounds | None = None,
    memory: NameStore | None = None,
    recognised: Recognised | None = None,
) -> list[EnrichedArticle]:
    """One enriched article per article, in the same order, every field kept.

    `without` names enrichments to leave out; they are recorded as "off". With `only`, the enrichments that it names are made
    and all else of an `EnrichedArticle` stays as it is. `backgrounds` are what keywords stand out from. What cannot be had in
    an article's language is recorded as "not_available". `memory` knows the archive's names: identities alone need it, and
    follow whenever the names that they settle are made. `recognised` changes no result: it spares the model of names bodies that
    it has read before. Raises ValueError on a name that is no enrichment, and what `memory` raises.
    """
    check((*without, *only))
    off = frozenset(without)
    wanted = [name for name in ENRICHMENTS if name in only or not only or _follows(name, only)]
    works = [
        Work(article, off, backgrounds, remembers=memory is not None, recognised=recognised)
        for article in articles
    ]
    made = [_enriched(work, wanted, off) for work in works]
    if "identities" not in wanted:
        return made
    if "identities" in off:
        return [identities.unsettled(one) for one in made]
    return identities.settle(made, [work.paragraphs for work in works], memory)


def _follows(name: str, only: Collection[str]) -> bool:
    """Ids are settled on what these three made, so they are settled again with them."""
    return name == "identities" and bool({"names", "quotes", "places"}.intersection(only))


def check(names: Collection[str]) -> None:
    """Raises ValueError on names that are no enrichments, with those that there are."""
    known = (*ENRICHMENTS, ENRICHMENT)
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"enrich: no enrichment is called {unknown}; there are {', '.join(known)}")


def is_current(
    article: EnrichedArticle, name: str, without: Collection[str], backgrounds: Backgrounds | None
) -> bool:
    """Whether an enrichment was made by the present rules, or is off as it should be, so that making it again is idle."""
    recorded = article.enrichments.get(name, "")
    if name in without or recorded == OFF:
        return name in without and recorded == OFF
    if name == "keywords":
        tongue = language.base(article.language)
        against = backgrounds is not None and tongue is not None and backgrounds.of(tongue) is not None
        return recorded == _keywords_version(backgrounds if against else None)
    return recorded in (
        _VERSIONS[name],
        identities.ALONE,
        f"{_VERSIONS[name]} without speakers",
        topics.BY_SECTION,
        language.STATED,
    )


def _keywords_version(backgrounds: Backgrounds | None) -> str:
    return keywords.VERSION + (f" background/{backgrounds.version}" if backgrounds else "")


def _enriched(work: Work, wanted: Sequence[str], without: frozenset[str]) -> EnrichedArticle:
    article = work.article
    fields: dict[str, Any] = {name: getattr(article, name) for name in article.__struct_fields__}
    done: dict[str, str] = dict(getattr(article, "enrichments", {}))
    fields["word_count"] = article.word_count or word_count(work.paragraphs)
    for name in wanted:
        if name in without:
            done[name] = OFF
            fields |= {field: _DEFAULTS[field] for field in FIELDS[name]}
        else:
            done[name], made = _MAKERS[name](work)
            fields |= {field: _DEFAULTS[field] for field in FIELDS[name]} | made
    if ENRICHMENT in without:
        done[ENRICHMENT] = OFF
        fields["story_id"] = None
    fields["enrichments"] = dict(sorted(done.items()))
    return EnrichedArticle(**fields)


def _language(work: Work) -> Made:
    if work.detected is None:
        return (language.STATED if work.tongue else NOT_AVAILABLE), {}
    provenance = {**work.article.provenance, "language": "detected"}
    return language.VERSION, {"language": work.detected, "provenance": provenance}


def _names(work: Work) -> Made:
    if not work.modelled:
        return NOT_AVAILABLE, {}
    found = names.entities(
        work.clusters,
        references(work.paragraphs, Cast(work.clusters)),
        headline=work.article.headline,
        length=len(work.paragraphs),
    )
    return names.VERSION, {"entities": found}


def _quotes(work: Work) -> Made:
    direct = quotes.find(work.paragraphs, work.clusters, speakers=work.modelled)
    if not work.modelled:
        return f"{quotes.VERSION} without speakers", {"quotes": direct}
    found = (*direct, *reported.find(work.paragraphs, work.clusters, direct, work.filed))
    return quotes.VERSION, {"quotes": tuple(sorted(found, key=lambda one: (one.paragraph, one.start)))}


def _keywords(work: Work) -> Made:
    if not work.tongue:
        return NOT_AVAILABLE, {}
    background = work.backgrounds.of(work.tongue) if work.backgrounds else None
    found = keywords.find(
        work.told,
        headline=work.article.headline,
        standfirst=work.article.standfirst,
        language=work.tongue,
        background=background,
    )
    return _keywords_version(work.backgrounds if background else None), {"keywords": found}


def _topics(work: Work) -> Made:
    article = work.article
    if work.tongue == "en":
        return topics.VERSION, {"topics": read_topics(work).topics}
    found = topics.by_section(article.section, article.url)
    return (topics.BY_SECTION, {"topics": found}) if found else (NOT_AVAILABLE, {})


def read_topics(work: Work) -> topics.Reading:
    """The topics of an English article with their evidence."""
    return topics.find(
        work.paragraphs,
        headline=work.article.headline,
        standfirst=work.article.standfirst,
        section=work.article.section,
        url=work.article.url,
        vector=work.vector,
    )


def _places(work: Work) -> Made:
    dateline = work.article.dateline
    if not work.modelled or work.is_off("names"):
        return NOT_AVAILABLE, {}
    return places.VERSION, {
        "places": places.find(work.clusters, dateline=dateline.place if dateline else None)
    }


def _identities(work: Work) -> Made:
    """Ids are settled for the batch as a whole, once all else is made."""
    if not work.modelled or work.is_off("names"):
        return NOT_AVAILABLE, {}
    return identities.VERSION if work.remembers else identities.ALONE, {}


def _summary(work: Work) -> Made:
    if not work.tongue:
        return NOT_AVAILABLE, {}
    found = summary.find(
        work.told,
        headline=work.article.headline,
        standfirst=work.article.standfirst,
        language=work.tongue,
    )
    return summary.VERSION, {"summary": found}


def _embedding(work: Work) -> Made:
    return (embedding.VERSION, {"embedding": work.vector}) if work.vector else (NOT_AVAILABLE, {})


_MAKERS: Final[dict[str, Callable[[Work], Made]]] = {
    "language": _language,
    "names": _names,
    "quotes": _quotes,
    "keywords": _keywords,
    "topics": _topics,
    "places": _places,
    "summary": _summary,
    "embedding": _embedding,
    "identities": _identities,
}
ENRICHMENTS: Final = tuple(_MAKERS)
_VERSIONS: Final = {
    "language": language.VERSION,
    "names": names.VERSION,
    "quotes": quotes.VERSION,
    "topics": topics.VERSION,
    "places": places.VERSION,
    "summary": summary.VERSION,
    "embedding": embedding.VERSION,
    "identities": identities.VERSION,
}
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "language": (),
    "names": ("entities",),
    "quotes": ("quotes",),
    "keywords": ("keywords",),
    "topics": ("topics",),
    "places": ("places",),
    "summary": ("summary",),
    "embedding": ("embedding",),
    "identities": (),
}
"""The fields that each enrichment fills, and no other does; identities replace ids within them."""
_DEFAULTS: Final[dict[str, Any]] = {
    "entities": (),
    "quotes": (),
    "keywords": (),
    "topics": (),
    "places": (),
    "summary": (),
    "embedding": None,
}
