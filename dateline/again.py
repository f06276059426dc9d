"""Sending the archive's articles again, changed: the current state of each, from the compacted topic to itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final

import msgspec
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.decode import Undecodable, decode
from dateline.errors import Unavailable, UsageError
from dateline.log import read
from dateline.settings import Settings
from dateline.stage import Message
from schemas import envelope
from schemas.reasons import Stage as StageName
from schemas.records import EnrichedArticle, encode
from schemas.topics import ENRICHED

_AT_ONCE: Final = 100  # articles a transaction

Again = Callable[[Sequence[EnrichedArticle]], Sequence[EnrichedArticle]]
"""From articles to what they shall be, in the same order; one that is returned as it was is not sent."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """How many articles the topic holds, and how many of them were sent again."""

    articles: int
    sent: int


def send_again(settings: Settings, again: Again, advance: Callable[[int], None]) -> Sent:
    """Pass the newest version of every article on the enriched topic through `again`; `advance` gets the numbers done.

    Each transaction holds whole articles, so an interrupted run loses none and may simply be run again. Sent messages keep
    their headers and are marked as a refresh: they end no event's way. Raises UsageError while the enrich stage runs, since a
    version that it sends meanwhile could be followed by the older one.
    """
    _refuse_while_running(settings)
    newest = _newest(settings)
    sent = 0
    try:
        producer = clients.producer(settings, transactional_id=f"{clients.group(settings, 'reenrich')}.again")
        with closing(producer):
            producer.init_transactions()
            transactions = clients.Transactions(producer, settings.runner.transaction_timeout)
            current = _current(settings, newest)
            while batch := list(islice(current, _AT_ONCE)):
                articles = [article for _, article in batch]
                changed = [
                    (message, after)
                    for (message, before), after in zip(batch, again(articles), strict=True)
                    if after is not before
                ]
                if changed:
                    transactions.begin()
                    for message, article in changed:
                        producer.send(
                            clients.physical(settings, ENRICHED),
                            key=message.key,
                            value=encode(article),
                            headers=clients.byte_headers({**message.headers, envelope.REFRESH: "1"}),
                        )
                    transactions.commit()
                sent += len(changed)
                advance(len(batch))
    except KafkaError as error:
        raise Unavailable(f"kafka: sending articles again: {error}") from error
    return Sent(articles=len(newest), sent=sent)


def _refuse_while_running(settings: Settings) -> None:
    group = clients.group(settings, StageName.ENRICH)
    try:
        with closing(clients.admin(settings)) as admin:
            described = admin.describe_groups([group])
    except KafkaError as error:
        raise Unavailable(f"kafka: describing {group}: {error}") from error
    if described[group].get("members"):
        raise UsageError("reenrich: stage enrich is running; stop `dateline run` first")


def _newest(settings: Settings) -> dict[bytes, str]:
    """The position of each article's newest version: of the last message that has it, by key."""
    orders: dict[bytes, int] = {}
    positions: dict[bytes, str] = {}
    for message, article in _articles(settings):
        key = message.key or b""
        if article.version_order >= orders.get(key, article.version_order):
            orders[key], positions[key] = article.version_order, message.position
    return positions


def _current(settings: Settings, newest: dict[bytes, str]) -> Iterator[tuple[Message, EnrichedArticle]]:
    for message, article in _articles(settings):
        if newest.get(message.key or b"") == message.position:
            yield message, article


def _articles(settings: Settings) -> Iterator[tuple[Message, EnrichedArticle]]:
    for message in read(settings, [ENRICHED]):
        try:
            record = decode(message).record
        except Undecodable:
            continue
        if isinstance(record, EnrichedArticle):
            yield message, record
