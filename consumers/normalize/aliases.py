"""Other addresses that led to a document: asked for, passed through, found at."""

from collections.abc import Mapping
from typing import Final

from consumers.normalize.address import is_home, tidy
from schemas import envelope

_MOST: Final = 8


def aliases(url: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    """In the order in which they were met, tidied, without the article's own address and front pages."""
    stated = [
        headers.get(envelope.REQUESTED_URL) or "",
        *headers.get(envelope.REDIRECTS, "").split(),
        headers.get(envelope.FINAL_URL) or headers.get(envelope.CE_SUBJECT) or "",
    ]
    found = dict.fromkeys(address for one in stated if (address := tidy(one)) and not is_home(address))
    return tuple(address for address in found if address != url)[:_MOST]
