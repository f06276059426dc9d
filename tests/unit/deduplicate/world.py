"""Articles and messages for the tests of this stage. All invented."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from consumers.deduplicate import DeduplicateStage
from dateline.outcome import Keep, Outcome
from dateline.ports import IdentityStore
from dateline.stage import Item, Message
from schemas.ids import article_id, event_id
from schemas.records import Article, Version
from schemas.topics import NORMALIZED, VERSIONS

HARBOUR = """\
The harbour board of Vellmar voted on Tuesday to rebuild the eastern pier, which a winter storm had broken in two places, and set aside 14 million crowns for the work.
“We could not wait for another winter to pass,” said Ingrid Solvang, who chairs the board. Fishermen had asked for the repair since January.
The work begins in May and is to last seven months, the board's engineer told a meeting of some 200 people in the old customs house. Boats will land at the western pier until then.
Merchants in the lower town fear for their summer trade. The board promised them a lower rent while the cranes stand on the quay, and a second ferry in July and August.
A vote on the breakwater, which is older than the pier and in worse repair, was put off until the autumn.""".splitlines()
ORCHARD = """\
A late frost has destroyed most of the cherry blossom in the Arlen valley, growers said after a night in which thermometers fell to minus six degrees.
“There will be no harvest worth the name this year,” said Tomas Breck, whose family has grown cherries above the river for four generations. He lit fires between the rows until dawn.
The valley council asked the province for help on Thursday. Last year's crop was the largest in two decades and fetched nine million crowns at auction.
Apple growers lower down were luckier, since their trees had not yet opened. Bees were kept in their hives.""".splitlines()


def article(
    paragraphs: Sequence[str] = HARBOUR,
    *,
    url: str = "https://courier.example/pier",
    source: str = "courier",
    headline: str = "Vellmar to rebuild its broken pier",
    fetched: str = "2026-03-03T10:00:00Z",
    **fields: Any,
) -> Article:
    """An article; its id follows from source and URL."""
    return Article(
        id=article_id(source, url),
        url=url,
        source=source,
        headline=headline,
        paragraphs=tuple(paragraphs),
        fetched=fetched,
        **fields,
    )


def gone(at: str, **fields: Any) -> Article:
    """What normalize makes of a removal."""
    stated = article((), headline="", fetched=at, **fields)
    return msgspec.structs.replace(stated, removed=at, provenance={"removed": "http:404"})


class Log:
    """A topic of normalized messages: gives each its offset."""

    def __init__(self) -> None:
        self.offset = 0

    def item(self, stated: Article, event: str | None = None) -> Item:
        """The next message. The event id follows from the article as stated, unless given."""
        body = msgspec.json.encode(msgspec.structs.replace(stated, fetched=""))
        message = Message(
            topic=NORMALIZED.name,
            partition=0,
            offset=self.offset,
            key=stated.id.encode(),
            value=None,
            headers={},
            timestamp_ms=0,
        )
        self.offset += 1
        return Item(message, event or event_id(stated.source, stated.url, body), stated)


def run(
    store: IdentityStore, items: Iterable[Item], *, batch: int = 1, rng: random.Random | None = None
) -> list[Outcome]:
    """Feed items to a stage in batches (of random sizes up to `batch`, given `rng`)."""
    stage = DeduplicateStage(store)
    items = list(items)
    outcomes: list[Outcome] = []
    while items:
        size = rng.randint(1, batch) if rng else batch
        chunk, items = items[:size], items[size:]
        outcomes += stage.step(chunk)
    stage.close()
    return outcomes


def versions(outcome: Outcome, *, refresh: bool | None = None) -> list[Version]:
    """The versions that an outcome sends."""
    assert isinstance(outcome, Keep), outcome
    return [
        output.record
        for output in outcome.outputs
        if output.topic == VERSIONS.name
        and isinstance(output.record, Version)
        and (refresh is None or output.refresh == refresh)
    ]


def archive(outcomes: Iterable[Outcome]) -> dict[str, Version]:
    """What an index by version id holds after all that was sent: the last state of each version."""
    held: dict[str, Version] = {}
    for outcome in outcomes:
        if isinstance(outcome, Keep):
            held |= {version.version_id: version for version in versions(outcome)}
    return held


def latest(outcomes: Iterable[Outcome]) -> dict[str, Version]:
    """What a compacted topic holds after all that was sent: the last version sent of each article."""
    held: dict[str, Version] = {}
    for outcome in outcomes:
        if isinstance(outcome, Keep):
            held |= {version.id: version for version in versions(outcome)}
    return held
