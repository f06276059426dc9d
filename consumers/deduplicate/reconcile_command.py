"""`dateline reconcile`: look once more at what came lately, for copies that two processes missed."""

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import click

from consumers.deduplicate.reconcile import Suspect, stated, suspects
from dateline import elastic, kafka
from dateline.app import App, command, pass_app, print_json
from dateline.identity import ElasticIdentityStore
from dateline.log import recent
from dateline.settings import Settings
from dateline.stories import Shelf
from schemas import envelope
from schemas.records import encode
from schemas.topics import NORMALIZED, VERSIONS

_BATCH: Final = 200
_HOUR_MS: Final = 3_600_000


@command("reconcile", example="dateline reconcile --hours 3 && dateline stage deduplicate --until-caught-up")
@click.option(
    "--hours",
    type=click.FloatRange(min=0, min_open=True),
    default=2.0,
    show_default=True,
    help="Look at the articles of which a version was sent in the last so many hours.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be sent through the stage once more.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@pass_app
def reconcile(app: App, hours: float, dry_run: bool, as_json: bool) -> None:
    """Repair what raced: two copies that two processes met within the same second and so took for two originals.

    Looks up each recent article as a new one would be now. Where the origin would be another one, the article is sent through
    the deduplicate stage once more, which decides and tells subscribers; so are articles that have moved to another story since
    they were sent. Safe to run at any time, beside running stages, and again. Exit codes: 0 done, 3 no answer from a server.
    """
    since = int(time.time() * 1000 - hours * _HOUR_MS)
    ids = list(dict.fromkeys((m.key or b"").decode() for m in recent(app.settings, VERSIONS, since)))
    found: dict[str, Suspect] = {}
    with closing(elastic.client(app.settings)) as client:
        store = ElasticIdentityStore(client, namespace=app.settings.namespace)
        if ids:
            store.refresh()
        for start in range(0, len(ids), _BATCH):
            found |= {one.article.id: one for one in suspects(store, ids[start : start + _BATCH])}
        moved = [id_ for id_ in Shelf(client, app.settings.namespace).owed() if id_ not in found]
        found |= {one.article.id: one for one in stated(store, moved)}
    if found and not dry_run:
        _send(app.settings, list(found.values()))
    if as_json:
        sent = 0 if dry_run else len(found)
        print_json({"looked_at": len(ids), "found": sorted(found), "moved": sorted(moved), "sent": sent})
    else:
        click.echo(
            f"{len(ids)} articles looked at, {len(found)} {'to be sent' if dry_run else 'sent'} once more"
        )


def _send(settings: Settings, found: Sequence[Suspect]) -> None:
    with closing(kafka.producer(settings)) as producer:
        for one in found:
            headers = {
                envelope.CE_SPECVERSION: envelope.SPEC_VERSION,
                envelope.CE_ID: f"{one.event_id}/again",
                envelope.CE_SOURCE: "dateline/reconcile",
                envelope.CE_TYPE: envelope.record_type(NORMALIZED.name),
                envelope.CE_TIME: one.article.fetched,
                envelope.CE_SUBJECT: one.article.url,
                envelope.CONTENT_TYPE: "application/json",
                envelope.SOURCE_ID: one.article.source,
                envelope.EVENT: one.event_id,
                envelope.REFRESH: "1",
            }
            producer.send(
                kafka.physical(settings, NORMALIZED),
                key=one.article.id.encode(),
                value=encode(one.article),
                headers=kafka.byte_headers(headers),
            )
        producer.flush()
