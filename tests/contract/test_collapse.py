"""A search shows each story once and says what that stands for; where little is found it goes on with what is nearly it."""

import uuid
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest
from elasticsearch import Elasticsearch

from consumers.index.documents import actions
from dateline import elastic
from dateline.archive import Also
from dateline.browse import Browser, Found, Order
from dateline.collapse import Collapse
from dateline.embedded import Endpoints
from dateline.settings import ElasticSettings, Settings
from dateline.sink import ElasticIndexSink
from dateline.topology import apply_templates
from schemas.elastic import Names
from schemas.records import CopyOf, EnrichedArticle, Entity
from tests.samples import enriched

NAMESPACE = f"t{uuid.uuid4().hex[:10]}"


def _article(id_: str, source: str, headline: str, day: int, **fields: object) -> EnrichedArticle:
    return enriched(
        id=id_,
        version_id=f"{id_}-v1",
        url=f"https://{source}.example/{id_}",
        source=source,
        headline=headline,
        published=f"2026-03-{day:02}T08:00:00Z",
        month="2026-03",
        language="en",
        **{
            "joined": None,
            "copy_of": None,
            "story_id": None,
            "standfirst": None,
            "paragraphs": ("Nothing more.",),
            **fields,
        },
    )


def _copy(of: EnrichedArticle, id_: str, source: str, day: int) -> EnrichedArticle:
    edge = CopyOf(
        article_id=of.id,
        version_id=of.version_id,
        source=of.source,
        url=of.url,
        containment_here=1.0,
        containment_there=1.0,
        score=1.0,
    )
    return msgspec.structs.replace(
        _article(id_, source, of.headline, day, paragraphs=of.paragraphs), copy_of=edge, story_id=of.story_id
    )


FERRY = _article("ferry", "courier", "Ferry burns off Lundmark", 1, story_id="s1")
LATER = msgspec.structs.replace(FERRY, version_id="ferry-v2", version_order=FERRY.version_order + 1)
COPIES = [_copy(FERRY, f"ferry-{n}", f"outlet{n}", 2 + n) for n in range(3)]
OWN = _article("own", "gazette", "All saved from burning ferry", 2, story_id="s1")
TRAM = _article("tram", "courier", "Tram depot burns", 4)
TRAM_COPY = _copy(TRAM, "tram-copy", "gazette", 5)
PERSON = _article(
    "person",
    "gazette",
    "Ingrid Vornholm elected",
    6,
    entities=(Entity(id="e1", name="Ingrid Vornholm", type="person", salience=0.9),),
)
ACCENTED = _article(
    "accented",
    "gazette",
    "Annika Sjöström resigns",
    7,
    entities=(Entity(id="e2", name="Annika Sjöström", type="person", salience=0.9),),
)
FILLER = [_article(f"quiet-{n}", "gazette", f"Quiet regatta day {n}", 10 + n) for n in range(12)]
ALL = [FERRY, LATER, *COPIES, OWN, TRAM, TRAM_COPY, PERSON, ACCENTED, *FILLER]


@pytest.fixture(scope="module")
def client(endpoints: Endpoints) -> Iterator[Elasticsearch]:
    """The articles on a real server."""
    settings = Settings(namespace=NAMESPACE, elastic=ElasticSettings(url=endpoints.elastic_url))
    names = Names(NAMESPACE)
    with closing(elastic.client(settings)) as made:
        apply_templates(made, settings)
        written = ElasticIndexSink(made).write([one for record in ALL for one in actions(record, names)])
        assert "refused" not in {result.status for result in written}
        made.indices.refresh(index=f"{NAMESPACE}-*")
        try:
            yield made
        finally:
            made.indices.delete(index=list(made.indices.get(index=f"{NAMESPACE}-*")))
            made.indices.delete_index_template(name=f"{NAMESPACE}-*")


@pytest.fixture
def browser(client: Elasticsearch) -> Browser:
    return Browser(client, NAMESPACE)


def _ids(found: Found) -> list[str]:
    return [hit.id for hit in found.hits]


def test_a_story_is_shown_once_with_what_it_stands_for(browser: Browser) -> None:
    """By its origin rather than a copy; versions, copies, further articles and outlets are counted, and so are all articles."""
    found = browser.page("ferry burns", exact=True)
    assert _ids(found) == ["ferry"]
    assert (found.total, found.articles) == (1, 5)
    assert found.hits[0].also == Also(versions=2, copies=3, articles=4, outlets=4)


