"""What a batch leads to, sent within the runner's transaction: outputs, outcomes, quarantine."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from kafka import KafkaProducer

from dateline import kafka as clients
from dateline.clock import Clock
from dateline.outcome import Drop, Keep, Outcome, Reject
from dateline.settings import Settings
from dateline.stage import Item
from schemas import envelope
from schemas.reasons import Beside, Fate, Reason
from schemas.reasons import Stage as StageName
from schemas.records import OutcomeRecord, encode
from schemas.topics import CHANGES, OUTCOMES, REJECTED

# what the stages themselves report: it is indexed, but it is no event whose way must be told
_REPORTS: Final = frozenset({CHANGES.name, OUTCOMES.name})
_CARRIED: Final = (
    envelope.CE_TIME,
    envelope.CE_SUBJECT,
    envelope.SOURCE_ID,
    envelope.SOURCE_LANGUAGE,
    envelope.SOURCE_TIMEZONE,
)
_UNREADABLE: Final = frozenset(
    {Reason.BAD_ENVELOPE, Reason.BAD_RECORD, Reason.NULL_VALUE, Reason.UNKNOWN_SCHEMA}
)
_JSON: Final = "application/json"


class Dispatch:
    """Turns outcomes into messages. Every (origin, attempt) gets one outcome from each stage that it meets.

    A stage beside the pipeline reports none; what it cannot read is in quarantine already, by the stage that must.
    """

    def __init__(self, settings: Settings, stage: StageName | Beside, clock: Clock) -> None:
        self._settings = settings
        self._stage = stage
        self._clock = clock

    def send(
        self, producer: KafkaProducer, items: Sequence[Item], outcomes: Sequence[Outcome]
    ) -> Counter[str]:
        """Send all; nothing is visible before the transaction commits. Returns counts by fate and reason."""
        counts: Counter[str] = Counter()
        time = self._clock()
        for item, outcome in zip(items, outcomes, strict=True):
            fate, reason, detail = self._judge(item, outcome)
            counts[fate] += 1
            if reason is not None:
                counts[reason] += 1
            if fate is Fate.QUARANTINED:
                assert reason is not None
                if isinstance(self._stage, Beside) and reason in _UNREADABLE:
                    continue
                self._quarantine(producer, item, reason, detail or "", time)
            elif isinstance(outcome, Keep):
                self._pass_on(producer, item, outcome)
            if isinstance(self._stage, Beside):
                continue
            if item.message.topic not in _REPORTS and envelope.REFRESH not in item.message.headers:
                self._report(producer, item, outcome, fate, reason, detail, time)
        return counts

    def _judge(self, item: Item, outcome: Outcome) -> tuple[Fate, Reason | None, str | None]:
        match outcome:
            case Keep(indexed=True, detail=detail):
                return Fate.INDEXED, None, detail
            case Keep(outputs=outputs, detail=detail) if outputs:
                return Fate.KEPT, None, detail
            case Drop(reason=reason, detail=detail):
                return Fate.DROPPED, reason, detail
            case Reject(reason=reason, error=error):
                return Fate.QUARANTINED, reason, error
            case _:
                text = f"{self._stage}: {type(outcome).__name__} passes nothing on and ends nothing for {item.event_id}"
                return Fate.QUARANTINED, Reason.STEP_FAILED, text

    def _pass_on(self, producer: KafkaProducer, item: Item, outcome: Keep) -> None:
        message = item.message
        carried = {name: message.headers[name] for name in _CARRIED if name in message.headers}
        carried |= {
            envelope.CE_SPECVERSION: envelope.SPEC_VERSION,
            envelope.CE_SOURCE: f"dateline/{self._stage}",
            envelope.CONTENT_TYPE: _JSON,
            envelope.EVENT: item.event_id,
            envelope.ORIGIN: _origin(item),
            envelope.ATTEMPT: str(_attempt(item)),
        }
        for output in outcome.outputs:
            headers = carried | {
                envelope.CE_ID: output.id or item.event_id,
                envelope.CE_TYPE: envelope.record_type(output.topic),
            }
            if output.refresh:
                headers[envelope.REFRESH] = "1"
            self._send(producer, output.topic, output.key.encode(), encode(output.record), headers)

    def _report(
        self,
        producer: KafkaProducer,
        item: Item,
        outcome: Outcome,
        fate: Fate,
        reason: Reason | None,
        detail: str | None,
        time: str,
    ) -> None:
        headers = item.message.headers
        record = OutcomeRecord(
            event_id=item.event_id,
            stage=self._stage,
            fate=fate,
            reason=reason,
            detail=detail[:2000] if detail else None,
            origin=_origin(item),
            attempt=_attempt(item),
            source=headers.get(envelope.SOURCE_ID),
            url=headers.get(envelope.CE_SUBJECT),
            article_id=outcome.article_id if isinstance(outcome, Keep | Drop) else None,
            version_id=outcome.version_id if isinstance(outcome, Keep | Drop) else None,
            time=time,
        )
        about = {
            envelope.CE_SPECVERSION: envelope.SPEC_VERSION,
            envelope.CE_ID: f"{record.event_id}/{self._stage}/{record.attempt}",
            envelope.CE_SOURCE: f"dateline/{self._stage}",
            envelope.CE_TYPE: envelope.record_type(OUTCOMES.name),
            envelope.CE_TIME: time,
            envelope.CONTENT_TYPE: _JSON,
        }
        self._send(producer, OUTCOMES.name, item.event_id.encode(), encode(record), about)

    def _quarantine(self, producer: KafkaProducer, item: Item, reason: Reason, error: str, time: str) -> None:
        message = item.message
        headers = dict(message.headers) | {
            envelope.EVENT: item.event_id,
            envelope.ORIGIN: _origin(item),
            envelope.ATTEMPT: str(_attempt(item)),
            envelope.Q_STAGE: self._stage,
            envelope.Q_REASON: reason,
            envelope.Q_ERROR: error[:8000],
            envelope.Q_TOPIC: message.topic,
            envelope.Q_POSITION: message.position,
            envelope.Q_TIME: time,
            envelope.Q_KEY: (message.key or b"").decode("utf-8", "backslashreplace"),
        }
        self._send(producer, REJECTED.name, item.event_id.encode(), message.value, headers)

    def _send(
        self, producer: KafkaProducer, topic: str, key: bytes, value: bytes | None, headers: dict[str, str]
    ) -> None:
        producer.send(
            clients.physical(self._settings, topic),
            key=key,
            value=value,
            headers=clients.byte_headers(headers),
        )


def _origin(item: Item) -> str:
    message = item.message
    return message.headers.get(envelope.ORIGIN) or message.position


def _attempt(item: Item) -> int:
    text = item.message.headers.get(envelope.ATTEMPT, "1")
    return int(text) if text.isdecimal() else 1
