"""The relatives of the archive files' form: wire copy, forwarded mail, Markdown; and that nothing of any text is lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.normalize import Document, NormalizeError, explain, normalize
from consumers.normalize.decode import decode
from consumers.normalize.strings import clean
from consumers.normalize.text import ASIDE
from schemas.records import Article, Flag, PullQuote
from tests.unit.normalize.documents import document

TEXT = (
    "The council voted on Monday to move the weir down the river, ending nine years of quarrels.",
    "“The mill will turn,” said Mayor Odile Brandt. “And the salmon will climb.”",
    "Work begins in June and is to end before the winter.",
)
BODY = "\n\n".join(TEXT)
HEADLINE = "Council votes to move the weir and keep the mill"
GERMAN = (
    "Der Rat hat am Montag für die Verlegung des Wehrs gestimmt und damit neun Jahre Streit beendet, wie die Stadt mitteilte.",
    "«Die Mühle wird sich drehen», sagte Bürgermeisterin Odile Brandt der Zeitung am Abend im Rathaus.",
)


def plain(text: str, **fields: str) -> Document:
    return document(text, "text/plain", **{"timezone": "Europe/Berlin", **fields})


def aside(given: Document) -> dict[str, str]:
    """What was set aside, by why."""
    _, evidence = explain(given)
    return {one.source: str(one.value) for one in evidence.candidates.get(ASIDE, ())}


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("Monday, March 2, 2026 9:20 PM", "2026-03-02T21:20:00+01:00", None),
        ("2 March 2026", "2026-03-02T00:00:00+01:00", None),
        ("Weirtown, 2 March 2026", "2026-03-02T00:00:00+01:00", None),
        ("By Ana Brandão | 2 March 2026 | Updated 3 March 2026, 8:24am", "2026-03-02T00:00:00+01:00", "2026-03-03T08:24:00+01:00"),
        ("02/03/2026 21:20", "2026-03-02T21:20:00+01:00", None),
        ("2026-03-02 21:20", "2026-03-02T21:20:00+01:00", None),
        ("Montag, 2. März 2026, 21:20 Uhr", "2026-03-02T21:20:00+01:00", None),
        ("Stand: 02.03.2026, 21:20 Uhr", "2026-03-02T21:20:00+01:00", None),
        ("Publié le 2 mars 2026 à 21h20 | Mis à jour le 3 mars 2026 à 08h24", "2026-03-02T21:20:00+01:00", "2026-03-03T08:24:00+01:00"),
        ("Lundi 2 mars 2026 à 21h20", "2026-03-02T21:20:00+01:00", None),
        ("Publicado el 2 de marzo de 2026 a las 21:20. Actualizado el 3 de marzo de 2026 a las 8:24", "2026-03-02T21:20:00+01:00", "2026-03-03T08:24:00+01:00"),
        ("Lunes, 2 de marzo de 2026 - 21:20", "2026-03-02T21:20:00+01:00", None),
        ("Lunedì 2 marzo 2026, ore 21:20", "2026-03-02T21:20:00+01:00", None),
        ("Pubblicato il 2 marzo 2026 alle 21:20", "2026-03-02T21:20:00+01:00", None),
        ("Segunda-feira, 2 de março de 2026, às 21h20", "2026-03-02T21:20:00+01:00", None),
        ("Publicado em 02/03/2026 às 21h20 — Atualizado em 03/03/2026 às 08h24", "2026-03-02T21:20:00+01:00", "2026-03-03T08:24:00+01:00"),
        ("Maandag 2 maart 2026 om 21:20", "2026-03-02T21:20:00+01:00", None),
        ("Gepubliceerd: 2 maart 2026 21:20 • Laatste update: 3 maart 2026 08:24", "2026-03-02T21:20:00+01:00", "2026-03-03T08:24:00+01:00"),
        ("2 mars 2026 kl. 21:20", "2026-03-02T21:20:00+01:00", None),
        ("2 marca 2026, godz. 21:20", "2026-03-02T21:20:00+01:00", None),
        ("2 במרץ 2026 21:20", "2026-03-02T21:20:00+01:00", None),
        ("نشر: ٢ مارس ٢٠٢٦، ٢١:٢٠", "2026-03-02T21:20:00+01:00", None),
        ("۲ مارس ۲۰۲۶", "2026-03-02T00:00:00+01:00", None),
        ("2 मार्च 2026", "2026-03-02T00:00:00+01:00", None),
    ],
)  # fmt: skip
def test_date_lines_are_read_with_and_without_labels(line: str, published: str, modified: str | None) -> None:
    """The line gives its times, in the source's zone, and leaves the text."""
    found = normalize(plain(f"{HEADLINE}\n\n{line}\n\n{BODY}"))
    assert (found.published, found.modified, found.paragraphs) == (published, modified, TEXT)
    assert (found.headline, found.kicker, found.standfirst) == (HEADLINE, None, None)


