"""A query narrowed to the languages that an archive has: its texts stand under each language's own analyzer, and there are many."""

from collections.abc import Collection
from typing import Any, Final

from schemas.fields import SEARCHED

_ALL: Final = f"{SEARCHED}.*."


def spoken(query: Any, languages: Collection[str]) -> Any:
    """The same query (of any shape) with each field of all languages ("text.*.headline^3") in place of it of these alone.

    Finds the same articles as long as no article is of another language.
    """
    if isinstance(query, dict):
        return {key: spoken(value, languages) for key, value in query.items()}
    if not isinstance(query, list):
        return query
    found: list[Any] = []
    for one in query:
        if isinstance(one, str) and one.startswith(_ALL):
            found += (f"{SEARCHED}.{code}.{one.removeprefix(_ALL)}" for code in sorted(languages))
        else:
            found.append(spoken(one, languages))
    return found
