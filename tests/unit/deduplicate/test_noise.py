"""What is no version: noise of the page, and what looks like it and is none."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from consumers.deduplicate import compare
from dateline.fakes import FakeIdentityStore
from dateline.outcome import Drop, Keep
from schemas.reasons import Reason
from schemas.records import Article, Image, Link, RelatedLink
from tests.unit.deduplicate.world import HARBOUR, Log, article, run

LINKED = "The plans of the Café Møller are at https://harbour.example/plans?id=7 for anyone to read."
PAGE = article(
    (*HARBOUR, LINKED),
    related=(RelatedLink(headline="One"), RelatedLink(headline="Two")),
    links=(Link(url="https://harbour.example/plans", text="The plans"),),
    published="2026-03-03T09:00:00Z",
    modified="2026-03-03T09:00:00Z",
)


def again(paragraphs: Sequence[str] = PAGE.paragraphs, **fields: Any) -> Article:
    """The page as it was fetched a day later."""
    return msgspec.structs.replace(
        PAGE, paragraphs=tuple(paragraphs), fetched="2026-03-04T10:00:00Z", **fields
    )


def each(function: Any) -> list[str]:
    return [function(paragraph) for paragraph in PAGE.paragraphs]


def in_between(text: str, place: int = 2) -> list[str]:
    return [*PAGE.paragraphs[:place], text, *PAGE.paragraphs[place:]]


def sentences() -> list[str]:
    return " ".join(PAGE.paragraphs).replace(". ", ".\n").splitlines()


NOISE = {
    "one paragraph a sentence": (again(sentences()), "paragraph breaks"),
    "all in one paragraph": (again([" ".join(PAGE.paragraphs)]), "paragraph breaks"),
    "two paragraphs run together": (
        again([" ".join(PAGE.paragraphs[:2]), *PAGE.paragraphs[2:]]),
        "paragraph breaks",
    ),
    "an advertisement": (again(in_between("Advertisement")), "page furniture"),
    "another advertisement": (
        again(in_between("Sponsored: cheap flights to Arlen"), modified=PAGE.modified),
        "page furniture",
    ),
    "how long ago": (again(in_between("5 minutes ago", 0)), "page furniture"),
    "who wrote it how long ago": (again(in_between("Mira Kessler · 2 hours ago", 0)), "page furniture"),
    "counters": (again(in_between("1,204 views | 37 comments", 6)), "page furniture"),
    "a row of buttons": (again(in_between("Share | Tweet | Print | 4 min read", 0)), "page furniture"),
    "when it was last touched": (
        again(in_between("Updated 4 March 2026, 10:02 a.m. · 3 min read", 0)),
        "page furniture",
    ),
    "related links in another order": (
        again(related=(RelatedLink(headline="Two"), RelatedLink(headline="One"))),
        "related",
    ),
    "white space": (again(each(lambda p: f"\u00a0{p.replace(' ', '  ')}\n")), "spaces and marks"),
    "a tab and a thin space": (again(each(lambda p: p.replace(", ", ",\u2009"))), "spaces and marks"),
    "straight quotation marks": (
        again(each(lambda p: p.replace("“", '"').replace("”", '"').replace("’", "'"))),
        "spaces and marks",
    ),
    "guillemets": (
        again(each(lambda p: p.replace("“", "«\u00a0").replace("”", "\u00a0»"))),
        "spaces and marks",
    ),
    "low quotation marks": (
        again(each(lambda p: p.replace("“", "„").replace("”", "“"))),
        "spaces and marks",
    ),
    "single quotation marks": (
        again(each(lambda p: p.replace("“", "‘").replace("”", "’"))),
        "spaces and marks",
    ),
    "soft hyphens": (again(each(lambda p: p.replace("harbour", "har\u00adbour"))), "spaces and marks"),
    "letters put together otherwise": (
        again(each(lambda p: unicodedata.normalize("NFD", p))),
        "spaces and marks",
    ),
    "tracking in a link of the text": (
        again([*HARBOUR, LINKED.replace("id=7", "id=7&utm_source=home&fbclid=ab12")]),
        "spaces and marks",
    ),
    "tracking before the parameter that counts": (
        again([*HARBOUR, LINKED.replace("id=7", "utm_campaign=x&id=7")]),
        "spaces and marks",
    ),
    "tracking in a link": (
        again(links=(Link(url="https://harbour.example/plans?utm_source=x", text="The plans"),)),
        "links",
    ),
    "another picture": (again(images=(Image(url="https://harbour.example/2.jpg"),)), "images"),
    "a later time of change alone": (again(modified="2026-03-04T09:00:00Z"), "modified"),
    "a standfirst that is a clock": (again(standfirst="Updated 3 hours ago"), "page furniture"),
    "bullets": (again([*PAGE.paragraphs[:5], f"• {LINKED}"]), "spaces and marks"),
}


@pytest.mark.parametrize("kind", NOISE)
def test_noise_is_no_version(kind: str) -> None:
    """A page that differs in noise alone is dropped as unchanged, which says what was ignored; it carries no change."""
    page, what = NOISE[kind]
    log = Log()
    _, outcome = run(FakeIdentityStore(), [log.item(PAGE), log.item(page)])
    assert isinstance(outcome, Drop)
    assert outcome.reason == Reason.UNCHANGED
    assert what in (outcome.detail or "")
    assert compare(PAGE, page).changes == ()


def test_paragraphs_of_a_script_without_spaces() -> None:
    """Where words have no spaces between them, two paragraphs run together are still the same text."""
    one, other = "港の委員会は火曜日に東の桟橋を再建することを決めた。", "工事は五月に始まる。"
    apart = article((one, other))
    together = article((one + other,), fetched="2026-03-03T11:00:00Z")
    log = Log()
    _, outcome = run(FakeIdentityStore(), [log.item(apart), log.item(together)])
    assert isinstance(outcome, Drop)


@pytest.mark.parametrize(
    "page",
    [
        again(each(lambda p: p.replace("14 million", "15 million"))),
        again(each(lambda p: p.replace("broken in", "bro ken in"))),
        again([*PAGE.paragraphs[1:], PAGE.paragraphs[0]]),
        again(in_between("The mayor said nothing.")),
        again([*sentences()[:4], *sentences()[5:]]),
        again([*HARBOUR, LINKED.replace("id=7", "id=8")]),
        again(in_between("He left the harbour 5 minutes ago.")),
    ],
    ids=["a figure", "a word cut", "paragraphs moved", "a line", "a sentence less", "a link's page", "a sentence on time"],
)  # fmt: skip
def test_small_change_of_the_text_is_a_version(page: Article) -> None:
    """However small, a change that a reader of the text sees is a version of its own."""
    log = Log()
    _, outcome = run(FakeIdentityStore(), [log.item(PAGE), log.item(page)])
    assert isinstance(outcome, Keep)


def test_other_paragraphs_alone_do_not_make_an_edit_silent() -> None:
    """A byline put right on a page that is also laid out anew is that, and no silent edit of its text."""
    page = again(sentences(), authors=("Mira Kessler",))
    assert {change.kind for change in compare(PAGE, page).changes} == {"byline"}
