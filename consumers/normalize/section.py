"""The section that the outlet files an article under."""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from consumers.normalize.address import is_home
from consumers.normalize.dom import finder, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import Node, strings
from consumers.normalize.page import Page
from consumers.normalize.strings import clean, squash

_SECTION_METAS = (
    "article:section", "parsely-section", "section", "category", "cxenseparse:section", "og:section", "sailthru.section", "dcterms.subject.section",
    "article:section_name", "articlesection", "news_category", "prism.section", "cxenseparse:taxonomy", "page_section", "vr:category",
)  # fmt: skip
_CRUMBS = re.compile(r"[Bb]read[-_]?[Cc]rumb")
_ANCHORS = finder("//a[@href][ancestor::nav or ancestor::header or ancestor::*[@role='navigation']]")
_START = frozenset(
    ["home", "start", "startseite", "homepage", "accueil", "inicio", "início", "home page", "front page", "forside", "hem", "etusivu", "strona główna", "úvod", "главная", "головна", "ana sayfa", "anasayfa", "首页", "首頁", "ホーム", "トップ", "홈", "news", "all", "latest"]
)  # fmt: skip
_MAX_CRUMBS = 12
_MAX_SECTION = 60


def _fits(text: str, page: Page) -> bool:
    return (
        1 < len(text) <= _MAX_SECTION and not text.startswith("http") and squash(text) != squash(page.title)
    )


def _crumbs_in_data(page: Page) -> Iterator[str]:
    """The names in a BreadcrumbList, by position, without the article's own."""
    for node in page.graph.of_type("BreadcrumbList")[:3]:
        items = page.graph.resolve(node.get("itemListElement"))
        listed = [one for one in (items if isinstance(items, list) else [items]) if isinstance(one, dict)]
        yield from (name for one in sorted(listed, key=_position) if (name := _name_of(one, page)))


def _crumbs_shown(page: Page) -> Iterator[str]:
    for trail in page.places.named(_CRUMBS, 1):
        for anchor, _ in zip(trail.iter("a"), range(_MAX_CRUMBS), strict=False):
            yield text_of(anchor)


def _position(item: Node) -> float:
    try:
        return float(item.get("position") or 0)
    except (TypeError, ValueError):
        return 0.0


def _name_of(item: Node, page: Page) -> str:
    inner = page.graph.resolve(item.get("item"))
    named = strings(item.get("name")) or (strings(inner.get("name")) if isinstance(inner, dict) else [])
    return named[0] if named else ""


def _last_crumb(names: Iterable[str], heads: Sequence[str], page: Page) -> str | None:
    """The innermost crumb that is not the start page, the site, or the article itself."""
    own = {squash(one) for one in heads} | {squash(page.title)}
    fitting = [
        name
        for name in names
        if _fits(name, page)
        and name.casefold() not in _START
        and not any(squash(name) in one for one in own if len(squash(name)) > 25)
    ]
    fitting = [name for name in fitting if squash(name) not in own]
    return fitting[-1] if fitting else None


def _by_address(page: Page) -> str | None:
    """What a link of the page's navigation to the first part of this address is called."""
    try:
        parts = [part for part in urlsplit(page.document.url).path.split("/") if part]
    except ValueError:
        return None
    if len(parts) < 2:
        return None
    for anchor in _ANCHORS(page.tree)[:200]:
        try:
            target = urlsplit(urljoin(page.document.url, anchor.get("href", "")))
        except ValueError:
            continue
        if [part for part in target.path.split("/") if part] == parts[:1] and not is_home(target.geturl()):
            text = text_of(anchor)
            if _fits(text, page) and text.casefold() not in _START:
                return text
    return None


def sections(page: Page, heads: Sequence[str]) -> list[Candidate[str]]:
    """In the order of trust: data and metadata; where they say nothing, breadcrumbs, then the navigation's name for the address."""
    found = [(text, source) for text, source in page.stated("articleSection")]
    found += [(text, f"meta:{name}") for text, name in page.meta(*_SECTION_METAS)]
    listed = [Candidate(clean(text), source) for text, source in found if _fits(clean(text), page)]
    if not listed and (crumb := _last_crumb(_crumbs_in_data(page), heads, page)):
        listed.append(Candidate(crumb, "json-ld:BreadcrumbList"))
    if not listed and (crumb := _last_crumb(_crumbs_shown(page), heads, page)):
        listed.append(Candidate(crumb, "html:breadcrumb"))
    if not listed and (name := _by_address(page)):
        listed.append(Candidate(name, "html:navigation"))
    return listed
