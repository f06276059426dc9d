"""`dateline demo`: the main job on a small world of invented outlets, from nothing to a search result."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import click
import msgspec
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from dateline import elastic, kafka
from dateline.app import App, command, pass_app
from dateline.archive import Archive, Filters
from dateline.audit import Audit, audit
from dateline.commands.reading import print_diff, print_hit
from dateline.commands.servers import embedded
from dateline.demo import DemoServer, Outlet, Scene, Story, scenes, stories
from dateline.endpoints import elastic_url, kafka_bootstrap
from dateline.errors import ServerError
from dateline.settings import Settings
from dateline.supervisor import Supervisor
from dateline.topology import apply_templates, apply_topics
from schemas.reasons import Stage as StageName
from schemas.records import EnrichedArticle

_PATIENCE: Final = (
    180.0  # seconds without a document decided; on a busy machine the stages take long to start
)
_LOOK_EVERY: Final = 0.3
_QUERY: Final = "ferry fire"


@command("demo", example="dateline demo")
@click.option("--query", default=_QUERY, show_default=True, help="What to search for at the end.")
@click.pass_context
@pass_app
def demo(app: App, ctx: click.Context, query: str) -> None:
    """Run the main job on a small world of invented outlets.

    Starts the embedded servers unless settings name others, serves the world on loopback, and ingests it scene by scene
    while its outlets publish, update, correct and copy. The servers keep running: `dateline down` stops them.
    Exit codes: 0 all accounted for, 1 not, 3 a server did not start.
    """
    console = Console(highlight=False)
    begun = time.monotonic()
    settings = app.settings
    _bring_up(console, settings)
    with closing(elastic.client(settings)) as client, closing(kafka.admin(settings)) as admin:
        apply_topics(admin, settings)
        apply_templates(client, settings)
        archive = Archive(client, settings.namespace)
        with _stages(settings) as log, DemoServer() as world:
            console.print(f"[dim]the world is at {world.url}; the stages' log is {log}[/]")
            app.with_settings(_pointed_at(settings, world))
            for number, scene in enumerate(scenes()):
                if number:
                    world.advance()
                _play(console, app, ctx, client, scene, number)
                _tell_updates(console, app, archive, number)
        result = audit(settings, client)
        archive.refresh()
        _finish(console, archive, result, query)
    console.print(f"[dim]{time.monotonic() - begun:.0f} s in all[/]")
    if not result.clean:
        ctx.exit(1)


def _bring_up(console: Console, settings: Settings) -> None:
    ours = [name for name, named in _named(settings).items() if not named]
    if ours:
        embedded(settings).up(ours)
    console.print(f"Kafka answers at {kafka_bootstrap(settings)}, Elasticsearch at {elastic_url(settings)}")


def _named(settings: Settings) -> dict[str, str | None]:
    return {"kafka": settings.kafka.bootstrap_servers, "elastic": settings.elastic.url}


@contextmanager
def _stages(settings: Settings) -> Iterator[Path]:
    """All stages under a supervisor, their events in a file; stopped at the end."""
    path = settings.data_path / "logs" / "demo-stages.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as output:
        supervisor = Supervisor(settings, dict.fromkeys(map(str, StageName), 1), output=output)
        thread = threading.Thread(target=supervisor.run, name="supervisor")
        thread.start()
        try:
            yield path
        finally:
            supervisor.stop()
            thread.join()


def _pointed_at(settings: Settings, world: DemoServer) -> Settings:
    """Settings whose sources are the world's outlets, and which may fetch from its loopback address."""
    table = settings.data_path / "demo-sources.yaml"
    entries = [_source(outlet, feed) for outlet, feed in world.feeds()]
    table.write_bytes(msgspec.json.encode({"sources": entries}))  # JSON is YAML
    ingest = msgspec.structs.replace(
        settings.ingest, sources=str(table), allow_hosts=(world.url.removeprefix("http://"),)
    )
    return msgspec.structs.replace(settings, ingest=ingest)


