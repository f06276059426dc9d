"""What is no article is refused with what it is; what only looks like it is kept."""

import pytest

from bench.nonarticles import Invented, pages
from consumers.normalize import NormalizeError, normalize
from schemas.reasons import Reason
from tests.unit.normalize.documents import PARAGRAPHS, document, page

INVENTED = list(pages())
LONG = "".join(f"<p>{one}</p>" for one in PARAGRAPHS * 3)


@pytest.mark.parametrize("one", INVENTED[::3], ids=lambda one: f"{one.kind} {one.url[-20:]}")
def test_pages_that_are_no_article_are_refused(one: Invented) -> None:
    """Error pages with status 200, walls, front pages and listings of several languages and makes; the message says which."""
    with pytest.raises(NormalizeError) as caught:
        normalize(document(one.body, url=one.url))
    assert caught.value.reason == Reason.NOT_AN_ARTICLE
    assert caught.value.message.startswith(one.kind)


@pytest.mark.parametrize(
    "headline",
    ["Page not found", "Just a moment", "Log in", "Cookies and your privacy", "404", "Access denied"],
)
def test_an_article_by_such_a_name_is_kept(headline: str) -> None:
    """A headline alone refuses nothing that has a text, even where the page states nowhere that it is an article."""
    body = f"<html><head><title>{headline}</title></head><body><h1>{headline}</h1>{LONG}</body></html>"
    assert normalize(document(body)).headline == headline


def test_an_article_on_consent_is_kept() -> None:
    """News about cookies, in the third person, is no wall."""
    told = (
        "The court ruled on Monday that cookies need consent and that partners may not store data before it is given.",
        "Data protection officers welcomed the ruling on tracking; personal data had been processed without consent for years.",
        "The ministry said that consent for cookies would have to be asked anew from June.",
    )
    body = "<h1>Court rules on cookies and consent</h1>" + "".join(f"<p>{one}</p>" for one in told)
    assert normalize(document(f"<html><body>{body}</body></html>")).paragraphs == told


@pytest.mark.parametrize("path", ["/", "/tag/rivers", "/news/page/2/", "/category/news/short"])
def test_an_article_at_the_address_of_a_listing_is_kept(path: str) -> None:
    """An address alone refuses nothing, nor does a list of other stories below the text."""
    teasers = "".join(
        f"<h3><a href='/news/{n}'>Another story of the valley, number {n}</a></h3>" for n in range(12)
    )
    body = page(body=f"{LONG}<aside class='related'>{teasers}</aside>").replace(b"og:title", b"og:x")
    assert normalize(document(body, url=f"https://weirgazette.example{path}")).paragraphs[0] == PARAGRAPHS[0]


RACES = [f"Rowers of the upper valley win race {n} on the Weir" for n in range(20)]
SUMMARY = "Crews from six villages came to the start on Sunday morning, and four of them reached the mill before the rain."


@pytest.mark.parametrize(
    "teaser",
    [
        f"<article><h3><a href='/s/{{n}}'>{{title}}</a></h3><p>{SUMMARY}</p></article>",
        "<div class=card><a href='/s/{n}'><span>{title}</span></a><p>A short summary of the race.</p></div>",
        "<ul><li><a href='/s/{n}'>{title}</a></li></ul>",
        "<p><a href='/s/{n}'>{title}</a></p>",
    ],
)
@pytest.mark.parametrize("path", ["/sport/", "/news/sport", "/sport/rowing-results"])
def test_a_section_page_without_signs_of_its_own_is_refused(teaser: str, path: str) -> None:
    """Linked headlines below a bare name, at an address of bare names, with no metadata to say what the page is."""
    listed = "".join(teaser.format(n=n, title=title) for n, title in enumerate(RACES))
    body = f"<html><head><title>Sport | The Weir Gazette</title></head><body><main><h1>Sport</h1>{listed}</main></body></html>"
    with pytest.raises(NormalizeError) as caught:
        normalize(document(body, url=f"https://weirgazette.example{path}"))
    assert (caught.value.reason, caught.value.message.split(":")[0]) == (
        Reason.NOT_AN_ARTICLE,
        "section, tag or search page",
    )


@pytest.mark.parametrize("path", ["/sport/", "/news/sport/bridge"])
def test_an_article_with_a_short_headline_at_such_an_address_is_kept(path: str) -> None:
    """A running text is no listing, whatever stands below it."""
    listed = "".join(f"<li><a href='/s/{n}'>{title}</a></li>" for n, title in enumerate(RACES))
    body = (
        f"<html><head><title>Bridge</title></head><body><h1>Bridge</h1>{LONG}<ul>{listed}</ul></body></html>"
    )
    assert normalize(document(body, url=f"https://weirgazette.example{path}")).paragraphs[0] == PARAGRAPHS[0]


def test_what_states_to_be_an_article_is_kept_whatever_surrounds_it() -> None:
    """Short news among many linked headlines, with structured data, is no listing."""
    teasers = "".join(
        f"<h3><a href='/news/{n}'>Another story of the valley, number {n}</a></h3>" for n in range(30)
    )
    head = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Bridge reopens after repairs"}</script>'
    body = page(head=head, body=f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[3]}</p>{teasers}")
    assert (
        normalize(document(body, url="https://weirgazette.example/tag/")).headline
        == "Bridge reopens after repairs"
    )


def test_an_error_in_plain_text_is_refused() -> None:
    """So is what a server wrote without markup."""
    with pytest.raises(NormalizeError) as caught:
        normalize(
            document(
                "404 Not Found\n\nThe requested URL was not found on this server.\n\nnginx", "text/plain"
            )
        )
    assert caught.value.reason == Reason.NOT_AN_ARTICLE


@pytest.mark.parametrize(
    "said",
    [
        "You will be connected to weirgazette.example in just a moment...",
        "Checking your browser before you go on.",
        "Please enable JavaScript and cookies to continue",
    ],
)
def test_a_challenge_without_a_headline_is_refused_as_one(said: str) -> None:
    """What it says in a paragraph tells it, on a page with hardly any text."""
    body = f"<html><body><p>{said}</p><p>Learn about the service that keeps robots away from this site.</p></body></html>"
    with pytest.raises(NormalizeError) as caught:
        normalize(document(body))
    assert (caught.value.reason, caught.value.message.split(":")[0]) == (
        Reason.NOT_AN_ARTICLE,
        "challenge to robots",
    )
