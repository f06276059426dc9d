"""A web server in a process of its own, on every address of this machine: each host of a bench is one of them (127.x.y.z)."""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


@contextmanager
def web_server(protocol: Callable[[], asyncio.Protocol]) -> Iterator[int]:
    """The server's port. `protocol` is called in the server's process, for each connection."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(protocol, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _serve(protocol: Callable[[], asyncio.Protocol], ready: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(protocol, "0.0.0.0", 0, backlog=4096)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
