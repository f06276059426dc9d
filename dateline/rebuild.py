"""All indices again from the topics: a new generation is filled beside the one in use, then the aliases switch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final, TypeVar

import msgspec
from elasticsearch import Elasticsearch
from rich.progress import Progress

from dateline import kafka as clients
from dateline.decode import Undecodable, decode
from dateline.errors import UsageError
from dateline.log import read
from dateline.outcome import Keep
from dateline.settings import Settings
from dateline.stage import Item, Message, Stage
from dateline.topology import apply_templates, current_names, drop, switch
from schemas.elastic import Names
from schemas.reasons import Stage as StageName
from schemas.records import EnrichedArticle, Story, Version
from schemas.topics import CHANGES, ENRICHED, OUTCOMES, STORIES, VERSIONS, Topic

_BATCH: Final = 200
T = TypeVar("T")

Remember = Callable[[Sequence[tuple[str, Version]]], None]
RememberNames = Callable[[Sequence[EnrichedArticle]], None]
RememberStories = Callable[[Iterable[Story]], Callable[[Sequence[EnrichedArticle]], None]]


class Builders(msgspec.Struct, frozen=True):
    """What fills the new generation: the stages themselves, pointed at it, and what makes its memories know."""

    enrich: Stage
    index: Stage
    remember: Remember
    remember_names: RememberNames
    stories: RememberStories


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages went into the new generation, and its number."""

    generation: int
    articles: int
    enriched_again: int
    versions: int
    changes: int
    outcomes: int
    dropped: tuple[str, ...]


def rebuild(
    settings: Settings, client: Elasticsearch, builders: Callable[[Names], Builders], progress: Progress
) -> Rebuilt:
    """Fill the next generation from the topics, switch every alias to it in one step, drop the one before.

    Raises UsageError while stages run: what they write meanwhile would be missing. Until the switch nothing that is in
    use is touched; after a failure simply run it again.
    """
    _refuse_while_running(settings)
    before = current_names(client, settings.namespace)
    if before is None:
        raise UsageError("rebuild: there are no indices yet; run `dateline templates apply`")
    names = before.next()
    drop(client, settings, names.generation)  # what an earlier attempt may have left
    apply_templates(client, settings, generation=names.generation)
    made = builders(names)
    have: set[str] = set()
    articles = 0
    remember_stories = made.stories(_stories(settings, progress))
    for batch in _batches(settings, ENRICHED, progress):
        enriched = [item.record for item in batch if isinstance(item.record, EnrichedArticle)]
        have.update(article.version_id for article in enriched)
        made.remember_names(enriched)
        remember_stories([item.record for item in batch if isinstance(item.record, EnrichedArticle)])
        made.index.step(batch)
        articles += len(batch)
    versions = again = 0
    for batch in _batches(settings, VERSIONS, progress):
        known = [(item.message.position, item.record) for item in batch if isinstance(item.record, Version)]
        made.remember(known)
        versions += len(known)
        lacking = [
            item for item in batch if isinstance(item.record, Version) and item.record.version_id not in have
        ]
        if lacking:
            again += len(lacking)
            made.index.step(list(_enriched(made.enrich, lacking)))
    counts = {}
    for topic in (CHANGES, OUTCOMES):
        counts[topic.name] = 0
        for batch in _batches(settings, topic, progress):
            made.index.step(batch)
            counts[topic.name] += len(batch)
    switch(client, settings, names.generation)
    return Rebuilt(
        generation=names.generation,
        articles=articles,
        enriched_again=again,
        versions=versions,
        changes=counts[CHANGES.name],
        outcomes=counts[OUTCOMES.name],
        dropped=tuple(drop(client, settings, before.generation)),
    )


def _refuse_while_running(settings: Settings) -> None:
    groups = {clients.group(settings, stage): stage for stage in StageName}
    with closing(clients.admin(settings)) as admin:
        described = admin.describe_groups(list(groups))
    for name, group in described.items():
        if group.get("members"):
            raise UsageError(f"rebuild: stage {groups[name]} is running; stop `dateline run` first")


def _batches(settings: Settings, topic: Topic, progress: Progress) -> Iterator[list[Item]]:
    """What the topic holds, decoded; what cannot be read went to quarantine when a stage met it."""
    task = progress.add_task(topic.name, total=None)
    for messages in _chunked(read(settings, [topic]), _BATCH):
        yield [item for message in messages if (item := _item(message)) is not None]
        progress.advance(task, len(messages))
    progress.update(task, total=progress.tasks[task].completed)


def _stories(settings: Settings, progress: Progress) -> Iterator[Story]:
    for batch in _batches(settings, STORIES, progress):
        yield from (item.record for item in batch if isinstance(item.record, Story))


def _item(message: Message) -> Item | None:
    try:
        return decode(message)
    except Undecodable:
        return None


def _enriched(stage: Stage, items: Sequence[Item]) -> Iterator[Item]:
    for item, outcome in zip(items, stage.step(items), strict=True):
        if isinstance(outcome, Keep):
            for output in outcome.outputs:
                yield Item(item.message, item.event_id, output.record)


def _chunked(values: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
