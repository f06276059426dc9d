"""Labelled families of copies and labelled non-copies, made from real bodies with fixed seeds."""

import calendar
import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from schemas.ids import article_id
from schemas.records import Article

Body = list[str]

STUB_TAILS = """\
This is a breaking news story and will be updated as more information becomes available. Please check back for updates, and follow our live coverage for the latest developments from our reporters on the ground.
Sign up to our daily newsletter for the day's most important stories, delivered to your inbox every morning before seven. You can unsubscribe at any time. By signing up you agree to our terms of service and our privacy policy.
Our journalism is supported by readers like you. If you value independent reporting, please consider becoming a subscriber today. It takes less than a minute and helps us to keep our reporting open to everyone.
Do you have a story for us? Send an e-mail to the newsroom, or use our secure form. All tips are treated in confidence. Download our app for news alerts, and listen to our morning podcast wherever you get your podcasts.""".splitlines()
LEGAL_TAILS = """\
Nothing on these pages constitutes advice of a legal, medical or financial kind, and the company accepts no liability for what follows from its use. The company is registered in Vellmar under number 30771, with its registered office at 4 Quay Row.
Text and pictures are protected by copyright and may not be copied, published or redistributed without prior written permission, save as the law allows. Complaints are handled under the editors' code of practice; rulings are printed in full.
Prices were right when this page was made and are subject to change. The company may earn a commission on what is bought by way of affiliate links; that has no bearing on what is written here or on the order in which goods are named.""".splitlines()
COLUMN_HEAD = (
    "Welcome back to the weekly letter, in which our correspondents look at the seven days behind us and at what to "
    "expect of the next. As always, send questions and complaints to the address at the foot of this page."
)
COLUMN_TAIL = (
    "That is all for this week. The letter returns on Saturday at the usual hour; until then, find earlier letters in "
    "the archive, and tell a friend who might like to read it too. It is edited by the weekend desk."
)
_SHARES = (
    "Arrow Mills",
    "Bellweather",
    "Corvin Steel",
    "Dunmore Gas",
    "Eastern Rail",
    "Fallow Foods",
    "Grange Bank",
)
_MONTHS = calendar.month_name[1:]


class Labelled(NamedTuple):
    """An article with the family that it belongs to (its own, for an origin or a stranger) and how it was made."""

    article: Article
    family: str
    kind: str


def labelled(bodies: Sequence[Body], seed: int) -> list[Labelled]:
    """Each body as an origin, with one copy of each kind and strength of some, and strangers of each kind."""
    rng = random.Random(seed)
    found: list[Labelled] = []
    for number, body in enumerate(bodies):
        family = f"f{number}"
        found.append(_made(body, family, "origin", number, 0))
        chosen = rng.sample(sorted(COPIES), k=5)
        for copy, kind in enumerate(chosen, 1):
            made = COPIES[kind](body, bodies, rng)
            if made:
                found.append(_made(made, family, kind, number, copy))
    for kind, make in sorted(STRANGERS.items()):
        for number in range(24):
            made = make(bodies, rng, number)
            found.append(_made(made, f"{kind}-{number}", kind, 1000 + number, len(found)))
    rng.shuffle(found)
    return found


def _made(body: Body, family: str, kind: str, number: int, copy: int) -> Labelled:
    url = f"https://outlet{copy}.example/{family}/{kind}"
    hour = 1 + copy % 20
    stated = Article(
        id=article_id(f"outlet{copy}", url),
        url=url,
        source=f"outlet{copy}",
        headline=f"{kind} {number}",
        published=f"2026-03-{1 + number % 28:02d}T{hour:02d}:00:00Z",
        fetched=f"2026-03-{1 + number % 28:02d}T{hour:02d}:05:00Z",
        paragraphs=tuple(body),
    )
    return Labelled(stated, family, kind)


def words(body: Body) -> int:
    return sum(len(paragraph.split()) for paragraph in body)


def _whole(body: Body, others: Sequence[Body], rng: random.Random) -> Body:
    return [paragraph.replace("“", '"').replace("”", '"').replace("’", "'") + " " for paragraph in body]


def _trimmed(share: float) -> Callable[[Body, Sequence[Body], random.Random], Body]:
    def make(body: Body, others: Sequence[Body], rng: random.Random) -> Body:
        left = round(words(body) * share)
        kept = []
        for paragraph in body:
            if left <= 0:
                break
            kept.append(" ".join(paragraph.split()[: max(left, 8)]))
            left -= len(paragraph.split())
        return kept

    return make


def _new_lead(count: int) -> Callable[[Body, Sequence[Body], random.Random], Body]:
    def make(body: Body, others: Sequence[Body], rng: random.Random) -> Body:
        return _foreign(body, others, rng, count) + body[count:] if len(body) > count + 3 else []

    return make


def _local(share: float) -> Callable[[Body, Sequence[Body], random.Random], Body]:
    def make(body: Body, others: Sequence[Body], rng: random.Random) -> Body:
        made = list(body)
        added = 0
        while added < words(body) * share:
            [paragraph] = _foreign(body, others, rng, 1)
            made.insert(rng.randint(1, len(made)), paragraph)
            added += len(paragraph.split())
        return made

    return make


