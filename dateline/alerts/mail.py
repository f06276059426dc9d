"""Notices as e-mail, and the way to the mail server (SMTP)."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from dateline.alerts.ports import Sent
from dateline.settings import AlertsSettings
from schemas.records import Change, Notice, Quote

_SHOWN: Final = 240
_LONGEST_SUBJECT: Final = 150


def letter(
    sender: str,
    to: str,
    id_: str,
    alert: str,
    begun: str,
    notices: Sequence[Notice],
    links: Mapping[str, str],
) -> EmailMessage:
    """The message, the same for every attempt. Its Message-ID follows from `id_`, so that a mail server can know a repeat."""
    message = EmailMessage()
    first = notices[0].headline if notices else ""
    more = f" (and {len(notices) - 1} more)" if len(notices) > 1 else ""
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"{alert}: {_line(first, _LONGEST_SUBJECT)}{more}"
    message["Date"] = format_datetime(datetime.fromisoformat(begun))
    message["Message-ID"] = f"<{id_}@{sender.rpartition('@')[2].rstrip('>') or 'dateline.invalid'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Dateline-Alert"] = alert
    text = "\n\n".join("\n".join(_told(notice, links.get(notice.id))) for notice in notices)
    query = f"Query: {_line(notices[0].query, _SHOWN)}\n" if notices and notices[0].query else ""
    message.set_content(f"{text}\n\n-- \nDateline alert {alert}\n{query}")
    return message


def _told(notice: Notice, page: str | None) -> Iterator[str]:
    yield _line(notice.headline, _SHOWN)
    yield f"{notice.source}, {notice.published or notice.matched}"
    if notice.standfirst and not (notice.changes or notice.quotes):
        yield _line(notice.standfirst, _SHOWN)
    for quote in notice.quotes:
        yield _quoted(quote)
    for change in notice.changes:
        yield from _changed(change)
    yield notice.url
    if page:
        yield page


def _quoted(quote: Quote) -> str:
    return f"  {quote.speaker or 'somebody'}: “{_line(quote.text.removesuffix(','), _SHOWN)}”"


def _changed(change: Change) -> Iterator[str]:
    yield f"  {change.kind.replace('_', ' ')}, importance {change.importance:.2f}"
    if change.before:
        yield f"  - {_line(change.before, _SHOWN)}"
    if change.after:
        yield f"  + {_line(change.after, _SHOWN)}"


def _line(text: str, longest: int) -> str:
    """One line of what somebody else wrote: no line ends, no controls, not too long."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


class MailServer:
    """Sends one message at a time, each over a connection of its own."""

    def __init__(self, settings: AlertsSettings) -> None:
        self._settings = settings

    def missing(self) -> str | None:
        """Why no mail can be sent, and what to set; None if it can."""
        if not self._settings.smtp_host or not self._settings.mail_from:
            return "no mail server: set DATELINE_ALERTS_SMTP_HOST and DATELINE_ALERTS_MAIL_FROM"
        return None

    def send(self, message: EmailMessage) -> Sent:
        """Hand it over. A refusal for good (5xx) and one for now (4xx, no answer) are both tried again: addresses get mended."""
        try:
            server = self._connected()
            try:
                server.send_message(message)
            finally:
                with suppress(
                    smtplib.SMTPException, OSError
                ):  # what it accepted is accepted, however it takes leave
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            return Sent(result="later", error=f"mail server: {code} {answer.decode(errors='replace')}")
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            text = said.decode(errors="replace") if isinstance(said, bytes) else said
            return Sent(result="later", error=f"mail server: {error.smtp_code} {text}")
        except (smtplib.SMTPException, OSError) as error:
            return Sent(result="later", error=f"mail server: {error or type(error).__name__}")
        return Sent(result="accepted")

    def _connected(self) -> smtplib.SMTP:
        one = self._settings
        host = one.smtp_host or ""
        if one.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, one.smtp_port, timeout=one.timeout, context=self._context()
            )
        else:
            server = smtplib.SMTP(host, one.smtp_port, timeout=one.timeout)
        try:
            if one.smtp_security == "starttls":
                server.starttls(context=self._context())
            if one.smtp_username:
                server.login(one.smtp_username, one.smtp_password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.smtp_ca_certs)
