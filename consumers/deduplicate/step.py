"""The deduplicate stage: from articles as stated to versions in their place, with what changed and whose copy they are."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from consumers.deduplicate import joining, versions
from consumers.deduplicate.canonical import content_hash, ignored
from consumers.deduplicate.history import (
    History,
    affected,
    content_id,
    find,
    founded,
    holds_event,
    index_of,
    observe,
    sighting,
)
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.lineage import Lineage, Statement
from consumers.deduplicate.removal import REMOVED, inherited, is_removal, last_text, text_at
from consumers.deduplicate.withdrawal import former, index_of_place, still_former
from dateline.errors import Unavailable
from dateline.outcome import Drop, Keep, Outcome, Output, Reject
from dateline.ports import IdentityStore, Sighting
from dateline.stage import Item, Lane
from schemas import envelope
from schemas.reasons import Reason, Stage
from schemas.records import Article
from schemas.topics import NORMALIZED

_ROUNDS: Final = 5


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an article's message does to its history.

    `own` is its version's index in `after`. Of a page that came back it may found two, by its dates and by when it was seen:
    then `first` is the earlier and `own` the later of them. "again" is what is looked at once more for its copies. `ended` are ids
    that are no articles of their own any more, `former` places of the history that are none any more. An article with an
    address more is `widened`: all its versions name it.
    """

    kind: Literal["new", "replayed", "again", "unchanged", "repeated"]
    article: Article
    content_hash: str
    before: History
    after: History
    own: int
    first: int
    ended: tuple[str, ...] = ()
    former: tuple[History, ...] = ()
    widened: bool = False

    @property
    def is_kept(self) -> bool:
        return self.kind in ("new", "replayed", "again") or bool(self.ended or self.former)

    @property
    def touched(self) -> list[int]:
        """Versions to send: the own one first, then those after it whose place changed, the latest always last.

        A replay cannot tell what its first run changed, so it sends all that follow the first version that it founded.
        """
        if self.kind == "again":
            return [self.own]
        if self.widened:
            others = [index for index in range(len(self.after)) if index != self.own]
        elif self.kind == "replayed" and not self.ended:
            others = [index for index in range(self.first, len(self.after)) if index != self.own]
        else:
            moved = set(affected(self.before, self.after))
            if self.ended:  # a copy of what turned out to be the article itself is none
                edges = {version.version_id: version.copy_of for version in self.before}
                moved |= {i for i, v in enumerate(self.after) if edges.get(v.version_id) != v.copy_of}
            if (
                self.kind == "new" and self.after[self.first].appearance == 0
            ):  # what its content says may be stated anew
                texts = ((i, text_at(self.after, i)) for i in range(len(self.after)))
                moved |= {i for i, text in texts if text and text.content_hash == self.content_hash}
            others = sorted(moved - {self.own})
        latest = len(self.after) - 1
        if (others or [self.own])[-1] != latest:
            others.append(latest)
        return [self.own, *others]


class DeduplicateStage:
    """Gives each article one history and each copy its origin.

    The history, its links and the latest version follow from the articles' own times and contents, not from the order in
    which they arrive. What `step` decides is durable in the identity store before it returns; the same message again (by
    its position in the log) is decided as before. Parallel by article id; a second writer of the same article is noticed
    by compare-and-set, and the batch is decided again on what that one wrote.
    """

    name = Stage.DEDUPLICATE
    lanes = (Lane((NORMALIZED,)),)

    def __init__(self, identity: IdentityStore, *, window: int = 2000) -> None:
        """`window` is how many recent articles this process remembers for copies that a search does not see yet."""
        self._identity = identity
        self._lineage = Lineage(identity, window=window)

    def step(self, batch: Sequence[Item]) -> Sequence[Outcome]:
        """Decide on each article. Raises Unavailable when other writers interfere five times in a row."""
        for _ in range(_ROUNDS):
            ledger = Ledger(self._identity)
            outcomes = self._decide(ledger, batch)
            if not ledger.write():
                return outcomes
        raise Unavailable(
            f"deduplicate: the same articles were changed by another process {_ROUNDS} times in a row; "
            "two groups may share one identity index: give each its own namespace"
        )

    def close(self) -> None:
        """Nothing to give back."""

    def _decide(self, ledger: Ledger, batch: Sequence[Item]) -> list[Outcome]:
        seen: dict[int, joining.Seen] = {}
        outcomes: dict[int, Outcome] = {}
        for key, item in enumerate(batch):
            article = item.record
            assert isinstance(article, Article), (
                f"deduplicate: expected an Article, got {type(article).__name__}"
            )
            try:
                observed = sighting(article, item.event_id, item.message.position)
                seen[key] = joining.Seen(article, observed, content_hash(article))
            except ValueError as error:
                outcomes[key] = Reject(Reason.BAD_RECORD, f"deduplicate: article {article.id}: {error}")
        joining.prepare(ledger, seen)
        ledger.load_older((ledger.home(article.id), when, hash_) for article, when, hash_ in seen.values())
        plans: dict[int, Plan] = {}
        for key, one in seen.items():
            if envelope.REFRESH in batch[key].message.headers:
                if (plan := _again(ledger, one)) is None:
                    outcomes[key] = Drop(Reason.REPEATED, article_id=one.article.id)
                else:
                    plans[key] = plan
                continue
            home = joining.settle(ledger, one, self._lineage.fingerprint)
            article = joining.renamed(one.article, home.article_id, ledger.head(home.article_id))
            plans[key] = _plan(ledger, article, one.sighting, one.content_hash, home)
        kept = {key: plan for key, plan in plans.items() if plan.is_kept}
        texts = {
            key: plan
            for key, plan in kept.items()
            if plan.content_hash != REMOVED and ledger.home(plan.article.id) == plan.article.id
        }
        others = self._lineage.trace(ledger, {key: _statement(ledger, plan) for key, plan in texts.items()})
        needed: set[str] = set()
        for key, plan in kept.items():
            needed |= versions.contents_for(plan.article.id, plan.after, plan.touched)
            for place in plan.former:
                needed |= versions.contents_for(plan.article.id, place, [len(place) - 1])
                if (index := index_of_place(place, plan.after)) is not None:
                    needed |= versions.contents_for(plan.article.id, plan.after, [index])
            for id_ in plan.ended:
                needed |= versions.contents_for(id_, history := ledger.history(id_), range(len(history)))
            for other in others.get(key, ()):
                history = ledger.history(other)
                needed |= versions.contents_for(other, history, [len(history) - 1])
        needed |= {
            content_id(plan.article.id, plan.content_hash)
            for plan in plans.values()
            if plan.kind == "unchanged"
        }
        ledger.load_contents(needed)
        for key, plan in plans.items():
            outcomes[key] = _keep(ledger, plan, others.get(key, ())) if plan.is_kept else _drop(ledger, plan)
        return [outcomes[key] for key in range(len(batch))]


