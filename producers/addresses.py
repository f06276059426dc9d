"""Which network addresses may be fetched from: the public ones, and hosts that the settings name."""

import ipaddress
from collections.abc import Iterable
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out (IANA); what lies outside is local, translated or reserved."""
_SPECIAL: Final = (
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4
    ipaddress.ip_network("3fff::/20"),  # for documentation
)


def is_public(text: str) -> bool:
    """Whether an address is on the public internet, looking through IPv6 forms that wrap an IPv4 address.

    Not public: private, loopback, link-local (cloud metadata), shared, multicast, reserved, and what is no address.
    """
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    wrapped = list(_wrapped(address))
    if isinstance(address, ipaddress.IPv6Address) and not wrapped and address not in _UNICAST:
        return False
    return all(
        part.is_global and not part.is_multicast and not any(part in network for network in _SPECIAL)
        for part in (address, *wrapped)
    )


def _wrapped(address: Address) -> Iterable[Address]:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            yield address.ipv4_mapped
        if address.sixtofour:
            yield address.sixtofour
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


class AddressPolicy:
    """Decides by host and address. `allow` holds "host" or "host:port" entries, as in `ingest.allow_hosts`."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allow = frozenset(entry.lower() for entry in allow)

    def names(self, host: str, port: int) -> bool:
        """Whether the settings name this host, so that any address of it will do."""
        bare = host.lower().strip("[]")
        shown = f"[{bare}]" if ":" in bare else bare
        return bool(self._allow & {bare, shown, f"{shown}:{port}"})

    def permits(self, host: str, port: int, address: str) -> bool:
        """Whether `host` may be fetched from at `address`."""
        return self.names(host, port) or is_public(address)
