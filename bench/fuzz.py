"""Broken documents by the thousand through the normalize stage: none may crash it, none may take longer than a limit.

    python -m bench.fuzz --pages 100000 --jobs 2 --corpora ../shared/corpora
    python -m bench.fuzz --only 4711        # one again, with what it led to
    python -m bench.fuzz --coverage 600     # seconds under atheris, which looks for new paths through the code

Mutates pages of the demo world, and real pages with `--corpora`. Each document has a number, and is the same on each run with
the same seed. Prints how many were kept and rejected, by reason, and the slowest; after Ctrl-C, of those so far. Exit code 1: one failed.
"""

import contextlib
import gzip
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from bench.mutations import Mutant, Seed, mutant
from consumers.normalize import NormalizeStage
from dateline.demo import raw_documents, render
from dateline.outcome import Keep, Reject
from dateline.stage import Item, Message
from schemas import envelope
from schemas.order import version_order
from schemas.records import Article, encode
from schemas.topics import RAW

FETCHED: Final = "2026-03-05T12:00:00+00:00"
_DOCUMENTS: Final = 400  # seeds taken from each kind
_CORPORA_PAGES: Final = 1500
_SLOWEST: Final = 10
_KILLED_AFTER: Final = 12  # times the limit: a shared machine may stop a process for long


class Result(msgspec.Struct, frozen=True):
    """What became of one document: `seconds` of processor time; `error` is the traceback of a crash."""

    number: int
    fate: str
    seconds: float
    size: int
    done: tuple[str, ...] = ()
    error: str | None = None


