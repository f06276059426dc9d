"""Finding what raced: copies that two processes met within the second that a search takes to see what was written.

Nothing is written here. What is found is sent through the stage once more, which decides on it as on any other message.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from consumers.deduplicate.history import content_id
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.lineage import Lineage, Statement
from consumers.deduplicate.removal import last_text
from dateline.ports import Head, IdentityStore, KnownVersion
from schemas.records import Article, CopyOf

_KIN: Final = 1000


class Suspect(msgspec.Struct, frozen=True):
    """An article to look at once more, as its latest text states it, and the event that brought that."""

    article: Article
    event_id: str


def suspects(store: IdentityStore, article_ids: Sequence[str]) -> list[Suspect]:
    """Which of these articles, and of those that name them as their origin, would be decided on otherwise now.

    One that is fine gives nothing. Reads by id and searches only; refresh the store before.
    """
    ledger = Ledger(store)
    ledger.load(article_ids)
    homes = list(dict.fromkeys(map(ledger.home, article_ids)))
    moved = [
        id_
        for id_ in {*homes, *article_ids}
        if (head := ledger.head(id_)) is not None
        and (head.joined or (head.versions and head.versions[-1].copy_of is not None))
    ]
    kin = [id_ for ids in store.naming(sorted(moved), limit=_KIN).values() for id_ in ids]
    ledger.load(kin)
    heads = {id_: head for id_ in dict.fromkeys((*homes, *kin)) if (head := ledger.head(id_)) is not None}
    statements, known = _statements(ledger, heads.values())
    changed = Lineage(store, window=0).trace(ledger, statements)
    found = []
    for key, one in statements.items():
        id_ = one.article.id
        text = last_text(ledger.history(id_))
        edge = text.copy_of if text is not None else None
        if changed[key] or _names(edge) != _names(known[id_].copy_of):
            found.append(Suspect(one.article, known[id_].sightings[0].event_id))
    return found


def stated(store: IdentityStore, article_ids: Sequence[str]) -> list[Suspect]:
    """These articles, whether or not anything would be decided otherwise. Reads by id only."""
    ledger = Ledger(store)
    ledger.load(article_ids)
    homes = list(dict.fromkeys(map(ledger.home, article_ids)))
    heads = [head for id_ in homes if (head := ledger.head(id_)) is not None]
    statements, known = _statements(ledger, heads)
    return [Suspect(one.article, known[one.article.id].sightings[0].event_id) for one in statements.values()]


def _statements(
    ledger: Ledger, heads: Iterable[Head]
) -> tuple[dict[int, Statement], dict[str, KnownVersion]]:
    texts = {
        head.article_id: text
        for head in heads
        if head.joined is None and (text := last_text(head.versions)) is not None
    }
    ledger.load_contents(content_id(id_, text.content_hash) for id_, text in texts.items())
    stated = {
        id_: article for id_, text in texts.items() if (article := ledger.content(id_, text)) is not None
    }
    statements = {
        key: Statement(article=article, content_hash=texts[id_].content_hash, latest=True, replayed=False)
        for key, (id_, article) in enumerate(stated.items())
    }
    return statements, texts


def _names(edge: CopyOf | None) -> tuple[str, str] | None:
    return (edge.article_id, edge.because) if edge is not None else None
