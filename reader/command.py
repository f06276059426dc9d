"""`dateline serve`: the reader."""

from __future__ import annotations

import click

from dateline import elastic
from dateline.app import App, command, pass_app
from dateline.errors import SettingsError
from reader.guard import LOOPBACK


@command("serve", example="dateline serve --port 8800")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8800, show_default=True, help="Port to listen on."
)
@pass_app
def serve(app: App, host: str, port: int) -> None:
    """Serve the archive as web pages, an HTTP API (/api/v1) and feeds.

    On loopback it is open to this machine. Anywhere else it needs DATELINE_READER_TOKEN, and asks everyone for it.
    Exit codes: 0 stopped, 2 wrong settings, 3 no answer from a server.
    """
    import uvicorn

    from reader.app import create
    from reader.library import Library
    from reader.live import Live

    settings = app.settings
    if host not in LOOPBACK and not settings.reader.token:
        raise SettingsError(
            f"serve: --host {host} can be reached from other machines: set DATELINE_READER_TOKEN, or listen on 127.0.0.1"
        )
    library = Library(elastic.client(settings), settings.namespace, app.diff)
    application = create(
        library, Live(settings), token=settings.reader.token, hosts=settings.reader.allow_hosts
    )
    click.echo(f"http://{host}:{port}/ (stop with Ctrl-C)", err=True)
    uvicorn.run(application, host=host, port=port, log_level="warning", server_header=False)
