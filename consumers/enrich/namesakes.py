"""Two people of one full name, told apart by what they do: Ilse Tarn the minister and Ilse Tarn the goalkeeper.

A full name is taken for two people's where articles give it roles of fields that hardly anybody unites, and neither a role nor a
name in the same articles joins these. Whoever was known first keeps the name's own id; the others' ids follow from name and
field, so that they depend on the archive alone. An article that does not say which of them it means gets the one whose
company it shares, or who is much better known, or else an id for the name untold.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from consumers.enrich.candidate import PERSON
from consumers.enrich.clues import Clue, count, merged
from consumers.enrich.fields import fields
from dateline.ports import Holder
from schemas.ids import entity_id, namesake

# of these one person often has both
_UNITED: Final = frozenset(
    frozenset(pair.split("+"))
    for pair in ("politics+law", "politics+learning", "law+learning", "arts+learning", "church+learning")
)
_UNTOLD: Final = "untold"
_TIMES: Final = 5


def people(holders: Sequence[Holder]) -> list[Holder]:
    """Each person once, with all that was learned: mostly one for a name, and one for each namesake."""
    by_name: dict[str, list[Holder]] = {}
    for one in holders:
        by_name.setdefault(one.name, []).append(one)
    return [person for name in sorted(by_name) for person in _told_apart(by_name[name])]


def which(clue: Clue, holders: Sequence[Holder]) -> Holder | None:
    """The namesake that a full name means, where there are several; one without a field of the name where that is untold."""
    namesakes = _told_apart([one for one in holders if one.name == clue.name])
    if len(namesakes) < 2:
        return None
    told = fields(clue.roles)
    own = [one for one in namesakes if told & fields(one.roles)]
    shared = [len(clue.company.intersection(one.company)) for one in namesakes]
    near = [one for one, number in zip(namesakes, shared, strict=True) if number and number == max(shared)]
    known = max(namesakes, key=lambda one: (count(one), one.id))
    for meant in (own, [] if told else near):
        if len(meant) == 1:
            return meant[0]
    if not told and count(known) >= _TIMES * sum(count(one) for one in namesakes if one is not known):
        return known
    return _called(msgspec.structs.replace(known, name=clue.name), _UNTOLD)


def _told_apart(holders: Sequence[Holder]) -> list[Holder]:
    """The people among the holders of one name, the one known first before the others."""
    groups: list[list[Holder]] = []
    for one in sorted(holders, key=lambda one: (one.first, one.field)):
        if fields(one.roles):
            joined = [group for group in groups if any(_may_be_one(one, other) for other in group)]
            groups = [group for group in groups if group not in joined]
            groups.append([*(other for group in joined for other in group), one])
    if len(groups) < 2:
        return [_union(holders)] if holders else []
    first, *others = sorted(map(_union, groups), key=lambda one: (one.first, one.field))
    return [first, *(_called(one, one.field or min(fields(one.roles))) for one in others)]


def _called(one: Holder, field: str) -> Holder:
    name = namesake(one.name, field)
    return msgspec.structs.replace(one, id=entity_id(PERSON, name), name=name)


def _may_be_one(one: Holder, other: Holder) -> bool:
    mine, theirs = fields(one.roles), fields(other.roles)
    pairs = [frozenset((a, b)) for a in mine for b in theirs]
    return any(len(pair) == 1 or pair in _UNITED for pair in pairs) or bool(
        set(one.company).intersection(other.company)
    )


def _union(holders: Sequence[Holder]) -> Holder:
    whole = holders[0]
    for one in holders[1:]:
        whole = merged(whole, one)
    return whole
