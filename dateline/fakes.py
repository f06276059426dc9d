"""Doubles of the ports, for tests and for running stages without servers. They keep the ports' promises."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import msgspec

from dateline.ports import Candidate, Claim, Head, IndexAction, IndexResult, KnownVersion, NameForm
from dateline.story_ports import Placement, StoryState
from schemas.records import Article


class FakeIdentityStore:
    """An identity store in memory.

    With `lazy=True`, `candidates` sees what was put only after `refresh()`, as a search engine would. `before_put` is
    called at the start of each `put`, so that a test can be the other writer.
    """

    def __init__(self, *, lazy: bool = False, before_put: Callable[[], None] | None = None) -> None:
        self.lazy = lazy
        self.before_put = before_put
        self.writes = 0
        self._heads: dict[str, Head] = {}
        self._contents: dict[str, Article] = {}
        self._pages: dict[str, tuple[KnownVersion, ...]] = {}
        self._claims: dict[str, Claim] = {}
        self._searchable: dict[str, set[str]] = defaultdict(set)
        self._bands: dict[str, tuple[str, ...]] = {}

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """The heads of those articles that are known."""
        return {id_: self._heads[id_] for id_ in article_ids if id_ in self._heads}

    def contents(self, content_ids: Sequence[str]) -> Mapping[str, Article]:
        """What those contents say, where known."""
        return {id_: self._contents[id_] for id_ in content_ids if id_ in self._contents}

    def pages(self, page_ids: Sequence[str]) -> Mapping[str, Sequence[KnownVersion]]:
        """Older versions by page."""
        return {id_: self._pages[id_] for id_ in page_ids if id_ in self._pages}

    def claims(self, keys: Sequence[str]) -> Mapping[str, Claim]:
        """Those claims that are known."""
        return {key: self._claims[key] for key in keys if key in self._claims}

    def candidates(
        self, bands: Mapping[str, Sequence[str]], *, limit: int
    ) -> Mapping[str, Sequence[Candidate]]:
        """Articles that share bands, most shared first."""
        found: dict[str, Sequence[Candidate]] = {}
        for key, terms in bands.items():
            shared = Counter(id_ for term in terms for id_ in self._searchable.get(term, ()))
            best = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
            found[key] = [Candidate(article_id=id_, shared_bands=count) for id_, count in best]
        return found

    def naming(self, article_ids: Sequence[str], *, limit: int) -> Mapping[str, Sequence[str]]:
        """By id, the articles whose latest version names it as its origin."""
        found: dict[str, list[str]] = {id_: [] for id_ in article_ids}
        for head in self._heads.values():
            edge = head.versions[-1].copy_of if head.versions else None
            if edge is not None and edge.article_id in found:
                found[edge.article_id].append(head.article_id)
        return {id_: names[:limit] for id_, names in found.items() if names}

    def put(
        self,
        heads: Sequence[Head],
        contents: Mapping[str, Article],
        pages: Mapping[str, Sequence[KnownVersion]],
        claims: Sequence[Claim] = (),
    ) -> Sequence[str]:
        """Write; the ids of heads and claims that had changed are returned, and not written."""
        if self.before_put is not None:
            self.before_put()
        self._contents.update(contents)
        self._pages.update({id_: tuple(versions) for id_, versions in pages.items()})
        conflicts = [c.key for c in claims if _token(self._claims.get(c.key)) != c.token]
        for claim in claims:
            if claim.key not in conflicts:
                self._claims[claim.key] = msgspec.structs.replace(claim, token=str(len(claim.holders)))
        if conflicts:
            return conflicts
        for head in heads:
            if _token(self._heads.get(head.article_id)) != head.token:
                conflicts.append(head.article_id)
                continue
            self.writes += 1
            self._heads[head.article_id] = msgspec.structs.replace(head, token=str(self.writes))
            if not self.lazy:
                self._make_searchable(head)
        return conflicts

    def refresh(self) -> None:
        """Let `candidates` see all that was put."""
        for head in self._heads.values():
            self._make_searchable(head)

    def _make_searchable(self, head: Head) -> None:
        for term in self._bands.get(head.article_id, ()):
            self._searchable[term].discard(head.article_id)
        self._bands[head.article_id] = head.bands
        for term in head.bands:
            self._searchable[term].add(head.article_id)


def _token(stored: Head | Claim | Placement | StoryState | None) -> str | None:
    return stored.token if stored else None


class FakeNameStore:
    """A name store in memory. `before_put` is called at the start of each `put`, so that a test can be the other writer."""

    def __init__(self, *, before_put: Callable[[], None] | None = None) -> None:
        self.before_put = before_put
        self.writes = 0
        self._forms: dict[str, NameForm] = {}

    def forms(self, keys: Sequence[str]) -> Mapping[str, NameForm]:
        """Those forms that are known."""
        return {key: self._forms[key] for key in keys if key in self._forms}

    def put(self, forms: Sequence[NameForm]) -> Sequence[str]:
        """Write; the keys of those that had changed are returned, and not written."""
        if self.before_put is not None:
            self.before_put()
        conflicts = []
        for form in forms:
            known = self._forms.get(form.key)
            if (known.token if known else None) != form.token:
                conflicts.append(form.key)
                continue
            self.writes += 1
            self._forms[form.key] = msgspec.structs.replace(form, token=str(self.writes))
        return conflicts


class FakeStoryStore:
    """A story store in memory, with the same promises; also what stories are formed in without servers.

    With `lazy=True`, `candidates` sees what was put only after `refresh()`. `before_put` is called at the start of each `put`, so
    that a test can be the other writer or stop it.
    """

    def __init__(self, *, lazy: bool = False, before_put: Callable[[], None] | None = None) -> None:
        self.lazy = lazy
        self.before_put = before_put
        self.writes = 0
        self._placements: dict[str, Placement] = {}
        self._states: dict[str, StoryState] = {}
        self._found_by: dict[str, tuple[str, ...]] = {}
        self._holders: dict[str, set[str]] = defaultdict(set)

    def placements(self, article_ids: Sequence[str]) -> Mapping[str, Placement]:
        """Where those articles are that are in a story."""
        return {id_: self._placements[id_] for id_ in article_ids if id_ in self._placements}

    def states(self, story_ids: Sequence[str]) -> Mapping[str, StoryState]:
        """Those stories that are known."""
        return {id_: self._states[id_] for id_ in story_ids if id_ in self._states}

    def candidates(self, terms: Mapping[str, Sequence[str]], *, limit: int) -> Mapping[str, Sequence[str]]:
        """Stories that share two terms and more, most shared first."""
        found: dict[str, Sequence[str]] = {}
        for key, wanted in terms.items():
            shared = Counter(id_ for term in wanted for id_ in self._holders.get(term, ()))
            best = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
            found[key] = [id_ for id_, count in best if count > 1]
        return found

    def put(self, placements: Sequence[Placement], states: Sequence[StoryState]) -> Sequence[str]:
        """Write; the ids of those that had changed are returned, and not written."""
        if self.before_put is not None:
            self.before_put()
        conflicts = []
        for placement in placements:
            if _token(self._placements.get(placement.article_id)) != placement.token:
                conflicts.append(placement.article_id)
                continue
            self.writes += 1
            kept = msgspec.structs.replace(placement, token=str(self.writes))
            self._placements[placement.article_id] = kept
        if conflicts:
            return conflicts
        for state in states:
            if _token(self._states.get(state.story.id)) != state.token:
                conflicts.append(state.story.id)
                continue
            self.writes += 1
            self._states[state.story.id] = msgspec.structs.replace(state, token=str(self.writes))
            if not self.lazy:
                self._make_findable(state)
        return conflicts

    def refresh(self) -> None:
        """Let `candidates` see all that was put."""
        for state in self._states.values():
            self._make_findable(state)

    def all(self) -> Mapping[str, StoryState]:
        """Every story, merged ones too."""
        return dict(self._states)

    def _make_findable(self, state: StoryState) -> None:
        for term in self._found_by.get(state.story.id, ()):
            self._holders[term].discard(state.story.id)
        self._found_by[state.story.id] = state.terms
        for term in state.terms:
            self._holders[term].add(state.story.id)


class FakeIndexSink:
    """Indices in memory: `documents[index][id]`. An item for which `refuse` gives an error is refused with it."""

    def __init__(self, refuse: Callable[[IndexAction], str | None] = lambda _: None) -> None:
        self.refuse = refuse
        self.documents: dict[str, dict[str, Mapping[str, object]]] = defaultdict(dict)
        self._versions: dict[tuple[str, str], int] = {}

    def write(self, actions: Sequence[IndexAction]) -> Sequence[IndexResult]:
        """Write all, in order; an older external version is stale."""
        return [self._write(action) for action in actions]

    def _write(self, action: IndexAction) -> IndexResult:
        error = self.refuse(action)
        if error is not None:
            return IndexResult(status="refused", error=error)
        place = (action.index, action.id)
        if action.version is not None:
            if action.version < self._versions.get(place, action.version):
                return IndexResult(status="stale")
            self._versions[place] = action.version
        self.documents[action.index][action.id] = action.document
        return IndexResult(status="written")
