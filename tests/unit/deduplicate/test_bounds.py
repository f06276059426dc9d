"""What may grow without end, and does not: documents of the identity index, messages, the work for one more version."""

import random
from typing import Any

import msgspec

from consumers.deduplicate import compare
from consumers.deduplicate.changes import MOST_EVIDENCE, MOST_FINDINGS
from consumers.deduplicate.history import PAGE
from dateline.fakes import FakeIdentityStore
from dateline.outcome import Keep, Outcome
from schemas.records import Article, encode
from tests.unit.deduplicate.world import HARBOUR, ORCHARD, Log, article, run, versions

_LARGEST = 64_000  # bytes of JSON, for articles of this size


class Weighed(FakeIdentityStore):
    """A store that knows its largest document and how many pages were ever read."""

    def __init__(self) -> None:
        super().__init__()
        self.largest = 0
        self.pages_read = 0

    def pages(self, page_ids: Any) -> Any:
        """As the fake's, counted."""
        self.pages_read += len(page_ids)
        return super().pages(page_ids)

    def put(self, heads: Any, contents: Any, pages: Any, claims: Any = ()) -> Any:
        """As the fake's, weighed."""
        documents = [*heads, *contents.values(), *pages.values(), *claims]
        self.largest = max([self.largest, *(len(msgspec.json.encode(one)) for one in documents)])
        return super().put(heads, contents, pages, claims)


def largest_message(outcomes: list[Outcome]) -> int:
    return max(
        len(encode(output.record))
        for outcome in outcomes
        if isinstance(outcome, Keep)
        for output in outcome.outputs
    )


def revision(number: int) -> Article:
    return article(
        (*HARBOUR, f"By the hour of {number} the crane had lifted {number} stones."),
        published="2026-03-03T00:00:00Z",
        modified=f"2026-03-{3 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00Z",
    )


def test_thousand_revisions_bound_every_document() -> None:
    """After 1,000 revisions no document or message is larger than after 100, none was sent twice, no old page was read."""
    store, log = Weighed(), Log()
    items = [log.item(revision(number)) for number in range(1000)]
    early = run(store, items[:100], batch=20)
    before = store.largest
    late = run(store, items[100:], batch=20)
    assert store.largest < 1.2 * before < _LARGEST
    assert largest_message(late) < 1.1 * largest_message(early)
    assert sum(len(versions(outcome)) for outcome in early + late) == 1000
    assert store.pages_read == 0
    [last] = versions(late[-1])
    assert last.previous_id == versions(late[-2])[0].version_id


def test_three_hundred_copies_bound_every_document() -> None:
    """An article with 300 copies is named by each of them; no document lists the family, and each copy sends itself alone."""
    store, log = Weighed(), Log()
    stated = [
        article(
            HARBOUR,
            url=f"https://paper{number}.example/pier",
            source=f"paper{number}",
            published=f"2026-03-03T{number // 60:02d}:{number % 60:02d}:00Z",
        )
        for number in range(301)
    ]
    outcomes = run(store, [log.item(one) for one in stated], batch=10)
    sent = [version for outcome in outcomes for version in versions(outcome)]
    assert [version.copy_of and version.copy_of.article_id for version in sent] == [None] + [
        stated[0].id
    ] * 300
    assert store.largest < _LARGEST
    assert largest_message(outcomes) < _LARGEST


def test_refetches_bound_the_head() -> None:
    """An article fetched 2,000 times unchanged has a head as large as one fetched twenty times."""
    store, log = Weighed(), Log()
    items = [
        log.item(article(fetched=f"2026-03-{3 + n // 1440:02d}T{n // 60 % 24:02d}:{n % 60:02d}:00Z"), f"e{n}")
        for n in range(2000)
    ]
    run(store, items[:20], batch=20)
    before = store.largest
    run(store, items[20:], batch=100)
    assert store.largest <= before + 100


def test_returning_texts_bound_the_head() -> None:
    """An article that takes turns at ten texts 500 times has one content for each, and a bounded head."""
    store, log = Weighed(), Log()
    texts = [(*HARBOUR, f"The tide stands at {number} feet.") for number in range(10)]
    items = [
        log.item(
            article(
                texts[n % 10],
                published="2026-03-03T00:00:00Z",
                modified=f"2026-03-03T{n // 60:02d}:{n % 60:02d}:00Z",
            )
        )
        for n in range(500)
    ]
    outcomes = run(store, items, batch=50)
    assert sum(isinstance(outcome, Keep) for outcome in outcomes) == 500
    id_ = article().id
    head = store.heads([id_])[id_]
    assert len(head.versions) < 2 * PAGE
    assert store.largest < _LARGEST


def test_evidence_fits_a_message_however_long_the_article() -> None:
    """An article of 500 paragraphs with a figure changed in each: the weightiest changes, each with bounded evidence."""
    old = article([f"The count in district {n} was {n * 3 + 10} votes on the day." for n in range(500)])
    new = article([f"The count in district {n} was {n * 3 + 11} votes on the day." for n in range(500)])
    found = compare(old, new).changes
    assert len(found) == MOST_FINDINGS
    rng = random.Random(3)
    words = [word for line in (*HARBOUR, *ORCHARD) for word in line.split()]
    body = [" ".join(rng.choices(words, k=60)) + "." for _ in range(300)]
    rewritten = compare(old, article(body)).changes
    evidence = [text for change in rewritten for text in (change.before, change.after) if text]
    assert max(map(len, evidence)) == MOST_EVIDENCE
    assert len(msgspec.json.encode(rewritten)) < 100_000
