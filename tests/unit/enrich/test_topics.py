"""What articles are about, by IPTC's Media Topics."""

import msgspec

from consumers.enrich import enrich, taxonomy
from schemas.records import Topic
from tests.unit.enrich.articles import article

FOOTBALL = (
    "Saltmarsh Rovers won the cup final on Saturday when striker Odo Fennick scored a late goal against Tarn United.",
    "The midfielder had hit the bar before half-time, and the goalkeeper saved a penalty in front of 20,000 fans.",
    "The coach praised his players after the match; the league season begins again in August.",
)
ELECTION = (
    "Voters go to the polls on Sunday to elect a new parliament after a short campaign.",
    "The governing party's candidate for prime minister led in the last poll; turnout is expected to be high.",
    "Ballots will be counted through the night, the electoral commission said, and both parties promised tax reform.",
)


def _topics(*paragraphs: str, headline: str, **fields: object) -> tuple[Topic, ...]:
    made = msgspec.structs.replace(article(*paragraphs, headline=headline), **fields)
    return enrich([made], without=["names", "quotes"])[0].topics


def test_files_an_article_under_broader_and_narrower_subjects() -> None:
    """A match report is sport, a discipline, and that discipline is football."""
    found = _topics(*FOOTBALL, headline="Rovers win the cup")
    assert [(topic.code, topic.name) for topic in found] == [
        ("medtop:15000000", "sport"),
        ("medtop:20000822", "competition discipline"),
        ("medtop:20001065", "football"),
    ]
    assert found[0].uri == "http://cv.iptc.org/newscodes/mediatopic/15000000"
    assert 0.5 < found[0].confidence <= 1


def test_an_article_may_have_several_topics() -> None:
    """A strike at a hospital is labour and health."""
    found = _topics(
        "Patients at Saltmarsh hospital waited for surgery on Monday as nurses went on strike for higher wages.",
        "Doctors joined the picket line; the trade union and the employer will meet for pay talks today.",
        "The clinic next door took patients from intensive care, a surgeon said.",
        headline="Nurses' union calls strike at hospital",
    )
    assert {"labour", "health"} <= {topic.name for topic in found}


def test_the_outlets_section_weighs() -> None:
    """Between two readings of a thin text the section decides."""
    text = "The committee met on Tuesday and put the decision off until the spring."
    assert _topics(text, headline="Decision put off", section="Sport")[0].name == "sport"
    assert _topics(text, headline="Decision put off", section="Politics")[0].name == "politics and government"


def test_words_are_found_in_all_their_forms() -> None:
    """ "Voters", "elected" and "ballots" speak for an election as "vote" and "ballot" do."""
    found = _topics(*ELECTION, headline="Parliament to be elected")
    assert found[0].name == "politics and government"
    assert "election" in {topic.name for topic in found}


def test_other_languages_go_by_the_section_alone() -> None:
    """A German article has the topic of its section, and says that no words were weighed."""
    made = msgspec.structs.replace(
        article("Die Mannschaft gewann das Spiel am Samstag vor vielen Zuschauern.", language="de"),
        section="Fußball",
    )
    (after,) = enrich([made], without=["quotes"])
    assert [topic.name for topic in after.topics] == ["sport"]
    assert after.enrichments["topics"].endswith("by section")
    (plain,) = enrich([msgspec.structs.replace(made, section=None)], without=["quotes"])
    assert (plain.topics, plain.enrichments["topics"]) == ((), "not_available")


def test_topics_do_without_the_embedding() -> None:
    """With the model switched off, words and section still speak."""
    (after,) = enrich(
        [article(*FOOTBALL, headline="Rovers win the cup")], without=["names", "quotes", "embedding"]
    )
    assert after.topics[0].name == "sport"
    assert after.embedding is None


def test_the_taxonomy_is_whole() -> None:
    """All seventeen top subjects with their second level are there, each with words and a description of its own."""
    subjects = taxonomy.subjects()
    assert len(taxonomy.narrower()[None]) == 17
    assert sum(taxonomy.level(code) == 2 for code in subjects) == 120
    assert all(one.words and one.about for one in subjects.values())
    assert len({one.about for one in subjects.values()}) == len(subjects)


def test_every_section_leads_to_a_top_subject() -> None:
    """No section is filed under a code that is not there."""
    assert set(taxonomy.sections().values()) <= set(taxonomy.narrower()[None])
