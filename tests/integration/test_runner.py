"""The loop's promises, with stages made for the purpose, on the real broker."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from dateline import kafka
from dateline.errors import Overloaded, Unavailable
from dateline.log import read
from dateline.outcome import Drop, Keep, Outcome, Output, Reject, Retry
from dateline.quarantine import entries
from dateline.runner import Runner
from dateline.settings import RunnerSettings, Settings
from dateline.stage import Item, Lane
from dateline.topology import apply_topics
from schemas import envelope
from schemas.reasons import Reason
from schemas.reasons import Stage as StageName
from schemas.records import Article, OutcomeRecord
from schemas.topics import NORMALIZED, OUTCOMES, RAW, RAW_BACKFILL, Topic


class Scripted:
    """A stage that decides as a function says, and remembers what it saw."""

    name = StageName.NORMALIZE
    lanes = (Lane((RAW,)), Lane((RAW_BACKFILL,)))

    def __init__(self, decide: Callable[[Item], Outcome]) -> None:
        self.decide = decide
        self.seen: list[Item] = []

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        self.seen += batch
        return [self.decide(item) for item in batch]

    def close(self) -> None:
        """Nothing to give back."""


def keep(item: Item) -> Keep:
    article = Article(
        id=item.event_id, url="u", source="s", headline="h", fetched="2026-03-01T00:00:00Z", paragraphs=("p",)
    )
    return Keep(outputs=(Output(NORMALIZED.name, item.event_id, article),), article_id=item.event_id)


@pytest.fixture
def ready(settings: Settings) -> Settings:
    """Topics made; waits are short."""
    runner = RunnerSettings(
        session_timeout=6.0, transaction_timeout=10.0, backoff=0.05, max_attempts=3, batch_size=10
    )
    quick = msgspec.structs.replace(settings, runner=runner)
    with closing(kafka.admin(quick)) as admin:
        apply_topics(admin, quick)
    return quick


def send(settings: Settings, events: Sequence[str], topic: Topic = RAW) -> None:
    with closing(kafka.producer(settings)) as producer:
        for event in events:
            headers = envelope.raw_headers(
                event_id=event,
                source="s",
                url=event,
                content_type="text/plain",
                fetched="2026-03-01T00:00:00Z",
            )
            producer.send(
                kafka.physical(settings, topic),
                key=event.encode(),
                value=b"x",
                headers=kafka.byte_headers(headers),
            )
        producer.flush()


def outcomes(settings: Settings) -> list[OutcomeRecord]:
    return [
        msgspec.json.decode(message.value or b"", type=OutcomeRecord)
        for message in read(settings, [OUTCOMES])
    ]


def run(settings: Settings, stage: Scripted) -> None:
    Runner(settings, stage, worker="one").run(until_caught_up=True)


def test_live_documents_go_before_the_backfill(ready: Settings) -> None:
    """However many older documents wait, those of the live lane are all read before the first of them."""
    send(ready, [f"old-{n}" for n in range(60)], RAW_BACKFILL)
    send(ready, [f"new-{n}" for n in range(60)])
    stage = Scripted(keep)
    run(ready, stage)
    lanes = [item.message.topic for item in stage.seen]
    assert lanes == [RAW.name] * 60 + [RAW_BACKFILL.name] * 60


def test_a_second_run_finds_nothing_left(ready: Settings) -> None:
    """What one run committed, the next does not read again."""
    send(ready, ["a", "b"])
    run(ready, Scripted(keep))
    again = Scripted(keep)
    run(ready, again)
    assert again.seen == []
    assert len(list(read(ready, [NORMALIZED]))) == 2


def test_an_item_that_asks_for_another_try_gets_it_until_the_limit(ready: Settings) -> None:
    """Three attempts, then quarantine with the last error; an item that succeeds at the second is kept."""
    send(ready, ["hopeless", "slow", "sound"])
    tries: dict[str, int] = {}

    def decide(item: Item) -> Outcome:
        tries[item.event_id] = tries.get(item.event_id, 0) + 1
        if item.event_id == "hopeless" or (item.event_id == "slow" and tries["slow"] < 2):
            return Retry(0.01, "not now")
        return keep(item)

    run(ready, Scripted(decide))
    assert tries == {"hopeless": 3, "slow": 2, "sound": 1}
    held = [(entry.event_id, entry.reason) for entry, _ in entries(ready)]
    assert held == [("hopeless", Reason.RETRIES_EXHAUSTED)]
    assert "not now" in next(entry.error for entry, _ in entries(ready))


@pytest.mark.parametrize("error", [Unavailable("away"), Overloaded("429")])
def test_a_server_that_does_not_answer_holds_the_batch_back(ready: Settings, error: Unavailable) -> None:
    """More refusals than the limit of attempts lose nothing: the batch waits."""
    send(ready, ["a"])
    refusals = iter([error] * 6)

    def decide(item: Item) -> Outcome:
        for refusal in refusals:
            raise refusal
        return keep(item)

    stage = Scripted(decide)
    run(ready, stage)
    assert len(stage.seen) == 7
    assert [outcome.fate for outcome in outcomes(ready)] == ["kept"]


def test_a_step_that_raises_costs_only_the_item_at_fault(ready: Settings) -> None:
    """The others of its batch are kept; the one goes to quarantine with the traceback and its bytes."""
    send(ready, [f"e{n}" for n in range(10)])

    def decide(item: Item) -> Outcome:
        if item.event_id == "e7":
            raise ZeroDivisionError("a defect")
        return keep(item)

    run(ready, Scripted(decide))
    ((entry, message),) = entries(ready)
    assert (entry.event_id, entry.reason, message.value) == ("e7", Reason.STEP_FAILED, b"x")
    assert "ZeroDivisionError" in entry.error
    assert len(list(read(ready, [NORMALIZED]))) == 9


def test_each_decision_leaves_one_outcome(ready: Settings) -> None:
    """Kept, dropped and rejected documents are each told of, with reason and origin."""
    send(ready, ["kept", "dropped", "rejected"])

    def decide(item: Item) -> Outcome:
        match item.event_id:
            case "dropped":
                return Drop(Reason.UNCHANGED)
            case "rejected":
                return Reject(Reason.NO_BODY, "no text")
            case _:
                return keep(item)

    run(ready, Scripted(decide))
    told = {outcome.event_id: (outcome.fate, outcome.reason) for outcome in outcomes(ready)}
    assert told == {
        "kept": ("kept", None),
        "dropped": ("dropped", "unchanged"),
        "rejected": ("quarantined", "no_body"),
    }
    assert all(outcome.origin.startswith(RAW.name) for outcome in outcomes(ready))


def test_an_outcome_that_leads_nowhere_is_a_defect_not_a_loss(ready: Settings) -> None:
    """A step that keeps an item and passes nothing on breaks the account: the item is quarantined."""
    send(ready, ["a"])
    run(ready, Scripted(lambda _: Keep()))
    assert [(entry.event_id, entry.reason) for entry, _ in entries(ready)] == [("a", Reason.STEP_FAILED)]


def test_a_stop_while_held_back_leaves_the_batch_untouched(ready: Settings) -> None:
    """Stopped in the middle of waiting, the run ends; the next one gets the whole batch."""
    send(ready, ["a", "b"])
    waiting = threading.Event()

    def away(_: Item) -> Outcome:
        waiting.set()
        raise Unavailable("away")

    runner = Runner(ready, Scripted(away), worker="one")
    thread = threading.Thread(target=runner.run)
    thread.start()
    assert waiting.wait(300)
    runner.stop()
    thread.join(10)
    assert not thread.is_alive()
    stage = Scripted(keep)
    run(ready, stage)
    assert sorted(item.event_id for item in stage.seen) == ["a", "b"]


def test_a_stop_between_chunks_leaves_the_rest_for_the_next_run(ready: Settings) -> None:
    """What was polled together and not reached when the stop came is not taken for done."""
    send(ready, [f"e{n}" for n in range(10)])
    one_by_one = msgspec.structs.replace(ready, runner=msgspec.structs.replace(ready.runner, batch_bytes=1))
    first = Scripted(keep)
    runner = Runner(one_by_one, first, worker="one")

    def stop_then_keep(item: Item) -> Outcome:
        runner.stop()
        return keep(item)

    first.decide = stop_then_keep
    runner.run()
    second = Scripted(keep)
    run(ready, second)
    assert len(first.seen) == 1
    assert sorted(item.event_id for item in first.seen + second.seen) == [f"e{n}" for n in range(10)]


def test_missing_topics_are_told_with_the_way_out(settings: Settings, tmp_path: Path) -> None:
    """Without topics a stage says which command makes them."""
    with pytest.raises(Exception, match="dateline topics apply"):
        Runner(settings, Scripted(keep), worker="one").run(until_caught_up=True)
