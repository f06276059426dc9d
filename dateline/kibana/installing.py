"""Saved objects into a running Kibana, by the API that its own import page uses.

Source: Kibana API reference, "Import saved objects" (`POST /s/{space}/api/saved_objects/_import`) and "Get a space".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import httpx
import msgspec

from dateline.errors import ServerError, Unavailable, UsageError
from dateline.kibana.objects import SavedObject, encoded
from dateline.settings import Settings

DEFAULT_SPACE: Final = "default"
_TIMEOUT: Final = 60.0
_TRY_LATER: Final = frozenset({429, 502, 503, 504})


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """One object that Kibana did not take, and why."""

    type: str
    id: str
    title: str
    why: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import led to: how many objects were sent and are in Kibana now, and those that are not."""

    space: str
    sent: int
    imported: int
    refused: tuple[Refused, ...] = ()


def install(settings: Settings, objects: Sequence[SavedObject], *, space: str) -> Imported:
    """Put the objects into a space, over those of the same ids: repeated, it changes nothing.

    Raises UsageError for what settings can mend (address, key, rights, space), Unavailable where a second try may succeed, and
    ServerError for an answer that is none of Kibana's.
    """
    kibana = settings.kibana
    verify: Any = True
    if kibana.url.startswith("https"):
        verify = httpx.create_ssl_context(verify=kibana.ca_certs or True)
    with httpx.Client(
        base_url=kibana.url.rstrip("/"),
        headers={"kbn-xsrf": "dateline", **_authorization(settings)},
        auth=_login(settings),
        verify=verify,
        timeout=_TIMEOUT,
        trust_env=False,
    ) as client:
        if space != DEFAULT_SPACE:
            # objects would go into a space that is not there without a word of it
            _asked(client, "GET", f"/api/spaces/space/{space}", settings, space)
        prefix = "" if space == DEFAULT_SPACE else f"/s/{space}"
        answer = _asked(
            client,
            "POST",
            f"{prefix}/api/saved_objects/_import",
            settings,
            space,
            params={"overwrite": "true"},
            files={"file": ("dateline.ndjson", encoded(objects), "application/ndjson")},
        )
    return _read(answer, space, len(objects))


def _authorization(settings: Settings) -> dict[str, str]:
    key = settings.kibana.api_key or settings.elastic.api_key
    return {"Authorization": f"ApiKey {key}"} if key else {}


def _login(settings: Settings) -> tuple[str, str] | None:
    """Kibana's users are Elasticsearch's."""
    elastic = settings.elastic
    if _authorization(settings) or not elastic.username:
        return None
    return elastic.username, elastic.password or ""


def _asked(
    client: httpx.Client, method: str, path: str, settings: Settings, space: str, **more: Any
) -> dict[str, Any]:
    where = f"kibana: {settings.kibana.url}"
    try:
        answer = client.request(method, path, **more)
    except httpx.HTTPError as error:
        raise Unavailable(f"{where}: no answer: {error or type(error).__name__}; see kibana.url") from error
    try:
        body = answer.json()
    except ValueError:
        body = None
    said = body.get("message") if isinstance(body, dict) else None
    match answer.status_code:
        case 401:
            raise UsageError(
                f"{where}: does not know us (401): {said}; set DATELINE_KIBANA_API_KEY to a key that is valid there"
            )
        case 403:
            raise UsageError(
                f"{where}: the key may not do this (403): {said}; in space {space} it needs the privilege"
                " to manage saved objects"
            )
        case 404:
            raise UsageError(
                f"{where}: nothing at {path} (404): {said}; is kibana.url Kibana's (with its base path), and is there a space"
                f" {space!r}? See kibana.space"
            )
        case status if status in _TRY_LATER:
            raise Unavailable(f"{where}: is not ready ({status}): {said}")
        case status if status >= 400:
            raise ServerError(f"{where}: refuses the import ({status}): {said or answer.text[:200]}")
    if not isinstance(body, dict):
        raise ServerError(
            f"{where}: expected JSON, got {answer.status_code} with {answer.headers.get('content-type')};"
            " see kibana.url"
        )
    return body


def _read(answer: dict[str, Any], space: str, sent: int) -> Imported:
    if not isinstance(answer.get("success"), bool) or not isinstance(answer.get("successCount"), int):
        raise ServerError(f"kibana: expected success and successCount, got {sorted(answer)}; see kibana.url")
    refused = tuple(
        Refused(
            type=str(one.get("type")),
            id=str(one.get("id")),
            title=str(one.get("meta", {}).get("title") or one.get("title") or one.get("id")),
            why=_why(one.get("error", {})),
        )
        for one in answer.get("errors", ())
    )
    return Imported(space=space, sent=sent, imported=answer["successCount"], refused=refused)


def _why(error: dict[str, Any]) -> str:
    kind = str(error.get("type", "unknown"))
    if kind == "missing_references":
        missing = ", ".join(f"{one.get('type')} {one.get('id')}" for one in error.get("references", ()))
        return f"refers to what is not there: {missing}"
    return f"{kind}: {error['message']}" if error.get("message") else kind
