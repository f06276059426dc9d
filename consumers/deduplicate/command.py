"""`dateline compare` and `dateline copies`: the stage's judgement on files, without servers; and the families it found."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import click
import msgspec
from rich.console import Console

from consumers.deduplicate import family_command
from consumers.deduplicate.changes import compare as compare_articles
from consumers.deduplicate.family import copies as find_copies
from dateline import elastic
from dateline.app import App, command, pass_app, print_json
from dateline.archive import Archive
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


@command("copies", example="dateline copies https://www.harbourpost.example/2026/tram-vote")
@click.argument("what", metavar="[ID|URL]", required=False)
@click.option(
    "--offline",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help="Instead: find copies among the articles of a file of Article lines as JSON (- is standard input).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the family as JSON (--offline always does).")
@click.pass_context
@pass_app
def copies(app: App, ctx: click.Context, what: str | None, file: Path | None, as_json: bool) -> None:
    """Show the family of an article: its origin and all copies, as a table and a timeline.

    Of each copy: how long after the origin, which share of the origin it kept and of itself it added, what it cut, whether it
    took the headline and whether it credits the origin. --offline needs no servers and prints one JSON object {"pairs": [{"a",
    "b", "relation", "containment_a", "containment_b", "score"}...], "families": [[id, ...]...]}; of each pair, "a" is the copy
    and "b" the older one, families begin with their origin.

    Exit codes: 0 found, 1 no such article, 2 wrong use, 3 no answer from Elasticsearch.
    """
    if (what is None) == (file is None):
        raise UsageError("expected either an article (ID|URL) or --offline FILE")
    if file is not None:
        with click.open_file(str(file), "rb") as stream:
            articles = list(_articles(stream, str(file)))
        pairs, families = find_copies(articles)
        print_json({"pairs": pairs, "families": families})
        return
    assert what is not None
    with closing(elastic.client(app.settings)) as client:
        archive = Archive(client, app.settings.namespace)
        article = archive.article(what)
        family = archive.family(article) if article is not None else None
    if family is None:
        click.echo(f"no article {what}; `dateline trace {what}` tells what became of the document", err=True)
        ctx.exit(1)
    if as_json:
        print_json(family_command.as_json(family))
    else:
        family_command.show(Console(highlight=False), family)


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
