"""Feeds of what alerts found: each alert's notices, as Atom and JSON Feed."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from dateline.alerts.definition import NAME
from dateline.alerts.delivery import page_of
from dateline.alerts.outbox import told
from reader.feeds import Entry, feed
from reader.library import Library
from reader.text import bare, class_name
from schemas.records import Notice

_SIZE: Final = 50
_FORMS: Final = (".atom", ".json")


@get("/alerts/{named:str}", sync_to_thread=True, include_in_schema=False)
def alert_feed(
    request: Request[Any, Any, Any], library: NamedDependency[Library], named: FromPath[str]
) -> Response[bytes]:
    """What an alert found, newest first: NAME.atom or NAME.json. Empty for one that found nothing yet."""
    name = named[: -len(_FORMS[0])]
    if not named.endswith(_FORMS) or not NAME.fullmatch(name):
        raise NotFoundException(detail=f"No feed {named!r}: expected an alert's name and .atom or .json.")
    base = str(request.base_url).rstrip("/")
    found = told(library.client, library.namespace, name, size=_SIZE)
    return feed(request, f"Dateline: alert {name}", [_entry(base, notice) for notice in found])


def _entry(base: str, notice: Notice) -> Entry:
    said = [f"{quote.speaker or 'somebody'}: “{bare(quote.text)}”" for quote in notice.quotes]
    said += [
        f"{class_name(change.kind)}: {' → '.join(text for text in (change.before, change.after) if text)}"
        for change in notice.changes
    ]
    return Entry(
        id=f"urn:dateline:notice:{notice.id}",
        title=notice.headline,
        url=page_of(base, notice),
        updated=notice.matched,
        published=notice.published,
        summary="\n".join(said) or notice.standfirst,
        authors=(notice.source,),
        tags=tuple(dict.fromkeys(change.kind for change in notice.changes)),
    )


FEEDS: Final[list[Any]] = [alert_feed]