def _units(body: Body, others: Sequence[Body], rng: random.Random) -> Body:
    def number(found: re.Match[str]) -> str:
        return f"{float(found[0].replace(',', '') or 0) * 1.609:.0f}" if found[0].strip(",.") else found[0]

    made = []
    for paragraph in body:
        for month in _MONTHS:
            paragraph = re.sub(rf"\b{month} (\d+)\b", rf"\1 {month}", paragraph)
        paragraph = re.sub(r"\b\d{1,3}(?:,\d{3})*\b", number, paragraph)
        made.append(
            paragraph.replace("miles", "kilometres").replace("$", "€").replace(" percent", " per cent")
        )
    return made


def _trimmed_and(
    share: float, lead: int, local: int
) -> Callable[[Body, Sequence[Body], random.Random], Body]:
    def make(body: Body, others: Sequence[Body], rng: random.Random) -> Body:
        kept = _trimmed(share)(body, others, rng)
        if len(kept) < lead + 3 or words(kept) < 100:
            return []
        return _foreign(body, others, rng, lead) + kept[lead:] + _foreign(body, others, rng, local)

    return make


COPIES: dict[str, Callable[[Body, Sequence[Body], random.Random], Body]] = {
    "whole": _whole,
    "trimmed to 30 %": _trimmed(0.3),
    "trimmed to 50 %": _trimmed(0.5),
    "trimmed to 70 %": _trimmed(0.7),
    "new lead": _new_lead(1),
    "new lead (2)": _new_lead(2),
    "local added 15 %": _local(0.15),
    "local added 40 %": _local(0.4),
    "units": _units,
    "trimmed to 50 %, new lead": _trimmed_and(0.5, 1, 0),
    "trimmed to 30 %, new lead": _trimmed_and(0.3, 1, 0),
    "trimmed to 50 %, local": _trimmed_and(0.5, 0, 2),
    "trimmed to 50 %, new lead, local": _trimmed_and(0.5, 1, 2),
}


def _foreign(body: Body, others: Sequence[Body], rng: random.Random, count: int) -> Body:
    """Paragraphs of about the usual length that stand nowhere else: another article's, their words shuffled."""
    found: Body = []
    while len(found) < count:
        other = rng.choice(others)
        paragraph = rng.choice(other).split()
        if other is not body and 15 <= len(paragraph) <= 90:
            rng.shuffle(paragraph)
            found.append(" ".join(paragraph))
    return found


def _same_event(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    """Its own words around the quotes and one figure-laden sentence of another report (each pair shares them)."""
    source = bodies[(number // 2) % len(bodies)]
    quoted = [s for p in source for s in re.findall(r"[“\"][^”\"]{40,}[”\"][^.]*\.", p)][:4]
    own = [p for _ in range(6) for p in _foreign(source, bodies, rng, 1)]
    for sentence in quoted:
        own.insert(rng.randint(1, len(own)), sentence)
    return own


def _stub(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    lead = " ".join(rng.choice(_foreign([], bodies, rng, 1)).split()[: rng.randint(25, 60)])
    return [lead, *STUB_TAILS[: rng.randint(2, 4)]]


def _legal_stub(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    """A short report above terms and disclaimers that are longer than it is."""
    lead = " ".join(rng.choice(_foreign([], bodies, rng, 1)).split()[: rng.randint(30, 60)])
    return [lead, *LEGAL_TAILS]


def _notice(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    """A lead above what a company says of itself, which speaks to nobody: three companies, the same text each time."""
    about = [paragraph for paragraph in bodies[number % 3] if len(paragraph.split()) >= 30][:2]
    shuffled = [
        " ".join(random.Random(number % 3).sample(words_, len(words_)))
        for words_ in (p.split()[:60] for p in about)
    ]
    return [*_foreign([], bodies, rng, 2), *shuffled]


def _column(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    return [COLUMN_HEAD, *_foreign([], bodies, rng, rng.randint(3, 6)), COLUMN_TAIL]


def _market(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    rows = [
        f"{name} {rng.choice(('rose', 'fell'))} {rng.randint(1, 90) / 10} per cent to {rng.randint(100, 9000) / 10} crowns"
        for name in _SHARES
    ]
    return [
        f"Shares in Vellmar closed {rng.choice(('higher', 'lower', 'mixed'))} on the day, the main index at {rng.randint(4000, 6000)}, {rng.randint(1, 90) / 10} points from the close of the day before.",
        *rows,
        "Prices are as of the close, and are given for information only.",
    ]


def _unrelated(bodies: Sequence[Body], rng: random.Random, number: int) -> Body:
    return _foreign([], bodies, rng, 7)


STRANGERS: dict[str, Callable[[Sequence[Body], random.Random, int], Body]] = {
    "same event, written apart": _same_event,
    "stub": _stub,
    "legal stub": _legal_stub,
    "notice": _notice,
    "column": _column,
    "market table": _market,
    "unrelated": _unrelated,
}
