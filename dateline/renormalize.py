"""What today's reading of the documents would change: stored raw documents read again and compared with what was kept of them.

Changes nothing. A better reading must not look like an edit by the outlet, so it is not sent after the old one: see
docs/adr/re-extraction.md, and `dateline.replant` for the way there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec
from elasticsearch import Elasticsearch

from dateline.decode import event_id
from dateline.elastic import translated
from dateline.log import read
from dateline.outcome import Keep, Reject
from dateline.settings import Settings
from dateline.stage import Item, Message, Stage
from schemas import envelope
from schemas.elastic import Kind, Names
from schemas.order import parse_time
from schemas.reasons import Fate
from schemas.reasons import Stage as StageName
from schemas.records import Article
from schemas.topics import RAW, RAW_BACKFILL

_BATCH: Final = 50
_SHOWN: Final = 300  # characters of a value in an example
_NOT_COMPARED: Final = frozenset({"source", "fetched", "provenance", "aliases", "removed"})
FIELDS: Final = tuple(
    field.name for field in msgspec.structs.fields(Article) if field.name not in _NOT_COMPARED
)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents: received from `since` on and before `until`, of these sources (all by default), at most `limit`."""

    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] = ()
    limit: int | None = None


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One document's field as it is kept, and as it would be read today; of a list, its first entry that differs."""

    event_id: str
    url: str
    before: str
    after: str


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents would gain a value, lose it, or get another one."""

    gained: int
    lost: int
    altered: int
    examples: tuple[Example, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison. `documents` = `same` + `changed` + `refused` + `admitted` + `refused_still` + `not_compared`.

    `refused` counts articles that would be refused today, `admitted` documents refused then that would be articles, both by
    reason. `not_compared` founded no version: repeats and documents without news, whose article is compared by another one,
    and what is still under way. `content` counts documents whose text, headline or date differs: sent after the old reading,
    each would look like an edit by the outlet.
    """

    documents: int
    same: int
    changed: int
    content: int
    refused: dict[str, int]
    admitted: dict[str, int]
    refused_still: int
    not_compared: int
    fields: dict[str, FieldChange]
    examples: dict[str, tuple[Example, ...]]

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return bool(self.changed or self.refused or self.admitted)


class _Tally:
    """Counts and the first examples of each kind."""

    def __init__(self, examples: int) -> None:
        self._most = examples
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.admitted: Counter[str] = Counter()
        self.fields: dict[str, Counter[str]] = {}
        self.examples: dict[str, list[Example]] = {}

    def note(self, kind: str, example: Example) -> None:
        kept = self.examples.setdefault(kind, [])
        if len(kept) < self._most:
            kept.append(example)

    def report(self) -> Report:
        fields = {
            name: FieldChange(
                gained=count["gained"],
                lost=count["lost"],
                altered=count["altered"],
                examples=tuple(self.examples.get(name, ())),
            )
            for name, count in sorted(self.fields.items(), key=lambda one: -one[1].total())
        }
        return Report(
            documents=self.counts["documents"],
            same=self.counts["same"],
            changed=self.counts["changed"],
            content=self.counts["content"],
            refused=dict(self.refused.most_common()),
            admitted=dict(self.admitted.most_common()),
            refused_still=self.counts["refused_still"],
            not_compared=self.counts["not_compared"],
            fields=fields,
            examples={
                name: tuple(self.examples[name]) for name in ("refused", "admitted") if name in self.examples
            },
        )


def dry_run(
    settings: Settings,
    client: Elasticsearch,
    stage: Stage,
    content_hash: Callable[[Article], str],
    filters: Filters,
    *,
    examples: int = 3,
    advance: Callable[[int], object] = lambda count: None,
) -> Report:
    """Read the raw documents with `stage` and compare each with the version that it founded.

    Memory does not grow with the number of documents. `advance` is called with how many were read. Raises Unavailable when a
    server does not answer.
    """
    tally = _Tally(examples)
    for messages in _chunked(_selected(settings, filters), _BATCH):
        items = [Item(message, event_id(message)) for message in messages]
        known = _versions(client, settings.namespace, [item.event_id for item in items])
        ended = _refused(
            client, settings.namespace, [one.event_id for one in items if one.event_id not in known]
        )
        for item, outcome in zip(items, stage.step(items), strict=True):
            _compare(tally, item, outcome, known.get(item.event_id), ended.get(item.event_id), content_hash)
        advance(len(items))
    return tally.report()


def _selected(settings: Settings, filters: Filters) -> Iterator[Message]:
    """Raw documents of both lanes, replays out of quarantine aside: they are the same documents again."""
    chosen = (message for message in read(settings, [RAW, RAW_BACKFILL]) if _is_chosen(message, filters))
    return islice(chosen, filters.limit)


