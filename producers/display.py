"""Tables on standard output."""

from typing import Final

from rich.console import Console
from rich.table import Table

_WIDTH_OF_A_PIPE: Final = 400


def show(table: Table) -> None:
    """Print a table: as wide as the terminal, and with nothing cut off where it goes into a file or a pipe."""
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    console.print(table)
