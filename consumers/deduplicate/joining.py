"""One article at several addresses: moved, re-slugged, mobile, AMP and print pages join their article, by evidence.

Evidence is a redirect from one address to the other, or an address that is the other's but for a mark of its form, or the
same headline and time of publication; and in each case the text. A headline alone proves nothing: columns and live blogs
keep theirs from day to day.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from consumers.deduplicate.canonical import canonical_text
from consumers.deduplicate.copies import match
from consumers.deduplicate.fingerprint import Fingerprint
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
MOST_COMPARED: Final = 16
"""Versions of another article that a statement is compared with."""

_HOST: Final = re.compile(r"^(?:www\d?|m|mobile|amp|touch|print|wap)\.")
_FORM: Final = re.compile(
    r"/(?:amp|mobile|print(?:able|er-friendly|version)?|m)(?=/|$)|[./_-](?:amp|print(?:able|version)?|mobile)(?=$|\.\w{2,5}$)",
    re.IGNORECASE,
)
_PARAMETERS: Final = frozenset(
    [
        "amp",
        "print",
        "printable",
        "printview",
        "printmode",
        "mobile",
        "view",
        "format",
        "output",
        "outputtype",
        "display",
        "mode",
        "version",
        "layout",
    ]
)
_FORMS: Final = frozenset(
    ["amp", "print", "printable", "mobile", "printerfriendly", "printer-friendly", "1", "true", "yes"]
)

Print = Callable[[Article, str], Fingerprint]
"""The fingerprint of an article with a content hash."""


class Home(NamedTuple):
    """The id of the article that a statement belongs to; the ids that ended because it shows them to be that article's other
    addresses; and what was known under the id before they did."""

    article_id: str
    ended: tuple[str, ...] = ()
    before: History | None = None


class Seen(NamedTuple):
    """An article as one message stated it."""

    article: Article
    sighting: Sighting
    content_hash: str


def main_address(url: str) -> str:
    """An address without scheme, "www." and what marks it as the mobile, AMP or print form of another."""
    parts = urlsplit(url)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not (name.lower() in _PARAMETERS and value.lower() in _FORMS | {""})
    ]
    path = _FORM.sub("", parts.path).rstrip("/")
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{_HOST.sub('', parts.netloc.lower())}{path}{query}"


def _is_form(url: str) -> bool:
    parts = urlsplit(url)
    plain = f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}" + (
        f"?{parts.query}" if parts.query else ""
    )
    return main_address(url) != plain


def _page_key(source: str, url: str) -> str:
    return digest(("page", source, main_address(url)))


def _leads_key(source: str, url: str) -> str:
    """Held by what that address leads to."""
    return digest(("leads", source, main_address(url)))


def _headline(article: Article) -> str:
    return canonical_text(article.headline).casefold()


def _minute(article: Article) -> int | None:
    return int(parse_time(article.published).timestamp()) // 60 if article.published else None


def _title_key(article: Article) -> str | None:
    minute = _minute(article)
    headline = _headline(article)
    return (
        digest(("title", article.source, headline, str(minute))) if minute is not None and headline else None
    )


def keys(article: Article) -> Iterator[str]:
    """The claims that an article is looked up by, or lays."""
    yield _page_key(article.source, article.url)
    for url in (article.url, *article.aliases):
        yield _leads_key(article.source, url)
    if (title := _title_key(article)) is not None:
        yield title


def addresses(article: Article) -> Iterator[str]:
    """The ids of articles that may be this one, by what its addresses say."""
    for alias in article.aliases:
        yield article_id(article.source, alias)
    if _is_form(article.url):
        main = main_address(article.url)
        for scheme in ("https", "http"):
            for host in ("", "www."):
                for end in ("", "/"):
                    yield article_id(article.source, f"{scheme}://{host}{main}{end}")


def prepare(ledger: Ledger, statements: Mapping[int, Seen]) -> None:
    """Read what `settle` will look at."""
    texts = [one for one in statements.values() if one.content_hash != REMOVED]
    ledger.load(id_ for one in statements.values() for id_ in (one.article.id, *addresses(one.article)))
    ledger.load_claims(key for one in texts for key in keys(one.article))
    wanted: set[str] = set()
    for one in texts:
        for head in _others(ledger, one.article):
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
    found: dict[str, str | None] = {own: None, **_evidence(ledger, one, fingerprint)}
    claim(ledger, article)
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
        last=max(order, known.last if known else order),
        evidence=evidence,
        position=known.position if known and len(found) == 1 else one.sighting.position,
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
    if not ended and home == own:
        return Home(home)
    return Home(home, tuple(ended), before.versions if before and not before.joined and not again else ())


def left(ledger: Ledger, removed: Article) -> bool:
    """Whether the page that is gone is one that its article has left for another address."""
    head = ledger.head(ledger.home(removed.id))
    if head is None or not head.members:
        return False
    newest = max(head.members, key=lambda member: (member.last, member.article_id))
    return newest.article_id != removed.id


def _others(ledger: Ledger, article: Article) -> list[Head]:
    """The articles that something says may be this one."""
    own = ledger.home(article.id)
    ids = [*addresses(article), *(holder for key in keys(article) for holder in ledger.holders(key))]
    homes = dict.fromkeys(ledger.home(id_) for id_ in ids)
    return [head for id_ in homes if id_ != own and (head := ledger.head(id_)) is not None and head.versions]


def _evidence(ledger: Ledger, one: Seen, fingerprint: Print) -> dict[str, str]:
    """By id, why another article is this one."""
    article = one.article
    led = {ledger.home(id_) for id_ in ledger.holders(_leads_key(article.source, article.url))}
    leading = {main_address(alias) for alias in article.aliases}
    found = {}
    for head in _others(ledger, article):
        urls = {main_address(url) for url in (head.url, *(member.url for member in head.members))}
        redirected = head.article_id in led or not leading.isdisjoint(urls)
        same_page = main_address(article.url) in urls
        for version in _near(head.versions, one.sighting.order):
            other = ledger.content(head.article_id, version)
            if other is not None and (
                why := _why(one, other, version.content_hash, fingerprint, redirected, same_page)
            ):
                found[head.article_id] = why
                break
    return found


def _why(
    one: Seen, other: Article, other_hash: str, fingerprint: Print, redirected: bool, same_page: bool
) -> str | None:
    article = one.article
    same_headline = _headline(article) == _headline(other)
    same_time = _minute(article) is not None and _minute(article) == _minute(other)
    if not (redirected or (same_headline and (same_time or same_page))):
        return None
    alike = match(fingerprint(article, one.content_hash), fingerprint(other, other_hash))
    near = min(alike.here, alike.there) >= NEAR_EQUAL or article.paragraphs == other.paragraphs
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
    if _is_form(article.url):
        ledger.claim(_page_key(article.source, article.url), article.id, most=MOST_HOLDERS)
    for alias in article.aliases:
        ledger.claim(_leads_key(article.source, alias), article.id, most=MOST_HOLDERS)


def _near(versions: History, order: int) -> list[KnownVersion]:
    """The texts that stood about that time, the nearest first: at most MOST_COMPARED."""
    texts = [version for version in versions if not is_removal(version)]
    return sorted(texts, key=lambda version: abs(version.sightings[0].order - order))[:MOST_COMPARED]


def _members(ledger: Ledger, found: Mapping[str, str | None]) -> dict[str, Member]:
    """Every address of these articles."""
    ledger.load_whole(found)
    members: dict[str, Member] = {}
    for id_ in found:
        head = ledger.head(id_)
        if head is None or not head.versions:
            continue
        orders = [seen.order for version in head.versions for seen in version.sightings]
        alone = Member(article_id=id_, url=head.url, order=min(orders), last=max(orders), evidence=found[id_])
        members |= {member.article_id: member for member in head.members or (alone,)}
    return members


def at_other_addresses(head: Head, article: Article) -> tuple[str, ...]:
    """The article's aliases, with the other addresses that it was seen at."""
    urls = dict.fromkeys([*article.aliases, *(member.url for member in head.members)])
    return tuple(url for url in urls if url != article.url)


def renamed(article: Article, home: str, head: Head | None) -> Article:
    """The article under the id that its addresses share, and why, in its provenance."""
    if article.id == home:
        return article
    why = next((m.evidence for m in head.members if m.article_id == article.id), None) if head else None
    provenance = {**article.provenance, "id": f"joined: {why or 'by its text'}"}
    return msgspec.structs.replace(article, id=home, provenance=provenance)
