"""Saved searches as people write them: a YAML file with a list of `alerts`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec

from dateline import yaml_text
from dateline.alerts.timing import Digest, moment, time_of_day
from dateline.errors import SettingsError, UsageError
from dateline.query import QueryError, matcher
from dateline.settings import Settings
from dateline.yaml_text import YamlError

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_MAILBOX: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_PLACE: Final = re.compile(r"(?s)(.*?)(?: - at `\$(.*)`)?")
_STEP: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")

Problem = tuple[tuple[str | int, ...], str]
"""A place in an entry, and what is wrong there."""


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Times of day ("22:00") in the alert's zone between which nothing is sent; past midnight where `from` is the later."""

    begin: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where notices are sent: a `webhook`, with the name of the environment variable that holds its `secret`, or `email`."""

    webhook: str | None = None
    secret: str | None = None
    email: str | tuple[str, ...] | None = None


class Channel(msgspec.Struct, frozen=True):
    """One receiver. `secret` names an environment variable."""

    kind: Literal["webhook", "email"]
    address: str
    secret: str | None = None

    @property
    def id(self) -> str:
        """Its kind and address: what it is known by."""
        return f"{self.kind} {self.address}"


def shown(channel_id: str) -> str:
    """A receiver as people may see it: the path of a webhook's address can be a secret."""
    kind, _, address = channel_id.partition(" ")
    if kind != "webhook":
        return channel_id
    parts = urlsplit(address)
    return f"{kind} {parts.scheme}://{parts.netloc}/…"


class Alert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One saved search. `query` is in the language of docs/search.md.

    `over` says what is searched, `once_per` what it is told once for. `since` begins it at another time than when it was
    first seen. With `archives` it also sees what comes by the backfill lane. `disabled` says why it finds nothing for now.
    """

    name: str
    query: str = ""
    over: Literal["articles", "quotes", "changes"] = "articles"
    min_importance: float = 0.0
    once_per: Literal["story", "article", "each"] = "story"
    zone: str | None = None
    quiet_hours: QuietHours | None = None
    digest: str | None = None
    since: str | None = None
    archives: bool = False
    to: tuple[Target, ...] = ()
    disabled: str | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every receiver; an address each."""
        found: list[Channel] = []
        for target in self.to:
            if target.webhook is not None:
                found.append(Channel("webhook", target.webhook, target.secret))
            elif target.email is not None:
                addresses = (target.email,) if isinstance(target.email, str) else target.email
                found += [Channel("email", address) for address in addresses]
        return tuple(found)


def load(path: Path) -> tuple[Alert, ...]:
    """All alerts of the file. Raises SettingsError with one line for each problem: file, line, alert, field, expected, got."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError(f"alerts: no file {path}; DATELINE_ALERTS_FILE names another") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"alerts: {path} cannot be read: {error}") from error
    return parse(text, str(path))


def load_if_there(path: Path) -> tuple[Alert, ...]:
    """As `load`; none where there is no file."""
    return load(path) if path.exists() else ()


def parse(text: str, origin: str) -> tuple[Alert, ...]:
    """The alerts of a file's text; `origin` stands in the messages. Raises SettingsError."""
    try:
        tree = yaml_text.read(text)
    except YamlError as error:
        raise SettingsError(f"alerts: {origin}: not YAML: {error}") from error
    if tree is None:
        return ()
    if not isinstance(tree, dict) or set(tree) != {"alerts"} or not isinstance(tree["alerts"] or [], list):
        got = f"keys {', '.join(map(str, tree))}" if isinstance(tree, dict) else type(tree).__name__
        raise SettingsError(f"alerts: {origin}: expected one key `alerts` with a list under it; got {got}")
    entries = tree["alerts"] or []
    found: list[Alert] = []
    problems: list[str] = []
    names = Counter(entry.get("name") for entry in entries if isinstance(entry, dict))
    for index, entry in enumerate(entries):
        alert, wrong = _read(entry)
        if alert is not None:
            found.append(alert)
            if names[alert.name] > 1:
                wrong.append(
                    (("name",), f"there are {names[alert.name]} alerts of this name: rename all but one")
                )
        name = entry.get("name") if isinstance(entry, dict) else None
        said = f"alert {name!r}" if name else f"entry {index + 1}"
        for place, problem in wrong:
            line = yaml_text.line_of(text, ("alerts", index, *place))
            field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)[1:]
            problems.append(f"alerts: {origin}:{line}: {said}: {field + ': ' if field else ''}{problem}")
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(found)


def by_name(alerts: tuple[Alert, ...], wanted: str) -> Alert:
    """The alert of that name; UsageError if there is none."""
    for alert in alerts:
        if alert.name == wanted:
            return alert
    known = ", ".join(alert.name for alert in alerts) or "none"
    raise UsageError(f"alerts: no alert {wanted!r}; there are: {known}")


def missing(settings: Settings, found: tuple[Alert, ...], environ: Mapping[str, str]) -> list[str]:
    """What is not set that sending needs, each with what to do."""
    lacks = []
    for alert in found:
        for channel in alert.channels:
            if channel.kind == "webhook" and not environ.get(channel.secret or ""):
                lacks.append(
                    f"{alert.name}: {shown(channel.id)}: set the environment variable {channel.secret}"
                )
            if channel.kind == "email" and not (settings.alerts.smtp_host and settings.alerts.mail_from):
                lacks.append(
                    f"{alert.name}: {channel.id}: set DATELINE_ALERTS_SMTP_HOST and DATELINE_ALERTS_MAIL_FROM"
                )
    return list(dict.fromkeys(lacks))


