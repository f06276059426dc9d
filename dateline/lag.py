"""How far each stage is behind: messages of its topics that its group has not committed."""

from typing import Final

import msgspec

from dateline.positions import Extent, Offsets, committed, extents
from dateline.settings import Settings
from schemas.reasons import Stage
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


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """One topic of one stage. `behind` counts messages; transaction markers count too, so a few may always be left."""

    stage: str
    topic: str
    behind: int


def lags(settings: Settings) -> tuple[Lag, ...]:
    """Of every stage and topic, in the order of the stages. Raises Unavailable when the broker does not answer."""
    done = committed(settings)
    found = extents(settings, [topic for topics in READS.values() for topic in topics])
    return tuple(
        Lag(
            stage=stage,
            topic=topic.name,
            behind=_behind(found.get(topic.name), done[stage].get(topic.name, {})),
        )
        for stage, topics in READS.items()
        for topic in topics
    )


def _behind(extent: Extent | None, done: Offsets) -> int:
    if extent is None:
        return 0
    reached = {partition: max(done.get(partition, 0), begin) for partition, begin in extent.begins.items()}
    return sum(max(end - reached[partition], 0) for partition, end in extent.ends.items())
