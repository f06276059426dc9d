"""Where the story plays."""

from msgspec.structs import replace

from consumers.enrich import enrich
from schemas.records import Dateline, GeoPlace
from tests.unit.enrich.articles import HARBOUR, article


def _places(*paragraphs: str, dateline: str | None = None) -> dict[str, GeoPlace]:
    one = article(*paragraphs)
    if dateline:
        one = replace(one, dateline=Dateline(text=dateline, place=dateline))
    return {place.name: place for place in enrich([one])[0].places}


def test_places_have_country_and_point() -> None:
    """Cities have their point, countries their code alone."""
    found = _places(*HARBOUR)
    assert (found["Helsinki"].country, found["Helsinki"].kind) == ("FI", "city")
    point = found["Helsinki"].location
    assert point is not None
    assert (round(point.lat), round(point.lon)) == (60, 25)
    assert (found["Estonia"].country, found["Estonia"].location) == ("EE", None)


def test_a_name_of_several_places_is_the_one_that_fits_the_article() -> None:
    """Birmingham is in England, unless the story plays in Alabama."""
    assert _places("It rained in Birmingham and in London.")["Birmingham"].country == "GB"
    assert (
        _places("It rained in Birmingham, and in all of Alabama and Georgia.")["Birmingham"].country == "US"
    )


def test_a_city_of_the_name_comes_before_one_that_is_also_called_so() -> None:
    """Bridgetown is in Barbados, though Portland, which is larger, has been called Bridgetown."""
    assert _places("It rained in Bridgetown, Barbados, and in Miami.")["Bridgetown"].country == "BB"


def test_a_small_town_in_a_country_of_which_nothing_else_speaks_is_left_out() -> None:
    """The map lacks the smallest towns, so its only town of a name may be another one: Horta is in Barcelona and in the Azores."""
    azores = "The ship sails from Horta in the Azores to Lisbon."
    assert set(_places(azores)) == {"Azores", "Lisbon"}
    assert {name: one.main for name, one in _places(azores, dateline="HORTA").items()} == {
        "Azores": True,
        "Lisbon": False,
    }
    assert set(_places("It rained in Horta and in Barcelona.")) == {"Horta", "Barcelona"}
    assert set(_places("It rained in Horta.")) == {"Horta"}


def test_one_place_is_the_main_one() -> None:
    """The dateline's place leads, even when the text does not name it; else the one named most."""
    body = ("It rained in Oslo. In Oslo the trams stood still. It was dry in Paris.",)
    assert [name for name, place in _places(*body).items() if place.main] == ["Oslo"]
    assert [name for name, place in _places(*body, dateline="PARIS").items() if place.main] == ["Paris"]
    assert [name for name, place in _places(*body, dateline="HELSINKI").items() if place.main] == ["Helsinki"]


def test_what_is_not_on_the_map_is_left_out() -> None:
    """A place that the gazetteer does not know is an entity without a place."""
    assert _places("They met in the village of Vexlomark.") == {}
