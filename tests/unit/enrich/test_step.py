"""What the enrich step promises as a whole."""

import subprocess
import sys

import msgspec
import pytest

from consumers.enrich import ENRICHMENTS, enrich
from consumers.enrich.step import FIELDS, is_current
from schemas.records import EnrichedArticle, Version, encode
from tests.unit.enrich.articles import HARBOUR, article, version

FIELDED = {name for name, fields in FIELDS.items() if fields}


def test_keeps_every_field_of_a_version() -> None:
    """An enriched version still says all that the version said."""
    before = msgspec.structs.replace(version(*HARBOUR), word_count=111)
    (after,) = enrich([before])
    assert {name: getattr(after, name) for name in Version.__struct_fields__} == {
        name: getattr(before, name) for name in Version.__struct_fields__
    }


def test_accepts_a_bare_article_and_gives_json_that_reads_back() -> None:
    """The offline command enriches an Article, and its line reads back as the same record."""
    (after,) = enrich([article(*HARBOUR)])
    assert msgspec.json.decode(encode(after), type=EnrichedArticle) == after
    assert after.headline == "A headline"
    assert after.word_count == sum(len([w for w in one.split() if w != "—"]) for one in HARBOUR)


def test_result_does_not_depend_on_the_batch() -> None:
    """An article alone gives what it gives among others, in any order, as often as asked."""
    articles = [
        article(*HARBOUR),
        article("Rain fell on Oslo.", "“It will not stop before Friday,” said Ola Nordby."),
    ]
    together = enrich(articles)
    assert [*enrich(articles[1:]), *enrich(articles[:1])] == together[::-1]
    assert enrich(articles) == together


def test_names_every_enrichment_with_its_version() -> None:
    """A subscriber sees which rules made each enrichment."""
    (after,) = enrich([article(*HARBOUR)])
    assert set(after.enrichments) == set(ENRICHMENTS)
    assert after.enrichments["language"] == "stated"
    assert after.enrichments["names"].startswith("names/")


@pytest.mark.parametrize("name", ENRICHMENTS)
def test_an_enrichment_can_be_switched_off(name: str) -> None:
    """What is switched off says so, and the others go on."""
    (after,) = enrich([article(*HARBOUR)], without=[name])
    assert after.enrichments[name] == "off"
    lacking = {other for other, fields in FIELDS.items() if any(not getattr(after, one) for one in fields)}
    assert lacking == ({name} & FIELDED) | ({"places"} if name == "names" else set())


@pytest.mark.parametrize("name", sorted(FIELDED))
def test_one_enrichment_can_be_made_again_alone(name: str) -> None:
    """It becomes what the rules give now, and everything else stays, however it was made."""
    (whole,) = enrich([version(*HARBOUR)])
    old = dict.fromkeys(FIELDS[name], None if name == "embedding" else ())
    stale = msgspec.structs.replace(
        whole, **old, section="Harbour", enrichments={**whole.enrichments, name: "older/1", "weather": "x"}
    )
    (again,) = enrich([stale], only=[name])
    assert {one: getattr(again, one) for one in FIELDS[name]} == {
        one: getattr(whole, one) for one in FIELDS[name]
    }
    assert again.enrichments == {**whole.enrichments, "weather": "x"}
    assert msgspec.structs.replace(again, **old) == msgspec.structs.replace(
        stale, enrichments=again.enrichments
    )


def test_knows_what_the_present_rules_made() -> None:
    """What they made needs no making again; what older rules made does, and so does what shall be off now."""
    (after,) = enrich([version(*HARBOUR)])
    assert all(is_current(after, name, (), None) for name in ENRICHMENTS)
    older = msgspec.structs.replace(after, enrichments={**after.enrichments, "topics": "topics/0"})
    assert not is_current(older, "topics", (), None)
    assert not is_current(after, "topics", ("topics",), None)


def test_refuses_to_switch_off_what_does_not_exist() -> None:
    """A mistyped switch is an error that lists what there is."""
    with pytest.raises(ValueError, match=r"no enrichment is called \['nmaes'\]; there are language, names"):
        enrich([], without=["nmaes"])


def test_says_that_names_are_not_available_in_another_language() -> None:
    """A German article has quotes and keywords, and no names rather than wrong ones."""
    body = (
        "Der Hafen wird erneuert, sagte die Ministerin am Montag in der Stadt.",
        "„Wir werden den Hafen nicht verfallen lassen“, sagte sie den Reportern am Abend.",
        "Der Hafen kostet viel Geld, und das Geld fehlt der Stadt seit vielen Jahren.",
    )
    (after,) = enrich([article(*body, language=None)])
    assert after.language == "de"
    assert after.provenance["language"] == "detected"
    assert after.enrichments["names"] == "not_available"
    assert after.entities == ()
    assert [quote.text for quote in after.quotes] == ["Wir werden den Hafen nicht verfallen lassen"]
    assert "Hafen" in after.keywords


def test_where_a_report_was_filed_is_none_of_its_words() -> None:
    """Summary and keywords begin behind the dateline; names and places know it."""
    (found,) = enrich(
        [
            article(
                "HAMBURG (Wire) — The harbour of the city was closed on Monday after a crane fell on two barges.",
                "The crane had stood in the harbour since 1969, and both barges were loaded with coal for the city.",
            )
        ]
    )
    assert (
        found.summary[0] == "The harbour of the city was closed on Monday after a crane fell on two barges."
    )
    assert not {"HAMBURG", "Hamburg", "Wire"} & set(found.keywords)
    assert [place.name for place in found.places] == ["Hamburg"]


def test_an_empty_body_is_no_error() -> None:
    """An article without text is enriched with nothing."""
    (after,) = enrich([article(language=None)])
    assert (after.entities, after.quotes, after.word_count, after.language) == ((), (), 0, None)
    assert after.enrichments["language"] == "not_available"


def test_import_loads_no_model() -> None:
    """The command line starts without spaCy or numpy."""
    code = "import sys, consumers.enrich; sys.exit(bool({'spacy', 'numpy', 'fasttext'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
