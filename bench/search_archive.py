"""A generated archive of any size, to be searched: its texts are runs of paragraphs of real pages, put together anew.

What is found in a paragraph (names, quotations) goes along with it, so vocabularies, lengths, names a page and quotations a page
are those of the pages; two words and a person of its own let the dictionaries grow with the archive, as they do. Forty articles make
a block of seventeen stories at one time; blocks are spread evenly over two years up to `end`, so that a part of the archive looks like
the whole. 15 % are copies, 20 % have several versions with classified changes. The same number always gives the same documents.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Final

import msgspec

from consumers.index.documents import actions
from dateline.ports import IndexAction
from schemas.elastic import Kind, Names
from schemas.fields import EMBEDDING, SEARCHED
from schemas.ids import article_id, digest, entity_id, version_id
from schemas.records import (
    Change,
    CopyOf,
    EnrichedArticle,
    Entity,
    Mention,
    Quote,
    Story,
    StoryArticle,
    StoryCount,
    StoryName,
)

MONTHS: Final = 24
BLOCK: Final = 40
"""Articles made together."""
_STORIES: Final = (12, 6, 4, 3, 2, 2, *(1,) * 11)  # articles of each story of a block
_LARGE: Final = 25  # every so many blocks, one story has the whole block
_OUTLETS: Final = 60
_SEVERAL: Final = 0.2  # of the articles have several versions
_GOLDEN: Final = 0.6180339887498949
_CLASSES: Final = {
    "expansion": 0.2,
    "headline": 0.4,
    "number": 0.55,
    "cut": 0.3,
    "silent_edit": 0.8,
    "correction": 0.9,
    "quote_added": 0.35,
    "byline": 0.1,
    "quote_altered": 0.85,
    "removal": 0.95,
}
_PROFILE: Final = 3000  # characters that a story's state takes


class Page(msgspec.Struct, frozen=True):
    """A real page, with what was found in each of its paragraphs."""

    article: EnrichedArticle
    names: tuple[tuple[tuple[Entity, Mention], ...], ...]
    quotes: tuple[tuple[Quote, ...], ...]


def page(article: EnrichedArticle) -> Page:
    """The page, taken apart."""
    names: list[list[tuple[Entity, Mention]]] = [[] for _ in article.paragraphs]
    for entity in article.entities:
        for mention in entity.mentions:
            if mention.paragraph < len(names):
                names[mention.paragraph].append((entity, mention))
    quotes: list[list[Quote]] = [[] for _ in article.paragraphs]
    for quote in article.quotes:
        quotes[quote.paragraph].append(quote)
    return Page(article, tuple(map(tuple, names)), tuple(map(tuple, quotes)))


class Made(msgspec.Struct, frozen=True):
    """An article's versions, oldest first, and its story."""

    versions: tuple[EnrichedArticle, ...]
    story: Story

    @property
    def latest(self) -> EnrichedArticle:
        """The version that readers see."""
        return self.versions[-1]


