"""`dateline reenrich`: some enrichments made again for every article of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

import click
import msgspec
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from consumers.enrich.command import usable
from consumers.enrich.identities import remember
from dateline import elastic
from dateline.again import Again, send_again
from dateline.app import App, command, pass_app, print_json
from dateline.current import current, newest_positions
from dateline.names import ElasticNameStore
from dateline.outcome import Output
from dateline.ports import NameStore
from dateline.settings import Settings
from dateline.story_ports import ENRICHMENT, Teller, tell
from dateline.story_store import ElasticStoryStore
from schemas.records import EnrichedArticle, Story
from schemas.topics import STORIES

if TYPE_CHECKING:
    from consumers.enrich.background import Backgrounds

_AT_ONCE: Final = 100


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
    until `dateline rebuild`. For identities the memory of names first learns from all articles, so that their order makes no
    difference. With stories, articles that are in none are put into one, in the order in which the archive holds them. Stop the
    enrich stage first.
    Exit codes: 0 done, 2 no such enrichment or the stage is running, 3 a server does not answer.
    """
    from consumers.enrich.background import backgrounds_of

    wanted = usable("--only", only)
    backgrounds = backgrounds_of(app.settings)
    without = usable("enrich.without", app.settings.enrich.without)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        closing(elastic.client(app.settings)) as client,
        Progress(*columns, console=Console(stderr=True)) as progress,
    ):
        memory = ElasticNameStore(client, namespace=app.settings.namespace)
        if "identities" in wanted and "identities" not in without:
            task = progress.add_task("names learned from articles", total=None)
            for batch in _batches(app.settings):
                remember(memory, batch)
                progress.advance(task, len(batch))
        again: Again = partial(
            _again,
            wanted=wanted - {ENRICHMENT},
            force=force,
            without=without,
            backgrounds=backgrounds,
            memory=memory,
        )
        beside: Callable[[], Sequence[Output]] = tuple
        if ENRICHMENT in wanted and ENRICHMENT not in without:
            placing = _Placing(again, app.teller(ElasticStoryStore(client, namespace=app.settings.namespace)))
            again, beside = placing.again, placing.beside
        task = progress.add_task("articles", total=None)
        done = send_again(app.settings, again, lambda number: progress.advance(task, number), beside)
    if as_json:
        print_json(msgspec.to_builtins(done))
    else:
        click.echo(f"{done.sent} of {done.articles} articles sent again")


class _Placing:
    """Puts articles that are in no story into one, after all else was made; what their stories are then goes beside them."""

    def __init__(self, made: Again, teller: Teller) -> None:
        self._made = made
        self._teller = teller
        self._stories: dict[str, Story] = {}

    def again(self, articles: Sequence[EnrichedArticle]) -> list[EnrichedArticle]:
        """As `send_again` asks. An article that is in a story stays there."""
        done = list(self._made(articles))
        lacking = [number for number, article in enumerate(done) if article.story_id is None]
        placed = tell(self._teller, [(done[number], done[number].event_id) for number in lacking])
        for number, (article, told) in zip(lacking, placed, strict=True):
            done[number] = article
            self._stories |= {story.id: story for story in told.stories}
        return done

    def beside(self) -> Sequence[Output]:
        """The stories that changed since this was asked last."""
        stories, self._stories = self._stories, {}
        return [Output(STORIES.name, id_, story) for id_, story in stories.items()]


def _batches(settings: Settings) -> Iterator[list[EnrichedArticle]]:
    articles = (article for _, article in current(settings, newest_positions(settings)))
    while batch := list(islice(articles, _AT_ONCE)):
        yield batch


def _again(
    articles: Sequence[EnrichedArticle],
    *,
    wanted: frozenset[str],
    force: bool,
    without: frozenset[str],
    backgrounds: Backgrounds | None,
    memory: NameStore,
) -> list[EnrichedArticle]:
    """Each article with what was not made by the present rules made again; itself where that changes nothing."""
    from consumers.enrich.step import enrich, is_current

    stale: dict[frozenset[str], list[int]] = {}
    for number, article in enumerate(articles):
        # what a name means can change with what the archive has learned, by the same rules
        names = frozenset(
            name
            for name in wanted
            if force or name == "identities" or not is_current(article, name, without, backgrounds)
        )
        if names:
            stale.setdefault(names, []).append(number)
    done = list(articles)
    for names, numbers in stale.items():
        some = [articles[number] for number in numbers]
        made = enrich(some, only=names, without=without, backgrounds=backgrounds, memory=memory)
        for number, before, after in zip(numbers, some, made, strict=True):
            done[number] = before if after == before else after
    return done
