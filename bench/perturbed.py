"""How much of the reading of pages leans on one kind of evidence: the figures with that kind taken away or disguised.

    python -m bench.perturbed --corpora ../shared/corpora
    python -m bench.perturbed --only names,json-ld --sample 40

A row for each change: none; `order` (attributes the other way round), `names` (every class and id renamed), `json-ld`, `meta` and
`og` (those elements removed). The figures are those of bench.normalize on `articles`: body F1 (4-grams), headline, authors, published.
Rules that fit these pages alone, by the names that they use, would fall where nothing but names has changed.
"""

import gzip
import hashlib
import json
import logging
import statistics
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import lxml.html
from rich.console import Console
from rich.table import Table

from bench.extraction import dateline, plain, shingle_f1
from bench.normalize import spread, within_a_minute
from consumers.normalize.dom import Element, drop, finder

_JSON_LD = finder("//script[contains(@type, 'ld+json')]")
_META = finder("//meta[not(@charset) and not(@http-equiv)]")
_OG = finder("//meta[starts-with(@property, 'og:') or starts-with(@name, 'twitter:')]")


def _turned(tree: Element) -> None:
    for one in tree.iter():
        given = list(one.attrib.items())[::-1]
        one.attrib.clear()
        one.attrib.update(given)


def _disguised(word: str) -> str:
    return "x" + hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()[:6]


def _renamed(tree: Element) -> None:
    for one in tree.iter():
        for key in ("class", "id"):
            if one.tag not in {"html", "body"} and key in one.attrib:
                words = str(one.attrib[key]).split()
                one.attrib[key] = " ".join(map(_disguised, words))


def _without(found: Callable[[Element], list[Element]]) -> Callable[[Element], None]:
    def change(tree: Element) -> None:
        for one in found(tree):
            drop(one)

    return change


CHANGES: Final[dict[str, Callable[[Element], None]]] = {
    "none": lambda tree: None,
    "order": _turned,
    "names": _renamed,
    "json-ld": _without(_JSON_LD),
    "meta": _without(_META),
    "og": _without(_OG),
}


def changed(page: bytes, change: Callable[[Element], None]) -> bytes:
    """The page after the change, in UTF-8."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(page.decode("utf-8", "replace").encode(), parser=parser)
    change(tree)
    written: bytes = lxml.html.tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>")
    return written


def figures(rows: list[dict[str, Any]], pages: Path, change: Callable[[Element], None]) -> tuple[float, ...]:
    """Body F1, and the shares of right headlines, author sets and times."""
    bodies: list[float] = []
    heads: list[bool] = []
    names: list[bool] = []
    times: list[bool] = []
    for row in rows:
        found = dateline(
            changed(gzip.decompress((pages / f"{row['page']}.html.gz").read_bytes()), change), row["url"]
        )
        bodies.append(shingle_f1(found.body, row["body"]))
        heads.append(plain(found.headline or "") == plain(row["title"] or ""))
        names.append(set(map(plain, found.authors)) == set(map(plain, row["authors"] or ())))
        if row["date"]:
            times.append(within_a_minute(found.published, datetime.fromisoformat(row["date"])))
    return tuple(statistics.fmean(scores) for scores in (bodies, heads, names, times))


@click.command(help=__doc__)
@click.option("--corpora", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--only", metavar="NAMES", help=f"of {', '.join(CHANGES)}, apart by commas")
@click.option("--sample", type=click.IntRange(1), help="so many pages, spread evenly")
def main(corpora: Path, only: str | None, sample: int | None) -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    lines = (corpora / "articles.jsonl").read_text("utf-8").splitlines()
    rows = spread([json.loads(line) for line in lines], sample)
    table = Table("changed", "body F1", "headline", "authors", "published", box=None)
    for name in only.split(",") if only else CHANGES:
        found = figures(rows, corpora / "pages", CHANGES[name])
        table.add_row(name, *(f"{one:.3f}" for one in found))
    Console().print(table)


if __name__ == "__main__":
    main()
