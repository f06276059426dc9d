"""What a comparison leaves out."""

import msgspec
import pytest

from reader.folding import Gap, folded


class Block(msgspec.Struct, frozen=True):
    """As the comparison has it."""

    where: str
    kind: str


def paragraphs(first: int, last: int, kind: str = "same") -> list[Block]:
    return [Block(f"paragraphs[{number}]", kind) for number in range(first, last)]


def test_long_runs_of_the_same_are_folded() -> None:
    """Three paragraphs stay on either side of what changed; what changed stays whole, however long it is."""
    blocks = [*paragraphs(0, 100), *paragraphs(100, 160, "added"), *paragraphs(160, 201)]
    assert folded(blocks) == [
        *paragraphs(0, 3),
        Gap(count=94),
        *paragraphs(97, 100),
        *paragraphs(100, 160, "added"),
        *paragraphs(160, 163),
        Gap(count=35),
        *paragraphs(198, 201),
    ]


@pytest.mark.parametrize("blocks", [[], [Block("headline", "same"), *paragraphs(0, 40)]])
def test_an_ordinary_article_is_shown_whole(blocks: list[Block]) -> None:
    """Forty paragraphs that are the same are no long run, and headlines are no part of one."""
    assert folded(blocks) == blocks
