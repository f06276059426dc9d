"""Labelled copies and non-copies of prose from a random grammar: a second generator beside bench/dedup_copies.py.

No real text. Reports are grown from word lists, so that two of them share set phrases, as news does, and nothing else. Copies
are made by sentence and by word, not by paragraph; what is no copy shares a statement, a background paragraph, a form, a list.
"""

import random
from collections.abc import Callable
from typing import NamedTuple

from bench.dedup_copies import Labelled
from schemas.ids import article_id
from schemas.records import Article

Body = list[list[str]]
"""Paragraphs of sentences."""


def _split(text: str) -> list[str]:
    return text.split("|")


_ONSET = _split("b|br|c|ch|d|dr|f|fl|g|gr|h|j|k|l|m|n|p|pl|qu|r|s|sh|st|t|th|tr|v|w")
_VOWEL = _split("a|e|i|o|u|ea|ai|ou|oo")
_CODA = _split("n|r|l|t|st|nd|m|ck|sh|ss|rn|ft|mp")
_SUBJECTS = _split(
    "the council|the ministry|a spokesman|the union|the court|police|residents|the mayor|officials|the company|the club|the minister|farmers|the board|researchers|teachers|the police chief|a witness|doctors|the opposition"
)
_VERBS = _split(
    "said that|announced that|denied that|reported that|confirmed that|feared that|added that|argued that|had warned that|insisted that|expects that|found that"
)
_PHRASES = _split(
    "on Tuesday morning|in a statement|for the first time in years|at a news conference|according to the report|in the north of the country|late last night|despite the objections|as expected|with immediate effect|before the end of the year|after a long debate|by a narrow majority|in front of a large crowd"
)


