"""The alerts stage: what is new, matched with the saved searches, becomes notices on `alerts.v1` and is owed to receivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from consumers.alerts.matching import Match, Search, found, key, search
from dateline.alerts.definition import Alert
from dateline.alerts.ports import AlertBook, Claim, Merged, Owed
from dateline.clock import Clock, now
from dateline.errors import Unavailable
from dateline.outcome import Keep, Outcome, Output
from dateline.query.match import Seen
from dateline.stage import Item, Lane
from schemas import envelope
from schemas.reasons import Beside
from schemas.records import EnrichedArticle, Notice
from schemas.topics import ALERTS, ENRICHED, RAW_BACKFILL

_ROUNDS: Final = 20
_LISTED: Final = 20  # quotations or changes in one notice
_BACKFILL: Final = f"{RAW_BACKFILL.name}:"


class Candidate(msgspec.Struct, frozen=True):
    """A match that is to be told unless it was: `keys` are what it may have been told for, the first is its own."""

    item: int
    alert: Alert
    match: Match
    keys: tuple[str, ...]


class AlertsStage:
    """Tells each alert once for what it is to be told once for, whatever the batches, replays and other processes.

    What is decided is durable before `step` returns: first what was told, then what is owed because of it. The same
    message again (by its position in the log) is decided as before. New is what came on the topic after the alert was
    first seen, by the live lane unless the alert says otherwise; what is sent again because its neighbours changed is not.
    Passes nothing on but notices, and never the article.
    """

    name: Beside = Beside.ALERTS
    lanes: Sequence[Lane] = (Lane((ENRICHED,)),)

    def __init__(
        self, alerts: Callable[[], Sequence[Alert]], book: AlertBook, merged: Merged, *, clock: Clock = now
    ) -> None:
        """`alerts` is asked once a batch for the saved searches as they are now."""
        self._alerts = alerts
        self._book = book
        self._merged = merged
        self._clock = clock
        self._searches: dict[Alert, Search] = {}

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """Decide on each article. Raises Unavailable when other writers interfere twenty times in a row."""
        candidates = self._candidates(batch, self._current())
        notices = self._told(batch, candidates) if candidates else {}
        return [
            Keep(
                outputs=tuple(
                    Output(ALERTS.name, one.alert, one, id=one.id) for one in notices.get(index, ())
                ),
                indexed=True,
            )
            for index in range(len(batch))
        ]

    def close(self) -> None:
        """Nothing to give back."""

    def _current(self) -> list[Search]:
        alerts = [alert for alert in self._alerts() if alert.disabled is None]
        if any(alert not in self._searches for alert in alerts):
            begun = self._book.begun([alert.name for alert in alerts], self._clock())
            self._searches = {alert: search(alert, begun[alert.name]) for alert in alerts}
        return [self._searches[alert] for alert in alerts]

    def _candidates(self, batch: Sequence[Item], searches: Sequence[Search]) -> list[Candidate]:
        matched: list[tuple[int, EnrichedArticle, Alert, Match]] = []
        for index, item in enumerate(batch):
            article = item.record
            if not isinstance(article, EnrichedArticle) or article.joined:
                continue
            if envelope.REFRESH in item.message.headers:
                continue
            archived = item.message.headers.get(envelope.ORIGIN, "").startswith(_BACKFILL)
            mine = [
                one
                for one in searches
                if item.message.timestamp_ms >= one.begun and (one.alert.archives or not archived)
            ]
            if not mine:
                continue
            seen = Seen(article)
            at = datetime.fromtimestamp(item.message.timestamp_ms / 1000, UTC)  # the same in a replay
            for one in mine:
                matched += [(index, article, one.alert, match) for match in found(one, article, seen, at)]
        stories = [
            article.story_id
            for _, article, alert, _ in matched
            if article.story_id is not None and alert.once_per == "story"
        ]
        ids = self._merged(stories) if stories else {}
        return [
            Candidate(index, alert, match, _keys(alert, article, match, ids.get(article.story_id or "", ())))
            for index, article, alert, match in matched
        ]

    def _told(self, batch: Sequence[Item], candidates: Sequence[Candidate]) -> dict[int, list[Notice]]:
        """The notices of each item."""
        keys = list(dict.fromkeys(key for one in candidates for key in one.keys))
        at = self._clock()
        for _ in range(_ROUNDS):
            known = dict(self._book.claims(keys))
            new: list[Claim] = []
            told: dict[int, list[Notice]] = {}
            owed: list[Owed] = []
            for one in candidates:
                item = batch[one.item]
                position = item.message.position
                if any(known[key].position != position for key in one.keys if key in known):
                    continue
                # what this very message was told for, under whatever id its story went by then
                own = (known[key].notice for key in one.keys if key in known)
                notice = next((notice for notice in own if notice is not None), None)
                if notice is None:
                    assert isinstance(item.record, EnrichedArticle)
                    notice = _notice(one, item.record, at)
                    for key in dict.fromkeys((one.keys[-1], one.keys[0])):  # what stands beside goes first
                        if key not in known:
                            has = notice if key == one.keys[0] else None
                            known[key] = Claim(key=key, alert=one.alert.name, position=position, notice=has)
                            new.append(known[key])
                told.setdefault(one.item, []).append(notice)
                owed += [
                    Owed(notice=notice.id, alert=one.alert.name, channel=channel.id, created=notice.matched)
                    for channel in one.alert.channels
                ]
            if new and self._book.claim(new):
                continue
            if owed:
                self._book.owe(owed)
            return told
        raise Unavailable(f"alerts: another process told the same alerts {_ROUNDS} times in a row")


def _keys(alert: Alert, article: EnrichedArticle, match: Match, stories: Sequence[str]) -> tuple[str, ...]:
    """What a match may have been told for. An article that was told is not told again in another story: its key is the last."""
    if alert.once_per == "each":
        return (key(alert, "each", match.each),)
    own = key(alert, "article", article.id)
    if alert.once_per == "article" or article.story_id is None:
        return (own,)
    return (*(key(alert, "story", id_) for id_ in stories), own)


def _notice(one: Candidate, article: EnrichedArticle, at: str) -> Notice:
    return Notice(
        id=one.keys[0],
        alert=one.alert.name,
        query=one.alert.query,
        over=one.alert.over,
        matched=at,
        article_id=article.id,
        version_id=article.version_id,
        story_id=article.story_id,
        source=article.source,
        url=article.url,
        headline=article.headline,
        standfirst=article.standfirst,
        language=article.language,
        published=article.published,
        status=article.status,
        quotes=one.match.quotes[:_LISTED],
        changes=one.match.changes[:_LISTED],
    )
