"""The topology: THE table of topics, read by the runner, topic creation, the tests and the docs."""

from typing import Final

import msgspec

from schemas.records import (
    Article,
    Change,
    EnrichedArticle,
    Notice,
    OutcomeRecord,
    Record,
    SourceHealth,
    Story,
    Version,
)

FOREVER: Final = -1


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One topic. `value` is the record its messages hold, or None for untouched bytes.

    `retention_ms` is FOREVER where the archive is rebuilt from the topic; `cleanup` is Kafka's cleanup.policy.
    """

    name: str
    key: str
    value: type[Record] | None
    about: str
    partitions: int = 6
    cleanup: str = "delete"
    retention_ms: int = FOREVER
    max_message_bytes: int = 16 * 1024 * 1024
    public: bool = False

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings as Kafka names them."""
        config = {"cleanup.policy": self.cleanup, "max.message.bytes": str(self.max_message_bytes)}
        if self.cleanup == "delete":
            config["retention.ms"] = str(self.retention_ms)
        return config


_WHOLE_DOCUMENT = 64 * 1024 * 1024

RAW = Topic(
    name="articles.raw.v1",
    key="source + canonical URL",
    value=None,
    about="Documents as received, untouched, with CloudEvents headers: the live lane.",
    max_message_bytes=_WHOLE_DOCUMENT,
)
RAW_BACKFILL = Topic(
    name="articles.raw.backfill.v1",
    key="source + canonical URL",
    value=None,
    about="The same for archives and re-runs: read only while the live lane has no lag.",
    max_message_bytes=_WHOLE_DOCUMENT,
)
NORMALIZED = Topic(
    name="articles.normalized.v1",
    key="article id",
    value=Article,
    about="What each document states, field by field, with its provenance.",
    retention_ms=7 * 24 * 3600 * 1000,
)
VERSIONS = Topic(
    name="articles.versions.v1",
    key="article id",
    value=Version,
    about="Every version of every article, with what changed and of what it is a copy.",
)
ENRICHED = Topic(
    name="articles.enriched.v1",
    key="article id",
    value=EnrichedArticle,
    about="The product: the current state of every article, then each new version.",
    cleanup="compact",
    public=True,
)
STORIES = Topic(
    name="stories.v1",
    key="story id",
    value=Story,
    about="Articles of one event across outlets and days: the current state of every story, then each change of one.",
    cleanup="compact",
    public=True,
)
CHANGES = Topic(
    name="articles.changes.v1",
    key="article id",
    value=Change,
    about="One message per classified change between two versions.",
    public=True,
)
OUTCOMES = Topic(
    name="articles.outcomes.v1",
    key="event id",
    value=OutcomeRecord,
    about="The audit trail: what each stage decided on each event.",
)
REJECTED = Topic(
    name="articles.rejected.v1",
    key="event id",
    value=None,
    about="Quarantine: the input as it was, with stage, reason, error and attempt in its headers.",
    max_message_bytes=_WHOLE_DOCUMENT,
)
HEALTH = Topic(
    name="sources.health.v1",
    key="source id",
    value=SourceHealth,
    about="How a source does against its own past, whenever its warnings change: silence, drift, failures.",
    partitions=1,
    cleanup="compact",
    public=True,
)

ALERTS = Topic(
    name="alerts.v1",
    key="alert's name",
    value=Notice,
    about="What saved searches found among what is new: one message for each story, article or match, as the alert says.",
    retention_ms=365 * 24 * 3600 * 1000,
    public=True,
)

TOPICS: Final = (
    RAW,
    RAW_BACKFILL,
    NORMALIZED,
    VERSIONS,
    ENRICHED,
    STORIES,
    CHANGES,
    OUTCOMES,
    REJECTED,
    HEALTH,
    ALERTS,
)


def topic(name: str) -> Topic:
    """The topic of that name; `KeyError` if the table has none."""
    for candidate in TOPICS:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
