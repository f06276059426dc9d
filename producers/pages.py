"""A fetched page as a raw document."""

from producers import charset, urls
from producers.documents import FeedHints, RawDocument
from producers.responses import Response
from producers.sources import Source
from producers.tdm import Reservation
from schemas import envelope


def document(
    response: Response, source: Source, hints: FeedHints | None, reservation: Reservation | None = None
) -> RawDocument:
    """What was fetched, as a raw document of that source, with the terms that its headers and its site's file state."""
    stated = {
        envelope.ROBOTS_TAG: response.headers.get("x-robots-tag"),
        envelope.TDM_RESERVATION: response.headers.get("tdm-reservation"),
        envelope.TDM_POLICY: response.headers.get("tdm-policy"),
        envelope.TDM_FILE: str(int(reservation.reserved)) if reservation else None,
        envelope.TDM_FILE_POLICY: reservation.policy if reservation else None,
        envelope.LICENSE_LINK: response.links.get("license"),
        envelope.SOURCE_RIGHTS: str(source.rights) or None,
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
        homepage=source.homepage,
        charset=charset.found(response.body),
        http_status=response.status,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        rights={name: value for name, value in stated.items() if value},
        hints=hints,
    )
