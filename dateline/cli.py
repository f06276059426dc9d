"""The composition root: the only file that may import every room. Each import waits until its command is called."""

from __future__ import annotations

import importlib
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from dateline import __version__
from dateline.app import AlertTools, App

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from consumers.deduplicate.diff import Block
    from dateline.alerts.definition import Alert
    from dateline.alerts.ports import AlertBook, Merged, Post
    from dateline.rebuild import Builders
    from dateline.settings import Settings
    from dateline.stage import Stage
    from dateline.story_ports import StoryStore, Teller
    from schemas.elastic import Names
    from schemas.records import Article

COMMANDS: Final = {
    "demo": "dateline.commands.demo:demo",
    "up": "dateline.commands.servers:up",
    "down": "dateline.commands.servers:down",
    "status": "dateline.commands.servers:status",
    "doctor": "dateline.commands.servers:doctor",
    "topics": "dateline.commands.topology:topics",
    "templates": "dateline.commands.topology:templates",
    "kibana": "dateline.commands.kibana:kibana",
    "sources": "producers.source_commands:sources",
    "ingest": "producers.commands:ingest",
    "backfill": "producers.backfill_commands:backfill",
    "revisit": "producers.commands:revisit",
    "stage": "dateline.commands.stages:stage",
    "run": "dateline.commands.stages:run",
    "serve": "reader.command:serve",
    "search": "dateline.commands.reading:search",
    "show": "dateline.commands.reading:show",
    "similar": "dateline.commands.similar:similar",
    "quotes": "dateline.commands.quotes:quotes",
    "story": "dateline.commands.stories:story",
    "stories": "dateline.commands.stories:stories",
    "names": "dateline.commands.names:names",
    "alerts": "dateline.commands.alerts:alerts",
    "tail": "dateline.commands.tail:tail",
    "export": "dateline.commands.export:export",
    "trace": "dateline.commands.accounts:trace",
    "audit": "dateline.commands.accounts:audit",
    "quarantine": "dateline.commands.quarantine:quarantine",
    "rebuild": "dateline.commands.rebuild:rebuild",
    "retention": "dateline.commands.retention:retention",
    "snapshot": "dateline.commands.snapshot:snapshot",
    "reconcile": "consumers.deduplicate.reconcile_command:reconcile",
    "renormalize": "dateline.commands.renormalize:renormalize",
    "normalize": "consumers.normalize.command:normalize",
    "enrich": "consumers.enrich.command:enrich",
    "reenrich": "consumers.enrich.again:reenrich",
    "background": "consumers.enrich.command:background",
    "compare": "consumers.deduplicate.command:compare",
    "copies": "consumers.deduplicate.command:copies",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


def _normalize(settings: Settings) -> Stage:
    from consumers.normalize import NormalizeStage

    return NormalizeStage(max_bytes=settings.normalize.max_bytes)


def _deduplicate(settings: Settings) -> Stage:
    from consumers.deduplicate import DeduplicateStage
    from dateline.elastic import client
    from dateline.identity import ElasticIdentityStore

    return DeduplicateStage(ElasticIdentityStore(client(settings), namespace=settings.namespace))


def _enrich(settings: Settings) -> Stage:
    from consumers.enrich import configured
    from dateline.elastic import client
    from dateline.names import ElasticNameStore

    return _with_stories(
        settings, configured(settings, ElasticNameStore(client(settings), namespace=settings.namespace))
    )


def _with_stories(settings: Settings, stage: Stage) -> Stage:
    if "stories" in settings.enrich.without:
        return stage
    from consumers.stories import WithStories
    from dateline.elastic import client
    from dateline.story_store import ElasticStoryStore

    return WithStories(stage, _teller(ElasticStoryStore(client(settings), namespace=settings.namespace)))


def _teller(store: StoryStore) -> Teller:
    from consumers.stories import Stories

    return Stories(store)


def _index(settings: Settings) -> Stage:
    from consumers.index import IndexStage
    from dateline.elastic import client
    from dateline.sink import ElasticIndexSink
    from dateline.topology import NamesInUse

    elastic = client(settings)
    return IndexStage(ElasticIndexSink(elastic), NamesInUse(elastic, settings.namespace))


def _alerts(settings: Settings) -> Stage:
    from dateline.alerts.book import ElasticAlertBook, Indices, ids_of
    from dateline.alerts.file import AlertsFile
    from dateline.elastic import client
    from dateline.story_store import ElasticStoryStore

    elastic, one = client(settings), settings.elastic
    book = ElasticAlertBook(Indices(elastic, settings.namespace, shards=one.shards, replicas=one.replicas))
    stories = ElasticStoryStore(elastic, namespace=settings.namespace)
    return _alerts_over(AlertsFile(Path(settings.alerts.file)), book, ids_of(lambda: stories))


def _alerts_over(alerts: Callable[[], Sequence[Alert]], book: AlertBook, merged: Merged) -> Stage:
    from consumers.alerts import AlertsStage

    return AlertsStage(alerts, book, merged)


def _post(settings: Settings) -> Post:
    from producers.post import Poster

    return Poster(settings)


def _diff(old: Article, new: Article) -> list[Block]:
    from consumers.deduplicate import diff_articles

    return diff_articles(old, new)


def _content_hash(article: Article) -> str:
    from consumers.deduplicate.canonical import content_hash

    return content_hash(article)


def _embed(headline: str, standfirst: str | None, paragraphs: Sequence[str]) -> tuple[float, ...] | None:
    from consumers.enrich import embedding

    return embedding.find(headline, standfirst, paragraphs)


def _builders(settings: Settings, names: Names) -> Builders:
    from consumers.deduplicate import remember
    from consumers.enrich import configured, remember_names
    from consumers.index import IndexStage
    from consumers.stories import Remembered, WithStories
    from consumers.stories import remember as remember_stories
    from dateline.elastic import client
    from dateline.identity import ElasticIdentityStore
    from dateline.names import ElasticNameStore
    from dateline.rebuild import Builders
    from dateline.sink import ElasticIndexSink
    from dateline.story_store import ElasticStoryStore
    from schemas.elastic import Kind

    elastic = client(settings)
    store = ElasticIdentityStore(elastic, index=names.index(Kind.IDENTITY))
    known = ElasticNameStore(elastic, index=names.index(Kind.ENTITIES))
    stories = ElasticStoryStore(elastic, names=names)
    return Builders(
        WithStories(configured(settings, known), Remembered(stories)),
        IndexStage(ElasticIndexSink(elastic), lambda: names),
        partial(remember, store),
        partial(remember_names, known),
        stories=partial(remember_stories, stories),
    )


STAGES: Final = {
    "normalize": _normalize,
    "deduplicate": _deduplicate,
    "enrich": _enrich,
    "index": _index,
    "alerts": _alerts,
}


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: dateline up && dateline ingest articles/ && dateline run --until-caught-up && dateline search ceasefire",
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (default: dateline.toml).")
@click.version_option(__version__, "--version", prog_name="dateline")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """News as events: every version kept, every copy found, every document accounted for."""
    if config is not None:
        os.environ["DATELINE_CONFIG"] = str(config.absolute())  # for the processes that commands start
    ctx.obj = App(
        STAGES, _diff, _builders, _content_hash, _embed, _teller, AlertTools(_alerts_over, _post), config
    )
