"""Sending the archive's articles again, changed: the current state of each, from the compacted topic to itself."""

from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from typing import Final

import msgspec
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.current import current, newest_positions
from dateline.errors import Unavailable
from dateline.outcome import Output
from dateline.positions import refuse_while_running
from dateline.settings import Settings
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


def send_again(
    settings: Settings,
    again: Again,
    advance: Callable[[int], None],
    beside: Callable[[], Sequence[Output]] = tuple,
) -> Sent:
    """Pass the newest version of every article on the enriched topic through `again`; `advance` gets the numbers done.

    `beside` gives what is to be sent in the same transaction as the articles that `again` had last.

    Each transaction holds whole articles, so an interrupted run loses none and may simply be run again. Sent messages keep
    their headers and are marked as a refresh: they end no event's way. Raises UsageError while the enrich stage runs, since a
    version that it sends meanwhile could be followed by the older one.
    """
    refuse_while_running(settings, "reenrich", [StageName.ENRICH])
    newest = newest_positions(settings)
    sent = 0
    try:
        producer = clients.producer(settings, transactional_id=f"{clients.group(settings, 'reenrich')}.again")
        with closing(producer):
            producer.init_transactions()
            transactions = clients.Transactions(producer, settings.runner.transaction_timeout)
            articles_now = current(settings, newest)
            while batch := list(islice(articles_now, _AT_ONCE)):
                articles = [article for _, article in batch]
                changed = [
                    (message, after)
                    for (message, before), after in zip(batch, again(articles), strict=True)
                    if after is not before
                ]
                more = beside()
                if changed or more:
                    transactions.begin()
                    for output in more:
                        producer.send(
                            clients.physical(settings, output.topic),
                            key=output.key.encode(),
                            value=encode(output.record),
                            headers=clients.byte_headers(_headers(output)),
                        )
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


def _headers(output: Output) -> dict[str, str]:
    return {
        envelope.CE_SPECVERSION: envelope.SPEC_VERSION,
        envelope.CE_ID: output.id or output.key,
        envelope.CE_SOURCE: "dateline/reenrich",
        envelope.CE_TYPE: envelope.record_type(output.topic),
        envelope.CONTENT_TYPE: "application/json",
        envelope.REFRESH: "1",
    }
