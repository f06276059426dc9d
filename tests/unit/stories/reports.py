"""Invented reports: of each event a stock of words and names, of which every report takes some."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.records import CopyOf, EnrichedArticle, Entity

BEGIN = datetime(2031, 3, 4, 6, tzinfo=UTC)
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aeiou"


class Event:
    """An event with words and names of its own, the same for the same name."""

    def __init__(self, name: str, *, words: int = 30, names: int = 4) -> None:
        self._draw = random.Random(name)
        self.name = name
        self.words = [self._word(4) for _ in range(words)]
        self.names = [f"{self._word(3).title()} {self._word(4).title()}" for _ in range(names)]

    def report(
        self,
        number: int,
        *,
        hour: float = 0.0,
        source: str | None = None,
        also: "Event | None" = None,
        copy_of: str | None = None,
        **more: Any,
    ) -> EnrichedArticle:
        """One outlet's report: two thirds of the event's words and names, in its own order; with `also`, of another's too."""
        draw = random.Random(f"{self.name} {number}")
        words = draw.sample(self.words, len(self.words) * 2 // 3)
        names = draw.sample(self.names, max(1, len(self.names) * 2 // 3))
        if also is not None:
            words = [*words, *draw.sample(also.words, len(also.words) * 2 // 3)]
            names = [*names, *also.names]
        draw.shuffle(words)
        id_ = f"{self.name}-{number}"
        at = (BEGIN + timedelta(hours=hour)).isoformat()
        fields: dict[str, Any] = {
            "id": id_,
            "url": f"https://{source or 'gazette'}.example/{id_}",
            "source": source or f"outlet-{number}",
            "headline": " ".join(words[:6]).capitalize(),
            "published": at,
            "fetched": at,
            "language": "en",
            "paragraphs": (" ".join(words), " ".join(names)),
            "version_id": f"{id_}-v1",
            "event_id": f"event-{id_}",
            "version_order": 1,
            "month": "2031-03",
            "entities": tuple(
                Entity(id=name, name=name, type="person", salience=1.0 - 0.1 * at_)
                for at_, name in enumerate(names)
            ),
            "copy_of": _copy(copy_of) if copy_of else None,
        }
        return EnrichedArticle(**(fields | more))

    def _word(self, syllables: int) -> str:
        return "".join(self._draw.choice(_CONSONANTS) + self._draw.choice(_VOWELS) for _ in range(syllables))


def _copy(origin: str) -> CopyOf:
    return CopyOf(
        article_id=origin,
        version_id=f"{origin}-v1",
        source="wire",
        url="https://wire.example/x",
        containment_here=1.0,
        containment_there=1.0,
        score=1.0,
    )
