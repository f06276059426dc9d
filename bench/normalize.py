"""Extraction measured: Dateline beside other extractors, on the same pages, in the same run, on one core.

    python -m bench.normalize --corpora ../shared/corpora
    python -m bench.normalize --only dateline,trafilatura --json
    python -m bench.normalize --only dateline --set-floors
    python -m bench.normalize --slow-sample 400 --save figures.json   # again after a stop: what is in the file is not measured again

Rows: body F1 over snippets and over word 4-grams, exact headlines, exact author sets, published within 60 s, exact days,
and milliseconds of processor time a page. Tools with an environment of their own (.venv-bench, .venv-bench-news-please; `make
bench` makes them) are run there, one after another, on the same core. Each tool's column is told as soon as it is measured, and kept
with `--save`. `--sample` takes so many pages of each list, spread evenly; `--slow-sample` only for tools that take a tenth of a second
a page. A row below its floor in bench/floors.json ends the run
with exit code 1 (`--no-gate` lets it pass); `--set-floors` raises the floors to just under what was reached, and refuses to
lower one unless `--lower-floors` says so.
"""

import gzip
import json
import logging
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import bench.floors
from bench.extraction import Extractor, Reading, Snippets, available, plain, shingle_f1

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ROOT / "bench" / "floors.json"
# Tools that cannot live in one environment with Dateline or with each other (see requirements/bench*.in).
PEERS = {
    ".venv-bench": ("newspaper4k", "readability"),
    ".venv-bench-news-please": ("news-please",),
}
SLOW = frozenset({"newspaper4k", "news-please"})
_TOLERANCE = 60.0

Figures = dict[str, float]


class Timer:
    """Milliseconds of processor time of each call: other work on the machine does not count."""

    def __init__(self) -> None:
        self.spent: list[float] = []

    def call(self, extractor: Extractor, page: bytes, url: str) -> Reading:
        """The extractor's reading; one that fails has read nothing."""
        start = time.process_time()
        try:
            return extractor(page, url)
        except Exception as error:  # noqa: BLE001  # a tool that fails on a page has read nothing
            click.echo(f"{url}: {type(error).__name__}: {error}", err=True)
            return Reading()
        finally:
            self.spent.append((time.process_time() - start) * 1000)


