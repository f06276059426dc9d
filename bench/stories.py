"""Stories measured: B-cubed F1 of the groups that articles fall into, beside two baselines, and what one article costs.

    python -m bench.stories --corpora ../shared/corpora
    python -m bench.stories --corpora ../shared/corpora --fit
    python -m bench.stories --misses

Sets in two halves: weights and thresholds, of the baselines too, are chosen on the one and reported on the other.

- `invented`: reports of invented events by several outlets (texts/stories.toml), each worded anew, easily confused ones in one half.
- `sequels`: real pages cut into three reports with no paragraph in common, under headlines made of their own sentences, spread
  over four days; all pages lie within two weeks. A report shares its author's words with the others, and more names than sequels do.
- `fresh` (texts/stories_fresh.toml): as `invented`, written after all weights and rules were settled; `recut`: the held-out pages cut anew,
  one third after the other, with other times and outlets. Nothing was chosen or changed after they had been measured.
- `real`: the corpora's dated pages as they are; story_labels.jsonl names those that tell of one event, as a reader sees it. Nearly all
  pages are alone in their weeks, so this set tells whether what is apart stays apart, and little of large stories.

Rows "in any order": the same articles, shuffled before they arrive, since archives and feeds keep no order.

B-cubed (Bagga and Baldwin 1998): for each article the share of its group that belongs to its event, and the share of its event
that is in its group; F1 of the two means. Baselines, single-pass with a running mean and the same reach in time: the cosine of embeddings;
the cosine of TF-IDF words; each with the threshold that is best for all sets together.
"""

import json
import math
import random
import sys
import time as clock
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec
from rich.console import Console
from rich.table import Table

from bench.topics import pages
from consumers.enrich import enrich
from consumers.stories.counts import epoch
from consumers.stories.likeness import REACH_DAYS, Features, features
from consumers.stories.profile import added, founded
from consumers.stories.teller import Stories
from consumers.stories.traces import Trace, cosine, mixed, trace
from dateline.fakes import FakeStoryStore
from dateline.story_ports import StoryState
from schemas.ids import article_id, digest
from schemas.records import Article, EnrichedArticle

HERE: Final = Path(__file__).parent
FLOORS: Final = {"invented": 0.95, "sequels": 0.9, "real": 0.98}
_START: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)
_WITHOUT: Final = ("quotes", "topics", "summary", "keywords")
_LEAST_PARAGRAPHS: Final = 9
_LEAST_WORDS: Final = 12
_PIECES: Final = 3
_BATCH: Final = 16


class Sample(NamedTuple):
    """An article, the event that it tells of (None: no reader could say), and whether it is for tuning."""

    article: EnrichedArticle
    event: str | None
    tune: bool


def invented(texts: str = "stories") -> list[Sample]:
    """The invented reports."""
    found: list[tuple[Article, str, bool]] = []
    for event in tomllib.loads((HERE / f"texts/{texts}.toml").read_text(encoding="utf-8"))["event"]:
        for number, report in enumerate(event["report"]):
            at = (_START + timedelta(hours=report["hour"])).isoformat()
            url = f"https://{report['outlet']}.example/{event['id']}-{number}"
            article = Article(
                id=article_id(report["outlet"], url),
                url=url,
                source=report["outlet"],
                headline=report["headline"],
                published=at,
                fetched=at,
                language=event.get("language", report.get("language", "en")),
                paragraphs=tuple(report["text"].strip().split("\n")),
            )
            label = f"{event['id']}-{number}" if event.get("apart") else event["id"]
            found.append((article, label, event["half"] == "tune"))
    return _enriched(found)