@pytest.mark.parametrize(
    "line",
    [
        "It was on 2 March 2026 that the vote was taken",
        "Salmon, mills and the 2 weirs of 2026",
        "The 2026 season opens in March",
    ],
)
def test_a_line_of_prose_with_a_date_is_text(line: str) -> None:
    """A date within words makes no date line."""
    found = normalize(plain(f"{HEADLINE}\n\nPublished: 1 March 2026\n\n{line}\n\n{BODY}"))
    assert found.published == "2026-03-01T00:00:00+01:00"
    assert line in (*found.paragraphs, *(link.headline for link in found.related))


@pytest.mark.parametrize(
    ("head", "authors", "credit"),
    [
        ("By Ana Brandão and Declan Farrelly", ("Ana Brandão", "Declan Farrelly"), None),
        ("By ANA BRANDÃO\nAssociated Press", ("ANA BRANDÃO",), "Associated Press"),
        ("By Ana Brandão, Weir Gazette\n2 March 2026", ("Ana Brandão",), "Weir Gazette"),
        ("2 March 2026\n\nAna Brandão", ("Ana Brandão",), None),
        ("Ana Brandão\n\n2 March 2026", ("Ana Brandão",), None),
        ("Von Ana Brandão\n2. März 2026", ("Ana Brandão",), None),
        ("By ANA BRANDÃO, Chief Reporter", ("ANA BRANDÃO",), None),
        ("記者王小明／台北報導\n2026-03-02 21:20", ("王小明",), None),
        ("بقلم أحمد علي", ("أحمد علي",), None),
    ],
)
def test_bylines_of_several_forms(head: str, authors: tuple[str, ...], credit: str | None) -> None:
    """With or without "By", beside a date or an agency, before or after it."""
    found = normalize(plain(f"{HEADLINE}\n\n{head}\n\n{BODY}"))
    assert (found.headline, found.authors, found.credit, found.paragraphs) == (
        HEADLINE,
        authors,
        credit,
        TEXT,
    )


def test_wire_copy_is_read_without_what_is_the_wires() -> None:
    """Slug, note to editors, end marks and reporting credits leave the text and are named; the dateline's agency is the credit."""
    text = (
        "BC-EU--Weir-Vote,1st Ld-Writethru,450\nEds: Updates with quotes.\n\n"
        f"{HEADLINE}\n\nWEIRTOWN (AP) — {BODY}\n\n___\n\n(Reporting by Ana Brandão; Editing by Tom Wülfing)\n\nENDS"
    )
    found = normalize(plain(text))
    assert (found.headline, found.authors, found.credit) == (HEADLINE, ("Ana Brandão",), "AP")
    assert found.paragraphs == (f"WEIRTOWN (AP) — {TEXT[0]}", *TEXT[1:])
    assert {
        "text:slug",
        "text:note to editors",
        "text:end mark",
        "text:reporting credits",
        "text:rule",
    } <= set(aside(plain(text)))


