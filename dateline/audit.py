"""The conservation law: every raw document ends as exactly one of indexed, dropped with a reason, or quarantined.

Proved from the topics and the index: the raw topics say what came in, the outcomes topic what became of it, the
rejected topic and the `versions` index that it is where the outcome says. Memory grows by some bytes a document.
"""

from collections import Counter
from datetime import datetime
from typing import Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.elastic import translated
from dateline.log import read
from dateline.retention import removed_versions
from dateline.settings import Settings
from schemas import envelope
from schemas.elastic import Kind, Names
from schemas.reasons import TERMINAL, Fate
from schemas.records import OutcomeRecord
from schemas.topics import OUTCOMES, RAW, RAW_BACKFILL, REJECTED

_LOOK_UP: Final = 1000  # version ids a query
_STAGE_AFTER: Final = {
    "normalize": "deduplicate",
    "deduplicate": "enrich",
    "enrich": "index",
    "index": "index",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A raw document whose way does not end, or does not end where it should."""

    event_id: str
    problem: str
    origin: str
    source: str | None = None
    url: str | None = None


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What was received and what became of it. `clean` when the sums agree and nothing was found."""

    received: int
    indexed: int
    dropped: int
    quarantined: int
    reasons: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether every document is accounted for."""
        return not self.findings


class _Way(msgspec.Struct):
    """What the outcomes say of one raw document: its last attempt, and that attempt's end."""

    attempt: int = 0
    last_stage: str | None = None
    fate: str | None = None
    reason: str | None = None
    version_id: str | None = None
    ends: int = 0

    def add(self, outcome: OutcomeRecord) -> None:
        if outcome.attempt < self.attempt:
            return
        if outcome.attempt > self.attempt:
            self.attempt, self.last_stage, self.fate, self.ends = outcome.attempt, None, None, 0
        if outcome.fate in TERMINAL:
            self.fate, self.reason, self.version_id = outcome.fate, outcome.reason, outcome.version_id
            self.ends += 1
        elif outcome.fate == Fate.KEPT:
            self.last_stage = outcome.stage
        elif outcome.fate == Fate.REPLAYED:
            # the next attempt is under way: this one ended, but not the document's way
            self.attempt, self.last_stage, self.fate, self.ends = outcome.attempt + 1, None, None, 0


def audit(settings: Settings, client: Elasticsearch, *, before: datetime | None = None) -> Audit:
    """Account for every raw document, or for those that Kafka got before that time: the others may be under way.

    Raises Unavailable when a server does not answer.
    """
    ways = _ways(settings)
    held = {
        (message.headers.get(envelope.ORIGIN), message.headers.get(envelope.ATTEMPT, "1"))
        for message in read(settings, [REJECTED])
    }
    unindexed = _unindexed(settings, client, ways)
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    findings: list[Finding] = []
    for message in read(settings, [RAW, RAW_BACKFILL]):
        if envelope.ORIGIN in message.headers:
            continue  # a replay: it goes on under the position that it first came in at
        if before is not None and message.timestamp_ms >= before.timestamp() * 1000:
            continue
        counts["received"] += 1
        way = ways.get(message.position)
        problem = _problem(way)
        if problem is None and way is not None:
            assert way.fate is not None
            counts[way.fate] += 1
            if way.reason:
                reasons[way.reason] += 1
            if way.fate == Fate.QUARANTINED and (message.position, str(way.attempt)) not in held:
                problem = f"quarantined, but {REJECTED.name} does not hold it"
            if way.fate == Fate.INDEXED and way.version_id in unindexed:
                problem = f"indexed, but no index holds version {way.version_id}: run `dateline rebuild`"
        if problem is not None:
            findings.append(
                Finding(
                    event_id=message.headers.get(envelope.CE_ID) or message.position,
                    problem=problem,
                    origin=message.position,
                    source=message.headers.get(envelope.SOURCE_ID),
                    url=message.headers.get(envelope.CE_SUBJECT),
                )
            )
    return Audit(
        received=counts["received"],
        indexed=counts[Fate.INDEXED],
        dropped=counts[Fate.DROPPED],
        quarantined=counts[Fate.QUARANTINED],
        reasons=dict(reasons),
        findings=tuple(findings),
    )


def _problem(way: _Way | None) -> str | None:
    if way is None:
        return "waits for normalize"
    if way.fate is None:
        stage = _STAGE_AFTER[way.last_stage] if way.last_stage else "normalize"
        return f"waits for {stage}" + (f" (attempt {way.attempt})" if way.attempt > 1 else "")
    if way.ends > 1:
        return f"ended {way.ends} times in attempt {way.attempt}, last as {way.fate}"
    return None


def _ways(settings: Settings) -> dict[str, _Way]:
    decoder = msgspec.json.Decoder(OutcomeRecord)
    ways: dict[str, _Way] = {}
    for message in read(settings, [OUTCOMES]):
        outcome = decoder.decode(message.value or b"")
        ways.setdefault(outcome.origin, _Way()).add(outcome)
    return ways


def _unindexed(settings: Settings, client: Elasticsearch, ways: dict[str, _Way]) -> set[str]:
    """Version ids that outcomes call indexed and the `versions` alias does not hold, unless retention removed them."""
    alias = Names(settings.namespace).alias(Kind.VERSIONS)
    wanted = sorted({way.version_id for way in ways.values() if way.fate == Fate.INDEXED and way.version_id})
    missing: set[str] = set()
    with translated(f"looking versions up in {alias}"):
        if wanted:
            client.indices.refresh(index=alias, ignore_unavailable=True)
        for begin in range(0, len(wanted), _LOOK_UP):
            ids = wanted[begin : begin + _LOOK_UP]
            answer = client.search(
                index=alias,
                query={"ids": {"values": ids}},
                size=len(ids),
                source=False,
                ignore_unavailable=True,
            )
            missing |= set(ids) - {hit["_id"] for hit in answer["hits"]["hits"]}
    return missing - removed_versions(client, settings.namespace) if missing else missing
