"""One id for one entity across articles, on invented articles."""

import itertools
from collections.abc import Sequence

import msgspec
import pytest

from consumers.enrich import enrich
from consumers.enrich.clues import clues, count, merged
from consumers.enrich.identities import learn, remember
from consumers.enrich.text import read
from dateline.errors import Unavailable
from dateline.fakes import FakeNameStore
from dateline.ports import Holder, NameForm
from schemas.ids import entity_id
from schemas.records import Article, EnrichedArticle
from tests.unit.enrich.articles import article

WITHOUT = ("keywords", "topics", "summary", "embedding")
TORMIS = entity_id("person", "Leena Tormis")
FULL = "Harbour Minister Leena Tormis opened the new docks in Tallinn on Monday. Tormis spoke for an hour."
SHORT = "The docks are late, and Minister Tormis said so on Friday. “I am sorry for all of it,” Tormis said."
BARE = "The hall was full long before noon. “I have no time for songs today,” Ms Tormis said, and Ms Tormis left at once."


def _article(number: int, *paragraphs: str, source: str = "gazette", day: str = "2031-03-04") -> Article:
    return msgspec.structs.replace(
        article(*paragraphs), id=f"a{number}", source=source, published=f"{day}T05:06:07+00:00"
    )


def _enriched(articles: Sequence[Article], memory: FakeNameStore | None = None) -> list[EnrichedArticle]:
    return enrich(articles, without=WITHOUT, memory=memory or FakeNameStore())


def _id(one: EnrichedArticle, name: str) -> str:
    return next(entity.id for entity in one.entities if entity.name == name)


def test_a_minister_called_by_title_is_the_one_whom_another_article_names() -> None:
    """Entity and speaker get the id of the full name, and the record says which name that is."""
    full, short = _enriched([_article(1, FULL), _article(2, SHORT)])
    assert _id(full, "Leena Tormis") == _id(short, "Tormis") == TORMIS
    assert [one.canonical for one in short.entities if one.name == "Tormis"] == ["Leena Tormis"]
    assert {quote.speaker_id for quote in short.quotes} == {TORMIS}
    assert {quote.speaker for quote in short.quotes} == {"Tormis"}
    assert short.enrichments["identities"] == "identities/2"


def test_without_a_memory_each_name_is_its_own() -> None:
    """Nothing is guessed from one article, and the record says so."""
    (short,) = enrich([_article(2, SHORT)], without=WITHOUT)
    assert _id(short, "Tormis") == entity_id("person", "Tormis")
    assert short.enrichments["identities"] == "identities/2 without memory"


@pytest.mark.parametrize(
    "other",
    [
        "Culture Minister Ivo Tormis opened a theatre in Tartu. Tormis spoke for an hour.",
        "Transport Minister Ivo Tormis, 52, resigned. He said Tormis is a common name.",
    ],
)
def test_a_name_that_two_may_bear_stays_apart(other: str) -> None:
    """Two ministers of one family name: the short name is neither's."""
    *_, short = _enriched([_article(1, FULL), _article(2, other, source="post"), _article(3, SHORT)])
    assert _id(short, "Tormis") == entity_id("person", "Tormis")


def test_another_role_or_gender_is_somebody_else() -> None:
    """A coach of that name is not the minister, and Mr is not Ms."""
    coach = (
        "The match was lost, and coach Tormis left the ground. “We were not good enough today,” Tormis said."
    )
    man = "A neighbour, Mr Tormis, had seen the fire. “It was a very bad night for us,” Mr Tormis said."
    woman = FULL.replace("Harbour Minister", "Harbour Minister Ms")
    found = _enriched([_article(1, woman), _article(2, coach), _article(3, man)])
    assert {_id(one, "Tormis") for one in found[1:]} == {entity_id("person", "Tormis")}


def test_a_bare_name_needs_one_who_is_well_known() -> None:
    """One article with the full name is not enough; six in two outlets are."""
    once = _enriched([_article(1, FULL), _article(9, BARE)])
    assert _id(once[-1], "Tormis") == entity_id("person", "Tormis")
    many = [_article(number, FULL, source=("gazette", "post")[number % 2]) for number in range(6)]
    assert _id(_enriched([*many, _article(9, BARE)])[-1], "Tormis") == TORMIS


