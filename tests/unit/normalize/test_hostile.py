"""Documents that are broken, or meant to do harm, end in an article or a clear reject, and soon."""

import gzip

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from lxml.html import document_fromstring

from bench.fuzz import fate, seeds
from bench.mutations import mutant
from consumers.normalize import NormalizeStage, second
from consumers.normalize.jsonld import Graph
from dateline.outcome import Keep
from schemas.reasons import Reason
from schemas.records import Article
from tests.unit.normalize.documents import PARAGRAPHS, item, page

# What once took minutes: the mark ends a test that does.
pytestmark = pytest.mark.timeout(60)


def step(body: bytes, content_type: str = "text/html") -> str:
    """ "kept", or the reason of the reject."""
    (outcome,) = NormalizeStage().step([item(body, content_type)])
    return "kept" if isinstance(outcome, Keep) else str(outcome.reason)


@examples(deadline=None, max_examples=40)
@given(st.integers(0, 2**64))
def test_no_mutation_is_too_much(number: int) -> None:
    """Demo pages cut, tangled, nested, crowded, recoded and spliced are kept or rejected with a reason of the list."""
    assert fate(NormalizeStage(), mutant(SEEDS, str(number))) in {"kept", *Reason}


SEEDS = seeds(None)[:60]


@examples(deadline=None, max_examples=50)
@given(
    st.binary(max_size=400),
    st.sampled_from(["text/html", "text/plain", "text/markdown", "", "text/html; charset=shift_jis"]),
)
def test_any_bytes_are_kept_or_rejected(body: bytes, content_type: str) -> None:
    """No bytes make the stage raise."""
    assert step(body, content_type) in {"kept", *Reason}


@pytest.mark.parametrize(
    "script",
    [
        "//" * 40_000 + "x",
        "/**/" * 20_000 + "x",
        '{"a": 1}' + " " * 100_000 + "x",
        '{"a": "b"' + "\n" * 60_000 + "x",
        '["' + '"\n' * 30_000,
        "[" * 100_000,
        '{"name":' * 50_000,
        ";" * 50_000 + "{",
        '{"x" ' + '\\"' * 50_000,
        '{"x" ' + "/*" * 50_000,
    ],
)
def test_broken_metadata_takes_no_time(script: str) -> None:
    """JSON-LD that once took time by the power of its length is read or left at once."""
    assert Graph([script]).articles() == []


def test_the_paragraphs_survive_broken_metadata() -> None:
    """A page whose metadata is hopeless is read by what it shows."""
    head = (
        '<script type="application/ld+json">//<![CDATA[\n{"@type": "NewsArticle", "headline": "'
        + "//" * 5000
        + "</script>"
    )
    (outcome,) = NormalizeStage().step([item(page(head=head))])
    assert isinstance(outcome, Keep)
    assert outcome.outputs[0].record.paragraphs == PARAGRAPHS  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<meta name=a content=b>" * 59_000, "<p>A river is a river."),
        ("", "<p>A river is a river.<br>" * 13_000),
        ("", "<h2><a href=/x>A river is a river</a></h2>" * 9_000),
        ("", "<li><a href=/x>A river</a>" * 12_000),
        ("", "<time>yesterday</time>" * 50_000),
        ("", "<p>「" * 20_000),
        ("", "<section class=hentry>" * 25 + "<b class=x>y</b>" * 58_000),
        ("", "<ul><li><a href=/x>A river and a mill</a></li></ul>" * 19_000),
    ],
    ids=["metas", "breaks", "headings", "links", "times", "quotes", "entries", "lists"],
)
def test_a_page_of_one_element_many_times_takes_no_time(head: str, body: str) -> None:
    """What once grew with the square of the number of siblings ends as soon as any page of that size."""
    assert step(page(head=head, body=body)) in {"kept", *Reason}


@pytest.mark.parametrize(
    "text",
    [
        "「" * 200_000,
        "“x " * 60_000,
        "> " * 100_000,
        "# " * 50_000,
        "* a\n" * 15_000,
        "\n\n" * 200_000 + "a\n\nb",
        "[" * 20_000,
        "_" * 100_000,
        "a@" * 50_000,
        "- " * 60_000,
    ],
)
@pytest.mark.parametrize("media", ["text/plain", "text/markdown"])
def test_a_text_of_one_sign_many_times_takes_no_time(text: str, media: str) -> None:
    """Marks of quotation, lists and emphasis by the thousand are read or refused at once."""
    assert step(f"A headline of some words\n\n{text}\n\nThe end.".encode(), media) in {"kept", *Reason}


@pytest.mark.parametrize(
    "url", ["http://[::1", "x", "file:a.txt", "https://a.example/" + "a/" * 2000, "//", "http://a.example:x/"]
)
def test_no_address_is_too_much(url: str) -> None:
    """A page that does not say it is an article is read wherever it was found."""
    (outcome,) = NormalizeStage().step([item(page().replace(b"og:", b"x:"), ce_subject=url)])
    assert isinstance(outcome, Keep)


