"""Rebuilding memory: from versions as they were sent back to what the identity store knew of them."""

from collections.abc import Sequence

import msgspec

from consumers.deduplicate import joining
from consumers.deduplicate.fingerprint import fingerprint
from consumers.deduplicate.history import find, observe, without
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.profile import credited
from consumers.deduplicate.removal import REMOVED
from consumers.deduplicate.withdrawal import WITHDRAWN
from dateline.ports import IdentityStore, Member, Sighting
from schemas.ids import article_id
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
    ledger.load(id_ for version, _ in seen for id_ in (version.id, _as_stated(version).id))
    ledger.load_claims(key for version, _ in seen for key in joining.keys(_as_stated(version)))
    ledger.load_older((version.id, sighting, version.content_hash) for version, sighting in seen)
    for version, sighting in seen:
        if version.joined is not None:
            continue  # the versions of the article that it was joined to say so too
        if version.status == WITHDRAWN:
            if version.content_hash == REMOVED and (head := ledger.head(version.id)) is not None:
                ledger.note_history(version.id, without(version.id, head.versions, version.event_id))
            continue
        ledger.revive(version.id)
        history = ledger.history(version.id)
        if find(history, sighting) is None:
            article = Article(**{name: getattr(version, name) for name in _ARTICLE_FIELDS})
            head = ledger.head(version.id)
            whole = head is None or not head.pages
            after = observe(version.id, history, sighting, version.content_hash, whole=whole)
            ledger.note(article, after, month=version.month)
            if version.content_hash != REMOVED:
                ledger.note_content(article, version.content_hash)
        if ledger.history(version.id)[-1].content_hash == version.content_hash:
            ledger.note_bands(version.id, fingerprint(version).bands, credited(version))
        ledger.note_reach(version.id, version.article_order)
        _remember_address(ledger, version, sighting)
        if version.content_hash != REMOVED:
            ledger.note_copy(version.id, version.content_hash, version.copy_of)
    if conflicts := ledger.write():
        raise AssertionError(
            f"deduplicate: another process writes to the index that is being rebuilt: {conflicts[0]}"
        )


def _as_stated(version: Version) -> Article:
    """The article under the id that its own address gives."""
    article = Article(**{name: getattr(version, name) for name in _ARTICLE_FIELDS})
    return msgspec.structs.replace(article, id=article_id(version.source, version.url))


def _remember_address(ledger: Ledger, version: Version, sighting: Sighting) -> None:
    """Which address it was seen at, and by what later ones will find it."""
    stated = _as_stated(version)
    if version.content_hash != REMOVED:
        joining.claim(ledger, stated)
    head = ledger.head(version.id)
    assert head is not None, version.id
    if stated.id == version.id and not head.members:
        return
    known = {member.article_id: member for member in head.members}
    if not known:
        orders = [one.order for known_ in head.versions for one in known_.sightings]
        known[version.id] = Member(article_id=version.id, url=head.url, order=min(orders))
    before = known.get(stated.id)
    known[stated.id] = Member(
        article_id=stated.id,
        url=version.url,
        order=min(sighting.order, before.order if before else sighting.order),
        evidence=version.provenance.get("id", "").removeprefix("joined: ") or None,
    )
    ledger.note_members(version.id, tuple(known.values()))


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
        at=article_id(version.source, version.url),
    )
