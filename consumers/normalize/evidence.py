"""Evidence first: every statement a page makes is a candidate with its source; small rules choose among them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from consumers.normalize.strings import clean
from schemas.records import Doubt

T = TypeVar("T")
_MAX_DOUBTS = 30
_MAX_VALUE = 500


class Candidate(msgspec.Struct, Generic[T], frozen=True):
    """What one place says. `source` names the place: "json-ld:headline", "meta:og:title", "text:PUBLISHED"."""

    value: T
    source: str


class Evidence:
    """All that was said, field by field, in the order of trust within each field; what was chosen; and what is not believed.

    `provenance` maps each field that has a value to its source, `values` to what was chosen (True for parts of the text,
    which the article itself holds).
    """

    def __init__(self) -> None:
        self.candidates: dict[str, list[Candidate[object]]] = {}
        self.provenance: dict[str, str] = {}
        self.values: dict[str, object] = {}
        self._doubts: dict[Doubt, None] = {}

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The first 30 doubts, in the order in which they arose, none twice."""
        return tuple(self._doubts)[:_MAX_DOUBTS]

    def doubt(self, field: str, value: str, source: str, reason: str) -> None:
        """Record that what a place says of a field is not believed, or disputed."""
        self._doubts.setdefault(
            Doubt(field=field, value=clean(value[:_MAX_VALUE]), source=source, reason=reason)
        )

    def note(self, field: str, candidates: Iterable[Candidate[T]]) -> list[Candidate[T]]:
        """Remember candidates for a field and give them back as a list."""
        listed = list(candidates)
        self.candidates.setdefault(field, []).extend(
            Candidate[object](one.value, one.source) for one in listed
        )
        return listed

    def choose(self, field: str, chosen: Candidate[T] | None) -> T | None:
        """Record the choice and give back its value."""
        if chosen is None:
            return None
        self.provenance[field] = chosen.source
        self.values[field] = chosen.value
        return chosen.value

    def first(self, field: str, candidates: Iterable[Candidate[T]]) -> T | None:
        """Choose the most trusted candidate that says anything."""
        listed = self.note(field, candidates)
        return self.choose(field, listed[0] if listed else None)


def unique(candidates: Iterable[Candidate[T]], key: Callable[[T], object]) -> Iterator[Candidate[T]]:
    """Candidates whose value says something that none before said."""
    seen: set[object] = set()
    for candidate in candidates:
        mark = key(candidate.value)
        if mark not in seen:
            seen.add(mark)
            yield candidate
