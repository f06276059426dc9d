"""What a run learned about addresses of the source table, written into it: moved for good, or gone."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import msgspec

from dateline.errors import SettingsError, UsageError
from dateline.settings import Settings
from producers import source_file, sources, urls, visits
from producers.memory import Memory
from producers.poll import Finding
from producers.sources import Source
from producers.tally import Tally
from producers.visits import State


def apply(settings: Settings, findings: Iterable[Finding], tally: Tally, memory: Memory) -> None:
    """Rewrite the table, one line on standard error for each change; the old address stays in `retired`.

    A table that cannot be written stays as it is: what moved is asked at its new place all the same, what is gone is not
    asked, and each run says what to change by hand. Several processes may do this at once.
    """
    path = Path(settings.ingest.sources)
    known = {source.id: source for source in sources.load(path)} if path.exists() else {}
    for finding in findings:
        source = known.get(finding.source)
        if source is None or not _has(source, finding.address):
            continue
        try:
            after = source_file.change(path, source.id, partial(_learned, finding))
        except (SettingsError, UsageError) as error:
            tally.note(f"{finding.address}: {finding.why}: change source {source.id} by hand: {error}")
            continue
        if finding.new is not None:
            _follow(memory, finding.source, finding.address, finding.new, finding.why)
        state = f"; source {source.id} is disabled: it has no other" if after.disabled else ""
        tally.note(f"table   {finding.address}: {finding.why}: changed in {path}{state}")


def _has(source: Source, address: str) -> bool:
    return urls.canonical(address) in {urls.canonical(one) for one in source.listings}


def _learned(finding: Finding, source: Source) -> Source:
    if not _has(source, finding.address):  # another process was faster
        return source
    if finding.new is not None:
        return source_file.moved(source, finding.address, finding.new, finding.why)
    return source_file.gone(source, finding.address, finding.why)


def _follow(memory: Memory, source: str, old: str, new: str, why: str) -> None:
    """What is remembered of the old address goes to the new one, so that nothing counts as seen for the first time."""
    for visit in memory.recall(source, [old]).values():
        there = msgspec.structs.replace(
            visit, url=new, host=urls.host(new), moved_to=None, moves=0, leased_until=None, token=None
        )
        left = msgspec.structs.replace(visit, state=State.RETIRED, due=None, reason=why)
        memory.save([there, left] if visits.visit_id(source, new) != visit.id else [])
