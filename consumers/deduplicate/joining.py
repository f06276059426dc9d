"""One article at several addresses: moved, re-slugged, mobile, AMP and print pages join their article, by evidence.

Evidence is a redirect from one address to the other, or an address that is the other's but for a mark of its form, or the
same headline and time of publication; and in each case the text. A headline alone proves nothing: columns and live blogs
keep theirs from day to day.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.copies import match
from consumers.deduplicate.fingerprint import Fingerprint
from consumers.deduplicate.forms import is_form, main_address, plain_ids
from consumers.deduplicate.history import History, content_id
from consumers.deduplicate.ledger import Ledger
from consumers.deduplicate.removal import REMOVED, is_removal
from dateline.ports import Head, KnownVersion, Member, Sighting
from schemas.ids import article_id, digest
from schemas.order import parse_time
from schemas.records import Article

NEAR_EQUAL: Final = 0.8
"""Share of each body's shingles that must stand in the other one."""
MOVED: Final = 0.3
"""The same of either body, where a redirect leads from one address to the other."""
MOST_HOLDERS: Final = 8
"""Articles compared under one headline and time; where more have both, they are no evidence (a form, a daily notice)."""
MOST_LINKED: Final = 32
"""Ids of articles that one address leads to; a form of an address may be that of several."""
MOST_COMPARED: Final = 16
"""Versions of another article that a statement is compared with."""

Print = Callable[[Article, str], Fingerprint]
"""The fingerprint of an article with a content hash."""


class Home(NamedTuple):
    """The id of the article that a statement belongs to; the ids that ended because it shows them to be that article's other
    addresses; what was known under the id before they did, and whether the id itself had ended; and whether the article has
    an address more."""

    article_id: str
    ended: tuple[str, ...] = ()
    before: History | None = None
    revived: bool = False
    widened: bool = False


class Seen(NamedTuple):
    """An article as one message stated it."""

    article: Article
    sighting: Sighting
    content_hash: str


def _page_key(source: str, url: str) -> str:
    return digest(("page", source, main_address(url)))


def _leads_key(source: str, url: str) -> str:
    """Held by what leads to that address, or to a form of it."""
    return digest(("leads", source, main_address(url)))


def _led_key(article_id: str) -> str:
    """Held by what that article's address leads to."""
    return digest(("led", article_id))


def _address_keys(source: str, urls: Iterable[str]) -> Iterator[str]:
    for url in urls:
        yield _page_key(source, url)
        yield _leads_key(source, url)
        yield _led_key(article_id(source, url))


def _headline(article: Article) -> str:
    return canonical_text(article.headline).casefold()


