"""What a run asks for: which addresses of which sources."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dateline.elastic import client
from dateline.errors import UsageError
from dateline.settings import Settings
from producers import sources as table
from producers import urls
from producers.memory import Memory
from producers.sources import Source
from producers.visits import visit_id

Plan = list[tuple[Source, tuple[str, ...]]]
"""Sources, and the addresses to ask of each."""


def for_addresses(
    settings: Settings, addresses: Sequence[str], source_id: str | None, *, polls_table: bool
) -> Plan:
    """What to fetch for which source. An address belongs to --source, else to the source that has it, else to its host."""
    if polls_table and source_id:
        source = table.by_id(table.load(Path(settings.ingest.sources)), source_id)
        if source.disabled:
            raise UsageError(f"source {source.id} is disabled: {source.disabled}")
        return [(source, source.listings)]
    plan: Plan = []
    for address in addresses:
        urls.canonical(address)  # raises UsageError for what is no URL
        listed = None if source_id else table.of_feed(all_sources(settings), address)
        plan.append((listed or source_named(settings, source_id or urls.host(address)), (address,)))
    return plan


def due(settings: Settings) -> Plan:
    """Every source that is due, with those of its feeds and sitemaps that are."""
    active = [s for s in table.load(Path(settings.ingest.sources)) if not s.disabled]
    at = datetime.now(UTC)
    with open_memory(settings) as memory:
        known = memory.recall_all((s.id, url) for s in active for url in s.listings)
    plan: Plan = []
    for source in active:
        visits = [(url, known.get(visit_id(source.id, url))) for url in source.listings]
        addresses = tuple(url for url, visit in visits if visit is None or visit.is_due(at))
        if addresses:
            plan.append((source, addresses))
    return plan


def source_named(settings: Settings, source_id: str) -> Source:
    """The source of that id as the table has it, else one that has nothing but its id."""
    table.check_id(source_id)
    for source in all_sources(settings):
        if source.id == source_id:
            return source
    return Source(id=source_id, name=source_id)


def given(source: Source, timezone: str | None, language: str | None) -> Source:
    """The source with what the command line says of its documents."""
    return msgspec.structs.replace(
        source,
        timezone=table.check_timezone(timezone) if timezone else source.timezone,
        language=language or source.language,
    )


def all_sources(settings: Settings) -> tuple[Source, ...]:
    """The source table, empty where there is none."""
    path = Path(settings.ingest.sources)
    return table.load(path) if path.exists() else ()


@contextmanager
def open_memory(settings: Settings) -> Iterator[Memory]:
    """The memory that all producers share."""
    elastic = client(settings)
    try:
        yield Memory(
            elastic,
            settings.namespace,
            shards=settings.elastic.shards,
            replicas=settings.elastic.replicas,
        )
    finally:
        elastic.close()