def test_what_an_outlet_puts_behind_a_text_is_set_aside() -> None:
    """A note to editors below the headline, prompts to the reader and a line of copyright are named, and no paragraphs."""
    prompt, rights = (
        "Follow us on Facebook and Twitter.",
        "Copyright 2026 The Weir Gazette. All rights reserved.",
    )
    text = f"{HEADLINE}\nEds: Updates with quotes.\n2 March 2026\n\n{BODY}\n\n{prompt}\n\n{rights}"
    found = normalize(plain(text))
    assert (found.headline, found.standfirst, found.paragraphs) == (HEADLINE, None, TEXT)
    named = aside(plain(text))
    assert named["text:prompt to the reader"] == prompt
    assert named["text:line of copyright"] == rights
    assert named["text:note to editors"] == "Eds: Updates with quotes."


def test_german_wire_copy_is_read() -> None:
    """Service line, slug, mark of a summary and sign-off leave the text; the stamp below says when."""
    text = (
        "bdt0123 3 pl 250 dpa 0456\n\nKommunen/Wasser/\n\nRat stimmt für Verlegung des Wehrs\n(Zusammenfassung 1500)=\n\n"
        f"Wehrstadt (dpa) - {GERMAN[0]}\n\n{GERMAN[1]}\n\ndpa abc yydd n1 xyz\n021530 Mrz 26"
    )
    found = normalize(plain(text))
    assert (found.headline, found.published) == (
        "Rat stimmt für Verlegung des Wehrs",
        "2026-03-02T15:30:00+01:00",
    )
    assert (found.credit, found.language) == ("dpa", "de")
    assert found.paragraphs == (f"Wehrstadt (dpa) - {GERMAN[0]}", GERMAN[1])


@pytest.mark.parametrize("mark", ["UPDATE 2-", "WRAPUP 1-", "CORRECTED-"])
def test_a_wires_mark_is_no_part_of_the_headline(mark: str) -> None:
    """What number of update it is stands in front of the headline and is taken off."""
    assert normalize(plain(f"{mark}{HEADLINE}\n\n2 March 2026\n\n{BODY}")).headline == HEADLINE


INNER = "From: Ana Brandão <ana.brandao@weirgazette.example>\nDate: Mon, 2 Mar 2026 21:20:00 +0100\nSubject: {}\nTo: Desk <desk@weirgazette.example>\n\n"


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "From: Tom Wülfing <tom@desk.example>\nDate: Tue, 3 Mar 2026 09:00:00 +0100\nSubject: Fwd: x\n\nPlease use.\n\n---------- Forwarded message ---------\n{}",
        "Von: Tom Wülfing\nGesendet: Dienstag, 3. März 2026 09:00\nAn: Redaktion\nBetreff: WG: WG: x\n\n-----Ursprüngliche Nachricht-----\n{}",
        "FYI\n\nBegin forwarded message:\n\n{}",
        "A\n\n-------- Message transféré --------\nDe : Léa\nDate : 1 mars 2026\nObjet : TR: x\n\nB\n\n-----Original Message-----\n{}",
    ],
)
def test_forwarded_mail_is_unwrapped(around: str) -> None:
    """The innermost message is the article: its subject the headline, its date the time, its sender (by address) the author."""
    text = around.format(
        INNER.format(f"Re: {HEADLINE}") + BODY + "\n\n-- \nAna Brandão\nWeir Gazette, Weirtown"
    )
    found = normalize(plain(text))
    assert (found.headline, found.published) == (HEADLINE, "2026-03-02T21:20:00+01:00")
    assert (found.authors, found.paragraphs) == (("Ana Brandão",), TEXT)
    assert "mail:signature" in aside(plain(text))


def test_quoted_mail_loses_its_marks() -> None:
    """Lines that are quoted throughout read as they stood before."""
    quoted = "\n".join(f"> {line}" for line in BODY.split("\n"))
    assert normalize(plain(INNER.format(HEADLINE) + quoted)).paragraphs == TEXT


