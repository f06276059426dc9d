"""What stories cost on real Elasticsearch while the archive grows: milliseconds of processor time an article, own process and server.

    python -m bench.stories_cost --articles 8000

Generated reports of generated events, some twenty events a day, on an Elasticsearch of its own; one row for each eighth of the way. A
last row is of one story that everything joins.
"""

import random
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final

import click
import psutil
from rich.console import Console
from rich.table import Table

from bench.pipeline import servers
from consumers.stories import Stories
from dateline import elastic
from dateline.commands.servers import embedded
from dateline.settings import Settings
from dateline.story_store import ElasticStoryStore
from dateline.topology import apply_templates
from schemas.elastic import Kind, Names
from schemas.records import EnrichedArticle, Entity

_BATCH: Final = 100
_PARTS: Final = 8
_A_DAY: Final = 200
_EVENTS_A_DAY: Final = 20
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aeiou"


def _word(draw: random.Random, syllables: int) -> str:
    return "".join(draw.choice(_CONSONANTS) + draw.choice(_VOWELS) for _ in range(syllables))


def report(number: int, event: str, common: list[str]) -> EnrichedArticle:
    """One report: words of its event, words of all news, two thirds of the event's names."""
    of_event = random.Random(event)
    words = [_word(of_event, 4) for _ in range(60)]
    names = [f"{_word(of_event, 3).title()} {_word(of_event, 4).title()}" for _ in range(8)]
    draw = random.Random(number)
    text = draw.choices(words, k=80) + draw.choices(common, k=220)
    draw.shuffle(text)
    at = (_START + timedelta(days=number / _A_DAY)).isoformat()
    return EnrichedArticle(
        id=f"{number:032x}",
        url=f"https://outlet-{number % 60}.example/{number}",
        source=f"outlet-{number % 60}",
        headline=" ".join(draw.sample(words, 8)),
        published=at,
        fetched=at,
        language="en",
        paragraphs=tuple(" ".join(text[begin : begin + 60]) for begin in range(0, len(text), 60)),
        entities=tuple(
            Entity(id=name, name=name, type="person", salience=draw.random())
            for name in draw.sample(names, 5)
        ),
        embedding=_vector(event, draw),
    )


def _vector(event: str, draw: random.Random) -> tuple[float, ...]:
    base = random.Random(f"vector {event}")
    values = [base.gauss(0, 1) + 0.5 * draw.gauss(0, 1) for _ in range(256)]
    length = sum(value * value for value in values) ** 0.5
    return tuple(value / length for value in values)


def reports(count: int) -> Iterator[EnrichedArticle]:
    """Reports in the order of publication."""
    draw = random.Random("news")
    common = [_word(draw, 3) for _ in range(4000)]
    for number in range(count):
        day = number // _A_DAY - draw.choice((0, 0, 0, 1, 2))
        yield report(number, f"{day} {draw.randrange(_EVENTS_A_DAY)}", common)


@click.command(epilog="Example: python -m bench.stories_cost --articles 8000")
@click.option("--articles", type=int, default=8000, show_default=True)
def main(articles: int) -> None:
    """Measure, and print a row for each part."""
    table = Table("articles before", "stories", "ms, own process", "ms, Elasticsearch")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder, namespace=f"bench{uuid.uuid4().hex[:8]}")
        own = embedded(settings)
        own.up(["elastic"])
        try:
            with closing(elastic.client(settings)) as client:
                apply_templates(client, settings)
                server = servers(settings)["elasticsearch"]
                stories = Stories(ElasticStoryStore(client, namespace=settings.namespace))
                index = Names(settings.namespace).alias(Kind.STORIES)
                all_ = list(reports(articles))
                size = articles // _PARTS
                for part in range(_PARTS):
                    row = measure(stories, server, all_[part * size : (part + 1) * size])
                    client.indices.refresh(index=index)
                    table.add_row(str(part * size), str(client.count(index=index)["count"]), *row)
                day = [report(10**6 + n, "war", ["and"]) for n in range(size)]
                row = measure(stories, server, day)
                client.indices.refresh(index=index)
                table.add_row(f"{articles} (one story)", str(client.count(index=index)["count"]), *row)
        finally:
            own.down()
    Console().print(table)


def measure(stories: Stories, server: psutil.Process, articles: list[EnrichedArticle]) -> tuple[str, str]:
    """Milliseconds an article in this process and in the server."""
    begin, before = time.process_time(), _cpu(server)
    for at in range(0, len(articles), _BATCH):
        stories.place([(one, one.id) for one in articles[at : at + _BATCH]])
    mine, theirs = time.process_time() - begin, _cpu(server) - before
    return f"{1000 * mine / len(articles):.2f}", f"{1000 * theirs / len(articles):.2f}"


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
