"""A page as an article: gather the evidence of every field, let each field's rule choose."""

import re

from consumers.normalize import authors, body, dates, filed, headline, language, rights, times
from consumers.normalize.address import canonical, linked
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.dom import text_of
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.related import separate
from consumers.normalize.strings import clean, squash
from schemas.ids import article_id
from schemas.reasons import Reason
from schemas.records import Article

_CORRECTION = re.compile(
    r"^\W*(?:correction|clarification|editor['’]s note|this (?:article|story|report|piece) (?:was|has been) (?:amended|corrected|updated|changed)|"
    r"an earlier version of this|in an earlier version|korrektur|in einer früheren (?:version|fassung)|rectificatif|corrección|fe de errores|"
    r"correzione|rectificatie|errata)\b",
    re.IGNORECASE,
)


def _urls(page: Page, document: Document) -> list[Candidate[str]]:
    found = [Candidate(link, "html:link canonical") for link in page.links("canonical")]
    found += [Candidate(text, f"meta:{name}") for text, name in page.meta("og:url")]
    main = page.article.get("mainEntityOfPage")
    return (
        found
        + linked(document)
        + [
            Candidate(text, "json-ld:mainEntityOfPage")
            for text in strings(main)[:1]
            if text.startswith("http")
        ]
    )


def _languages(page: Page) -> list[Candidate[str]]:
    said = [
        (page.tree.get("lang") or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang"), "html:lang"),
        *((text, "json-ld:inLanguage") for text in strings(page.article.get("inLanguage"))[:1]),
        *(
            (text, f"meta:{name}")
            for text, name in page.meta("content-language", "og:locale", "language", "dc.language")
        ),
        (page.document.language, "source"),
    ]
    return [Candidate(tag, source) for text, source in said if (tag := language.tag(text))]


def _sections(page: Page) -> list[Candidate[str]]:
    found = [
        Candidate(text, "json-ld:articleSection") for text in strings(page.article.get("articleSection"))
    ]
    found += [
        Candidate(text, f"meta:{name}")
        for text, name in page.meta("article:section", "section", "category", "cxenseparse:section")
    ]
    found += [
        Candidate(text, "microdata:articleSection")
        for item in page.items.get("articleSection", ())
        if (text := clean(item.get("content")) or text_of(item))
    ]
    return found


def _standfirsts(page: Page) -> list[Candidate[str]]:
    found = [Candidate(text, "json-ld:description") for text in strings(page.article.get("description"))[:1]]
    return found + [
        Candidate(text, f"meta:{name}")
        for text, name in page.meta("og:description", "description", "twitter:description")
    ]


def _standfirst(found: list[Candidate[str]], paragraphs: tuple[str, ...]) -> Candidate[str] | None:
    """The first summary that is not the beginning of the text."""
    opening = squash(" ".join(paragraphs[:2]))
    for one in found:
        key = squash(one.value)
        if len(one.value) > 20 and key[:60] not in opening:
            return one
    return None


def read(document: Document, text: str, evidence: Evidence) -> Article:
    """The article in a page. Raises `NormalizeError` with the reason when there is none."""
    page = Page(document, text)
    zone = times.zone_named(document.timezone)
    said = evidence.note("language", _languages(page))
    titles = evidence.note("headline", headline.candidates(page))
    title = evidence.choose("headline", titles[0] if titles else None)
    summaries = evidence.note("standfirst", _standfirsts(page))
    content = body.extract(page, [one.value for one in titles], [one.value for one in summaries])
    reader = dates.DateReader(page, zone, said[0].value if said else None)
    shown_published, shown_modified = reader.shown(content.near, content.short)
    published_found = evidence.note("published", reader.published(shown_published))
    modified_found = evidence.note("modified", reader.modified(shown_modified))
    names = evidence.first("authors", authors.candidates(page, headline.site_names(page), content.lines))
    address = (
        evidence.choose(
            "url", canonical(evidence.note("url", _urls(page, document)), document.url, document.homepage)
        )
        or document.url
    )
    section = evidence.first("section", _sections(page))
    terms = rights.read(page, evidence)
    if not published_found:
        published_found = evidence.note("published", reader.last_resort())
    heads = {squash(one.value) for one in titles}
    blocks = [block for block in content.blocks if squash(block) not in heads]
    corrections = [block for block in blocks if len(block) < 1200 and _CORRECTION.match(block)]
    separated = separate(blocks, headlines=False)
    paragraphs = separated.paragraphs
    if not paragraphs:
        raise NormalizeError(Reason.NO_BODY, "a page, but no running text in it")
    if not title:
        raise NormalizeError(Reason.NO_HEADLINE, "running text, but no headline in h1, metadata or title")
    for field, found in (("captions", content.captions), ("related", content.related)):
        if found:
            evidence.choose(field, Candidate(True, "html"))
    quotes = content.pull_quotes + separated.pull_quotes
    if quotes:
        evidence.choose("pull_quotes", Candidate(True, "html"))
    evidence.choose("paragraphs", Candidate(True, content.source))
    dateline = filed.read(paragraphs[0])
    if dateline:
        evidence.choose("dateline", Candidate(dateline, "html:first paragraph"))
    if corrections:
        evidence.choose("correction", Candidate(True, "html:paragraph"))
    summary = content.standfirst or _standfirst(summaries, paragraphs)
    published = evidence.choose("published", dates.choose(published_found))
    modified = evidence.choose("modified", dates.choose(modified_found))
    return Article(
        id=article_id(document.source, address),
        url=address,
        source=document.source,
        kicker=evidence.choose("kicker", content.kicker),
        headline=title,
        standfirst=evidence.choose("standfirst", summary),
        authors=names or (),
        dateline=dateline,
        published=published.text if published else None,
        modified=modified.text if modified else None,
        fetched=document.fetched,
        language=evidence.choose("language", language.choose(said, language.detected(paragraphs))),
        section=section,
        paragraphs=paragraphs,
        captions=content.captions,
        pull_quotes=quotes,
        related=content.related,
        correction=clean(" ".join(corrections)) or None,
        rights=terms,
        provenance=evidence.provenance,
    )
