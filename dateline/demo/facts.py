"""What a faithful archive of the demo world must hold: expected.toml, typed."""

from functools import cache
from typing import Literal

import msgspec

from dateline.demo.world import toml


class SceneFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After one scene: pages that answer 200, and articles and versions seen since scene 0, all outlets together.

    Stories are named as "outlet/slug". `unchanged` pages are sent again with other bytes and the same article.
    """

    readable: int
    articles: int
    versions: int
    added: int = 0
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class History(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article with more than one version after the last scene; `changes` has the classes of each step."""

    story: str
    versions: int
    changes: tuple[tuple[str, ...], ...]


class CopyFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That one story was copied from another outlet's."""

    story: str
    origin: str
    relation: Literal["whole", "trimmed", "extended"]


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole truth about the world after its last scene; `scenes[n]` is the truth after scene n."""

    articles: int
    versions: int
    scenes: tuple[SceneFacts, ...] = msgspec.field(name="scene")
    histories: tuple[History, ...] = msgspec.field(name="history")
    copies: tuple[CopyFact, ...] = msgspec.field(name="copy")


@cache
def expected() -> Expected:
    """The facts of expected.toml."""
    return msgspec.convert(toml("expected.toml"), Expected)