def _read(entry: Any) -> tuple[Alert | None, list[Problem]]:
    """The alert, if it is one, and all that is wrong: msgspec tells the first of several, so fields go one by one."""
    if not isinstance(entry, dict):
        return None, [((), f"expected fields such as name, query and to; got {entry!r:.40}")]
    wrong: list[Problem] = [] if "name" in entry else [(("name",), "is missing")]
    good: dict[str, Any] = {"name": "x"}
    for field, value in entry.items():
        try:
            msgspec.convert({"name": "x", field: value}, Alert)
        except msgspec.ValidationError as error:
            wrong.append(_placed(error))
        else:
            good[field] = value
    alert = msgspec.convert(good, Alert)
    return (None if wrong else alert), [*wrong, *_problems(alert)]


def _problems(alert: Alert) -> Iterator[Problem]:
    """What msgspec does not see."""
    if not NAME.fullmatch(alert.name):
        yield ("name",), "expected lower-case letters, digits, dots, hyphens, at most 63"
    if not alert.query.strip() and alert.over != "changes":
        yield ("query",), "expected words or fields to search for: an empty one would find everything"
    try:
        matcher(alert.query)
    except QueryError as error:
        yield ("query",), str(error).removeprefix("query: ")
    if alert.min_importance and alert.over != "changes":
        yield ("min_importance",), "only changes have an importance: write `over: changes`, or leave it away"
    if not 0 <= alert.min_importance <= 1:
        yield ("min_importance",), f"expected a number from 0 to 1; got {alert.min_importance:g}"
    if alert.zone is not None and alert.zone not in _zones():
        yield ("zone",), f"expected an IANA name as in Europe/Berlin; got {alert.zone!r}"
    if alert.quiet_hours is not None:
        for field, text in (("from", alert.quiet_hours.begin), ("to", alert.quiet_hours.end)):
            try:
                time_of_day(text)
            except ValueError as error:
                yield ("quiet_hours", field), str(error)
        if alert.quiet_hours.begin == alert.quiet_hours.end:
            yield ("quiet_hours",), "from and to are the same: expected two times, as in 22:00 and 07:00"
    for field, written, read in (("digest", alert.digest, Digest.of), ("since", alert.since, moment)):
        try:
            if written is not None:
                read(written)
        except ValueError as error:
            yield (field,), str(error)
    for index, target in enumerate(alert.to):
        for place, problem in _target_problems(target):
            yield ("to", index, *place), problem
    for id_, number in Counter(channel.id for channel in alert.channels).items():
        if number > 1:
            yield ("to",), f"{id_} stands here {number} times: once is enough"


def _target_problems(target: Target) -> Iterator[Problem]:
    if (target.webhook is None) == (target.email is None):
        yield (), "expected either `webhook` or `email`"
        return
    if target.webhook is not None:
        parts = urlsplit(target.webhook)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            yield ("webhook",), f"expected an address as in https://desk.example/hook; got {target.webhook!r}"
        if target.secret is None:
            yield (
                ("secret",),
                "is missing: the environment variable that holds the key messages are signed with",
            )
        elif not _VARIABLE.fullmatch(target.secret):
            yield (
                ("secret",),
                "expected the name of an environment variable as in DESK_HOOK_SECRET, never the secret itself",
            )
        return
    if target.secret is not None:
        yield ("secret",), "only a webhook has one"
    for address in (target.email,) if isinstance(target.email, str) else target.email or ():
        if not _MAILBOX.fullmatch(address):
            yield ("email",), f"expected an address as in desk@harbourpost.example; got {address!r}"
    if target.email == ():
        yield ("email",), "expected an address; got none"


def _placed(error: msgspec.ValidationError) -> Problem:
    """msgspec's "... - at `$.to[0]`" as the place and what is wrong there, in our words."""
    match = _PLACE.fullmatch(str(error))
    assert match
    said = match[1]
    steps: list[str | int] = [name or int(number) for name, number in _STEP.findall(match[2] or "")]
    field = re.search(r"field `(\w+)`", said)
    if field and "unknown field" in said:
        owner: type[msgspec.Struct] = Alert
        if steps:
            owner = QuietHours if steps[0] == "quiet_hours" else Target
        known = ", ".join(one.encode_name for one in msgspec.structs.fields(owner))
        return (*steps, field[1]), f"there is no such field; expected one of {known}"
    if field and "missing required field" in said:
        return (*steps, field[1]), "is missing"
    if "Invalid enum value" in said and steps:
        choices = msgspec.inspect.type_info(Alert)
        assert isinstance(choices, msgspec.inspect.StructType)
        kind = next(one.type for one in choices.fields if one.encode_name == steps[0])
        values = ", ".join(map(str, getattr(kind, "values", ())))
        return tuple(
            steps
        ), f"expected one of {values}; got{said.removeprefix('Invalid enum value')}".replace("'", "")
    plain = said[0].lower() + said[1:].replace("`", "")
    return tuple(steps), plain + (": put it in quotes" if "expected str" in plain and steps else "")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