class World:
    """Makes blocks of articles out of pages (EnrichedArticle), published in the two years before `end`."""

    def __init__(self, pages: Sequence[EnrichedArticle], end: datetime) -> None:
        tongues: dict[str, list[Page]] = {}
        for one in pages:
            if len(one.paragraphs) > 1:
                tongues.setdefault((one.language or "und")[:2], []).append(page(one))
        self._tongues = {tongue: found for tongue, found in tongues.items() if len(found) >= 3}
        self._weights = [len(found) for found in self._tongues.values()]
        self._words = sorted({word for one in pages for word in one.headline.split() if word.isalpha()})
        self._end = end
        self._outlets = [f"outlet-{number:02d}" for number in range(_OUTLETS)]
        self._shares = list(accumulate(1 / (rank + 3) for rank in range(_OUTLETS)))

    def time(self, block: int) -> datetime:
        """When the block's stories begin."""
        back = (block * _GOLDEN) % 1 * MONTHS * 30
        return self._end - timedelta(days=back, hours=8)

    def block(self, number: int, at: datetime | None = None) -> list[Made]:
        """Forty articles; `at` puts them at another time."""
        rng = random.Random(number)
        sizes = (BLOCK,) if number % _LARGE == 0 else _STORIES
        made: list[Made] = []
        for place, size in enumerate(sizes):
            began = (at or self.time(number)) + timedelta(minutes=rng.randrange(180))
            made += self._story(rng, digest(("story", str(number), str(place))), size, began)
        return made

    def _story(self, rng: random.Random, story_id: str, size: int, began: datetime) -> list[Made]:
        pool = rng.choices(list(self._tongues.values()), self._weights)[0]
        lead = rng.choice(pool)
        outlets = list(dict.fromkeys(rng.choices(self._outlets, cum_weights=self._shares, k=size)))
        histories: list[tuple[EnrichedArticle, ...]] = []
        copies = 0 if size < 3 else 1 if size < 6 else 2
        for place in range(size):
            at = began + timedelta(minutes=rng.randrange(20, 240) * place)
            source = outlets[place % len(outlets)]
            if 0 < place <= copies:
                first = self._copy(rng, histories[0][0], source, at)
            else:
                first = self._article(rng, lead, pool, source, story_id, at)
            histories.append(self._history(rng, first, pool, at))
        story = _told(story_id, [history[-1] for history in histories], copies)
        return [Made(history, story) for history in histories]

    def _article(
        self,
        rng: random.Random,
        lead: Page,
        pool: Sequence[Page],
        source: str,
        story_id: str,
        at: datetime,
    ) -> EnrichedArticle:
        wanted = len(rng.choice(pool).article.paragraphs)
        texts: list[str] = []
        entities: dict[str, tuple[Entity, list[Mention]]] = {}
        quotes: list[Quote] = []
        part, taken = lead, max(1, wanted // 3)
        while len(texts) < wanted:
            begin = rng.randrange(max(1, len(part.article.paragraphs) - taken + 1))
            for place in range(begin, min(begin + taken, len(part.article.paragraphs))):
                here = len(texts)
                texts.append(part.article.paragraphs[place])
                for entity, mention in part.names[place]:
                    held = entities.setdefault(entity.id, (entity, []))[1]
                    held.append(msgspec.structs.replace(mention, paragraph=here))
                quotes += (msgspec.structs.replace(one, paragraph=here) for one in part.quotes[place])
            part, taken = rng.choice(pool), rng.randint(1, 5)
        name, line = self._own(rng)
        own = Entity(
            id=entity_id("person", name),
            name=name,
            type="person",
            salience=0.05,
            mentions=(Mention(paragraph=len(texts), start=0, end=len(name), text=name),),
        )
        texts.append(line)
        base = lead.article
        headline = " ".join((*base.headline.split()[:6], *rng.choice(pool).article.headline.split()[:5]))
        url = f"https://{source}.example/{at:%Y/%m/%d}/{rng.getrandbits(48):x}"
        id_ = article_id(source, url)
        hash_ = digest(texts)
        return msgspec.structs.replace(
            base,
            id=id_,
            url=url,
            aliases=(),
            source=source,
            headline=headline,
            published=at.isoformat(),
            modified=None,
            removed=None,
            fetched=(at + timedelta(minutes=4)).isoformat(),
            paragraphs=tuple(texts),
            blocks=(),
            word_count=sum(len(text.split()) for text in texts),
            entities=(
                *(msgspec.structs.replace(one, mentions=tuple(held)) for one, held in entities.values()),
                own,
            ),
            quotes=tuple(quotes),
            story_id=story_id,
            embedding=_mixed(rng, base.embedding, rng.choice(pool).article.embedding),
            version_id=version_id(id_, hash_),
            previous_id=None,
            event_id=digest(("event", url)),
            status="PUBLISHED",
            content_hash=hash_,
            version_order=int(at.timestamp() * 1000),
            month=f"{at:%Y-%m}",
            copy_of=None,
            changes=(),
        )

    def _own(self, rng: random.Random) -> tuple[str, str]:
        def word() -> str:
            one, other = rng.choice(self._words), rng.choice(self._words)
            return one[: len(one) // 2 + 1] + other[len(other) // 2 :].lower()

        name = f"{word().capitalize()} {word().capitalize()}"
        return name, f"{name}: {word().lower()} {word().lower()}."

    def _copy(
        self, rng: random.Random, origin: EnrichedArticle, source: str, at: datetime
    ) -> EnrichedArticle:
        url = f"https://{source}.example/{at:%Y/%m/%d}/{rng.getrandbits(48):x}"
        id_ = article_id(source, url)
        texts = origin.paragraphs[: max(2, len(origin.paragraphs) - rng.randrange(4))]
        hash_ = digest(("copy", *texts))
        kept = len(texts) / len(origin.paragraphs)
        return msgspec.structs.replace(
            origin,
            id=id_,
            url=url,
            source=source,
            published=at.isoformat(),
            fetched=(at + timedelta(minutes=4)).isoformat(),
            paragraphs=texts,
            quotes=tuple(one for one in origin.quotes if one.paragraph < len(texts)),
            version_id=version_id(id_, hash_),
            event_id=digest(("event", url)),
            content_hash=hash_,
            version_order=int(at.timestamp() * 1000),
            month=f"{at:%Y-%m}",
            copy_of=CopyOf(
                article_id=origin.id,
                version_id=origin.version_id,
                source=origin.source,
                url=origin.url,
                containment_here=1.0,
                containment_there=round(kept, 3),
                score=round(kept, 3),
                cut=tuple(range(len(texts), len(origin.paragraphs))),
                delay=int((at - datetime.fromisoformat(origin.published or at.isoformat())).total_seconds()),
            ),
        )

    def _history(
        self, rng: random.Random, first: EnrichedArticle, pool: Sequence[Page], at: datetime
    ) -> tuple[EnrichedArticle, ...]:
        history = [first]
        while rng.random() < (_SEVERAL if len(history) == 1 else 0.3) and len(history) < 6:
            at += timedelta(minutes=rng.randrange(15, 600))
            before = history[-1]
            place = rng.randrange(len(before.paragraphs))
            text = rng.choice(rng.choice(pool).article.paragraphs)
            texts = (*before.paragraphs[:place], text, *before.paragraphs[place + 1 :])
            hash_ = digest(texts)
            id_ = version_id(first.id, hash_)
            changes = tuple(
                Change(
                    id=digest(("change", id_, kind)),
                    article_id=first.id,
                    version_id=id_,
                    previous_id=before.version_id,
                    kind=kind,
                    importance=_CLASSES[kind],
                    before=before.paragraphs[place][:300],
                    after=text[:300],
                    where=f"paragraphs[{place}]",
                    source=first.source,
                    url=first.url,
                    headline=first.headline,
                    detected=at.isoformat(),
                )
                for kind in rng.sample(list(_CLASSES), rng.randint(1, 3))
            )
            history.append(
                msgspec.structs.replace(
                    before,
                    paragraphs=texts,
                    entities=tuple(_elsewhere(one, place) for one in before.entities),
                    quotes=tuple(one for one in before.quotes if one.paragraph != place),
                    modified=at.isoformat(),
                    fetched=at.isoformat(),
                    version_id=id_,
                    previous_id=before.version_id,
                    event_id=digest(("event", id_)),
                    status="UPDATED",
                    content_hash=hash_,
                    version_order=int(at.timestamp() * 1000),
                    changes=changes,
                )
            )
        return tuple(history)


def _elsewhere(entity: Entity, place: int) -> Entity:
    kept = tuple(one for one in entity.mentions if one.paragraph != place)
    return entity if len(kept) == len(entity.mentions) else msgspec.structs.replace(entity, mentions=kept)


def _mixed(
    rng: random.Random, one: Sequence[float] | None, other: Sequence[float] | None
) -> tuple[float, ...] | None:
    if one is None or other is None:
        return None
    values = [0.8 * a + 0.4 * b + rng.gauss(0, 0.01) for a, b in zip(one, other, strict=True)]
    length = sum(value * value for value in values) ** 0.5
    return tuple(round(value / length, 4) for value in values)


def _told(story_id: str, articles: Sequence[EnrichedArticle], copies: int) -> Story:
    outlets = Counter(one.source for one in articles)
    days = Counter((one.published or "")[:10] for one in articles)
    names = Counter((one.name, one.type) for article in articles for one in article.entities)
    known = [
        StoryArticle(
            article_id=one.id,
            source=one.source,
            url=one.url,
            headline=one.headline,
            published=one.published or one.fetched,
        )
        for one in articles
    ]
    first = articles[0]
    return Story(
        id=story_id,
        title=first.headline,
        language=first.language,
        first_seen=known[0].published,
        last_seen=max(one.published for one in known),
        articles=len(articles),
        copies=copies,
        outlet_count=len(outlets),
        outlets=tuple(StoryCount(name=name, articles=count) for name, count in outlets.most_common(100)),
        origin=known[0],
        latest=tuple(known[:-11:-1]),
        days=tuple(StoryCount(name=name, articles=count) for name, count in sorted(days.items())),
        names=tuple(
            StoryName(name=name, type=kind, articles=count) for (name, kind), count in names.most_common(20)
        ),
        places=first.places[:10],
        keywords=first.keywords[:10],
        updated=articles[-1].fetched,
    )


def lightened(write: IndexAction) -> IndexAction:
    """The write without what no request of this bench asks of old versions: their texts analyzed twice, and their vectors."""
    if not write.index.startswith(f"{Kind.VERSIONS}-"):
        return write
    kept = {name: value for name, value in write.document.items() if name not in (SEARCHED, EMBEDDING)}
    return msgspec.structs.replace(write, document=kept)


def settled(writes: Iterable[IndexAction]) -> list[IndexAction]:
    """Of several writes of one document the one that stays."""
    kept: dict[tuple[str, str], IndexAction] = {}
    for write in writes:
        before = kept.get((write.index, write.id))
        if before is None or (write.version or 0) >= (before.version or 0):
            kept[write.index, write.id] = write
    return list(kept.values())


def writes(made: Sequence[Made], names: Names) -> Iterator[IndexAction]:
    """All that a block leads to: versions, articles, quotations as the index stage writes them; changes, stories, placements."""
    for one in made:
        for version in one.versions:
            yield from actions(version, names)
            for change in version.changes:
                yield from actions(change, names)
        latest = one.latest
        placement: dict[str, Any] = {
            "article_id": latest.id,
            "story_id": one.story.id,
            "event_id": latest.event_id,
            "order": latest.version_order,
            "source": latest.source,
            "url": latest.url,
            "headline": latest.headline,
            "published": latest.published,
            "copy_of": latest.copy_of.article_id if latest.copy_of else None,
            "told": one.story.id,
            "owed": False,
        }
        yield IndexAction(index=names.index(Kind.PLACEMENTS), id=latest.id, document=placement)
    for story in {one.story.id: one.story for one in made}.values():
        state = {
            **msgspec.to_builtins(story),
            "profile": random.Random(story.id).randbytes(_PROFILE // 2).hex(),  # which reads as base 64 too
            "terms": [entity_id(one.type, one.name) for one in story.names],
        }
        yield IndexAction(index=names.index(Kind.STORIES), id=story.id, document=state)