def test_encoded_mail_is_decoded() -> None:
    """Quoted-printable text and encoded words in the header are read."""
    head = "From: =?utf-8?q?Ana_Brand=C3=A3o?= <ana@weirgazette.example>\nDate: Mon, 2 Mar 2026 21:20:00 +0100\nSubject: =?utf-8?q?Wehr_f=C3=BCr_M=C3=BChle?=\n"
    mime = 'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
    body = "Das Wehr wird verlegt, und die M=C3=BChle bleibt, wie die Stadt am Montag mit=\nteilte.\n\nDie Arbeiten beginnen im Juni."
    found = normalize(plain(head + mime + body))
    assert (found.headline, found.authors) == ("Wehr für Mühle", ("Ana Brandão",))
    assert found.paragraphs == (
        "Das Wehr wird verlegt, und die Mühle bleibt, wie die Stadt am Montag mitteilte.",
        "Die Arbeiten beginnen im Juni.",
    )


def test_a_sender_who_is_a_desk_is_no_author() -> None:
    """A name that the address does not bear out is nobody's."""
    text = "From: Valley News Desk <noreply@valley.example>\nDate: Mon, 2 Mar 2026 21:20:00 +0100\nSubject: x y z\n\n"
    assert normalize(plain(text + BODY)).authors == ()


MARKDOWN = """# {headline}

*Anglers and millers both claim victory as the vote goes through*

By Ana Brandão | 2 March 2026

The **council** voted on [Monday](https://weirgazette.example/monday "The vote") to move the weir, ending *nine years* of quarrels.

## What happens next

- Work begins in June
- It ends in winter

> The mill will turn and the salmon will climb
> — Mayor Odile Brandt

![The weir in March](weir.jpg)

“The mill will turn and the salmon will climb, and nobody believed that,” said Mayor Odile Brandt.

> “I will not go,” said the miller, and stayed.
"""


def test_markdown_is_read_as_it_shows() -> None:
    """Headings, lists and quotations are paragraphs in order, marks and links stripped; what is embedded has its own field."""
    found = normalize(document(MARKDOWN.format(headline=HEADLINE), "text/markdown", timezone="Europe/Berlin"))
    assert found.headline == HEADLINE
    assert found.standfirst == "Anglers and millers both claim victory as the vote goes through"
    assert (found.authors, found.published) == (("Ana Brandão",), "2026-03-02T00:00:00+01:00")
    assert found.captions == ("The weir in March",)
    assert found.pull_quotes == (
        PullQuote(text="The mill will turn and the salmon will climb", attribution="Mayor Odile Brandt"),
    )
    assert found.paragraphs == (
        "The council voted on Monday to move the weir, ending nine years of quarrels.",
        "What happens next",
        "Work begins in June",
        "It ends in winter",
        "“The mill will turn and the salmon will climb, and nobody believed that,” said Mayor Odile Brandt.",
        "“I will not go,” said the miller, and stayed.",
    )


def test_what_paragraphs_are_is_named() -> None:
    """Subheadings, list items, quotations and corrections, in Markdown and by their form in plain text."""
    found = normalize(document(MARKDOWN.format(headline=HEADLINE), "text/markdown"))
    assert [(found.paragraphs[one.paragraph], one.kind) for one in found.blocks] == [
        ("What happens next", "subheading"),
        ("Work begins in June", "list_item"),
        ("It ends in winter", "list_item"),
        ("“I will not go,” said the miller, and stayed.", "blockquote"),
    ]
    note = "Correction: an earlier version named the wrong river."
    parts = (
        "2 March 2026",
        TEXT[0],
        "What happens next",
        TEXT[1],
        "* Work begins in June\n* It ends in winter",
        TEXT[2],
        note,
    )
    plainly = normalize(plain("\n\n".join((HEADLINE, *parts))))
    assert [(plainly.paragraphs[one.paragraph], one.kind) for one in plainly.blocks] == [
        (parts[2], "subheading"),
        (parts[4], "list_item"),
        (note, "correction"),
    ]


