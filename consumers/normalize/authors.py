"""Who wrote it: the people, one name each."""

from collections.abc import Iterator
from typing import Any

from consumers.normalize.dom import finder, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings, types
from consumers.normalize.page import Page
from consumers.normalize.people import people, split

_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article.author",
    "cxenseparse:author",
    "citation_author",
    "twitter:data1",
)
_LINKED = finder("//a[contains(concat(' ', @rel, ' '), ' author ')]")
_BYLINES = finder(
    "//*[contains(@class, 'byline') or contains(@class, 'author') or contains(@class, 'Byline') or contains(@class, 'Author')"
    " or contains(@data-testid, 'byline') or contains(@id, 'byline') or contains(@class, 'autor')]"
)
_NAMES = finder(".//*[@itemprop='name']")
_MAX_BYLINE = 160

Names = tuple[str, ...]


def _named(value: Any, page: Page) -> Iterator[str]:
    """Names of persons in a JSON-LD author; organizations only where they are called persons."""
    value = page.graph.resolve(value)
    if isinstance(value, list):
        for one in value:
            yield from _named(one, page)
    elif isinstance(value, dict):
        if types(value) & {"Organization", "NewsMediaOrganization", "Corporation"}:
            return
        for name in strings(value.get("name")):
            yield from split(name)
    elif isinstance(value, str):
        for name in strings(value):
            yield from split(name)


def candidates(page: Page, site_names: list[str]) -> list[Candidate[Names]]:
    """In the order of trust; each candidate is the whole list of names that one place gives."""
    found = [
        (people(_named(page.article.get(key), page), site_names), f"json-ld:{key}")
        for key in ("author", "creator")
    ]
    items = page.items.get("author", [])
    named = [one for element in items for one in (_NAMES(element) or [element])]
    found.append(
        (
            people((name for one in named for name in split(one.get("content") or text_of(one))), site_names),
            "microdata:author",
        )
    )
    for meta in _METAS:
        texts = [text for text, _ in page.meta(meta)]
        found.append((people((name for text in texts for name in split(text)), site_names), f"meta:{meta}"))
    linked = [text_of(element) for element in _LINKED(page.tree)[:6]]
    found.append((people((name for text in linked for name in split(text)), site_names), "html:rel author"))
    for element in _BYLINES(page.tree)[:20]:
        text = text_of(element)
        if 3 < len(text) <= _MAX_BYLINE:
            found.append((people(split(text), site_names), "html:byline"))
    hint = page.document.hints.get("author")
    if hint:
        found.append((people(split(hint), site_names), "feed:author"))
    return [Candidate(names, source) for names, source in found if names]