def test_long_ago_is_somebody_else() -> None:
    """A minister of forty years before is not meant."""
    *_, short = _enriched([_article(1, FULL, day="1991-03-04"), _article(2, SHORT)])
    assert _id(short, "Tormis") == entity_id("person", "Tormis")


GOALKEEPER = (
    "Goalkeeper Leena Tormis saved two penalties in Turku on Sunday. Tormis, 23, was cheered for an hour."
)
KEEPER = entity_id("person", "Leena Tormis (sport)")


def _both() -> list[Article]:
    return [_article(1, FULL), _article(2, GOALKEEPER, source="turku-mail", day="2031-03-05")]


def test_two_people_of_one_full_name_have_two_ids() -> None:
    """A minister and a goalkeeper are two; who was known first keeps the name's id, and each has one id ever after."""
    more = [
        _article(3, "Minister Leena Tormis left for Riga. Tormis did not say why."),
        _article(4, "The team lost. Goalkeeper Leena Tormis was ill, and Leena Tormis stayed at home."),
    ]
    found = _enriched([*_both(), *more])
    assert [_id(one, "Leena Tormis") for one in found] == [TORMIS, KEEPER, TORMIS, KEEPER]
    assert [one.canonical for one in found[1].entities if one.name == "Leena Tormis"] == [
        "Leena Tormis (sport)"
    ]


@pytest.mark.parametrize(
    "bridge",
    [
        "Minister Leena Tormis, a former goalkeeper, cut the ribbon. Tormis smiled.",
        "Minister Leena Tormis and Maarja Kask met in Turku. Goalkeepers have no friends, Tormis said.",
    ],
)
def test_a_name_whose_bearers_may_be_one_stays_whole(bridge: str) -> None:
    """Somebody with both roles, or in the same company in both, is one person."""
    keeper = _article(2, f"{GOALKEEPER} Her friend Maarja Kask waved.", day="2031-03-05")
    found = _enriched([_article(1, FULL), keeper, _article(3, bridge)])
    assert {_id(one, "Leena Tormis") for one in found} == {TORMIS}


def test_which_namesake_is_meant_is_told_or_left_open() -> None:
    """By role where there is one, in full and in short; else the name is an id of its own."""
    said = [
        _article(5, "It rained. “I like the rain,” Leena Tormis said, and Leena Tormis went home."),
        _article(6, SHORT),
        _article(7, "The team lost again. “We were tired,” goalkeeper Tormis said. Tormis was ill."),
        _article(8, BARE),
    ]
    untold, minister, keeper, bare = _enriched([*_both(), *said])[2:]
    assert _id(untold, "Leena Tormis") == entity_id("person", "Leena Tormis (untold)")
    assert _id(minister, "Tormis") == TORMIS
    assert _id(keeper, "Tormis") == KEEPER
    assert _id(bare, "Tormis") == entity_id("person", "Tormis")


def test_an_initial_makes_nobody_else_unless_there_are_two() -> None:
    """ "Leena K. Tormis" is Leena Tormis; where a Leena M. Tormis is known too, each stays apart."""
    with_k = FULL.replace("Leena Tormis", "Leena K. Tormis")
    with_m = FULL.replace("Leena Tormis", "Leena M. Tormis")
    found = _enriched([_article(1, FULL), _article(2, with_k)])
    assert _id(found[1], "Leena K. Tormis") == TORMIS
    found = _enriched([_article(1, FULL), _article(2, with_k), _article(3, with_m)])
    assert len({entity.id for one in found for entity in one.entities if entity.type == "person"}) == 3


def test_an_acronym_is_the_organization_that_two_articles_spell_out() -> None:
    """Learned from the articles that have both; one that two organizations share stays apart."""
    spelled = "The Estonian Dockworkers Union (EDU) welcomed the plan. The EDU has 4,000 members in Tallinn."
    alone = "Talks with the EDU ended on Friday. The EDU had asked for more money, and the EDU got none."
    rival = "The European Dance University (EDU) opened in Narva. The EDU has 90 students from Tallinn."
    known = [_article(1, spelled), _article(2, spelled, source="post")]
    *_, short = _enriched([*known, _article(3, alone)])
    assert _id(short, "EDU") == entity_id("organization", "Estonian Dockworkers Union")
    *_, short = _enriched([*known, _article(4, rival), _article(3, alone)])
    assert _id(short, "EDU") == entity_id("organization", "EDU")


