"""How each field of the records is indexed. One entry a field: a test walks the structs and compares.

Text stands in its own field under a plain analyzer (no stems, no stop words, no accents: exact phrases), and headline, standfirst
and paragraphs once more under `text.<language>` by that language's analyzer. Search both; highlight the plain field
with the other as its `matched_fields`:

    {"paragraphs": {"matched_fields": ["paragraphs", "text.en.paragraphs"], "max_analyzed_offset": 999999}}
"""

from typing import Any, Final

from schemas.languages import ANALYZERS

Property = dict[str, Any]

SEARCHED: Final = "text"
EMBEDDING: Final = "embedding"
DIMENSIONS: Final = 256
"""Numbers in an article's embedding."""
SEARCHED_FIELDS: Final = ("headline", "standfirst", "paragraphs")
GROUPS: Final = "groups"
"""What an article is shown together with: `family`, the id of the origin whose text it has (its own, if it is no copy), and `story`, the
id of its story (of its family, if it is in none). Each article has both, so that none falls out of a collapsed search."""
FAMILY_KEY: Final = f"{GROUPS}.family"
STORY_KEY: Final = f"{GROUPS}.story"

CARD: Final = "card"
"""What a list shows of an article (`CARD_FIELDS`, as JSON in base64), kept apart from its text: no list has to read whole articles."""
CARD_FIELDS: Final = (
    "id", "url", "source", "kicker", "headline", "standfirst", "authors", "published", "modified", "status", "language", "removed",
    "story_id", "previous_id",
)  # fmt: skip

FACETS: Final = "facets"
"""What articles found are counted by, from within their entities and places, which are nested: people, organizations and places by name,
and places with a point as "LAT,LON NAME" in degrees."""

_LONGEST_TERM: Final = 8191  # characters; Lucene refuses a document with a term over 32,766 bytes
_KEYWORD: Final[Property] = {"type": "keyword", "ignore_above": _LONGEST_TERM}
_TEXT: Final[Property] = {"type": "text"}
_NAME: Final[Property] = {**_KEYWORD, "fields": {"text": _TEXT}}
_HEADLINE: Final[Property] = {**_TEXT, "fields": {"keyword": {"type": "keyword", "ignore_above": 1024}}}
_DATE: Final[Property] = {"type": "date", "format": "strict_date_optional_time"}
_SHARE: Final[Property] = {"type": "float"}
_FLAT: Final[Property] = {"type": "flattened", "ignore_above": 1024}
_UNSEARCHED: Final[Property] = {"type": "object", "enabled": False}
_UNINDEXED: Final[Property] = {"type": "keyword", "index": False, "doc_values": False}
_OFFSET: Final[Property] = {"type": "integer", "index": False, "doc_values": False}

# compared as it stands, without a graph of neighbours: an index holds one month, and the graph would cost more than the rest
_VECTOR: Final[Property] = {
    "type": "dense_vector",
    "dims": DIMENSIONS,
    "similarity": "cosine",
    "index_options": {"type": "int8_flat"},
}

CHANGE: Final[dict[str, Property]] = {
    "id": _KEYWORD,
    "article_id": _KEYWORD,
    "version_id": _KEYWORD,
    "previous_id": _KEYWORD,
    "class": _KEYWORD,
    "importance": _SHARE,
    "before": _TEXT,
    "after": _TEXT,
    "where": _KEYWORD,
    "source": _KEYWORD,
    "url": _KEYWORD,
    "headline": _HEADLINE,
    "detected": _DATE,
}

SAYING: Final[dict[str, Property]] = {
    "key": _KEYWORD,
    "text": _TEXT,
    "speaker": _NAME,
    "speaker_id": _KEYWORD,
    "verb": _KEYWORD,
    "medium": _KEYWORD,
    "language": _KEYWORD,
    "article_id": _KEYWORD,
    "version_id": _KEYWORD,
    "source": _KEYWORD,
    "url": _KEYWORD,
    "headline": _HEADLINE,
    "appeared": _DATE,
}

