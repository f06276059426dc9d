"""What one batch knows of its articles: read from the identity store, changed in memory, written back at once."""

from collections.abc import Iterable

import msgspec

from consumers.deduplicate.history import (
    PAGE,
    History,
    content_id,
    needs_older,
    paginate,
)
from consumers.deduplicate.removal import REMOVED, inherited, text_at
from dateline.ports import Head, IdentityStore, KnownVersion, Sighting
from schemas.order import parse_time
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

    def load(self, article_ids: Iterable[str]) -> None:
        """Read the heads of articles not asked for before."""
        wanted = [id_ for id_ in dict.fromkeys(article_ids) if id_ not in self._asked]
        if wanted:
            self._asked.update(wanted)
            self._heads |= self._store.heads(wanted)

    def load_older(self, observations: Iterable[tuple[str, Sighting, str]]) -> None:
        """Read the pages of those (article id, sighting, content hash) that may touch versions older than the head's."""
        wanted: dict[str, Head] = {}
        doubtful: dict[str, Head] = {}
        for article_id, seen, content_hash in observations:
            head = self._heads.get(article_id)
            if head is None or not head.pages or article_id in self._whole:
                continue
            if content_hash == REMOVED or needs_older(head.versions, head.pages, seen):
                wanted[article_id] = head
            elif all(version.content_hash != content_hash for version in head.versions):
                doubtful[content_id(article_id, content_hash)] = head
        for known in self._store.contents(list(doubtful)) if doubtful else ():
            wanted[doubtful[known].article_id] = doubtful[known]
        if wanted:
            pages = self._store.pages([page for head in wanted.values() for page in head.pages])
            for article_id, head in wanted.items():
                older = tuple(version for page in head.pages for version in pages[page])
                self._heads[article_id] = msgspec.structs.replace(
                    head, versions=older + head.versions, pages=()
                )
                self._whole.add(article_id)

    def head(self, article_id: str) -> Head | None:
        """The head as it stands in this batch."""
        return self._heads.get(article_id)

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
                url=article.url,
                month=month or f"{since:%Y-%m}",
                since=int(since.timestamp()),
            )
        self._set(
            msgspec.structs.replace(head, versions=history, since=min(head.since, int(since.timestamp())))
        )

    def note_bands(self, article_id: str, bands: tuple[str, ...]) -> None:
        """The bands of the latest body."""
        head = self._heads[article_id]
        if head.bands != bands:
            self._set(msgspec.structs.replace(head, bands=bands))

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
        return list(self._store.put(heads, contents, pages))

    def _set(self, head: Head) -> None:
        self._heads[head.article_id] = head
        self._changed.add(head.article_id)
