"""Webhooks as Standard Webhooks 1.0 describes them: a body of JSON, an id that stays, a signature over both and the time."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from schemas.records import Notice

TYPE: Final = "alert.matched"
_PREFIX: Final = "whsec_"


def key_of(secret: str) -> bytes:
    """The key that a secret holds: what follows "whsec_" in base64, or else the text itself. ValueError for bad base64."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("what follows whsec_ is no base64") from error


def headers(secret: str, id_: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of an attempt at `at` (epoch seconds). Of several secrets, apart by spaces, each signs: so keys are changed."""
    content = f"{id_}.{at}.".encode() + body
    signed = (hmac.new(key_of(one), content, hashlib.sha256).digest() for one in secret.split())
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signed),
    }


def body(alert: str, begun: str, notices: Sequence[Notice], links: Mapping[str, str]) -> bytes:
    """What is sent. The same for every attempt; `links` are the notices' pages in the reader by their id, where known."""
    told = [
        msgspec.to_builtins(notice) | ({"page": links[notice.id]} if notice.id in links else {})
        for notice in notices
    ]
    return msgspec.json.encode({"type": TYPE, "timestamp": begun, "data": {"alert": alert, "notices": told}})
