"""Whose a captured page is: the source of the table that has its site, else one named after its host."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from dateline.errors import UsageError
from producers import sources as table
from producers import urls
from producers.sources import Source
from schemas import ids

_LONGEST_ID: Final = 63
_REMEMBERED: Final = 65_536


class Owners:
    """Safe for any number of hosts: it remembers some."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        only: Source | None = None,
        hosts: Iterable[str] = (),
        given: Callable[[Source], Source] = lambda source: source,
    ) -> None:
        """All pages belong to `only`, if given; then its own hosts, where the table has some, are the only ones wanted.

        `hosts` are wanted with their subdomains, and no others. `given` adds what the caller knows of each source.
        """
        self._by_host = {host: source for source in sources for host in reversed(_hosts(source))}
        self._by_id = {source.id: source for source in sources}
        self._only = given(only) if only is not None else None
        self._given = given
        self._wanted = frozenset(host.lower().removeprefix("www.") for host in hosts)
        if only is not None and not self._wanted:
            self._wanted = frozenset(_hosts(only))
        self._of_site = functools.lru_cache(_REMEMBERED)(lambda site: self._of_host(urls.host(site)))

    def of(self, url: str) -> Source | None:
        """The source of a page, None when its host is not wanted. Raises UsageError for what is no web address."""
        return self._of_site("/".join(url.split("/", 3)[:3]))

    def named(self, name: str) -> Source:
        """The source of that id: of the table, else one that has nothing but its id."""
        return self._given(self._by_id.get(name) or Source(id=name, name=name))

    def _of_host(self, host: str) -> Source | None:
        domains = _domains(host)
        if self._wanted and not any(domain in self._wanted for domain in domains):
            return None
        if self._only is not None:
            return self._only
        for domain in domains:
            if domain in self._by_host:
                return self._given(self._by_host[domain])
        name = source_id(host)
        return self._given(Source(id=name, name=host))


def source_id(host: str) -> str:
    """The id of a source that is known by its host alone: the host itself where it can be one."""
    name = host.lower().strip("[]").replace(":", "-")
    try:
        return table.check_id(name)
    except UsageError:
        digest = ids.digest(("host", host))[:16]
        kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in name).lstrip("._-")
        return f"{kept[: _LONGEST_ID - len(digest) - 1] or 'host'}-{digest}"


def _hosts(source: Source) -> tuple[str, ...]:
    """The hosts of its homepage, else of its feeds and sitemaps: a feed may lie with a service that many use."""
    addresses = (source.homepage,) if source.homepage else (*source.feeds, *source.sitemaps)
    return tuple(dict.fromkeys(urls.host(address) for address in addresses if address))


def _domains(host: str) -> list[str]:
    """The host and the domains above it: "a.b.example" → "a.b.example", "b.example", "example"."""
    parts = host.split(".")
    return [".".join(parts[i:]) for i in range(len(parts))]
