"""The invented outlets and their stories as first published. Everything is data beside this file."""

import hashlib
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from dateline.demo import storyfile
from dateline.demo.storyfile import Block
from dateline.errors import UsageError

HERE: Final = Path(__file__).parent
Layout = Literal["jsonld", "graph", "microdata", "meta", "table", "ticker", "text"]


class Outlet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One invented outlet: a source of its own, served under `/{id}/` but canonical at its own `.example` host.

    `feed` is a path on the outlet's site, `permalink` the form of its articles' paths.
    """

    id: str
    name: str
    place: str
    homepage: str
    country: str
    language: str
    timezone: str
    feed: str
    feed_format: Literal["rss", "atom"] = "rss"
    layout: Layout
    permalink: str
    charset: str = "utf-8"
    tagline: str = ""
    sections: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Of its articles, as an HTTP header."""
        return f"text/{'plain' if self.layout == 'text' else 'html'}; charset={self.charset}"


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article as it stands in one scene: what a perfect reader would find on its page.

    `id` is "outlet/slug". `published` and `modified` are as the outlet prints them, in its own zone. `touched` is when
    the server last changed the page in any way, and `touches` how often it did so without changing the story.
    """

    id: str
    outlet: str
    path: str
    published: datetime
    modified: datetime | None = None
    section: str
    kicker: str | None = None
    headline: str
    standfirst: str
    authors: tuple[str, ...] = ()
    credit: str | None = None
    dateline: str | None = None
    keywords: tuple[str, ...] = ()
    correction: str | None = None
    blocks: tuple[Block, ...]
    copy_of: str | None = None
    since: int = 0
    touched: datetime
    touches: int = 0

    @property
    def url(self) -> str:
        """The canonical URL, the same on every run."""
        return by_id(self.outlet).homepage.rstrip("/") + self.path

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The running text without markup; the dateline is not part of it."""
        return tuple(storyfile.plain(block.text) for block in self.blocks if block.kind == "paragraph")

    def of_kind(self, kind: storyfile.Kind) -> tuple[Block, ...]:
        """The blocks of one kind, in order."""
        return tuple(block for block in self.blocks if block.kind == kind)


@cache
def outlets() -> tuple[Outlet, ...]:
    """All outlets, in the order of outlets.toml."""
    return msgspec.convert(toml("outlets.toml")["outlet"], tuple[Outlet, ...])


def by_id(outlet: str) -> Outlet:
    """The outlet of that id; raises UsageError when there is none."""
    for one in outlets():
        if one.id == outlet:
            return one
    raise UsageError(f"demo: no outlet {outlet!r}; there are {', '.join(o.id for o in outlets())}")


@cache
def toml(name: str) -> dict[str, Any]:
    """The data file of that name beside this file."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def written() -> tuple[Story, ...]:
    """All stories of all scenes as first published, copies filled from their origins."""
    raw = {path.parent.name + "/" + path.stem: path for path in sorted((HERE / "stories").glob("*/*.txt"))}
    return tuple(_first(identity, path, raw) for identity, path in raw.items())


def _first(identity: str, path: Path, others: dict[str, Path]) -> Story:
    fields, body = storyfile.read(path)
    outlet = by_id(path.parent.name)
    origin = storyfile.read(others[fields["copy_of"]])[1] if "copy_of" in fields else ()
    filled = [inner for block in body for inner in _fill(block, origin)]
    try:
        return msgspec.convert(
            {
                **fields,
                "id": identity,
                "outlet": outlet.id,
                "path": _path(outlet, identity, fields),
                "blocks": [msgspec.to_builtins(block) for block in filled],
                "touched": fields.get("modified", fields.get("published")),
            },
            Story,
        )
    except msgspec.ValidationError as error:
        raise UsageError(f"demo: {path}: {error}") from error


def _fill(block: Block, origin: tuple[Block, ...]) -> tuple[Block, ...]:
    if block.kind != "origin":
        return (block,)
    first, _, last = block.text.partition("-")
    return origin[int(first or 1) - 1 : int(last) if last else None]


def _path(outlet: Outlet, identity: str, fields: dict[str, Any]) -> str:
    published: datetime = fields["published"]
    return outlet.permalink.format(
        date=published,
        section=fields["section"].lower().replace(" ", "-"),
        slug=identity.partition("/")[2],
        number=int(hashlib.sha256(identity.encode()).hexdigest()[:6], 16),
    )
