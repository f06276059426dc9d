"""A page that was found gone: an article that states its id, and since when it is gone."""

from collections.abc import Mapping

from consumers.normalize.address import tidy
from consumers.normalize.document import NormalizeError
from schemas import envelope
from schemas.ids import article_id
from schemas.order import parse_time
from schemas.reasons import Reason
from schemas.records import Article


def read(headers: Mapping[str, str], *, url: str, source: str, fetched: str) -> Article:
    """What a removal's headers state. Its article is the one that the producer names, else that of the page's address.

    Raises NormalizeError for a time that is none, or an answer other than 404 and 410.
    """
    removed = headers.get(envelope.REMOVED) or fetched
    status = headers.get(envelope.HTTP_STATUS, "")
    try:
        parse_time(removed)
    except ValueError as error:
        raise NormalizeError(Reason.BAD_ENVELOPE, f"{envelope.REMOVED}: {error}") from error
    if status not in ("404", "410"):
        raise NormalizeError(
            Reason.BAD_ENVELOPE, f"{envelope.HTTP_STATUS}: expected 404 or 410 on a removal, got {status!r}"
        )
    return Article(
        id=headers.get(envelope.REMOVED_ARTICLE) or article_id(source, tidy(url) or url),
        url=url,
        source=source,
        headline="",
        paragraphs=(),
        fetched=fetched,
        removed=removed,
        provenance={"removed": f"http:{status}"},
    )
