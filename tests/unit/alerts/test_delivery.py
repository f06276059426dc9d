"""What is sent when, again while it fails, and never as something else."""

import base64
import contextlib
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dateline.alerts.definition import Alert, QuietHours, Target
from dateline.alerts.delivery import Delivery, Tally, page_of, retry
from dateline.alerts.fakes import FakeAlertBook
from dateline.alerts.ports import Claim, Owed, Sent
from dateline.settings import AlertsSettings, Settings
from schemas.records import Notice
from tests.samples import CHANGE

BEGUN = "2026-03-05T09:00:00Z"
HOOK = "https://desk.example/hook"
BOATS = Alert(name="boats", query="boats", to=(Target(webhook=HOOK, secret="KEY"),))
ACCEPTED = Sent(result="accepted")
BUSY = Sent(result="later", error="answered 503")


class Desk:
    """A receiver and a clock: what it got as (id, ids of notices), and what it answers."""

    def __init__(self, *answers: Sent, key: str = "whsec_" + base64.b64encode(b"key").decode()) -> None:
        self.book = FakeAlertBook()
        self.answers = list(answers)
        self.key = key
        self.got: list[tuple[str, list[str]]] = []
        self.requests: list[tuple[bytes, Mapping[str, str]]] = []
        self.now = datetime.fromisoformat("2026-03-05T09:30:00Z")
        self.while_sending: Callable[[], None] = lambda: None
        self._number = 0

    def find(self, *alerts: Alert, number: int = 1) -> list[str]:
        """Something is found now, and owed to the receivers of these alerts; the ids of the notices."""
        ids = []
        for alert in alerts or (BOATS,):
            for _ in range(number):
                self._number += 1
                notice = _notice(f"notice-{self._number:04}", alert.name, self.text)
                self.book.claim(
                    [Claim(key=notice.id, alert=alert.name, position=f"p:{self._number}", notice=notice)]
                )
                self.book.owe(
                    [
                        Owed(notice=notice.id, alert=alert.name, channel=one.id, created=self.text)
                        for one in alert.channels
                    ]
                )
                ids.append(notice.id)
        self.later(seconds=1)
        return ids

    @property
    def text(self) -> str:
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        self.while_sending()
        told = msgspec.json.decode(body)
        self.requests.append((body, headers))
        self.got.append((headers["webhook-id"], [one["id"] for one in told["data"]["notices"]]))
        return self.answers.pop(0) if self.answers else ACCEPTED

    def deliver(self, *alerts: Alert, worker: str = "w", **settings: Any) -> Tally:
        delivery = Delivery(
            Settings(alerts=AlertsSettings(**settings)),
            self.book,
            self.post,
            worker=worker,
            now=lambda: self.now,
            environ={"KEY": self.key},
        )
        return delivery.deliver(alerts or (BOATS,))

    def states(self) -> list[str]:
        return sorted(row.state for row in self.book.rows.values())


def _notice(id_: str, alert: str, matched: str) -> Notice:
    return Notice(
        id=id_,
        alert=alert,
        query="boats",
        over="articles",
        matched=matched,
        article_id="a",
        version_id="v",
        source="post",
        url="https://post.example/a",
        headline="Boats return",
    )


def test_what_was_found_is_sent_once_in_one_message() -> None:
    """Whatever came together goes together, and a further look sends nothing."""
    desk = Desk()
    ids = desk.find(number=3)
    assert desk.deliver() == Tally(messages=1, notices=3)
    assert desk.deliver() == Tally()
    assert [told for _, told in desk.got] == [ids]
    assert desk.states() == ["delivered"] * 3


