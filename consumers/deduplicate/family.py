"""Copies within a set of articles at hand: the same judgement as the stage's, without a store."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec

from consumers.deduplicate.copies import Match, confirmed
from consumers.deduplicate.fingerprint import fingerprint
from schemas.order import parse_time
from schemas.records import Article


class CopyPair(msgspec.Struct, frozen=True, kw_only=True):
    """`a` is a copy and `b` the older one; each containment is the share of that article's shingles in the other."""

    a: str
    b: str
    relation: Literal["copy"] = "copy"
    containment_a: float
    containment_b: float
    score: float


def copies(articles: Iterable[Article]) -> tuple[list[CopyPair], list[list[str]]]:
    """All pairs of copies, and the families that they make up (ids, origin first). An article's last version counts.

    Work grows with the number of articles and of pairs that share fingerprint bands, not with all pairs.
    """
    latest = {article.id: article for article in articles}
    prints = {id_: fingerprint(article) for id_, article in latest.items()}
    ages = {id_: _age(article) for id_, article in latest.items()}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for id_, mine in prints.items():
        for term in mine.bands:
            holders[term].append(id_)
    found: dict[tuple[str, str], Match] = {}
    for id_, mine in prints.items():
        near = {other for term in mine.bands for other in holders[term]} - {id_}
        for other, one in confirmed(mine, {other: prints[other] for other in sorted(near)}).items():
            found[id_, other] = one
    pairs = [_pair(a, b, one) for (a, b), one in found.items() if ages[a] > ages[b] and (b, a) in found]
    return pairs, _families(pairs, ages)


def _pair(a: str, b: str, found: Match) -> CopyPair:
    return CopyPair(
        a=a,
        b=b,
        containment_a=round(found.here, 4),
        containment_b=round(found.there, 4),
        score=round(found.score, 4),
    )


def _families(pairs: Iterable[CopyPair], ages: dict[str, tuple[int, str]]) -> list[list[str]]:
    parent: dict[str, str] = {}

    def root(id_: str) -> str:
        while (above := parent.setdefault(id_, id_)) != id_:
            parent[id_] = parent[above]
            id_ = parent[id_]
        return id_

    for pair in pairs:
        one, other = root(pair.a), root(pair.b)
        parent[max(one, other, key=ages.__getitem__)] = min(one, other, key=ages.__getitem__)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for id_ in parent:
        members[root(id_)].append(id_)
    return sorted(sorted(family, key=ages.__getitem__) for family in members.values())


def _age(article: Article) -> tuple[int, str]:
    return int(parse_time(article.published or article.fetched).timestamp()), article.id
