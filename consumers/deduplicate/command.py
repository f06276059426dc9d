"""`dateline compare` and `dateline copies`: the stage's judgement offline, on files, without servers."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import click
import msgspec

from consumers.deduplicate.changes import compare as compare_articles
from consumers.deduplicate.family import copies as find_copies
from dateline.app import command, print_json
from dateline.errors import UsageError
from schemas.records import Article


@command("compare", example="dateline compare morning.json evening.json")
@click.argument("old", type=click.File("rb"))
@click.argument("new", type=click.File("rb"))
def compare(old: IO[bytes], new: IO[bytes]) -> None:
    """Say what changed from OLD to NEW (each one Article as JSON; - is standard input), classified, as JSON.

    Prints {"changes": [{"class", "importance", "before", "after", "where"}...], "similarity"}; no changes for noise.
    """
    print_json(compare_articles(_article(old.read(), old.name), _article(new.read(), new.name)))


@command("copies", example="dateline copies --offline articles.jsonl")
@click.option(
    "--offline",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    required=True,
    help="A file of Article lines as JSON (- is standard input).",
)
def copies(file: Path) -> None:
    """Find copies among articles in a file.

    Prints one JSON object {"pairs": [{"a", "b", "relation", "containment_a", "containment_b", "score"}...], "families":
    [[id, ...]...]}; of each pair, "a" is the copy and "b" the older one, families begin with their origin.
    """
    with click.open_file(str(file), "rb") as stream:
        articles = list(_articles(stream, str(file)))
    pairs, families = find_copies(articles)
    print_json({"pairs": pairs, "families": families})


def _articles(lines: Iterable[bytes], name: str) -> Iterator[Article]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _article(line, f"{name}, line {number}")


def _article(text: bytes, name: str) -> Article:
    try:
        return msgspec.json.decode(text, type=Article)
    except msgspec.DecodeError as error:
        raise UsageError(
            f"{name}: expected one Article as JSON, as `dateline normalize` prints: {error}"
        ) from error
