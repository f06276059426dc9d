"""Topics measured on articles labelled by hand: whether the best one is right, and F1 over all of them.

topic_labels.jsonl holds, for pages of the corpora, the Media Topics of the second level that fit, the main one first; no
text of theirs. Pages whose id begins with an even digit were looked at while the words and weights were made; the others are
held out, so that the two can be compared.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from consumers.enrich import enrich, taxonomy
from consumers.normalize import Document, NormalizeError, normalize
from schemas.records import Article

LABELS = Path(__file__).with_name("topic_labels.jsonl")
LISTS = ("articles", "body-snippets", "dates")
WITHOUT = ("names", "quotes", "keywords", "places", "summary")


def labelled(corpora: Path) -> list[tuple[Article, list[str]]]:
    """The labelled articles as the normalize stage reads them, with their codes."""
    labels = {row["page"]: row["topics"] for row in map(json.loads, LABELS.read_text().splitlines())}
    return [(article, labels[article.id]) for article in articles(corpora, labels.__contains__)]


def articles(corpora: Path, wanted: Callable[[str], bool]) -> Iterator[Article]:
    """The corpora's pages that are wanted, by their page id, once each; the id stands for the article's."""
    for article in pages(corpora, wanted):
        yield msgspec.structs.replace(article, language="en")


def pages(corpora: Path, wanted: Callable[[str], bool] = lambda page: True) -> Iterator[Article]:
    """The same in whatever language they are, without pages that are no articles."""
    seen: set[str] = set()
    for name in LISTS:
        for line in (corpora / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            page = row["page"]
            if page in seen or not wanted(page):
                continue
            seen.add(page)
            body = gzip.decompress((corpora / "pages" / f"{page}.html.gz").read_bytes())
            document = Document(
                body=body,
                content_type="text/html",
                url=row["url"],
                source=urlsplit(row["url"]).netloc,
                fetched="2026-01-01T00:00:00+00:00",
                timezone="UTC",
            )
            try:
                yield msgspec.structs.replace(normalize(document), id=page)
            except NormalizeError:
                continue


def accuracy(
    rows: list[tuple[Article, list[str]]], tell: Callable[[str], None], *, held_out: bool
) -> dict[str, float]:
    """Top-1, and micro F1 at both levels, of one half of the articles; `tell` gets a line for every miss."""
    rows = [row for row in rows if (int(row[0].id[0], 16) % 2 == 1) is held_out]
    subjects = taxonomy.subjects()
    right = 0
    tops, seconds = _Counts(), _Counts()
    for after, (_, labels) in zip(enrich([one for one, _ in rows], without=WITHOUT), rows, strict=True):
        found = [topic.code.removeprefix("medtop:") for topic in after.topics]
        above = [subjects[code].broader for code in labels]
        first = next((code for code in found if taxonomy.level(code) == 1), None)
        right += first == above[0]
        tops.add({code for code in found if taxonomy.level(code) == 1}, set(above))
        seconds.add({code for code in found if taxonomy.level(code) == 2}, set(labels))
        if first != above[0]:
            wanted = ", ".join(subjects[code].name for code in labels)
            got = ", ".join(f"{topic.name} {topic.confidence:.2f}" for topic in after.topics)
            tell(f"{after.id} topics: wanted {wanted}; got {got}: {after.headline[:80]}")
    name = "held out" if held_out else "tuned on"
    return {
        f"topics top-1 ({name})": right / max(1, len(rows)),
        f"topics F1, top level ({name})": tops.f1,
        f"topics F1, second level ({name})": seconds.f1,
    }


class _Counts:
    def __init__(self) -> None:
        self.both = self.all = 0

    def add(self, found: set[str], wanted: set[str | None]) -> None:
        self.both += len(found & wanted)
        self.all += len(found) + len(wanted)

    @property
    def f1(self) -> float:
        return 2 * self.both / max(1, self.all)
