"""The invented world: outlets, their stories, and the scenes in which it moves. Everything is data beside this file."""

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


class Edit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change inside the body: `find` → `put` within a block, or `insert` blocks after the one with `find`.

    `cut` removes the block that holds `find`.
    """

    find: str
    put: str | None = None
    insert: str | None = None
    cut: bool = False


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to one story in a scene. A move with neither fields nor edits changes only the page around it."""

    story: str
    modified: datetime | None = None
    headline: str | None = None
    standfirst: str | None = None
    kicker: str | None = None
    authors: tuple[str, ...] | None = None
    correction: str | None = None
    edits: tuple[Edit, ...] = ()
    remove: bool = False


class Scene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the world: `at` is the world's clock, `title` says what happens. New stories name their scene."""

    title: str
    at: datetime
    moves: tuple[Move, ...] = ()


@cache
def outlets() -> tuple[Outlet, ...]:
    """All outlets, in the order of outlets.toml."""
    return msgspec.convert(_toml("outlets.toml")["outlet"], tuple[Outlet, ...])


def by_id(outlet: str) -> Outlet:
    """The outlet of that id; raises UsageError when there is none."""
    for one in outlets():
        if one.id == outlet:
            return one
    raise UsageError(f"demo: no outlet {outlet!r}; there are {', '.join(o.id for o in outlets())}")


@cache
def scenes() -> tuple[Scene, ...]:
    """The timeline. Scene 0 is the world as a first visitor finds it."""
    return msgspec.convert(_toml("scenes.toml")["scene"], tuple[Scene, ...])


@cache
def stories(scene: int = 0) -> tuple[Story, ...]:
    """Every story that can be read in that scene, as it then stands, newest first within each outlet."""
    if not 0 <= scene < len(scenes()):
        raise UsageError(f"demo: no scene {scene}; there are 0 to {len(scenes()) - 1}")
    standing = {story.id: story for story in _written() if story.since == 0}
    for number in range(1, scene + 1):
        for move in scenes()[number].moves:
            if move.story not in standing:
                raise UsageError(f"demo: scene {number} moves {move.story!r}, which is not there")
            if move.remove:
                del standing[move.story]
            else:
                standing[move.story] = _moved(standing[move.story], move, scenes()[number].at)
        standing |= {story.id: story for story in _written() if story.since == number}
    order = {outlet.id: place for place, outlet in enumerate(outlets())}
    return tuple(
        sorted(standing.values(), key=lambda story: (order[story.outlet], -story.published.timestamp()))
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def _written() -> tuple[Story, ...]:
    """All stories as first published, copies filled from their origins."""
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


def _moved(story: Story, move: Move, at: datetime) -> Story:
    changed = {
        name: value
        for name in ("modified", "headline", "standfirst", "kicker", "authors", "correction")
        if (value := getattr(move, name)) is not None
    }
    body = story.blocks
    for edit in move.edits:
        body = _edited(body, edit, story.id)
    same = not changed and not move.edits
    return msgspec.structs.replace(
        story, **changed, blocks=body, touched=at, touches=story.touches + (1 if same else 0)
    )


def _edited(body: tuple[Block, ...], edit: Edit, story: str) -> tuple[Block, ...]:
    places = [index for index, block in enumerate(body) if edit.find in block.text]
    if len(places) != 1:
        raise UsageError(
            f"demo: an edit of {story} must find its words once, found {len(places)}: {edit.find!r}"
        )
    place = places[0]
    block = body[place]
    kept: tuple[Block, ...] = (block,)
    if edit.cut:
        kept = ()
    elif edit.put is not None:
        kept = (msgspec.structs.replace(block, text=block.text.replace(edit.find, edit.put)),)
    if edit.insert is not None:
        kept += storyfile.blocks(edit.insert)
    return body[:place] + kept + body[place + 1 :]
