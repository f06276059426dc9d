"""Fields of life that a person's roles belong to. Roles of many fields ("president", "captain", "doctor") belong to none."""

from collections.abc import Iterable
from typing import Final

from consumers.enrich import lexicon as lex

_FIELDS: Final = {
    "politics": lex.words(
        "minister senator congressman representative lawmaker legislator mayor governor premier councillor ambassador envoy diplomat politician"
    ),
    "sport": lex.words(
        "player footballer striker midfielder defender goalkeeper winger coach athlete swimmer runner boxer golfer cyclist "
        "quarterback pitcher referee"
    ),
    "arts": lex.words(
        "novelist poet artist painter actor actress comedian singer rapper musician composer conductor filmmaker"
    ),
    "learning": lex.words("professor lecturer researcher scientist physician surgeon nurse psychologist"),
    "law": lex.words("judge magistrate prosecutor solicitor barrister lawyer attorney detective inspector constable sheriff"),
    "church": lex.words("priest bishop rabbi imam monk"),
}  # fmt: skip
_FIELD: Final = {role: field for field, roles in _FIELDS.items() for role in roles}


def fields(roles: Iterable[str]) -> frozenset[str]:
    """The fields of some roles."""
    return frozenset(_FIELD[role] for role in roles if role in _FIELD)