_STORY_ARTICLE: Final[dict[str, Property]] = {
    "article_id": _KEYWORD,
    "source": _KEYWORD,
    "url": _KEYWORD,
    "headline": _HEADLINE,
    "published": _DATE,
}
_PLACE: Final[dict[str, Property]] = {
    "name": _NAME,
    "entity_id": _KEYWORD,
    "kind": _KEYWORD,
    "country": _KEYWORD,
    "location": {"type": "geo_point"},
    "main": {"type": "boolean"},
}

STORY: Final[dict[str, Property]] = {
    "id": _KEYWORD,
    "title": _HEADLINE,
    "language": _KEYWORD,
    "first_seen": _DATE,
    "last_seen": _DATE,
    "articles": {"type": "integer"},
    "copies": {"type": "integer"},
    "outlet_count": {"type": "integer"},
    "outlets": {"properties": {"name": _KEYWORD, "articles": {"type": "integer"}}},
    "origin": {"properties": _STORY_ARTICLE},
    "latest": {"properties": _STORY_ARTICLE},
    "days": {"properties": {"name": _KEYWORD, "articles": {"type": "integer"}}},
    "names": {"properties": {"name": _NAME, "type": _KEYWORD, "articles": {"type": "integer"}}},
    "places": {"properties": _PLACE},
    "keywords": _NAME,
    "merged_into": _KEYWORD,
    "merged": _KEYWORD,
    "split_from": _KEYWORD,
    "moved": _KEYWORD,
    "updated": _DATE,
}

OUTCOME: Final[dict[str, Property]] = {
    "event_id": _KEYWORD,
    "stage": _KEYWORD,
    "fate": _KEYWORD,
    "reason": _KEYWORD,
    "detail": _TEXT,
    "origin": _KEYWORD,
    "attempt": {"type": "integer"},
    "source": _KEYWORD,
    "url": _KEYWORD,
    "article_id": _KEYWORD,
    "version_id": _KEYWORD,
    "time": _DATE,
}

_ARTICLE: Final[dict[str, Property]] = {
    "id": _KEYWORD,
    "url": _KEYWORD,
    "source": _KEYWORD,
    "kicker": _NAME,
    "headline": _HEADLINE,
    "standfirst": _TEXT,
    "authors": _NAME,
    "dateline": {"properties": {"text": _TEXT, "place": _NAME, "date": _KEYWORD, "agency": _NAME}},
    "published": _DATE,
    "modified": _DATE,
    "fetched": _DATE,
    "removed": _DATE,
    "language": _KEYWORD,
    "language_confidence": _SHARE,
    "script": _KEYWORD,
    "section": _NAME,
    "paragraphs": _TEXT,
    "blocks": _UNSEARCHED,
    "captions": _TEXT,
    "pull_quotes": {"properties": {"text": _TEXT, "attribution": _NAME}},
    "related": {"properties": {"headline": _TEXT, "url": _KEYWORD}},
    "correction": _TEXT,
    "rights": {
        "properties": {
            "copyright_notice": _TEXT,
            "license": _KEYWORD,
            "is_accessible_for_free": {"type": "boolean"},
            "robots": _KEYWORD,
            "opt_outs": _KEYWORD,
            "tdm_policy": _KEYWORD,
            "usage_terms": _TEXT,
        }
    },
    "provenance": _FLAT,
    "flags": {"properties": {"name": _KEYWORD, "evidence": _UNINDEXED}},
    "credit": _NAME,
    "tags": _NAME,
    "images": {"properties": {"url": _KEYWORD, "caption": _TEXT, "credit": _NAME}},
    "links": {"properties": {"url": _KEYWORD, "text": _TEXT}},
    "word_count": {"type": "integer"},
    "reading_minutes": {"type": "integer"},
    "aliases": _KEYWORD,
    "doubts": {
        "properties": {"field": _KEYWORD, "value": _UNINDEXED, "source": _KEYWORD, "reason": _KEYWORD}
    },
}

