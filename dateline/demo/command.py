"""Serve the demo world from the command line; its address is the first line on standard output."""

import time

import click

from dateline.demo.server import DemoServer
from dateline.demo.world import scenes


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one."
)
@click.option("--scene", type=int, default=0, show_default=True, help="Scene to begin with.")
@click.option("--every", type=float, help="Go to the next scene every so many seconds, until the last.")
def main(port: int, scene: int, every: float | None) -> None:
    """Serve a small world of invented outlets that publish, update, correct and copy news.

    Example: python -m dateline.demo --every 20
    """
    with DemoServer(port, scene) as server:
        click.echo(server.url)
        click.echo(f"scene {server.scene}: {scenes()[server.scene].title}")
        try:
            while True:
                time.sleep(every or 3600)
                if every and server.scene < len(scenes()) - 1:
                    server.advance()
                    click.echo(f"scene {server.scene}: {scenes()[server.scene].title}")
        except KeyboardInterrupt:
            click.echo("stopped")
