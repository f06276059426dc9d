"""What the stage tells of what is new, and that it tells it once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from consumers.alerts import AlertsStage
from dateline.alerts.definition import Alert, Target
from dateline.alerts.fakes import FakeAlertBook
from dateline.alerts.ports import AlertBook
from dateline.errors import Unavailable
from dateline.outcome import Keep
from dateline.stage import Item, Message
from schemas import envelope
from schemas.records import Change, Notice, Quote
from schemas.topics import ENRICHED
from tests.samples import CHANGE, enriched

BEGUN = "2026-03-02T09:00:00Z"
LATER = int(datetime(2026, 3, 2, 10, tzinfo=UTC).timestamp() * 1000)
BOATS = Alert(name="boats", query="boats", to=(Target(email="desk@post.example"),))


class Stories:
    """Which ids a story goes and went by."""

    def __init__(self, merged: Mapping[str, Sequence[str]] | None = None) -> None:
        self.merged = dict(merged or {})

    def __call__(self, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {id_: self.merged.get(id_, (id_,)) for id_ in ids}


def stage(*alerts: Alert, book: AlertBook | None = None, stories: Stories | None = None) -> AlertsStage:
    return AlertsStage(lambda: alerts, book or FakeAlertBook(), stories or Stories(), clock=lambda: BEGUN)


def item(number: int, *, at: int = LATER, headers: Mapping[str, str] | None = None, **fields: Any) -> Item:
    """An article of its own on the topic, unless `id` says otherwise."""
    fields = {
        "id": f"article-{number}",
        "version_id": f"version-{number}",
        "story_id": f"story-{number}",
        "joined": None,
        **fields,
    }
    message = Message(
        topic=ENRICHED.name,
        partition=0,
        offset=number,
        key=b"k",
        value=b"{}",
        headers=dict(headers or {}),
        timestamp_ms=at,
    )
    return Item(message, f"event-{number}", enriched(**fields))


def told(one: AlertsStage, *batch: Item) -> list[list[Notice]]:
    """The notices of each item."""
    found: list[list[Notice]] = []
    for outcome in one.step(batch):
        assert isinstance(outcome, Keep)
        assert outcome.indexed
        notices = [output.record for output in outcome.outputs]
        found.append([notice for notice in notices if isinstance(notice, Notice)])
    return found


def numbers(one: AlertsStage, *batch: Item) -> list[int]:
    return [len(notices) for notices in told(one, *batch)]


def test_an_article_that_answers_is_told_with_what_it_is() -> None:
    """The notice says which alert, which article, which version."""
    (notices,) = told(stage(BOATS), item(1))
    (notice,) = notices
    assert (notice.alert, notice.query, notice.article_id, notice.version_id, notice.headline) == (
        "boats",
        "boats",
        "article-1",
        "version-1",
        "Boats return to Saltmarsh",
    )


def test_a_story_is_told_once_whatever_the_batches() -> None:
    """The second article of a story, and a further version of the first, tell nothing new; another story does."""
    items = [item(1), item(2, story_id="story-1"), item(3, id="article-1", story_id="story-1"), item(4)]
    assert numbers(stage(BOATS), *items) == [1, 0, 0, 1]
    book = FakeAlertBook()
    assert [numbers(stage(BOATS, book=book), one) for one in items] == [[1], [0], [0], [1]]


def test_stories_that_turn_out_to_be_one_are_told_as_one() -> None:
    """What was told for the one counts for the other; for a story without any articles told, it does not."""
    book, stories = FakeAlertBook(), Stories()
    one = stage(BOATS, book=book, stories=stories)
    assert numbers(one, item(1)) == [1]
    stories.merged = {"story-9": ("story-9", "story-1")}
    assert numbers(one, item(2, story_id="story-9"), item(3, story_id="story-8")) == [0, 1]


def test_an_article_that_moved_to_another_story_is_not_told_again() -> None:
    """A split gives its further versions another story; they are the same article."""
    one = stage(BOATS)
    assert numbers(one, item(1), item(2, id="article-1", story_id="story-2")) == [1, 0]


@pytest.mark.parametrize(
    ("once_per", "expected"), [("story", [1, 0, 0]), ("article", [1, 1, 0]), ("each", [1, 1, 1])]
)
def test_what_it_is_told_once_for_is_the_alerts_to_say(once_per: Any, expected: list[int]) -> None:
    """Two articles of a story, and a further version of the first."""
    items = [item(1), item(2, story_id="story-1"), item(3, id="article-1", story_id="story-1")]
    assert numbers(stage(msgspec.structs.replace(BOATS, once_per=once_per)), *items) == expected


def test_without_a_story_it_is_the_article_that_counts() -> None:
    """Where stories are switched off."""
    items = [item(1, story_id=None), item(2, story_id=None), item(3, id="article-1", story_id=None)]
    assert numbers(stage(BOATS), *items) == [1, 1, 0]


def test_the_same_message_again_is_told_the_same() -> None:
    """After a crash before the commit: same notices, under the same ids, and nothing is owed twice."""
    book, stories = FakeAlertBook(), Stories()
    first = told(stage(BOATS, book=book, stories=stories), item(1), item(2))
    owed = dict(book.rows)
    assert told(stage(BOATS, book=book, stories=stories), item(1), item(2)) == first
    stories.merged = {"story-1": ("story-7", "story-1")}  # meanwhile its story became part of another
    assert told(stage(BOATS, book=book, stories=stories), item(1), item(2)) == first
    assert book.rows == owed
    assert len(owed) == 2


def test_of_two_processes_that_tell_a_story_one_does() -> None:
    """The one that comes second sees it and tells nothing."""
    shared = FakeAlertBook()
    others: list[list[int]] = []

    def other() -> None:
        shared.before_claim = None
        others.append(numbers(stage(BOATS, book=shared), item(2, story_id="story-1")))

    shared.before_claim = other
    assert numbers(stage(BOATS, book=shared), item(1)) == [0]
    assert others == [[1]]
    assert len(shared.rows) == 1


def test_a_process_that_never_gets_through_holds_back() -> None:
    """Nothing is dropped: the runner waits and tries again."""

    class Refusing(FakeAlertBook):
        def claim(self, claims: Sequence[Any]) -> Sequence[str]:
            return [claim.key for claim in claims]

    with pytest.raises(Unavailable, match="20 times"):
        stage(BOATS, book=Refusing()).step([item(1)])


def test_new_is_what_came_after_the_alert() -> None:
    """What the topic held before is not told, unless the alert begins earlier; `since` may also begin it later."""
    earlier = LATER - 3 * 3600 * 1000
    assert numbers(stage(BOATS), item(1, at=earlier), item(2)) == [0, 1]
    since = msgspec.structs.replace(BOATS, since="2026-03-01")
    assert numbers(stage(since), item(1, at=earlier)) == [1]
    assert numbers(stage(msgspec.structs.replace(BOATS, since="2026-04-01")), item(1)) == [0]


def test_archives_and_what_is_sent_again_are_not_new() -> None:
    """What comes by the backfill lane is told only to an alert that asks for it; a version sent again never."""
    old = {envelope.ORIGIN: "articles.raw.backfill.v1:3:14"}
    again = {envelope.REFRESH: "1"}
    assert numbers(stage(BOATS), item(1, headers=old), item(2, headers=again)) == [0, 0]
    asked = msgspec.structs.replace(BOATS, archives=True)
    assert numbers(stage(asked), item(1, headers=old), item(2, headers=again)) == [1, 0]


def test_a_disabled_alert_finds_nothing() -> None:
    """For as long as it is."""
    assert numbers(stage(msgspec.structs.replace(BOATS, disabled="holiday")), item(1)) == [0]


def test_a_quotation_answers_alone() -> None:
    """Speaker and words must meet in one quotation, which the notice holds; `each` tells the same words once."""
    quotes = (
        Quote(text="We will wait", speaker="Ilse Tarn", paragraph=0, start=0, end=1),
        Quote(text="The harbour is full", speaker="Odo Fennick", paragraph=0, start=0, end=1),
        Quote(text="The harbour is full!", speaker="Odo Fennick", paragraph=1, start=0, end=1),
    )
    crossed = Alert(name="a", query="speaker:Tarn said:harbour", over="quotes")
    met = Alert(name="b", query="speaker:Fennick said:harbour boats", over="quotes")
    (notices,) = told(stage(crossed, met), item(1, quotes=quotes))
    assert [(one.alert, one.quotes) for one in notices] == [("b", quotes[1:])]
    each = msgspec.structs.replace(met, once_per="each")
    assert numbers(stage(each), item(1, quotes=quotes), item(2, quotes=quotes[1:])) == [1, 0]


def change(number: int, kind: str, importance: float, before: str, after: str) -> Change:
    return msgspec.structs.replace(
        CHANGE, id=f"change-{number}", kind=kind, importance=importance, before=before, after=after
    )


def test_a_change_answers_alone_with_its_article() -> None:
    """Its class, its importance and its words are those of one change; words that were taken out count, too."""
    changes = (
        change(1, "correction", 0.9, "the lantern was lit", "the lantern was out"),
        change(2, "headline", 0.2, "old", "new"),
    )

    def answers(query: str, **fields: Any) -> tuple[Change, ...]:
        alert = Alert(name="a", query=query, over="changes", **fields)
        (notices,) = told(stage(alert), item(1, changes=changes))
        return notices[0].changes if notices else ()

    assert answers("changed:correction") == changes[:1]
    assert answers("changed:correction boats lit") == changes[:1]
    assert answers("changed:headline lantern") == ()
    assert answers("", min_importance=0.5) == changes[:1]
    assert answers("boats") == changes
    assert answers("boats", once_per="each") == changes[:1]
    each = Alert(name="a", query="boats", over="changes", once_per="each")
    assert numbers(stage(each), item(1, changes=changes), item(2, changes=changes)) == [2, 0]


def test_what_is_owed_is_one_a_receiver() -> None:
    """Each address of an alert is owed each notice; an alert without any owes nothing, and is told on the topic."""
    book = FakeAlertBook()
    both = Target(email=("a@post.example", "b@post.example"))
    hook = Target(webhook="https://desk.example/", secret="S")
    silent = Alert(name="silent", query="boats")
    alerts = (msgspec.structs.replace(BOATS, to=(both, hook)), silent)
    assert numbers(stage(*alerts, book=book), item(1)) == [2]
    assert sorted((one.alert, one.channel) for one in book.rows.values()) == [
        ("boats", "email a@post.example"),
        ("boats", "email b@post.example"),
        ("boats", "webhook https://desk.example/"),
    ]
