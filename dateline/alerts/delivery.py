"""Sending what is owed: when it is due, in one message or a digest, again while it fails, and never as something else.

What is guaranteed. What a message holds is written down before it is first sent, and with it its id; every further
attempt, by this process or one that takes over after it was killed, sends the same under the same id. A notice is in one
message for each receiver. So nothing is left out, and who drops an id that it has seen gets nothing twice. Between a
receiver's yes and our note of it a process can be killed: then, and when a yes got lost, it is sent once more.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from dateline.alerts import webhook
from dateline.alerts.definition import Alert, Channel, shown
from dateline.alerts.mail import MailServer, letter
from dateline.alerts.ports import Box, Open, Outbox, Owed, Post, Sent
from dateline.alerts.timing import due_before, is_quiet
from dateline.settings import Settings
from dateline.telemetry import Telemetry
from schemas.ids import digest
from schemas.records import Notice

LARGEST: Final = 100
"""Notices in one message."""
_AT_ONCE: Final = 8
_PAUSES: Final = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0)
_JITTER: Final = 0.2
_UNTIL_IT_IS_SET: Final = 60.0
_ROUNDS: Final = 100

Now = Callable[[], datetime]


class Tally(msgspec.Struct, kw_only=True):
    """What one look at everything owed came to: messages and notices sent, messages that will be sent again, notices given up."""

    messages: int = 0
    notices: int = 0
    later: int = 0
    failed: int = 0
    errors: list[str] = []

    def add(self, other: Tally) -> None:
        """Sum up."""
        self.messages += other.messages
        self.notices += other.notices
        self.later += other.later
        self.failed += other.failed
        self.errors = [*self.errors, *other.errors]


class Delivery:
    """Sends for one process. Any number may run: each receiver of an alert is served by one of them at a time.

    A process that was killed holds its receivers until its lease is over; one of the same `worker` name takes over at once.
    """

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        post: Post,
        *,
        worker: str,
        now: Now = lambda: datetime.now(UTC),
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._post = post
        self._mail = MailServer(settings.alerts)
        self._worker = worker
        self._now = now
        self._environ = environ
        self._telemetry = Telemetry(component="alerts", worker=worker)

    def deliver(self, alerts: Iterable[Alert], *, stopped: Callable[[], bool] = lambda: False) -> Tally:
        """Send all that is due now. Receivers are served side by side, each one's messages one after the other."""
        known = {alert.name: alert for alert in alerts}
        total = Tally()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="alerts") as pool:
            waiting = self._outbox.waiting()
            for tally in pool.map(
                lambda one: self._serve(known.get(one[0]), one[0], one[1], stopped), waiting
            ):
                total.add(tally)
        return total

    def held_back(self, error: Exception) -> None:
        """Tell that nothing can be sent for now, and why."""
        self._telemetry.event("held_back", level="warning", error=str(error))

    def _serve(self, alert: Alert | None, name: str, channel_id: str, stopped: Callable[[], bool]) -> Tally:
        """One receiver, until nothing more is due or it fails."""
        total = Tally()
        channel = next((one for one in alert.channels if one.id == channel_id), None) if alert else None
        for _ in range(_ROUNDS):
            if stopped():
                break
            if alert is None or channel is None:
                if not self._withdraw(name, channel_id, "the alert or this receiver of it is gone"):
                    break
                continue
            tally = self._once(alert, channel)
            if tally is None:
                break
            total.add(tally)
            if tally.later or tally.failed:
                break
        return total

    def _withdraw(self, name: str, channel_id: str, why: str) -> int:
        box = self._outbox.box(name, channel_id)
        now = self._now()
        if box.owner not in (None, self._worker) and (box.leased or "") > _text(now):
            return 0
        rows = self._outbox.pending(name, channel_id, before=_text(now + timedelta(days=1)), limit=LARGEST)
        self._outbox.settle([_settled(row, "withdrawn", now, error=why) for row in rows])
        return len(rows)

    def _once(self, alert: Alert, channel: Channel) -> Tally | None:
        """One message to one receiver; None if there is none to be sent now, or another process serves it."""
        now = self._now()
        zone = ZoneInfo(alert.zone or self._settings.timezone)
        if alert.quiet_hours and is_quiet(alert.quiet_hours.begin, alert.quiet_hours.end, now, zone):
            return None
        box = self._outbox.box(alert.name, channel.id)
        if box.owner not in (None, self._worker) and (box.leased or "") > _text(now):
            return None
        if (box.next_try or "") > _text(now):
            return None
        opened = box.open
        rows: Sequence[Owed]
        if opened is not None:
            rows = self._outbox.owed(opened.owed)
        else:
            before = due_before(alert.digest, now, zone)
            rows = self._outbox.pending(alert.name, channel.id, before=_text(before), limit=LARGEST)
            if not rows:
                return None
            ids = tuple(row.id for row in rows)
            opened = Open(id=digest(("message", *ids)), owed=ids, begun=_text(now))
        if box.off is not None:
            return self._give_up(box, rows, opened, box.off)
        if lacks := self._lacks(channel):
            return self._put_off(box, rows, lacks)
        opened = msgspec.structs.replace(opened, attempts=opened.attempts + 1)
        lease = now + timedelta(seconds=6 * self._settings.alerts.timeout + 60)
        held = self._outbox.put(
            msgspec.structs.replace(box, owner=self._worker, leased=_text(lease), open=opened, next_try=None)
        )
        if held is None:
            return None
        if not any(
            row.state == "pending" for row in rows
        ):  # killed after its note, before the box was closed
            self._close(held)
            return Tally()
        return self._finish(alert, channel, held, opened, rows)

    def _finish(self, alert: Alert, channel: Channel, box: Box, opened: Open, rows: Sequence[Owed]) -> Tally:
        notices = self._outbox.notices([row.notice for row in rows])
        told = [notices[row.notice] for row in rows if row.notice in notices]
        sent = self._send(alert, channel, opened, told)
        now = self._now()
        about: dict[str, Any] = {
            "alert": alert.name,
            "channel": channel.kind,
            "message": opened.id,
            "attempt": opened.attempts,
        }
        if sent.result == "accepted":
            self._outbox.settle([_settled(row, "delivered", now, message=opened.id) for row in rows])
            self._close(box)
            self._telemetry.event("alert_sent", **about, notices=len(rows))
            return Tally(messages=1, notices=len(rows))
        self._telemetry.event("alert_not_sent", level="warning", **about, error=sent.error)
        if sent.result == "gone":
            off = msgspec.structs.replace(box, off=f"switched off: {sent.error}")
            return self._give_up(off, rows, opened, sent.error or "gone")
        if opened.attempts >= self._settings.alerts.max_attempts:
            tries = f"gave up after {opened.attempts} attempts (alerts.max_attempts): {sent.error}"
            return self._give_up(box, rows, opened, tries)
        waiting = [row for row in rows if row.state == "pending"]
        self._outbox.settle(
            [_settled(row, "pending", now, message=opened.id, error=sent.error) for row in waiting]
        )
        pause = sent.pause if sent.pause is not None else _pause(opened.attempts)
        self._outbox.put(
            msgspec.structs.replace(
                box,
                owner=None,
                leased=None,
                open=msgspec.structs.replace(opened, error=sent.error),
                next_try=_text(now + timedelta(seconds=pause)),
            )
        )
        return Tally(later=1, errors=[f"{alert.name}: {shown(channel.id)}: {sent.error}"])

    def _send(self, alert: Alert, channel: Channel, opened: Open, told: Sequence[Notice]) -> Sent:
        links = self._links(told)
        if channel.kind == "webhook":
            body = webhook.body(alert.name, opened.begun, told, links)
            secret = self._environ.get(channel.secret or "", "")
            signed = webhook.headers(secret, opened.id, int(self._now().timestamp()), body)
            return self._post(channel.address, body, signed)
        sender = self._settings.alerts.mail_from or ""
        return self._mail.send(
            letter(sender, channel.address, opened.id, alert.name, opened.begun, told, links)
        )

    def _lacks(self, channel: Channel) -> str | None:
        """Why this process can send nothing there, and what to set; None if it can."""
        if channel.kind == "email":
            return self._mail.missing()
        secret = self._environ.get(channel.secret or "", "").split()
        if not secret:
            return f"the environment variable {channel.secret} is not set"
        try:
            for one in secret:
                webhook.key_of(one)
        except ValueError as error:
            return f"the environment variable {channel.secret}: {error}"
        return None

    def _put_off(self, box: Box, rows: Sequence[Owed], lacks: str) -> Tally:
        """Nothing was tried, so nothing is given up for it: it is sent once this is set, here or in another process."""
        self._telemetry.event(
            "alert_not_sent",
            level="warning",
            alert=box.alert,
            channel=box.channel.partition(" ")[0],
            error=lacks,
        )
        now = self._now()
        self._outbox.settle([_settled(row, row.state, now, message=row.message, error=lacks) for row in rows])
        self._outbox.put(
            msgspec.structs.replace(box, next_try=_text(now + timedelta(seconds=_UNTIL_IT_IS_SET)))
        )
        return Tally(later=1, errors=[f"{box.alert}: {shown(box.channel)}: {lacks}"])

    def _links(self, told: Sequence[Notice]) -> dict[str, str]:
        base = (self._settings.alerts.base_url or "").rstrip("/")
        if not base:
            return {}
        return {one.id: page_of(base, one) for one in told}

    def _give_up(self, box: Box, rows: Sequence[Owed], opened: Open, error: str) -> Tally:
        """Where it can be seen, and sent again: `dateline alerts deliveries --state failed`, `dateline alerts retry`."""
        now = self._now()
        left = [row for row in rows if row.state == "pending"]
        self._outbox.settle([_settled(row, "failed", now, message=opened.id, error=error) for row in left])
        self._close(box)
        self._telemetry.event(
            "alert_failed", level="error", alert=box.alert, message=opened.id, notices=len(left), error=error
        )
        return Tally(failed=len(left), errors=[f"{box.alert}: {shown(box.channel)}: {error}"])

    def _close(self, box: Box) -> None:
        """If another process wrote the box meanwhile, our lease was over: it goes on with what it finds."""
        self._outbox.put(msgspec.structs.replace(box, owner=None, leased=None, open=None, next_try=None))


