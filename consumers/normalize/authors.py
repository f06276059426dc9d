"""Who wrote it: the people, one name each; where no person is named, the organization that the page names instead."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from consumers.normalize.dom import Element, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings, types
from consumers.normalize.naming import eastern
from consumers.normalize.page import Page
from consumers.normalize.people import inverted, is_agency, is_short_name, looks_like_person, people, split
from consumers.normalize.strings import squash, words
from consumers.normalize.structured import elsewhere
from consumers.normalize.vocabulary import BYLINE, leading

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "article.author",
    "cxenseparse:author", "citation_author", "twitter:data1",
)  # fmt: skip
_CATALOGUED = frozenset({"citation_author", "dc.creator", "dcterms.creator"})
_NAMED = re.compile(
    r"[Aa]uthor|[Bb]yline|[Aa]utor|[Aa]uteur|[Ss]ignature|[Ww]riter|[Jj]ournalist|[Rr]edact(?:or|eur)|firma\b|verfasser"
)
_MAX_NAMED = 12
_BY = leading(BYLINE)
_MAX_BYLINE = 160
_ONE_BYLINE = "html:byline of rel author"
_MAX_LINKED = 4
_ORGANIZATIONS = {"Organization", "NewsMediaOrganization", "Corporation"}
_COMMENTS = re.compile(r"comment|disqus|respond|replies")

Names = tuple[str, ...]


def _authors(value: Any, page: Page) -> Iterator[tuple[str, bool]]:
    """Each name of a JSON-LD author as it stands, and whether it is said to be an organization's."""
    value = page.graph.resolve(value)
    if isinstance(value, list):
        for one in value:
            yield from _authors(one, page)
    elif isinstance(value, dict):
        organization = bool(types(value) & _ORGANIZATIONS)
        parts = [text for key in ("givenName", "familyName") for text in strings(value.get(key))]
        for name in strings(value.get("name")) or ([" ".join(parts)] if parts else []):
            yield name, organization
    elif isinstance(value, str):
        for name in strings(value):
            yield name, False


def _outside_comments(elements: Sequence[Element]) -> list[Element]:
    """Those of this article: not in comments."""
    return [
        element
        for element in elements
        if not any(
            _COMMENTS.search(above.get("class", "") + above.get("id", ""))
            for above in element.iterancestors()
        )
    ]


def _byline_names(lines: Iterable[str]) -> Iterator[str]:
    """Names in lines near the headline: after "By", or standing alone with the look of a person's name."""
    for line in lines:
        for part in line.split("\n"):
            if len(part) > _MAX_BYLINE:
                continue
            marked, names = _BY.match(part), split(part)
            people_named = [name for name in names if looks_like_person(name)]
            if marked and not people_named:  # those in capitals beside others are outlets
                people_named = [name for name in names if looks_like_person(name, capitals=True)]
            if marked or len(words(part)) <= 4 or eastern(part):
                yield from people_named or eastern(part)


def _named_bylines(page: Page) -> Iterator[str]:
    """Names in elements whose names say that they hold the author: those of the first that holds any."""
    for element in page.places.named(_NAMED, _MAX_NAMED):
        text = text_of(element)
        if not 3 < len(text) <= _MAX_BYLINE or elsewhere(element):
            continue
        names = [
            name for name in split(text) if looks_like_person(name, capitals=True) or is_short_name(name)
        ]
        if names:
            yield from names
            return


def _one_byline(page: Page) -> list[str]:
    """The texts of links with rel=author that stand together in one line."""
    for link in page.places.links("author")[:_MAX_NAMED]:
        line = link.getparent()
        for _ in range(4):
            above = line.getparent() if line is not None else None
            if above is None or len(text_of(above)) > _MAX_BYLINE:
                break
            line = above
        if line is None or elsewhere(line):
            continue
        inside = [one for one in page.places.links("author") if line in one.iterancestors()]
        texts = list(dict.fromkeys(filter(None, map(text_of, inside))))
        if 1 < len(texts) <= _MAX_LINKED and len(text_of(line)) <= _MAX_BYLINE:
            return texts
    return []


def candidates(page: Page, site_names: Sequence[str], lines: Sequence[str]) -> list[Candidate[Names]]:
    """In the order of trust; each candidate is the whole list of names that one place gives. `lines` are the lines about
    the headline that hold bylines."""
    found: list[tuple[Names, str]] = []
    organizations: list[tuple[Names, str]] = []
    for syntax, node in page.nodes:
        for key in ("author", "creator"):
            given = list(_authors(node.get(key), page))
            persons = people((part for name, firm in given if not firm for part in split(name)), site_names)
            found.append((persons, f"{syntax}:{key}"))
            organizations.append(
                (tuple(dict.fromkeys(name for name, _ in given)), f"{syntax}:{key} (organization)")
            )
    for meta in _METAS:
        texts = [inverted(text) if meta in _CATALOGUED else text for text, _ in page.meta(meta)]
        named = people((name for text in texts for name in split(text)), site_names)
        certain = [
            name for name in named if looks_like_person(name) or not any(one for one, _ in organizations)
        ]
        found.append((tuple(certain), f"meta:{meta}"))
        organizations.append(
            (tuple(text for text in texts if is_agency(text)), f"meta:{meta} (organization)")
        )
    found.append(
        (people((name for text in _one_byline(page) for name in split(text)), site_names), _ONE_BYLINE)
    )
    linked = [text_of(element) for element in _outside_comments(page.places.links("author")[:_MAX_LINKED])]
    found.append((people((name for text in linked for name in split(text)), site_names), "html:rel author"))
    found.append((people(_byline_names(lines), site_names), "html:byline"))
    if not any(names for names, _ in (*found, *organizations)):
        named = people(_named_bylines(page), site_names)
        found.append((named, "html:named byline"))
    hint = page.document.hints.get("author")
    if hint:
        found.append((people(split(hint), site_names), "feed:author"))
    shown = [(names, source) for names, source in found if names]
    return [Candidate(names, source) for names, source in (*_fuller(shown), *organizations) if names]


def _fuller(found: list[tuple[Names, str]]) -> list[tuple[Names, str]]:
    """With the page's own byline first where it names all that the data name, and others with them."""
    if not found:
        return found
    first = set(map(squash, found[0][0]))
    for at, (names, source) in enumerate(found):
        if source == _ONE_BYLINE and first < set(map(squash, names)):
            return [found[at], *found[:at], *found[at + 1 :]]
    return found
