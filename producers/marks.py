"""Which entries of a list are done, though they end in any order."""

from producers.progress import Progress


class Watermark:
    """Entries are numbered, and begun in the order of their numbers."""

    def __init__(self, progress: Progress) -> None:
        """`progress` says what is done already, and which of it failed."""
        self._first = progress.nth
        self._again = frozenset(progress.failed)
        self._under_way: dict[int, None] = {}
        self._highest = progress.nth - 1
        self.failed: tuple[int, ...] = progress.failed

    def wants(self, number: int) -> bool:
        """Whether it is still to be done."""
        return number >= self._first or number in self._again

    def begun(self, number: int) -> None:
        """It is under way. Numbers come in their order."""
        if number >= self._first:
            self._under_way[number] = None
            self._highest = number

    def ended(self, number: int, settled: bool) -> None:
        """It was done; if not `settled`, the next run shall try it again."""
        self._under_way.pop(number, None)
        if settled and number in self._again:
            self.failed = tuple(other for other in self.failed if other != number)
        elif not settled and number not in self.failed:
            self.failed = (*self.failed, number)

    @property
    def all_before(self) -> int:
        """The first number that is not done yet."""
        return next(iter(self._under_way), self._highest + 1)
