"""What came with an article is text, whatever it says: in a browser, on every page that shows it."""

from urllib.parse import quote

import pytest

from tests.browser.archive import STORY
from tests.browser.conftest import Visit
from tests.browser.hostile import COPY, HARM, HOSTILE

PAGES = (
    "/",
    "/search?q=hostile",
    f"/search?q={quote(HARM)}",
    f"/search?q={quote('source:evil')}&sort=newest",
    f"/articles/{HOSTILE.id}",
    f"/articles/{HOSTILE.id}?version=1",
    f"/articles/{HOSTILE.id}/compare",
    f"/articles/{HOSTILE.id}/compare?view=side",
    f"/articles/{COPY.id}",
    f"/articles/{COPY.id}/origin",
    f"/people/{quote(HARM)}",
    "/sources",
    "/sources/evil",
    "/changes?source=evil",
    "/stories?since=",
    f"/story/{STORY.id}",
    "/pipeline",
)
_LEAKS = """() => {
  const found = [];
  for (const one of document.querySelectorAll("*")) {
    for (const name of one.getAttributeNames()) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") found.push(`${one.tagName} ${name}`);
      if (["href", "src", "action"].includes(name) && /^\\s*(javascript|data|vbscript):/i.test(one.getAttribute(name)))
        found.push(`${one.tagName} ${name}`);
    }
    if (["IMG", "IFRAME", "OBJECT", "EMBED", "BASE", "STYLE", "U"].includes(one.tagName))
      found.push(one.tagName);
    if (one.tagName === "SCRIPT" && !one.src.startsWith(location.origin + "/static/")) found.push("SCRIPT");
  }
  return found;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_nothing_becomes_more_than_text(visit: Visit, path: str) -> None:
    """No element, attribute or address comes from an article, nothing runs, nothing is asked of another server.

    The visitor's own checks fail on a dialog, a line in the console (a violation of the policy is one) and a foreign request.
    """
    page = visit.open(path, width=360)
    assert page.evaluate(_LEAKS) == []
    assert page.title().endswith("Dateline") or path.startswith("/search")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_was_written_is_shown(visit: Visit) -> None:
    """The text is not cut or cleaned either: it stands there as it was written."""
    page = visit.open(f"/articles/{HOSTILE.id}")
    assert "<script>alert(1)</script>" in page.get_by_role("heading", level=1).inner_text()
    assert "{{ 7 * 7 }}" in page.get_by_role("main").inner_text()


def test_a_hostile_search_can_be_saved(visit: Visit) -> None:
    """What scripts put into the page is text too."""
    page = visit.open(f"/search?q={quote('source:evil <img/src=x/onerror=alert(1)>')}")
    page.get_by_role("button", name="Keep in this browser").click()
    page.goto("/")
    assert "<img" in page.get_by_role("region", name="Saved searches").inner_text()
    assert page.evaluate(_LEAKS) == []


@pytest.mark.parametrize("path", ["/feeds/search.atom?q=hostile", "/feeds/changes.atom?source=evil"])
def test_feeds_are_well_formed(visit: Visit, path: str) -> None:
    """A feed with such articles can be parsed, and holds their words as text."""
    page = visit.open("/")
    kinds = page.evaluate(
        """async (path) => {
            const answer = await (await fetch(path)).text();
            const tree = new DOMParser().parseFromString(answer, "application/xml");
            return [...new Set([...tree.querySelectorAll("*")].map((one) => one.localName))];
        }""",
        path,
    )
    assert "entry" in kinds
    assert not {"parsererror", "script", "img", "svg"} & set(kinds)
