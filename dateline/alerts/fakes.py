"""Memory of alerts without a server, with the same promises: for tests, and for trying an alert on what was there."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from dateline.alerts.ports import Box, Claim, Owed
from schemas.records import Notice


class FakeAlertBook:
    """An `AlertBook` and an `Outbox` in memory. `before_claim` is called at the start of each `claim`: the other writer."""

    def __init__(self, *, before_claim: Callable[[], None] | None = None) -> None:
        self.before_claim = before_claim
        self.rows: dict[str, Owed] = {}
        self._claims: dict[str, Claim] = {}
        self._begun: dict[str, str] = {}
        self._boxes: dict[str, Box] = {}
        self._writes = 0

    def begun(self, names: Sequence[str], at: str) -> Mapping[str, str]:
        """When each was first asked for."""
        return {name: self._begun.setdefault(name, at) for name in names}

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those that are known."""
        return {key: self._claims[key] for key in keys if key in self._claims}

    def claim(self, claims: Sequence[Claim]) -> Sequence[str]:
        """Write those that are new; the keys of the others."""
        if self.before_claim is not None:
            self.before_claim()
        there = [claim.key for claim in claims if claim.key in self._claims]
        self._claims.update({claim.key: claim for claim in claims if claim.key not in there})
        return there

    def owe(self, owed: Sequence[Owed]) -> None:
        """Note those that are new."""
        for one in owed:
            self.rows.setdefault(one.id, one)

    def waiting(self) -> Sequence[tuple[str, str]]:
        """Of all that is pending."""
        return sorted({(one.alert, one.channel) for one in self.rows.values() if one.state == "pending"})

    def pending(self, alert: str, channel: str, *, before: str, limit: int) -> Sequence[Owed]:
        """Oldest first."""
        found = [
            one
            for one in self.rows.values()
            if (one.alert, one.channel, one.state) == (alert, channel, "pending") and one.created < before
        ]
        return sorted(found, key=lambda one: (one.created, one.notice))[:limit]

    def owed(self, ids: Sequence[str]) -> Sequence[Owed]:
        """By id."""
        return [self.rows[id_] for id_ in ids if id_ in self.rows]

    def notices(self, ids: Sequence[str]) -> Mapping[str, Notice]:
        """By id."""
        claims = self.claims(ids)
        return {key: claim.notice for key, claim in claims.items() if claim.notice is not None}

    def settle(self, owed: Sequence[Owed]) -> None:
        """Write what became of them."""
        self.rows.update({one.id: one for one in owed})

    def box(self, alert: str, channel: str) -> Box:
        """As it was written last."""
        new = Box(alert=alert, channel=channel)
        return self._boxes.get(new.id, new)

    def put(self, box: Box) -> Box | None:
        """Write unless it changed meanwhile."""
        known = self._boxes.get(box.id)
        if (known.token if known else None) != box.token:
            return None
        self._writes += 1
        self._boxes[box.id] = msgspec.structs.replace(box, token=str(self._writes))
        return self._boxes[box.id]
