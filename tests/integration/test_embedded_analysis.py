"""The embedded Elasticsearch analyses text as a full server does. The words are Lucene's and Elasticsearch's own documented examples."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from dateline.elastic import client as connect
from dateline.settings import Settings

pytestmark = pytest.mark.servers

STEMS = {
    "arabic": ("كبيرة", ["كبير"]),
    "armenian": ("արծիվներ", ["արծ"]),
    "basque": ("zaldiak", ["zaldi"]),
    "bengali": ("বাড়ী", ["বার"]),
    "brazilian": ("brasília", ["brasil"]),
    "bulgarian": ("градове", ["град"]),
    "catalan": ("llengües", ["llengu"]),
    "cjk": ("一二三", ["一二", "二三"]),
    "czech": ("volnem", ["voln"]),
    "danish": ("undersøgelse", ["undersøg"]),
    "dutch": ("lichamelijk", ["licham"]),
    "english": ("books", ["book"]),
    "estonian": ("teadaolevalt", ["teadaole"]),
    "finnish": ("edeltäjiinsä", ["edeltäj"]),
    "french": ("habitable", ["habitabl"]),
    "galician": ("correspondente", ["correspond"]),
    "german": ("Tische", ["tisch"]),
    "greek": ("ελληνικά", ["ελλην"]),
    "hindi": ("हिन्दी", ["हिंद"]),
    "hungarian": ("babakocsi", ["babakocs"]),
    "indonesian": ("peledakan", ["ledak"]),
    "irish": ("siopadóireacht", ["siopadóir"]),
    "italian": ("abbandonata", ["abbandonat"]),
    "latvian": ("tirgiem", ["tirg"]),
    "lithuanian": ("žmonėms", ["žmon"]),
    "norwegian": ("havnedistriktene", ["havnedistrikt"]),
    "persian": ("دوستان", ["دوست"]),
    "portuguese": ("quilométricas", ["quilometric"]),
    "romanian": ("absenţa", ["absenț"]),
    "russian": ("вместе", ["вмест"]),
    "serbian": ("abdiciraće", ["abdicirac"]),
    "sorani": ("پیاوە", ["پیاو"]),
    "spanish": ("chicana", ["chican"]),
    "swedish": ("jaktkarlarne", ["jaktkarl"]),
    "thai": ("ภาษาไทย", ["ภาษา", "ไทย"]),
    "turkish": ("ağacı", ["ağaç"]),
}

FILTERS: list[tuple[Any, str, list[str]]] = [
    ("asciifolding", "açaí à la carte", ["acai", "a", "la", "carte"]),
    ({"type": "asciifolding", "preserve_original": True}, "açaí", ["acai", "açaí"]),
    ({"type": "lowercase", "language": "greek"}, "ΈΝΑ", ["ενα"]),
    ({"type": "lowercase", "language": "turkish"}, "DIŞ", ["dış"]),
    ("uppercase", "the Quick", ["THE", "QUICK"]),
    ("porter_stem", "the foxes jumping quickly", ["the", "fox", "jump", "quickli"]),
    ("kstem", "the foxes jumping quickly", ["the", "fox", "jump", "quick"]),
    ({"type": "stemmer", "language": "light_german"}, "häuser", ["haus"]),
    ({"type": "stemmer", "language": "possessive_english"}, "writer’s", ["writer"]),
    ({"type": "snowball", "language": "Swedish"}, "jaktkarlarne", ["jaktkarl"]),
    ({"type": "elision", "articles": ["l", "d"]}, "l’avion d’État", ["avion", "État"]),
    (
        "word_delimiter_graph",
        "Neil's-Super-Duper-XL500--42+AutoCoder",
        ["Neil", "Super", "Duper", "XL", "500", "42", "Auto", "Coder"],
    ),
    ({"type": "word_delimiter_graph", "catenate_all": True}, "super-duper", ["superduper", "super", "duper"]),
    ({"type": "word_delimiter_graph", "type_table": ["+ => ALPHA"]}, "C+D", ["C+D"]),
    ({"type": "edge_ngram", "min_gram": 1, "max_gram": 2}, "the quick", ["t", "th", "q", "qu"]),
    ({"type": "ngram", "min_gram": 1, "max_gram": 2}, "fox", ["f", "fo", "o", "ox", "x"]),
    ({"type": "shingle", "max_shingle_size": 2}, "a b c", ["a", "a b", "b", "b c", "c"]),
    ({"type": "stop", "stopwords": "_english_"}, "a quick fox", ["quick", "fox"]),
    ({"type": "stop", "stopwords": "_german_"}, "der schnelle Fuchs", ["schnelle", "Fuchs"]),
    ({"type": "keyword_marker", "keywords": ["jumping"]}, "jumping", ["jumping"]),
    ({"type": "stemmer_override", "rules": ["running, runs => run"]}, "running", ["run"]),
    (
        {"type": "pattern_replace", "pattern": "(dog)", "replacement": "watch$1"},
        "lazy dog",
        ["lazy", "watchdog"],
    ),
    ({"type": "pattern_capture", "patterns": ["(\\d+)"]}, "abc123", ["abc123", "123"]),
    ({"type": "length", "min": 0, "max": 4}, "the quick fox", ["the", "fox"]),
    ({"type": "limit", "max_token_count": 2}, "quick fox jumps", ["quick", "fox"]),
    ({"type": "truncate", "length": 3}, "quinquennial", ["qui"]),
    ({"type": "keep", "keep_words": ["fox"]}, "quick fox", ["fox"]),
    ({"type": "fingerprint"}, "zebra jumps over resting dog zebra", ["dog jumps over resting zebra"]),
    ({"type": "common_grams", "common_words": ["the"]}, "the quick", ["the", "the_quick", "quick"]),
    (
        {"type": "dictionary_decompounder", "word_list": ["donau", "dampf"]},
        "donaudampf",
        ["donaudampf", "donau", "dampf"],
    ),
    ({"type": "synonym", "synonyms": ["laptop => notebook"]}, "laptop", ["notebook"]),
    (
        {"type": "synonym_graph", "synonyms": ["dns, domain name system"]},
        "dns",
        ["domain", "dns", "name", "system"],
    ),
    ("unique", "fox fox dog", ["fox", "dog"]),
    ("reverse", "quick", ["kciuq"]),
    ("cjk_width", "ｼｰｻｲﾄﾞﾗｲﾅｰ", ["シーサイドライナー"]),
    ("german_normalization", "Straße", ["Strasse"]),
    ("scandinavian_folding", "räksmörgås", ["raksmorgas"]),
    ("decimal_digit", "१ one", ["1", "one"]),
    ("apostrophe", "Istanbul'dan", ["Istanbul"]),
    ("delimited_payload", "the|0 fox|3", ["the", "fox"]),
]

TOKENIZERS: list[tuple[Any, str, list[str]]] = [
    ({"type": "ngram", "min_gram": 2, "max_gram": 2, "token_chars": ["letter"]}, "Qu 2a", ["Qu"]),
    ({"type": "edge_ngram", "min_gram": 2, "max_gram": 4}, "Quick", ["Qu", "Qui", "Quic"]),
    (
        {"type": "char_group", "tokenize_on_chars": ["whitespace", "-", "\\n"]},
        "QUICK brown-fox",
        ["QUICK", "brown", "fox"],
    ),
    ("path_hierarchy", "/one/two", ["/one", "/one/two"]),
    ({"type": "pattern", "pattern": ","}, "comma,separated", ["comma", "separated"]),
    ({"type": "simple_pattern", "pattern": "[0123456789]{3}"}, "fd-786-335", ["786", "335"]),
    ("uax_url_email", "Email me at jan@example.com", ["Email", "me", "at", "jan@example.com"]),
    ("letter", "it's 2", ["it", "s"]),
    ("keyword", "New York", ["New York"]),
]

CHAR_FILTERS: list[tuple[Any, str, list[str]]] = [
    ("html_strip", "<p>I&apos;m so <b>happy</b>!</p>", ["\nI'm so happy!\n"]),
    ({"type": "mapping", "mappings": [":) => _happy_", "\\u0660 => 0"]}, ":) ٠", ["_happy_ 0"]),
    ({"type": "pattern_replace", "pattern": "(\\d+)-(?=\\d)", "replacement": "$1_"}, "123-456", ["123_456"]),
]


@pytest.fixture(scope="module")
def elastic(endpoints: Any) -> Iterator[Elasticsearch]:
    with closing(Elasticsearch(endpoints.elastic_url)) as client:
        yield client


def tokens(elastic: Elasticsearch, **body: Any) -> list[str]:
    return [token["token"] for token in elastic.indices.analyze(**body)["tokens"]]


@pytest.mark.parametrize("language", STEMS)
def test_a_language_stems_its_words(elastic: Elasticsearch, language: str) -> None:
    """Every language analyzer of a full server exists and finds the known stem."""
    word, stems = STEMS[language]
    assert tokens(elastic, analyzer=language, text=word) == stems


@pytest.mark.parametrize(("token_filter", "text", "expected"), FILTERS, ids=lambda value: str(value)[:40])
def test_a_token_filter(elastic: Elasticsearch, token_filter: Any, text: str, expected: list[str]) -> None:
    """Token filters have the names, settings and results of a full server."""
    assert tokens(elastic, tokenizer="whitespace", filter=[token_filter], text=text) == expected


def test_tokens_are_kept_by_type(elastic: Elasticsearch) -> None:
    """`keep_types` keeps or drops what the tokenizer called a number."""
    numbers = {"type": "keep_types", "types": ["<NUM>"]}
    words = numbers | {"mode": "exclude"}
    assert tokens(elastic, tokenizer="standard", filter=[numbers], text="1 quick fox") == ["1"]
    assert tokens(elastic, tokenizer="standard", filter=[words], text="1 quick fox") == ["quick", "fox"]


@pytest.mark.parametrize(("tokenizer", "text", "expected"), TOKENIZERS, ids=lambda value: str(value)[:40])
def test_a_tokenizer(elastic: Elasticsearch, tokenizer: Any, text: str, expected: list[str]) -> None:
    """Tokenizers have the names, settings and results of a full server."""
    assert tokens(elastic, tokenizer=tokenizer, text=text) == expected


@pytest.mark.parametrize(("char_filter", "text", "expected"), CHAR_FILTERS, ids=lambda value: str(value)[:40])
def test_a_character_filter(elastic: Elasticsearch, char_filter: Any, text: str, expected: list[str]) -> None:
    """Character filters have the names, settings and results of a full server."""
    assert tokens(elastic, tokenizer="keyword", char_filter=[char_filter], text=text) == expected


@pytest.mark.parametrize(
    ("analyzer", "text", "expected"),
    [
        (
            {"type": "english", "stopwords": ["we"], "stem_exclusion": ["skies"]},
            "we the skies",
            ["the", "skies"],
        ),
        ({"type": "fingerprint"}, "Yes yes, Gödel said", ["godel said yes"]),
        ({"type": "pattern", "pattern": "\\W|_"}, "John_Smith@foo", ["john", "smith", "foo"]),
        ({"type": "stop", "stopwords": ["the"]}, "The 2 foxes", ["foxes"]),
        ({"type": "snowball", "language": "German"}, "Häuser", ["haus"]),
    ],
    ids=str,
)
def test_an_analyzer_with_settings(
    elastic: Elasticsearch, settings: Settings, analyzer: dict[str, Any], text: str, expected: list[str]
) -> None:
    """An index may configure the analyzers as on a full server."""
    index = f"{settings.namespace}-analyzer"
    elastic.indices.create(index=index, settings={"analysis": {"analyzer": {"mine": analyzer}}})
    try:
        assert tokens(elastic, index=index, analyzer="mine", text=text) == expected
    finally:
        elastic.indices.delete(index=index)


def test_a_normalizer_folds_keywords(settings: Settings) -> None:
    """Filters that change single characters may stand in a normalizer; others are refused, as on a full server."""
    index = f"{settings.namespace}-normalizer"
    folding = {"type": "custom", "filter": ["lowercase", "asciifolding", "trim"]}
    with closing(connect(settings)) as elastic:
        elastic.indices.create(
            index=index,
            settings={"analysis": {"normalizer": {"folding": folding}}},
            mappings={"properties": {"name": {"type": "keyword", "normalizer": "folding"}}},
        )
        elastic.index(index=index, id="1", document={"name": " Žižek "}, refresh=True)
        found = elastic.search(index=index, query={"term": {"name": "ZIZEK"}})
        assert found["hits"]["total"]["value"] == 1
        stemming = {"type": "custom", "filter": ["porter_stem"]}
        with pytest.raises(BadRequestError, match="may not use filter"):
            elastic.indices.create(
                index=f"{index}-2", settings={"analysis": {"normalizer": {"stemming": stemming}}}
            )
        elastic.indices.delete(index=index)
