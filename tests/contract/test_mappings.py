"""The mappings on real Elasticsearch: every record fits, and the fields can be searched as promised."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from consumers.index.documents import actions
from dateline import elastic
from dateline.settings import Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Kind, Names
from schemas.fields import DIMENSIONS
from schemas.languages import ANALYZERS
from schemas.records import Change, EnrichedArticle, OutcomeRecord, Record
from tests.samples import CHANGE, ENRICHED, OUTCOME, VECTOR, enriched, records, times

_WORDS = {"en": "The boats were returning", "de": "Die Häuser am Hafen", "ru": "Лодки вернулись в гавань"}


@pytest.fixture
def names(settings: Settings) -> Names:
    """The names of this test's namespace."""
    return Names(settings.namespace)


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    """A client of the real server, with the templates of this test's namespace."""
    made = elastic.client(settings)
    apply_templates(made, settings)
    yield made
    made.close()


def _write(client: Elasticsearch, names: Names, *written: Record) -> None:
    results = ElasticIndexSink(client).write([a for record in written for a in actions(record, names)])
    assert [(result.status, result.error) for result in results] == [("written", None)] * len(results)
    client.indices.refresh(index=f"{names.namespace}-*")


def _found(client: Elasticsearch, index: str, **query: Any) -> list[str]:
    return sorted(hit["_id"] for hit in client.search(index=index, **query)["hits"]["hits"])


def test_a_full_record_of_each_kind_fits_its_strict_mapping(client: Elasticsearch, names: Names) -> None:
    """Each field that can travel can be indexed, and reads back under the alias as it was sent, but for the vector."""
    _write(client, names, ENRICHED, CHANGE, OUTCOME)
    stored = enriched(embedding=None)
    for kind, record in [
        (Kind.ARTICLES, stored),
        (Kind.VERSIONS, stored),
        (Kind.CHANGES, CHANGE),
        (Kind.OUTCOMES, OUTCOME),
    ]:
        (hit,) = client.search(index=names.alias(kind))["hits"]["hits"]
        assert msgspec.convert(hit["_source"], type(record)) == record


def test_any_record_fits(client: Elasticsearch, names: Names) -> None:
    """Odd texts, empty lists and extreme numbers are no reason to refuse a document."""

    @examples(
        max_examples=40,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(records(EnrichedArticle) | records(Change) | records(OutcomeRecord), max_size=20))
    def check(some: list[Record]) -> None:
        fitting = [_with_sane_numbers(record) for record in some]
        for n, record in enumerate(fitting):
            for action in actions(record, names):
                result = ElasticIndexSink(client).write(
                    [msgspec.structs.replace(action, id=f"d{n}", version=None)]
                )
                assert result[0].status == "written", result[0].error

    check()


def _with_sane_numbers(record: Record) -> Record:
    """Counts and offsets as a stage would give them: they are 32-bit in the index."""
    if isinstance(record, OutcomeRecord):
        return msgspec.structs.replace(record, attempt=1)
    if isinstance(record, EnrichedArticle):
        quotes = tuple(msgspec.structs.replace(q, paragraph=0, start=0, end=1) for q in record.quotes)
        copy = record.copy_of and msgspec.structs.replace(record.copy_of, cut=(0, 1))
        return msgspec.structs.replace(
            record,
            quotes=quotes,
            copy_of=copy,
            word_count=3,
            reading_minutes=1,
            language_confidence=0.5,
            month="2026-02",
            language="en",
        )
    return record


def test_times_keep_their_offset_and_sort_by_the_moment(client: Elasticsearch, names: Names) -> None:
    """What is stored is the time as given; what is compared is the moment it means."""
    _write(
        client,
        names,
        enriched(id="later", version_id="1", published="2026-02-28T23:30:00-05:00"),
        enriched(id="earlier", version_id="2", published="2026-03-01T05:00:00+09:00"),
    )
    hits = client.search(index=names.alias(Kind.ARTICLES), sort=["published"])["hits"]["hits"]
    assert [(hit["_id"], hit["_source"]["published"]) for hit in hits] == [
        ("earlier", "2026-03-01T05:00:00+09:00"),
        ("later", "2026-02-28T23:30:00-05:00"),
    ]


@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=times)
def test_any_rfc_3339_time_is_a_date(client: Elasticsearch, names: Names, moment: str) -> None:
    """Whatever offset or fraction an outlet uses."""
    (action,) = actions(msgspec.structs.replace(CHANGE, detected=moment), names)
    assert ElasticIndexSink(client).write([action])[0].status == "written"


