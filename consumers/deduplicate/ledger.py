"""What one batch knows of its articles: read from the identity store, changed in memory, written back at once."""

from collections.abc import Iterable, Sequence

import msgspec

from consumers.deduplicate.history import (
    PAGE,
    History,
    content_id,
    needs_older,
    paginate,
    united,
)
from consumers.deduplicate.removal import REMOVED, address, inherited, last_text, text_at
from consumers.deduplicate.withdrawal import remembered
from dateline.ports import Claim, Head, IdentityStore, KnownVersion, Member, Sighting
from schemas.order import fetched_seconds, parse_time
from schemas.records import Article, CopyOf


class Ledger:
    """Heads, histories and contents in the making. Nothing is written before `write`."""

    def __init__(self, store: IdentityStore) -> None:
        self._store = store
        self._asked: set[str] = set()
        self._heads: dict[str, Head] = {}
        self._whole: set[str] = set()
        self._changed: set[str] = set()
        self._contents: dict[str, Article] = {}
        self._new_contents: set[str] = set()
        self._asked_claims: set[str] = set()
        self._claims: dict[str, Claim] = {}
        self._changed_claims: set[str] = set()

    def load(self, article_ids: Iterable[str]) -> None:
        """Read the heads of articles not asked for before, and of those that they were joined to."""
        wanted = [id_ for id_ in dict.fromkeys(article_ids) if id_ not in self._asked]
        while wanted:
            self._asked.update(wanted)
            read = self._store.heads(wanted)
            self._heads |= read
            joined = dict.fromkeys(head.joined for head in read.values() if head.joined)
            wanted = [id_ for id_ in joined if id_ not in self._asked]

    def load_claims(self, keys: Iterable[str]) -> None:
        """Read claims that are not here yet, and the heads of those who hold them."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._asked_claims]
        if wanted:
            self._asked_claims.update(wanted)
            read = self._store.claims(wanted)
            self._claims |= read
            self.load(holder for claim in read.values() for holder in claim.holders)

    def load_older(self, observations: Iterable[tuple[str, Sighting, str]]) -> None:
        """Read the pages of those (article id, sighting, content hash) that may touch versions older than the head's."""
        wanted: dict[str, Head] = {}
        doubtful: dict[str, Head] = {}
        for article_id, seen, content_hash in observations:
            head = self._heads.get(article_id)
            if head is None or not head.pages or article_id in self._whole:
                continue
            if (
                content_hash == REMOVED
                or needs_older(head.versions, head.pages, seen)
                or _is_late(head, seen)
            ):
                wanted[article_id] = head
            elif all(version.content_hash != content_hash for version in head.versions):
                doubtful[content_id(article_id, content_hash)] = head
        for known in self._store.contents(list(doubtful)) if doubtful else ():
            wanted[doubtful[known].article_id] = doubtful[known]
        self.load_whole(wanted)

    def load_whole(self, article_ids: Iterable[str]) -> None:
        """Read all the pages of these articles, whose heads are here."""
        heads = {
            id_: head for id_ in article_ids if (head := self._heads.get(id_)) is not None and head.pages
        }
        if heads:
            pages = self._store.pages([page for head in heads.values() for page in head.pages])
            for article_id, head in heads.items():
                older = tuple(version for page in head.pages for version in pages[page])
                self._heads[article_id] = msgspec.structs.replace(
                    head, versions=older + head.versions, pages=()
                )
                self._whole.add(article_id)

    def head(self, article_id: str) -> Head | None:
        """The head as it stands in this batch."""
        return self._heads.get(article_id)

    def home(self, article_id: str) -> str:
        """The id that the article at this address has: its own, or that of the article that it was joined to."""
        passed: set[str] = set()
        while (head := self._heads.get(article_id)) is not None and head.joined and article_id not in passed:
            passed.add(article_id)
            article_id = head.joined
        return article_id

    def holders(self, key: str) -> Sequence[str]:
        """Who holds a claim, as it stands in this batch."""
        claim = self._claims.get(key)
        return claim.holders if claim else ()

    def claim(self, key: str, article_id: str, *, most: int) -> None:
        """Let an address hold a claim too, if fewer than `most` do. Load it before."""
        claim = self._claims.get(key) or Claim(key=key)
        if article_id not in claim.holders and len(claim.holders) < most:
            self._claims[key] = msgspec.structs.replace(claim, holders=(*claim.holders, article_id))
            self._changed_claims.add(key)

    def join(self, home: str, members: Sequence[Member]) -> None:
        """Make these addresses one article with the id `home`, which is one of theirs, with all that was seen at any of them.

        The heads that are known of must be loaded; pages and contents that this needs are read here: it is rare.
        """
        inside = {member.article_id for member in members}
        heads = [head for id_ in inside if (head := self._heads.get(id_)) is not None and head.joined is None]
        if any(head.article_id != home for head in heads):
            self._unite(home, members, [head.article_id for head in heads])
        if home in self._heads:
            self._set(msgspec.structs.replace(self._heads[home], members=tuple(members), joined=None))
        for member in members:
            if member.article_id != home:
                self._point(member, home)

    def revive(self, article_id: str) -> None:
        """Let an address that pointed elsewhere be an article again, of which nothing is known yet."""
        head = self._heads.get(article_id)
        if head is not None and head.joined is not None:
            self._set(msgspec.structs.replace(head, joined=None, versions=()))

    def note_members(self, home: str, members: Sequence[Member]) -> None:
        """The addresses of an article whose history is known as one already."""
        self._set(msgspec.structs.replace(self._heads[home], members=tuple(members)))
        for member in members:
            if member.article_id != home:
                self._point(member, home)

    def _unite(self, home: str, members: Sequence[Member], parts: Sequence[str]) -> None:
        self.load_whole(parts)
        heads = [self._heads[id_] for id_ in sorted(parts)]
        self._take_contents(home, heads)
        inside = {member.article_id for member in members}
        versions = tuple(
            msgspec.structs.replace(version, copy_of=None)
            if version.copy_of and version.copy_of.article_id in inside
            else version
            for version in united(home, [head.versions for head in heads])
        )
        latest = max(heads, key=_last_order)
        own = self._heads.get(home)
        self._set(
            msgspec.structs.replace(
                own or latest,
                article_id=home,
                url=next(member.url for member in members if member.article_id == home),
                since=min(head.since for head in heads),
                bands=latest.bands,
                credits=latest.credits,
                versions=versions,
                pages=(),
                reach=_reach(own, versions),
                former=own.former if own else (),
                token=own.token if own else None,
            )
        )
        self._whole.add(home)

    def _take_contents(self, home: str, heads: Sequence[Head]) -> None:
        """What each content says, as its first sighting at any address stated it."""
        first: dict[str, tuple[int, str, str]] = {}
        for head in heads:
            for version in head.versions:
                seen = version.sightings[0]
                mine = (seen.order, seen.event_id, head.article_id)
                first[version.content_hash] = min(mine, first.get(version.content_hash, mine))
        self.load_contents(content_id(owner, hash_) for hash_, (_, _, owner) in first.items())
        for hash_, (_, _, owner) in first.items():
            stated = self._contents.get(content_id(owner, hash_))
            if owner != home and stated is not None:
                self.note_content(msgspec.structs.replace(stated, id=home), hash_)

    def _point(self, member: Member, home: str) -> None:
        known = self._heads.get(member.article_id)
        if known is None:
            target = self._heads.get(home)
            known = Head(
                article_id=member.article_id,
                source=target.source if target else "",
                url=member.url,
                month=target.month if target else "",
                since=target.since if target else 0,
            )
        if known.joined != home:
            # its versions stay: a message that is decided once more withdraws them once more
            self._set(
                msgspec.structs.replace(known, joined=home, bands=(), members=(), credits=(), former=())
            )

    def history(self, article_id: str) -> History:
        """The versions as they stand in this batch; without those in pages, unless loaded."""
        head = self._heads.get(article_id)
        return head.versions if head else ()

    def note(self, article: Article, history: History, *, month: str | None = None) -> None:
        """Take over an article's new history; its first sight makes the head, filed under `month` if one is given."""
        since = parse_time(article.published or article.fetched)
        head = self._heads.get(article.id)
        if head is None:
            head = Head(
                article_id=article.id,
                source=article.source,
                url=article.url if address(article) else "",
                month=month or f"{since:%Y-%m}",
                since=int(since.timestamp()),
            )
        first = article.removed is None and last_text(head.versions) is None
        self._set(
            msgspec.structs.replace(
                head,
                url=article.url if first else head.url,
                versions=history,
                since=min(head.since, int(since.timestamp())),
                reach=_reach(head, history),
            )
        )

    def note_history(self, article_id: str, history: History) -> None:
        """Its versions as they are now known to be."""
        head = self._heads[article_id]
        self._set(msgspec.structs.replace(head, versions=history, reach=_reach(head, history)))

    def note_former(self, article_id: str, places: Sequence[History]) -> None:
        """What was told of its history and is not so any more."""
        head = self._heads[article_id]
        self._set(msgspec.structs.replace(head, former=remembered(head.former, places)))

    def note_reach(self, article_id: str, order: int) -> None:
        """An order that a version of it was given once."""
        head = self._heads[article_id]
        if order > head.reach:
            self._set(msgspec.structs.replace(head, reach=order))

    def note_bands(self, article_id: str, bands: tuple[str, ...], credited: tuple[str, ...]) -> None:
        """The bands of the latest body, and whom it credits."""
        head = self._heads[article_id]
        if (head.bands, head.credits) != (bands, credited):
            self._set(msgspec.structs.replace(head, bands=bands, credits=credited))

    def note_copy(self, article_id: str, content_hash: str, edge: CopyOf | None) -> None:
        """Of what all versions with this content are a copy."""
        head = self._heads[article_id]
        versions = tuple(
            msgspec.structs.replace(version, copy_of=edge)
            if version.content_hash == content_hash
            else version
            for version in head.versions
        )
        versions = inherited(versions)
        if versions != head.versions:
            self._set(msgspec.structs.replace(head, versions=versions))

    def note_content(self, article: Article, content_hash: str) -> None:
        """What a content says, as stated by its first sighting."""
        id_ = content_id(article.id, content_hash)
        self._contents[id_] = article
        self._new_contents.add(id_)

    def load_contents(self, content_ids: Iterable[str]) -> None:
        """Read contents that are not here yet."""
        wanted = [id_ for id_ in dict.fromkeys(content_ids) if id_ not in self._contents]
        if wanted:
            self._contents |= self._store.contents(wanted)

    def text(self, article_id: str, history: History, index: int) -> Article | None:
        """The article as it stood at that place of its history: the text last known, where the page is gone. Load it before."""
        version = text_at(history, index)
        article = self.content(article_id, version) if version else None
        seen = history[index].sightings[0]
        if article is None or seen.removed is None:
            return article
        provenance = article.provenance | ({"removed": seen.status} if seen.status else {})
        return msgspec.structs.replace(
            article, fetched=seen.fetched, removed=seen.removed, provenance=provenance
        )

    def content(self, article_id: str, version: KnownVersion) -> Article | None:
        """The article as a version states it: its content, with the dates of its first sighting. Load it before."""
        article = self._contents.get(content_id(article_id, version.content_hash))
        if article is None:
            return None
        first = version.sightings[0]
        return msgspec.structs.replace(
            article, published=first.published, modified=first.modified, fetched=first.fetched
        )

    def write(self) -> list[str]:
        """Write all that changed; the ids of articles that another process changed meanwhile (not written)."""
        pages: dict[str, History] = {}
        heads = []
        for article_id in sorted(self._changed):
            head = self._heads[article_id]
            if len(head.versions) >= 2 * PAGE:
                older, newest = paginate(article_id, head.versions)
                pages |= older
                head = msgspec.structs.replace(head, versions=newest, pages=(*head.pages, *older))
            heads.append(head)
        if not heads:
            return []
        contents = {id_: self._contents[id_] for id_ in self._new_contents}
        claims = [self._claims[key] for key in sorted(self._changed_claims)]
        return list(self._store.put(heads, contents, pages, claims))

    def _set(self, head: Head) -> None:
        self._heads[head.article_id] = head
        self._changed.add(head.article_id)


def _reach(before: Head | None, history: History) -> int:
    """The greatest order that a version of the article was given, and one more when an earlier version becomes the latest."""
    if not history:
        return before.reach if before else 0
    top, known = history[-1], before.versions[-1] if before and before.versions else None
    reach = max(before.reach if before else 0, known.sightings[0].order if known else 0)
    order = top.sightings[0].order
    if known is None or order >= reach:
        return max(reach, order)
    same = (known.version_id, known.sightings[0].order) == (top.version_id, order)
    return reach if same else reach + 1


def _last_order(head: Head) -> int:
    text = last_text(head.versions)
    return text.sightings[0].order if text else -1


def _is_late(head: Head, seen: Sighting) -> bool:
    """Whether something was seen after it, of an article of several addresses: it may say which address was left by then."""
    if len(head.members) < 2:
        return False
    last = max(fetched_seconds(known.fetched) for version in head.versions for known in version.sightings)
    return fetched_seconds(seen.fetched) <= last
