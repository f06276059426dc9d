"""All indices again from the topics: a new generation is filled beside the one in use, then the aliases switch."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

import msgspec
from elasticsearch import Elasticsearch
from rich.progress import Progress

from dateline.decode import Undecodable, decode
from dateline.elastic import translated
from dateline.errors import UsageError
from dateline.log import read
from dateline.outcome import Keep
from dateline.positions import refuse_while_running
from dateline.settings import Settings
from dateline.stage import Item, Message, Stage
from dateline.topology import apply_templates, current_names, drop, switch
from schemas.elastic import Kind, Names
from schemas.records import EnrichedArticle, Story, Version
from schemas.topics import CHANGES, ENRICHED, OUTCOMES, STORIES, VERSIONS, Topic

_BATCH: Final = 200
T = TypeVar("T")

Since = Mapping[str, Mapping[int, int]]
"""Where to begin: topic → partition → offset."""

Remember = Callable[[Sequence[tuple[str, Version]]], None]
RememberNames = Callable[[Sequence[EnrichedArticle]], None]
RememberStories = Callable[[Iterable[Story]], RememberNames]


class Builders(msgspec.Struct, frozen=True):
    """What fills the new generation: the stages themselves, pointed at it, and what makes its memories know."""

    enrich: Stage
    index: Stage
    remember: Remember
    remember_names: RememberNames
    stories: RememberStories


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages of each topic went into the indices, and how many versions had to be enriched again."""

    articles: int
    enriched_again: int
    versions: int
    changes: int
    outcomes: int


class Rebuilt(Filled, frozen=True, kw_only=True):
    """As `Filled`, with the number of the new generation and the indices that went with the one before."""

    generation: int
    dropped: tuple[str, ...]


def rebuild(
    settings: Settings,
    client: Elasticsearch,
    builders: Callable[[Names], Builders],
    progress: Progress,
    *,
    allow_fewer: bool = False,
) -> Rebuilt:
    """Fill the next generation from the topics, switch every alias to it in one step, drop the one before.

    Raises UsageError while stages run: what they write meanwhile would be missing; and, unless `allow_fewer`, where the topics
    hold fewer versions than the indices, as after Kafka was made anew and a snapshot restored. Until the switch nothing that
    is in use is touched; after a failure simply run it again.
    """
    refuse_while_running(settings, "rebuild")
    before = current_names(client, settings.namespace)
    if before is None:
        raise UsageError("rebuild: there are no indices yet; run `dateline templates apply`")
    names = before.next()
    drop(client, settings, names.generation)  # what an earlier attempt may have left
    apply_templates(client, settings, generation=names.generation)
    made = builders(names)
    filled = fill(settings, made, progress, remember_stories=made.stories(told_stories(settings, progress)))
    if not allow_fewer:
        _refuse_to_lose(client, before, names)
    switch(client, settings, names.generation)
    return Rebuilt(
        **msgspec.structs.asdict(filled),
        generation=names.generation,
        dropped=tuple(drop(client, settings, before.generation)),
    )


def _refuse_to_lose(client: Elasticsearch, before: Names, after: Names) -> None:
    with translated("counting versions"):
        patterns = [names.pattern(Kind.VERSIONS) for names in (before, after)]
        client.indices.refresh(index=patterns)
        held, made = (client.count(index=pattern)["count"] for pattern in patterns)
    if made < held:
        raise UsageError(
            f"rebuild: the topics hold {made} of the {held} versions that the indices hold; nothing was changed. To be left with"
            " the fewer, use --allow-fewer"
        )


def fill(
    settings: Settings,
    made: Builders,
    progress: Progress,
    *,
    remember_stories: RememberNames,
    since: Since | None = None,
    missing: Callable[[Sequence[str]], Collection[str]] = tuple,
) -> Filled:
    """Put what the topics hold from `since` on (default: all) into indices and memories.

    A version that comes with no enriched article, since a later one took its place in the topic, is enriched again if
    `missing` says of its id that the index lacks it (default: it does).
    """
    have: set[str] = set()
    articles = 0
    for batch in _batches(settings, ENRICHED, progress, since):
        enriched = [item.record for item in batch if isinstance(item.record, EnrichedArticle)]
        have.update(article.version_id for article in enriched)
        made.remember_names(enriched)
        remember_stories(enriched)
        made.index.step(batch)
        articles += len(batch)
    versions = again = 0
    for batch in _batches(settings, VERSIONS, progress, since):
        known = [(item.message.position, item.record) for item in batch if isinstance(item.record, Version)]
        made.remember(known)
        versions += len(known)
        wanted = set(missing([version.version_id for _, version in known if version.version_id not in have]))
        lacking = [
            item for item in batch if isinstance(item.record, Version) and item.record.version_id in wanted
        ]
        if lacking:
            again += len(lacking)
            made.index.step(list(_enriched(made.enrich, lacking)))
    counts = {}
    for topic in (CHANGES, OUTCOMES):
        counts[topic.name] = 0
        for batch in _batches(settings, topic, progress, since):
            made.index.step(batch)
            counts[topic.name] += len(batch)
    return Filled(
        articles=articles,
        enriched_again=again,
        versions=versions,
        changes=counts[CHANGES.name],
        outcomes=counts[OUTCOMES.name],
    )


def told_stories(settings: Settings, progress: Progress) -> Iterator[Story]:
    """All that the topic of stories holds."""
    for batch in _batches(settings, STORIES, progress):
        yield from (item.record for item in batch if isinstance(item.record, Story))


def told_articles(settings: Settings, progress: Progress) -> Iterator[list[EnrichedArticle]]:
    """All that the topic of enriched articles holds, some at a time."""
    for batch in _batches(settings, ENRICHED, progress):
        yield [item.record for item in batch if isinstance(item.record, EnrichedArticle)]


def _batches(
    settings: Settings, topic: Topic, progress: Progress, since: Since | None = None
) -> Iterator[list[Item]]:
    """What the topic holds, decoded; what cannot be read went to quarantine when a stage met it."""
    task = progress.add_task(topic.name, total=None)
    for messages in _chunked(read(settings, [topic], since), _BATCH):
        yield [item for message in messages if (item := _item(message)) is not None]
        progress.advance(task, len(messages))
    progress.update(task, total=progress.tasks[task].completed)


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
