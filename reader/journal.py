"""The access log: one event a request, without what could be a secret."""

from __future__ import annotations

import time
from typing import Any

from dateline.telemetry import Telemetry
from reader.access import Role

Scope = Any


class Journal:
    """Wraps the whole application. Of a request it notes method, path, status, milliseconds, bytes, address and role.

    Neither headers nor the query string: tokens and cookies stand in the first, and what people look for in the other.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._telemetry = Telemetry(component="reader")

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass on, and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        status = size = 0

        async def counted(message: Any) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            client = scope.get("client")
            self._telemetry.event(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status or None,
                ms=round((time.monotonic() - begun) * 1000),
                bytes=size,
                client=client[0] if client else None,
                role=Role(scope.get("state", {}).get("role", Role.NONE)).name.lower(),
            )
