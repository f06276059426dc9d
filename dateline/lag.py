"""How far each stage is behind: messages of its topics that its group has not committed."""

from contextlib import closing
from typing import Final

import msgspec
from kafka.errors import KafkaError

from dateline import kafka as clients
from dateline.errors import Unavailable
from dateline.positions import Extent, Offsets, committed, extents
from dateline.settings import Settings
from schemas.reasons import Beside, Stage
from schemas.topics import (
    CHANGES,
    ENRICHED,
    NORMALIZED,
    OUTCOMES,
    RAW,
    RAW_BACKFILL,
    VERSIONS,
    Topic,
)

READS: Final[dict[Stage, tuple[Topic, ...]]] = {
    Stage.NORMALIZE: (RAW, RAW_BACKFILL),
    Stage.DEDUPLICATE: (NORMALIZED,),
    Stage.ENRICH: (VERSIONS,),
    Stage.INDEX: (ENRICHED, CHANGES, OUTCOMES),
}
"""What each stage reads: the topics of its lanes."""
BESIDE: Final[dict[Beside, tuple[Topic, ...]]] = {Beside.ALERTS: (ENRICHED,)}
"""The same of those beside the pipeline."""


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One topic of one stage. `behind` counts messages; transaction markers count too, so a few may always be left."""

    stage: str
    topic: str
    behind: int


def lags(settings: Settings) -> tuple[Lag, ...]:
    """Of every stage and topic, in the order of the stages; of one beside the pipeline, once it ran.

    Raises Unavailable when the broker does not answer.
    """
    done = {str(stage): offsets for stage, offsets in committed(settings).items()} | _beside(settings)
    found = extents(settings, [topic for topics in READS.values() for topic in topics])
    reads = {str(stage): topics for stage, topics in READS.items()}
    reads |= {str(stage): topics for stage, topics in BESIDE.items()}
    return tuple(
        Lag(
            stage=stage,
            topic=topic.name,
            behind=_behind(found.get(topic.name), done[stage].get(topic.name, {})),
        )
        for stage, topics in reads.items()
        for topic in topics
        if stage in done
    )


def _beside(settings: Settings) -> dict[str, dict[str, Offsets]]:
    """How far the stages beside the pipeline have come: those that ever ran."""
    groups = {clients.group(settings, stage): str(stage) for stage in BESIDE}
    try:
        with closing(clients.admin(settings)) as admin:
            found = admin.list_group_offsets(list(groups))
    except KafkaError as error:
        raise Unavailable(f"kafka: reading how far alerts are: {error}") from error
    done: dict[str, dict[str, Offsets]] = {}
    for group, stage in groups.items():
        for tp, offset in found.get(group, {}).items():
            if offset.offset >= 0:
                topic = clients.logical(settings, tp.topic)
                done.setdefault(stage, {}).setdefault(topic, {})[tp.partition] = offset.offset
    return done


def _behind(extent: Extent | None, done: Offsets) -> int:
    if extent is None:
        return 0
    reached = {partition: max(done.get(partition, 0), begin) for partition, begin in extent.begins.items()}
    return sum(max(end - reached[partition], 0) for partition, end in extent.ends.items())
