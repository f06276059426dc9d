"""One name for one page: what is left of a URL when its spellings are made equal."""

from typing import Final
from urllib.parse import urljoin

from yarl import URL

from dateline.errors import UsageError

_TRACKERS: Final = frozenset(
    {
        "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ns_campaign",
        "ns_mchannel", "ns_source", "twclid", "wbraid", "xtor", "yclid", "ysclid", "_ga", "_gl", "_hsenc", "_hsmi",
    }
)  # fmt: skip
_TRACKER_PREFIXES: Final = ("utm_", "at_", "mtm_", "pk_", "itm_", "vero_", "hsa_")


def is_web(url: str) -> bool:
    """Whether this is an http or https address rather than a path."""
    return url.lower().startswith(("http://", "https://"))


def canonical(url: str) -> str:
    """The name of a page within its source: parameters that only tell who followed the link are dropped, so is the fragment.

    Scheme and host in lower case, the host in ASCII, default ports, dot segments and escapes normalized. The order of
    parameters stays. Raises UsageError for what is no http(s) address.
    """
    parsed = _parse(url)
    kept = [
        part
        for part in parsed.raw_query_string.split("&")
        if part and not _tracks(part.partition("=")[0].lower())
    ]
    path = parsed.raw_path or "/"
    return f"{parsed.scheme}://{parsed.host_port_subcomponent}{path}" + ("?" + "&".join(kept) if kept else "")


def join(base: str, link: str) -> str | None:
    """A link as found on `base`, absolute and without its fragment; None when it leads to nothing that can be fetched."""
    try:
        absolute = urljoin(base, link.strip())
        return str(_parse(absolute).with_fragment(None)) if is_web(absolute) else None
    except (UsageError, ValueError):
        return None


def host(url: str) -> str:
    """The host of a URL without port or "www."."""
    return (_parse(url).host or "").removeprefix("www.")


def root(url: str) -> str:
    """The address of a URL's site: scheme, host and port."""
    parsed = _parse(url)
    return f"{parsed.scheme}://{parsed.host_port_subcomponent}/"


def path(url: str) -> str:
    """The path of a URL in lower case, without its query."""
    return _parse(url).path.lower()


def _parse(url: str) -> URL:
    try:
        parsed = URL(url.strip())
        authority = parsed.host_port_subcomponent
    except ValueError as error:
        raise UsageError(f"{url}: not a URL: {error}") from error
    if parsed.scheme not in ("http", "https") or not authority or not parsed.raw_host:
        raise UsageError(f"{url}: expected an http or https URL with a host")
    if parsed.user or parsed.password:
        raise UsageError(f"{url}: credentials in a URL are not accepted")
    return parsed


def _tracks(parameter: str) -> bool:
    return parameter in _TRACKERS or parameter.startswith(_TRACKER_PREFIXES)