def sequels(real: Sequence[Article], *, anew: bool = False) -> list[Sample]:
    """Pages cut into reports; anew, those held out, one third after the other."""
    found: list[tuple[Article, str, bool]] = []
    for page in real:
        told = tuple(text for text in page.paragraphs if len(text.split()) >= _LEAST_WORDS)
        if len(told) < _LEAST_PARAGRAPHS or (anew and _for_tuning(page.id)):
            continue
        draw = random.Random(f"anew {page.id}" if anew else page.id)
        third = len(told) // _PIECES
        at = _START + timedelta(hours=draw.uniform(0, 14 * 24))
        for piece in range(_PIECES):
            text = told[piece * third : (piece + 1) * third] if anew else told[piece::_PIECES]
            headline = page.headline if piece == 0 else " ".join(text[0].split()[:12])
            if piece:
                at += timedelta(hours=draw.choice((1, 5, 12, 30, 48)) * draw.uniform(0.5, 1))
            outlet = f"outlet-{draw.randrange(40)}"
            url = f"https://{outlet}.example/{page.id}-{piece}"
            found.append(
                (
                    msgspec.structs.replace(
                        page,
                        id=article_id(outlet, url),
                        url=url,
                        source=outlet,
                        headline=headline,
                        standfirst=page.standfirst if piece == 0 else None,
                        paragraphs=text[1:] if piece else text,
                        published=at.isoformat(),
                        modified=None,
                    ),
                    page.id,
                    _for_tuning(page.id),
                )
            )
    return _enriched(found)


def labelled(real: Sequence[Article]) -> list[Sample]:
    """Pages as they are, with the events that were labelled; each other page is an event of its own."""
    rows = [json.loads(line) for line in (HERE / "story_labels.jsonl").read_text().splitlines()]
    events = {row["page"]: row["story"] for row in rows}
    found: list[tuple[Article, str | None, bool]] = []
    for page in real:
        event = events.get(page.id, page.id)
        if page.published:
            found.append((page, event, _for_tuning(event or page.id)))
    return _enriched(found)


def _for_tuning(name: str) -> bool:
    return sum(name.encode()) % 2 == 0


def _enriched(found: Sequence[tuple[Article, str | None, bool]]) -> list[Sample]:
    made = enrich([article for article, _, _ in found], without=_WITHOUT)
    samples = [Sample(article, event, tune) for article, (_, event, tune) in zip(made, found, strict=True)]
    return sorted(
        samples, key=lambda one: (epoch(one.article.published or one.article.fetched), one.article.id)
    )


Groups = dict[str, str]
"""Article id → group."""


def ours(samples: Sequence[Sample]) -> Groups:
    """What the stage makes of them, in batches."""
    store = FakeStoryStore()
    stories = Stories(store)
    for at in range(0, len(samples), _BATCH):
        batch = samples[at : at + _BATCH]
        stories.place([(one.article, one.article.id) for one in batch])
    return {id_: _home(store, story) for id_, story in _placed(store, samples).items()}


def _placed(store: FakeStoryStore, samples: Sequence[Sample]) -> Groups:
    found = store.placements([one.article.id for one in samples])
    return {id_: placement.story_id for id_, placement in found.items()}


def _home(store: FakeStoryStore, id_: str) -> str:
    states = store.all()
    while (into := states[id_].story.merged_into) is not None:
        id_ = into
    return id_


def single_pass(samples: Sequence[Sample], traces: Sequence[Trace], threshold: float, by: str) -> Groups:
    """A baseline: the nearest group in reach of time, by one cosine with its running mean."""
    groups: list[tuple[str, int, dict[str, float], list[float], int, str]] = []
    placed: Groups = {}
    for sample, seen in zip(samples, traces, strict=True):
        time = epoch(sample.article.published or sample.article.fetched)
        tongue = (sample.article.language or "")[:2]
        best, at = 0.0, -1
        for number, (_, last, words, vector, _, language) in enumerate(groups):
            if language != tongue or time - last > REACH_DAYS * 86_400:
                continue
            likeness = cosine(seen.words, words) if by == "words" else _cosine(seen.vector, vector)
            if likeness > best:
                best, at = likeness, number
        if at >= 0 and best >= threshold:
            name, _, words, vector, size, language = groups[at]
            words = mixed(((size / (size + 1), words), (1 / (size + 1), seen.words)), 200)
            vector = [a + b for a, b in zip(vector, seen.vector, strict=False)]
            groups[at] = (name, time, words, vector, size + 1, language)
        else:
            name = sample.article.id
            groups.append((name, time, dict(seen.words), list(map(float, seen.vector)), 1, tongue))
        placed[sample.article.id] = name
    return placed


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    length = math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=False)) / length if length else 0.0


