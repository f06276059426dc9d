"""Articles as IPTC ninjs 3.1."""

import json

import msgspec
import pytest
from hypothesis import given, settings

from schemas.ninjs import checked, encode_item, item
from schemas.records import CopyOf, EnrichedArticle, Rights
from tests.samples import ENRICHED, enriched, records


def _made(article: EnrichedArticle) -> dict[str, object]:
    raw = encode_item(item(article))
    checked(raw)
    made: dict[str, object] = json.loads(raw)
    return made


def test_a_full_article_has_its_place_for_everything() -> None:
    """Texts, people, places, subjects, sources and dates stand under the standard's own names."""
    made = _made(ENRICHED)
    assert made["type"] == "text"
    assert made["firstCreated"] == ENRICHED.published
    assert made["headlines"] == [
        {"value": ENRICHED.headline, "role": "main"},
        {"value": ENRICHED.kicker, "role": "kicker"},
    ]
    assert made["people"] == [{"name": "Ilse Tarn", "literal": "person/ilse-tarn", "rel": "about"}]
    subjects = made["subjects"]
    assert isinstance(subjects, list)
    assert subjects[0] == {
        "name": "weather",
        "rel": "about",
        "uri": "http://cv.iptc.org/newscodes/mediatopic/17000000",
        "literal": "medtop:17000000",
        "creator": "Dateline",
        "confidence": 75,
    }
    assert {"role": "url", "value": ENRICHED.url} in made["altIds"]  # type: ignore[operator]


def test_rights_travel() -> None:
    """A paywall and an opt-out are told in the one place that the standard has for them, a licence's page as a link."""
    rights = Rights(
        copyright_notice="© Courier",
        license="https://courier.example/terms",
        is_accessible_for_free=False,
        opt_outs=("noai", "tdm"),
    )
    made = _made(enriched(rights=rights))
    assert made["copyrightNotice"] == "© Courier"
    assert "not accessible for free" in str(made["usageTerms"])
    assert "reserved: noai, tdm" in str(made["usageTerms"])
    assert made["rightsInfo"] == {"linkedRights": "https://courier.example/terms"}


def test_a_copy_names_its_origin_and_a_removed_article_is_canceled() -> None:
    """A receiver can drop copies, and must take down what its outlet took down."""
    copy = CopyOf(
        article_id="article-9",
        version_id="version-9",
        source="twa",
        url="https://twa.example/boats",
        containment_here=1.0,
        containment_there=1.0,
        score=1.0,
    )
    made = _made(enriched(copy_of=copy, status="REMOVED", images=(), related=()))
    (origin,) = made["associations"]  # type: ignore[misc]
    assert (origin["rel"], origin["uri"]) == ("isCopyOf", "urn:x-dateline:article:article-9")
    assert made["pubStatus"] == "canceled"


@given(records(EnrichedArticle))
@settings(max_examples=60, deadline=None)
def test_any_article_keeps_the_standards_rules(article: EnrichedArticle) -> None:
    """Whatever an outlet writes into its fields, the item is valid."""
    sane = msgspec.structs.replace(
        article, topics=(), modified=ENRICHED.modified, published=ENRICHED.published, id="a b/ç"
    )
    _made(sane)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "unknown field `colour`"),
        ({"uri": "no uri"}, r"`\$.uri`"),
        ({"pubStatus": "gone"}, "pubStatus"),
        ({"firstCreated": "yesterday"}, "firstCreated"),
        ({"subjects": [{"name": "x", "confidence": 101}]}, r"confidence"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_place(change: dict[str, object], said: str) -> None:
    """The check can fail: each rule of the standard that is encoded bites."""
    with pytest.raises(msgspec.ValidationError, match=said):
        checked(json.dumps(_made(ENRICHED) | change).encode())
