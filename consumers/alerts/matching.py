"""What of an article answers a saved search: the article, some of its quotations, or some of its changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from dateline.alerts.definition import Alert
from dateline.alerts.timing import moment
from dateline.query import Node, parse
from dateline.query.match import Seen, matches
from schemas.ids import digest, saying_key
from schemas.records import Change, EnrichedArticle, Quote


class Search(msgspec.Struct, frozen=True):
    """An alert with its query read, and the moment from which on it looks: epoch milliseconds."""

    alert: Alert
    node: Node | None
    begun: int


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What answered. `each` names it where the alert is told for each match; "" where it is told for more than that."""

    each: str = ""
    quotes: tuple[Quote, ...] = ()
    changes: tuple[Change, ...] = ()


def search(alert: Alert, begun: str) -> Search:
    """An alert ready to be matched; its own `since` goes before when it was first seen."""
    return Search(alert, parse(alert.query), int(moment(alert.since or begun).timestamp() * 1000))


def found(wanted: Search, article: EnrichedArticle, seen: Seen, now: datetime) -> Iterator[Match]:
    """What of the article answers: one match, or for an alert that is told for each one several.

    A quotation answers with its article: `speaker:` and `said:` mean it alone. A change answers with its article, to whose
    text the words as they were and as they are now are added: `changed:` means it alone.
    """
    alert = wanted.alert
    each = alert.once_per == "each"
    if alert.over == "articles":
        if _answers(wanted.node, seen, now):
            yield Match(each=article.version_id if each else "")
    elif alert.over == "quotes":
        plain = seen.fields.get("quotes") or ()
        quotes = tuple(
            quote
            for quote, one in zip(article.quotes, plain, strict=True)
            if _answers(wanted.node, seen.but(quotes=(one,)), now)
        )
        if each:
            once = {saying_key(quote.text): quote for quote in reversed(quotes)}
            yield from (Match(each=words, quotes=(quote,)) for words, quote in once.items())
        elif quotes:
            yield Match(quotes=quotes)
    else:
        changes = tuple(change for change in article.changes if _changed(wanted, change, seen, now))
        if each:
            by_id = {change.id: change for change in changes}
            yield from (Match(each=id_, changes=(change,)) for id_, change in by_id.items())
        elif changes:
            yield Match(changes=changes)


def _changed(wanted: Search, change: Change, seen: Seen, now: datetime) -> bool:
    if change.importance < wanted.alert.min_importance:
        return False
    if wanted.node is None:
        return True
    words = tuple(text for text in (change.before, change.after) if text)
    paragraphs = (*(seen.fields.get("paragraphs") or ()), *words)
    return matches(wanted.node, seen.but(changes=(msgspec.to_builtins(change),), paragraphs=paragraphs), now)


def _answers(node: Node | None, seen: Seen, now: datetime) -> bool:
    return node is None or matches(node, seen, now)


def key(alert: Alert, unit: str, id_: str) -> str:
    """Names what an alert is told once for: `unit` is story, article or each."""
    return digest(("alert", alert.name, unit, id_))
