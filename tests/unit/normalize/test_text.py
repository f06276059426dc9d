"""Plain text in the form of archive files and agency copy."""

import os
from pathlib import Path

import pytest

from consumers.normalize import normalize
from consumers.normalize.text import blocks_of
from schemas.records import PullQuote
from tests.unit.normalize.documents import document

STORY = """Rivers: Weir valley

Council votes to move the weir and keep the mill, ending a nine-year quarrel

Anglers and millers both claim victory as the vote goes through at midnight

PUBLISHED : Monday, 02 March, 2026, 9:20pm
UPDATED : Tuesday, 03 March, 2026, 8:24am

WEIRTOWN, March 2 (Valley News) — The council voted on Monday to move the weir.

“The mill will turn and the salmon will climb, and nobody in this room believed that last year,” said Mayor Odile Brandt.

Salmon counts double in the upper valley after two wet winters and a ban on nets

The vote was 14 to 11.

The mill will turn and the salmon will climb
Mayor Odile Brandt

What happens next

Work begins in June.
"""


def test_the_form_of_archive_files_is_read() -> None:
    """Kicker, headline, standfirst, both times in the source's zone, and the paragraphs to the letter."""
    article = normalize(document(STORY, "text/plain", timezone="Asia/Hong_Kong"))
    assert article.kicker == "Rivers: Weir valley"
    assert article.headline == "Council votes to move the weir and keep the mill, ending a nine-year quarrel"
    assert article.standfirst == "Anglers and millers both claim victory as the vote goes through at midnight"
    assert article.published == "2026-03-02T21:20:00+08:00"
    assert article.modified == "2026-03-03T08:24:00+08:00"
    assert article.provenance["published"] == "text:published line, zone of source"
    assert article.language == "en"
    assert article.paragraphs == (
        "WEIRTOWN, March 2 (Valley News) — The council voted on Monday to move the weir.",
        (
            "“The mill will turn and the salmon will climb, and nobody in this room believed that last year,” "
            "said Mayor Odile Brandt."
        ),
        "The vote was 14 to 11.",
        "What happens next",
        "Work begins in June.",
    )


def test_what_is_embedded_is_kept_apart() -> None:
    """The pull quote with its attribution and the embedded headline leave the body for their own fields."""
    article = normalize(document(STORY, "text/plain"))
    assert article.pull_quotes == (
        PullQuote(text="The mill will turn and the salmon will climb", attribution="Mayor Odile Brandt"),
    )
    assert [link.headline for link in article.related] == [
        "Salmon counts double in the upper valley after two wet winters and a ban on nets"
    ]


def test_the_dateline_is_read() -> None:
    """Place, date and agency of the dateline are told apart."""
    dateline = normalize(document(STORY, "text/plain")).dateline
    assert dateline is not None
    assert (dateline.place, dateline.date, dateline.agency) == ("WEIRTOWN", "March 2", "Valley News")


@pytest.mark.parametrize(
    ("head", "kicker", "headline", "standfirst"),
    [
        ("Storm closes the port", None, "Storm closes the port", None),
        ("Weather\n\nStorm closes the port for a week", "Weather", "Storm closes the port for a week", None),
        (
            "Storm closes the port for a week\n\nFerries are cancelled until Friday and the fleet stays in.",
            None,
            "Storm closes the port for a week",
            "Ferries are cancelled until Friday and the fleet stays in.",
        ),
    ],
)
def test_kicker_and_standfirst_may_be_missing(
    head: str, kicker: str | None, headline: str, standfirst: str | None
) -> None:
    """A header of one, two or three parts is told by their form."""
    text = (
        f"{head}\n\nPUBLISHED : Monday, 02 March, 2026, 9:20pm\n\nThe port was closed.\n\nIt will open again."
    )
    article = normalize(document(text, "text/plain"))
    assert (article.kicker, article.headline, article.standfirst) == (kicker, headline, standfirst)
    assert article.paragraphs == ("The port was closed.", "It will open again.")


@pytest.mark.parametrize(
    ("line", "zone", "published"),
    [
        ("Veröffentlicht am: 2. März 2026, 21:20 Uhr", "Europe/Berlin", "2026-03-02T21:20:00+01:00"),
        ("Publié le lundi 2 mars 2026 à 21h20", "Europe/Paris", "2026-03-02T21:20:00+01:00"),
        ("Published: 2026-03-02T21:20:00-05:00", "Europe/Paris", "2026-03-02T21:20:00-05:00"),
        ("Posted on March 2, 2026 at 9:20 p.m. EST", "Europe/Paris", "2026-03-02T21:20:00-05:00"),
        ("发布时间：2026年3月2日 21:20", "Asia/Shanghai", "2026-03-02T21:20:00+08:00"),
    ],
)
def test_date_lines_of_several_languages(line: str, zone: str, published: str) -> None:
    """A labelled date line is read in its language; a zone it states wins over the source's."""
    article = normalize(
        document(f"A headline\n\n{line}\n\nText one.\n\nText two.", "text/plain", timezone=zone)
    )
    assert article.published == published
    assert article.paragraphs == ("Text one.", "Text two.")


def test_a_byline_names_people() -> None:
    """A byline under the headline becomes the authors and leaves the text."""
    text = "A headline\n\nBy Ana Brandão and Declan Farrelly\n\nText one.\n\nText two."
    article = normalize(document(text, "text/plain"))
    assert article.authors == ("Ana Brandão", "Declan Farrelly")
    assert article.paragraphs == ("Text one.", "Text two.")


def test_wrapped_lines_are_joined() -> None:
    """Lines broken at a fixed width are one paragraph; lines of a list stay lines."""
    wrapped = (
        "The council voted on Monday to move the weir down the river, and the\nmillers were there to see it done after "
        "nine years\nof quarrels that had split the valley in two and cost it\ntwo mayors."
    )
    listed = "* one\n* two"
    assert blocks_of(f"{wrapped}\n\n{listed}") == [wrapped.replace("\n", " "), listed]


def test_a_text_without_blank_lines_has_a_paragraph_a_line() -> None:
    """Files that end each paragraph with one line feed are read too, with any line ending."""
    assert blocks_of("Headline\r\nOne.\r\nTwo.") == ["Headline", "One.", "Two."]


def _seed() -> Path | None:
    root = Path(__file__).parents[3]
    folder = Path(os.environ.get("DATELINE_SEED") or root.parent / "shared" / "seed")
    return next(iter(sorted(folder.glob("*.txt"))), None)


@pytest.mark.skipif(_seed() is None, reason="no first input in DATELINE_SEED or ../shared/seed")
def test_the_first_input_reads_as_agreed() -> None:
    """The first real input: times, what is embedded, and every other paragraph in order, to the letter."""
    path = _seed()
    assert path is not None
    raw = path.read_bytes()
    article = normalize(document(raw, "text/plain", timezone="Asia/Hong_Kong"))
    assert article.kicker == "G20: Hamburg"
    assert article.published == "2017-07-07T21:20:00+08:00"
    assert article.modified == "2017-07-08T08:24:00+08:00"
    assert [link.headline.split(",")[0][:45] for link in article.related] == [
        "Resolving trade and investment conflicts gets",
        "Trump’s long-awaited meeting with Putin is sc",
    ]
    assert [quote.attribution for quote in article.pull_quotes] == ["U.S. President Donald Trump"]
    blocks = raw.decode().strip().split("\n\n")[4:]
    apart = {link.headline for link in article.related}
    apart |= {f"{quote.text}\n{quote.attribution}" for quote in article.pull_quotes}
    assert list(article.paragraphs) == [block for block in blocks if block not in apart]
