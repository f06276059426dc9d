"""`dateline kibana`: data views, saved searches and dashboards into a Kibana."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from dateline.app import App, Command, pass_app, print_json
from dateline.errors import UsageError
from dateline.kibana import Imported, encoded, install, saved_objects
from schemas.elastic import Names

REFUSED: Final = 4


@click.group(epilog="Example: dateline kibana apply --space newsroom")
def kibana() -> None:
    """Dashboards in Kibana: newsroom, changes, quotes, pipeline. See docs/kibana.md."""


@kibana.command("apply", cls=Command, epilog="Example: dateline kibana apply --space newsroom")
@click.option("--space", help="The space to put them into (default: kibana.space).")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@click.pass_context
@pass_app
def apply_command(app: App, ctx: click.Context, space: str | None, as_json: bool) -> None:
    """Put data views, saved searches and dashboards into Kibana (kibana.url), over what an earlier run put there.

    The key is DATELINE_KIBANA_API_KEY, else the credentials for Elasticsearch. Exit codes: 0 all are there, 4 Kibana refused some
    (they are listed), 2 address, key, rights or space are wrong, 3 no answer.
    """
    settings = app.settings
    objects = saved_objects(Names(settings.namespace))
    result = install(settings, objects, space=space or settings.kibana.space)
    if as_json:
        print_json(result)
    else:
        _print(result)
    if result.refused or result.imported < result.sent:
        ctx.exit(REFUSED)


@kibana.command("write", cls=Command, epilog="Example: dateline kibana write dateline.ndjson")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@pass_app
def write_command(app: App, path: Path) -> None:
    """Write the same objects to a file, for Kibana's own import page (Stack Management, Saved Objects).

    Exit codes: 0 written, 2 the file cannot be written.
    """
    objects = saved_objects(Names(app.settings.namespace))
    try:
        path.write_bytes(encoded(objects))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    click.echo(f"{len(objects)} objects in {path}", err=True)


def _print(result: Imported) -> None:
    click.echo(f"{result.imported} of {result.sent} objects are in space {result.space}")
    for one in result.refused:
        click.echo(f"refused: {one.type} {one.title} ({one.id}): {one.why}", err=True)
