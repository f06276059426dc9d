"""`dateline serve`: the reader."""

from __future__ import annotations

import contextlib
import socket

import click

from dateline import elastic, telemetry
from dateline.app import App, command, pass_app
from dateline.errors import SettingsError, UsageError
from reader.guard import LOOPBACK

_PATIENCE = 2  # seconds that answers under way (a stream has no end) may go on after a signal to stop


@command("serve", example="dateline serve --port 8800")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8800,
    show_default=True,
    help="Port to listen on; 0 for a free one.",
)
@pass_app
def serve(app: App, host: str, port: int) -> None:
    """Serve the archive as web pages, an HTTP API (/api/v1) and feeds.

    On loopback it is open to this machine. Anywhere else it needs DATELINE_READER_TOKEN, and asks everyone for it. Who has
    DATELINE_READER_OPERATE_TOKEN can send inputs out of quarantine again. Each request is a line on standard error.
    Exit codes: 0 stopped, 2 wrong settings or a port in use, 3 no answer from a server.
    """
    import uvicorn

    from reader.access import Access
    from reader.app import create
    from reader.journal import Journal
    from reader.library import Library
    from reader.live import Live
    from reader.maps import tiles_of
    from reader.operations import Operations

    settings = app.settings
    reader = settings.reader
    here = host in LOOPBACK
    tiles = tiles_of(reader.tiles, reader.tiles_credit)
    if not (here or reader.token or reader.operate_token):
        raise SettingsError(
            f"serve: --host {host} can be reached from other machines: set DATELINE_READER_TOKEN, or listen on 127.0.0.1"
        )
    telemetry.configure(settings.log_level)
    with contextlib.closing(listen(host, port)) as listening:
        library = Library(elastic.client(settings), settings.namespace, app.diff, app.embed)
        access = Access(
            read=reader.token, operate=reader.operate_token, open_to_all=here and not reader.token
        )
        application = create(
            library,
            Live(settings),
            Operations(settings, library.client),
            access,
            hosts=reader.allow_hosts,
            origins=reader.allow_origins,
            rate_limit=reader.rate_limit,
            kept=reader.kept,
            tiles=tiles,
        )
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"http://{shown}:{listening.getsockname()[1]}/ (stop with Ctrl-C)")
        server = uvicorn.Server(
            uvicorn.Config(
                Journal(application),
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_PATIENCE,
            )
        )
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that answers are sent through at once. Raises UsageError when the address is not to be had."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address, family=family, backlog=512)
    except OSError as error:
        raise UsageError(
            f"serve: cannot listen on {host}, port {port}: {error.strerror}; see --host and --port"
        ) from error
    # an answer's head and body are sent apart: with Nagle's algorithm the body would wait for the client to acknowledge the head,
    # which clients put off by 40 ms. Connections inherit this (Linux, BSD); asyncio sets it on sockets of its own making alone.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