def _source(outlet: Outlet, feed: str) -> dict[str, object]:
    return {
        "id": outlet.id,
        "name": outlet.name,
        "homepage": outlet.homepage,
        "country": outlet.country,
        "language": outlet.language,
        "timezone": outlet.timezone,
        "feeds": [feed],
    }


def _play(
    console: Console, app: App, ctx: click.Context, client: Elasticsearch, scene: Scene, number: int
) -> None:
    """Poll every outlet once, then wait until every document is accounted for."""
    console.print(f"\n[bold]{scene.at:%a %d %b %H:%M}[/]  {scene.title}")
    before = audit(app.settings, client)
    _command(ctx, "ingest").main(args=["--due", "--again"], standalone_mode=False, obj=app)
    decided, deadline = before.indexed + before.dropped, time.monotonic() + _PATIENCE
    while not (now := audit(app.settings, client)).clean:
        if now.indexed + now.dropped != decided:
            decided, deadline = now.indexed + now.dropped, time.monotonic() + _PATIENCE
        if time.monotonic() > deadline:
            waiting = ", ".join(sorted({finding.problem for finding in now.findings}))
            raise ServerError(
                f"scene {number}: nothing decided for {_PATIENCE:.0f} s: {waiting}; see `dateline audit`"
            )
        time.sleep(_LOOK_EVERY)
    dropped = now.dropped - before.dropped
    console.print(
        f"    {now.received - before.received} documents received: {now.indexed - before.indexed} new versions, "
        f"{dropped} not new, {now.quarantined - before.quarantined} in quarantine"
    )


def _command(ctx: click.Context, name: str) -> click.Command:
    root = ctx.find_root().command
    assert isinstance(root, click.Group)
    found = root.get_command(ctx, name)
    assert found is not None
    return found


def _tell_updates(console: Console, app: App, archive: Archive, number: int) -> None:
    """What this scene changed in stories that were there before, with the first difference in full."""
    if not number:
        return
    before = {story.id: story for story in stories(number - 1)}
    changed = [
        story
        for story in stories(number)
        if story.id in before and _content(story) != _content(before[story.id])
    ]
    archive.refresh()
    for place, story in enumerate(changed):
        history = archive.versions(story.url)
        if len(history) < 2:
            continue
        _tell(console, history)
        if place == 0:
            print_diff(console, app, history[-2], history[-1])


def _content(story: Story) -> tuple[object, ...]:
    return story.headline, story.standfirst, story.correction, story.blocks


def _tell(console: Console, history: Sequence[EnrichedArticle]) -> None:
    old, new = history[-2], history[-1]
    classes = ", ".join(dict.fromkeys(change.kind for change in new.changes))
    console.print(
        f"    [green]{old.status} → {new.status}[/]  {new.source}: {new.headline}  [magenta]({classes})[/]"
    )


def _finish(console: Console, archive: Archive, result: Audit, query: str) -> None:
    console.print(
        f"\n[bold]{result.received} received = {result.indexed} indexed + {result.dropped} dropped"
        f" + {result.quarantined} quarantined[/]: nothing lost"
        if result.clean
        else f"\n[red]{len(result.findings)} documents unaccounted for: see `dateline audit`[/]"
    )
    console.print(f"\n$ dateline search {query}", style="bold")
    found = archive.search(query, Filters(), size=3)
    for number, hit in enumerate(found.hits, start=1):
        print_hit(console, number, hit)
    first = found.hits[0].id[:12] if found.hits else "ID"
    table = Table(title="Try next", title_justify="left", box=None, show_header=False)
    for line, about in (
        (f"dateline search {query}", "full-text search, with --source, --speaker, --since, --json"),
        (f"dateline show {first} --diff", "an article, its history, and what changed"),
        ("dateline tail changes --from-beginning", "follow every classified change"),
        ("dateline audit", "where every document went"),
        ("dateline down", "stop the servers"),
    ):
        table.add_row(f".venv/bin/{line}", f"[dim]{about}[/]")
    console.print(table)
