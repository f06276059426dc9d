"""The order of an article's versions: by their own dates, never by arrival."""

from datetime import UTC, datetime

from schemas.records import Article, Version

_EPOCH_FETCHED = datetime(2000, 1, 1, tzinfo=UTC)
_FETCHED_BITS = 31


def parse_time(text: str) -> datetime:
    """An aware datetime from RFC 3339 text; raises ValueError on anything else, naive times included."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"expected an RFC 3339 time with an offset, got {text!r}")
    return moment


def effective_time(article: Article) -> str | None:
    """When this version came to be, by its own account: `modified`, else `published`, else None."""
    return article.modified or article.published


def version_order(article: Article) -> int:
    """A positive 63-bit integer that grows with the version's own time, ties broken by when it was fetched.

    Whole seconds of `effective_time` (or of `fetched` without one) above 31 bits of `fetched` in seconds since 2000.
    Serves as Elasticsearch's external version, so a late arrival never overwrites a newer version.
    """
    return order_at(effective_time(article) or article.fetched, article.fetched)


def standing(version: Version) -> int:
    """Which of an article's versions is its latest: the one with the greatest, of two the one sent last."""
    return max(version.version_order, version.article_order)


def order_at(effective: str, fetched: str) -> int:
    """The same from the times alone."""
    high = max(0, min(int(parse_time(effective).timestamp()), 2**32 - 1))
    order: int = (high << _FETCHED_BITS) | fetched_seconds(fetched)
    return order


def fetched_seconds(fetched: str) -> int:
    """When something was fetched, in whole seconds since 2000: 31 bits."""
    seconds = int((parse_time(fetched) - _EPOCH_FETCHED).total_seconds())
    most: int = 2**_FETCHED_BITS - 1
    return max(0, min(seconds, most))
