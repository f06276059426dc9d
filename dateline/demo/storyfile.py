"""How a story is written down: TOML between two lines of `+++`, then blocks apart by blank lines.

## Subheading
> A pull quote,
> over as many lines as it takes
> -- Who said it
* a list item, a line each
@figure Caption | Credit
@related Headline | outlet/slug
@origin 1-4          the blocks of the story that `copy_of` names, counted from 1 ("5-": to the end)
anything else        a paragraph; *emphasis* and [words](outlet/slug) are the only markup
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from dateline.errors import UsageError

Kind = Literal["paragraph", "subheading", "pull_quote", "list", "figure", "related", "origin"]

FENCE: Final = "+++"
_EMPHASIS: Final = re.compile(r"\*([^*]+)\*")
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


class Block(msgspec.Struct, frozen=True):
    """One piece of a story, in reading order.

    `note` is the attribution of a pull quote, the credit of a figure, the story that a related headline leads to.
    A list holds its items in `text`, a line each.
    """

    kind: Kind
    text: str
    note: str | None = None


def plain(text: str) -> str:
    """The words as a reader sees them, without the markup."""
    return _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", text))


def split(text: str) -> list[tuple[str, str | None, str]]:
    """The text as runs of ("text" | "em" | "a", story linked to, words), for a template to mark up."""
    runs: list[tuple[str, str | None, str]] = []
    for piece in re.split(r"(\*[^*]+\*|\[[^\]]+\]\([^)]+\))", text):
        if link := _LINK.fullmatch(piece):
            runs.append(("a", link[2], link[1]))
        elif emphasis := _EMPHASIS.fullmatch(piece):
            runs.append(("em", None, emphasis[1]))
        elif piece:
            runs.append(("text", None, piece))
    return runs


def read(path: Path) -> tuple[dict[str, Any], tuple[Block, ...]]:
    """The front matter and the blocks of a story file; raises UsageError that names the file."""
    text = path.read_text(encoding="utf-8")
    before, fence, rest = text.partition(FENCE + "\n")
    front, end, body = rest.partition("\n" + FENCE + "\n")
    if before.strip() or not fence or not end:
        raise UsageError(f"demo: {path} must start with TOML between two lines of {FENCE}")
    try:
        fields = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"demo: the front matter of {path} is not TOML: {error}") from error
    return fields, blocks(body)


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks of a body written in the form above."""
    return tuple(_block(piece.strip()) for piece in re.split(r"\n\s*\n", body) if piece.strip())


def _block(piece: str) -> Block:
    if piece.startswith("## "):
        return Block("subheading", piece[3:].strip())
    if piece.startswith("> "):
        lines = [line.removeprefix(">").strip() for line in piece.splitlines()]
        note = lines.pop().removeprefix("--").strip() if lines[-1].startswith("--") else None
        return Block("pull_quote", " ".join(lines), note)
    if piece.startswith("* "):
        return Block("list", "\n".join(line.removeprefix("*").strip() for line in piece.splitlines()))
    for kind in ("figure", "related", "origin"):
        if piece.startswith(f"@{kind}"):
            text, _, note = piece.removeprefix(f"@{kind}").partition("|")
            return Block(kind, text.strip(), note.strip() or None)
    return Block("paragraph", " ".join(line.strip() for line in piece.splitlines()))