def test_a_country_has_one_id_under_all_its_names() -> None:
    """The gazetteer knows them, so no article has to say it."""
    (one,) = _enriched([_article(1, "Ships from the U.S. reached Tallinn on Monday, and the U.S. was glad.")])
    (other,) = _enriched([_article(2, "Ships from the United States reached Tallinn on Monday.")])
    assert _id(one, "U.S.") == _id(other, "United States")


def test_what_was_learned_does_not_depend_on_order_batches_or_repeats() -> None:
    """Any order of the articles, one by one or together, as often as they come: the memory is the same."""
    articles = [
        _article(number, text, source=source)
        for number, (text, source) in enumerate(
            [(FULL, "gazette"), (SHORT, "post"), (FULL.replace("Leena", "Ivo"), "post"), (BARE, "gazette")]
        )
    ]
    made = enrich(articles, without=WITHOUT)
    told = [clues(one, read(one.paragraphs)) for one in made]
    keys = ["person:tormis"]
    wanted = None
    for order in itertools.permutations(told):
        memory = FakeNameStore()
        for one in (*order, order[0]):
            learn(one, memory)
        (form,) = memory.forms(keys).values()
        wanted = wanted or form.holders
        assert form.holders == wanted
    together = FakeNameStore()
    remember(together, made)
    assert together.forms(keys)["person:tormis"].holders == wanted


def test_what_is_known_already_is_not_written_again() -> None:
    """A well-known name costs a read and no write."""
    memory = FakeNameStore()
    _enriched([_article(1, FULL)], memory)
    before = memory.writes
    _enriched([_article(1, FULL), _article(2, SHORT)], memory)
    assert memory.writes == before


def test_two_processes_that_learn_at_once_lose_nothing() -> None:
    """A form that somebody else changed meanwhile is read and merged again."""
    memory = FakeNameStore()
    other = enrich([_article(2, FULL.replace("Leena", "Ivo"))], without=WITHOUT)

    def interfere() -> None:
        memory.before_put = None
        remember(memory, other)

    memory.before_put = interfere
    remember(memory, enrich([_article(1, FULL)], without=WITHOUT))
    names = {one.name for one in memory.forms(["person:tormis"])["person:tormis"].holders}
    assert names == {"Leena Tormis", "Ivo Tormis"}


def test_a_store_that_never_takes_what_is_learned_is_unavailable() -> None:
    """The runner then waits and tries again; nothing is dropped."""

    class Contended(FakeNameStore):
        def put(self, forms: Sequence[NameForm]) -> Sequence[str]:
            return [form.key for form in forms]

    with pytest.raises(Unavailable, match="were changed by other processes"):
        remember(Contended(), enrich([_article(1, FULL)], without=WITHOUT))


def test_the_number_of_articles_is_estimated_from_a_sample() -> None:
    """Of a thousand articles 32 hashes are kept, and tell their number to within a third."""

    def holder(number: int) -> Holder:
        (clue,) = clues(seen_in(number), read((FULL,)))
        return Holder(id="x", name="Leena Tormis", articles=(clue.article,), first=clue.day, last=clue.day)

    def seen_in(number: int) -> EnrichedArticle:
        return msgspec.structs.replace(whole, id=f"a{number}", entities=people)

    (whole,) = enrich([_article(1, FULL)], without=WITHOUT)
    people = tuple(one for one in whole.entities if one.type == "person")
    seen = holder(0)
    for number in range(1, 1000):
        seen = merged(seen, holder(number))
    assert len(seen.articles) == 32
    assert 667 < count(seen) < 1500


def test_identities_can_be_switched_off() -> None:
    """Then every name keeps the id that follows from itself."""
    made = enrich(
        [_article(1, FULL), _article(2, SHORT)], without=(*WITHOUT, "identities"), memory=FakeNameStore()
    )
    assert _id(made[1], "Tormis") == entity_id("person", "Tormis")
    assert made[1].enrichments["identities"] == "off"


def test_identities_can_be_made_again_alone() -> None:
    """An old article gets the id that the archive has learned since, and nothing else changes."""
    memory = FakeNameStore()
    (early,) = _enriched([_article(2, SHORT)], memory)
    assert _id(early, "Tormis") == entity_id("person", "Tormis")
    _enriched([_article(1, FULL)], memory)
    (again,) = enrich([early], only=["identities"], memory=memory)
    assert _id(again, "Tormis") == TORMIS
    assert msgspec.structs.replace(again, entities=early.entities, quotes=early.quotes) == early