def page_of(base: str, notice: Notice) -> str:
    """Where the reader shows what was found: the article, or what that version of it changed. `base` is the reader's address."""
    compared = f"/compare?version={notice.version_id}" if notice.changes else ""
    return f"{base}/articles/{notice.article_id}{compared}"


def retry(outbox: Outbox, failed: Sequence[Owed]) -> int:
    """Owe once more what had failed, and switch its receivers on again. How many notices."""
    for alert, channel in sorted({(one.alert, one.channel) for one in failed}):
        box = outbox.box(alert, channel)
        if box.token is not None:
            outbox.put(msgspec.structs.replace(box, off=None, next_try=None))
    outbox.settle([msgspec.structs.replace(one, state="pending", message=None, error=None) for one in failed])
    return len(failed)


def _settled(
    row: Owed, state: str, now: datetime, *, message: str | None = None, error: str | None = None
) -> Owed:
    return msgspec.convert(
        {
            **msgspec.to_builtins(row),
            "state": state,
            "message": message,
            "error": error,
            "changed": _text(now),
        },
        Owed,
    )


def _pause(attempts: int) -> float:
    """Seconds until the next attempt, later each time, never quite the same: receivers come back one by one."""
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return pause * random.uniform(1 - _JITTER, 1 + _JITTER)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