def _minutes(*times: str | None) -> Iterator[int]:
    return (int(parse_time(time).timestamp()) // 60 for time in times if time)


def _title_key(article: Article) -> str | None:
    minute = next(_minutes(article.published), None)
    headline = _headline(article)
    return (
        digest(("title", article.source, headline, str(minute))) if minute is not None and headline else None
    )


def keys(article: Article) -> Iterator[str]:
    """The claims that an article is looked up by, or lays."""
    yield from _address_keys(article.source, (article.url, *article.aliases))
    if (title := _title_key(article)) is not None:
        yield title


def addresses(article: Article) -> Iterator[str]:
    """The ids of articles that may be this one, by what its addresses say."""
    for url in (article.url, *article.aliases):
        yield article_id(article.source, url)
        yield from plain_ids(article.source, url)


def prepare(ledger: Ledger, statements: Mapping[int, Seen]) -> None:
    """Read what `settle` will look at."""
    texts = [one for one in statements.values() if one.content_hash != REMOVED]
    ledger.load(id_ for one in statements.values() for id_ in (one.article.id, *addresses(one.article)))
    ledger.load_claims(
        key
        for one in texts
        for key in (*keys(one.article), *_address_keys(one.article.source, _urls(ledger, one)))
    )
    ledger.load(
        id_ for one in texts for url in _urls(ledger, one) for id_ in plain_ids(one.article.source, url)
    )
    wanted: set[str] = set()
    for one in texts:
        for head in _others(ledger, [ledger.home(one.article.id)], _urls(ledger, one), [one.article]):
            near = _near(head.versions, one.sighting.order)
            wanted |= {content_id(head.article_id, version.content_hash) for version in near}
    ledger.load_contents(wanted)


def settle(ledger: Ledger, one: Seen, fingerprint: Print) -> Home:
    """Which article this is a statement of.

    Which of several addresses gives the id follows from when each was first seen there, not from which came first.
    """
    article, order = one.article, one.sighting.order
    own = ledger.home(article.id)
    if one.content_hash == REMOVED:
        return Home(own)
    claim(ledger, article)
    found = _found(ledger, one, fingerprint)
    head = ledger.head(own)
    if len(found) == 1 and (head is None or not head.members):
        return Home(own)
    members = _members(ledger, found)
    known = members.get(article.id)
    evidence = known.evidence if known else next((why for why in found.values() if why), None)
    members[article.id] = Member(
        article_id=article.id,
        url=article.url,
        order=min(order, known.order if known else order),
        evidence=evidence,
        position=known.position
        if known and len(found) == 1 and order >= known.order
        else one.sighting.position,
    )
    home = min(members.values(), key=lambda member: (member.order, member.article_id)).article_id
    ledger.load(members)
    before = ledger.head(home)
    again = known is not None and known.position == one.sighting.position
    ended = [
        id_
        for id_ in sorted(members if again else found)
        if id_ != home and (head := ledger.head(id_)) is not None and head.versions
    ]
    ledger.join(home, sorted(members.values(), key=lambda member: (member.order, member.article_id)))
    widened = again or before is None or len(before.members or (before,)) < len(members)
    if not ended and home == own:
        return Home(home, widened=widened)
    revived = before is not None and before.joined is not None
    return Home(home, tuple(ended), before.versions if before and not again else (), revived, widened)


def _found(ledger: Ledger, one: Seen, fingerprint: Print) -> dict[str, str | None]:
    """The article's own id, and by id why others are this one.

    Which articles are one is the least set closed under the evidence between all that is known of the one and of the
    other: what joins two is looked for again from everything known of both. So it does not depend on what came first.
    """
    article = one.article
    found: dict[str, str | None] = {ledger.home(article.id): None}
    texts = [_Text(article, one.content_hash, frozenset(_minutes(article.published)))]
    while True:
        urls = _urls(ledger, one, found)
        ledger.load(id_ for url in urls for id_ in plain_ids(article.source, url))
        ledger.load_claims(_address_keys(article.source, urls))
        if len(found) > 1:
            texts = [*texts[:1], *_texts(ledger, found, one.sighting.order)]
            ledger.load_claims(key for text in texts if (key := _title_key(text.article)) is not None)
        others = _others(ledger, found, urls, [text.article for text in texts])
        if others and len(found) == 1 and article.aliases:
            # what it leads to may be one with what it said before
            texts += _texts(ledger, found, one.sighting.order)
        new = _evidence(ledger, one, found, others, urls, texts, fingerprint)
        if not new:
            return found
        found |= new


class _Text(NamedTuple):
    """An article as it stood, and the minutes that were stated as its time of publication."""

    article: Article
    content_hash: str
    minutes: frozenset[int]


def _urls(ledger: Ledger, one: Seen, ids: Iterable[str] = ()) -> list[str]:
    """The addresses of a statement's article, and of these."""
    heads = [ledger.head(id_) for id_ in (ledger.home(one.article.id), *ids)]
    known = [url for head in heads if head for url in _known_urls(head)]
    return list(dict.fromkeys([one.article.url, *known]))


def _known_urls(head: Head) -> list[str]:
    return list(dict.fromkeys(filter(None, [head.url, *(member.url for member in head.members)])))


def _leading(ledger: Ledger, source: str, urls: Iterable[str]) -> set[str]:
    """The articles that lead to one of these addresses."""
    return {ledger.home(id_) for url in urls for id_ in ledger.holders(_leads_key(source, url))}


def _texts(ledger: Ledger, ids: Iterable[str], order: int) -> list[_Text]:
    """How these articles stood about that time."""
    near = [
        (head.article_id, version)
        for id_ in ids
        if (head := ledger.head(id_)) is not None
        for version in _near(head.versions, order)
    ]
    ledger.load_contents(content_id(id_, version.content_hash) for id_, version in near)
    return [text for id_, version in near if (text := _text(ledger, id_, version)) is not None]


def _text(ledger: Ledger, id_: str, version: KnownVersion) -> _Text | None:
    article = ledger.content(id_, version)
    minutes = _minutes(*(seen.published for seen in version.sightings))
    return _Text(article, version.content_hash, frozenset(minutes)) if article is not None else None


def _others(
    ledger: Ledger, ids: Collection[str], urls: Sequence[str], stated: Sequence[Article]
) -> list[Head]:
    """The articles that something says may be the one that has these ids, addresses and texts."""
    source = stated[0].source
    asked = [*_address_keys(source, urls), *(key for article in stated for key in keys(article))]
    maybe = [
        *addresses(stated[0]),
        *(id_ for url in urls for id_ in plain_ids(source, url)),
        *(holder for key in asked for holder in ledger.holders(key)),
    ]
    homes = dict.fromkeys(ledger.home(id_) for id_ in maybe)
    return [
        head for id_ in homes if id_ not in ids and (head := ledger.head(id_)) is not None and head.versions
    ]


def _evidence(
    ledger: Ledger,
    one: Seen,
    ids: Collection[str],
    others: Sequence[Head],
    urls: Sequence[str],
    texts: Sequence[_Text],
    fingerprint: Print,
) -> dict[str, str]:
    """By id, why one of these others is the article with these addresses and texts."""
    source = one.article.source
    ledger.load_claims(_leads_key(source, url) for head in others for url in _known_urls(head))
    pages = {main_address(url) for url in urls}
    ours, leading = set(ids), _leading(ledger, source, urls)
    found = {}
    for head in others:
        theirs = _known_urls(head)
        redirected = head.article_id in leading or not ours.isdisjoint(_leading(ledger, source, theirs))
        same_page = not pages.isdisjoint(map(main_address, theirs))
        known = _texts(ledger, [head.article_id], one.sighting.order)
        reasons = (_why(a, b, fingerprint, redirected, same_page) for a in texts for b in known)
        if why := next(filter(None, reasons), None):
            found[head.article_id] = why
    return found


def _why(one: _Text, other: _Text, fingerprint: Print, redirected: bool, same_page: bool) -> str | None:
    same_headline = _headline(one.article) == _headline(other.article)
    same_time = not one.minutes.isdisjoint(other.minutes)
    if not (redirected or (same_headline and (same_time or same_page))):
        return None
    alike = match(fingerprint(one.article, one.content_hash), fingerprint(other.article, other.content_hash))
    near = min(alike.here, alike.there) >= NEAR_EQUAL or one.article.paragraphs == other.article.paragraphs
    if redirected and (same_time or near or alike.score >= MOVED):
        return "redirect"
    if same_headline and same_page and near:
        return "another form of its address"
    if same_headline and same_time and near:
        return "headline, time and text"
    return None


def claim(ledger: Ledger, article: Article) -> None:
    """Let later statements find this one: by headline and time, by the main form of its address, by what leads to it."""
    if (title := _title_key(article)) is not None:
        ledger.claim(title, article.id, most=MOST_HOLDERS)
    if is_form(article.url):
        ledger.claim(_page_key(article.source, article.url), article.id, most=MOST_HOLDERS)
    leaders = ledger.holders(_leads_key(article.source, article.url))
    ledger.load_claims(map(_led_key, leaders))
    for leader in leaders:
        ledger.claim(_led_key(leader), article.id, most=MOST_LINKED)
    for alias in article.aliases:
        ledger.claim(_leads_key(article.source, alias), article.id, most=MOST_LINKED)
        forms = ledger.holders(_page_key(article.source, alias))
        for id_ in (article_id(article.source, alias), *plain_ids(article.source, alias), *forms):
            ledger.claim(_led_key(article.id), id_, most=MOST_LINKED)


def _near(versions: History, order: int) -> list[KnownVersion]:
    """The texts that stood about that time, the nearest first: at most MOST_COMPARED."""
    texts = [version for version in versions if not is_removal(version)]
    return sorted(texts, key=lambda version: abs(version.sightings[0].order - order))[:MOST_COMPARED]


def _members(ledger: Ledger, found: Mapping[str, str | None]) -> dict[str, Member]:
    """Every address of these articles."""
    ledger.load_whole(id_ for id_ in found if (head := ledger.head(id_)) is not None and not head.members)
    members: dict[str, Member] = {}
    for id_ in found:
        head = ledger.head(id_)
        texts = [version for version in head.versions if not is_removal(version)] if head else []
        if head is None or not texts:
            continue
        first = min(seen.order for version in texts for seen in version.sightings)
        alone = Member(article_id=id_, url=head.url, order=first, evidence=found[id_])
        members |= {member.article_id: member for member in head.members or (alone,)}
    return members


def at_other_addresses(head: Head, article: Article) -> tuple[str, ...]:
    """The article's aliases, with the other addresses that it was seen at."""
    urls = dict.fromkeys([*article.aliases, *sorted(member.url for member in head.members)])
    return tuple(url for url in urls if url != article.url)


def renamed(article: Article, home: str, head: Head | None) -> Article:
    """The article under the id that its addresses share, and why, in its provenance."""
    if article.id == home:
        return article
    why = next((m.evidence for m in head.members if m.article_id == article.id), None) if head else None
    provenance = {**article.provenance, "id": f"joined: {why or 'by its text'}"}
    return msgspec.structs.replace(article, id=home, provenance=provenance)
