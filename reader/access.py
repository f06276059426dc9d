"""Who may do what: two roles, the tokens that give them, and the session of somebody who logged in to operate."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from enum import IntEnum
from typing import Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer
from litestar.connection import ASGIConnection, Request
from litestar.exceptions import PermissionDeniedException

SESSION: Final = "dateline_session"
"""The cookie of a session."""

LASTS: Final = 8 * 3600
"""Seconds after which a session ends."""


class Role(IntEnum):
    """What somebody may do; the higher includes the lower."""

    NONE = 0
    READ = 1
    OPERATE = 2


class Access:
    """Tokens and what they give. Several of a role may be valid at once, so that one can take another's place.

    `open_to_all`: who has no token may read (a reader on loopback). Sessions are signed with the operators' tokens: they
    survive a restart, and end when those tokens change.
    """

    def __init__(
        self,
        *,
        read: tuple[str, ...] = (),
        operate: tuple[str, ...] = (),
        open_to_all: bool = True,
    ) -> None:
        self._read = read
        self._operate = operate
        self.open_to_all = open_to_all
        self.can_be_operated = bool(operate)
        keys = list(operate) or [secrets.token_urlsafe()]
        self._sessions = URLSafeTimedSerializer(keys, salt="dateline.session")
        self._forms = URLSafeTimedSerializer(keys, salt="dateline.form")

    def role(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Role:
        """By token (`Authorization: Bearer TOKEN`, or the password of HTTP Basic, which browsers ask for), else by session."""
        given = _given(connection.headers.get("authorization", ""))
        by_token = self.role_of(given) if given else Role.NONE
        return max(
            by_token,
            Role.OPERATE if self.session(connection) else Role.NONE,
            Role.READ if self.open_to_all else Role.NONE,
        )

    def role_of(self, token: str) -> Role:
        """What a token gives. Takes as long for any token of the same length."""
        given = token.encode()
        operates = [hmac.compare_digest(given, one.encode()) for one in self._operate]
        reads = [hmac.compare_digest(given, one.encode()) for one in self._read]
        return Role.OPERATE if any(operates) else Role.READ if any(reads) else Role.NONE

    def new_session(self) -> str:
        """The cookie's value for an operator."""
        return self._sessions.dumps(secrets.token_urlsafe(12))

    def session(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
        """What names the session, if there is one and it has not ended."""
        cookie = connection.cookies.get(SESSION)
        if not cookie or not self.can_be_operated:
            return None
        try:
            return str(self._sessions.loads(cookie, max_age=LASTS))
        except BadData:
            return None

    def form_token(self, request: Request[Any, Any, Any]) -> str | None:
        """What each form of this session must send along, so that no other page can send it; None without a session."""
        session = self.session(request)
        return self._forms.dumps(session) if session else None

    def demand(self, request: Request[Any, Any, Any], form_token: str) -> None:
        """Refuse (403) a form unless an operator sent it from a page of this session. Basic authentication does not do."""
        session = self.session(request)
        try:
            allowed = session is not None and self._forms.loads(form_token, max_age=LASTS) == session
        except BadData:
            allowed = False
        if not allowed:
            raise PermissionDeniedException(
                detail="log in, and send the form from a page of this reader again"
            )


def _given(authorization: str) -> str | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
        except binascii.Error:
            return None
    return None
