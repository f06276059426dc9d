"""Invented articles about people who share a full name, and about people who change their role: are ids one and apart as they should?

Each case is a name with one or two bearers; each bearer has a role, a town, colleagues and a few articles. Pairs of articles that
name the same full name are judged: rightly one, rightly apart, wrongly one, wrongly apart. `told` cases can be told apart by
the field of the roles; `alike` ones, two people of one field, cannot; `career` is one person who went from one field
to another, `told` by some article or not.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from consumers.enrich import enrich
from dateline.fakes import FakeNameStore
from schemas.ids import article_id
from schemas.records import Article

_GIVEN: Final = [
    "Anna",
    "Peter",
    "Maria",
    "John",
    "Helen",
    "David",
    "Laura",
    "Thomas",
    "Julia",
    "Martin",
    "Clara",
    "Simon",
    "Nora",
    "Paul",
    "Ellen",
    "Oscar",
]
_FAMILY: Final = [
    "Varga",
    "Lindell",
    "Okoro",
    "Brandt",
    "Castel",
    "Doyle",
    "Ferrante",
    "Grell",
    "Hallam",
    "Iversen",
    "Jansky",
    "Kessel",
    "Moreau",
    "Novik",
]
_TOWNS: Final = [
    "Lisbon",
    "Oslo",
    "Nairobi",
    "Chicago",
    "Hamburg",
    "Leeds",
    "Krakow",
    "Lyon",
    "Toronto",
    "Seville",
    "Turin",
    "Perth",
]
_ROLES: Final = {
    "politics": ("minister", "senator", "mayor"),
    "sport": ("goalkeeper", "striker", "coach"),
    "arts": ("singer", "actor", "novelist"),
    "law": ("judge", "prosecutor", "detective"),
    "learning": ("professor", "researcher", "surgeon"),
}
_REPORTS: Final = (
    "{role} {name} came to {town} on {day}. {other} was there too. {family} spoke for an hour and left before noon.",
    "In {town}, {name}, a {role}, was seen with {other} on {day}. {family} would not say what they had talked about.",
    "“I did not expect such a welcome,” {role} {name} said in {town} on {day}. {other} had invited {family} to the dinner.",
    "The {role} {name} will not leave {town} before {day}. {family} is to meet {other} once more.",
)
_UNTOLD: Final = "{name} came to {town} on {day}. {other} was there too. {family} stayed for an hour."
_CHANGED: Final = (
    "{name}, a {role} and former {before}, came to {town} on {day}. {family} smiled at {other}.",
    "The former {before} {name}, now {role}, came to {town} on {day}. {family} smiled at {other}.",
    "{name}, who was a {before} before, came to {town} as {role} on {day}. {family} smiled at {other}.",
)
_DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_APART: Final = (
    ("politics", "sport"),
    ("sport", "arts"),
    ("politics", "arts"),
    ("sport", "law"),
    ("arts", "law"),
)


class Judged(NamedTuple):
    """Pairs of articles with one full name."""

    one: int
    apart: int
    wrongly_one: int
    wrongly_apart: int


class _Told(NamedTuple):
    kind: str
    name: str
    bearer: str
    article: Article


def measure(seed: int, cases: int = 20) -> dict[str, Judged]:
    """By kind of case; all articles of all cases come in one shuffled order, in batches, and are settled once all are known."""
    draw = random.Random(seed)
    told = [one for number in range(cases) for one in _case(number, draw)]
    draw.shuffle(told)
    memory = FakeNameStore()
    without = ("quotes", "keywords", "topics", "summary", "embedding", "places")
    articles = [one.article for one in told]
    made = enrich(enrich(articles, without=without, memory=memory), only=("identities",), memory=memory)
    ids = [
        next((entity.id for entity in article.entities if entity.name == one.name), None)
        for one, article in zip(told, made, strict=True)
    ]
    judged: dict[str, list[int]] = {}
    for (one, mine), (other, theirs) in combinations(zip(told, ids, strict=True), 2):
        if one.name == other.name and mine and theirs:
            same = one.bearer == other.bearer
            row = judged.setdefault(one.kind, [0, 0, 0, 0])
            row[(0 if same else 1) if (mine == theirs) is same else (3 if same else 2)] += 1
    return {kind: Judged(*row) for kind, row in sorted(judged.items())}


def _case(number: int, draw: random.Random) -> Iterator[_Told]:
    kind = ("told", "told, some without a role", "alike", "career told", "career untold")[number % 5]
    name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number % len(_FAMILY)]}"
    first, second = draw.sample(draw.choice(_APART), 2)
    if kind == "alike":
        second = first
    roles = draw.choice(_ROLES[first]), draw.choice(_ROLES[second])
    career = kind.startswith("career")
    for at, role in enumerate(roles):
        bearer = f"{number}" if career else f"{number}-{at}"
        others = [f"{draw.choice(_GIVEN)} {draw.choice(_FAMILY)}son" for _ in range(3)]
        town = draw.choice(_TOWNS)
        for report in range(4):
            template = draw.choice(_REPORTS)
            if kind == "told, some without a role" and report == 3:
                template = _UNTOLD
            if kind == "career told" and at and not report:
                template = draw.choice(_CHANGED)
            yield _Told(
                kind,
                name,
                bearer,
                _article((number, at, report), _filled(template, name, role, roles[0], town, others, draw)),
            )


def _filled(
    template: str, name: str, role: str, before: str, town: str, others: Sequence[str], draw: random.Random
) -> str:
    text = template.format(
        name=name,
        family=name.split()[-1],
        role=role,
        before=before,
        town=town,
        other=draw.choice(others),
        day=draw.choice(_DAYS),
    )
    return text[0].upper() + text[1:]


def _article(number: tuple[int, int, int], text: str) -> Article:
    case, bearer, report = number
    url = f"https://outlet-{(case + report) % 7}.example/{case}-{bearer}-{report}"
    at = f"2026-0{1 + bearer}-{1 + case % 27:02}T{6 + report:02}:00:00+00:00"
    source = url.split("/")[2].split(".")[0]
    return Article(
        id=article_id(source, url), url=url, source=source, headline="", published=at, fetched=at, language="en",
        paragraphs=(text,),
    )  # fmt: skip