class Score(NamedTuple):
    """B-cubed, and how many articles were judged."""

    precision: float
    recall: float
    f1: float
    judged: int


def bcubed(samples: Sequence[Sample], groups: Groups) -> Score:
    """Of the articles whose event is known; the others count neither way."""
    events: defaultdict[str, set[str]] = defaultdict(set)
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for one in samples:
        if one.event is not None:
            events[one.event].add(one.article.id)
            inside[groups[one.article.id]].add(one.article.id)
    precisions, recalls = [], []
    for one in samples:
        if one.event is None:
            continue
        group, event = inside[groups[one.article.id]], events[one.event]
        precisions.append(len(group & event) / len(group))
        recalls.append(len(group & event) / len(event))
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return Score(precision, recall, 2 * precision * recall / (precision + recall), len(precisions))


def pairs(samples: Sequence[Sample]) -> list[tuple[Features, bool]]:
    """Each article against the right stories so far: what the weights are fitted on."""
    states: dict[str, StoryState] = {}
    found: list[tuple[Features, bool]] = []
    for one in samples:
        if one.event is None:
            continue
        seen = trace(one.article)
        time = epoch(one.article.published or one.article.fetched)
        tongue = (one.article.language or "")[:2]
        for event, state in states.items():
            if (state.story.language or "")[:2] != tongue or abs(
                time - state.profile.last
            ) > REACH_DAYS * 86_400:
                continue
            made = features(seen, time, state.profile)
            if event == one.event or made.words > 0.05 or made.names > 0.2:
                found.append((made, event == one.event))
        make = added if one.event in states else None
        if make:
            states[one.event] = added(
                states[one.event], one.article, seen, copy=False, updated=one.article.fetched
            )
        else:
            states[one.event] = founded(one.event, one.article, seen, copy=False, updated=one.article.fetched)
    return found


def fit(found: Sequence[tuple[Features, bool]], *, named: bool) -> dict[str, float]:
    """Weights of the logistic curve, by Newton's method with a little shrinkage."""
    import numpy as np

    kept = [(one, label) for one, label in found if one.named is named]
    columns = [
        [1.0, one.words, one.names, one.vector if named else 0.0, one.days, one.words * one.names]
        for one, _ in kept
    ]
    x, y = np.array(columns), np.array([float(label) for _, label in kept])
    weights = np.zeros(x.shape[1])
    ridge = np.diag([0.0, 0.02, 0.02, 0.05, 0.02, 0.05])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + ridge + 1e-9 * np.eye(x.shape[1])
        weights += np.linalg.solve(hessian, x.T @ (y - p) - ridge @ weights)
    names = ("bias", "words", "names", "vector", "days", "both")
    print(f"{int(y.sum())} right, {int((1 - y).sum())} wrong pairs", file=sys.stderr)
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def milliseconds(samples: Sequence[Sample], repeat: int = 3) -> float:
    """Of processor time for one article, without a server: the best of some runs."""
    best = float("inf")
    for _ in range(repeat):
        begin = clock.process_time()
        ours(samples)
        best = min(best, clock.process_time() - begin)
    return 1000 * best / len(samples)


def _best(halves: Sequence[tuple[Sequence[Sample], Sequence[Trace]]], by: str) -> float:
    """The one threshold for all sets, as the weights are the same for all: the best mean F1."""
    grid = [0.02 * step for step in range(3, 48)]

    def mean(threshold: float) -> float:
        return sum(bcubed(some, single_pass(some, seen, threshold, by)).f1 for some, seen in halves)

    return max(grid, key=mean)