def _rows(corpora: Path, name: str, sample: int | None) -> list[dict[str, Any]]:
    with (corpora / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return spread([json.loads(line) for line in lines], sample)


def spread(rows: list[dict[str, Any]], sample: int | None) -> list[dict[str, Any]]:
    """That many of the rows, at equal distances; all if there are no more."""
    if sample is None or sample >= len(rows):
        return rows
    return [rows[at * len(rows) // sample] for at in range(sample)]


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / max(1, len(hits))


def _instant(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def within_a_minute(found: datetime | None, wanted: datetime) -> bool:
    """Whether both are the same moment to 60 seconds; a label without a zone names the time on the publisher's clock."""
    if found is None:
        return False
    if wanted.tzinfo is None:
        found = found.replace(tzinfo=None)
    return abs(_instant(found) - _instant(wanted)) <= _TOLERANCE


def measure(
    extractor: Extractor, corpora: Path, sample: int | None, progress: Progress, name: str
) -> Figures:
    """The rows of the table for one extractor; none for what it never says."""
    lists = {one: _rows(corpora, one, sample) for one in ("articles", "body-snippets", "dates")}
    first = lists["articles"][0]
    extractor(
        gzip.decompress((corpora / "pages" / f"{first['page']}.html.gz").read_bytes()), first["url"]
    )  # loads what it needs
    task = progress.add_task(name, total=sum(map(len, lists.values())))
    timer = Timer()

    def read(row: dict[str, Any]) -> Reading:
        page = gzip.decompress((corpora / "pages" / f"{row['page']}.html.gz").read_bytes())
        progress.advance(task)
        return timer.call(extractor, page, row["url"])

    scores: list[float] = []
    said: set[str] = set()
    heads: list[bool] = []
    names: list[bool] = []
    times: list[bool] = []
    for row in lists["articles"]:
        found = read(row)
        said |= {field for field in ("authors", "published") if getattr(found, field)}
        scores.append(shingle_f1(found.body, row["body"]))
        heads.append(plain(found.headline or "") == plain(row["title"] or ""))
        names.append({plain(one) for one in found.authors} == {plain(one) for one in row["authors"] or ()})
        if row["date"]:
            times.append(within_a_minute(found.published, datetime.fromisoformat(row["date"])))
    snippets = Snippets()
    for row in lists["body-snippets"]:
        snippets.add(read(row).body, row["with"], row["without"])
    days = [
        (found := read(row)).published is not None and found.published.date().isoformat() == row["date"]
        for row in lists["dates"]
    ]
    return {
        "pages": float(len(timer.spent)),
        "body F1 (snippets)": snippets.f1,
        "body F1 (4-grams)": statistics.fmean(scores),
        "headline exact": _share(heads),
        **({"authors exact": _share(names)} if "authors" in said else {}),
        **({"published within 60 s": _share(times)} if "published" in said else {}),
        **({"published day exact": _share(days)} if any(days) else {}),
        "CPU ms/page, mean": statistics.fmean(timer.spent),
        "CPU ms/page, median": statistics.median(timer.spent),
    }


def _corpora(stated: str | None) -> Path:
    folder = Path(stated or os.environ.get("DATELINE_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not (folder / "articles.jsonl").is_file():
        raise click.ClickException(
            f"no corpora in {folder.resolve()}: name the folder that holds articles.jsonl with --corpora or DATELINE_CORPORA"
        )
    return folder


def _peer(python: Path, name: str, corpora: Path, sample: int | None, core: int) -> Figures:
    """The column of a tool that has an environment of its own; its progress goes to stderr. Raises ClickException if it fails."""
    command = [
        str(python),
        "-W",
        "ignore",
        "-m",
        "bench.normalize",
        "--only",
        name,
        "--json",
        "--no-gate",
        "--here",
    ]
    command += ["--corpora", str(corpora), "--core", str(core)]
    command += ["--sample", str(sample)] if sample else []
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if ran.returncode:
        raise click.ClickException(
            f"{name}: exit code {ran.returncode}; run it alone to see why: {' '.join(command)}"
        )
    found: Figures = json.loads(ran.stdout.splitlines()[-1])[name]
    return found


def _size(name: str, sample: int | None, slow_sample: int | None) -> int | None:
    return slow_sample or sample if name in SLOW else sample


def _elsewhere(chosen: Sequence[str] | None) -> dict[str, Path]:
    """Tools to be run in an environment of their own, with its Python."""
    found = {}
    for folder, names in PEERS.items():
        python = ROOT / folder / "bin" / "python"
        for name in names:
            if python.is_file() and (chosen is None or name in chosen):
                found[name] = python
    return found


def _print(results: dict[str, Figures], floors: dict[str, float]) -> None:
    results = dict(sorted(results.items(), key=lambda column: column[0] != "dateline"))
    table = Table("", *results, "floor", box=None)
    for row in max(results.values(), key=len):
        form = "{:.0f}" if row == "pages" else "{:.1f}" if "ms/page" in row else "{:.3f}"
        floor = floors.get(row)
        cells = (form.format(found[row]) if row in found else "" for found in results.values())
        table.add_row(row, *cells, f"{floor:.3f}" if floor else "")
    Console(width=None if sys.stdout.isatty() else 160).print(table)


class Kept:
    """Columns as they are measured: told on stderr, and kept in a file if one is named, so that a stop loses one tool at most."""

    def __init__(self, file: Path | None, *, quiet: bool) -> None:
        self._file = file
        self._quiet = quiet
        self.results: dict[str, Figures] = (
            json.loads(file.read_text("utf-8")) if file and file.is_file() else {}
        )

    def add(self, name: str, found: Figures) -> None:
        """Keep one tool's column."""
        self.results[name] = found
        said = ", ".join(f"{row} {value:.3f}" for row, value in found.items())
        if not self._quiet:
            click.echo(f"{name}: {said}", err=True)
        if self._file:
            self._file.write_text(json.dumps(self.results, indent=2) + "\n", "utf-8")


@click.command(help=__doc__)
@click.option(
    "--corpora",
    metavar="FOLDER",
    help="default: DATELINE_CORPORA, else ../shared/corpora beside the repository",
)
@click.option("--only", metavar="NAMES", help="extractors, apart by commas")
@click.option("--sample", type=click.IntRange(1), help="so many pages of each list, spread evenly")
@click.option(
    "--slow-sample", type=click.IntRange(1), help=f"the same for {' and '.join(sorted(SLOW))} alone"
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="keep the figures in this file, and take those that are in it",
)
@click.option("--core", type=int, default=0, show_default=True, help="the core to run on")
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of a table")
@click.option("--no-gate", is_flag=True, help="exit 0 even below a floor")
@click.option("--set-floors", is_flag=True, help="raise the floors to just under what was reached")
@click.option("--lower-floors", is_flag=True, help="with --set-floors: a floor may fall")
@click.option("--here", is_flag=True, help="only what is installed in this environment")
def main(
    corpora: str | None,
    only: str | None,
    sample: int | None,
    slow_sample: int | None,
    save: Path | None,
    core: int,
    as_json: bool,
    no_gate: bool,
    set_floors: bool,
    lower_floors: bool,
    here: bool,
) -> None:
    folder = _corpora(corpora)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    wanted = [name.strip() for name in only.split(",")] if only else None
    peers = {} if here else _elsewhere(wanted)
    chosen = {
        name: one for name, one in available().items() if name not in peers and (not wanted or name in wanted)
    }
    unknown = [name for name in wanted or () if name not in chosen and name not in peers]
    if unknown:
        raise click.UsageError(
            f"--only: not installed: {', '.join(unknown)}; there are {', '.join({**available(), **peers})}"
        )
    kept = Kept(save, quiet=here)
    for name, extractor in chosen.items():
        if name not in kept.results:
            with Progress(console=Console(stderr=True)) as progress:
                kept.add(name, measure(extractor, folder, _size(name, sample, slow_sample), progress, name))
    for name, python in peers.items():
        if name not in kept.results:
            kept.add(name, _peer(python, name, folder, _size(name, sample, slow_sample), core))
    results = kept.results
    floors = bench.floors.read(FLOORS)
    if as_json:
        click.echo(json.dumps(results))
    else:
        _print(results, floors)
    reached = results.get("dateline")
    if reached is None or sample:
        return
    if set_floors:
        try:
            bench.floors.follow(FLOORS, reached, lower=lower_floors)
        except bench.floors.LowerFloorError as error:
            raise click.ClickException(str(error)) from error
    missed = bench.floors.missed(floors, reached)
    if missed and not no_gate and not set_floors:
        click.echo(f"below the floor: {', '.join(missed)}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
