"""What each field of the records means, and what schema.org and IPTC ninjs call it.

One table: docs/fields.md, the JSON Schemas and the AsyncAPI document take their words from here; a test walks the
records and compares. Sources: schema.org NewsArticle and its supertypes; IPTC ninjs 3.1.
"""

from typing import Final

import msgspec

from schemas.records import (
    Article,
    Block,
    Change,
    CopyOf,
    Dateline,
    Doubt,
    EnrichedArticle,
    Entity,
    Flag,
    GeoPlace,
    GeoPoint,
    HealthWarning,
    Image,
    Link,
    Mention,
    OutcomeRecord,
    PullQuote,
    Quote,
    Record,
    RelatedLink,
    Rights,
    SourceHealth,
    Topic,
    Version,
)


class Term(msgspec.Struct, frozen=True):
    """A field's meaning, and the property of schema.org and of ninjs that says the same (None: there is none)."""

    about: str
    schema_org: str | None = None
    ninjs: str | None = None


VOCABULARY: Final[dict[type[Record], dict[str, Term]]] = {
    Article: {
        "id": Term("The article: a hash of source and canonical URL, the same for all its versions.", "identifier", "uri"),
        "url": Term("Canonical URL within the source.", "url", 'altIds[role="url"].value'),
        "source": Term("Id of the outlet, as in the table of sources.", "publisher", 'infoSources[role="publisher"].literal'),
        "kicker": Term("The short line above the headline.", "alternativeHeadline", 'headlines[role="kicker"].value'),
        "headline": Term("The headline, without the site's name.", "headline", 'headlines[role="main"].value'),
        "standfirst": Term("The summary below the headline that is not part of the text.", "description", 'descriptions[role="summary"].value'),
        "authors": Term("The people of the byline, one each, without \"By\" and titles.", "author.name", "by"),
        "dateline": Term("Where and when the report was filed.", "dateline", "located"),
        "published": Term("When the article was first published, by its own account.", "datePublished", "firstCreated"),
        "modified": Term("When this version was published, by its own account.", "dateModified", "versionCreated"),
        "fetched": Term("When the document was received."),
        "removed": Term("When the page was first found gone (404 or 410); null while it is there."),
        "language": Term("Language of the text as a BCP 47 tag.", "inLanguage", "language"),
        "language_confidence": Term("From 0 to 1: how sure the text itself is of its language; null where only the page or the source says it."),
        "script": Term("Script of most of the text as an ISO 15924 code: Latn, Cyrl, Arab, Hans.", "inLanguage", "language"),
        "section": Term("The outlet's section.", "articleSection", "subjects.name"),
        "paragraphs": Term("The text, in order.", "articleBody", 'bodies[role="main"].value'),
        "blocks": Term("Which paragraphs are no plain ones, and what they are."),
        "captions": Term("Captions of images and videos, in order.", "image.caption", 'associations.descriptions[role="caption"].value'),
        "pull_quotes": Term("Sentences lifted out of the text for display; the text does not hold them.", "hasPart (Quotation)", 'bodies[role="pullquote"].value'),
        "related": Term("Headlines of other articles embedded in this one.", "relatedLink", 'associations[rel="seeAlso"]'),
        "correction": Term("The outlet's own note on what it corrected.", "correction", 'descriptions[role="correction"].value'),
        "rights": Term("Terms of use as stated.", "usageInfo", "rightsInfo"),
        "provenance": Term("For each field, where its value came from."),
        "credit": Term("The news agency whose copy this is.", "creditText", 'infoSources[role="originator"].name'),
        "tags": Term("Keywords given by the outlet.", "keywords", "subjects.name"),
        "images": Term("Pictures of the article.", "image", 'associations[type="picture"]'),
        "links": Term("Links in the running text.", "mentions", 'associations[rel="mentions"]'),
        "word_count": Term("Words of the text.", "wordCount", "bodies.wordCount"),
        "reading_minutes": Term("Minutes that reading the text takes.", "timeRequired"),
        "aliases": Term("Other addresses of it: those that led here, and its earlier ones.", "sameAs", 'altIds[role="alias"].value'),
        "doubts": Term("What is not believed, or disputed, and why."),
        "flags": Term("What kind of piece it is besides news, with the evidence.", "genre", "genres.literal"),
    },
    Flag: {
        "name": Term("paywall, live_blog, video, gallery, press_release or opinion.", "genre", "genres.literal"),
        "evidence": Term("The places that say so, with their words."),
    },
    Block: {
        "paragraph": Term("Index of the paragraph."),
        "kind": Term("subheading, list_item, table_row, blockquote, footnote or correction."),
    },
    Image: {
        "url": Term("Its address.", "contentUrl", "associations.renditions.href"),
        "caption": Term("The words beside it.", "caption", 'associations.descriptions[role="caption"].value'),
        "credit": Term("Who made or owns it.", "creditText", "associations.copyrightHolder"),
    },
    Link: {
        "url": Term("Its target.", "url", "associations.uri"),
        "text": Term("The words that it stands on.", "name", "associations.title"),
    },
    Doubt: {
        "field": Term("The field in question."),
        "value": Term("What that place says, as it says it."),
        "source": Term("The place."),
        "reason": Term("Why it is doubted."),
    },
    PullQuote: {
        "text": Term("The sentence.", "Quotation.text", 'bodies[role="pullquote"].value'),
        "attribution": Term("The line that says whose words these are.", "Quotation.spokenByCharacter"),
    },
    RelatedLink: {
        "headline": Term("The other article's headline.", "headline", "associations.title"),
        "url": Term("Its address.", "relatedLink", "associations.uri"),
    },
    Dateline: {
        "text": Term("The line as printed.", "dateline", "located"),
        "place": Term("The place in it.", "locationCreated.name", "located"),
        "date": Term("The date in it.", "dateCreated", "contentCreated"),
        "agency": Term("The agency in it.", "sourceOrganization.name", 'infoSources[role="originator"].name'),
    },
    Rights: {
        "copyright_notice": Term("Copyright notice.", "copyrightNotice", "copyrightNotice"),
        "license": Term("Licence, by name or address.", "license", "rightsInfo.linkedRights"),
        "is_accessible_for_free": Term("False behind a paywall.", "isAccessibleForFree", "usageTerms"),
        "robots": Term("Robots directives as stated, from the X-Robots-Tag header, else the robots meta element."),
        "opt_outs": Term("What is reserved: noai, noimageai, noarchive, noindex, nosnippet, tdm (text and data mining), sorted.", "conditionsOfAccess"),
        "tdm_policy": Term("Address of the text and data mining policy.", "usageInfo", "rightsInfo.linkedRights"),
        "usage_terms": Term("Rights, as the table of sources states them.", "usageInfo", "usageTerms"),
    },
    Version: {
        "version_id": Term("This version: a hash of article, content and time.", "version", "version"),
        "previous_id": Term("The version before it by its own time; null for the first.", None, 'altIds[role="previousVersion"].value'),
        "event_id": Term("The raw document that brought this version."),
        "status": Term("PUBLISHED for the first version, UPDATED for later ones, REMOVED while the page is gone.", "creativeWorkStatus", "pubStatus"),
        "content_hash": Term("Hash of the text and its headline: equal for the same content."),
        "version_order": Term("Sorts the versions of one article by their own time."),
        "month": Term("Month first published (YYYY-MM); names the monthly index."),
        "copy_of": Term("The article of which this is a copy, with the evidence.", "isBasedOn", 'associations[rel="isCopyOf"]'),
        "changes": Term("What changed since the version before, classified."),
        "joined": Term("The article under whose id this one's history goes on: another address of the same; else null.", None, 'associations[rel="isVersionOf"]'),
    },
    CopyOf: {
        "article_id": Term("The origin's article.", "isBasedOn.identifier", "associations.uri"),
        "version_id": Term("The origin's version.", "isBasedOn.version", "associations.version"),
        "source": Term("The origin's outlet.", "isBasedOn.publisher", "associations.infoSources.literal"),
        "url": Term("The origin's URL.", "isBasedOn.url", 'associations.altIds[role="url"].value'),
        "containment_here": Term("Share (0 to 1) of this text found in the origin."),
        "containment_there": Term("Share (0 to 1) of the origin found in this text."),
        "score": Term("Confidence (0 to 1)."),
        "because": Term("Why that one is the origin: agency (the family's credits or datelines name its outlet) or earliest."),
        "cut": Term("Indices of the origin's paragraphs that are missing here."),
        "headline_changed": Term("Whether the headline is another than the origin's."),
        "credited": Term("Whether this article names the origin's outlet.", "creditText"),
        "delay": Term("Seconds from the origin's publication to this one's."),
    },
    Change: {
        "id": Term("The change: a hash of its versions, class and place."),
        "article_id": Term("The article that changed.", "identifier", "uri"),
        "version_id": Term("The version after the change.", "version", "version"),
        "previous_id": Term("The version before the change."),
        "kind": Term("Class of the change: correction, headline, number and so on."),
        "importance": Term("From 0 (cosmetic) to 1."),
        "before": Term("The words before; null where something was added."),
        "after": Term("The words after; null where something was removed."),
        "where": Term("The field, with the paragraph's index for the text: paragraphs[3]."),
        "source": Term("The article's outlet.", "publisher", 'infoSources[role="publisher"].literal'),
        "url": Term("The article's URL.", "url", 'altIds[role="url"].value'),
        "headline": Term("The article's headline after the change.", "headline", 'headlines[role="main"].value'),
        "detected": Term("When the version with the change was received."),
    },
    EnrichedArticle: {
        "entities": Term("Names in the article, one entry a person, organization or place.", "mentions", "people, organisations, places, events, objects"),
        "quotes": Term("Quoted words and who said them.", "hasPart (Quotation)"),
        "keywords": Term("Distinctive words and phrases, most telling first.", "keywords", "subjects.name"),
        "topics": Term("IPTC Media Topics that it is about, broader before narrower.", "about", "subjects"),
        "summary": Term("Up to three sentences of the text that sum it up, in its order.", "abstract", 'descriptions[role="summary"].value'),
        "story_id": Term("The story that it is part of, with articles of other outlets.", None, "associations.uri"),
        "embedding": Term("Headline, standfirst and lead as a unit vector, for likeness; null where there is none."),
        "places": Term("Places of the article on the map.", "contentLocation", "places"),
        "enrichments": Term("Each enrichment with the version of its rules, or not_available."),
    },
    Entity: {
        "id": Term("The name's id.", "identifier", "people.literal and so on"),
        "name": Term("The fullest form in the article.", "name", "people.name and so on"),
        "type": Term("person, organization, place, event or work.", "@type", "people, organisations, places, events, objects"),
        "salience": Term("From 0 to 1: how much the article is about it.", "about (when high)", "people.rel and so on"),
        "mentions": Term("Every place in the text where it stands."),
    },
    GeoPlace: {
        "name": Term("The fullest form in the article.", "contentLocation.name", "places.name"),
        "entity_id": Term("The place's entity in this article; null when only the dateline names it.", "contentLocation.identifier"),
        "kind": Term("country, region, state or city.", "contentLocation.@type"),
        "country": Term("ISO 3166-1 alpha-2 code.", "contentLocation.address.addressCountry"),
        "location": Term("Its point; null for countries, states and regions.", "contentLocation.geo", "places.geoJSON.geometry"),
        "main": Term("True for the one place where the story plays."),
    },
    GeoPoint: {
        "lat": Term("Degrees north.", "latitude", "places.geoJSON.geometry.coordinates"),
        "lon": Term("Degrees east.", "longitude", "places.geoJSON.geometry.coordinates"),
    },
    Mention: {
        "paragraph": Term("Index of the paragraph, from 0."),
        "start": Term("First character within the paragraph."),
        "end": Term("Character after the last."),
        "text": Term("The words as they stand."),
    },
    Quote: {
        "text": Term("The quoted words, without their marks.", "Quotation.text"),
        "speaker": Term("Fullest name or role of who said it; null when unknown.", "Quotation.spokenByCharacter.name"),
        "speaker_id": Term("The speaker's entity in this article.", "Quotation.spokenByCharacter.identifier"),
        "direct": Term("False for reported speech."),
        "verb": Term("The verb of saying."),
        "medium": Term("To whom or where it was said: reporters, statement, tweet."),
        "paragraph": Term("Index of the paragraph, from 0."),
        "start": Term("First character within the paragraph."),
        "end": Term("Character after the last."),
    },
    Topic: {
        "code": Term("IPTC code: medtop:11000000.", "about.termCode", "subjects.literal"),
        "uri": Term("The concept's address at IPTC.", "about.url", "subjects.uri"),
        "name": Term("IPTC's English name.", "about.name", "subjects.name"),
        "confidence": Term("From 0 to 1.", None, "subjects.confidence"),
    },
    SourceHealth: {
        "source": Term("The source's id."),
        "checked": Term("When this was measured."),
        "state": Term("ok, warning, new (too little past to compare with) or disabled."),
        "last_success": Term("When a feed or sitemap last answered."),
        "last_article": Term("When a new article was last received."),
        "articles": Term("New articles of the last 24 hours."),
        "articles_usual": Term("Median of new articles a day, of the same weekday where the past is long enough."),
        "documents": Term("Documents of the last 7 days that a stage decided on."),
        "without_body": Term("Share of documents without text of an article."),
        "without_body_usual": Term("The same share over the four weeks before."),
        "without_date": Term("Share of articles that state no time of publication."),
        "without_date_usual": Term("The same share over the four weeks before."),
        "paywalled": Term("Share of articles behind a paywall."),
        "paywalled_usual": Term("The same share over the four weeks before."),
        "median_words": Term("Median length of articles in words."),
        "median_words_usual": Term("The same over the four weeks before."),
        "failing": Term("Feeds, sitemaps and pages that did not answer as they should when last asked."),
        "troubles": Term("Those by kind of trouble."),
        "warnings": Term("What is not as usual; empty when all is."),
    },
    HealthWarning: {
        "kind": Term("silent, fewer, more, unreachable, failing, no_body, no_date, paywalled or shorter."),
        "observed": Term("What was measured."),
        "expected": Term("What is usual, or the limit."),
        "said": Term("The same in a line of words, with what to do."),
        "since": Term("When this warning began."),
    },
    OutcomeRecord: {
        "event_id": Term("The event: CloudEvents id of the raw document."),
        "stage": Term("normalize, deduplicate, enrich or index."),
        "fate": Term("kept, indexed, dropped or quarantined; all but the first are final."),
        "reason": Term("Why it was dropped or quarantined, from a closed list."),
        "detail": Term("What was expected and what came."),
        "origin": Term("The raw message that the event came in as: topic:partition:offset."),
        "attempt": Term("1, and one more for each replay out of quarantine."),
        "source": Term("The document's outlet.", "publisher", 'infoSources[role="publisher"].literal'),
        "url": Term("The document's URL.", "url", 'altIds[role="url"].value'),
        "article_id": Term("The article it became.", "identifier", "uri"),
        "version_id": Term("The version it became.", "version", "version"),
        "time": Term("When the stage decided."),
    },
}  # fmt: skip


def term(record: type[Record], field: str) -> Term:
    """The term of a field by its Python name, inherited fields included; KeyError names the field that has none."""
    for owner in record.__mro__:
        terms = VOCABULARY.get(owner, {})
        if field in terms:
            return terms[field]
    raise KeyError(f"{record.__name__}.{field} has no entry in schemas/vocabulary.py")
