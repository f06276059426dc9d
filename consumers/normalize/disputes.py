"""Where the places of a page contradict each other: recorded as doubts, so that a choice can be seen to be one."""

from collections.abc import Iterable, Sequence

from consumers.normalize.address import misfit
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.strings import squash, words

_TITLES = ("meta:og:title", "json-ld:headline", "microdata:headline", "html:h1")


def headlines(evidence: Evidence, found: Sequence[Candidate[str]]) -> None:
    """Titles that share less than half of their words with the chosen one, the first of each place."""
    if not found:
        return
    chosen = set(words(found[0].value))
    first = {one.source: one.value for one in reversed(found) if one.source in _TITLES}
    for source, text in first.items():
        said = set(words(text))
        if source != found[0].source and len(said & chosen) * 2 < min(len(said), len(chosen)):
            evidence.doubt("headline", text, source, f"other words than {found[0].source}")


def authors(evidence: Evidence, found: Sequence[Candidate[tuple[str, ...]]]) -> None:
    """Lists of people none of whom the chosen list names; organizations are no dispute."""
    people = [one for one in found if not one.source.endswith("(organization)")]
    if not people:
        return
    chosen = {squash(name) for name in people[0].value}
    for other in people[1:]:
        if chosen.isdisjoint(map(squash, other.value)):
            evidence.doubt(
                "authors", ", ".join(other.value), other.source, f"other names than {people[0].source}"
            )


def addresses(
    evidence: Evidence, found: Iterable[Candidate[str]], found_at: str, homepage: str | None
) -> None:
    """Addresses that the page gives itself and that are not believed."""
    for one in found:
        reason = misfit(one.value, found_at, homepage)
        if reason:
            evidence.doubt("url", one.value, one.source, reason)
