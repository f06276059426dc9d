"""A desk that gets alerts: a real web server for webhooks and a real mail server with STARTTLS, both on loopback."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dateline.settings import AlertsSettings
from tests.dags.harness import unused_port

KEY = b"a key of the desk"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Desk:
    """A context manager. `hooks` has the bodies that came under each webhook-id, `letters` the messages by Message-ID.

    `answers` says with what status a request is answered, `on_arrival` is called with "hook" or "letter" when one has come and
    before the sender has its answer.
    """

    def __init__(self, folder: Path) -> None:
        self.hooks: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.letters: dict[str, list[EmailMessage]] = defaultdict(list)
        self.answers: Callable[[str], int] = lambda _: 204
        self.on_arrival: Callable[[str], None] = lambda _: None
        self.unsigned = 0
        self.lock = threading.Lock()
        authority = trustme.CA()
        self._authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self._authority))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
        self._web = ThreadingHTTPServer(("127.0.0.1", 0), _request(self))
        self._mail = Controller(
            self, hostname="127.0.0.1", port=unused_port(), tls_context=tls, require_starttls=True
        )

    @property
    def url(self) -> str:
        """The address of its webhook."""
        return f"http://{self.host}/hook"

    @property
    def host(self) -> str:
        """ "127.0.0.1:PORT"."""
        return f"127.0.0.1:{self._web.server_address[1]}"

    def settings(self, file: Path) -> AlertsSettings:
        """Settings that send to it."""
        return AlertsSettings(
            file=str(file),
            allow_hosts=(self.host,),
            mail_from="Dateline <alerts@dateline.example>",
            smtp_host="127.0.0.1",
            smtp_port=self._mail.port,
            smtp_ca_certs=str(self._authority),
            timeout=10.0,
        )

    def __enter__(self) -> Self:
        threading.Thread(target=self._web.serve_forever, args=(0.02,), daemon=True).start()
        self._mail.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mail.stop()
        self._web.shutdown()
        self._web.server_close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A letter came: the name is aiosmtpd's."""
        content = envelope.content
        assert isinstance(content, bytes)
        assert session.ssl is not None
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        with self.lock:
            self.letters[str(letter["Message-ID"])].append(letter)
        self.on_arrival("letter")
        return "250 OK"

    def receive(self, headers: dict[str, str], body: bytes) -> int:
        """A webhook came; the status to answer with."""
        id_ = headers["webhook-id"]
        content = f"{id_}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
        status = self.answers(id_)
        with self.lock:
            self.unsigned += headers["webhook-signature"] != f"v1,{signature}"
            if status < 300:
                self.hooks[id_].append(json.loads(body))
        self.on_arrival("hook")
        return status


def _request(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = desk.receive({name.lower(): value for name, value in self.headers.items()}, body)
            try:
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:
                self.close_connection = True  # the sender is gone

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Request
