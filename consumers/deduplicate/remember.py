"""Rebuilding memory: from versions as they were sent back to what the identity store knew of them."""

from collections.abc import Sequence

from consumers.deduplicate.fingerprint import fingerprint
from consumers.deduplicate.history import find, observe
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.removal import REMOVED
from dateline.ports import IdentityStore, Sighting
from schemas.order import order_at, version_order
from schemas.records import Article, Version

_ARTICLE_FIELDS = Article.__struct_fields__


def remember(store: IdentityStore, versions: Sequence[tuple[str, Version]]) -> None:
    """Make the store know these versions, given with the position of their message, in the order of their topic.

    Idempotent. Sightings of unchanged content are not in the topic of versions and stay forgotten: they only matter to
    an older document that would fall between them. No other process may write meanwhile.
    """
    ledger = Ledger(store)
    seen = [(version, _sighting(position, version)) for position, version in versions]
    ledger.load(version.id for version, _ in seen)
    ledger.load_older((version.id, sighting, version.content_hash) for version, sighting in seen)
    for version, sighting in seen:
        history = ledger.history(version.id)
        if find(history, sighting) is None:
            article = Article(**{name: getattr(version, name) for name in _ARTICLE_FIELDS})
            ledger.note(
                article, observe(version.id, history, sighting, version.content_hash), month=version.month
            )
            if version.content_hash != REMOVED:
                ledger.note_content(article, version.content_hash)
        if ledger.history(version.id)[-1].content_hash == version.content_hash:
            ledger.note_bands(version.id, fingerprint(version).bands)
        if version.content_hash != REMOVED:
            ledger.note_copy(version.id, version.content_hash, version.copy_of)
    if conflicts := ledger.write():
        raise AssertionError(
            f"deduplicate: another process writes to the index that is being rebuilt: {conflicts[0]}"
        )


def _sighting(position: str, version: Version) -> Sighting:
    removed = version.content_hash == REMOVED  # its dates of publication are those of the text last known
    return Sighting(
        order=order_at(version.fetched, version.fetched) if removed else version_order(version),
        event_id=version.event_id,
        position=position,
        fetched=version.fetched,
        published=None if removed else version.published,
        modified=None if removed else version.modified,
        removed=version.removed,
        status=version.provenance.get("removed"),
    )
