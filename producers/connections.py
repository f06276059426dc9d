"""Connections to permitted addresses only: the guard sits where names become addresses and again where sockets are made."""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from producers.addresses import AddressPolicy, is_public


class BlockedAddressError(OSError):
    """The host has no address that may be connected to."""


def _blocked(host: str, port: int, addresses: Sequence[str]) -> BlockedAddressError:
    shown = ", ".join(addresses)
    return BlockedAddressError(
        f"{host} is at {shown}, which is not a public address: if that server is yours, "
        f"add {host}:{port} to DATELINE_INGEST_ALLOW_HOSTS"
    )


def links_of(error: BaseException) -> list[BaseException]:
    """An error and all that led to it: the client library wraps what sockets and resolvers raise."""
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = getattr(link, "os_error", None) or link.__cause__ or link.__context__
    return links


def blocked_by(error: BaseException) -> BlockedAddressError | None:
    """What says that an address may not be connected to, if that is what an error comes of."""
    return next((link for link in links_of(error) if isinstance(link, BlockedAddressError)), None)


class _Resolver(AbstractResolver):
    """Names to permitted addresses, in threads of its own, so that a slow name server blocks no other work."""

    def __init__(self, policy: AddressPolicy, executor: Executor, vetted: set[tuple[str, int]]) -> None:
        self._policy = policy
        self._executor = executor
        self._vetted = vetted

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._executor, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        )
        addresses = [(kind, str(address[0])) for kind, _, _, _, address in found]
        permitted = [(kind, ip) for kind, ip in addresses if self._policy.permits(host, port, ip)]
        if not permitted:
            raise _blocked(host, port, [ip for _, ip in addresses])
        # those of a host that the settings name; public ones need no leave
        self._vetted.update((ip, port) for _, ip in permitted if not is_public(ip))
        return [
            ResolveResult(
                hostname=host, host=ip, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
            for kind, ip in permitted
        ]

    async def close(self) -> None:
        """Nothing to close: the threads belong to the caller."""


def connector(policy: AddressPolicy, executor: Executor) -> aiohttp.TCPConnector:
    """A connector that cannot reach any other address, whatever form the URL's host takes."""
    vetted: set[tuple[str, int]] = set()

    def new_socket(address: tuple[Any, ...]) -> socket.socket:
        kind, form, protocol, _, (ip, port, *_rest) = address
        if (ip, port) not in vetted and not policy.permits(ip, port, ip):
            raise _blocked(ip, port, [ip])
        made = socket.socket(kind, form, protocol)
        made.setblocking(False)
        return made

    return aiohttp.TCPConnector(
        resolver=_Resolver(policy, executor, vetted),
        socket_factory=new_socket,
        limit=0,  # producers.hosts limits
        ttl_dns_cache=300,
    )
