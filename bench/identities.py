"""Identities across articles, measured: whether a short name gets the id of the one whose full name was taken away.

    python -m bench.identities --corpora ../shared/corpora

Each article of the corpora that names somebody in full and in short is asked without the full name, against a memory that
learned from all the others. A name can be settled if another article has the same full name. Prints how many of these are
settled rightly, and how many of all short names wrongly; with --misses, each of the wrong ones. The corpora are pages of 100
outlets and 20 years, so this is a hard case: in an outlet's own archive, names come again more often.

Then invented people who share a full name or change their field (bench/namesakes.py), by `--seeds`; and how many full names of the
corpora are taken for two people's.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from bench import namesakes
from bench.topics import pages
from consumers.enrich import enrich, language
from consumers.enrich.candidate import PERSON
from consumers.enrich.clues import Clue, asked, clues, is_short
from consumers.enrich.identities import decide, learn, settle
from consumers.enrich.namesakes import people
from consumers.enrich.text import read
from dateline.fakes import FakeNameStore
from schemas.ids import entity_id
from schemas.records import EnrichedArticle

_FEWEST_WORDS = 80
_WITHOUT = ("quotes", "keywords", "topics", "places", "summary", "embedding", "identities")


def enriched(corpora: Path) -> list[EnrichedArticle]:
    """The English articles of the corpora with their names."""
    found = []
    for article in pages(corpora):
        words = sum(len(one.split()) for one in article.paragraphs)
        if words >= _FEWEST_WORDS and language.detect(article.paragraphs) == "en":
            found += enrich([msgspec.structs.replace(article, language="en")], without=_WITHOUT)
    return found


def masked(told: Sequence[Clue]) -> Iterator[tuple[Clue, Clue]]:
    """Each full name that the article also writes in short: as it is, and as if the short form were all there is."""
    for clue in told:
        short = [text for text in clue.written if text != clue.name and is_short(clue.type, text)]
        if not is_short(clue.type, clue.name) and short:
            name = short[-1] if clue.type == PERSON else max(short, key=len)
            if clue.type == PERSON and name != clue.name.split()[-1]:
                continue
            yield (
                clue,
                msgspec.structs.replace(clue, name=name, id=entity_id(clue.type, name), written=(name,)),
            )


def measure(articles: Sequence[EnrichedArticle], tell: Callable[[str], None]) -> dict[str, float]:
    """The rows of the table."""
    told = [clues(article, read(article.paragraphs)) for article in articles]
    names = {clue.id: clue.name for one in told for clue in one}
    persons = {
        clue.id for one in told for clue in one if clue.type == PERSON and not is_short(PERSON, clue.name)
    }
    holders: dict[str, int] = {}
    for one in told:
        for clue in one:
            holders[clue.id] = holders.get(clue.id, 0) + 1
    rows = {"person": [0, 0, 0, 0], "organization": [0, 0, 0, 0]}
    for number, own in enumerate(told):
        cases = list(masked(own))
        if not cases:
            continue
        memory = FakeNameStore()
        learn([clue for other, one in enumerate(told) if other != number for clue in one], memory)
        for whole, short in cases:
            row = rows[short.type]
            key = asked(short)
            found = decide(short, memory.forms([key]).get(key))
            known = holders[whole.id] > 1
            row[0] += 1
            row[1] += known
            if found is None:
                if known:
                    tell(f"left apart: {short.name} ({whole.name}) {sorted(short.roles)}")
            elif found.id == whole.id:
                row[2] += 1
            else:
                row[3] += 1
                tell(
                    f"wrong: {short.name} is {names[whole.id]}, not {found.name}; roles {sorted(short.roles)}, {found.roles}"
                )
    result: dict[str, float] = {}
    for kind, (cases_, known_, right, wrong) in rows.items():
        result |= {
            f"{kind}: short names": cases_,
            f"{kind}: known in full from elsewhere": known_,
            f"{kind}: settled rightly": right,
            f"{kind}: settled wrongly": wrong,
        }
    forms = learn([clue for one in told for clue in one], FakeNameStore())
    apart = sorted(
        person.name
        for form in forms.values()
        if form.key.startswith(f"{PERSON}:")
        for person in people(form.holders)
        if person.id != entity_id(PERSON, person.name.partition(" (")[0])
    )
    tell(f"taken for two people: {apart}")
    result["full names of people that several articles have"] = sum(
        1 for id_, number in holders.items() if number > 1 and id_ in persons
    )
    result["taken for two people"] = len(set(apart))
    memory = FakeNameStore()
    texts = [read(one.paragraphs) for one in articles]
    assert all(paragraph.tokens for text in texts for paragraph in text if paragraph.text)
    begin = time.process_time()
    settle(articles, texts, memory)
    result["ms an article, the store's own time aside"] = (time.process_time() - begin) * 1000 / len(articles)
    return result


@click.command(help=__doc__)
@click.option("--corpora", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--seeds", default=3, show_default=True, help="of the invented namesakes")
@click.option("--misses", is_flag=True, help="a line on stderr for each name that is wrong or left apart")
def main(corpora: Path, seeds: int, misses: bool) -> None:
    """The command line."""
    articles = enriched(corpora)
    click.echo(f"{len(articles)} articles")
    for row, value in measure(articles, lambda line: click.echo(line, err=True) if misses else None).items():
        click.echo(f"{row}: {value:.2f}".removesuffix(".00"))
    rows: dict[str, list[namesakes.Judged]] = {}
    for seed in range(seeds):
        for kind, judged in namesakes.measure(seed).items():
            rows.setdefault(kind, []).append(judged)
    for kind, several in rows.items():
        total = namesakes.Judged(*map(sum, zip(*several, strict=True)))
        click.echo(
            f"namesakes, {kind}: of {sum(total)} pairs {total.one} rightly one, {total.apart} rightly apart, "
            f"{total.wrongly_one} wrongly one, {total.wrongly_apart} wrongly apart"
        )


if __name__ == "__main__":
    main()
