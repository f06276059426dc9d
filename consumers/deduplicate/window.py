"""The most recent articles' bands, in this process: what a search does not see before its index is refreshed."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Final

from dateline.ports import Candidate

_PER_BAND: Final = 16


class Window:
    """Remembers the bands of the `size` articles last added. Not shared between processes.

    Of many articles with the same band it knows the newest few: of a large family, any member leads to the origin.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._bands: OrderedDict[str, Sequence[str]] = OrderedDict()
        self._articles: dict[str, list[str]] = {}

    def add(self, article_id: str, bands: Sequence[str]) -> None:
        """Remember an article with its bands, instead of those it had."""
        self._forget(article_id)
        self._bands[article_id] = bands
        for term in bands:
            holders = self._articles.setdefault(term, [])
            holders.append(article_id)
            if len(holders) > _PER_BAND:
                del holders[0]
        if len(self._bands) > self._size:
            self._forget(next(iter(self._bands)))

    def candidates(self, bands: Sequence[str], *, limit: int) -> list[Candidate]:
        """Up to `limit` articles that share any of the bands, most shared first."""
        counts = Counter(id_ for term in bands for id_ in self._articles.get(term, ()))
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [Candidate(article_id=id_, shared_bands=count) for id_, count in best]

    def _forget(self, article_id: str) -> None:
        for term in self._bands.pop(article_id, ()):
            holders = self._articles.get(term, [])
            if article_id in holders:
                holders.remove(article_id)
            if not holders:
                self._articles.pop(term, None)
