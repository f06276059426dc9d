"""The canonical URL: what the page says of itself, checked, with AMP and tracking parameters undone."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import courlan

from consumers.normalize.document import Document
from consumers.normalize.evidence import Candidate

_AMP_PATH = re.compile(r"(?:/amp/?|\.amp)(?=$|\.html?$)")
_AMP_QUERY = re.compile(r"(?:^|&)(?:amp(?:=[^&]*)?|outputType=amp[^&]*)(?=&|$)", re.IGNORECASE)
_CACHE_HOST = re.compile(r"\.cdn\.ampproject\.org$|^www\.google\.[a-z.]+$")
_CACHED = re.compile(r"^/(?:amp|[cvi])/(s/)?([\w-]+(?:\.[\w-]+)+/.*)$")
_VARIANT_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_LANGUAGE_HOME = re.compile(r"^/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:index\.\w+|home/?)?$", re.IGNORECASE)
_MAX_URL = 2000


def _without_amp(parts: SplitResult) -> SplitResult:
    if _CACHE_HOST.search(parts.netloc) and (cached := _CACHED.match(parts.path)):
        parts = urlsplit(
            f"http{'s' if cached[1] else ''}://{cached[2]}" + (f"?{parts.query}" if parts.query else "")
        )
    return parts._replace(
        path=_AMP_PATH.sub("", parts.path) or "/", query=_AMP_QUERY.sub("", parts.query).strip("&")
    )


def tidy(url: str) -> str | None:
    """Absolute http(s) URL without fragment, AMP, tracking parameters (courlan's list) and default port; else None."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or len(url) > _MAX_URL:
            return None
        parts = _without_amp(parts)
        return str(courlan.normalize_url(urlunsplit(parts._replace(fragment=""))))
    except (ValueError, TypeError, AttributeError):  # AttributeError: courlan on hosts it cannot read
        return None


def absolute(href: str, base: str) -> str | None:
    """The address that a link on the page at `base` leads to, tidied; None for one that leads nowhere on the web."""
    try:
        return tidy(urljoin(base, href.strip()))
    except ValueError:
        return None


def linked(document: Document) -> list[Candidate[str]]:
    """What the transport called canonical (RFC 6596)."""
    link = document.canonical_link
    return [Candidate(link, "http:link canonical")] if link else []


def is_home(url: str) -> bool:
    """Whether it names a site's front page, in any language."""
    parts = urlsplit(url)
    return not parts.query and bool(_LANGUAGE_HOME.match(parts.path))


def _host(url: str) -> str:
    return _VARIANT_HOST.sub("", urlsplit(url).hostname or "")


def same_site(one: str, other: str) -> bool:
    """Whether both hosts are the same, mobile and AMP hosts aside, or lie under the same registered domain."""
    if _host(one) == _host(other):
        return True
    registered = courlan.extract_domain(one), courlan.extract_domain(other)
    return registered[0] is not None and registered[0] == registered[1]


def believable(url: str, found_at: str, homepage: str | None = None) -> bool:
    """A page may rename itself within its site or its source's own site, but not to the front page."""
    own = same_site(url, found_at) or (homepage is not None and same_site(url, homepage))
    return own and (not is_home(url) or is_home(found_at))


def misfit(url: str, found_at: str, homepage: str | None = None) -> str | None:
    """Why a page's own statement of its address is not believed; None if it is."""
    try:
        absolute = tidy(urljoin(found_at, url))
    except ValueError:
        absolute = None
    if absolute is None:
        return "no web address"
    if not urlsplit(found_at).scheme.startswith("http") or believable(absolute, found_at, homepage):
        return None
    return "the front page" if is_home(absolute) else "another site"


def canonical(
    candidates: Iterable[Candidate[str]], found_at: str, homepage: str | None = None
) -> Candidate[str]:
    """The first candidate that is believable, tidied; else where the document was found."""
    for candidate in candidates:
        try:
            url = tidy(urljoin(found_at, candidate.value))
        except ValueError:
            continue
        if url and (believable(url, found_at, homepage) or not urlsplit(found_at).scheme.startswith("http")):
            return Candidate(url, candidate.source)
    return Candidate(tidy(found_at) or found_at, "fetched URL")