_VERSION: Final[dict[str, Property]] = {
    **_ARTICLE,
    "version_id": _KEYWORD,
    "previous_id": _KEYWORD,
    "event_id": _KEYWORD,
    "status": _KEYWORD,
    "content_hash": _KEYWORD,
    "version_order": {"type": "long"},
    "article_order": {"type": "long"},
    "month": _KEYWORD,
    "copy_of": {
        "properties": {
            "article_id": _KEYWORD,
            "version_id": _KEYWORD,
            "source": _KEYWORD,
            "url": _KEYWORD,
            "containment_here": _SHARE,
            "containment_there": _SHARE,
            "score": _SHARE,
            "because": _KEYWORD,
            "cut": {"type": "integer", "index": False, "doc_values": False},
            "headline_changed": {"type": "boolean"},
            "credited": {"type": "boolean"},
            "delay": {"type": "long"},
        }
    },
    "changes": {"properties": CHANGE},
    "joined": _KEYWORD,
}

# Nested, so that "said by X" and "about Y" must meet in one quote; also in the root, so that Kibana can count them.
_NESTED: Final[Property] = {"type": "nested", "include_in_root": True}

ENRICHED: Final[dict[str, Property]] = {
    **_VERSION,
    "entities": {
        **_NESTED,
        "properties": {
            "id": _KEYWORD,
            "name": _NAME,
            "canonical": _NAME,
            "type": _KEYWORD,
            "salience": _SHARE,
            "mentions": _UNSEARCHED,
        },
    },
    "quotes": {
        **_NESTED,
        "properties": {
            "text": _TEXT,
            "speaker": _NAME,
            "speaker_id": _KEYWORD,
            "direct": {"type": "boolean"},
            "verb": _KEYWORD,
            "medium": _KEYWORD,
            "paragraph": _OFFSET,
            "start": _OFFSET,
            "end": _OFFSET,
        },
    },
    "keywords": _NAME,
    "topics": {
        **_NESTED,
        "properties": {"code": _KEYWORD, "uri": _KEYWORD, "name": _NAME, "confidence": _SHARE},
    },
    "summary": _TEXT,
    "story_id": _KEYWORD,
    EMBEDDING: _VECTOR,
    CARD: {"type": "binary"},
    FACETS: _UNSEARCHED,
    "places": {**_NESTED, "properties": _PLACE},
    "enrichments": _FLAT,
    GROUPS: {"properties": {"family": _KEYWORD, "story": _KEYWORD}},
    SEARCHED: {
        "properties": {
            language: {
                "properties": {field: {"type": "text", "analyzer": analyzer} for field in SEARCHED_FIELDS}
            }
            for language, analyzer in ANALYZERS.items()
        }
    },
}

# where each word stands, so that the passages that answer a query are marked without reading the text once more
_MARKED: Final[Property] = {"index_options": "offsets"}
_MARKED_FIELDS: Final = ("headline", "paragraphs")

LATEST: Final[dict[str, Property]] = {
    **ENRICHED,
    **{field: ENRICHED[field] | _MARKED for field in _MARKED_FIELDS},
    CARD: {"type": "binary", "doc_values": True},
    FACETS: {
        "properties": {
            name: {**_KEYWORD, "index": False} for name in ("people", "organizations", "places", "points")
        }
    },
    SEARCHED: {
        "properties": {
            language: {
                "properties": {
                    field: property_ | _MARKED if field in _MARKED_FIELDS else property_
                    for field, property_ in fields["properties"].items()
                }
            }
            for language, fields in ENRICHED[SEARCHED]["properties"].items()
        }
    },
}
"""What of `ENRICHED` is indexed otherwise for the latest version of an article, which people search and lists show."""