def _again(ledger: Ledger, one: joining.Seen) -> Plan | None:
    """A version to be looked at once more; None if it is not there any more."""
    history = ledger.history(one.article.id)
    founds = founded(history, one.sighting)
    if not founds or history[founds[-1]].content_hash != one.content_hash:
        return None
    return Plan(
        kind="again",
        article=one.article,
        content_hash=one.content_hash,
        before=history,
        after=history,
        own=founds[-1],
        first=founds[0],
    )


def _plan(ledger: Ledger, article: Article, seen: Sighting, hash_: str, home: joining.Home) -> Plan:
    head = ledger.head(article.id)
    before = head.versions if head else ()
    found = find(before, seen)
    kind: Literal["new", "replayed", "unchanged", "repeated"]
    gone: tuple[History, ...] = ()
    if found is not None:
        own, known = found
        after = before
        founds = founded(before, seen)
        if known.position == seen.position:  # a replay cannot tell what its first run withdrew
            gone = still_former(head.former, after) if head else ()
            kind = "replayed" if founds or gone or home.widened else "unchanged"
        else:
            kind = "repeated"
    else:
        after = observe(article.id, before, seen, hash_, whole=head is None or not head.pages)
        gone = former(before if home.before is None else home.before, after)
        founds = founded(after, seen)
        own = index_of(after, seen, hash_)
        version = after[own]
        ledger.note(article, after)
        if founds:
            kind = "new"
            if hash_ != REMOVED and any(after[index].appearance == 0 for index in founds):
                ledger.note_content(article, hash_)
        else:
            others = [one for one in before if one.version_id == version.version_id]
            kind = "repeated" if any(holds_event(one, seen.event_id) for one in others) else "unchanged"
            if gone or home.widened or affected(before, after):
                kind = "new"  # it shows which removals count, or where the article is
        if gone:
            ledger.note_former(article.id, gone)
    own = founds[-1] if founds else own
    first = founds[0] if founds else own
    return Plan(
        kind=kind,
        article=article,
        content_hash=hash_,
        before=before if home.before is None else () if home.revived else home.before,
        after=after,
        own=own,
        first=first,
        ended=home.ended,
        former=gone,
        widened=home.widened,
    )


def _statement(ledger: Ledger, plan: Plan) -> Statement:
    latest = last_text(ledger.history(plan.article.id))
    return Statement(
        article=plan.article,
        content_hash=plan.content_hash,
        latest=latest is not None and latest.content_hash == plan.content_hash,
        replayed=plan.kind == "replayed",
    )


def _keep(ledger: Ledger, plan: Plan, others: Sequence[str]) -> Keep | Drop:
    article_id = plan.article.id
    if text_at(plan.after, plan.own) is None:
        return Drop(
            Reason.NOTHING_TO_REMOVE,
            detail="gone before any text of it was seen",
            article_id=article_id,
            version_id=plan.after[plan.own].version_id,
        )
    edges = {version.content_hash: version.copy_of for version in ledger.history(article_id)}
    after = inherited(
        [msgspec.structs.replace(version, copy_of=edges.get(version.content_hash)) for version in plan.after]
    )
    sent: list[Output] = []
    for once in plan.former:
        sent += versions.withdrawn(ledger, article_id, once, after)
    for place, index in enumerate(plan.touched):
        again = place > 0 or plan.kind == "again"
        sent += versions.outputs(ledger, article_id, after, index, refresh=again)
    for id_ in plan.ended:
        sent += versions.ended(ledger, id_, article_id)
    for other in others:
        history = ledger.history(other)
        sent += versions.outputs(ledger, other, history, len(history) - 1, refresh=True)
    return Keep(outputs=tuple(sent), article_id=article_id, version_id=after[plan.own].version_id)


def _drop(ledger: Ledger, plan: Plan) -> Drop:
    version = plan.after[plan.own]
    detail = None
    if plan.content_hash == REMOVED and not is_removal(version):
        detail = f"gone from an address that it has left: {plan.article.url}"
    elif plan.kind == "unchanged" and (known := ledger.content(plan.article.id, version)) is not None:
        names = ", ".join(ignored(known, plan.article))
        detail = f"ignored: {names}" if names else None
    return Drop(
        Reason.REPEATED if plan.kind == "repeated" else Reason.UNCHANGED,
        detail=detail,
        article_id=plan.article.id,
        version_id=version.version_id,
    )
