"""Documents that are broken, or meant to do harm, end in an article or a clear reject, and soon."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bench.fuzz import fate, seeds
from bench.mutations import mutant
from consumers.normalize import NormalizeStage
from consumers.normalize.jsonld import Graph
from dateline.outcome import Keep
from schemas.reasons import Reason
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
    ],
    ids=["metas", "breaks", "headings", "links", "times", "quotes"],
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
