"""Labelled edits: each takes an article and gives a newer version with the classes that it must be given, seeds fixed."""

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from schemas.ids import article_id
from schemas.records import Article, Dateline, RelatedLink

NAMES = ("Arne Vestby", "Clara Dumont", "Joram Pell", "Mira Kessler", "Tova Lindqvist", "Silas Okoye")
QUOTES = (
    "We have waited far too long for this, and we are not going to wait another year",
    "Nobody in this room believed a word of what the council was telling us",
    "It is a small step, but it is the first one in the right direction",
)
NOTES = (
    "Correction: An earlier version of this article misstated the date of the meeting.",
    "This article was amended on 4 March 2026 to correct the spelling of a name in the second paragraph.",
    "Editor's note: a previous version of this story gave the wrong figure for the budget. It has been corrected.",
    "Clarification: the headline of this report has been changed to make clear that no charges were brought.",
)
SOFTER = (
    ("killed", "died"),
    ("claimed", "said"),
    ("claims", "says"),
    ("slammed", "criticised"),
    ("demanded", "asked"),
    ("refused", "declined"),
    ("terrorists", "militants"),
    ("destroyed", "damaged"),
    ("plunged", "fell"),
    ("soared", "rose"),
    ("will", "may"),
    ("warned", "said"),
)
_QUOTED = re.compile(r"[“”\"‘„«]|(?<!\w)'")
HEDGES = ("allegedly", "reportedly", "apparently")


class Sample(NamedTuple):
    """Two versions; `classes` must be found, `allowed` may be."""

    old: Article
    new: Article
    classes: frozenset[str]
    allowed: frozenset[str] = frozenset()
    kind: str = ""


def samples(bodies: Sequence[list[str]], seed: int) -> list[Sample]:
    """One sample of each edit for each body on which it can be made."""
    rng = random.Random(seed)
    found = []
    for number, body in enumerate(bodies):
        old = _article(body, number)
        for kind, make in EDITS.items():
            made = make(old, bodies, rng)
            if made is not None:
                new, classes, allowed = made
                found.append(Sample(old, new, frozenset(classes), frozenset(allowed), kind))
                if kind == "quote_added":
                    back = msgspec.structs.replace(old, modified="2026-03-03T21:00:00Z")
                    found.append(
                        Sample(new, back, frozenset({"quote_removed"}), frozenset(), "quote_removed")
                    )
    return found


Made = tuple[Article, set[str], set[str]] | None
Edit = Callable[[Article, Sequence[list[str]], random.Random], Made]


def _article(body: list[str], number: int) -> Article:
    url = f"https://outlet.example/{number}"
    return Article(
        id=article_id("outlet", url),
        url=url,
        source="outlet",
        headline=" ".join(body[0].split()[:9]),
        standfirst=" ".join(body[1].split()[:18]),
        authors=("Mira Kessler",),
        dateline=Dateline(text="VELLMAR, March 3"),
        published="2026-03-03T09:00:00Z",
        modified="2026-03-03T09:00:00Z",
        fetched="2026-03-03T09:05:00Z",
        language="en",
        paragraphs=tuple(body),
    )


def _with(old: Article, **fields: object) -> Article:
    stamped: dict[str, object] = {"modified": "2026-03-03T15:00:00Z", "fetched": "2026-03-03T15:05:00Z"}
    return msgspec.structs.replace(old, **(stamped | fields))


def _replaced(old: Article, index: int, text: str) -> Article:
    paragraphs = list(old.paragraphs)
    paragraphs[index] = text
    return _with(old, paragraphs=tuple(paragraphs))


def _places(old: Article, pattern: str, rng: random.Random) -> list[tuple[int, re.Match[str]]]:
    places = [(i, m) for i, p in enumerate(old.paragraphs) for m in re.finditer(pattern, p)]
    rng.shuffle(places)
    return places


def _put(old: Article, place: tuple[int, re.Match[str]], text: str, group: int = 0) -> Article:
    index, found = place
    paragraph = old.paragraphs[index]
    return _replaced(old, index, paragraph[: found.start(group)] + text + paragraph[found.end(group) :])


def _outside_quotes(old: Article, place: tuple[int, re.Match[str]]) -> bool:
    before = old.paragraphs[place[0]][: place[1].start()]
    return not _QUOTED.search(old.paragraphs[place[0]]) or (
        before.count("“") == before.count("”")
        and before.count('"') % 2 == 0
        and "‘" not in before
        and " '" not in f" {before}"
    )