def test_a_message_is_signed_as_standard_webhooks_say() -> None:
    """Over id, time and body, with the key behind whsec_; the body says what it is."""
    desk = Desk()
    desk.find()
    desk.deliver(base_url="https://reader.example/")
    ((body, headers),) = desk.requests
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(b"key", content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    told = msgspec.json.decode(body)
    assert (told["type"], told["data"]["alert"]) == ("alert.matched", "boats")
    assert told["data"]["notices"][0]["page"] == "https://reader.example/articles/a"


def test_a_change_is_linked_to_the_version_that_made_it() -> None:
    """Whoever follows the link sees what was told, however often the article changed since."""
    change = msgspec.structs.replace(CHANGE, version_id="v2")
    notice = msgspec.structs.replace(_notice("n", "boats", BEGUN), version_id="v2", changes=(change,))
    assert page_of("https://reader.example", notice) == "https://reader.example/articles/a/compare?version=v2"


def test_what_fails_is_sent_again_as_it_was_and_later_each_time() -> None:
    """Same id, same content, whatever was found meanwhile; nothing before its time; what waited follows."""
    desk = Desk(BUSY, BUSY, ACCEPTED)
    first = desk.find()
    tally = desk.deliver()
    assert (tally.later, tally.errors) == (1, ["boats: webhook https://desk.example/…: answered 503"])
    second = desk.find()
    desk.later(seconds=1)
    assert desk.deliver() == Tally()  # not yet
    desk.later(seconds=6)
    desk.deliver()
    desk.later(seconds=30)
    assert desk.deliver() == Tally()  # the second pause is longer
    desk.later(minutes=2)
    assert desk.deliver() == Tally(messages=2, notices=2)
    assert [told for _, told in desk.got] == [first, first, first, second]
    assert len({id_ for id_, _ in desk.got[:3]}) == 1
    assert desk.requests[0][0] == desk.requests[2][0]


def test_a_receiver_that_asks_for_a_pause_gets_it() -> None:
    """Retry-After goes before our own rhythm."""
    desk = Desk(Sent(result="later", error="answered 429", pause=3600))
    desk.find()
    desk.deliver()
    desk.later(minutes=59)
    assert desk.deliver() == Tally()
    desk.later(minutes=2)
    assert desk.deliver().messages == 1


def test_what_fails_for_good_is_seen_and_can_be_sent_again() -> None:
    """After the last attempt it is failed, with the reason; what was found later is sent; `retry` owes it again."""
    desk = Desk(BUSY, BUSY)
    (first,) = desk.find()
    desk.deliver(max_attempts=2)
    desk.later(hours=1)
    assert desk.deliver(max_attempts=2).failed == 1
    (row,) = desk.book.rows.values()
    assert row.state == "failed"
    assert row.error == "gave up after 2 attempts (alerts.max_attempts): answered 503"
    (second,) = desk.find()
    assert desk.deliver(max_attempts=2).messages == 1
    assert retry(desk.book, [row for row in desk.book.rows.values() if row.state == "failed"]) == 1
    assert desk.deliver(max_attempts=2).messages == 1
    assert [told for _, told in desk.got] == [[first], [first], [second], [first]]


def test_410_switches_a_receiver_off_until_somebody_says_otherwise() -> None:
    """It is asked nothing more; what is found meanwhile is failed, where it can be seen."""
    desk = Desk(Sent(result="gone", error="answered 410"))
    desk.find()
    assert desk.deliver().failed == 1
    desk.find()
    assert desk.deliver().failed == 1
    assert len(desk.got) == 1
    assert desk.states() == ["failed", "failed"]
    assert retry(desk.book, list(desk.book.rows.values())) == 2
    assert desk.deliver() == Tally(messages=1, notices=2)


def test_nothing_is_sent_in_quiet_hours_and_all_after_them() -> None:
    """Also what failed before they began waits, and goes first."""
    quiet = msgspec.structs.replace(
        BOATS, zone="Europe/Berlin", quiet_hours=QuietHours(begin="22:00", end="07:00")
    )
    desk = Desk(BUSY)
    desk.now = datetime.fromisoformat("2026-03-05T20:59:00Z")
    first = desk.find()
    assert desk.deliver(quiet).later == 1
    desk.later(hours=1)
    held = desk.find(number=2)
    assert desk.deliver(quiet) == Tally()
    desk.now = datetime.fromisoformat("2026-03-06T06:00:00Z")
    assert desk.deliver(quiet) == Tally(messages=2, notices=3)
    assert [told for _, told in desk.got] == [first, first, held]


def test_a_digest_is_sent_at_its_time_with_what_was_found_before() -> None:
    """Two before the hour are one message after it; the third waits for the next hour."""
    hourly = msgspec.structs.replace(BOATS, digest="hourly")
    desk = Desk()
    first = desk.find(number=2)
    assert desk.deliver(hourly) == Tally()
    desk.now = datetime.fromisoformat("2026-03-05T10:00:00Z")
    third = desk.find()
    assert desk.deliver(hourly) == Tally(messages=1, notices=2)
    desk.later(hours=1)
    desk.deliver(hourly)
    assert [told for _, told in desk.got] == [first, third]


def test_many_notices_are_several_messages() -> None:
    """Of at most a hundred each, in the order of their finding."""
    desk = Desk()
    ids = desk.find(number=120)
    assert desk.deliver() == Tally(messages=2, notices=120)
    assert [told for _, told in desk.got] == [ids[:100], ids[100:]]


def test_a_receiver_that_fails_holds_up_no_other() -> None:
    """Each receiver of an alert is on its own."""
    other = Alert(name="trams", query="tram", to=(Target(webhook="https://b.example/", secret="KEY"),))
    desk = Desk()
    desk.find(BOATS, other)
    desk.answers = [BUSY]
    tally = desk.deliver(BOATS, other)
    assert (tally.later, tally.messages) == (1, 1)


def test_killed_after_the_yes_it_sends_the_same_once_more_under_the_same_id() -> None:
    """A process of the same name goes on at once; another one only when the lease of the dead one is over."""
    desk = Desk()
    ids = desk.find()

    class Killed(BaseException):
        """No cleaning up follows."""

    settle = desk.book.settle

    def killed(_: object) -> None:
        raise Killed

    desk.book.settle = killed  # type: ignore[method-assign]
    with contextlib.suppress(Killed):
        desk.deliver()
    desk.book.settle = settle  # type: ignore[method-assign]
    found_later = desk.find()
    assert desk.deliver(worker="another") == Tally()
    desk.later(minutes=5)
    assert desk.deliver(worker="another") == Tally(messages=2, notices=2)
    assert [told for _, told in desk.got] == [ids, ids, found_later]
    assert desk.got[0] == desk.got[1]


def test_killed_after_its_note_it_sends_nothing_more() -> None:
    """What is noted as delivered is, although the message still stood open."""
    desk = Desk()
    desk.find()

    class Killed(BaseException):
        """No cleaning up follows."""

    put, writes = desk.book.put, iter(range(10))

    def killed(box: Any) -> Any:
        if next(writes) == 1:
            raise Killed
        return put(box)

    desk.book.put = killed  # type: ignore[method-assign]
    with contextlib.suppress(Killed):
        desk.deliver()
    later = desk.find()
    assert desk.deliver() == Tally(messages=1, notices=1)
    assert [told for _, told in desk.got][1:] == [later]
    assert len(desk.got) == 2


def test_two_processes_serve_a_receiver_one_at_a_time() -> None:
    """While one is sending, the other leaves it alone."""
    desk = Desk()
    desk.find()
    others: list[Tally] = []

    def meanwhile() -> None:
        desk.while_sending = lambda: None
        others.append(desk.deliver(worker="second"))

    desk.while_sending = meanwhile
    assert desk.deliver(worker="first").messages == 1
    assert others == [Tally()]
    assert len(desk.got) == 1


def test_what_an_alert_that_is_gone_still_owed_is_withdrawn() -> None:
    """It is told to nobody, and that stands where deliveries are listed; when the alert is back, it is not sent late."""
    desk = Desk(BUSY)
    desk.find()
    desk.deliver()
    other = Alert(name="other", query="x")
    assert desk.deliver(other) == Tally()
    assert desk.states() == ["withdrawn"]
    later = desk.find()
    desk.later(hours=1)
    desk.deliver()
    assert [told for _, told in desk.got][1:] == [later]


def test_without_its_key_nothing_is_sent_unsigned_and_nothing_given_up() -> None:
    """The message says which variable to set; however often that was seen, it is sent once the key is there."""
    desk = Desk()
    unset = msgspec.structs.replace(BOATS, to=(Target(webhook=HOOK, secret="UNSET"),))
    (id_,) = desk.find(unset)
    for _ in range(3):
        assert desk.deliver(unset, max_attempts=2).errors == [
            "boats: webhook https://desk.example/…: the environment variable UNSET is not set"
        ]
        assert desk.deliver(unset) == Tally()  # it is not asked for over and over
        desk.later(minutes=2)
    assert (desk.got, desk.states()) == ([], ["pending"])
    assert desk.deliver(BOATS) == Tally(messages=1, notices=1)
    assert [told for _, told in desk.got] == [[id_]]


def test_a_key_that_is_none_is_named() -> None:
    """What follows whsec_ is base64, or nothing is sent."""
    desk = Desk(key="whsec_no base64")
    desk.find()
    (error,) = desk.deliver().errors
    assert "the environment variable KEY: what follows whsec_ is no base64" in error
    assert desk.got == []


def test_mail_waits_for_a_mail_server_to_be_named() -> None:
    """It is not given up for want of settings."""
    desk = Desk()
    by_mail = msgspec.structs.replace(BOATS, to=(Target(email="desk@harbourpost.example"),))
    desk.find(by_mail)
    for _ in range(3):
        (error,) = desk.deliver(by_mail, max_attempts=2).errors
        assert "DATELINE_ALERTS_SMTP_HOST" in error
        desk.later(minutes=2)
    assert desk.states() == ["pending"]
