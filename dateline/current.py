"""The current state of every article, from the compacted topic of enriched ones."""

from collections.abc import Iterator

from dateline.decode import Undecodable, decode
from dateline.log import read
from dateline.settings import Settings
from dateline.stage import Message
from schemas.order import standing
from schemas.records import EnrichedArticle
from schemas.topics import ENRICHED


def newest_positions(settings: Settings) -> dict[bytes, str]:
    """Where each article's newest version stands: in the last message that has it, by key. Some bytes an article."""
    orders: dict[bytes, int] = {}
    positions: dict[bytes, str] = {}
    for message, article in _articles(settings):
        key = message.key or b""
        order = standing(article)
        if article.status != "WITHDRAWN" and order >= orders.get(key, order):
            orders[key], positions[key] = order, message.position
    return positions


def current(settings: Settings, newest: dict[bytes, str]) -> Iterator[tuple[Message, EnrichedArticle]]:
    """The newest version of every article once, with its message. Raises Unavailable when Kafka does not answer."""
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
