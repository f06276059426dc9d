"""Pages that are gone: when that is believed, what is sent, and how long one looks whether they come back.

One 404 may pass: a mishap of a deployment, a cache, a moment without a database. So a page that was ingested is asked again
before it is believed gone, and by then the pipeline must have made an article of it whose own address is gone as well.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from producers import urls
from producers.documents import RawDocument
from producers.sources import Source
from producers.trouble import FetchError
from producers.visits import LONGEST, RETIRE_AFTER, SHORTEST, State, Visit
from schemas import envelope, ids

ANSWERS: Final = {404: 3, 410: 2}
"""How many answers in a row it takes. They are `ingest.confirm_removal` seconds apart from first to last, half of that for 410."""
_FIRST_LOOK: Final = timedelta(days=1)


class Placed(msgspec.Struct, frozen=True):
    """What became of a document: "waiting", "no_article" (quarantined), or the article that it is, with its address."""

    fate: Literal["waiting", "no_article", "article"]
    article_id: str = ""
    url: str = ""


def missed(visit: Visit, at: datetime, error: FetchError, confirm: float) -> tuple[Visit, bool]:
    """After one more answer that there is no such page: the visit, due again soon, and whether that is believed now.

    With `confirm` 0 the first answer is believed.
    """
    since = visit.missing_since or at
    answers = visit.missing + 1
    span = confirm if error.status == 404 else confirm / 2
    believed = not confirm or (
        answers >= ANSWERS.get(error.status or 0, 3) and at - since >= timedelta(seconds=span)
    )
    again = at + max(timedelta(seconds=confirm / 2), SHORTEST)
    after = msgspec.structs.replace(
        visit,
        leased_until=None,
        missing=answers,
        missing_since=since,
        fetched=at,
        reason=f"{error.said}, {answers} in a row",
        trouble=error.trouble,
        due=again,
    )
    return after, believed


def gone(visit: Visit, at: datetime, why: str, *, removed: bool) -> Visit:
    """A page that is believed gone; `removed` if its article is gone with it. Looked at again ever less, for a month."""
    since = visit.removed or (visit.missing_since if removed else None)
    wait = min(max((at - (visit.missing_since or at)) * 2, _FIRST_LOOK), LONGEST)
    over = at - (visit.missing_since or at) > RETIRE_AFTER
    return msgspec.structs.replace(
        visit,
        leased_until=None,
        state=State.GONE,
        reason=why[:500],
        removed=since,
        fetched=at,
        due=None if over else at + wait,
    )


def document(visit: Visit, error: FetchError, source: Source, placed: Placed, at: datetime) -> RawDocument:
    """The removal of a visited page as a raw event."""
    return event(
        visit.address,
        source,
        status=error.status,
        since=(visit.missing_since or at).isoformat(timespec="seconds"),
        fetched=at.isoformat(),
        found={envelope.REMOVED_ARTICLE: placed.article_id},
    )


def event(
    address: str, source: Source, *, status: int | None, since: str, fetched: str, found: dict[str, str]
) -> RawDocument:
    """A removal as a raw event: no bytes, the status, and since when. The same removal is the same event.

    Without an article id among `found`, it is of the article at that address. Raises UsageError for what is no web address.
    """
    url = urls.canonical(address)
    return RawDocument(
        source=source.id,
        url=url,
        body=b"",
        kind=envelope.REMOVED_TYPE,
        own_id=ids.digest(("removal", source.id, url, since)),
        content_type="application/octet-stream",
        fetched=fetched,
        timezone=source.timezone,
        language=source.language,
        homepage=source.homepage,
        requested_url=address,
        http_status=status,
        found={envelope.REMOVED: since} | found,
    )
