"""`dateline audit` accounts for every document; `dateline trace` tells one document's way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import click
import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.audit import Audit
from dateline.audit import audit as run_audit
from dateline.elastic import translated
from dateline.errors import UsageError
from dateline.settings import Settings
from schemas.elastic import Kind, Names

_SHOWN = 50


@command("audit", example="dateline audit --json")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON, with every finding.")
@click.option(
    "--before", help="Only of documents received before, as in 2017-07-08T10:00:00Z: others may be under way."
)
@click.pass_context
@pass_app
def audit(app: App, ctx: click.Context, as_json: bool, before: str | None) -> None:
    """Prove that every raw document is indexed, dropped with a reason, or in quarantine.

    Exit codes: 0 all accounted for, 1 some are not (they are listed), 3 a server does not answer.
    """
    with closing(elastic.client(app.settings)) as client:
        result = run_audit(app.settings, client, before=None if before is None else _moment(before))
    if as_json:
        print_json({**msgspec.to_builtins(result), "clean": result.clean})
    else:
        _print(result)
    if not result.clean:
        ctx.exit(1)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f"--before {text}: expected a date, time and offset, as in 2017-07-08T10:00:00Z")
    return moment


def _print(result: Audit) -> None:
    click.echo(
        f"{result.received} received = {result.indexed} indexed + {result.dropped} dropped"
        f" + {result.quarantined} quarantined"
        + (f" + {len(result.findings)} unaccounted for" if result.findings else "")
    )
    for reason, count in sorted(result.reasons.items()):
        click.echo(f"  {reason}: {count}")
    for finding in result.findings[:_SHOWN]:
        click.echo(f"{finding.event_id}  {finding.problem}  {finding.url or finding.origin}", err=True)
    if len(result.findings) > _SHOWN:
        click.echo(f"... and {len(result.findings) - _SHOWN} more: see --json", err=True)


@command("trace", example="dateline trace https://www.harbourpost.example/2026/tram-vote")
@click.argument("what", metavar="URL|EVENT|ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="Print the outcomes as a JSON list.")
@click.pass_context
@pass_app
def trace(app: App, ctx: click.Context, what: str, as_json: bool) -> None:
    """Tell what each stage did with a document: by its URL, its event id or its article's id.

    Exit codes: 0 found, 1 nothing known of it, 3 a server does not answer.
    """
    with closing(elastic.client(app.settings)) as client:
        outcomes = _outcomes(app.settings, client, what)
    if as_json:
        print_json(outcomes)
    else:
        _print_way(outcomes)
    if not outcomes:
        if not as_json:
            click.echo(f"nothing known of {what}; `dateline audit` lists what still waits", err=True)
        ctx.exit(1)


def _outcomes(settings: Settings, client: Elasticsearch, what: str) -> list[dict[str, Any]]:
    names = Names(settings.namespace)
    with translated("tracing"):
        client.indices.refresh(index=names.alias(Kind.OUTCOMES), ignore_unavailable=True)
        # a document is known by the URL it came from; its article by the canonical one
        articles = client.search(
            index=names.alias(Kind.ARTICLES),
            query={"term": {"url": what}},
            source_includes=["id"],
            size=100,
            ignore_unavailable=True,
        )
        ids = [what, *(hit["_source"]["id"] for hit in articles["hits"]["hits"])]
        mine = client.search(
            index=names.alias(Kind.OUTCOMES),
            query={
                "bool": {
                    "should": [
                        {"term": {"event_id": what}},
                        {"term": {"url": what}},
                        {"terms": {"article_id": ids}},
                    ]
                }
            },
            source_includes=["event_id"],
            size=1000,
            ignore_unavailable=True,
        )
        events = sorted({hit["_source"]["event_id"] for hit in mine["hits"]["hits"]})
        if not events:
            return []
        found = client.search(
            index=names.alias(Kind.OUTCOMES), query={"terms": {"event_id": events}}, sort=["time"], size=5000
        )
    return [hit["_source"] for hit in found["hits"]["hits"]]


def _print_way(outcomes: Sequence[dict[str, Any]]) -> None:
    table = Table("event", "attempt", "stage", "fate", "reason", "time", "article", box=None)
    for outcome in outcomes:
        table.add_row(
            outcome["event_id"][:12],
            str(outcome["attempt"]),
            outcome["stage"],
            outcome["fate"],
            outcome["reason"] or "",
            outcome["time"],
            (outcome["article_id"] or "")[:12],
        )
    if outcomes:
        Console().print(table)
    for outcome in outcomes:
        if outcome["detail"]:
            click.echo(f"{outcome['event_id'][:12]} {outcome['stage']}: {outcome['detail']}")
