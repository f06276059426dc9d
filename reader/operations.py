"""What operators see and do: how far the stages are, whether the sums agree, what lies in quarantine and sending it again."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.audit import Audit, audit
from dateline.clock import now
from dateline.elastic import translated
from dateline.errors import DatelineError
from dateline.facets import Span
from dateline.lag import Lag, lags
from dateline.quarantine import entries, replay
from dateline.settings import Settings
from schemas.elastic import Kind, Names
from schemas.reasons import TERMINAL, Fate, Stage
from schemas.records import OutcomeRecord

_FRESH: Final = 600.0  # seconds for which an audit is shown before another is made
_SHARE: Final = 20  # an audit that takes long is made so much more rarely: 5 % of the time at most
_UNDER_WAY: Final = timedelta(minutes=2)  # documents that came in later may not have ended yet
_HELD: Final = 50
_AT_ONCE: Final = 1.5  # seconds that the first account may take while a page waits for it


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """How many events ended so. `fate` is indexed, dropped or quarantined; the reason is None for those indexed."""

    stage: str
    fate: str
    reason: str | None
    count: int


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How many events a stage decided on in the last minute, hour and day."""

    stage: str
    minute: int
    hour: int
    day: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An input in quarantine; `replayed` when it was sent again."""

    outcome: OutcomeRecord
    replayed: bool


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What the stages did. `hours` are the ends of events by hour of the last day; `held` the latest in quarantine."""

    ends: tuple[Ends, ...]
    rates: tuple[Rate, ...]
    hours: tuple[Span, ...]
    held: tuple[Held, ...]


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """The last account of every document received up to two minutes before `taken`; or why there is none."""

    taken: str
    result: Audit | None
    problem: str | None = None


class Operations:
    """Safe to use from several threads at once."""

    def __init__(self, settings: Settings, client: Elasticsearch) -> None:
        self._settings = settings
        self._client = client
        self._names = Names(settings.namespace)
        self._audited: Audited | None = None
        self._auditing = threading.Lock()
        self._next_audit = 0.0

    def lags(self) -> tuple[Lag, ...]:
        """How far each stage is behind. Raises Unavailable."""
        return lags(self._settings)

    def audited(self) -> Audited | None:
        """The last account, at once; None until the first is there, for which this waits a moment.

        When it is old, asking for it starts the next one beside: every ten minutes at most, and more rarely if it takes long.
        """
        if time.monotonic() >= self._next_audit and self._auditing.acquire(blocking=False):
            thread = threading.Thread(target=self._audit, name="audit", daemon=True)
            thread.start()
            if self._audited is None:
                thread.join(_AT_ONCE)
        return self._audited

    def _audit(self) -> None:
        begun = time.monotonic()
        try:
            before = datetime.now(UTC) - _UNDER_WAY
            result = audit(self._settings, self._client, before=before)
            self._audited = Audited(taken=now(), result=result)
        except DatelineError as error:
            self._audited = Audited(taken=now(), result=None, problem=str(error))
        finally:
            took = time.monotonic() - begun
            self._next_audit = time.monotonic() + max(_FRESH, took * _SHARE)
            self._auditing.release()

    def replay(self, events: Collection[str]) -> int:
        """Send these events, as far as quarantine holds them, where they came from, each once; how many that were."""
        chosen = [
            message
            for entry, message in entries(self._settings)
            if entry.event_id in events and not entry.replayed
        ]
        return replay(self._settings, chosen) if chosen else 0

    def flow(self) -> Flow:
        """The account of the pipeline, from the outcomes."""
        with translated("reading outcomes"):
            answer = self._client.search(
                index=self._names.alias(Kind.OUTCOMES),
                size=0,
                aggs={
                    "ended": {
                        "filter": {"terms": {"fate": sorted(TERMINAL)}},
                        "aggs": {"stages": _by("stage", _by("fate", _by("reason"))), "day": _DAY},
                    },
                    "rates": {"terms": {"field": "stage", "size": 10}, "aggs": _SPANS},
                },
                ignore_unavailable=True,
            )
        found = answer.get("aggregations", {})
        ended = found.get("ended", {})
        return Flow(
            ends=tuple(_ends(ended)),
            rates=tuple(_rates(found)),
            hours=tuple(
                Span(start=hour["key_as_string"], count=hour["doc_count"])
                for hour in ended.get("day", {}).get("hours", {}).get("buckets", ())
            ),
            held=self._held(),
        )

    def _held(self) -> tuple[Held, ...]:
        """The latest in quarantine, with whether each was sent again: the same origin and attempt have an outcome that says so."""
        with translated("reading outcomes"):
            answer = self._client.search(
                index=self._names.alias(Kind.OUTCOMES),
                query={"term": {"fate": Fate.QUARANTINED}},
                sort=[{"time": "desc"}],
                size=_HELD,
                ignore_unavailable=True,
            )
            refused = [msgspec.convert(hit["_source"], OutcomeRecord) for hit in answer["hits"]["hits"]]
            again = self._client.search(
                index=self._names.alias(Kind.OUTCOMES),
                query={
                    "bool": {
                        "filter": [
                            {"term": {"fate": Fate.REPLAYED}},
                            {"terms": {"origin": [one.origin for one in refused]}},
                        ]
                    }
                },
                size=1000,
                ignore_unavailable=True,
            )
        gone = {(hit["_source"]["origin"], hit["_source"]["attempt"]) for hit in again["hits"]["hits"]}
        return tuple(Held(outcome=one, replayed=(one.origin, one.attempt) in gone) for one in refused)


_DAY: Final[dict[str, Any]] = {
    "filter": {"range": {"time": {"gte": "now-24h"}}},
    "aggs": {"hours": {"date_histogram": {"field": "time", "calendar_interval": "hour", "format": "HH:mm"}}},
}
_SPANS: Final[dict[str, Any]] = {
    name: {"filter": {"range": {"time": {"gte": since}}}}
    for name, since in (("minute", "now-1m"), ("hour", "now-1h"), ("day", "now-24h"))
}


def _by(field: str, within: dict[str, Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"terms": {"field": field, "size": 50}}
    if within:
        found["aggs"] = {"within": within}
    return found


def _ends(found: dict[str, Any]) -> Iterable[Ends]:
    for stage in found.get("stages", {}).get("buckets", ()):
        for fate in stage["within"]["buckets"]:
            reasons = fate["within"]["buckets"]
            for reason in reasons:
                yield Ends(
                    stage=stage["key"], fate=fate["key"], reason=reason["key"], count=reason["doc_count"]
                )
            rest = fate["doc_count"] - sum(reason["doc_count"] for reason in reasons)
            if rest:
                yield Ends(stage=stage["key"], fate=fate["key"], reason=None, count=rest)


def _rates(found: dict[str, Any]) -> Iterable[Rate]:
    by_stage = {bucket["key"]: bucket for bucket in found.get("rates", {}).get("buckets", ())}
    for stage in Stage:
        counted = {span: by_stage.get(stage, {}).get(span, {}).get("doc_count", 0) for span in _SPANS}
        yield Rate(stage=stage, **counted)
