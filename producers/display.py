"""What commands print."""

from typing import Final

import click
from rich.console import Console
from rich.table import Table

from dateline.app import print_json
from producers.tally import Tally

_WIDTH_OF_A_PIPE: Final = 400


def show(table: Table) -> None:
    """Print a table: as wide as the terminal, and with nothing cut off where it goes into a file or a pipe."""
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    console.print(table)


def conclude(ctx: click.Context, tally: Tally, *, as_json: bool) -> None:
    """Say what a run brought, and exit with 1 if anything failed or could not be read."""
    if as_json:
        print_json(tally.summary())
    else:
        click.echo(str(tally), err=True)
    if tally.counts["failed"] or tally.counts["unreadable"]:
        ctx.exit(1)
