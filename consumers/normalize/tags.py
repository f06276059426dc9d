"""The keywords that the outlet gave an article."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from consumers.normalize.dom import Element, text_of
from consumers.normalize.evidence import Candidate
from consumers.normalize.jsonld import strings
from consumers.normalize.page import Page
from consumers.normalize.strings import clean, plain, squash

_METAS = (
    "article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "cxenseparse:keywords", "article.tags", "dc.subject",
    "dcterms.subject", "keywords",
)  # fmt: skip
_MACHINE = re.compile(r"^[\w.-]+[:=]\S|^\W*$|^\d+$|^[a-z]+(?:_[a-z0-9]+)+$")
_SPLIT = re.compile(r"\s*[,;，、；|]\s*")
_MAX_TAG = 80
_MAX_TAGS = 50


def _tags(texts: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        for part in _SPLIT.split(text):
            tag = clean(part).strip("#\"' ")
            if 1 < len(tag) <= _MAX_TAG and not _MACHINE.match(tag):
                found.setdefault(squash(tag), tag)
    return tuple(found.values())[:_MAX_TAGS]


def _keyword_texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value[:100]:
            yield from _keyword_texts(one)
    elif isinstance(value, dict):
        yield from strings(value.get("name") or value.get("termCode") or "")
    elif isinstance(value, str):
        yield plain(value)


def _in_article(link: Element) -> bool:
    return not any(
        above.tag in {"nav", "aside", "footer"} and above.find(".//h1") is None
        for above in link.iterancestors()
    )


def candidates(page: Page) -> list[Candidate[tuple[str, ...]]]:
    """In the order of trust; each candidate is all that one place gives."""
    found: list[tuple[tuple[str, ...], str]] = [
        (_tags(_keyword_texts(node.get("keywords"))), f"{syntax}:keywords") for syntax, node in page.nodes
    ]
    metas = [(_tags(text for text, _ in page.meta(name)), f"meta:{name}") for name in _METAS]
    linked = (
        _tags(text_of(one) for one in page.places.links("tag")[:40] if _in_article(one)),
        "html:rel tag",
    )
    found += [*metas[:-1], linked, metas[-1]]
    hint = page.document.hints.get("categories")
    if hint:
        found.append((_tags([hint]), "feed:categories"))
    return [Candidate(value, source) for value, source in found if value]