@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "{}"\nauthor: [Ana Brandão, Declan Farrelly]\ndate: 2026-03-02T21:20:00+01:00\nlastmod: 2026-03-03\ntags: [rivers, mills]\nkicker: Rivers\ndraft: false\n---\n',
        '+++\ntitle = "{}"\nauthors = ["Ana Brandão", "Declan Farrelly"]\ndate = 2026-03-02T21:20:00+01:00\nlastmod = "2026-03-03"\ntags = ["rivers", "mills"]\nkicker = "Rivers"\n+++\n',
    ],
)
@pytest.mark.parametrize("media", ["text/markdown", "text/plain"])
def test_front_matter_is_believed_first(front: str, media: str) -> None:
    """YAML and TOML give title, authors, times, tags and kicker, by whatever media type the file came."""
    found = normalize(
        document(front.format(HEADLINE) + f"# {HEADLINE}\n\n{BODY}", media, timezone="Europe/Berlin")
    )
    assert (found.headline, found.kicker, found.tags) == (HEADLINE, "Rivers", ("rivers", "mills"))
    assert found.authors == ("Ana Brandão", "Declan Farrelly")
    assert (found.published, found.modified) == ("2026-03-02T21:20:00+01:00", "2026-03-03T00:00:00+01:00")
    assert found.paragraphs == TEXT


def test_front_matter_full_of_aliases_is_text() -> None:
    """Aliases that would grow beyond measure are not followed."""
    bomb = (
        "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{two}: &{two} [{', '.join('*' + one for _ in range(9))}]\n"
            for one, two in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + f"title: *i\n---\n{HEADLINE}\n\n{BODY}"
    )
    assert TEXT[0] in normalize(plain(bomb)).paragraphs


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (
            "Related: Salmon counts double in the upper valley",
            "related",
            "Salmon counts double in the upper valley",
        ),
        ("Lesen Sie auch: Zahl der Lachse verdoppelt", "related", "Zahl der Lachse verdoppelt"),
        ("À lire aussi : Le saumon revient", "related", "Le saumon revient"),
        (
            "Photo: The weir in March, seen from the mill",
            "captions",
            "Photo: The weir in March, seen from the mill",
        ),
        (
            "Correction: an earlier version named the wrong river.",
            "correction",
            "Correction: an earlier version named the wrong river.",
        ),
    ],
)
def test_what_names_itself_goes_to_its_field(line: str, field: str, value: str) -> None:
    """Labelled lines among the paragraphs are related headlines, captions and corrections."""
    found = normalize(plain(f"{HEADLINE}\n\n2 March 2026\n\n{TEXT[0]}\n\n{line}\n\n{TEXT[1]}\n\n{TEXT[2]}"))
    held = getattr(found, field)
    assert value in ([one.headline for one in held] if field == "related" else held)
    assert found.paragraphs == ((TEXT[0], line, *TEXT[1:]) if field == "correction" else TEXT)


def test_a_release_and_an_opinion_are_flagged() -> None:
    """By the words that say so, which are the evidence."""
    release = normalize(plain(f"{HEADLINE}\n\nFOR IMMEDIATE RELEASE\n\n{BODY}\n\n2 March 2026"))
    assert release.flags == (
        Flag(name="press_release", evidence=('text:paragraph "FOR IMMEDIATE RELEASE"',)),
    )
    opinion = normalize(plain(f"Opinion\n\n{HEADLINE}\n\n2 March 2026\n\n{BODY}"))
    assert opinion.flags == (Flag(name="opinion", evidence=('text:kicker "Opinion"',)),)


