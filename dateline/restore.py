"""The way back from a snapshot: restored beside what is in use, completed from the topics, then the aliases switch.

So what is in use is neither closed nor deleted before the other is whole, and what the stages wrote after the snapshot was
taken is there: otherwise they, who go on where their groups have committed, would take known articles for new ones, and
`dateline audit` would miss every version that came in since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from elasticsearch import Elasticsearch
from rich.progress import Progress

from dateline.arriving import GENERATION, bring
from dateline.elastic import translated
from dateline.errors import UsageError
from dateline.log import read
from dateline.noted import TOPICS, Gaps, since
from dateline.positions import Extent, extents, refuse_while_running
from dateline.rebuild import Builders, Filled, RememberNames, Since, fill, told_articles, told_stories
from dateline.retention import notes_index
from dateline.settings import Settings
from dateline.snapshots import LATEST, LAYOUT, Snapshot, fetched, listed, memories
from dateline.topology import apply_templates, current_names, drop, switch
from schemas.elastic import MAPPINGS, Kind, Names, generation_of
from schemas.topics import ENRICHED, STORIES


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What is in use now: its generation and indices, what came from the topics, what could not, and what went.

    `memories` are the indices without a generation that were put back.
    """

    snapshot: str
    taken: str
    generation: int
    indices: tuple[str, ...]
    since: Filled
    gaps: Gaps
    memories: tuple[str, ...]
    dropped: tuple[str, ...]


def restore(
    client: Elasticsearch,
    settings: Settings,
    name: str,
    builders: Callable[[Names], Builders],
    progress: Progress,
    *,
    replace: bool,
) -> Restored:
    """Bring a snapshot ("latest": the newest whole one) back as the next generation, and drop the one before.

    Until the switch nothing that is in use is touched; after a failure simply run it again. Raises UsageError while stages run,
    where indices in use hold anything and `replace` is not given, and for a snapshot that is not there, not whole, or of
    another layout; ServerError when a shard cannot be read.
    """
    refuse_while_running(settings, "snapshot restore")
    found = _chosen(listed(client, settings), name)
    topics = extents(settings, TOPICS)
    if missing := [topic.name for topic in TOPICS if topic.name not in topics]:
        raise UsageError(f"snapshot restore: no topics {missing}; run `dateline topics apply`")
    if current_names(client, settings.namespace) is None:
        apply_templates(client, settings)
    before = current_names(client, settings.namespace)
    assert before is not None
    if not replace:
        _refuse_if_any(client, before)
    after = before.next()
    drop(client, settings, after.generation)  # what an earlier attempt may have left
    bring(client, settings, found, _ours(found, settings.namespace), after, progress)
    reports = apply_templates(client, settings, generation=after.generation)  # fields that were added since
    wrong = [f"{one.name}: {text}" for one in reports for text in one.differences]
    if wrong := wrong or _unknown_fields(client, after):
        drop(client, settings, after.generation)
        raise UsageError(
            f"snapshot {found.name}: was made by Dateline {found.notes.version}, whose indices differ ({wrong[0]}); restore it with"
            " that version, or run `dateline rebuild`. Nothing was changed"
        )
    begin, gaps = since(found.notes.topics, topics)
    made = builders(after)
    learn = _stories(client, settings, made, after, topics, begin, progress)
    added = fill(
        settings, made, progress, remember_stories=learn, since=begin, missing=_Missing(client, after)
    )
    switch(client, settings, after.generation)
    put_back = _remembered(client, settings, found, bool(gaps.replaced), progress)
    return Restored(
        snapshot=found.name,
        taken=found.taken,
        generation=after.generation,
        indices=tuple(
            sorted(client.indices.get(index=[after.pattern(kind) for kind in Kind], features=["aliases"]))
        ),
        since=added,
        gaps=gaps,
        memories=put_back,
        dropped=tuple(drop(client, settings, before.generation)),
    )


def _chosen(snapshots: Sequence[Snapshot], name: str) -> Snapshot:
    whole = [one for one in snapshots if one.whole]
    found = next((one for one in snapshots if one.name == name), None)
    if name == LATEST and whole:
        found = whole[-1]
    if found is None:
        raise UsageError(f"no snapshot {name}; `dateline snapshot list` shows those there are")
    if not found.whole:
        raise UsageError(f"snapshot {found.name}: is not whole ({found.state}); choose another")
    if found.notes.layout != LAYOUT:
        raise UsageError(
            f"snapshot {found.name}: was made by Dateline {found.notes.version} in another layout; restore it with that version"
        )
    return found


