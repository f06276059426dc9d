"""Which article of a family is the origin, and what is said of each copy."""

import itertools
from typing import Any

import pytest

from consumers.deduplicate.profile import is_named, outlet_names
from dateline.fakes import FakeIdentityStore
from schemas.records import Article, CopyOf, Dateline
from tests.unit.deduplicate.test_copies import copy, origins
from tests.unit.deduplicate.world import HARBOUR, ORCHARD, Log, article, latest, run

AGENCY = article(
    url="https://www.sundwire.example/pier",
    source="sundwire",
    published="2026-03-03T09:30:00Z",
    headline="Vellmar rebuilds pier",
)


def credited(number: int, **fields: Any) -> Article:
    """A copy that says from whom it is."""
    stated = copy(number)
    return Article(
        **{name: getattr(stated, name) for name in stated.__struct_fields__}
        | {"credit": "Sund Wire"}
        | fields
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_agency_that_the_family_credits_is_the_origin(order: tuple[int, ...]) -> None:
    """Though two outlets date their copies earlier, all name the agency's article that they credit, in any order of arrival."""
    family = [
        AGENCY,
        credited(1, published="2026-03-03T08:00:00Z"),
        copy(2, hour=9),
        credited(3, credit=None, dateline=Dateline(text="VELLMAR (Sundwire)", agency="Sundwire")),
    ]
    log = Log()
    held = latest(run(FakeIdentityStore(), [log.item(family[place]) for place in order]))
    assert origins(held) == {
        "sundwire": None,
        "outlet1": "sundwire",
        "outlet2": "sundwire",
        "outlet3": "sundwire",
    }
    assert {version.copy_of.because for version in held.values() if version.copy_of} == {"agency"}


def test_credit_of_an_agency_that_is_not_there_changes_nothing() -> None:
    """Where the agency's own article was not seen, the earliest published is the origin."""
    log = Log()
    held = latest(run(FakeIdentityStore(), [log.item(one) for one in (credited(2), copy(1))]))
    assert origins(held) == {"outlet1": None, "outlet2": "outlet1"}
    assert [version.copy_of.because for version in held.values() if version.copy_of] == ["earliest"]


def edge(origin: Article, of: Article) -> CopyOf:
    log = Log()
    found = latest(run(FakeIdentityStore(), [log.item(origin), log.item(of)]))[of.id].copy_of
    assert found is not None
    return found


def test_copy_says_what_was_cut_added_and_changed() -> None:
    """A copy names the paragraphs that it left out, whether it took the headline, whom it credits, and how late it is."""
    found = edge(AGENCY, credited(3, paragraphs=(*HARBOUR[:3], ORCHARD[3])))
    assert found.cut == (3, 4)
    assert 0.5 < found.containment_there < 0.8
    assert 0.6 < found.containment_here < 0.95
    assert (found.headline_changed, found.credited, found.delay) == (True, True, 9000)
    same = edge(AGENCY, copy(3, HARBOUR))
    assert (same.cut, same.credited) == ((), False)


@pytest.mark.parametrize(
    "fields",
    [
        {"credit": "SW"},
        {"authors": ("Sund Wire",), "credit": None},
        {"paragraphs": (*HARBOUR, "This report was first published by Sund Wire."), "credit": None},
    ],
)
def test_credit_is_found_where_outlets_put_it(fields: dict[str, Any]) -> None:
    """A sign, a byline or a closing line credits as a credit line does."""
    assert edge(AGENCY, credited(3, **fields)).credited == (fields.get("credit") != "SW")


def test_copy_relates_to_the_version_that_stood_when_it_was_made() -> None:
    """When the origin is updated after it was copied, the copy still names the version that it was taken from."""
    log = Log()
    later = article(
        [*HARBOUR[:4], *ORCHARD[:2]], url=AGENCY.url, source="sundwire", headline=AGENCY.headline,
        published=AGENCY.published, modified="2026-03-03T18:00:00Z", fetched="2026-03-03T18:05:00Z",
    )  # fmt: skip
    events = [log.item(one) for one in (AGENCY, credited(3), later)]
    for order in itertools.permutations(events):
        held = latest(run(FakeIdentityStore(), order))
        found = held[credited(3).id].copy_of
        assert found is not None
        assert found.version_id != held[AGENCY.id].version_id
        assert (found.containment_here, found.cut) == (1.0, ())


@pytest.mark.parametrize(
    ("credit", "source", "url", "named"),
    [
        ("Sund Wire", "sundwire", "https://sw.example/a", True),
        ("The Sundwire News Agency", "x", "https://www.sundwire.example/a", True),
        ("Tidewater Wire Agency", "twa", "https://news.example/a", True),
        ("Nordwire", "wire", "https://wire.example/a", False),
        ("Harbour Post", "harbour", "https://harbour.example/a", True),
        ("Staff", "courier", "https://courier.example/a", False),
    ],
)
def test_credits_name_outlets(credit: str, source: str, url: str, named: bool) -> None:
    """A credit means an outlet if it begins with its name, or abbreviates to it."""
    assert is_named(credit, outlet_names(source, url)) == named
