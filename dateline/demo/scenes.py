"""The scenes in which the world moves: what is there at each, and how it then stands."""

from datetime import datetime
from functools import cache

import msgspec

from dateline.demo import storyfile
from dateline.demo.storyfile import Block
from dateline.demo.world import Story, outlets, toml, written
from dateline.errors import UsageError


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
def scenes() -> tuple[Scene, ...]:
    """The timeline. Scene 0 is the world as a first visitor finds it."""
    return msgspec.convert(toml("scenes.toml")["scene"], tuple[Scene, ...])


@cache
def stories(scene: int = 0) -> tuple[Story, ...]:
    """Every story that can be read in that scene, as it then stands, newest first within each outlet."""
    if not 0 <= scene < len(scenes()):
        raise UsageError(f"demo: no scene {scene}; there are 0 to {len(scenes()) - 1}")
    standing = {story.id: story for story in written() if story.since == 0}
    for number in range(1, scene + 1):
        for move in scenes()[number].moves:
            if move.story not in standing:
                raise UsageError(f"demo: scene {number} moves {move.story!r}, which is not there")
            if move.remove:
                del standing[move.story]
            else:
                standing[move.story] = moved(standing[move.story], move, scenes()[number].at)
        standing |= {story.id: story for story in written() if story.since == number}
    order = {outlet.id: place for place, outlet in enumerate(outlets())}
    return tuple(
        sorted(standing.values(), key=lambda story: (order[story.outlet], -story.published.timestamp()))
    )


def moved(story: Story, move: Move, at: datetime) -> Story:
    """The story after the move, made at that time of the world's clock."""
    changed = {
        name: value
        for name in ("modified", "headline", "standfirst", "kicker", "authors", "correction")
        if (value := getattr(move, name)) is not None
    }
    body = story.blocks
    for edit in move.edits:
        body = edited(body, edit, story.id)
    same = not changed and not move.edits
    return msgspec.structs.replace(story, **changed, blocks=body, touched=at, touches=story.touches + same)


def edited(body: tuple[Block, ...], edit: Edit, story: str) -> tuple[Block, ...]:
    """The body after the edit; raises UsageError unless its words stand in exactly one block."""
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
