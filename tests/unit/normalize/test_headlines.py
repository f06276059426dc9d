"""Which of the titles that a page gives is its headline."""

import pytest

from consumers.normalize import normalize
from tests.unit.normalize.documents import document
from tests.unit.normalize.test_metadata import LONG


def headline(
    shared: str, shown: str, stated: str, window: str, head: str = "", site: str = "The Weir Gazette"
) -> tuple[str, str]:
    """What is read from an invented page with those titles, and its source."""
    body = (
        f'<html><head><title>{window}</title><meta property="og:title" content="{shared}">{head}'
        f'<meta property="og:site_name" content="{site}">'
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{stated}"}}</script></head>'
        f"<body><article><h1>{shown}</h1>{LONG}</article></body></html>"
    )
    found = normalize(document(body))
    return found.headline, found.provenance["headline"]


def test_the_title_given_out_goes_first() -> None:
    """Alone against the page's own three it is the headline: so outlets hand on their stories."""
    own = "Weir bridge: repairs done after eleven months"
    assert headline("Bridge reopens after repairs", own, own, own)[0] == "Bridge reopens after repairs"


def test_the_outlets_own_systems_outvote_it() -> None:
    """h1, JSON-LD and title agree, and so does a name that only the outlet's own systems read."""
    own = "Weir bridge: repairs done after eleven months"
    meta = f'<meta name="sailthru.title" content="{own}">'
    assert headline("The bridge: repairs you must see", own, own, own, meta)[0] == own


def test_two_against_one_where_all_three_differ() -> None:
    """JSON-LD and the title element agree, the heading says a third thing: what two say is the headline."""
    live = "Flood on the Weir: all developments"
    found = headline(
        "Flood on the Weir: the newest developments", "Mill evacuated, dam holds +++ ferry lost", live, live
    )
    assert found == (live, "json-ld:headline")


def test_the_spelling_of_the_most_places_counts() -> None:
    """The same words with other quotation marks: three places outvote one; two against two leave it as given out."""
    curly, straight = "The bridge’s timbers: ‘all new’", "The bridge's timbers: 'all new'"
    assert headline(straight, curly, curly, curly) == (curly, "meta:og:title, spelled as in html:h1")
    assert headline(straight, curly, curly, straight) == (straight, "meta:og:title")


@pytest.mark.parametrize(
    "window", ["«We counted them again» - News - Weir", "«We counted them again» | Weir"]
)
def test_a_closing_quotation_mark_separates_nothing(window: str) -> None:
    """A guillemet that closes a quotation stays with it when the site's name is cut."""
    body = f"<html><head><title>{window}</title><meta property='og:site_name' content='Weir'></head><body><article>{LONG}</article></body></html>"
    assert normalize(document(body)).headline.startswith("«We counted them again»")


def page(
    shared: str, heading: str, stated: str, window: str, *, path: str = "weir/bridge", alternative: str = ""
) -> str:
    """The headline of an invented page with that markup for its heading, at that path."""
    other = f', "alternativeHeadline": "{alternative}"' if alternative else ""
    body = (
        f'<html><head><title>{window}</title><meta property="og:title" content="{shared}">'
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{stated}"{other}}}</script></head>'
        f"<body><article>{heading}{LONG}</article></body></html>"
    )
    return normalize(document(body, url=f"https://weir.example/{path}")).headline


def test_data_that_tell_two_headlines_apart_outrank_a_third() -> None:
    """Where JSON-LD names headline and alternative headline, a social title that is neither is a third one."""
    heading = "<h1>Weir bridge: what you should know today</h1>"
    shared = "Weir bridge: what you should know today"
    stated = "Mended bridge opens after eleven months"
    assert page(shared, heading, stated, shared, alternative="The Weir has its bridge again") == stated
    assert page(shared, heading, stated, shared, alternative=shared) == shared
    assert page(shared, heading, stated, shared) == shared


def test_a_social_title_that_the_address_remembers_is_the_old_one() -> None:
    """h1, JSON-LD and title were rewritten; og:title still says the words that the address was made of."""
    old, new = (
        "Bridge over the Weir stays closed to heavy lorries",
        "When heavy lorries may cross the Weir again",
    )
    heading = f"<h1>{new}</h1>"
    assert page(old, heading, new, new, path="bridge-over-the-weir-stays-closed-4711.html") == new
    assert page(old, heading, new, new, path="when-heavy-lorries-may-cross-the-weir-again-4711.html") == old


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("<h1>Lorries may cross again</h1>", "Lorries may cross again"),
        ("<div>On the Weir</div><h1>Lorries may cross again</h1>", "Lorries may cross again"),
        (
            '<h1><span class="title__kicker">On the Weir</span> <span>Lorries may cross again</span></h1>',
            "Lorries may cross again",
        ),
        (
            "<div>Bridge mended</div><h1>Lorries may cross again</h1>",
            "Bridge mended: Lorries may cross again",
        ),
        (
            '<h1><span class="kicker">Bridge mended</span><span>Lorries may cross again</span></h1>',
            "Bridge mended: Lorries may cross again",
        ),
    ],
)
def test_words_put_before_the_headline_for_sharing(heading: str, expected: str) -> None:
    """A part of og:title before the h1's words belongs to it as far as the page shows it beside the h1."""
    title = "Bridge mended: Lorries may cross again"
    assert page(title, heading, "", title) == expected
