"""Enriched articles on their topic, as the enrich stage would have sent them."""

from contextlib import closing

from dateline import kafka
from dateline.settings import Settings
from schemas import envelope
from schemas.records import EnrichedArticle, encode
from schemas.topics import ENRICHED


def send(settings: Settings, *articles: EnrichedArticle) -> None:
    """Send them in this order."""
    with closing(kafka.producer(settings)) as producer:
        for article in articles:
            headers = {
                envelope.CE_SPECVERSION: envelope.SPEC_VERSION,
                envelope.CE_ID: article.event_id,
                envelope.CE_SOURCE: "dateline/enrich",
                envelope.CE_TYPE: envelope.record_type(ENRICHED.name),
                envelope.SOURCE_ID: article.source,
            }
            producer.send(
                kafka.physical(settings, ENRICHED),
                key=article.id.encode(),
                value=encode(article),
                headers=kafka.byte_headers(headers),
            )
        producer.flush()