def test_words_are_found_by_their_stem_and_phrases_to_the_letter(client: Elasticsearch, names: Names) -> None:
    """The language's analyzer finds "boat"; the plain one beside it tells "the boats" from "boats the"."""
    _write(client, names, ENRICHED)
    index = names.alias(Kind.ARTICLES)
    assert _found(client, index, query={"match": {"text.en.paragraphs": "boat"}}) == ["article-1"]
    assert _found(client, index, query={"match": {"paragraphs": "boat"}}) == []
    assert _found(client, index, query={"match_phrase": {"paragraphs": "of the eleven"}}) == ["article-1"]
    assert _found(client, index, query={"match_phrase": {"paragraphs": "eleven the of"}}) == []


def test_highlights_show_stems_in_the_text_as_printed(client: Elasticsearch, names: Names) -> None:
    """The analyzed text is not stored; the plain field is highlighted by its matches."""
    _write(client, names, ENRICHED)
    (hit,) = client.search(
        index=names.alias(Kind.ARTICLES),
        query={"match": {"text.en.paragraphs": "boat"}},
        highlight={"fields": {"paragraphs": {"matched_fields": ["paragraphs", "text.en.paragraphs"]}}},
    )["hits"]["hits"]
    assert hit["highlight"]["paragraphs"] == ["Four of the eleven <em>boats</em> came back."]
    assert "text" not in hit["_source"]


def test_every_language_has_its_analyzer(client: Elasticsearch, names: Names) -> None:
    """A text of each language that the mapping names is found through that language's field, and no other's is."""
    texts = {language: _WORDS.get(language, "Saltmarsh 2026 海岸の船 เรือกลับมา") for language in ANALYZERS}
    _write(
        client,
        names,
        *[
            enriched(id=language, version_id=language, language=language, paragraphs=(text,))
            for language, text in texts.items()
        ],
    )
    for language, text in texts.items():
        query = {"match": {f"text.{language}.paragraphs": text}}
        assert _found(client, names.alias(Kind.ARTICLES), query=query) == [language]


def test_a_quote_is_found_by_speaker_and_words_together(client: Elasticsearch, names: Names) -> None:
    """Words of one speaker and the name of another in the same article are no match."""
    other = msgspec.structs.replace(ENRICHED.quotes[0], speaker="Odo Fennick", text="The storm is over")
    _write(client, names, enriched(quotes=(*ENRICHED.quotes, other)))

    def said(speaker: str, words: str) -> list[str]:
        both = [{"term": {"quotes.speaker": speaker}}, {"match": {"quotes.text": words}}]
        nested = {"nested": {"path": "quotes", "query": {"bool": {"must": both}}}}
        return _found(client, names.alias(Kind.ARTICLES), query=nested)

    assert said("Ilse Tarn", "wait") == ["article-1"]
    assert said("Ilse Tarn", "storm") == []


def test_articles_near_a_vector_are_found_nearest_first(client: Elasticsearch, names: Names) -> None:
    """An article like another in its words is found by its vector, and one without a vector is no hindrance."""
    near = (0.9, 0.1, *[0.0] * (DIMENSIONS - 2))
    far = (0.1, 0.9, *[0.0] * (DIMENSIONS - 2))
    _write(
        client,
        names,
        enriched(id="far", version_id="1", embedding=far),
        enriched(id="near", version_id="2", embedding=near),
        enriched(id="none", version_id="3", embedding=None),
    )
    knn = {"field": "embedding", "query_vector": VECTOR, "k": 2, "num_candidates": 10}
    hits = client.search(index=names.alias(Kind.ARTICLES), knn=knn)["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["near", "far"]


def test_names_can_be_counted_without_nested_queries(client: Elasticsearch, names: Names) -> None:
    """Kibana counts people, speakers and keywords by plain terms."""
    _write(client, names, ENRICHED)
    fields = (
        "entities.name",
        "quotes.speaker",
        "keywords",
        "topics.name",
        "authors",
        "changes.class",
        "provenance.headline",
    )
    answer = client.search(
        index=names.alias(Kind.ARTICLES),
        size=0,
        aggs={field: {"terms": {"field": field, "order": {"_key": "asc"}}} for field in fields},
    )
    counted = {f: [b["key"] for b in answer["aggregations"][f]["buckets"]] for f in fields}
    assert counted == {
        "entities.name": ["Ilse Tarn"],
        "quotes.speaker": ["Ilse Tarn"],
        "keywords": ["harbour master", "storm"],
        "topics.name": ["weather"],
        "authors": ["Mara Quill", "Odo Fennick"],
        "changes.class": ["number"],
        "provenance.headline": ["jsonld:headline"],
    }


def test_very_long_values_are_no_reason_to_refuse(client: Elasticsearch, names: Names) -> None:
    """A value too long for one term is stored and not indexed as a term; the article is still found."""
    long = "é" * 40_000
    _write(
        client,
        names,
        enriched(authors=(long,), url=f"https://courier.example/{long}", provenance={"headline": long}),
    )
    assert _found(client, names.alias(Kind.ARTICLES), query={"match": {"headline": "boats"}}) == ["article-1"]