def _is_chosen(message: Message, filters: Filters) -> bool:
    headers = message.headers
    if headers.get(envelope.ATTEMPT, "1") != "1":
        return False
    if headers.get(envelope.CE_TYPE, envelope.RAW_TYPE) != envelope.RAW_TYPE:
        return False  # a removal states no text
    if filters.sources and headers.get(envelope.SOURCE_ID) not in filters.sources:
        return False
    if filters.since is None and filters.until is None:
        return True
    try:
        received = parse_time(headers.get(envelope.CE_TIME, ""))
    except ValueError:
        return False
    return not ((filters.since and received < filters.since) or (filters.until and received >= filters.until))


def _versions(client: Elasticsearch, namespace: str, event_ids: Sequence[str]) -> Mapping[str, Article]:
    """By event, the version that it founded, as it is kept."""
    with translated("looking versions up"):
        answer = client.search(
            index=Names(namespace).alias(Kind.VERSIONS),
            query={"terms": {"event_id": list(event_ids)}},
            size=10 * _BATCH,
            source_includes=["event_id", *FIELDS, "source", "fetched"],
            ignore_unavailable=True,
        )
    found = (hit["_source"] for hit in answer["hits"]["hits"])
    return {source["event_id"]: msgspec.convert(source, Article) for source in found}


def _refused(client: Elasticsearch, namespace: str, event_ids: Sequence[str]) -> Mapping[str, str]:
    """By event, the reason why the normalize stage refused it."""
    if not event_ids:
        return {}
    narrow = [
        {"terms": {"event_id": list(event_ids)}},
        {"term": {"stage": StageName.NORMALIZE}},
        {"term": {"fate": Fate.QUARANTINED}},
    ]
    with translated("looking outcomes up"):
        answer = client.search(
            index=Names(namespace).alias(Kind.OUTCOMES),
            query={"bool": {"filter": narrow}},
            size=10 * _BATCH,
            source_includes=["event_id", "reason"],
            ignore_unavailable=True,
        )
    return {hit["_source"]["event_id"]: hit["_source"]["reason"] for hit in answer["hits"]["hits"]}


def _compare(
    tally: _Tally,
    item: Item,
    outcome: object,
    before: Article | None,
    refused: str | None,
    content_hash: Callable[[Article], str],
) -> None:
    tally.counts["documents"] += 1
    after = _article(outcome)
    url = item.message.headers.get(envelope.CE_SUBJECT, "")
    if before is not None and after is not None:
        _fields(tally, item, before, after, content_hash)
    elif before is not None:
        assert isinstance(outcome, Reject), outcome
        tally.refused[outcome.reason] += 1
        tally.note(
            "refused",
            Example(event_id=item.event_id, url=url, before=before.headline, after=outcome.error[:_SHOWN]),
        )
    elif refused is not None and after is not None:
        tally.admitted[refused] += 1
        tally.note("admitted", Example(event_id=item.event_id, url=url, before=refused, after=after.headline))
    else:
        tally.counts["refused_still" if refused is not None else "not_compared"] += 1


def _article(outcome: object) -> Article | None:
    if not isinstance(outcome, Keep):
        return None
    return next((output.record for output in outcome.outputs if isinstance(output.record, Article)), None)


def _fields(
    tally: _Tally, item: Item, before: Article, after: Article, content_hash: Callable[[Article], str]
) -> None:
    differing = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    if not differing:
        tally.counts["same"] += 1
        return
    tally.counts["changed"] += 1
    tally.counts["content"] += content_hash(before) != content_hash(after)
    for name in differing:
        old, new = getattr(before, name), getattr(after, name)
        kind = "gained" if not old else "lost" if not new else "altered"
        tally.fields.setdefault(name, Counter())[kind] += 1
        tally.note(
            name,
            Example(event_id=item.event_id, url=after.url, before=_shown(old, new), after=_shown(new, old)),
        )


def _shown(value: Any, other: Any) -> str:
    """The value as a reader sees it; of a list, the first entry that the other has not at that place."""
    if isinstance(value, tuple) and isinstance(other, tuple):
        at = next(
            (at for at, (one, two) in enumerate(zip(value, other, strict=False)) if one != two),
            min(len(value), len(other)),
        )
        entry = _shown(value[at], None) if at < len(value) else "(none)"
        return f"[{at}] {entry}"[:_SHOWN]
    if isinstance(value, str):
        return value[:_SHOWN]
    return msgspec.json.encode(value).decode()[:_SHOWN]


def _chunked(values: Iterable[Message], size: int) -> Iterator[list[Message]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
