"""Text and data mining reservations that a site states for its paths in /.well-known/tdmrep.json.

Source: TDM Reservation Protocol, final report of the W3C Community Group, sections 6.1.2 and 6.4. Paths match as in robots.txt.
"""

import re
from typing import Any, Final
from urllib.parse import quote

import msgspec
from yarl import URL

from producers import urls

PLACE: Final = "/.well-known/tdmrep.json"
LIMIT: Final = 512 * 1024
"""Bytes of such a file that are read."""
_MOST: Final = 2000
_ESCAPED: Final = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile("[A-Za-z0-9._~-]")


class Reservation(msgspec.Struct, frozen=True):
    """What a site's file says of a page: whether mining is reserved, and where the policy stands."""

    reserved: bool
    policy: str | None = None


class _Rule(msgspec.Struct, frozen=True):
    location: str
    said: Reservation | None


class Reservations(msgspec.Struct, frozen=True):
    """The rules of a site, in their order."""

    rules: tuple[_Rule, ...] = ()

    def of(self, url: str) -> Reservation | None:
        """The first rule that matches the page, None where there is none or it says neither 0 nor 1."""
        path = _literal(_plain(URL(url).raw_path_qs))
        return next((rule.said for rule in self.rules if _matches(rule.location, path)), None)


def parse(body: bytes, url: str) -> Reservations:
    """Read a file found at `url`. What is no such file says nothing, and neither does a rule that is none."""
    try:
        entries = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reservations()
    entries = (
        [entries] if isinstance(entries, dict) else entries
    )  # one rule without its brackets is understood
    if not isinstance(entries, list):
        return Reservations()
    return Reservations(
        tuple(
            _Rule(_plain(entry["location"]), _said(entry, url))
            for entry in entries[:_MOST]
            if isinstance(entry, dict) and isinstance(entry.get("location"), str)
        )
    )


def _said(entry: dict[str, Any], url: str) -> Reservation | None:
    value, policy = str(entry.get("tdm-reservation")).strip(), entry.get("tdm-policy")
    if value not in ("0", "1"):
        return None
    return Reservation(value == "1", urls.join(url, policy) if isinstance(policy, str) else None)


def _plain(path: str) -> str:
    """Paths alike however they are escaped: what needs no escape has none."""
    escaped = quote(path, safe="%/:?#[]@!$&'()*+,;=~")
    return _ESCAPED.sub(lambda found: _unescaped(found[0]), escaped)


def _unescaped(code: str) -> str:
    sign = chr(int(code[1:], 16))
    return sign if _UNRESERVED.fullmatch(sign) else code.upper()


def _literal(path: str) -> str:
    """Signs that mean something in a pattern, as they stand there for themselves."""
    return path.replace("$", "%24").replace("*", "%2A")


def _matches(pattern: str, path: str) -> bool:
    """`*` stands for any signs, `$` at its end for the end of the path. No backtracking: a pattern is a stranger's."""
    ends = pattern.endswith("$")
    first, *rest = map(_literal, pattern.removesuffix("$").split("*"))
    if not path.startswith(first):
        return False
    if not rest:
        return not ends or path == first
    here = len(first)
    for part in rest[:-1]:
        here = path.find(part, here)
        if here < 0:
            return False
        here += len(part)
    last = rest[-1]
    return path.endswith(last) and len(path) - len(last) >= here if ends else path.find(last, here) >= 0
