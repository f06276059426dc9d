"""Queries narrowed to the languages of an archive."""

from dateline.archive import Filters, ranked, unscored
from dateline.query.tongues import spoken


def _fields(query: object) -> set[str]:
    if isinstance(query, dict):
        return set().union(*map(_fields, query.values()))
    if isinstance(query, list):
        return set().union(*map(_fields, query))
    return {query} if isinstance(query, str) else set()


def test_texts_are_asked_for_in_the_archives_languages_alone() -> None:
    """A field of all languages becomes that of each language there is, with its weight; the plain fields stay as they are."""
    query = {"multi_match": {"query": "boats", "fields": ["headline^2.0", "text.*.headline^1.4"]}}
    assert spoken(query, {"fr", "en"}) == {
        "multi_match": {
            "query": "boats",
            "fields": ["headline^2.0", "text.en.headline^1.4", "text.fr.headline^1.4"],
        }
    }


def test_no_query_of_people_asks_for_all_languages() -> None:
    """However a query is made, none of its parts goes through the texts of languages that the archive has not."""
    asked = ranked('boats "big storm" (headline:pier OR body:tide) -fog', Filters(), lambda _: ())
    left = _fields(spoken(asked, {"en"}))
    assert "text.en.paragraphs^0.7" in left
    assert not any("*" in field for field in left)


def test_words_are_no_fields() -> None:
    """What somebody looks for stays as it was typed, were it the name of a field."""
    assert spoken({"match": {"headline": "text.*.headline"}}, {"en"}) == {
        "match": {"headline": "text.*.headline"}
    }


def test_what_is_counted_does_not_depend_on_the_time() -> None:
    """Facets ask without the recency that ranks results, so that what was counted for a month can be kept."""
    assert "now" not in _fields(unscored(ranked("boats", Filters(), lambda _: ())))
