"""Reading and searching in a real browser: what a reader does, on every screen and without JavaScript too."""

import re
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dateline import kafka
from dateline.settings import Settings
from schemas.records import encode
from schemas.topics import ENRICHED
from tests.archive import BOATS, COPY, HARM, HOSTILE
from tests.browser.archive import NEWS, STORY
from tests.browser.conftest import OPERATOR, Visit

ARTICLE = f"/articles/{BOATS.id}"
PAGES = (
    "/",
    "/search?q=tides",
    ARTICLE,
    f"{ARTICLE}/compare?from=1&to=3",
    f"{ARTICLE}/compare?view=side",
    f"/articles/{COPY.id}",
    f"/articles/{COPY.id}/origin",
    f"/articles/{HARM.id}",
    "/changes",
    "/sources",
    "/sources/gazette",
    "/people/Odo%20Fennick",
    "/stories?since=",
    f"/story/{STORY.id}",
    "/searches",
    "/pipeline",
    "/login",
    "/nothing",
)


def expect_clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scripts", [True, False])
def test_search_filter_open_compare(visit: Visit, scripts: bool) -> None:
    """From a word to an article, narrowed by a facet, and on to two of its versions side by side; scripts or none."""
    page = visit.open("/", scripts=scripts)
    page.get_by_role("searchbox").fill("boats")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="2 articles")).to_be_visible()
    page.get_by_role("complementary").get_by_role("link", name="courier").click()
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
    page.get_by_role("link", name="Four boats return to Saltmarsh").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Four boats return to Saltmarsh")
    page.get_by_role("link", name="What changed").first.click()
    for name, value in (("from", "1"), ("to", "3"), ("view", "side")):
        page.locator(f"select[name={name}]").select_option(value)
    page.get_by_role("button", name="Compare").click()
    changed = page.get_by_role("row").filter(has_text="given up")
    expect(changed.get_by_role("cell").nth(1).locator("ins")).to_have_text("almost")
    expect(page.locator("td del").first).to_have_text("Three")


def test_a_copy_is_followed_to_its_origin(visit: Visit) -> None:
    """A copy's page leads to the article that it was made from, whose family lists the copy."""
    page = visit.open(f"/articles/{COPY.id}")
    page.get_by_role("link", name="the article of courier").click()
    expect(page).to_have_url(re.compile(BOATS.id))
    copies = page.get_by_role("region", name="Copies")
    expect(copies.get_by_role("link", name="gazette", exact=True)).to_be_visible()
    expect(copies).to_contain_text("Kept 90 % of it; cut paragraph 2")
    expect(copies).to_contain_text("not credited")
    copies.get_by_role("link", name="gazette: compared with the origin").click()
    row = page.get_by_role("row").filter(has_text="headline")
    expect(row.get_by_role("cell").first.locator("del").first).to_contain_text("Four")


def test_news_come_while_the_page_is_open(visit: Visit, world: Settings) -> None:
    """An article enriched now is announced on the front page without a reload."""
    with visit.streaming() as page, closing(kafka.producer(world)) as producer:
        producer.send(kafka.physical(world, ENRICHED), key=NEWS.id.encode(), value=encode(NEWS))
        producer.flush()
        expect(page.get_by_role("status")).to_contain_text("1 new")
        latest = page.get_by_role("region", name="Latest").get_by_role("link", name=NEWS.headline)
        expect(latest).to_have_attribute("href", f"/articles/{NEWS.id}")
        changed = page.get_by_role("region", name="What changed").locator(".fresh")
        expect(changed).to_contain_text("Correction")
        expect(changed.locator("ins")).to_have_text(HOSTILE)
        expect(page.locator("img")).to_have_count(0)


