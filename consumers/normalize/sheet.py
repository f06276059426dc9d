"""A text taken apart by its form: what its header says of each field, the blocks of its text, and what was set aside."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from consumers.normalize.evidence import Candidate

Kind = Literal["", "subheading", "list_item", "blockquote", "table_row", "code"]


class Block(msgspec.Struct, frozen=True):
    """A paragraph, its lines apart by newlines; `kind` is empty for plain text."""

    text: str
    kind: Kind = ""


class Sheet:
    """Gathers what a document's form gives away, before the rules on words look at its blocks.

    `stated` holds candidates by field as texts, in the order of trust; `aside` what is in no field as it stands, each with why:
    nothing of the document is in neither.
    """

    def __init__(self, form: str, blocks: Iterable[Block] = ()) -> None:
        self.form = form
        self.blocks = list(blocks)
        self.stated: dict[str, list[Candidate[str]]] = {}
        self.aside: list[Candidate[str]] = []
        self.links: list[tuple[str, str]] = []  # (target as given, words)

    def state(self, field: str, value: str, source: str) -> None:
        """Note what the form says of a field."""
        if value:
            self.stated.setdefault(field, []).append(Candidate(value, source))

    def first(self, field: str) -> Candidate[str] | None:
        """The most trusted candidate of a field."""
        return next(iter(self.stated.get(field, ())), None)

    def put_aside(self, text: str, why: str) -> None:
        """Name what goes into no field as it stands."""
        if text.strip():
            self.aside.append(Candidate(text, f"{self.form}:{why}"))
