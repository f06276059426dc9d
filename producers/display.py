"""Tables on standard output."""

from typing import Final

from rich.console import Console
from rich.table import Table

_WIDTH_OF_A_PIPE: Final = 400


def show(table: Table) -> None:
    """Print a table: as wide as the terminal, and with nothing cut off where it goes into a file or a pipe."""
    console = Console(markup=False, highlight=False)
    for column in table.columns:
        column.no_wrap = not console.is_terminal
    console.print(table, width=None if console.is_terminal else _WIDTH_OF_A_PIPE, crop=False)