@pytest.mark.parametrize("width", ["1" * 5000, "²", "-1", "9" * 400 + "px", "١٢"])
def test_no_number_is_too_much(width: str) -> None:
    """Sizes of pictures that are none, or longer than Python reads, cost nothing."""
    picture = f'<figure><img src="/weir.jpg" width="{width}" height="{width}"></figure>'
    body = "".join(f"<p>{one}</p>{picture}" for one in PARAGRAPHS)
    assert step(page(body=body)) == "kept"


BOMB = (
    "<!DOCTYPE html ["
    + "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"a " * 26_000_000, "text/plain", Reason.TOO_LARGE),
        (gzip.compress(b"a " * 26_000_000, 1), "text/html", Reason.TOO_LARGE),
        (b"<div>" * 10_000 + page(), "text/html", Reason.TOO_DEEP),
        (b"<p>x</p>" * 70_000, "text/html", Reason.TOO_LARGE),
        (
            b"<p " + b" ".join(b"a%d=b" % n for n in range(30_000)) + b">" + page(),
            "text/html",
            Reason.TOO_LARGE,
        ),
        (b"> " * 10_000 + b"x", "text/markdown", Reason.EMPTY),
        (b"\0" * 5000, "text/html", Reason.UNDECODABLE),
    ],
    ids=[
        "50 MB",
        "50 MB packed",
        "10,000 deep",
        "many elements",
        "many attributes",
        "quoted 10,000 times",
        "zeros",
    ],
)
def test_what_is_too_much_is_refused_with_its_reason(body: bytes, content_type: str, reason: Reason) -> None:
    """Size, depth and number have limits, and the reject says which was passed."""
    assert step(body, content_type) == reason


@pytest.mark.parametrize("name", ["headline", "author", "correction", "image", "datePublished", "keywords"])
def test_no_property_of_the_data_is_nested_too_deep(name: str) -> None:
    """Brackets by the thousand, closed or not, in whichever property: the page is read."""
    for closed in ("]" * 500 + "}", ""):
        data = f'{{"@type": "NewsArticle", "url": "/news/bridge", "{name}": {"[" * 500}{closed}'
        head = f'<script type="application/ld+json">{data}</script>'
        assert step(page(head=head), "text/html") == "kept"


@pytest.mark.parametrize(
    "body",
    [
        BOMB.encode() + page().replace(b"Monday", b"Monday &i; &i;"),
        page().replace(b"The ", b"The\0 "),
        page() + "<p>Größe, Straße, Fluß</p>".encode("cp1252") + "<p>Größe, Straße</p>".encode(),
    ],
    ids=["entity bomb", "zeros in the text", "two charsets"],
)
def test_what_can_be_read_is_read(body: bytes) -> None:
    """Entities that stand for entities stay unexpanded, zero bytes are left out, a few stray bytes mended: the text is there."""
    (outcome,) = NormalizeStage().step([item(body)])
    assert isinstance(outcome, Keep)
    found = outcome.outputs[0].record
    assert isinstance(found, Article)
    assert len(found.paragraphs[0]) < 200
    assert "was opened to traffic" in found.paragraphs[0]


def test_a_paragraph_of_sixty_thousand_elements_is_not_given_away() -> None:
    """The second reader takes minutes over it: it is not asked."""
    tree = document_fromstring(
        f"<html><body><article><h1>A b c</h1><p>{'<i>x</i>' * 59_000}</p></article></body></html>"
    )
    assert second.read(tree, set(), set()) == []


@pytest.mark.parametrize(
    "field",
    [
        'From: "' + '"' * 5000,
        "From: " + "(" * 5000,
        "Subject: " + "=?utf-8?q?" * 2000,
        "Content-Type: text/plain; " + "((" * 3000,
        "Content-Type: multipart/mixed; boundary=" + "x" * 3000,
    ],
)
def test_no_header_of_a_mail_is_too_much(field: str) -> None:
    """Quotes, comments and encoded words by the thousand in a header cost the field, not the text."""
    text = (
        f"Date: Mon, 2 Mar 2026 21:20:00 +0100\nSubject: Bridge reopens\nFrom: a\n{field}\n\n"
        + "\n\n".join(PARAGRAPHS)
    )
    assert step(text.encode(), "text/plain") == "kept"
    swapped = (
        f"{field}\nDate: Mon, 2 Mar 2026 21:20:00 +0100\nSubject: Bridge reopens\nFrom: a\n\n"
        + "\n\n".join(PARAGRAPHS)
    )
    assert step(swapped.encode(), "text/plain") == "kept"


@pytest.mark.parametrize(
    "body",
    [
        f"<p class=byline>By {'a, ' * 30_000}</p>",
        f"<div class='{'x' * 400_000} {'share ' * 60_000}'>a</div>",
        "<a href='/x'>A river runs by <br><br>" * 20_000,
    ],
    ids=["byline", "names", "links in links"],
)
def test_no_part_of_a_page_is_too_much(body: str) -> None:
    """A byline, a class or a row of links that has no end is cut short; the text is read."""
    (outcome,) = NormalizeStage().step(
        [item(page(body="".join(f"<p>{one}</p>" for one in PARAGRAPHS) + body))]
    )
    assert isinstance(outcome, Keep) or outcome.reason in {Reason.TOO_DEEP, Reason.TOO_LARGE}  # type: ignore[union-attr]
