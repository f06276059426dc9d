"""The enrich stage: versions in, enriched articles out."""

from collections.abc import Collection, Sequence
from typing import Final

from consumers.enrich.background import Backgrounds, backgrounds_of
from consumers.enrich.recognize import Recognised
from consumers.enrich.step import check, enrich
from dateline.errors import SettingsError
from dateline.outcome import Keep, Outcome, Output, Reject
from dateline.ports import NameStore
from dateline.settings import Settings
from dateline.stage import Item, Lane
from schemas.envelope import REFRESH
from schemas.reasons import Reason
from schemas.reasons import Stage as StageName
from schemas.records import Version
from schemas.topics import ENRICHED, VERSIONS


class EnrichStage:
    """Enriches every version. Any number of processes may share the partitions.

    A body that this process met lately (a new headline, a correction taken back, wire copy as it came) is not read for names again.
    A replay repeats itself but for the ids of short names: the memory of names only learns, and may know more by then.
    """

    name: Final = StageName.ENRICH
    lanes: Sequence[Lane] = (Lane((VERSIONS,)),)

    def __init__(
        self,
        *,
        without: Collection[str] = (),
        backgrounds: Backgrounds | None = None,
        memory: NameStore | None = None,
    ) -> None:
        """`without` names enrichments that are switched off; ValueError on a name that is none. See `enrich`."""
        check(without)
        self._memory = memory
        self._without = frozenset(without)
        self._backgrounds = backgrounds
        self._recognised = Recognised()

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """One outcome per item: `Keep` with one output, or `Reject` for a record that is no version."""
        versions = [item.record for item in batch if isinstance(item.record, Version)]
        enriched = iter(
            enrich(
                versions,
                without=self._without,
                backgrounds=self._backgrounds,
                memory=self._memory,
                recognised=self._recognised,
            )
        )
        outcomes: list[Outcome] = []
        for item in batch:
            if not isinstance(item.record, Version):
                kind = type(item.record).__name__
                outcomes.append(Reject(Reason.BAD_RECORD, f"enrich: expected a Version, got {kind}"))
                continue
            article = next(enriched)
            refresh = item.message.headers.get(REFRESH) == "1"
            outcomes.append(
                Keep(
                    outputs=(Output(ENRICHED.name, article.id, article, refresh=refresh),),
                    article_id=article.id,
                    version_id=article.version_id,
                )
            )
        return outcomes

    def close(self) -> None:
        """Nothing to give back."""


def configured(settings: Settings, memory: NameStore | None = None) -> EnrichStage:
    """The stage as the settings have it. Raises SettingsError that names the setting."""
    try:
        return EnrichStage(
            without=settings.enrich.without, backgrounds=backgrounds_of(settings), memory=memory
        )
    except ValueError as error:
        raise SettingsError(f"enrich.without: {error}") from error
