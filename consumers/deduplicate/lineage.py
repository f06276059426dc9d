"""Finding the origin of a copy, and the copies of an origin that came late.

The origin of a family is the article of the outlet that the family credits, in a credit or a dateline; where it credits none that
is in it, the article that was published first. What comes later may show another one: then the others name that.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from consumers.deduplicate.copies import Match, confirmed, cut_paragraphs, match
from consumers.deduplicate.fingerprint import Fingerprint
from consumers.deduplicate.history import content_id
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.profile import Profile, credits_outlet, is_named, outlet_names, profile
from consumers.deduplicate.removal import is_removal, last_text
from consumers.deduplicate.window import Window
from dateline.ports import Head, IdentityStore, KnownVersion
from schemas.records import Article, CopyOf

LIMIT: Final = 12
"""Candidates looked at for one article. A family may be larger: its members all name the same origin."""
_REMEMBERED: Final = 2048
_HOPS: Final = 4

_Because = Literal["agency", "earliest"]


class Statement(msgspec.Struct, frozen=True):
    """A content of an article, just seen (`replayed`: seen again), that may be a copy of another's or the origin of others."""

    article: Article
    content_hash: str
    latest: bool
    replayed: bool


class Family:
    """An article with its relatives, and what says which of them is the origin."""

    def __init__(
        self, ledger: Ledger, me: Head, relatives: Mapping[str, Head], credited: Sequence[str]
    ) -> None:
        """`credited` are the names in the statement at hand; the relatives' are in their heads."""
        roots = [origin_of(ledger, head) for head in (me, *relatives.values())]
        heads = {head.article_id: head for head in (me, *relatives.values(), *roots)}
        named = {*credited, *(credit for head in heads.values() for credit in head.credits)}
        self._agencies = {
            id_
            for id_, head in heads.items()
            if any(is_named(credit, outlet_names(head.source, head.url)) for credit in named)
        }
        for head in (me, *relatives.values()):
            edge = _edge(head)
            if edge is not None and edge.because == "agency":
                self._agencies.add(ledger.home(edge.article_id))
        candidates = {root.article_id: root for root in roots} | {me.article_id: me}
        candidates |= {id_: heads[id_] for id_ in self._agencies if id_ in heads}
        self.origin = min(candidates.values(), key=self.seniority)

    @property
    def because(self) -> _Because:
        """Why the origin is one."""
        return "agency" if self.origin.article_id in self._agencies else "earliest"

    def seniority(self, head: Head) -> tuple[bool, int, str]:
        """Of several copies the smallest is the origin: credited, else earliest by its own account; ties by id."""
        return head.article_id not in self._agencies, head.since, head.article_id


