"""From a place in a history to the record that travels."""

from collections.abc import Iterable

import msgspec

from consumers.deduplicate.changes import classify
from consumers.deduplicate.history import History, content_id
from consumers.deduplicate.joining import at_other_addresses
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.removal import is_removal, text_at
from dateline.outcome import Output
from dateline.ports import KnownVersion
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
    """The last version of what turned out to be another address of an article: it says where its history goes on."""
    history = ledger.history(article_id)
    index = len(history) - 1
    if index < 0 or text_at(history, index) is None:
        return []
    last = msgspec.structs.replace(_version(ledger, article_id, history, index), joined=home, copy_of=None)
    return [Output(VERSIONS.name, article_id, last, refresh=True)]


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
        month=head.month,
        copy_of=known.copy_of,
        changes=_changes(before, article, previous.version_id, known.version_id)
        if before and previous
        else (),
    )


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
