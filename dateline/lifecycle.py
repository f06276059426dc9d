"""Index lifecycle management, where the cluster has it: it merges indices whose time is over and deletes old outcomes by itself.

Articles and versions are left to `dateline.retention` there too, since their removal has to be noted for the account.

An index's age counts from the end of its month or year (`index.lifecycle.origination_date`), not from when it was made: one that a
backfill made today is as old as what it holds. Source: Elasticsearch reference, "Index lifecycle management".
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch

from dateline.elastic import translated
from dateline.errors import UsageError
from dateline.retention import end_of
from schemas.elastic import DATED, Kind, Names, period_of

_NOT_THERE: Final = frozenset({400, 404, 405, 410})
MERGED_AFTER: Final = "45d"
"""Age from which an index hardly changes: it is merged to one segment a shard."""


def available(client: Elasticsearch) -> bool:
    """Whether the cluster manages lifecycles. Raises UsageError where it does and we may not."""
    with translated("asking for lifecycle management"):
        try:
            client.ilm.get_lifecycle()
        except ApiError as error:
            if error.status_code in _NOT_THERE:
                return False
            if error.status_code in (401, 403):
                raise UsageError(
                    f"elasticsearch: lifecycle policies may not be read ({error.status_code}): the key needs the cluster privilege"
                    " manage_ilm, or use --no-ilm"
                ) from error
            raise
    return True


def policies(names: Names, days: int | None) -> dict[str, dict[str, Any]]:
    """The policies by name: of articles and versions, and of outcomes, which go after `days`, if given."""
    merge: dict[str, Any] = {"min_age": MERGED_AFTER, "actions": {"forcemerge": {"max_num_segments": 1}}}
    hot: dict[str, Any] = {"min_age": "0ms", "actions": {}}
    of_outcomes = {"hot": hot}
    if days is not None:
        of_outcomes["delete"] = {"min_age": f"{days}d", "actions": {"delete": {}}}
    return {
        policy_of(names, Kind.ARTICLES): {"phases": {"hot": hot, "warm": merge}},
        policy_of(names, Kind.OUTCOMES): {"phases": of_outcomes},
    }


def policy_of(names: Names, kind: Kind) -> str:
    """The policy of a dated kind; versions have that of articles."""
    stem = "outcomes" if kind == Kind.OUTCOMES else "articles"
    return "-".join(part for part in (names.namespace, "dateline", stem) if part)


def apply_policies(client: Elasticsearch, names: Names, days: int | None) -> list[str]:
    """Put both policies and hand every dated index of the generation in use to its own; the names of the indices.

    Safe to repeat, and to be repeated: it is what hands over the indices that were made since.
    """
    handed = []
    with translated("putting lifecycle policies"):
        for name, policy in policies(names, days).items():
            client.ilm.put_lifecycle(name=name, policy=policy)
        for kind in sorted(DATED):
            for index in client.indices.get(index=names.pattern(kind), features=["aliases"]):
                period = period_of(index)
                if period is None:
                    continue
                over = datetime.combine(end_of(period), time(), UTC)
                lifecycle = {
                    "name": policy_of(names, kind),
                    "origination_date": int(over.timestamp() * 1000),
                }
                client.indices.put_settings(index=index, settings={"index": {"lifecycle": lifecycle}})
                handed.append(index)
    return handed
