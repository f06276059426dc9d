"""From a feed to its pages: what a poll of a source does."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from producers import feeds, urls
from producers.documents import FeedHints, RawDocument
from producers.feeds import Feed, FeedError
from producers.fetch import Fetcher, Response
from producers.sources import Source
from producers.tally import Tally
from producers.trouble import FetchError, Trouble
from schemas import envelope

Emit = Callable[[RawDocument], Awaitable[None]]
"""Takes a document on its way; returns when there is room for the next."""


async def poll(fetcher: Fetcher, source: Source, addresses: Sequence[str], emit: Emit, tally: Tally) -> None:
    """Fetch each address, and the pages it leads to if it is a feed; an address that is a page is ingested itself.

    Addresses and pages are fetched concurrently, as far as politeness allows. Troubles go to the tally, none is raised.
    """
    async with asyncio.TaskGroup() as group:
        for address in addresses:
            group.create_task(_address(fetcher, source, address, emit, tally))


async def _address(fetcher: Fetcher, source: Source, address: str, emit: Emit, tally: Tally) -> None:
    try:
        response = await fetcher.get(address, accept=feeds.ACCEPT, delay=source.delay)
        if not feeds.looks_like_feed(response.content_type, response.body):
            await emit(document(response, source, None))
            return
        feed = await asyncio.to_thread(_parsed, response)
    except (FetchError, FeedError) as error:
        tally.failed(address, str(error))
        return
    if not feed.items:
        tally.note(f"{address}: a feed without links to pages")
    async with asyncio.TaskGroup() as group:
        for item in feed.items:
            group.create_task(_page(fetcher, source, item.url, item.hints, emit, tally))


async def _page(
    fetcher: Fetcher, source: Source, url: str, hints: FeedHints, emit: Emit, tally: Tally
) -> None:
    try:
        response = await fetcher.get(url, delay=source.delay)
    except FetchError as error:
        tell = tally.refused if error.trouble is Trouble.ROBOTS else tally.failed
        tell(url, str(error))
        return
    await emit(document(response, source, hints))


def document(response: Response, source: Source, hints: FeedHints | None) -> RawDocument:
    """What was fetched, as a raw document of that source."""
    stated = {
        envelope.ROBOTS_TAG: response.headers.get("x-robots-tag"),
        envelope.TDM_RESERVATION: response.headers.get("tdm-reservation"),
        envelope.TDM_POLICY: response.headers.get("tdm-policy"),
        envelope.LICENSE_LINK: response.links.get("license"),
        envelope.SOURCE_RIGHTS: source.rights,
    }
    return RawDocument(
        source=source.id,
        url=urls.canonical(response.url),
        body=response.body,
        content_type=response.content_type or "application/octet-stream",
        fetched=response.fetched,
        timezone=source.timezone,
        language=source.language,
        requested_url=response.requested_url,
        final_url=response.url,
        redirects=tuple(hop.url for hop in response.hops),
        canonical=response.links.get("canonical"),
        http_status=response.status,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        rights={name: value for name, value in stated.items() if value},
        hints=hints,
    )


def _parsed(response: Response) -> Feed:
    return feeds.parse(response.body, url=response.url, content_type=response.content_type)