class World:
    """Makes words, sentences and reports; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.words = sorted({self._word() for _ in range(6000)})
        self.verbs = self.rng.sample(self.words, 700)

    def _word(self) -> str:
        rng = self.rng
        return "".join(
            rng.choice(_ONSET) + rng.choice(_VOWEL) + (rng.choice(_CODA) if rng.random() < 0.6 else "")
            for _ in range(rng.randint(1, 3))
        )

    def common(self) -> str:
        """A word; some come far more often than others, as in any language."""
        return self.words[int(len(self.words) * self.rng.random() ** 3)]

    def name(self) -> str:
        return f"{self.common().title()} {self.rng.choice(self.words).title()}"

    def sentence(self, names: list[str]) -> str:
        rng = self.rng
        subject = rng.choice([*_SUBJECTS, *names])
        clause = f"{rng.choice(['the', 'a', 'its', 'their'])} {self.common()} {rng.choice(['of the', 'in the', 'and the', 'for a'])} {self.common()}"
        verb = rng.choice(self.verbs) + "ed"
        tail = " ".join(
            f"{rng.choice(['the', 'a', 'some', 'no', 'his', 'her', str(rng.randint(2, 90))])} {self.common()}"
            for _ in range(rng.randint(1, 4))
        )
        middle = rng.choice([f"{rng.choice(_VERBS)} {clause}", "would", "has never"])
        text = f"{subject} {middle} {verb} {tail} {rng.choice([*_PHRASES, '', '', ''])}".strip()
        return text[:1].upper() + text[1:] + "."

    def quote(self, names: list[str]) -> str:
        words = " ".join(self.common() for _ in range(self.rng.randint(10, 22)))
        return f"“We {words},” said {self.rng.choice(names)}."

    def body(self, paragraphs: int | None = None) -> Body:
        rng = self.rng
        names = [self.name() for _ in range(4)]
        return [
            [
                self.quote(names) if rng.random() < 0.2 else self.sentence(names)
                for _ in range(rng.randint(1, 4))
            ]
            for _ in range(paragraphs or rng.randint(6, 16))
        ]


Make = Callable[[World, Body], Body]


def words(body: Body) -> int:
    return sum(len(sentence.split()) for paragraph in body for sentence in paragraph)


def _kept(share: float) -> Make:
    """The first sentences up to a share of the words, wherever that falls."""

    def make(world: World, body: Body) -> Body:
        left = max(45, words(body) * share)
        made: Body = []
        for paragraph in body:
            kept = []
            for sentence in paragraph:
                if left <= 0:
                    break
                kept.append(sentence)
                left -= len(sentence.split())
            if kept:
                made.append(kept)
        return made

    return make


def _own(world: World, count: int) -> Body:
    return world.body(count)


def _local(share: float) -> Make:
    def make(world: World, body: Body) -> Body:
        made = list(body)
        added = 0
        while added < words(body) * share:
            [paragraph] = _own(world, 1)
            made.insert(world.rng.randint(1, len(made)), paragraph)
            added += words([paragraph])
        return made

    return make


def _lead(world: World, body: Body) -> Body:
    return [*_own(world, 1), *body[1:]]


def _thinned(world: World, body: Body) -> Body:
    """Every fourth sentence left out, throughout."""
    flat = [(i, s) for i, paragraph in enumerate(body) for s in paragraph]
    kept = [one for place, one in enumerate(flat) if place % 4 != 3]
    return [
        [s for i, s in kept if i == number]
        for number in range(len(body))
        if any(i == number for i, _ in kept)
    ]


def _reworded(rate: float) -> Make:
    """Single words exchanged throughout, as a sub-editor or a spelling would."""

    def make(world: World, body: Body) -> Body:
        rng = world.rng
        return [
            [" ".join(world.common() if rng.random() < rate else w for w in s.split()) for s in paragraph]
            for paragraph in body
        ]

    return make


def _reparagraphed(world: World, body: Body) -> Body:
    flat = [s for paragraph in body for s in paragraph]
    return [[s.replace("“", '"').replace("”", '"')] for s in flat]


def _reordered(world: World, body: Body) -> Body:
    rest = body[1:]
    world.rng.shuffle(rest)
    return [body[0], *rest]


def _both(*makes: Make) -> Make:
    def make(world: World, body: Body) -> Body:
        for one in makes:
            body = one(world, body)
        return body

    return make


COPIES: dict[str, Make] = {
    "whole": lambda world, body: [list(p) for p in body],
    "reparagraphed": _reparagraphed,
    "reordered": _reordered,
    "trimmed to 20 %": _kept(0.2),
    "trimmed to 30 %": _kept(0.3),
    "trimmed to 50 %": _kept(0.5),
    "every fourth sentence out": _thinned,
    "new lead": _lead,
    "words exchanged 4 %": _reworded(0.04),
    "words exchanged 8 %": _reworded(0.08),
    "local 30 %": _local(0.3),
    "local 80 %": _local(0.8),
    "new lead, trimmed to 50 %": _both(_kept(0.5), _lead),
    "trimmed to 40 %, local 50 %": _both(_kept(0.4), _local(0.5)),
    "thinned, words exchanged 3 %": _both(_thinned, _reworded(0.03)),
    "trimmed to 30 %, words exchanged 3 %": _both(_kept(0.3), _reworded(0.03)),
}


class Shared(NamedTuple):
    """What a set of strangers has in common."""

    text: list[str]
    company: list[str]
    form: list[str]


def _statement(world: World, shared: Shared, number: int) -> Body:
    """Own reports that both carry one long statement."""
    made = world.body(8)
    made.insert(3, [shared.text[number // 2 % len(shared.text)]])
    return made


def _background(world: World, shared: Shared, number: int) -> Body:
    """A running story: news of the day above the same two paragraphs of background."""
    return [*world.body(world.rng.randint(4, 7)), [shared.text[number % 3]], [shared.text[3 + number % 3]]]


def _notice(world: World, shared: Shared, number: int) -> Body:
    return [*world.body(2), [shared.company[number % 4]]]


def _form(world: World, shared: Shared, number: int) -> Body:
    """A form filled anew each day: the same sentences around other figures and names."""
    return [
        [line.format(*(world.common() for _ in range(3)), *(world.rng.randint(1, 99) for _ in range(3)))]
        for line in shared.form
    ]


def _list(world: World, shared: Shared, number: int) -> Body:
    return [[f"{world.name()}, {world.rng.randint(20, 99)}, of {world.common().title()}."] for _ in range(30)]


STRANGERS: dict[str, Callable[[World, Shared, int], Body]] = {
    "statement": _statement,
    "background": _background,
    "notice": _notice,
    "form": _form,
    "list": _list,
    "unrelated": lambda world, shared, number: world.body(),
}
_FORM = """\
The {0} will be {1} in the morning, with {2} from the west, and temperatures of {3} to {4} degrees in the valleys.
Towards evening {0} is expected along the coast, where gusts of {5} kilometres an hour are possible on exposed ridges.
The outlook for the coming days: {1} and {2}, highs around {3} degrees, with a risk of {0} in the hills.
Sunrise tomorrow is at {4} minutes past seven and sunset at {5} minutes past five; the moon is {2}.
Pollen counts are {1}, the water of the lake is at {3} degrees, and the ferry runs as {0} as usual.""".splitlines()


def labelled(seed: int, families: int = 60) -> list[Labelled]:
    """Families of one origin and five copies of different kinds, and 24 strangers of each kind."""
    world = World(seed)
    rng = world.rng
    found = []
    for number in range(families):
        body = world.body()
        found.append(_made(body, f"g{number}", "origin", number, 0))
        for copy, kind in enumerate(rng.sample(sorted(COPIES), k=5), 1):
            found.append(_made(COPIES[kind](world, body), f"g{number}", kind, number, copy))
    shared = Shared(
        [" ".join(s for p in world.body(2) for s in p)[:700] for _ in range(12)],
        [" ".join(world.body(1)[0] + world.body(1)[0])[:420] for _ in range(4)],
        _FORM,
    )
    for kind, make in sorted(STRANGERS.items()):
        for number in range(24):
            found.append(
                _made(make(world, shared, number), f"{kind}-{number}", kind, 1000 + number, len(found))
            )
    rng.shuffle(found)
    return found


def _made(body: Body, family: str, kind: str, number: int, copy: int) -> Labelled:
    outlet = f"paper{copy % 40}"
    url = f"https://{outlet}.example/{family}/{copy}"
    day, hour = 1 + number % 28, 1 + copy % 20
    stated = Article(
        id=article_id(outlet, url),
        url=url,
        source=outlet,
        headline=f"{kind} {number}",
        published=f"2026-03-{day:02d}T{hour:02d}:00:00Z",
        fetched=f"2026-03-{day:02d}T{hour:02d}:05:00Z",
        language="en",
        paragraphs=tuple(" ".join(paragraph) for paragraph in body),
    )
    return Labelled(stated, family, kind)