def seeds(corpora: Path | None) -> list[Seed]:
    """Where mutations start: the demo world's documents, generated pages, texts of several forms, and real pages if given."""
    found = [Seed(body, kind, url) for _, url, kind, body in raw_documents()]
    found += [Seed(body, kind, url) for _, url, kind, body in render(60)]
    texts = Path(__file__).parent / "texts"
    found += [Seed(path.read_bytes(), "text/plain") for path in sorted(texts.glob("*"))]
    if corpora is not None:
        pages = sorted((corpora / "pages").glob("*.html.gz"))
        found += [
            Seed(gzip.decompress(page.read_bytes()))
            for page in pages[:: max(1, len(pages) // _CORPORA_PAGES)]
        ]
    return found


def item(one: Mutant) -> Item:
    """The document as the stage gets it."""
    headers = envelope.raw_headers(
        event_id="e",
        source="weirgazette",
        url=one.url,
        content_type=one.content_type,
        fetched=FETCHED,
        acquired=one.headers,
    )
    message = Message(
        topic=RAW.name, partition=0, offset=0, key=b"k", value=one.body, headers=headers, timestamp_ms=0
    )
    return Item(message, "e")


def fate(stage: NormalizeStage, one: Mutant) -> str:
    """ "kept" or the reason. Raises what the stage raises, and when the article could not travel."""
    (outcome,) = stage.step([item(one)])
    if isinstance(outcome, Reject):
        return str(outcome.reason)
    assert isinstance(outcome, Keep), outcome
    for output in outcome.outputs:
        assert isinstance(output.record, Article), output
        assert msgspec.json.decode(encode(output.record), type=Article) == output.record
        version_order(output.record)
    return "kept"


def judged(stage: NormalizeStage, found: Sequence[Seed], seed: int, number: int, limit: float) -> Result:
    """What became of the document of that number."""
    one = mutant(found, f"{seed}/{number}")
    start = time.process_time()
    error = None
    try:
        said = fate(stage, one)
    except Exception:  # noqa: BLE001  # any is a find
        said, error = "crashed", traceback.format_exc()
    spent = time.process_time() - start
    if error is None and spent > limit:
        said, error = "slow", f"took {spent:.1f} s"
    return Result(number, said, spent, len(one.body), one.done, error)


def _work(pipe: Connection, corpora: Path | None, seed: int, limit: float) -> None:
    """Says that it is ready, then judges the numbers that come over the pipe, until None comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    found = seeds(corpora)
    stage = NormalizeStage()
    pipe.send(None)
    while (number := pipe.recv()) is not None:
        pipe.send(judged(stage, found, seed, number, limit))


class _Worker:
    """A process of its own, so that a document that never ends costs only itself."""

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self._arguments = arguments
        self.number: int | None = None
        self.since = 0.0
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_work, args=(theirs, *self._arguments), daemon=True
        )
        self._process.start()
        theirs.close()
        self.pipe.recv()

    def give(self, number: int | None) -> None:
        self.number, self.since = number, time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            self.pipe.send(number)

    def take(self) -> Result:
        """The result; a process that died is a find, and another takes its place."""
        assert self.number is not None
        try:
            found: Result = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            found = Result(
                self.number, "died", 0.0, 0, error=f"the process ended with {self._process.exitcode}"
            )
            self._start()
        return found

    def end(self) -> Result:
        """Kill what does not end."""
        assert self.number is not None
        self._process.kill()
        self._process.join()
        waited = time.monotonic() - self.since
        found = Result(self.number, "hung", waited, 0, error=f"no answer for {waited:.0f} s")
        self._start()
        return found


def run(numbers: Iterator[int], workers: Sequence[_Worker], limit: float) -> Iterator[Result]:
    """Results as they come."""
    busy = [worker for worker in workers if _next(worker, numbers)]
    while busy:
        ready = wait([worker.pipe for worker in busy], timeout=1.0)
        for worker in list(busy):
            if worker.pipe in ready:
                yield worker.take()
            elif time.monotonic() - worker.since > limit * _KILLED_AFTER:
                yield worker.end()
            else:
                continue
            if not _next(worker, numbers):
                busy.remove(worker)


def _next(worker: _Worker, numbers: Iterator[int]) -> bool:
    number = next(numbers, None)
    worker.give(number)
    return number is not None


def _coverage(corpora: Path | None, seconds: int) -> None:
    """Under atheris: bytes that reach new code are kept and mutated further. Ends the process."""
    try:
        import atheris  # type: ignore[import-not-found]
    except ImportError as error:
        raise click.ClickException("--coverage needs atheris: `make fuzz-coverage` installs it") from error
    with atheris.instrument_imports(include=["consumers.normalize"]):
        for name in [name for name in sys.modules if name.startswith("consumers.normalize")]:
            del sys.modules[name]
        from consumers.normalize.step import NormalizeStage as Instrumented
    folder = Path(os.environ.get("TMPDIR") or "/tmp") / f"dateline-fuzz-{os.getpid()}"
    folder.mkdir()
    for n, seed in enumerate(seeds(corpora)[:_DOCUMENTS]):
        (folder / f"{n:05}").write_bytes(b"\0" + seed.body)
    stage = Instrumented()
    kinds = ("text/html", "text/plain", "text/markdown", "message/rfc822", "")

    def one(data: bytes) -> None:
        kind = kinds[data[0] % len(kinds)] if data else ""
        fate(stage, Mutant(data[1:], kind, "https://weirgazette.example/news/bridge", {}, ()))

    atheris.Setup(
        [
            sys.argv[0],
            str(folder),
            f"-max_total_time={seconds}",
            "-timeout=30",
            "-max_len=200000",
            "-rss_limit_mb=3000",
        ],
        one,
    )
    atheris.Fuzz()


@click.command(help=__doc__)
@click.option("--pages", type=int, default=10_000, show_default=True, help="how many documents")
@click.option("--first", type=int, default=0, show_default=True, help="the first one's number")
@click.option("--jobs", type=int, default=1, show_default=True, help="processes")
@click.option("--seed", type=int, default=0, show_default=True, help="another seed gives other documents")
@click.option(
    "--limit", type=float, default=5.0, show_default=True, help="seconds of processor time for one document"
)
@click.option(
    "--corpora",
    type=click.Path(path_type=Path, exists=True),
    help="folder of real pages to mutate beside our own",
)
@click.option("--only", type=int, help="the document of this number alone")
@click.option("--save", type=click.Path(path_type=Path), help="with --only: write its bytes to this file")
@click.option("--coverage", type=int, metavar="SECONDS", help="run under atheris for so long instead")
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of lines")
def main(
    pages: int, first: int, jobs: int, seed: int, limit: float, corpora: Path | None, only: int | None, save: Path | None,
    coverage: int | None, as_json: bool,
) -> None:  # fmt: skip
    if coverage is not None:
        _coverage(corpora, coverage)
    if only is not None:
        found = seeds(corpora)
        if save is not None:
            save.write_bytes(mutant(found, f"{seed}/{only}").body)
        click.echo(msgspec.json.encode(judged(NormalizeStage(), found, seed, only, limit)))
        return
    fates: Counter[str] = Counter()
    slowest: list[Result] = []
    finds: list[Result] = []
    spent = 0.0
    columns = (
        *Progress.get_default_columns()[:2],
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress, contextlib.suppress(KeyboardInterrupt):
        task = progress.add_task("documents", total=pages)
        workers = [_Worker((corpora, seed, limit)) for _ in range(jobs)]
        for result in run(iter(range(first, first + pages)), workers, limit):
            fates[result.fate] += 1
            spent += result.seconds
            slowest = sorted([*slowest, result], key=lambda one: -one.seconds)[:_SLOWEST]
            if result.error:
                finds.append(result)
                progress.console.print(
                    f"{result.number}: {result.fate} {result.done}\n{result.error}", markup=False
                )
            progress.advance(task)
    summary = {
        "pages": sum(fates.values()),
        "fates": dict(fates.most_common()),
        "finds": [one.number for one in finds],
        "mean_ms": 1000 * spent / max(1, sum(fates.values())),
        "slowest": [(one.number, round(one.seconds, 2), one.size, one.done) for one in slowest],
    }
    if as_json:
        click.echo(msgspec.json.encode(summary))
    else:
        for name, value in summary.items():
            click.echo(f"{name}: {value}")
    if finds:
        sys.exit(1)


if __name__ == "__main__":
    main()
