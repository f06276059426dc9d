"""Who and what is named."""

from consumers.enrich import enrich
from schemas.records import Entity
from tests.unit.enrich.articles import HARBOUR, article


def _entities(*paragraphs: str, headline: str = "A headline") -> dict[str, Entity]:
    (after,) = enrich([article(*paragraphs, headline=headline)], without=["quotes", "keywords"])
    return {entity.name: entity for entity in after.entities}


def _names(kind: str, *paragraphs: str) -> set[str]:
    return {name for name, entity in _entities(*paragraphs).items() if entity.type == kind}


def test_the_harbour_story_has_its_names() -> None:
    """People, the union and the places, each once, under the fullest name."""
    assert _names("person", *HARBOUR) == {"Leena Tormis", "Oskar Vahtra", "Maarja Kask"}
    assert _names("organization", *HARBOUR) == {"Estonian Dockworkers Union"}
    assert {"Estonia", "Tallinn", "Helsinki"} <= _names("place", *HARBOUR)


def test_aliases_are_one_entity_with_all_mentions() -> None:
    """Surname, full name and the acronym that the text defines point at one entity each, with exact offsets."""
    found = _entities(*HARBOUR)
    union = found["Estonian Dockworkers Union"]
    assert [mention.text for mention in union.mentions] == ["Estonian Dockworkers Union", "EDU", "EDU"]
    assert [mention.text for mention in found["Leena Tormis"].mentions][:2] == ["Leena Tormis", "Tormis"]
    for entity in found.values():
        for mention in entity.mentions:
            assert HARBOUR[mention.paragraph][mention.start : mention.end] == mention.text


def test_titles_are_no_part_of_a_name() -> None:
    """Ranks and offices before a name stay outside it."""
    assert "Anselm Brook" in _names("person", "Brigadier General Anselm Brook spoke. Brook left.")


def test_a_place_keeps_the_word_that_says_what_it_is() -> None:
    """Corran Bay is one place."""
    body = (
        "“If you live in Corran Bay you have practised this,” said Ana Bell.",
        "Sirens in Corran Bay were tested.",
    )
    assert _names("place", *body) == {"Corran Bay"}


def test_somebody_of_a_body_is_named_apart_from_it() -> None:
    """ "X of the Y Centre" is a person and an organization, even when it is all that the article says of both."""
    body = "The vents are dying, said Beatriz Noronha of the Atlantic Centre for Deep-Sea Studies in Horta."
    assert _names("person", body) == {"Beatriz Noronha"}
    assert _names("organization", body) == {"Atlantic Centre for Deep-Sea Studies"}


def test_a_role_is_one_more_mention_of_its_only_holder() -> None:
    """ "The minister" points at the one minister of the story, "the former minister" at nobody known."""
    found = _entities(*HARBOUR, "The former minister had said nothing.")
    assert [mention.text for mention in found["Leena Tormis"].mentions] == [
        "Leena Tormis",
        "Tormis",
        "The minister",
    ]


def test_a_shouted_dateline_is_a_place_in_plain_writing() -> None:
    """The city that a report is filed from is named as it is written elsewhere."""
    assert "Mexico City" in _names("place", "MEXICO CITY (Wire) — The economy grew.")


def test_one_name_has_one_type_in_the_article() -> None:
    """A surname that looks like a town here and a firm there is the person it was introduced as."""
    body = (
        "Mayor Odile Marsh opened the bridge.",
        "Marsh said it took long. In Marsh the town has a builder.",
        "Marsh later left.",
    )
    found = _entities(*body)
    assert found["Odile Marsh"].type == "person"
    assert "Marsh" not in found


def test_what_the_story_is_about_is_most_salient() -> None:
    """Salience runs up to 1 for the name that leads the story."""
    found = _entities(*HARBOUR, headline="Tormis will rebuild the docks")
    assert max(found.values(), key=lambda entity: entity.salience).name == "Leena Tormis"
    assert all(0 < entity.salience <= 1 for entity in found.values())


def test_the_same_name_has_the_same_id_everywhere() -> None:
    """Two articles that name the same city agree on its id."""
    one, other = _entities("It rained in Oslo."), _entities("They met in Oslo and in Paris.")
    assert one["Oslo"].id == other["Oslo"].id != other["Paris"].id
