"""Smaller recognisers of names, taught by the one in use, and batches of articles: accuracy beside speed.

    python -m bench.distil --corpora ../shared/corpora --data /tmp/archives

The texts to learn from are the English pages of the corpora, labelled by the model in use (knowledge distillation, Hinton, Vinyals and Dean
2015, here with its decisions and not its probabilities); those that are measured are quotes.jsonl, which no student sees. Every student has the
architecture of the teacher (spaCy's hash embeddings and a convolution with residuals) with fewer layers or narrower ones. Rows: F1 over distinct
names as in bench/enrich.py, after Dateline's own rules, and milliseconds of processor time for 600 words, model alone. Batches: the teacher's time
for articles one by one and together, and in how many articles the names then differ.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import enrich
from bench.search_fill import pages
from consumers.enrich import recognize
from consumers.enrich.gather import readable
from consumers.enrich.text import read

_LONGEST: Final = 1_500  # words that a student reads at once
_SEED: Final = 7
_AT_ONCE: Final = 8
_ROWS: Final = (2000, 500, 1000, 1000)  # of the embeddings by form, prefix, suffix and shape
_CONSOLE: Final = Console(stderr=True)
_STUDENTS: Final = {"96 wide, 2 layers": (96, 2), "64 wide, 2 layers": (64, 2), "48 wide, 1 layer": (48, 1)}
Pipeline = Any
Spans = list[tuple[int, int, str]]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A recogniser measured."""

    name: str
    figures: dict[str, float]
    ms: float


def student(width: int, depth: int) -> Pipeline:
    """An empty recogniser."""
    import spacy

    made = spacy.blank("en")
    reads = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": width,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": list(_ROWS),
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": width,
            "depth": depth,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": reads,
    }
    made.add_pipe("ner", config={"model": model})
    return made


def spans(read: Any) -> Spans:
    """The names in what a recogniser has read."""
    return [(one.start_char, one.end_char, one.label_) for one in read.ents]


def taught(made: Pipeline, lessons: Sequence[tuple[str, Spans]], epochs: int, title: str) -> Pipeline:
    """The student after so many readings of texts with their names."""
    from spacy.training import Example

    examples = [Example.from_dict(made.make_doc(text), {"entities": names}) for text, names in lessons]
    draw = random.Random(_SEED)
    optimizer = made.initialize(lambda: examples)
    for epoch in range(epochs):
        draw.shuffle(examples)
        batches = [examples[at : at + _AT_ONCE] for at in range(0, len(examples), _AT_ONCE)]
        for batch in track(batches, f"{title}: reading {epoch + 1} of {epochs}", console=_CONSOLE):
            made.update(batch, sgd=optimizer, drop=0.1)
    return made


def pieces(paragraphs: Sequence[str]) -> list[str]:
    """An article's text in pieces that are not too long to learn from."""
    found: list[list[str]] = [[]]
    words = 0
    for paragraph in paragraphs:
        words += len(paragraph.split())
        if words > _LONGEST and found[-1]:
            found.append([])
            words = len(paragraph.split())
        found[-1].append(paragraph)
    return [enrich._GAP.join(one) for one in found if one]


def measured(name: str, reader: Any, rows: list[dict[str, Any]]) -> Row:
    """A recogniser in the place of the one in use."""
    before = recognize._model
    recognize._model = lambda: reader  # type: ignore[assignment]
    try:
        figures = enrich.accuracy(rows, lambda line: None)
        articles = [read(tuple(row["text"].split(enrich._GAP))) for row in rows]
        texts = [[readable(one) for one in body] for body in articles]
        words = sum(len(row["text"].split()) for row in rows)
        ms = enrich._timed(
            lambda: [recognize.recognise(body, text) for body, text in zip(articles, texts, strict=True)],
            words,
        )
    finally:
        recognize._model = before
    return Row(name=name, figures=figures, ms=ms)


def batches(rows: list[dict[str, Any]]) -> list[tuple[str, float, int]]:
    """The teacher's time by articles at once, and in how many articles names differ from those of one by one."""
    pipeline = recognize._model().pipeline
    texts = [row["text"] for row in rows] * 4
    words = sum(len(text.split()) for text in texts)

    alone = [spans(pipeline(text)) for text in texts]
    told = [("one by one", enrich._timed(lambda: list(map(pipeline, texts)), words), 0)]
    for size in (8, 32):
        together = map(spans, pipeline.pipe(texts, batch_size=size))
        differ = sum(one != other for one, other in zip(alone, together, strict=True))
        ms = enrich._timed(lambda size=size: list(pipeline.pipe(texts, batch_size=size)), words)  # type: ignore[misc]
        told.append((f"{size} together", ms, differ))
    return told


def show(rows: Sequence[Row], told: Sequence[tuple[str, float, int]]) -> None:
    """Both tables."""
    table = Table("", "people F1", "organizations F1", "places F1", "speakers right", "ms")
    for one in rows:
        shown = (
            f"{one.figures[name]:.3f}"
            for name in ("people F1", "organizations F1", "places F1", "speakers right")
        )
        table.add_row(one.name, *shown, f"{one.ms:.1f}")
    Console().print(table)
    table = Table("articles", "ms", "with other names")
    for name, ms, differ in told:
        table.add_row(name, f"{ms:.1f}", str(differ))
    Console().print(table)


@click.command(epilog="Example: python -m bench.distil --data /tmp/archives --epochs 8")
@click.option(
    "--corpora",
    type=click.Path(path_type=Path),
    default=lambda: enrich._folder(None),
    help="Folder with pages/ and quotes.jsonl.",
)
@click.option(
    "--data", type=click.Path(path_type=Path), required=True, help="Where pages that were read are kept."
)
@click.option("--epochs", default=8, show_default=True, help="Readings of all texts.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the figures there, as JSON.")
def main(corpora: Path, data: Path, epochs: int, save: Path | None) -> None:
    """Teach and measure."""
    rows = enrich._rows(corpora)
    unseen = {row["text"][:200] for row in rows}
    articles = [one for one in pages(corpora, data) if (one.language or "").startswith("en")]
    texts = [
        text
        for one in articles
        if enrich._GAP.join(one.paragraphs)[:200] not in unseen
        for text in pieces(one.paragraphs)
    ]
    if not texts:
        sys.exit("bench.distil: no English pages to learn from")
    teacher = recognize._model().pipeline
    lessons = [(text, spans(teacher(text))) for text in track(texts, "labelling", console=_CONSOLE)]
    found = [measured("the model in use", recognize._model(), rows)]
    for name, (width, depth) in _STUDENTS.items():
        pupil = taught(student(width, depth), lessons, epochs, name)
        found.append(measured(name, recognize._Reader(pupil), rows))
        _CONSOLE.print(name, {key: round(value, 3) for key, value in found[-1].figures.items()}, found[-1].ms)
    told = batches(rows)
    show(found, told)
    if save:
        save.write_text(json.dumps({"rows": msgspec.to_builtins(found), "batches": told}, indent=1))


if __name__ == "__main__":
    main()
