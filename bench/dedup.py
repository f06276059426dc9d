"""Copies, change classes and noise measured on labelled sets that three generators make, with fixed seeds.

    python -m bench.dedup --corpora ../shared/corpora
    python -m bench.dedup --only grown,invented --seed 7 --json --no-gate

Sets: `real`, copies and edits of real bodies (bench/dedup_copies.py, bench/dedup_edits.py); `grown`, copies of prose from a
grammar (bench/dedup_grammar.py); `invented`, edits of reports from templates (bench/dedup_invented.py).

Rows: precision, recall and F1 of pairs (each copy with its origin; strangers taken as copies), recall by kind of copy, ARI of
families, F1 by class of change, share of noise that makes no version; beside MinHash LSH alone (14 bands of 8 rows over word
5-grams, as datatrove has it), SimHash (64 bits, up to 3 differ), embeddings alone (the pipeline's model on whole texts, at the
threshold that is best for it on this very set) and, where it is installed, datasketch's LSH. A missed floor ends with exit code 1.
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import click
import numpy as np
from rensa import RMinHash
from rich.console import Console
from rich.table import Table

from bench import dedup_grammar, dedup_invented
from bench.dedup_copies import Labelled, labelled
from bench.dedup_edits import Sample, samples
from consumers.deduplicate import compare, copies
from consumers.deduplicate.canonical import content_hash
from consumers.deduplicate.fingerprint import words_of
from consumers.enrich import embedding
from schemas.records import Article

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "copies F1": 0.97,
    "trimmed to 30 % recall": 0.93,
    "strangers kept apart": 0.995,
    "families ARI": 0.95,
    "changes macro F1": 0.90,
    "noise kept out": 0.99,
}
Pairs = set[frozenset[str]]
Results = dict[str, dict[str, float]]
Find = Callable[[Sequence[Article]], tuple[Pairs, list[list[str]]]]
SETS = ("real", "grown", "invented")
NOISE = frozenset(["noise", "layout"])
THRESHOLDS = (0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99)


def english_bodies(corpora: Path) -> list[list[str]]:
    """Bodies in English of at least 150 words and four paragraphs."""
    found = []
    for line in (corpora / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        body = [paragraph for paragraph in json.loads(line)["body"].split("\n\n") if paragraph.strip()]
        words = re.findall(r"\w+", " ".join(body).lower())
        common = sum(word in ("the", "of", "and", "to", "in", "a") for word in words)
        if len(words) >= 150 and len(body) >= 4 and common / len(words) > 0.12:
            found.append(body)
    return found


def ours(articles: Sequence[Article]) -> tuple[Pairs, list[list[str]]]:
    """As `dateline copies --offline` finds them."""
    pairs, families = copies(articles)
    return {frozenset((pair.a, pair.b)) for pair in pairs}, families


def minhash_lsh(articles: Sequence[Article]) -> tuple[Pairs, list[list[str]]]:
    """MinHash LSH without confirmation: 14 bands of 8 rows, word 5-grams."""
    holders: defaultdict[Hashable, list[str]] = defaultdict(list)
    for article in articles:
        words = words_of("\n".join(article.paragraphs))
        grams = [" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))]
        rows = RMinHash.from_token_sets([grams], num_perm=112, seed=1)[0].digest()
        for band in range(14):
            holders[band, tuple(rows[band * 8 : band * 8 + 8])].append(article.id)
    return _grouped(holders.values())


def simhash(articles: Sequence[Article]) -> tuple[Pairs, list[list[str]]]:
    """Charikar's SimHash over word 3-grams, 64 bits; up to 3 bits differ."""
    prints = []
    for article in articles:
        words = words_of("\n".join(article.paragraphs))
        grams = [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))]
        hashes = np.array(RMinHash.hash_token_sets([grams])[0], np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits = np.unpackbits(hashes.view(np.uint8).reshape(-1, 8), axis=1)
        prints.append(bits.mean(axis=0) > 0.5)
    close = [
        (articles[i].id, articles[j].id)
        for i, j in combinations(range(len(articles)), 2)
        if np.count_nonzero(prints[i] != prints[j]) <= 3
    ]
    return _grouped(close)


def datasketch_lsh(articles: Sequence[Article]) -> tuple[Pairs, list[list[str]]]:
    """datasketch's MinHashLSH at threshold 0.5, 128 permutations, word 5-grams."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found, unused-ignore]

    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    groups = []
    for article in articles:
        words = words_of("\n".join(article.paragraphs))
        sketch = MinHash(num_perm=128)
        sketch.update_batch([" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))])
        groups += [(article.id, other) for other in lsh.query(sketch)]
        lsh.insert(article.id, sketch)
    return _grouped(groups)


def embeddings(threshold: float) -> Find:
    """Cosine of the vectors of whole texts, at least `threshold`."""

    def find(articles: Sequence[Article]) -> tuple[Pairs, list[list[str]]]:
        rows = embedding.vectors(["\n".join(article.paragraphs) for article in articles])
        firsts, seconds = np.nonzero(np.triu(rows @ rows.T, 1) >= threshold)
        return _grouped(
            [(articles[i].id, articles[j].id) for i, j in zip(firsts.tolist(), seconds.tolist(), strict=True)]
        )

    return find


def _grouped(groups: Iterable[Sequence[str]]) -> tuple[Pairs, list[list[str]]]:
    pairs: Pairs = set()
    parent: dict[str, str] = {}

    def root(id_: str) -> str:
        while parent.setdefault(id_, id_) != id_:
            id_ = parent[id_]
        return id_

    for group in groups:
        for one, other in combinations(set(group), 2):
            pairs.add(frozenset((one, other)))
            parent[root(one)] = root(other)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for id_ in parent:
        members[root(id_)].append(id_)
    return pairs, list(members.values())


def measure_copies(find: Find, items: Sequence[Labelled]) -> dict[str, float]:
    """Figures of one method on one labelled set. Pairs of two copies of one origin count for families alone."""
    by_id = {item.article.id: item for item in items}
    pairs, families = find([item.article for item in items])
    origins = {item.family: item.article.id for item in items if item.kind == "origin"}
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for item in items:
        if item.family in origins and item.kind != "origin":
            total[item.kind] += 1
            hit[item.kind] += frozenset((item.article.id, origins[item.family])) in pairs
    wrong = [pair for pair in pairs if len({by_id[id_].family for id_ in pair}) > 1]
    strangers = {item.article.id for item in items if item.family not in origins}
    taken = {id_ for pair in wrong for id_ in pair} & strangers
    precision = hit.total() / (hit.total() + len(wrong)) if hit.total() else 0.0
    recall = hit.total() / total.total()
    labels = {id_: number for number, family in enumerate(families) for id_ in family}
    clusters = [labels.get(item.article.id, -1 - place) for place, item in enumerate(items)]
    figures = {
        "copies precision": precision,
        "copies recall": recall,
        "copies F1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "strangers kept apart": 1 - len(taken) / len(strangers),
        "families ARI": adjusted_rand([item.family for item in items], clusters),
    }
    return figures | {f"{kind} recall": hit[kind] / total[kind] for kind in sorted(total)}


def adjusted_rand(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Hubert and Arabie's adjusted Rand index of two partitions."""

    def pairs(counts: Iterable[int]) -> float:
        return sum(count * (count - 1) / 2 for count in counts)

    both = pairs(Counter(zip(one, other, strict=True)).values())
    first, second = pairs(Counter(one).values()), pairs(Counter(other).values())
    expected = first * second / pairs([len(one)])
    most = (first + second) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def measure_changes(made: Iterable[Sample]) -> dict[str, float]:
    """F1 by class: a class that is found and neither demanded nor allowed is wrong. Noise is kept out if it makes no version."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    noise = kept_out = 0
    for sample in made:
        found = {change.kind for change in compare(sample.old, sample.new).changes}
        right.update(found & sample.classes)
        missed.update(sample.classes - found)
        wrong.update(found - sample.classes - sample.allowed)
        if sample.kind in NOISE:
            noise += 1
            kept_out += not found and content_hash(sample.old) == content_hash(sample.new)
    scores = {
        kind: 2 * right[kind] / (2 * right[kind] + wrong[kind] + missed[kind]) for kind in {*right, *missed}
    }
    macro = sum(scores.values()) / len(scores)
    figures = {"changes macro F1": macro, "noise kept out": kept_out / noise}
    return figures | {f"{kind} F1": scores[kind] for kind in sorted(scores)}


def _methods() -> dict[str, Find]:
    methods: dict[str, Find] = {
        "dateline": ours,
        "MinHash LSH 14x8": minhash_lsh,
        "SimHash": simhash,
    }
    try:
        import datasketch  # type: ignore[import-not-found, unused-ignore]  # noqa: F401
    except ImportError:
        click.echo("datasketch is not installed: left out", err=True)
    else:
        methods["datasketch LSH"] = datasketch_lsh
    return methods


def measure(bodies: Sequence[list[str]], chosen: Iterable[str], seed: int) -> Iterator[tuple[str, Results]]:
    """By set, the figures of each method."""
    for name in chosen:
        results: Results = {}
        if name != "invented":
            items = labelled(bodies, seed) if name == "real" else dedup_grammar.labelled(seed)
            results |= {method: measure_copies(find, items) for method, find in _methods().items()}
            tried = [measure_copies(embeddings(threshold), items) for threshold in THRESHOLDS]
            results["embeddings"] = max(tried, key=lambda row: row["copies F1"])
        if name != "grown":
            made = samples(bodies, seed) if name == "real" else dedup_invented.samples(seed)
            results["dateline"] = results.get("dateline", {}) | measure_changes(made)
        yield name, results


@click.command(epilog="Example: python -m bench.dedup --corpora ../shared/corpora --seed 7 --json")
@click.option(
    "--corpora",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("DATELINE_CORPORA", ROOT.parent / "shared" / "corpora")),
    help="Folder with articles.jsonl (DATELINE_CORPORA); for the set `real` alone.",
)
@click.option("--only", default=",".join(SETS), show_default=True, help="Sets to measure.")
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--no-gate", is_flag=True, help="Exit 0 even below a floor.")
def main(corpora: Path, only: str, seed: int, as_json: bool, no_gate: bool) -> None:
    """Measure copies and changes."""
    chosen = only.split(",")
    if unknown := set(chosen) - set(SETS):
        click.echo(f"bench.dedup: --only knows {', '.join(SETS)}; got {', '.join(sorted(unknown))}", err=True)
        sys.exit(2)
    if "real" in chosen and not (corpora / "articles.jsonl").exists():
        click.echo(f"bench.dedup: no articles.jsonl in {corpora}; name its folder by --corpora", err=True)
        sys.exit(2)
    bodies = english_bodies(corpora) if "real" in chosen else []
    below: dict[str, list[str]] = {}
    told = {}
    for name, results in measure(bodies, chosen, seed):
        missed = [f for f, floor in FLOORS.items() if results["dateline"].get(f, 1.0) < floor]
        below |= {name: missed} if missed else {}
        told[name] = results
        if not as_json:
            _print(name, results, missed)
    if as_json:
        click.echo(json.dumps({"seed": seed, "results": told, "below": below}))
    sys.exit(1 if below and not no_gate else 0)


def _print(name: str, results: Results, below: Sequence[str]) -> None:
    table = Table(name, *results, "floor")
    for figure in results["dateline"]:
        floor = f"{FLOORS[figure]:.3f}" if figure in FLOORS else ""
        values = [f"{row[figure]:.3f}" if figure in row else "" for row in results.values()]
        table.add_row(figure, *values, floor, style="red" if figure in below else None)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
