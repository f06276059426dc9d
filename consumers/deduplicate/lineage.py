"""Finding the origin of a copy, and the copies of an origin that came late."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from consumers.deduplicate.copies import Match, confirmed, copy_of, match, seniority
from consumers.deduplicate.fingerprint import Fingerprint, fingerprint
from consumers.deduplicate.history import content_id
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.removal import last_text
from consumers.deduplicate.window import Window
from dateline.ports import Head, IdentityStore
from schemas.records import Article

LIMIT: Final = 12
"""Candidates looked at for one article. A family may be larger: its members all name the same origin."""
_REMEMBERED: Final = 2048
_HOPS: Final = 3


class Statement(msgspec.Struct, frozen=True):
    """A content of an article, just seen (`replayed`: seen again), that may be a copy of another's or the origin of others."""

    article: Article
    content_hash: str
    latest: bool
    replayed: bool


class Lineage:
    """Names origins. Keeps fingerprints and a window of recent bands, nothing that a restart would miss for long."""

    def __init__(self, store: IdentityStore, *, window: int) -> None:
        self._store = store
        self._window = Window(window)
        self._fingerprints: OrderedDict[str, Fingerprint] = OrderedDict()

    def trace(self, ledger: Ledger, statements: Mapping[int, Statement]) -> dict[int, list[str]]:
        """Note in the ledger of what each is a copy. Returns, by key, the other articles whose latest version it changed.

        Whichever of two copies comes first, the younger one by its own dates ends as the copy. A copy of a copy names the
        origin of both.
        """
        prints = {key: self._fingerprint(one.article, one.content_hash) for key, one in statements.items()}
        likely = self._candidates(ledger, statements, prints)
        changed: dict[int, list[str]] = {}
        for key, one in statements.items():
            mine = prints[key]
            near = dict.fromkeys(likely.get(key, ()))
            near |= dict.fromkeys(c.article_id for c in self._window.candidates(mine.bands, limit=LIMIT))
            near.pop(one.article.id, None)
            changed[key] = self._settle(ledger, one, mine, near)
            if one.latest:
                ledger.note_bands(one.article.id, mine.bands)
                self._window.add(one.article.id, mine.bands)
        return changed

    def _candidates(
        self, ledger: Ledger, statements: Mapping[int, Statement], prints: Mapping[int, Fingerprint]
    ) -> dict[int, list[str]]:
        """By key, likely relatives; their heads, origins and bodies are then at hand."""
        found = self._store.candidates(
            {str(key): one.bands for key, one in prints.items() if one.bands}, limit=LIMIT + 1
        )
        likely = {int(key): [c.article_id for c in candidates] for key, candidates in found.items()}
        for key, one in prints.items():
            recent = self._window.candidates(one.bands, limit=LIMIT)
            likely.setdefault(key, []).extend(c.article_id for c in recent)
        wanted = [id_ for ids in likely.values() for id_ in ids]
        heads: dict[str, Head] = {}
        for _ in range(_HOPS):
            ledger.load(wanted)
            read = {id_: head for id_ in wanted if (head := ledger.head(id_)) is not None}
            heads |= read
            wanted = [
                root for head in read.values() if (root := _root(head)) is not None and root not in heads
            ]
            if not wanted:
                break
        unread = {
            content_id(head.article_id, text.content_hash)
            for head in heads.values()
            if (text := last_text(head.versions)) is not None
        }
        ledger.load_contents(id_ for id_ in unread if id_ not in self._fingerprints)
        return likely

    def _settle(self, ledger: Ledger, one: Statement, mine: Fingerprint, near: Iterable[str]) -> list[str]:
        me = ledger.head(one.article.id)
        assert me is not None
        prints = {
            id_: theirs
            for id_ in near
            if (head := ledger.head(id_)) is not None and (theirs := self._of(ledger, head)) is not None
        }
        relatives = {
            id_: (head, found)
            for id_, found in confirmed(mine, prints).items()
            if (head := ledger.head(id_)) is not None
        }
        senior = self._senior(ledger, one, me, mine, relatives)
        return self._adopt(ledger, senior, one, relatives) if one.latest else []

    def _senior(
        self,
        ledger: Ledger,
        one: Statement,
        me: Head,
        mine: Fingerprint,
        relatives: Mapping[str, tuple[Head, Match]],
    ) -> Head:
        """The origin of the family, noted as such. A replay keeps what was decided."""
        if one.replayed:
            return self._origin(ledger, me)
        roots = [self._origin(ledger, head) for head, _ in relatives.values()]
        senior = min((root for root in roots if root.article_id != me.article_id), key=seniority, default=me)
        if seniority(senior) < seniority(me):
            evidence = self._evidence(ledger, mine, senior, relatives)
            ledger.note_copy(me.article_id, one.content_hash, copy_of(senior, evidence))
            return senior
        ledger.note_copy(me.article_id, one.content_hash, None)
        return me

    def _adopt(
        self, ledger: Ledger, origin: Head, one: Statement, relatives: Mapping[str, tuple[Head, Match]]
    ) -> list[str]:
        """Let the younger copies among the relatives of `one` name the origin that was found for it."""
        adopted = []
        for id_, (head, found) in relatives.items():
            root = _root(head)
            if id_ == origin.article_id or seniority(head) < seniority(origin):
                continue
            if root == origin.article_id:
                if one.replayed and origin.article_id == one.article.id:
                    adopted.append(id_)
                continue
            evidence = found.reversed()
            if origin.article_id != one.article.id:
                evidence = self._evidence(
                    ledger, self._of(ledger, head), origin, {one.article.id: (head, evidence)}
                )
            if (text := last_text(head.versions)) is not None:
                ledger.note_copy(id_, text.content_hash, copy_of(origin, evidence))
            adopted.append(id_)
        return adopted

    def _origin(self, ledger: Ledger, head: Head) -> Head:
        """Follow `copy_of` to its end."""
        seen = {head.article_id}
        while (root := _root(head)) is not None and root not in seen:
            above = ledger.head(root)
            if above is None:
                break
            seen.add(root)
            head = above
        return head

    def _evidence(
        self,
        ledger: Ledger,
        mine: Fingerprint | None,
        senior: Head,
        relatives: Mapping[str, tuple[Head, Match]],
    ) -> Match:
        """Measured on the origin itself; where its body is out of reach, the best of its other copies speaks for it."""
        if senior.article_id in relatives:
            return relatives[senior.article_id][1]
        theirs = self._of(ledger, senior)
        if theirs is not None and mine is not None:
            return match(mine, theirs)
        return max((found for _, found in relatives.values()), key=lambda found: found.score)

    def _of(self, ledger: Ledger, head: Head) -> Fingerprint | None:
        latest = last_text(head.versions)
        if latest is None:
            return None
        known = self._fingerprints.get(content_id(head.article_id, latest.content_hash))
        if known is not None:
            return known
        article = ledger.content(head.article_id, latest)
        return self._fingerprint(article, latest.content_hash) if article else None

    def _fingerprint(self, article: Article, content_hash: str) -> Fingerprint:
        id_ = content_id(article.id, content_hash)
        known = self._fingerprints.get(id_)
        if known is None:
            known = self._fingerprints[id_] = fingerprint(article)
            if len(self._fingerprints) > _REMEMBERED:
                self._fingerprints.popitem(last=False)
        else:
            self._fingerprints.move_to_end(id_)
        return known


def _root(head: Head) -> str | None:
    edge = head.versions[-1].copy_of
    return edge.article_id if edge else None