class Lineage:
    """Names origins. Keeps profiles and a window of recent bands, nothing that a restart would miss for long."""

    def __init__(self, store: IdentityStore, *, window: int) -> None:
        self._store = store
        self._window = Window(window)
        self._profiles: OrderedDict[str, Profile] = OrderedDict()

    def trace(self, ledger: Ledger, statements: Mapping[int, Statement]) -> dict[int, list[str]]:
        """Note in the ledger of what each is a copy. Returns, by key, the other articles whose latest version it changed.

        Whichever of two copies comes first, the younger one by its own dates ends as the copy. A copy of a copy names the
        origin of both.
        """
        profiles = {key: self.profile(one.article, one.content_hash) for key, one in statements.items()}
        likely = self._candidates(ledger, statements, {key: one.print for key, one in profiles.items()})
        changed: dict[int, list[str]] = {}
        noted: dict[tuple[str, str], None] = {}
        for key, one in statements.items():
            mine = profiles[key]
            near = dict.fromkeys(likely.get(key, ()))
            near |= dict.fromkeys(
                c.article_id for c in self._window.candidates(mine.print.bands, limit=LIMIT)
            )
            ids = dict.fromkeys(ledger.home(id_) for id_ in near)
            ids.pop(one.article.id, None)
            changed[key] = self._settle(ledger, one, mine, ids)
            noted[one.article.id, one.content_hash] = None
            for id_ in changed[key]:
                if (text := last_text(ledger.history(id_))) is not None:
                    noted[id_, text.content_hash] = None
            if one.latest:
                ledger.note_bands(one.article.id, mine.print.bands, mine.credits)
                self._window.add(one.article.id, mine.print.bands)
        self._measure(ledger, noted)
        return changed

    def profile(self, article: Article, content_hash: str) -> Profile:
        """The article's profile, from memory if it was asked for lately."""
        id_ = content_id(article.id, content_hash)
        known = self._profiles.get(id_)
        if known is None:
            known = self._profiles[id_] = profile(article)
            if len(self._profiles) > _REMEMBERED:
                self._profiles.popitem(last=False)
        else:
            self._profiles.move_to_end(id_)
        return known

    def fingerprint(self, article: Article, content_hash: str) -> Fingerprint:
        """The article's fingerprint, from memory if it was asked for lately."""
        return self.profile(article, content_hash).print

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
            read = {id_: head for id_ in map(ledger.home, wanted) if (head := ledger.head(id_)) is not None}
            heads |= read
            wanted = [edge.article_id for head in read.values() if (edge := _edge(head)) is not None]
            wanted = [id_ for id_ in wanted if id_ not in heads]
            if not wanted:
                break
        unread = {
            content_id(head.article_id, text.content_hash)
            for head in heads.values()
            if (text := last_text(head.versions)) is not None
        }
        ledger.load_contents(id_ for id_ in unread if id_ not in self._profiles)
        return likely

    def _settle(self, ledger: Ledger, one: Statement, mine: Profile, near: Iterable[str]) -> list[str]:
        """Note the origin, and let younger relatives name it too. The ids of those that changed."""
        me = ledger.head(one.article.id)
        assert me is not None
        prints: dict[str, Fingerprint] = {}
        for id_ in near:
            head = ledger.head(id_)
            theirs = self._latest(ledger, head) if head is not None else None
            if theirs is not None:
                prints[id_] = theirs.print
        found = confirmed(mine.print, prints)
        relatives = {id_: head for id_ in found if (head := ledger.head(id_)) is not None}
        if one.replayed:
            origin, because = origin_of(ledger, me), "earliest"
        else:
            family = Family(ledger, me, relatives, mine.credits)
            origin, because = family.origin, family.because
            here = origin.article_id == me.article_id
            ledger.note_copy(me.article_id, one.content_hash, None if here else _edge_to(origin, because))
        return self._adopt(ledger, origin, because, one, relatives)

    def _adopt(
        self, ledger: Ledger, origin: Head, because: str, one: Statement, relatives: Mapping[str, Head]
    ) -> list[str]:
        """Let the relatives of `one` name the origin that was found for them all."""
        adopted = []
        for id_, head in relatives.items():
            text = last_text(head.versions)
            edge = _edge(head)
            named = edge is not None and edge.article_id == origin.article_id
            if text is None or not (one.latest or named):
                continue  # of an older version, only which of the origin's it is may be news to its copies
            if id_ == origin.article_id:
                if edge is not None and not one.replayed:
                    ledger.note_copy(id_, text.content_hash, None)
                    adopted.append(id_)
            elif edge is not None and named:
                stood = version_at(origin.versions, text.sightings[0].order)
                moved = stood is not None and stood.version_id != edge.version_id
                if origin.article_id == one.article.id and (one.replayed or moved):
                    adopted.append(id_)
            elif not one.replayed or origin.article_id == one.article.id:
                ledger.note_copy(id_, text.content_hash, _edge_to(origin, because))
                adopted.append(id_)
        return adopted

    def _measure(self, ledger: Ledger, noted: Iterable[tuple[str, str]]) -> None:
        """Say of each edge just noted how the copy relates to the origin as it stood when the copy was published."""
        edges: list[tuple[Head, KnownVersion, Head, list[KnownVersion]]] = []
        for id_, hash_ in noted:
            head = ledger.head(id_)
            version = next((v for v in head.versions if v.content_hash == hash_), None) if head else None
            if head is None or version is None or version.copy_of is None:
                continue
            origin = ledger.head(ledger.home(version.copy_of.article_id))
            if origin is None or not origin.versions:
                continue
            stood = version_at(origin.versions, version.sightings[0].order)
            texts = [text for text in (stood, last_text(origin.versions)) if text is not None]
            edges.append((head, version, origin, texts))
        wanted = {content_id(head.article_id, version.content_hash) for head, version, _, _ in edges}
        wanted |= {content_id(o.article_id, text.content_hash) for _, _, o, texts in edges for text in texts}
        ledger.load_contents(id_ for id_ in wanted if id_ not in self._profiles)
        for head, version, origin, texts in edges:
            mine = self._of(ledger, head, version)
            assert version.copy_of is not None
            for text in texts:
                theirs = self._of(ledger, origin, text)
                if mine is None or theirs is None:
                    continue
                found = match(mine.print, theirs.print)
                if found.is_copy or text is texts[-1]:
                    edge = _described(head, mine, origin, theirs, found)
                    edge = msgspec.structs.replace(
                        edge, version_id=text.version_id, because=version.copy_of.because
                    )
                    ledger.note_copy(head.article_id, version.content_hash, edge)
                    break

    def _latest(self, ledger: Ledger, head: Head) -> Profile | None:
        text = last_text(head.versions)
        return self._of(ledger, head, text) if text is not None else None

    def _of(self, ledger: Ledger, head: Head, version: KnownVersion) -> Profile | None:
        known = self._profiles.get(content_id(head.article_id, version.content_hash))
        if known is not None:
            return known
        article = ledger.content(head.article_id, version)
        return self.profile(article, version.content_hash) if article else None


def version_at(versions: Sequence[KnownVersion], order: int) -> KnownVersion | None:
    """The text that stood at that time; the first one, if none did yet."""
    texts = [version for version in versions if not is_removal(version)]
    before = [version for version in texts if version.sightings[0].order <= order]
    return before[-1] if before else texts[0] if texts else None


def origin_of(ledger: Ledger, head: Head) -> Head:
    """Follow `copy_of` to its end."""
    seen = {head.article_id}
    while (edge := _edge(head)) is not None:
        above = ledger.head(ledger.home(edge.article_id))
        if above is None or above.article_id in seen or not above.versions:
            break
        seen.add(above.article_id)
        head = above
    return head


def _edge(head: Head) -> CopyOf | None:
    return head.versions[-1].copy_of if head.versions else None


def _edge_to(origin: Head, because: str) -> CopyOf:
    """An edge that is not measured yet."""
    return CopyOf(
        article_id=origin.article_id,
        version_id=origin.versions[-1].version_id,
        source=origin.source,
        url=origin.url,
        containment_here=0.0,
        containment_there=0.0,
        score=0.0,
        because=because,
    )


def _described(head: Head, mine: Profile, origin: Head, theirs: Profile, found: Match) -> CopyOf:
    return msgspec.structs.replace(
        _edge_to(origin, "earliest"),
        containment_here=round(found.here, 4),
        containment_there=round(found.there, 4),
        score=round(found.score, 4),
        cut=cut_paragraphs(theirs.print, mine.print),
        headline_changed=mine.headline != theirs.headline,
        credited=credits_outlet(mine, origin.source, origin.url),
        delay=head.since - origin.since,
    )
