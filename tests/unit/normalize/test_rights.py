"""Terms of use: stated by the page, its headers or the table of sources; recorded, never guessed."""

import pytest

from consumers.normalize.article import normalize
from consumers.normalize.rights import opt_outs
from consumers.normalize.step import NormalizeStage
from dateline.outcome import Keep
from schemas import envelope
from schemas.records import Article, Rights
from tests.unit.normalize.documents import document, item

BODY = "".join(
    f"<p>Paragraph {n} of the report on the weir says what the council decided.</p>" for n in range(4)
)


def _rights(head: str, **terms: str) -> Rights:
    page = f"<html><head>{head}</head><body><article><h1>The weir</h1>{BODY}</article></body></html>"
    return normalize(document(page, terms=terms)).rights


def test_directives_of_page_and_header_add_up() -> None:
    """Either may reserve; the raw directives are kept beside what they mean."""
    rights = _rights(
        '<meta name="robots" content="max-image-preview:large, NoImageAI">', dl_x_robots_tag="noai, noarchive"
    )
    assert rights.opt_outs == ("noai", "noarchive", "noimageai")
    assert rights.robots == "noai, noarchive"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("none", {"noindex", "nofollow"}),
        ("all, max-snippet:-1, index", set()),
        ("noai, somebot: noindex, nofollow", {"noai"}),
        ("unavailable_after: 1 Jan 2027, noarchive", {"noarchive"}),
        ("*: noai", {"noai"}),
        ("", set()),
    ],
)
def test_only_what_is_said_to_everyone_is_reserved(text: str, found: set[str]) -> None:
    """Directives for one named robot are its own affair."""
    assert opt_outs([text]) == found


@pytest.mark.parametrize(("url", "policy"), [("https://[weir/", "/policy.json"), (None, "https://[policy")])
def test_an_address_that_is_none_names_no_policy(url: str | None, policy: str) -> None:
    """A page whose address or policy's address cannot be read is an article all the same."""
    page = f'<html><head><meta name="tdm-policy" content="{policy}"></head><body><article><h1>The weir</h1>{BODY}'
    stated = document(page, url=url) if url else document(page)
    assert normalize(stated).rights.tdm_policy is None


def test_the_pages_word_on_mining_goes_before_its_servers() -> None:
    """The TDM Reservation Protocol, with the policy's address made absolute."""
    head = '<meta name="tdm-reservation" content="{}"><meta name="tdm-policy" content="/policy.json">'
    reserved = _rights(head.format(1), dl_tdm_reservation="0")
    assert (reserved.opt_outs, reserved.tdm_policy) == (("tdm",), "https://weirgazette.example/policy.json")
    assert _rights(head.format(0), dl_tdm_reservation="1").opt_outs == ()
    assert _rights("", dl_tdm_reservation="1", dl_tdm_policy="https://w.example/p").opt_outs == ("tdm",)


def test_the_word_of_the_sites_file_on_mining_goes_last() -> None:
    """After the server's and the page's; a value that means nothing goes before nothing."""
    file = {"dl_tdm_file": "1", "dl_tdm_file_policy": "https://weirgazette.example/mining"}
    rights = _rights("", **file)
    assert (rights.opt_outs, rights.tdm_policy) == (("tdm",), "https://weirgazette.example/mining")
    assert _rights("", dl_tdm_reservation="0", **file).opt_outs == ()
    assert _rights("", dl_tdm_reservation="maybe", **file).opt_outs == ("tdm",)


def test_a_licence_may_come_by_header_and_terms_by_the_table() -> None:
    """The page's own licence goes first."""
    rights = _rights("", dl_license="https://licences.example/by", dl_rights="by contract of 2026")
    assert (rights.license, rights.usage_terms) == ("https://licences.example/by", "by contract of 2026")
    own = _rights(
        '<link rel="license" href="https://licences.example/nd">', dl_license="https://licences.example/by"
    )
    assert own.license == "https://licences.example/nd"


def test_plain_text_has_the_rights_of_its_transport() -> None:
    """A text file says nothing of robots; its server may."""
    text = "The weir\n\nBy Mara Quill\n\nThe council voted on Tuesday to mend the weir before the winter.\n\nWork begins."
    (outcome,) = NormalizeStage().step(
        [
            item(
                text.encode(),
                "text/plain",
                **{envelope.ROBOTS_TAG: "noai", envelope.SOURCE_RIGHTS: "ask first"},
            )
        ]
    )
    assert isinstance(outcome, Keep)
    article = outcome.outputs[0].record
    assert isinstance(article, Article)
    assert (article.rights.opt_outs, article.rights.usage_terms) == (("noai",), "ask first")
    assert article.provenance["rights.opt_outs"] == "http:X-Robots-Tag"