def measure(sets: dict[str, list[Sample]], tell: Callable[[str], None]) -> list[tuple[str, str, Score]]:
    """Rows of (set and half, method, score)."""
    rows = []
    parts = {
        (name, half): [one for one in samples if one.tune is (half == "tuned on")]
        for name, samples in sets.items()
        for half in ("tuned on", "held out")
        if any(one.tune is (half == "tuned on") for one in samples)
    }
    seen = {part: [trace(one.article) for one in some] for part, some in parts.items()}
    tuned = [(some, seen[part]) for part, some in parts.items() if part[1] == "tuned on"]
    thresholds = {by: _best(tuned, by) for by in ("words", "embedding")}
    for part, some in parts.items():
        where = ", ".join(part)
        groups = ours(some)
        rows.append((where, "dateline", bcubed(some, groups)))
        shuffled = random.Random(where).sample(some, len(some))
        rows.append((where, "dateline, arriving in any order", bcubed(some, ours(shuffled))))
        _tell(some, groups, where, tell)
        for by, label in (("words", "TF-IDF single-pass"), ("embedding", "embeddings single-pass")):
            placed = single_pass(some, seen[part], thresholds[by], by)
            rows.append((where, f"{label}, {thresholds[by]:.2f}", bcubed(some, placed)))
    return rows


def _tell(samples: Sequence[Sample], groups: Groups, where: str, tell: Callable[[str], None]) -> None:
    by_event: defaultdict[str, list[Sample]] = defaultdict(list)
    by_group: defaultdict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        if one.event is not None:
            by_event[one.event].append(one)
            by_group[groups[one.article.id]].append(one)
    for event, some in by_event.items():
        if len({groups[one.article.id] for one in some}) > 1:
            tell(f"{where}: apart: {event}: " + " | ".join(one.article.headline[:60] for one in some))
    for some in by_group.values():
        if len({one.event for one in some}) > 1:
            tell(
                f"{where}: together: "
                + " | ".join(f"{one.event}: {one.article.headline[:60]}" for one in some)
            )


@click.command(help=__doc__)
@click.option("--corpora", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Real pages.")
@click.option(
    "--one-in", default=1, show_default=True, help="Of so many real pages take one, the same ones each time."
)
@click.option("--fit", "fitting", is_flag=True, help="Fit the weights on the tuning halves and print them.")
@click.option(
    "--misses", is_flag=True, help="A line for each event that is apart and each group that is mixed."
)
@click.option("--json", "as_json", is_flag=True)
@click.option("--no-gate", is_flag=True, help="Let a floor be missed.")
def main(
    corpora: Path | None, *, one_in: int, fitting: bool, misses: bool, as_json: bool, no_gate: bool
) -> None:
    """Build the sets, measure, print."""
    sets = {"invented": invented(), "fresh": invented("stories_fresh")}
    if corpora is None:
        print("no --corpora: the invented set alone", file=sys.stderr)
    else:
        real = readable(corpora, one_in)
        sets |= {"sequels": sequels(real), "recut": sequels(real, anew=True), "real": labelled(real)}
    if fitting:
        found = [pair for samples in sets.values() for pair in pairs([one for one in samples if one.tune])]
        for named in (True, False):
            print("named" if named else "unnamed", fit(found, named=named))
        return
    rows = measure(sets, (lambda line: print(line, file=sys.stderr)) if misses else (lambda line: None))
    cost = milliseconds(max(sets.values(), key=len))
    if as_json:
        print(json.dumps({"rows": [(where, how, score._asdict()) for where, how, score in rows], "ms": cost}))
    else:
        table = Table("set", "method", "precision", "recall", "B-cubed F1", "articles")
        for where, how, score in rows:
            table.add_row(where, how, *(f"{value:.3f}" for value in score[:3]), str(score.judged))
        Console().print(table)
        print(f"{cost:.2f} ms of processor time an article, without a server")
    missed = [
        where
        for where, how, score in rows
        if how == "dateline" and where.endswith("held out") and score.f1 < FLOORS.get(where.split(",")[0], 0)
    ]
    if missed and not no_gate:
        raise SystemExit(f"below its floor: {', '.join(missed)}")


def readable(corpora: Path, one_in: int = 1) -> list[Article]:
    """The corpora's pages as the normalize stage reads them, each once, the page's id standing for the article's."""
    return _unlike(list(pages(corpora, lambda page: int(digest((page,))[:8], 16) % one_in == 0)))


def _unlike(found: Sequence[Article]) -> list[Article]:
    """Pages that the corpora hold twice come once."""
    unique: dict[tuple[str, ...], Article] = {}
    for article in found:
        unique.setdefault((article.headline, *article.paragraphs[:2]), article)
    return list(unique.values())


if __name__ == "__main__":
    main()
