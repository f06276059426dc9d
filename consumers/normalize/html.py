"""A page as an article: gather the evidence of every field, let each field's rule choose."""

from collections.abc import Sequence

from consumers.normalize import (
    authors,
    body,
    corrections,
    credit,
    dates,
    disputes,
    filed,
    flagged,
    headline,
    images,
    language,
    links,
    moments,
    notarticle,
    rights,
    section,
    tags,
    times,
)
from consumers.normalize.address import canonical, linked
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.related import separate
from consumers.normalize.strings import clean, squash
from schemas.ids import article_id
from schemas.reasons import Reason
from schemas.records import Article, Block


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
        (page.tree.get("lang") or page.tree.get("xml:lang"), "html:lang"),
        *((text, "json-ld:inLanguage") for text in strings(page.article.get("inLanguage"))[:1]),
        *(
            (text, f"meta:{name}")
            for text, name in page.meta("content-language", "og:locale", "language", "dc.language")
        ),
        (page.document.language, "source"),
    ]
    return [Candidate(tag, source) for text, source in said if (tag := language.tag(text))]


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


def _times(
    page: Page, evidence: Evidence, content: body.Body, heads: Sequence[str], said: Sequence[Candidate[str]]
) -> tuple[times.Moment | None, times.Moment | None]:
    """Published and modified, each from its own candidates."""
    zone = times.zone_named(page.document.timezone)
    reader = dates.DateReader(page, zone, said[0].value if said else None, evidence, heads)
    stated, changed = reader.published_stated(), reader.modified_stated()
    shown, shown_changed = reader.shown(content.near, content.short, everywhere=not stated)
    published_found = dates.ordered(stated, shown, reader.published_else())
    if not published_found:
        published_found = reader.last_resort(content.near, [*changed, *shown_changed])
    evidence.note("published", published_found)
    modified_found = evidence.note("modified", [*changed, *shown_changed])
    published, modified = moments.same_clock(
        moments.choose(published_found), moments.choose(modified_found, shown)
    )
    moments.note_doubts(evidence, "published", published, published_found)
    moments.note_doubts(evidence, "modified", modified, modified_found)
    moments.note_order(evidence, published, modified)
    return evidence.choose("published", published), evidence.choose("modified", modified)


def _notes(page: Page, marked: Sequence[str | None], paragraphs: Sequence[str]) -> list[Candidate[str]]:
    """What the outlet corrected: the notes among the paragraphs together, else what the metadata say."""
    shown = [text for text, kind in zip(paragraphs, marked, strict=True) if kind == "correction"]
    found = [Candidate(clean(" ".join(shown)), "html:paragraph")] if shown else []
    return found + [
        Candidate(text, "json-ld:correction") for text in corrections.stated(page.article.get("correction"))
    ]


def read(document: Document, text: str, evidence: Evidence) -> Article:
    """The article in a page. Raises `NormalizeError` with the reason when there is none."""
    page = Page(document, text)
    said = evidence.note("language", _languages(page))
    titles = evidence.note("headline", headline.candidates(page))
    title = evidence.choose("headline", titles[0] if titles else None)
    summaries = evidence.note("standfirst", _standfirsts(page))
    disputes.headlines(evidence, titles)
    content = body.extract(page, [one.value for one in titles], [one.value for one in summaries])
    published, modified = _times(page, evidence, content, [one.value for one in titles], said)
    named = authors.candidates(page, headline.site_names(page), content.lines)
    names = evidence.first("authors", named)
    disputes.authors(evidence, named)
    places = evidence.note("url", _urls(page, document))
    disputes.addresses(evidence, places, document.url, document.homepage)
    address = evidence.choose("url", canonical(places, document.url, document.homepage)) or document.url
    filed_under = evidence.first("section", section.sections(page, [one.value for one in titles]))
    tagged = evidence.first("tags", tags.candidates(page))
    terms = rights.read(page, evidence)
    heads = {squash(one.value) for one in titles}
    shown = [at for at, block in enumerate(content.blocks) if squash(block) not in heads]
    separated = separate([content.blocks[at] for at in shown], headlines=False)
    marked = [content.kinds[shown[place]] for place in separated.kept]
    corrected = evidence.first("correction", _notes(page, marked, separated.paragraphs))
    paragraphs = separated.paragraphs
    notarticle.check(page, title, paragraphs)
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
    credited = evidence.first(
        "credit", credit.candidates(page, content.lines, paragraphs, dateline.agency if dateline else None)
    )
    pictures, sources = images.read(page, content.root, names or ())
    if pictures:
        evidence.choose("images", Candidate(True, ", ".join(sources)))
    linked_to = links.read(content.root, paragraphs, document.url)
    if linked_to:
        evidence.choose("links", Candidate(True, "html"))
    summary = content.standfirst or _standfirst(summaries, paragraphs)
    kicker = evidence.choose("kicker", content.kicker)
    spoken = language.of_text(paragraphs, said)
    kinds = flagged.of_page(
        page,
        kicker=kicker,
        section=filed_under,
        headline=title,
        dateline=dateline,
        paragraphs=paragraphs,
        captions=content.captions,
        short=content.short[-40:],
        pictures=content.pictures,
    )
    return Article(
        id=article_id(document.source, address),
        url=address,
        source=document.source,
        kicker=kicker,
        headline=title,
        standfirst=evidence.choose("standfirst", summary),
        authors=names or (),
        dateline=dateline,
        published=published.text if published else None,
        modified=modified.text if modified else None,
        fetched=document.fetched,
        language=evidence.choose("language", spoken.tag),
        language_confidence=spoken.confidence,
        script=spoken.script,
        section=filed_under,
        paragraphs=paragraphs,
        blocks=tuple(Block(paragraph=at, kind=kind) for at, kind in enumerate(marked) if kind),
        captions=content.captions,
        pull_quotes=quotes,
        related=content.related,
        correction=corrected,
        rights=terms,
        flags=kinds,
        provenance=evidence.provenance,
        credit=credited,
        tags=tagged or (),
        images=pictures,
        links=linked_to,
    )
