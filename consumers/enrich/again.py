"""`dateline reenrich`: some enrichments made again for every article of the archive."""

from __future__ import annotations

from collections.abc import Sequence

import click
import msgspec
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from consumers.enrich.command import usable
from dateline.again import send_again
from dateline.app import App, command, pass_app, print_json
from schemas.records import EnrichedArticle


@command(
    "reenrich",
    example="dateline reenrich --only topics --only summary && dateline stage index --until-caught-up",
)
@click.option(
    "--only", multiple=True, required=True, metavar="NAME", help="The enrichment to make. Repeatable."
)
@click.option("--force", is_flag=True, help="Also where the present rules made it already.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_app
def reenrich(app: App, only: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Make enrichments again for every article on articles.enriched.v1, and send those that changed to it.

    Everything else of an article stays as it is. The index stage then takes them over. Older versions keep what they have
    until `dateline rebuild`. Stop the enrich stage first.
    Exit codes: 0 done, 2 no such enrichment or the stage is running, 3 Kafka does not answer.
    """
    from consumers.enrich.background import backgrounds_of
    from consumers.enrich.step import enrich, is_current

    wanted = usable("--only", only)
    backgrounds = backgrounds_of(app.settings)
    without = usable("enrich.without", app.settings.enrich.without)

    def again(articles: Sequence[EnrichedArticle]) -> list[EnrichedArticle]:
        done: list[EnrichedArticle] = []
        for article in articles:
            if not force and all(is_current(article, name, without, backgrounds) for name in wanted):
                done.append(article)
                continue
            (made,) = enrich([article], only=wanted, without=without, backgrounds=backgrounds)
            done.append(article if made == article else made)
        return done

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("articles", total=None)
        done = send_again(app.settings, again, lambda number: progress.advance(task, number))
    if as_json:
        print_json(msgspec.to_builtins(done))
    else:
        click.echo(f"{done.sent} of {done.articles} articles sent again")
