"""Invented reports from sentence templates, and edits and copies of them: a second generator, to find where rules overfit.

Unlike bench/dedup_edits.py and bench/dedup_copies.py it takes no real text: outlets, people and places are made up, sentences
are filled templates in which each figure, name and speaker is known, so an edit changes a slot and not what a pattern finds.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from bench.dedup_edits import Sample
from schemas.ids import article_id
from schemas.records import Article, Dateline, RelatedLink

FIRST = [
    "Ada",
    "Bram",
    "Celia",
    "Dov",
    "Elke",
    "Fenn",
    "Greta",
    "Hollis",
    "Imre",
    "Jonna",
    "Kasper",
    "Lotta",
    "Marek",
    "Nadia",
    "Osric",
    "Petra",
    "Quinn",
    "Runa",
    "Stellan",
    "Tamsin",
]
LAST = [
    "Abelard",
    "Brockway",
    "Castellan",
    "Drummle",
    "Eversholt",
    "Fairwater",
    "Grindle",
    "Hathersage",
    "Inglemoor",
    "Jessop",
    "Kettering",
    "Lorrimer",
    "Maddox",
    "Northcote",
    "Oakshott",
    "Pemberley",
    "Quarles",
    "Rackham",
    "Sedgemoor",
    "Tolliver",
]
PLACES = [
    "Ashbourne",
    "Brackwater",
    "Cold Harbour",
    "Drayfield",
    "Easterlow",
    "Fenwick",
    "Gorsley",
    "Hollin Bay",
    "Ilderton",
    "Kestrel Point",
    "Lowmoor",
]
FIRMS = [
    "Pellworth Rail",
    "Tanager Foods",
    "Ostrey Energy",
    "Halcyon Shipping",
    "Corbel & Finch",
    "Merrow Bank",
]
ROLES = [
    "the mayor",
    "a police spokeswoman",
    "the union's secretary",
    "the hospital director",
    "a resident",
    "the chief engineer",
    "a government adviser",
]
BODIES = [
    "the regional court",
    "the transport ministry",
    "the health board",
    "the town council",
    "the fishing union",
    "the water authority",
]

# {n0}… figures, {p0}… people, {t0}… towns, {f0} firm, {b0} body, {d0} weekday, {m0} month; a quote is in “ ”
SENTENCES = [
    "{b0^} said on {d0} that it would close {n0} of its offices in {t0} before the end of {m0}.",
    "About {n1} people gathered outside the building in {t1}, many of them carrying lanterns.",
    "{p0}, who has run the project for {n2} years, described the decision as a blow to the region.",
    "The plan had been expected to cost ${n3} million, but officials now put the figure far higher.",
    "Engineers from {f0} began to survey the site in {m0}, and their report is due next year.",
    "A second hearing was set for {d1} at the old customs house in {t0}.",
    "Two lorries were destroyed in the fire, and a warehouse owned by {f0} was badly damaged.",
    "The minister claimed that the bridge had been inspected twice, a view that the union rejected.",
    "Police said that at least {n4} men were killed when the platform collapsed near {t1}.",
    "Residents who refused to leave their homes were warned that the water would rise again.",
    "The company will pay for the repairs, according to a letter seen by this newspaper.",
    "Fishermen on the east coast have complained about the quota since it was cut by {n5} percent.",
    "In {t0}, shops stayed shut and buses ran only along the main road.",
    "The vote was carried by {n6} to {n7}, with a handful of members absent.",
    "{p1} resigned from the board in {m1} after a dispute over the accounts.",
    "Prices at the market rose for the third week, and traders blamed the weather and the ferry strike.",
    "An inquiry led by {p2} found that the valves had not been tested since {n8}.",
    "The school has room for {n1} pupils, although only half of the places are taken.",
    "Opponents demanded a fresh count and threatened to bring the matter before {b0}.",
    "No one was at home at the time, and the cause of the blast is still not known.",
    "Demonstrators clashed with guards at the gates, and several windows were broken.",
    "The new line links {t0} with {t1} and is meant to carry {n5} trains a day.",
    "Farmers in the valley lost most of their barley in the storm, the worst in living memory.",
    "Its shares plunged in early trading and had not recovered by the afternoon.",
    "Investigators suspect that a faulty cable caused the failure, which left the island without power.",
]
SAID = [
    "“{q}” said {s}.",
    "“{q}” {s} said.",
    "{s^} said: “{q.}”",
    "“{q}” {s} told a meeting in {t0}.",
    "“{q}” {s} added.",
    "{s^} told reporters: “{q.}”",
    "“{q}” according to {s}.",
]
QUOTES = [
    "We had no warning at all, and by the time the siren went the yard was under water",
    "The council has treated this village as an afterthought for as long as I can remember",
    "Nobody disputes the findings, but the question is who will pay for the work",
    "It was the right decision at the wrong moment, and I told them so in writing",
    "Our members will not sign a contract that they have not been allowed to read",
    "My grandfather built that wall, and it stood through worse winters than this one",
    "There is enough money for a proper survey if the will is there to carry it out",
]
PARAPHRASED = [
    "Work on the scheme is to be halted at once, it emerged late in the day, while lawyers go through the contracts.",
    "Few of those affected had been told anything; most of them learnt of it from the radio on their way home.",
    "Behind the quarrel lies an older one, over who owns the foreshore and the narrow strip of gardens above it.",
    "Snow is forecast for the weekend, which would make the only road into the upper villages impassable again.",
    "The archive holds letters from three generations of keepers, and scholars have only begun to sort them.",
]  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
MONTHS = ["January", "February", "April", "June", "September", "October", "November"]
SOFTER = [
    ("claimed", "said"), ("destroyed", "damaged"), ("killed", "found dead"), ("refused", "declined"), ("demanded", "asked for"),
    ("threatened", "promised"), ("plunged", "fell"), ("rejected", "declined"), ("will pay", "may pay"), ("clashed", "argued"),
    ("complained", "spoke"), ("warned", "told"), ("caused", "contributed to"), ("collapsed", "gave way"), ("blamed", "pointed to"),
    ("killed", "died"), ("a blow to", "a setback for"), ("suspect", "think it possible"),
]  # fmt: skip
HEDGES = [
    ("had been inspected", "had allegedly been inspected"), ("would close", "could close"), ("began to survey", "reportedly began to survey"),
    ("resigned from", "is said to have resigned from"), ("were killed", "are believed to have been killed"), ("found that", "suggested that"),
    ("is meant to carry", "might carry"), ("were destroyed", "were apparently destroyed"),
    ("lost most of", "are thought to have lost most of"), ("was badly damaged", "was damaged"),
]  # fmt: skip
CORRECTIONS = [
    "Correction, 4 March: The original version of this report gave the wrong number of offices. This has been put right.",
    "This article was corrected on Thursday to change the name of the chairman.",
    "An earlier version said that the vote was taken in Fenwick. It was taken in Gorsley.",
    "Corrections and clarifications: we said that the mill had been sold. It has been let.",
    "Due to an editing error, a quotation was attributed to the wrong person. The text has been amended.",
    "Editor's note: This story has been updated to correct the year in which the valves were last tested.",
    "CLARIFICATION: This story has been changed to make clear that the inquiry is not a criminal one.",
    "We have amended this article since it was published: the firm is based in Drayfield, not Easterlow.",
    "The figure for the cost was wrong in an earlier edition and has been corrected.",
]
RETRACTIONS = [
    "This story has been withdrawn. It did not meet our editorial standards.",
    "RETRACTION: we can no longer stand behind the account given here and have removed it.",
    "The editors have retracted this article after finding that several interviews were invented.",
    "This article has been removed from our site at the request of the author, whose sources could not be verified.",
    "An article published here under this headline has been taken down because parts of it were false.",
]
NOISES = [
    "Updated 3 hrs ago", "Last updated: 12 minutes ago", "Published 2 days ago", "4 min read", "12.4K views", "8 Comments", "Comments (14)",
    "Advertisement", "ADVERTISEMENT - CONTINUE READING BELOW", "Story continues below advertisement", "Share on Facebook", "Share this story",
    "Listen to this article · 5 min", "Sign up for our morning newsletter", "Read more: Ferry strike enters its second week", "Save for later",
    "Most read", "Recommended for you", "1,204 people are reading this", "Follow us on Telegram", "Sponsored", "Print", "Related articles",
    "Copy link", "Skip advertisement", "vor 5 Minuten", "il y a 2 heures", "Anzeige", "Hace 3 horas", "38 shares", "Loading…", "0:00 / 2:31",
]  # fmt: skip


class Report(NamedTuple):
    """A body as (template, slots) a sentence, grouped into paragraphs."""

    sentences: list[tuple[str, dict[str, str]]]
    breaks: list[int]

    def paragraphs(self) -> list[str]:
        ends = [*self.breaks, len(self.sentences)]
        starts = [0, *self.breaks]
        return [
            " ".join(filled(*sentence) for sentence in self.sentences[a:b])
            for a, b in zip(starts, ends, strict=True)
        ]


def filled(template: str, slots: dict[str, str]) -> str:
    """A sentence. {x^} begins with a capital; {q} ends with a comma, {q.} with a full stop."""
    text = template
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value).replace(f"{{{name}^}}", value[:1].upper() + value[1:])
        if name == "q":
            text = text.replace("{q}", value + ",").replace("{q.}", value + ".")
    return text.replace(f"“{slots.get('q', '')}”", f"“{slots.get('q', '')},”")


def slots(rng: random.Random) -> dict[str, str]:
    made = {f"n{i}": n for i, n in enumerate(_figures(rng))}
    people = [f"{f} {n}" for f, n in zip(rng.sample(FIRST, 4), rng.sample(LAST, 4), strict=True)]
    made |= {f"p{i}": p for i, p in enumerate(people)}
    made |= {f"t{i}": t for i, t in enumerate(rng.sample(PLACES, 3))}
    return made | {
        "f0": rng.choice(FIRMS), "b0": rng.choice(BODIES), "d0": rng.choice(WEEKDAYS), "d1": rng.choice(WEEKDAYS),
        "m0": rng.choice(MONTHS), "m1": rng.choice(MONTHS),
    }  # fmt: skip


def _figures(rng: random.Random) -> list[str]:
    words = ["four", "five", "six", "seven", "eleven", "twenty-two", "thirty"]
    return [
        rng.choice([*words, "14", "29"]), rng.choice(["300", "1,200", "2,500", "several hundred"]), rng.choice([*words, "12"]),
        rng.choice(["3.4", "17", "48.5", "210"]), rng.choice([*words, "19"]), rng.choice(["8", "12.5", "40", "36"]),
        str(rng.randint(20, 40)), str(rng.randint(3, 19)), str(rng.randint(1990, 2019)),
    ]  # fmt: skip


def report(rng: random.Random) -> Report:
    """Ten to sixteen sentences, three quotes among them."""
    shared = slots(rng)
    chosen = [(template, dict(shared)) for template in rng.sample(SENTENCES, rng.randint(9, 14))]
    for quote, place in zip(rng.sample(QUOTES, 3), (2, 5, 8), strict=True):
        speaker = rng.choice(
            [shared["p0"], shared["p1"], shared["p3"], rng.choice(ROLES), f"Mr {shared['p2'].split()[1]}"]
        )
        chosen.insert(place, (rng.choice(SAID), {**shared, "q": quote, "s": speaker}))
    breaks = sorted(rng.sample(range(1, len(chosen)), rng.randint(4, 6)))
    return Report(chosen, breaks)


def article(made: Report, number: int, rng: random.Random) -> Article:
    """The report as an outlet published it."""
    url = f"https://gazette.example/{number}"
    shared = made.sentences[0][1]
    return Article(
        id=article_id("gazette", url),
        url=url,
        source="gazette",
        headline=rng.choice(["{t0} braces for closure of {n0} offices", "{f0} faces inquiry after blast in {t1}", "{p0} attacks plan for {t0}", "Storm leaves {t1} without power"]).format_map(shared),
        standfirst=rng.choice([None, "Officials say that the cost of the plan has risen", f"{shared['b0']} is to meet again this week"]),
        authors=(rng.choice(["Wren Halloran", "Idris Vance"]),),
        dateline=Dateline(text=f"{shared['t0'].upper()}, March 3"),
        published="2026-03-03T09:00:00Z",
        modified="2026-03-03T09:00:00Z",
        fetched="2026-03-03T09:05:00Z",
        language="en",
        paragraphs=tuple(made.paragraphs()),
    )  # fmt: skip


Changed = tuple[Report | dict[str, object], set[str], set[str]] | None
Edit = Callable[[Report, Article, random.Random], Changed]


def _at(made: Report, place: int, template: str | None = None, **new: str) -> Report:
    sentences = list(made.sentences)
    old_template, old_slots = sentences[place]
    sentences[place] = (template or old_template, old_slots | new)
    return made._replace(sentences=sentences)


def _with_slot(
    made: Report, kind: str, rng: random.Random, *, quoted: bool = False
) -> tuple[int, str] | None:
    found = [
        (place, name)
        for place, (template, given) in enumerate(made.sentences)
        for name in given
        if name[0] == kind
        and name[1:].isdigit()
        and (f"{{{name}}}" in template or f"{{{name}^}}" in template)
        and ("q" in given) == quoted
    ]
    return rng.choice(found) if found else None


def number(made: Report, old: Article, rng: random.Random) -> Changed:
    kind = rng.choice("nnndm")
    found = _with_slot(made, kind, rng)
    if found is None:
        return None
    place, name = found
    before = made.sentences[place][1][name]
    after = before
    while after == before:
        after = {
            "n": lambda: slots(rng)[name],
            "d": lambda: rng.choice(WEEKDAYS),
            "m": lambda: rng.choice(MONTHS),
        }[kind]()
    return _at(made, place, **{name: after}), {"number"}, set()


def name(made: Report, old: Article, rng: random.Random) -> Changed:
    found = _with_slot(made, rng.choice("ptf"), rng)
    if found is None:
        return None
    place, slot = found
    before = made.sentences[place][1][slot]
    misspelled = before[:-2] + before[-1] + before[-2] if before[-1] != before[-2] else before + "s"
    other = rng.choice([x for x in {"p": LAST, "t": PLACES, "f": FIRMS}[slot[0]] if x not in before])
    after = rng.choice([misspelled, before.split()[0] + " " + other if slot[0] == "p" else other])
    return _at(made, place, **{slot: after}), {"name"}, set()


def _quoted(made: Report, rng: random.Random) -> int:
    return rng.choice([i for i, (_, given) in enumerate(made.sentences) if "q" in given])


def quote_altered(made: Report, old: Article, rng: random.Random) -> Changed:
    place = _quoted(made, rng)
    words = made.sentences[place][1]["q"].split()
    altered = rng.choice(
        [
            words[: len(words) * 2 // 3],
            [*words[:3], "really", *words[3:]],
            [*words[:-1], "anyway"],
            [*words[:2], "clearly", *words[4:]],
        ]
    )
    return (
        _at(made, place, q=" ".join(altered)),
        {"quote_altered"},
        {"softened", "hardened", "cut", "number"},
    )


def quote_added(made: Report, old: Article, rng: random.Random) -> Changed:
    used = {(given.get("q") or "-----")[:12] for _, given in made.sentences}
    quote = rng.choice([q for q in QUOTES if q[:12] not in used])
    place = rng.randint(1, len(made.sentences))
    shared = made.sentences[0][1]
    new = (rng.choice(SAID), {**shared, "q": quote, "s": rng.choice([*ROLES, shared["p0"]])})
    return _inserted(made, [new], place, rng), {"quote_added"}, set()


def quote_removed(made: Report, old: Article, rng: random.Random) -> Changed:
    return _without(made, [_quoted(made, rng)]), {"quote_removed"}, set()


def attribution(made: Report, old: Article, rng: random.Random) -> Changed:
    place = _quoted(made, rng)
    before = made.sentences[place][1]["s"]
    after = rng.choice(
        [
            x
            for x in [*ROLES, f"{rng.choice(FIRST)} {rng.choice(LAST)}", f"Ms {rng.choice(LAST)}"]
            if x != before
        ]
    )
    return _at(made, place, s=after), {"attribution"}, set()


def _worded(
    made: Report, pairs: Sequence[tuple[str, str]], rng: random.Random
) -> tuple[int, str, str] | None:
    found = [
        (i, a, b)
        for i, (t, given) in enumerate(made.sentences)
        for a, b in pairs
        if a in t and "q" not in given
    ]
    return rng.choice(found) if found else None


def softened(made: Report, old: Article, rng: random.Random) -> Changed:
    found = _worded(made, SOFTER + HEDGES, rng)
    if found is None:
        return None
    place, before, after = found
    return _at(made, place, made.sentences[place][0].replace(before, after)), {"softened"}, set()


def _inserted(made: Report, new: list[tuple[str, dict[str, str]]], place: int, rng: random.Random) -> Report:
    sentences = [*made.sentences[:place], *new, *made.sentences[place:]]
    breaks = [b + len(new) if b >= place else b for b in made.breaks]
    if rng.random() < 0.5:
        breaks = sorted({*breaks, place, place + len(new)} - {0, len(sentences)})
    return Report(sentences, breaks)


def _without(made: Report, places: Sequence[int]) -> Report:
    sentences = [s for i, s in enumerate(made.sentences) if i not in places]
    breaks = {b - sum(p < b for p in places) for b in made.breaks} - {0, len(sentences)}
    return Report(sentences, sorted(breaks))


def expansion(made: Report, old: Article, rng: random.Random) -> Changed:
    used = {template for template, _ in made.sentences}
    fresh = [t for t in [*SENTENCES, *PARAPHRASED] if t not in used]
    new = [(t, slots(rng)) for t in rng.sample(fresh, rng.randint(1, 3))]
    return _inserted(made, new, rng.randint(1, len(made.sentences)), rng), {"expansion"}, set()


def cut(made: Report, old: Article, rng: random.Random) -> Changed:
    plain = [i for i, (t, given) in enumerate(made.sentences) if "q" not in given and i]
    return _without(made, rng.sample(plain, rng.randint(1, 3))), {"cut"}, set()


def rewrite(made: Report, old: Article, rng: random.Random) -> Changed:
    plain = [i for i, (_, given) in enumerate(made.sentences) if "q" not in given]
    start = rng.choice([i for i in plain if i + 1 in plain] or plain)
    sentences = list(made.sentences)
    for i, text in zip((start, start + 1), rng.sample(PARAPHRASED, 2), strict=True):
        if i in plain:
            sentences[i] = (text, sentences[i][1])
    return made._replace(sentences=sentences), {"rewrite"}, {"expansion", "cut"}


def moved(made: Report, old: Article, rng: random.Random) -> Changed:
    paragraphs = list(old.paragraphs)
    paragraphs.insert(rng.randrange(len(paragraphs) - 1), paragraphs.pop())
    return {"paragraphs": tuple(paragraphs)}, set(), set()


def noise(made: Report, old: Article, rng: random.Random) -> Changed:
    paragraphs = list(old.paragraphs)
    for text in rng.sample(NOISES, rng.randint(1, 4)):
        paragraphs.insert(rng.randint(0, len(paragraphs)), text)
    style = rng.choice(
        [
            lambda p: p,
            lambda p: p.replace("“", '"').replace("”", '"'),
            lambda p: p.replace("“", "‘").replace("”", "’"),
            lambda p: p.replace(" ", "  "),
            lambda p: f"\u00a0{p}\n",
            lambda p: p.replace(", ", ",\u2009"),
        ]
    )
    related = tuple(RelatedLink(headline=h) for h in rng.sample(["One", "Two", "Three"], 2))
    return (
        {"paragraphs": tuple(map(style, paragraphs)), "related": related, "captions": ("A pier",)},
        set(),
        set(),
    )


def layout(made: Report, old: Article, rng: random.Random) -> Changed:
    breaks = sorted(rng.sample(range(1, len(made.sentences)), rng.randint(3, 6)))
    return made._replace(breaks=breaks), set(), set()


def correction(made: Report, old: Article, rng: random.Random) -> Changed:
    base = rng.choice([number, name])(made, old, rng)
    note = rng.choice(CORRECTIONS)
    if base is None or not isinstance(base[0], Report):
        return None
    body = base[0].paragraphs()
    body.insert(rng.choice([0, len(body)]), note)
    return {"paragraphs": tuple(body)}, {*base[1], "correction"}, base[2]


def retraction(made: Report, old: Article, rng: random.Random) -> Changed:
    note = rng.choice(RETRACTIONS)
    keep = rng.random() < 0.3
    return (
        {"paragraphs": (note, *(old.paragraphs if keep else ()))},
        {"retraction"} | (set() if keep else {"cut"}),
        {"rewrite", "quote_removed", "correction"},
    )


def headline(made: Report, old: Article, rng: random.Random) -> Changed:
    return {"headline": rng.choice(["Anger grows over the plan for the old harbour", old.headline + " as anger grows"])}, {"headline"}, {"name", "number", "attribution", "expansion", "softened", "hardened"}  # fmt: skip


def frame(made: Report, old: Article, rng: random.Random) -> Changed:
    choices: list[tuple[str, dict[str, object]]] = [
        ("standfirst", {"standfirst": "A decision is now expected in the spring"}), ("byline", {"authors": ("Perrin Lowe",)}),
        ("dateline", {"dateline": Dateline(text="QUAYSIDE, March 4")}), ("published_time_changed", {"published": "2026-03-03T07:30:00Z"}),
        ("byline", {"authors": (*old.authors, "Perrin Lowe")}), ("standfirst", {"standfirst": None if old.standfirst else "Work stops"}),
    ]  # fmt: skip
    kind, fields = rng.choice(choices)
    return fields, {kind}, set()


def several(made: Report, old: Article, rng: random.Random) -> Changed:
    classes: set[str] = set()
    allowed: set[str] = set()
    current: Report = made
    used: set[int] = set()
    for edit in rng.sample([number, name, quote_altered, attribution, softened], 3):
        done = edit(current, old, rng)
        if done is None or not isinstance(done[0], Report):
            continue
        places = {
            i for i, (a, b) in enumerate(zip(current.sentences, done[0].sentences, strict=True)) if a != b
        }
        if places & used:
            continue
        used |= places
        current, classes, allowed = done[0], classes | done[1], allowed | done[2]
    for grown in rng.sample([quote_added, expansion], rng.randint(0, 1)):
        done = grown(current, old, rng)
        if done is not None and isinstance(done[0], Report):
            current, classes = done[0], classes | done[1]
    return current, classes, allowed


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (number, name, quote_altered, quote_added, quote_removed, attribution, softened, expansion, cut, rewrite, moved, noise, layout, correction, retraction, headline, frame, several)
}  # fmt: skip


def samples(seed: int, count: int = 60) -> list[Sample]:
    """`count` reports with each edit; some turned round (softened ↔ hardened), some made in silence."""
    rng = random.Random(seed)
    found = []
    for place in range(count):
        made = report(rng)
        old = article(made, place, rng)
        for kind, edit in EDITS.items():
            done = edit(made, old, rng)
            if done is None:
                continue
            change, classes, allowed = done
            fields = {"paragraphs": tuple(change.paragraphs())} if isinstance(change, Report) else change
            new = msgspec.structs.replace(
                old, **fields, modified="2026-03-03T15:00:00Z", fetched="2026-03-03T15:05:00Z"
            )
            silent = (
                kind in ("number", "name", "quote_altered", "softened", "expansion", "cut", "rewrite")
                and rng.random() < 0.3
            )
            if silent:
                new = msgspec.structs.replace(new, modified=old.modified)
                classes = classes | {"silent_edit"}
            found.append(Sample(old, new, frozenset(classes), frozenset(allowed), kind))
            if kind == "softened" and not silent:
                back = msgspec.structs.replace(old, modified="2026-03-03T21:00:00Z")
                found.append(Sample(new, back, frozenset({"hardened"}), frozenset(allowed), "hardened"))
    return found
