"""From a place in a history to the record that travels."""

from collections.abc import Iterable

import msgspec

from consumers.deduplicate.changes import classify
from consumers.deduplicate.history import History, content_id
from consumers.deduplicate.joining import at_other_addresses
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.removal import is_removal, text_at
from consumers.deduplicate.withdrawal import CHANGE, WITHDRAWN, index_of_place
from dateline.outcome import Output
from dateline.ports import Head, KnownVersion
from schemas.ids import digest
from schemas.order import effective_time, parse_time
from schemas.records import Article, Change, Version
from schemas.topics import CHANGES, VERSIONS


def contents_for(article_id: str, history: History, indices: Iterable[int]) -> set[str]:
    """The contents that `outputs` needs for these versions: their own and their predecessors'."""
    texts = [text_at(history, i) for index in indices for i in (index - 1, index) if i >= 0]
    return {content_id(article_id, text.content_hash) for text in texts if text}


def outputs(ledger: Ledger, article_id: str, history: History, index: int, *, refresh: bool) -> list[Output]:
    """One version, and the changes since its predecessor. Its contents must be loaded.

    Nothing for a removal before the first text: there is nothing to show.
    """
    if text_at(history, index) is None:
        return []
    version = _version(ledger, article_id, history, index)
    sent = [Output(VERSIONS.name, article_id, version, refresh)]
    return sent + [Output(CHANGES.name, article_id, change, refresh, change.id) for change in version.changes]


def ended(ledger: Ledger, article_id: str, home: str) -> list[Output]:
    """The versions of what turned out to be another address of an article. Its contents must be loaded.

    They are withdrawn, with their changes, since the article has them too; the last says where its history goes on.
    """
    history = ledger.history(article_id)
    told = [
        _version(ledger, article_id, history, index)
        for index in range(len(history))
        if text_at(history, index) is not None
    ]
    if not told:
        return []
    sent = [one for version in told[:-1] for one in _none(version)]
    sent += [_no_change(change) for change in told[-1].changes]
    last = msgspec.structs.replace(told[-1], joined=home, copy_of=None, changes=())
    return [*sent, Output(VERSIONS.name, article_id, last, refresh=True)]


def withdrawn(ledger: Ledger, article_id: str, place: History, after: History) -> list[Output]:
    """The last version of a place that the history had once (see withdrawal.former): it says that it is none, if it is, and its
    changes that they are none."""
    was = _version(ledger, article_id, place, len(place) - 1)
    again = index_of_place(place, after)
    told = {change.id for change in _version(ledger, article_id, after, again).changes} if again else set()
    if all(version.version_id != was.version_id for version in after):
        return _none(was)
    return [_no_change(change) for change in was.changes if change.id not in told]


def _none(version: Version) -> list[Output]:
    none = msgspec.structs.replace(version, status=WITHDRAWN, changes=())
    return [
        Output(VERSIONS.name, version.id, none, refresh=True),
        *(_no_change(change) for change in version.changes),
    ]


def _no_change(change: Change) -> Output:
    none = msgspec.structs.replace(change, kind=CHANGE, importance=0.0, before=change.kind, after=None)
    return Output(CHANGES.name, change.article_id, none, True, change.id)


def _version(ledger: Ledger, article_id: str, history: History, index: int) -> Version:
    known = history[index]
    head = ledger.head(article_id)
    article = ledger.text(article_id, history, index)
    assert head is not None, article_id
    assert article is not None, known.version_id
    first = known.sightings[0]
    before = ledger.text(article_id, history, index - 1) if index else None
    previous = history[index - 1] if before else None
    provenance = article.provenance
    if effective_time(article) is None:
        provenance = {**provenance, "version_order": "fetched"}
    fields = {name: getattr(article, name) for name in _ARTICLE_FIELDS} | {
        "provenance": provenance,
        "aliases": at_other_addresses(head, article),
    }
    return Version(
        **fields,
        version_id=known.version_id,
        previous_id=previous.version_id if previous else None,
        event_id=first.event_id,
        status=_status(known, article, first=previous is None),
        content_hash=known.content_hash,
        version_order=first.order,
        article_order=head.reach if _is_latest(head, known) and head.reach > first.order else 0,
        month=head.month,
        copy_of=known.copy_of,
        changes=_changes(before, article, previous.version_id, known.version_id)
        if before and previous
        else (),
    )


def _is_latest(head: Head, version: KnownVersion) -> bool:
    return bool(head.versions) and head.versions[-1].version_id == version.version_id


def _changes(before: Article, after: Article, previous_id: str, version_id: str) -> tuple[Change, ...]:
    """`detected` is when the newer version was fetched, so that the same two versions always give the same records."""
    return tuple(
        Change(
            id=digest(
                (
                    "change",
                    previous_id,
                    version_id,
                    finding.kind,
                    finding.where,
                    finding.before or "",
                    finding.after or "",
                )
            ),
            article_id=after.id,
            version_id=version_id,
            previous_id=previous_id,
            kind=finding.kind,
            importance=finding.importance,
            before=finding.before,
            after=finding.after,
            where=finding.where,
            source=after.source,
            url=after.url,
            headline=after.headline,
            detected=after.fetched,
        )
        for finding in classify(before, after)
    )


_ARTICLE_FIELDS = tuple(field.name for field in msgspec.structs.fields(Article))


def _status(known: KnownVersion, article: Article, *, first: bool) -> str:
    if is_removal(known):
        return "REMOVED"
    return "PUBLISHED" if first and not _says_updated(article) else "UPDATED"


def _says_updated(article: Article) -> bool:
    """Whether the article itself names a later time than that of its publication."""
    if article.modified is None or article.published is None:
        return False
    return parse_time(article.modified) > parse_time(article.published)
