"""The stage: raw documents in, articles out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from consumers.normalize import removal
from consumers.normalize.aliases import aliases
from consumers.normalize.article import normalize
from consumers.normalize.document import DEFAULT_MAX_BYTES, Document, NormalizeError
from consumers.normalize.times import zone_named
from dateline.outcome import Keep, Outcome, Output, Reject
from dateline.stage import Item, Lane
from schemas import envelope
from schemas.order import parse_time
from schemas.reasons import Reason, Stage
from schemas.records import Article
from schemas.topics import NORMALIZED, RAW, RAW_BACKFILL

_NEEDED = (envelope.CE_ID, envelope.CE_TYPE, envelope.CE_TIME, envelope.SOURCE_ID)


class NormalizeStage:
    """Reads each raw document by itself: no state, no ports, so any batch boundaries and replays give the same."""

    name: Final = Stage.NORMALIZE
    lanes: Sequence[Lane] = (Lane((RAW,)), Lane((RAW_BACKFILL,)))

    def __init__(self, *, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """One article for each document that holds one, a Reject with its reason for the others."""
        return [self._decide(item) for item in batch]

    def close(self) -> None:
        """Holds nothing."""

    def _decide(self, item: Item) -> Outcome:
        try:
            headers = item.message.headers
            if headers.get(envelope.CE_TYPE) == envelope.REMOVED_TYPE:
                article = _removal(headers)
            else:
                article = normalize(self._document(item))
                article = msgspec.structs.replace(article, aliases=aliases(article.url, headers))
        except NormalizeError as error:
            return Reject(error.reason, error.message)
        return Keep(outputs=(Output(NORMALIZED.name, article.id, article),), article_id=article.id)

    def _document(self, item: Item) -> Document:
        headers, body = item.message.headers, item.message.value
        if body is None:
            raise NormalizeError(Reason.NULL_VALUE, "expected the bytes of a document, got no value")
        url = _address(headers)
        if headers[envelope.CE_TYPE] != envelope.RAW_TYPE:
            raise NormalizeError(
                Reason.UNKNOWN_SCHEMA,
                f"{envelope.CE_TYPE}: expected {envelope.RAW_TYPE}, got {headers[envelope.CE_TYPE]}",
            )
        if problem := headers.get(envelope.PROBLEM):
            raise NormalizeError(Reason.UNDECODABLE, problem)
        try:
            return Document(
                body=body,
                content_type=headers.get(envelope.CONTENT_TYPE, ""),
                url=url,
                source=headers[envelope.SOURCE_ID],
                fetched=_fetched(headers[envelope.CE_TIME]),
                timezone=_timezone(headers.get(envelope.SOURCE_TIMEZONE) or "UTC"),
                language=headers.get(envelope.SOURCE_LANGUAGE),
                hints=_hints(headers),
                homepage=headers.get(envelope.SOURCE_HOMEPAGE),
                canonical_link=headers.get(envelope.CANONICAL_LINK),
                terms={name: headers[name] for name in envelope.TERMS if headers.get(name)},
                content_encoding=headers.get("content-encoding", ""),
                max_bytes=self._max_bytes,
            )
        except ValueError as error:
            raise NormalizeError(Reason.BAD_ENVELOPE, str(error)) from error


def _address(headers: Mapping[str, str]) -> str:
    """Where the document was found. Raises NormalizeError where that or another header is missing that every message needs."""
    missing = [name for name in _NEEDED if not headers.get(name)]
    url = headers.get(envelope.FINAL_URL) or headers.get(envelope.CE_SUBJECT)
    if missing or not url:
        wanted = ", ".join(missing or [f"{envelope.FINAL_URL} or {envelope.CE_SUBJECT}"])
        raise NormalizeError(Reason.BAD_ENVELOPE, f"headers missing: {wanted}")
    return url


def _removal(headers: Mapping[str, str]) -> Article:
    url = _address(headers)
    try:
        fetched = _fetched(headers[envelope.CE_TIME])
    except ValueError as error:
        raise NormalizeError(Reason.BAD_ENVELOPE, str(error)) from error
    return removal.read(headers, url=url, source=headers[envelope.SOURCE_ID], fetched=fetched)


def _fetched(text: str) -> str:
    try:
        parse_time(text)
    except ValueError as error:
        raise ValueError(f"{envelope.CE_TIME}: {error}") from error
    return text


def _timezone(name: str) -> str:
    try:
        return zone_named(name).key
    except ValueError as error:
        raise ValueError(f"{envelope.SOURCE_TIMEZONE}: {error}") from error


def _hints(headers: Mapping[str, str]) -> dict[str, str]:
    """What the feed said, as far as it is text: lists are joined by commas."""
    stated = headers.get(envelope.FEED_HINTS)
    if not stated:
        return {}
    try:
        hints = msgspec.json.decode(stated, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(f"{envelope.FEED_HINTS}: expected a JSON object: {error}") from error
    joined = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in hints.items()
    }
    return {key: str(value) for key, value in joined.items() if value}
