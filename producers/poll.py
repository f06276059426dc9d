"""From a source's feeds and sitemaps to its pages, and back to the pages when they are due."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from producers import visits
from producers.documents import RawDocument
from producers.feeds import FeedError, Item
from producers.fetch import Fetcher, Response, is_text
from producers.listings import ACCEPT, Listing, read
from producers.memory import Memory
from producers.pages import document
from producers.sitemaps import LARGEST, SitemapError
from producers.sources import Source
from producers.tally import Tally
from producers.trouble import FetchError, Trouble
from producers.visits import SHORTEST, Kind, State, Visit

Emit = Callable[[RawDocument], Awaitable[str | None]]
"""Sends a document; returns None when it is safe in the topic, else why it is not."""

DEPTH: Final = 3
CHILDREN: Final = 100
NEWS_AGE: Final = timedelta(days=3)
"""How old a page may be that a sitemap brings up for the first time."""
_SAVE_AFTER: Final = 200


class Poller:
    """Does the visits of one run. Troubles go to the tally, none is raised but those of Kafka and Elasticsearch.

    With a memory, requests are conditional, known pages are left to their schedule, and addresses that another process is at
    are left to it; an address is recorded as fetched only after its documents are safe in the topic. Without one, all that
    the listings name is fetched.
    """

    def __init__(self, fetcher: Fetcher, emit: Emit, tally: Tally, memory: Memory | None = None) -> None:
        self._fetcher = fetcher
        self._emit = emit
        self._tally = tally
        self._memory = memory
        self._done: list[Visit] = []
        self._shares: Mapping[str, float] = {}

    async def poll(self, plan: Iterable[tuple[Source, Sequence[str]]]) -> None:
        """Ask each listing of each source, and fetch the pages that are new, newly dated, or due.

        An address that turns out to be a page is ingested itself.
        """
        wanted = [(source, address) for source, addresses in plan for address in addresses]
        await self._prepare({source.id for source, _ in wanted})
        known = await self._recall(wanted)
        async with asyncio.TaskGroup() as group:
            for source, address in wanted:
                visit = known.get(visits.visit_id(source.id, address))
                group.create_task(self._listing(source, address, visit, DEPTH))
        await self._record()

    async def revisit(self, sources: Mapping[str, Source], due: Sequence[Visit]) -> None:
        """Fetch pages that are due again. `sources` gives what is known of them by id."""
        assert self._memory is not None
        await self._prepare({visit.source for visit in due})
        claimed = await asyncio.to_thread(self._memory.claim, due, _now())
        async with asyncio.TaskGroup() as group:
            for visit in claimed:
                source = sources.get(visit.source) or Source(id=visit.source, name=visit.source)
                group.create_task(self._page(source, visit))
        await self._record()

    async def _prepare(self, ids: Iterable[str]) -> None:
        if self._memory is not None:
            self._shares = await asyncio.to_thread(self._memory.shares, sorted(ids))

    async def _recall(self, addresses: Iterable[tuple[Source, str]]) -> dict[str, Visit]:
        if self._memory is None:
            return {}
        pairs = [(source.id, address) for source, address in addresses]
        return await asyncio.to_thread(self._memory.recall_all, pairs)

    async def _claim(self, wanted: Sequence[Visit]) -> list[Visit]:
        if self._memory is None:
            return list(wanted)
        return await asyncio.to_thread(self._memory.claim, wanted, _now())

    async def _listing(self, source: Source, address: str, known: Visit | None, depth: int) -> None:
        at = _now()
        before = known or visits.first(Kind.LISTING, source.id, address, at)
        if before.state is State.GONE:
            self._tally.failed(address, f"{before.reason}; take it out of the source table")
            return
        claimed = await self._claim([before])
        if not claimed:
            self._tally.note(f"{address}: another process is at it")
            return
        (visit,) = claimed
        try:
            response = await self._fetcher.get(
                visit.address,
                etag=visit.etag,
                last_modified=visit.last_modified,
                accept=ACCEPT,
                textual=False,
                limit=LARGEST,
                delay=source.delay,
            )
            if response.not_modified:
                self._tally.unchanged()
                await self._listing_done(source, visit, response)
                return
            listing = await asyncio.to_thread(read, response)
        except (FetchError, FeedError, SitemapError) as error:
            self._tally.failed(address, str(error))
            gone = isinstance(error, FetchError) and error.status == 410
            await self._failed(visit, error, wait=source.every, gone=gone)
            return
        if listing is None:
            await self._found_page(source, visit, response)
            return
        if not listing.items and not listing.children:
            self._tally.note(f"{address}: lists no pages")
        if await self._follow(source, listing, first_time=visit.fetches == 0):
            await self._children(source, listing.children, depth)
            await self._listing_done(source, visit, response)
        else:
            # something was not sent: the next poll shall see the whole listing again
            await self._later(msgspec.structs.replace(visit, leased_until=None, due=at + source.every))

    async def _found_page(self, source: Source, visit: Visit, response: Response) -> None:
        if not is_text(response.content_type):
            error = FetchError(
                visit.url, Trouble.CONTENT_TYPE, f"content type {response.content_type!r} holds no article"
            )
            self._tally.failed(visit.url, str(error))
            await self._failed(visit, error, wait=source.every, gone=False)
        elif await self._emit(document(response, source, None)) is None:
            await self._listing_done(source, visit, response)

    async def _follow(self, source: Source, listing: Listing, *, first_time: bool) -> bool:
        at = _now()
        if self._memory is None:
            wanted = [visits.first(Kind.PAGE, source.id, item.url, at, item.hints) for item in listing.items]
        else:
            known = await self._recall((source, item.url) for item in listing.items)
            wanted, old = _worth_fetching(source, listing, known, at, first_time=first_time)
            if old:
                await asyncio.to_thread(self._memory.save, old)
        claimed = await self._claim(wanted)
        results: list[bool] = []

        async def one(visit: Visit) -> None:
            results.append(await self._page(source, visit))

        async with asyncio.TaskGroup() as group:
            for visit in claimed:
                group.create_task(one(visit))
        return all(results)

    async def _children(self, source: Source, children: Sequence[Item], depth: int) -> None:
        if not children:
            return
        if depth == 0:
            self._tally.failed(
                children[0].url, f"sitemap indices nested more than {DEPTH} deep are not followed"
            )
            return
        newest = sorted(children, key=lambda child: child.hints.updated or "", reverse=True)
        if len(newest) > CHILDREN and self._memory is not None:
            newest = newest[:CHILDREN]
        known = await self._recall((source, child.url) for child in newest)
        async with asyncio.TaskGroup() as group:
            for child in newest:
                visit = known.get(visits.visit_id(source.id, child.url))
                dated = visits.moment(child.hints.updated)
                if not (visit and visit.fetched and dated and dated <= visit.fetched):
                    group.create_task(self._listing(source, child.url, visit, depth - 1))

    async def _page(self, source: Source, visit: Visit) -> bool:
        """Whether the page needs no further care in this run: False if its document could not be sent."""
        try:
            response = await self._fetcher.get(
                visit.address, etag=visit.etag, last_modified=visit.last_modified, delay=source.delay
            )
        except FetchError as error:
            self._tell(visit, error)
            await self._failed(visit, error, wait=SHORTEST, gone=error.gone)
            return True
        raw = None if response.not_modified else document(response, source, visit.hints)
        if raw is None or raw.event_id == visit.event_id:
            self._tally.unchanged()
        elif (problem := await self._emit(raw)) is not None:
            await self._failed(
                visit, FetchError(visit.url, Trouble.CONNECT, problem), wait=SHORTEST, gone=False
            )
            return False
        at = _now()
        changed = raw is not None and raw.event_id != visit.event_id
        after = _answered(visit, response, at, changed=changed, event_id=raw.event_id if raw else None)
        await self._later(visits.next_page_visit(after, at, self._shares.get(source.id, visits.growth(0, 0))))
        return True

    def _tell(self, visit: Visit, error: FetchError) -> None:
        if error.trouble is Trouble.ROBOTS:
            self._tally.refused(visit.url, str(error))
        elif error.gone and visit.event_id is not None:
            self._tally.gone(visit.url, error.said)
        elif self._memory is not None and error.temporary:
            self._tally.postponed(visit.url, error.said)
        else:
            self._tally.failed(visit.url, str(error))

    async def _listing_done(self, source: Source, visit: Visit, response: Response) -> None:
        at = _now()
        after = _answered(visit, response, at, changed=not response.not_modified, event_id=None)
        await self._later(msgspec.structs.replace(after, due=at + source.every))

    async def _failed(
        self, visit: Visit, error: FetchError | FeedError | SitemapError, *, wait: timedelta, gone: bool
    ) -> None:
        temporary = isinstance(error, FetchError) and error.temporary
        if isinstance(error, FetchError) and error.pause:
            wait = max(wait, timedelta(seconds=error.pause))
        await self._later(visits.failed(visit, _now(), str(error), wait=wait, temporary=temporary, gone=gone))

    async def _later(self, visit: Visit) -> None:
        """Record a finished visit, many at a time; what a crash loses of them is fetched again after its lease."""
        if self._memory is None:
            return
        self._done.append(visit)
        if len(self._done) >= _SAVE_AFTER:
            await self._record()

    async def _record(self) -> None:
        if self._memory is not None and self._done:
            done, self._done = self._done, []
            await asyncio.to_thread(self._memory.save, done)


def _worth_fetching(
    source: Source, listing: Listing, known: Mapping[str, Visit], at: datetime, *, first_time: bool
) -> tuple[list[Visit], list[Visit]]:
    """The pages to fetch now, and those to remember only: the old stock of a sitemap that is read for the first time."""
    wanted: list[Visit] = []
    old: list[Visit] = []
    for item in listing.items:
        visit = known.get(visits.visit_id(source.id, item.url))
        touched = visits.touched(item.hints)
        if visit is not None:
            newer = touched is not None and (visit.touched is None or touched > visit.touched)
            if newer or (visit.state is State.ACTIVE and visit.is_due(at)):
                wanted.append(
                    msgspec.structs.replace(
                        visit, state=State.ACTIVE, hints=item.hints, touched=touched or visit.touched
                    )
                )
            continue
        new = visits.first(Kind.PAGE, source.id, item.url, at, item.hints)
        if listing.complete and (first_time if touched is None else at - touched > NEWS_AGE):
            old.append(msgspec.structs.replace(new, state=State.LISTED))
        else:
            wanted.append(msgspec.structs.replace(new, due=at))
    return wanted, old


def _answered(
    visit: Visit, response: Response, at: datetime, *, changed: bool, event_id: str | None
) -> Visit:
    kept = response.not_modified
    return visits.answered(
        visit,
        at,
        changed=changed,
        etag=response.headers.get("etag") or (visit.etag if kept else None),
        last_modified=response.headers.get("last-modified") or (visit.last_modified if kept else None),
        event_id=event_id,
        moved_to=visit.moved_to if visit.address != visit.url and not response.hops else response.moved_to,
    )


def _now() -> datetime:
    return datetime.now(UTC)