def _refuse_if_any(client: Elasticsearch, names: Names) -> None:
    with translated("counting what is in use"):
        client.indices.refresh(index=[names.pattern(kind) for kind in Kind], ignore_unavailable=True)
        for kind in Kind:
            if count := client.count(index=names.pattern(kind), ignore_unavailable=True)["count"]:
                raise UsageError(
                    f"snapshot restore: {names.pattern(kind)} holds {count} documents; --replace puts the snapshot in the place of"
                    " the indices in use, which are dropped when it is whole"
                )


def _ours(found: Snapshot, namespace: str) -> list[str]:
    stems = {Names(namespace).alias(kind) for kind in Kind}
    ours = []
    for index in found.indices:
        matched = re.match(GENERATION, index)
        if matched and matched[1] in stems and generation_of(index) == found.notes.generation:
            ours.append(index)
    if not ours:
        raise UsageError(f"snapshot {found.name}: holds no indices of namespace {namespace!r}")
    return ours


def _unknown_fields(client: Elasticsearch, names: Names) -> list[str]:
    """Fields that the indices have and our mappings have not: they are of a later version."""
    found: list[str] = []
    for kind in Kind:
        held = client.indices.get_mapping(index=names.pattern(kind), ignore_unavailable=True)
        for index, body in held.items():
            found += (
                f"{index}: unknown field {field}" for field in _beyond(body["mappings"], MAPPINGS[kind])
            )
    return found


def _beyond(held: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    if "properties" not in ours:
        return []  # whatever comes is let in
    found = []
    for name, field in held.get("properties", {}).items():
        if name not in ours["properties"]:
            found.append(name)
        else:
            found += (f"{name}.{inner}" for inner in _beyond(field, ours["properties"][name]))
    return found


def _stories(
    client: Elasticsearch,
    settings: Settings,
    made: Builders,
    names: Names,
    topics: Mapping[str, Extent],
    begin: Since,
    progress: Progress,
) -> RememberNames:
    """What is to be told of the articles that came since.

    A merge or a split cannot be added to what a story was: where any story changed and the topic has every article, all stories
    are made again here, and nothing is left to be told.
    """
    same = ENRICHED.name in begin and STORIES.name in begin
    whole = same and not any(topics[ENRICHED.name].begins.values())
    if not whole or next(read(settings, [STORIES], begin), None) is None:
        return made.stories(told_stories(settings, progress))
    with translated("making stories again"):
        client.indices.delete(index=[names.index(kind) for kind in (Kind.STORIES, Kind.PLACEMENTS)])
    apply_templates(client, settings, generation=names.generation)
    learn = made.stories(told_stories(settings, progress))
    for articles in told_articles(settings, progress):
        learn(articles)
    return lambda articles: None


def _remembered(
    client: Elasticsearch, settings: Settings, found: Snapshot, rolled_back: bool, progress: Progress
) -> tuple[str, ...]:
    """Put back what cannot be made again; the indices that were.

    Which months retention removed, as of the snapshot: they are back. All else stays where it is there, since it is newer. Only where
    the topics were made anew, what the producers know of addresses is as of the snapshot, so that what was lost is fetched again.
    """
    as_it_was = {notes_index(settings.namespace), *(fetched(settings.namespace) if rolled_back else ())}
    put_back = []
    for index in memories(settings.namespace):
        with translated(f"restoring {index}"):
            there = bool(client.indices.exists(index=index))
            if there and index in as_it_was:
                client.indices.delete(index=index)
                there = False
        if not there and index in found.indices:
            put_back.append(index)
    if put_back:
        bring(client, settings, found, put_back, None, progress)
    return tuple(put_back)


class _Missing:
    """Of some versions, those that the index of a generation lacks."""

    def __init__(self, client: Elasticsearch, names: Names) -> None:
        self._client = client
        self._pattern = names.pattern(Kind.VERSIONS)

    def __call__(self, ids: Sequence[str]) -> set[str]:
        """One request. What was written within the last second may be called missing: it is written again."""
        if not ids:
            return set()
        with translated("looking versions up"):
            answer = self._client.search(
                index=self._pattern,
                query={"ids": {"values": list(ids)}},
                size=len(ids),
                source=False,
                ignore_unavailable=True,
            )
        return set(ids) - {hit["_id"] for hit in answer["hits"]["hits"]}