def test_texts_or_articles_can_be_shown_once_instead(browser: Browser) -> None:
    """A text stands for its copies, and reports of the same event in other words stand beside it."""
    texts = browser.page("burns", collapse="copies", exact=True)
    assert set(_ids(texts)) == {"ferry", "own", "tram"}
    assert (texts.total, texts.articles) == (3, 7)
    each = browser.page("burns", collapse="none", exact=True)
    assert (each.total, each.articles, len(each.hits)) == (7, 7, 7)


def test_who_asks_for_a_storys_articles_or_a_texts_copies_gets_them(browser: Browser) -> None:
    """They would be a single result otherwise."""
    assert set(_ids(browser.page("story:s1", order="oldest"))) == {"ferry", "own"}
    assert set(_ids(browser.page("copyof:ferry"))) == {one.id for one in COPIES}


def test_facets_count_articles(browser: Browser) -> None:
    """Each of a story's articles, so that narrowing by one finds as many."""
    found = browser.page("burns", facets=True, exact=True)
    assert found.facets
    assert sum(value.count for value in found.facets.sources) == found.articles == 7


@pytest.mark.parametrize("order", ["best", "newest", "oldest"])
@pytest.mark.parametrize("collapse", ["story", "copies", "none"])
@pytest.mark.parametrize("query", ["burns", "burns OR quiet", "ferry depot"])
def test_pages_by_cursor_are_those_by_number(
    browser: Browser, query: str, collapse: Collapse, order: Order
) -> None:
    """However small they are, they show the same results in the same order, each once, with the same totals."""
    whole = browser.page(query, order=order, collapse=collapse, size=100)
    walked: list[str] = []
    cursor = None
    while True:
        page = browser.walk(query, order=order, collapse=collapse, size=2, cursor=cursor)
        assert (page.total, page.articles, page.whole) == (whole.total, whole.articles, whole.whole)
        walked += _ids(page)
        cursor = page.cursor
        if cursor is None:
            break
    assert walked == _ids(whole)
    assert whole.total == len(walked) > 0 or (query == "ferry depot" and order != "best")


def test_a_search_that_finds_little_goes_on_with_what_has_some_of_it(browser: Browser) -> None:
    """They are told apart; who wants all of it or nothing, or another order than the best, gets that."""
    found = browser.page("ferry depot", collapse="none")
    assert found.loosely
    assert found.whole == 0
    assert {hit.whole for hit in found.hits} == {False}
    assert {"ferry", "tram"} <= set(_ids(found))
    assert not browser.page("ferry depot", exact=True).hits
    assert not browser.page("ferry depot", order="newest").hits
    some = browser.page("tram burns")
    assert [hit.whole for hit in some.hits][:1] == [True]
    assert some.whole == 1 < some.total
    assert not browser.page("quiet").loosely


def test_what_is_left_out_or_asked_of_a_field_holds_for_them_too(browser: Browser) -> None:
    """Only words are taken loosely."""
    assert "tram" not in _ids(browser.page("ferry depot -tram"))
    assert set(_ids(browser.page("ferry depot source:courier"))) == {"ferry", "tram"}


@pytest.mark.parametrize(
    "typed", ['person:"Ingrid Vornhlom"', "person:Vornholn", "Ingrid Vornhlom", "Vornhom", "name:Vornholmm"]
)
def test_names_forgive_misspellings(browser: Browser, typed: str) -> None:
    """As a field or as plain words."""
    assert _ids(browser.page(typed))[:1] == ["person"]


@pytest.mark.parametrize("typed", ["sjostrom", '"Annika Sjostrom"', "person:SJÖSTROM", "Sjöström resigns"])
def test_names_are_found_without_their_accents(browser: Browser, typed: str) -> None:
    """As they are typed where the keyboard has none; this is no misspelling."""
    assert _ids(browser.page(typed, exact=True)) == ["accented"]


def test_the_beginning_of_a_longer_word_is_nearly_it(browser: Browser) -> None:
    """Languages that write compounds as one word are searched by their first part."""
    found = browser.page("regat")
    assert found.loosely
    assert {hit.headline[:5] for hit in found.hits} == {"Quiet"}


def test_words_that_match_are_marked_in_what_has_some_of_them(browser: Browser) -> None:
    """As in other results."""
    (hit,) = (hit for hit in browser.page("tram strike").hits if hit.id == "tram")
    assert "\ue000Tram\ue001" in " ".join(hit.highlights["headline"])


def test_of_two_alike_the_recent_one_comes_first(browser: Browser) -> None:
    """But a word in the headline counts more than a few days."""
    ids = _ids(browser.page("quiet regatta", size=20))
    assert ids.index("quiet-11") < ids.index("quiet-0")