def headline(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    words = old.headline.split()
    rng.shuffle(words)
    return _with(old, headline=" ".join(words[:6]) + " after long debate"), {"headline"}, {"name", "number"}


def standfirst(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    return (
        _with(old, standfirst="The decision came late, and not everybody welcomed it"),
        {"standfirst"},
        set(),
    )


def byline(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    return _with(old, authors=("Mira Kessler", rng.choice(NAMES[:3]))), {"byline"}, set()


def dateline(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    return _with(old, dateline=Dateline(text="ARLEN, March 3")), {"dateline"}, set()


def published(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    return _with(old, published="2026-03-04T06:00:00Z"), {"published_time_changed"}, set()


def number(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for place in _places(old, r"\b\d{2,4}\b(?![.,]\d)", rng):
        if _outside_quotes(old, place):
            return _put(old, place, str(int(place[1][0]) + rng.randint(1, 9))), {"number"}, set()
    return None


def number_word(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for place in _places(old, r"\b(two|three|four|five|six|seven|eight|nine|ten)\b(?!-)", rng):
        if _outside_quotes(old, place):
            return _put(old, place, "twelve"), {"number"}, set()
    return None


def name(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for place in _places(old, r"(?<=[a-z] )[A-Z][a-z]+ ([A-Z][a-z]{3,})\b", rng):
        if _outside_quotes(old, place):
            word = place[1][1]
            misspelled = word[:2] + word[3:] if len(word) > 5 else word + "e"
            return _put(old, place, misspelled, 1), {"name"}, set()
    return None


def quote_altered(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for place in _places(old, r"[“\"]([^”\"]{30,250})[”\"]", rng):
        words = place[1][1].split()
        at = [i for i, word in enumerate(words) if word.isalpha() and word.islower() and len(word) > 4]
        if at and len(words) >= 7 and _outside_quotes(old, place):
            words[rng.choice(at)] = "something"
            return _put(old, place, " ".join(words), 1), {"quote_altered"}, {"softened", "hardened", "number"}
    return None


def quote_added(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    paragraphs = list(old.paragraphs)
    quote = f"“{rng.choice(QUOTES)},” said {rng.choice(NAMES)}."
    paragraphs.insert(rng.randint(1, len(paragraphs)), quote)
    return _with(old, paragraphs=tuple(paragraphs)), {"quote_added"}, set()


def attribution(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for place in _places(old, r"[”\"] (?:said|says) ((?:[A-Z][a-z]+ )?[A-Z][a-z]{2,})\b", rng):
        return _put(old, place, rng.choice(NAMES), 1), {"attribution"}, set()
    return None


def softened(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for hard, soft in rng.sample(SOFTER, len(SOFTER)):
        for place in _places(old, rf"\b{hard}\b", rng):
            if _outside_quotes(old, place):
                return _put(old, place, soft), {"softened"}, set()
    return None


def hedged(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for place in _places(old, r"\b(?:had|was|were|has) (?=\w+ed\b)", rng):
        if _outside_quotes(old, place):
            return _put(old, place, f"{place[1][0]}{rng.choice(HEDGES)} "), {"softened"}, set()
    return None


def hardened(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    for hard, soft in rng.sample(SOFTER, len(SOFTER)):
        for place in _places(old, rf"\b{soft}\b", rng):
            if _outside_quotes(old, place):
                return _put(old, place, hard), {"hardened"}, set()
    return None


def expansion(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    paragraphs = list(old.paragraphs)
    for text in _plain(bodies, rng, rng.randint(1, 3)):
        paragraphs.insert(rng.randint(1, len(paragraphs)), text)
    return _with(old, paragraphs=tuple(paragraphs)), {"expansion"}, set()


def cut(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    plain = [i for i, p in enumerate(old.paragraphs) if i and not _QUOTED.search(p) and len(p.split()) >= 25]
    if len(plain) < 2:
        return None
    gone = set(rng.sample(plain, rng.randint(1, min(3, len(plain) - 1))))
    return (
        _with(old, paragraphs=tuple(p for i, p in enumerate(old.paragraphs) if i not in gone)),
        {"cut"},
        set(),
    )


def rewrite(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    plain = [i for i, p in enumerate(old.paragraphs) if not _QUOTED.search(p) and len(p.split()) >= 25]
    count = max(2, len(old.paragraphs) // 3)
    if len(plain) < count:
        return None
    paragraphs = list(old.paragraphs)
    for index, text in zip(rng.sample(plain, count), _plain(bodies, rng, count), strict=True):
        paragraphs[index] = text
    return _with(old, paragraphs=tuple(paragraphs)), {"rewrite"}, {"expansion", "cut"}


def silent(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    made = rng.choice((number, name, softened, expansion))(old, bodies, rng)
    if made is None:
        return None
    return msgspec.structs.replace(made[0], modified=old.modified), made[1] | {"silent_edit"}, made[2]


def correction(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    made = rng.choice((number, name))(old, bodies, rng)
    if made is None:
        return None
    paragraphs = [*made[0].paragraphs, rng.choice(NOTES)]
    return (
        msgspec.structs.replace(made[0], modified=old.modified, paragraphs=tuple(paragraphs)),
        made[1] | {"correction"},
        made[2],
    )


def retraction(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    note = "This article has been retracted because it did not meet our standards."
    return (
        _with(old, headline="Retracted: " + old.headline, paragraphs=(note,)),
        {"retraction", "headline", "cut"},
        {"rewrite", "quote_removed", "correction", "cut"},
    )


def noise(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    paragraphs = [
        p.replace("“", '"').replace("”", '"').replace("’", "'").replace("  ", " ") + " \u00a0"
        for p in old.paragraphs
    ]
    paragraphs.insert(
        rng.randint(0, 2), rng.choice(("5 minutes ago", "Updated 2 hours ago", "Advertisement"))
    )
    paragraphs.append(rng.choice(("1,204 views", "Share this article", "37 comments")))
    return (
        _with(
            old,
            paragraphs=tuple(paragraphs),
            related=(RelatedLink(headline="Another story"), RelatedLink(headline="A third")),
        ),
        set(),
        set(),
    )


def moved(old: Article, bodies: Sequence[list[str]], rng: random.Random) -> Made:
    paragraphs = list(old.paragraphs)
    paragraphs.insert(1, paragraphs.pop(rng.randint(2, len(paragraphs) - 1)))
    return _with(old, paragraphs=tuple(paragraphs)), set(), set()


def _plain(bodies: Sequence[list[str]], rng: random.Random, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        paragraph = rng.choice(rng.choice(bodies))
        if 25 <= len(paragraph.split()) <= 90 and not _QUOTED.search(paragraph):
            found.append(paragraph)
    return found


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        headline,
        standfirst,
        byline,
        dateline,
        published,
        number,
        number_word,
        name,
        quote_altered,
        quote_added,
        attribution,
        softened,
        hedged,
        hardened,
        expansion,
        cut,
        rewrite,
        silent,
        correction,
        retraction,
        noise,
        moved,
    )
}
