"""Given names of many countries, with the gender that they are mostly given to: evidence, never proof.

Source: the name lists of Faker (MIT), 86 locales; those in Latin letters.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from consumers.enrich.gazetteer import lookup

_LAST_LATIN: Final = 0x24F
_SHORTEST: Final = 3
_LARGE: Final = 500_000


def _flat(names: Iterable[str | tuple[str, ...]]) -> Iterator[str]:
    for name in names:
        if isinstance(name, str):
            yield name
        else:  # Japanese names come in several scripts at once
            yield from name


@cache
def given_names() -> dict[str, int]:
    """1 for a man's name, -1 for a woman's, 0 for both. Read once, at first use."""
    import faker.providers.person as locales

    found: dict[str, int] = {}
    for module in pkgutil.iter_modules(locales.__path__):
        provider = importlib.import_module(f"{locales.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            if not attribute.startswith("first_name") or "male" not in attribute:
                continue
            names = getattr(provider, attribute)
            if callable(names):
                continue
            gender = -1 if "female" in attribute else 1
            for name in _flat(names):
                if len(name) >= _SHORTEST and all(ord(char) <= _LAST_LATIN for char in name):
                    found[name] = gender if found.get(name, gender) == gender else 0
    return {name: gender for name, gender in found.items() if not _is_large_place(name)}


def _is_large_place(name: str) -> bool:
    """ "Washington" and "Florida" are given names too, but hardly ever in the news."""
    known = lookup(name)
    return known is not None and (known.kind != "city" or (known.name == name and known.population > _LARGE))