def test_the_histogram_is_dragged(visit: Visit) -> None:
    """Dragging over bars narrows the search to their months; the address says so."""
    page = visit.open("/search?q=tide")
    bars = page.locator(".histogram .bar")
    expect(bars).to_have_count(8)
    first, last = bars.nth(2).bounding_box(), bars.nth(4).bounding_box()
    assert first
    assert last
    page.mouse.move(first["x"] + 2, first["y"] + 2)
    page.mouse.down()
    page.mouse.move(last["x"] + 2, last["y"] + 2, steps=5)
    page.mouse.up()
    expect(page.get_by_role("heading", name="3 articles")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("tide published:2025-03..2025-05")


@pytest.mark.parametrize("scripts", [True, False])
def test_days_are_chosen_by_a_form_too(visit: Visit, scripts: bool) -> None:
    """Two dates narrow the search to what lies between, and stand in the address and the query."""
    page = visit.open("/search?q=tide", scripts=scripts)
    page.get_by_label("From").fill("2025-02-01")
    page.get_by_label("to", exact=True).fill("2025-03-31")
    page.get_by_role("button", name="Narrow").click()
    expect(page.get_by_role("heading", name="2 articles")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("tide published:2025-02-01..2025-03-31")


def test_places_lie_on_a_map(visit: Visit) -> None:
    """A place of the articles found is a spot on the outline, and narrows the search to it."""
    page = visit.open("/search?q=tide")
    world = page.get_by_role("group", name="Places on a map")
    assert world.locator("use").bounding_box()
    frame, spot = world.bounding_box(), world.locator("circle").bounding_box()
    assert frame
    assert spot
    assert (
        0.45 < (spot["x"] + spot["width"] / 2 - frame["x"]) / frame["width"] < 0.55
    )  # in the middle: the only one
    assert world.get_by_role("link").get_attribute("href") == "/search?q=tide+place%3A%22Hamburg%22"


def test_a_story_is_read_by_its_outlets(visit: Visit) -> None:
    """Each outlet has a lane, the first to report is marked in its own, and a mark leads to its article."""
    page = visit.open(f"/story/{STORY.id}")
    lanes = page.get_by_role("group", name="Articles by outlet over time")
    expect(lanes.locator("rect")).to_have_count(3)
    first = lanes.get_by_role("group", name="courier").get_by_role("link")
    expect(first.locator("rect")).to_have_class("first")
    expect(page.get_by_role("group", name="Places on a map")).to_contain_text("Hamburg")
    first.click()
    expect(page).to_have_url(re.compile(BOATS.id))


def test_a_search_is_saved_in_the_browser(visit: Visit) -> None:
    """It stands on the front page until it is forgotten."""
    page = visit.open("/search?q=boats")
    page.get_by_role("button", name="Keep in this browser").click()
    expect(page.get_by_role("button", name="Kept in this browser")).to_be_disabled()
    page.get_by_role("link", name="Dateline", exact=True).click()
    searches = page.get_by_role("region", name="Saved searches")
    searches.get_by_role("button", name="Forget boats").focus()
    searches.get_by_role("link", name="boats").click()
    expect(page.get_by_role("heading", name="2 articles")).to_be_visible()
    page.get_by_role("button", name="Forget boats").click()
    expect(page.get_by_role("button", name="Keep in this browser")).to_be_enabled()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_is_saved_for_everyone(visit: Visit, scripts: bool) -> None:
    """An operator logs in from a search, names and saves it; others find it; it can be removed; scripts or none."""
    name = f"Tides {scripts}"
    page = visit.open("/search?q=tide", scripts=scripts)
    page.get_by_role("complementary").get_by_role("link", name="Log in").click()
    page.get_by_label("Token").fill(OPERATOR)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Save for everyone as").fill(name)
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    others = visit.open("/", scripts=scripts)
    others.get_by_role("region", name="Saved searches").get_by_role("link", name=name, exact=True).click()
    expect(others.get_by_role("searchbox")).to_have_value("tide")
    page.get_by_role("link", name="Saved searches").click()
    page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_light_and_dark(visit: Visit) -> None:
    """The page follows the system's theme until one is chosen, which the next page keeps."""
    page = visit.open("/", dark=True)
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light or dark").click()
    light = page.evaluate(paper)
    assert light != dark
    page.get_by_role("link", name="Changes", exact=True).click()
    assert page.evaluate(paper) == light


def test_a_change_leads_to_the_version_that_made_it(visit: Visit) -> None:
    """Not to the latest one; from there to the article. Changes of one version stand together under one headline."""
    page = visit.open("/changes")
    page.locator(".change", has_text="Figure").get_by_role(
        "link", name="Four boats return to Saltmarsh"
    ).click()
    expect(page.get_by_role("combobox", name="From")).to_have_value("1")
    expect(page.get_by_role("combobox", name="to", exact=True)).to_have_value("2")
    page.get_by_role("heading", level=1).get_by_role("link").click()
    page.get_by_role("article").get_by_role("link", name="3 versions").click()
    expect(page.get_by_role("heading", name="History")).to_be_in_viewport()


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """The first Tab reaches a link past the head of the page; what has the focus shows it."""
    page = visit.open(ARTICLE)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_and_fits_a_small_screen(visit: Visit, path: str) -> None:
    """axe-core finds nothing, in light and dark; nothing scrolls sideways at 360 pixels; the page weighs less than 150 kB."""
    page = visit.open(path, dark=True)
    weight = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
    )
    assert 0 < weight < 150_000
    expect_clean(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    expect_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_an_operator_logs_in_and_out(visit: Visit) -> None:
    """Inputs in quarantine can be ticked by who logged in, and by nobody after logging out."""
    page = visit.open("/pipeline")
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Token").fill(OPERATOR)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("checkbox", name="https://courier.example/empty")).to_be_visible()
    expect_clean(page)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