def test_a_headline_with_two_summaries_keeps_its_place() -> None:
    """Three lines above the date of which the first is long are headline and summaries, not kicker and headline."""
    found = normalize(
        plain(
            f"{HEADLINE}\n\nMillers and anglers agree.\n\nWork begins in June.\n\nPublished: 2 March 2026\n\n{BODY}"
        )
    )
    assert (found.kicker, found.headline, found.standfirst) == (
        None,
        HEADLINE,
        "Millers and anglers agree. Work begins in June.",
    )


def test_a_date_line_below_the_text_is_read() -> None:
    """No paragraph is taken for a headline on the way to it."""
    found = normalize(plain(f"{HEADLINE}\n\n{BODY}\n\nPublished: 2 March 2026"))
    assert (found.published, found.paragraphs) == ("2026-03-02T00:00:00+01:00", TEXT)


PIECES = [
    HEADLINE, "Rivers", "PUBLISHED : Monday, 02 March, 2026, 9:20pm", "2 March 2026", "By Ana Brandão", "Ana Brandão", *TEXT, *GERMAN, "What happens next",
    "Salmon counts double in the upper valley after two wet winters", "The mill will turn\nMayor Odile Brandt", "___", "ENDS", "a0654", "Weir-Vote/",
    "(Reporting by Ana Brandão)", "Related: Le saumon revient", "Photo: x", "Advertisement", "FOR IMMEDIATE RELEASE", "URGENT", "* one\n* two", "> quoted\n> — Mayor",
    "# Heading", "---", "From: a b <a@b.example>\nDate: 2 March 2026\nSubject: x", "---------- Forwarded message ---------", "-- \nAna", "[a](b \"c\") <b>d</b> ![e](f)",
    "Correction: it was two.", "Read more", "dpa abc yydd n1", "021530 Mrz 26", "「日本語の文章です。」", "العربية", "Updated", "| a | b |\n|---|---|\n| c | d |", "```\ncode\n```",
]  # fmt: skip


def accounted(found: Article, given: Document) -> Counter[str]:
    """Characters in the fields and in what was set aside."""
    _, evidence = explain(given)
    held = [
        found.headline,
        found.kicker,
        found.standfirst,
        found.correction,
        *found.paragraphs,
        *found.captions,
    ]
    held += [str(one.value) for one in evidence.candidates.get(ASIDE, ())]
    held += [link.headline for link in found.related]
    held += [text for quote in found.pull_quotes for text in (quote.text, quote.attribution)]
    return Counter(char for text in held for char in clean(text) if not char.isspace())


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=60), max_size=12).map("\n\n".join),
    st.sampled_from(["text/plain", "text/markdown"]),
)
def test_no_character_is_lost(text: str, media: str) -> None:
    """Each character of a text is in some field, or in what is named as set aside; no letter only as a loose mark."""
    given = document(text.encode("utf-8", "replace"), media)
    try:
        found, evidence = explain(given)
    except NormalizeError:
        return
    there = Counter(char for char in clean(decode(given.body, media)) if not char.isspace())
    assert not there - accounted(found, given)
    loose = [str(one.value) for one in evidence.candidates.get(ASIDE, ()) if one.source.endswith(":marks")]
    if media == "text/plain" and not text.lstrip().startswith(("#", "---", "+++")):
        assert not [char for mark in loose for char in mark if char.isalnum()]


def test_markdown_keeps_its_last_item_and_its_links() -> None:
    """A short line in small letters is no agency's sign-off where it is an item; a link is absolute, with its words."""
    text = (
        "# Bridge reopens after repairs\n\nThe old bridge over the Weir was opened to [traffic](/traffic#now) again on Monday.\n\n"
        "- forty of sixty timbers are new\n- [the mill](https://mill.example/) lends it all\n"
    )
    found = normalize(document(text, "text/markdown"))
    assert found.paragraphs[1:] == ("forty of sixty timbers are new", "the mill lends it all")
    assert [(link.url, link.text) for link in found.links] == [
        ("https://weirgazette.example/traffic", "traffic"),
        ("https://mill.example/", "the mill"),
    ]
