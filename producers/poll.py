"""From a source's feeds and sitemaps to its pages, and back to the pages when they are due."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from producers import removals, selection, urls, visits
from producers.documents import FeedHints, RawDocument
from producers.feeds import FeedError, Item
from producers.fetch import ACCEPT as ACCEPT_PAGE
from producers.fetch import Fetcher, is_text
from producers.listings import ACCEPT, Listing, read
from producers.memory import Memory
from producers.pages import document
from producers.responses import Response
from producers.sitemaps import LARGEST, SitemapError
from producers.sources import Source
from producers.tally import Tally
from producers.trouble import FetchError, Trouble
from producers.visits import SHORTEST, Kind, State, Visit
from schemas import ids

Emit = Callable[[RawDocument], Awaitable[str | None]]
"""Sends a document; returns None when it is safe in the topic, else why it is not."""

DEPTH: Final = 3
CHILDREN: Final = 100
CONFIRM_REMOVAL: Final = 3600.0
_SAVE_AFTER: Final = 200
_SLICE: Final = 50
_GONE_FOR_GOOD: Final = 410


class Finding(msgspec.Struct, frozen=True):
    """What the source table should learn: an address of a source moved for good (to `new`) or is gone (None), and why."""

    source: str
    address: str
    new: str | None
    why: str


class Poller:
    """Does the visits of one run. Troubles go to the tally, none is raised but those of Kafka and Elasticsearch.

    With a memory, requests are conditional, known pages are left to their schedule, and addresses that another process is at
    are left to it; an address is recorded as fetched only after its documents are safe in the topic. No more pages of a source
    are fetched than its budget; the others are remembered and come next. Without a memory, all that the listings name is fetched.

    `findings` is what the run learned about addresses of the table.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        emit: Emit,
        tally: Tally,
        memory: Memory | None = None,
        *,
        confirm: float = CONFIRM_REMOVAL,
    ) -> None:
        """`confirm`: seconds between the first and the last answer that make a page believed gone (`producers.removals`)."""
        self._fetcher = fetcher
        self._confirm = confirm
        self._emit = emit
        self._tally = tally
        self._memory = memory
        self.findings: list[Finding] = []
        self._done: list[Visit] = []
        self._elsewhere = 0
        self._spent: defaultdict[str, int] = defaultdict(int)
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._shares: Mapping[str, float] = {}

    async def poll(self, plan: Iterable[tuple[Source, Sequence[str]]]) -> None:
        """Ask each listing of each source, and fetch the pages that are new, newly dated, or due.

        An address that is none of its source's listings and turns out to be a page is ingested itself.
        """
        wanted = [(source, address) for source, addresses in plan for address in addresses]
        sources = {source.id: source for source, _ in wanted}
        await self._prepare(sources)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._waiting(sources))
            group.create_task(self._listings(wanted, DEPTH))
        await self._record()
        if self._elsewhere:
            self._tally.note(f"{self._elsewhere} addresses were left to another process that is at them")

    async def revisit(self, sources: Mapping[str, Source], due: Sequence[Visit]) -> None:
        """Fetch pages that are due again. `sources` gives what is known of them by id."""
        assert self._memory is not None
        await self._prepare({visit.source for visit in due})
        unknown = {v.source: Source(id=v.source, name=v.source) for v in due if v.source not in sources}
        known = {**unknown, **sources}
        await self._pages([(known[visit.source], visit) for visit in due])
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

    async def _listings(self, wanted: Sequence[tuple[Source, str]], depth: int) -> None:
        known = await self._recall(wanted)
        at = _now()
        asked: dict[str, tuple[Source, Visit]] = {}
        for source, address in wanted:
            before = known.get(visits.visit_id(source.id, address))
            visit = before or visits.first(Kind.LISTING, source.id, address, at)
            if visit.state is State.GONE:
                self._lost(source, visit, visit.reason or "gone")
            else:
                asked[visit.id] = (source, visit)
        claimed = await self._claim([visit for _, visit in asked.values()])
        self._elsewhere += len(asked) - len(claimed)
        async with asyncio.TaskGroup() as group:
            for visit in claimed:
                group.create_task(self._listing(asked[visit.id][0], visit, depth))

    async def _listing(self, source: Source, visit: Visit, depth: int) -> None:
        at = _now()
        try:
            asked = visit if selection.believes_validators(visit, at) else selection.without_validators(visit)
            response = await self._get(source, asked, accept=ACCEPT, textual=False, limit=LARGEST)
            seen = visit.event_id if response.not_modified else ids.digest((response.body,))
            if seen == visit.event_id:
                self._tally.unchanged()
                await self._listing_done(source, visit, response, seen)
                return
            listing = await asyncio.to_thread(read, response)
            if listing is None and (depth < DEPTH or visit.url in source.listings):
                said = f"expected a feed or a sitemap, got {response.content_type or 'something'} at {response.url}"
                raise FeedError(f"{visit.url}: {said}")
        except (FetchError, FeedError, SitemapError) as error:
            trouble = error.trouble if isinstance(error, FetchError) else Trouble.NOT_A_LISTING
            gone = isinstance(error, FetchError) and error.status == _GONE_FOR_GOOD
            if gone:
                self._lost(source, visit, f"gone (HTTP {_GONE_FOR_GOOD})")
            else:
                self._tally.failed(visit.url, f"{error}; see `dateline sources check {source.id}`", trouble)
            await self._failed(visit, error, wait=source.every, gone=gone)
            return
        if listing is None:
            await self._found_page(source, visit, response, seen)
            return
        for problem in listing.problems:
            self._tally.note(f"{visit.url}: {problem}")
        if not listing.items and not listing.children:
            self._tally.note(f"{visit.url}: lists no pages")
        if await self._follow(source, listing, first_time=visit.fetches == 0):
            await self._children(source, listing.children, depth)
            await self._listing_done(source, visit, response, seen, again=selection.hides_changes(listing))
        else:
            # something was not sent: the next poll shall see the whole listing again
            await self._later(msgspec.structs.replace(visit, leased_until=None, due=at + source.every))

    def _lost(self, source: Source, visit: Visit, why: str) -> None:
        self._tally.failed(visit.url, f"{why}: not asked again", Trouble.STATUS)
        self.findings.append(Finding(source.id, visit.url, None, f"{why}, found {_now():%Y-%m-%d}"))

    async def _get(
        self,
        source: Source,
        visit: Visit,
        *,
        accept: str = ACCEPT_PAGE,
        textual: bool = True,
        limit: int | None = None,
    ) -> Response:
        """Ask for an address on the source's terms. Raises FetchError."""
        at_once = source.politeness.concurrency
        gate = self._gates.setdefault(source.id, asyncio.Semaphore(at_once)) if at_once else nullcontext()
        async with gate:
            return await self._fetcher.get(
                visit.address,
                etag=visit.etag,
                last_modified=visit.last_modified,
                accept=accept,
                textual=textual,
                limit=limit,
                delay=source.delay,
            )

    async def _waiting(self, sources: Mapping[str, Source]) -> None:
        """Pages that earlier runs came to know and did not get to."""
        if self._memory is None:
            return
        found = await asyncio.to_thread(self._memory.waiting, sorted(sources), _now())
        await self._pages([(sources[visit.source], visit) for visit in found])

    async def _pages(self, wanted: Sequence[tuple[Source, Visit]]) -> bool:
        """Fetch these as far as the budget of their sources goes; whether none of what was fetched remained unsent."""
        now: dict[str, tuple[Source, dict[str, Visit]]] = {}
        over: list[Visit] = []
        for source, visit in wanted:
            if self._memory is not None and self._spent[source.id] >= source.politeness.budget:
                over.append(visit)
            else:
                self._spent[source.id] += 1
                now.setdefault(source.id, (source, {}))[1][visit.id] = visit
        if over:
            await self._put_off(over)
        results: list[bool] = []
        async with asyncio.TaskGroup() as group:
            for source, some in now.values():
                group.create_task(self._in_slices(source, list(some.values()), results))
        return all(results)

    async def _in_slices(self, source: Source, wanted: Sequence[Visit], results: list[bool]) -> None:
        """Claim pages only shortly before they are asked for, so that no lease runs out while a slow host is waited for."""

        async def one(visit: Visit) -> None:
            results.append(await self._page(source, visit))

        for begin in range(0, len(wanted), _SLICE):
            claimed = await self._claim(wanted[begin : begin + _SLICE])
            async with asyncio.TaskGroup() as group:
                for visit in claimed:
                    group.create_task(one(visit))

    async def _put_off(self, over: Sequence[Visit]) -> None:
        assert self._memory is not None
        at = _now()
        kept = [msgspec.structs.replace(visit, due=visit.due or at) for visit in over if visit.free(at)]
        await asyncio.to_thread(self._memory.save, kept)
        counted = defaultdict[str, int](int)
        for visit in over:
            counted[visit.source] += 1
        for source, number in counted.items():
            self._tally.note(
                f"{source}: {number} pages wait for the next run: its budget is spent (politeness.budget)"
            )

    async def _found_page(self, source: Source, visit: Visit, response: Response, seen: str | None) -> None:
        if not is_text(response.content_type):
            error = FetchError(
                visit.url, Trouble.CONTENT_TYPE, f"content type {response.content_type!r} holds no article"
            )
            self._tally.failed(visit.url, str(error), error.trouble)
            await self._failed(visit, error, wait=source.every, gone=False)
        elif await self._emit(await self._document(source, response, None)) is None:
            await self._listing_done(source, visit, response, seen)

    async def _follow(self, source: Source, listing: Listing, *, first_time: bool) -> bool:
        at = _now()
        if self._memory is None:
            wanted = [visits.first(Kind.PAGE, source.id, item.url, at, item.hints) for item in listing.items]
        else:
            known = await self._recall((source, item.url) for item in listing.items)
            wanted, old = selection.worth_fetching(source, listing, known, at, first_time=first_time)
            if old:
                await asyncio.to_thread(self._memory.save, old)
        newest = sorted(wanted, key=lambda visit: visit.touched or at, reverse=True)
        return await self._pages([(source, visit) for visit in newest])

    async def _children(self, source: Source, children: Sequence[Item], depth: int) -> None:
        if not children:
            return
        if depth == 0:
            self._tally.failed(
                children[0].url, f"sitemap indices nested more than {DEPTH} deep are not followed"
            )
            return
        newest = sorted(children, key=selection.newest_first, reverse=True)
        if len(newest) > CHILDREN and self._memory is not None:
            self._tally.note(
                f"{children[0].url}: one of {len(newest)} sitemaps: the newest {CHILDREN} are read"
            )
            newest = newest[:CHILDREN]
        known = await self._recall((source, child.url) for child in newest)
        wanted: list[tuple[Source, str]] = []
        for child in newest:
            visit = known.get(visits.visit_id(source.id, child.url))
            dated = visits.moment(child.hints.updated)
            if not (visit and visit.fetched and dated and dated <= visit.fetched):
                wanted.append((source, child.url))
        await self._listings(wanted, depth - 1)

    async def _page(self, source: Source, visit: Visit) -> bool:
        """Whether the page needs no further care in this run: False if its document could not be sent."""
        try:
            asked = selection.without_validators(visit) if visit.removed else visit
            response = await self._get(source, asked)
        except FetchError as error:
            if error.gone and visit.event_id is not None and self._memory is not None:
                return await self._missing(source, visit, error, self._memory)
            self._tell(visit, error)
            await self._failed(visit, error, wait=SHORTEST, gone=error.gone)
            return True
        raw = None if response.not_modified else await self._document(source, response, visit.hints)
        if raw is None or (raw.event_id == visit.event_id and visit.removed is None):
            self._tally.unchanged()
        elif (problem := await self._emit(raw)) is not None:
            await self._failed(
                visit, FetchError(visit.url, Trouble.NOT_SENT, problem), wait=SHORTEST, gone=False
            )
            return False
        at = _now()
        changed = raw is not None and raw.event_id != visit.event_id
        after = _answered(visit, response, at, changed=changed, event_id=raw.event_id if raw else None)
        await self._later(visits.next_page_visit(after, at, self._shares.get(source.id, visits.growth(0, 0))))
        return True

    async def _document(self, source: Source, response: Response, hints: FeedHints | None) -> RawDocument:
        return document(response, source, hints, await self._fetcher.reservation(response))

    async def _missing(self, source: Source, visit: Visit, error: FetchError, memory: Memory) -> bool:
        """A page that was ingested is not there: ask again, and once that is believed, send its removal. As `_page` returns."""
        at = _now()
        if visit.removed is not None:
            self._tally.unchanged()
            await self._later(removals.gone(visit, at, error.said, removed=True))
            return True
        after, believed = removals.missed(visit, at, error, self._confirm)
        placed = await asyncio.to_thread(memory.placed, visit.event_id or "") if believed else None
        if placed is None or placed.fate == "waiting":
            why = "the pipeline has not placed it yet" if placed else "asked again before that is believed"
            self._tally.postponed(visit.url, f"{error.said}: {why}", error.trouble)
            await self._later(after)
            return True
        lives = placed.fate == "article" and await self._lives(source, visit, placed.url)
        if lives is None:
            await self._later(after)
        elif lives or placed.fate == "no_article":
            why = f"its article is still at {placed.url}" if lives else "no article was made of it"
            self._tally.gone(visit.url, f"{error.said}; {why}")
            await self._later(removals.gone(after, at, f"{error.said}; {why}", removed=False))
        elif (problem := await self._emit(removals.document(after, error, source, placed, at))) is not None:
            self._tally.postponed(visit.url, problem, Trouble.NOT_SENT)
            await self._later(after)
            return False
        else:
            self._tally.gone(visit.url, error.said)
            await self._later(removals.gone(after, at, error.said, removed=True))
        return True

    async def _lives(self, source: Source, visit: Visit, own: str) -> bool | None:
        """Whether an article still answers at its own address, where that is another one; None: cannot tell now."""
        if not urls.is_web(own) or urls.canonical(own) in (
            urls.canonical(visit.url),
            urls.canonical(visit.address),
        ):
            return False
        try:
            await self._fetcher.get(own, delay=source.delay)
        except FetchError as error:
            return False if error.gone else None
        return True

    def _tell(self, visit: Visit, error: FetchError) -> None:
        if error.trouble is Trouble.ROBOTS:
            self._tally.refused(visit.url, str(error))
        elif error.gone and visit.event_id is not None:
            self._tally.gone(visit.url, error.said)
        elif self._memory is not None and error.temporary:
            self._tally.postponed(visit.url, error.said, error.trouble)
        else:
            after = ": not asked again unless it is dated anew" if self._memory is not None else ""
            self._tally.failed(visit.url, f"{error}{after}", error.trouble)

    async def _listing_done(
        self, source: Source, visit: Visit, response: Response, seen: str | None, *, again: bool = False
    ) -> None:
        """`seen` names what the listing held; `again`: the next poll reads it whatever it answers."""
        at = _now()
        after = _answered(visit, response, at, changed=not response.not_modified, event_id=seen)
        if again:
            after = msgspec.structs.replace(selection.without_validators(after), event_id=None)
        if after.address != visit.url:
            why = f"moved for good to {after.address}, met {after.moves} times, last {at:%Y-%m-%d}"
            self.findings.append(Finding(source.id, visit.url, after.address, why))
        await self._later(msgspec.structs.replace(after, due=at + source.every))

    async def _failed(
        self, visit: Visit, error: FetchError | FeedError | SitemapError, *, wait: timedelta, gone: bool
    ) -> None:
        temporary = isinstance(error, FetchError) and error.temporary
        if isinstance(error, FetchError) and error.pause:
            wait = max(wait, timedelta(seconds=error.pause))
        trouble = error.trouble if isinstance(error, FetchError) else Trouble.NOT_A_LISTING
        await self._later(
            visits.failed(
                visit, _now(), str(error), wait=wait, temporary=temporary, gone=gone, trouble=trouble
            )
        )

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
