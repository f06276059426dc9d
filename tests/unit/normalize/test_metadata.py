"""What pages state besides their text: each convention read, each contradiction seen."""

import pytest

from consumers.normalize import explain, filed, normalize
from consumers.normalize.agencies import credited, named
from consumers.normalize.credit import at_end
from consumers.normalize.images import credit_apart
from consumers.normalize.jsonld import Graph
from consumers.normalize.length import measured
from consumers.normalize.people import people, split
from schemas.records import Article
from tests.unit.normalize.documents import FETCHED, document, page


def article(head: str = "", body: str | None = None, **fields: str) -> Article:
    """What is read from the invented page with that head."""
    return normalize(document(page(head, body), **fields))


def ld(properties: str) -> str:
    """A script with an article's properties."""
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {properties}}}</script>'


@pytest.mark.parametrize(
    "script",
    [
        """{'@type': 'NewsArticle', 'headline': 'It\\'s back', 'author': ['Mara Quill', 'Odo'],}""",
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;It's back&quot;}",
        """<!--//--><![CDATA[//><!--\n{"@type": "NewsArticle", "headline": "It's back"}\n//--><!]]>""",
        """{"type": "NewsArticle", "headline": "It's back"};""",
        """{"@type": "https://schema.org#NewsArticle", "headline": {"@value": "It's back"}}""",
        """{"@type": "NewsArticle", // ours\n"url": "https://weir.example" /* so */, "headline": "It's back"}""",
        """{"@type": "NewsArticle" "headline": "It's back", "keywords": ["a" "b"]}""",
        """{"@type": "NewsArticle", "headline": "It's back", "author": [{"name": "Mara Quill"}, {"na""",
        """{"@type": "NewsArticle", "headline": "It's back", "articleBody": "The boats""",
        """{"@type": "NewsArticle", "headline": "It's back"}]""",
    ],
)
def test_broken_json_ld_is_mended(script: str) -> None:
    """Single quotes, entities, comments within, commas that lack, a cut in the middle and other spellings of a type cost nothing."""
    (node,) = Graph([script]).articles()
    assert "It's back" in str(node["headline"])


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Roe Chief Political Correspondent", ["Jane Roe"]),
        ("By Jane Roe and Tom Lee in Berlin", ["Jane Roe", "Tom Lee"]),
        ("Jane Roe, BBC News, Paris", ["Jane Roe"]),
        ("By Jane Roe Email the author", ["Jane Roe"]),
        ("Reporting by Jane Roe and Tom Lee; Editing by Ann Poe", ["Jane Roe", "Tom Lee"]),
        ("Text: Eva Klein; Fotos: Max Muster", ["Eva Klein"]),
        ("Mara Quill, Odo Marl, and Ida Fenwick", ["Mara Quill", "Odo Marl", "Ida Fenwick"]),
        ("By Mara Quill, Chief Reporter, and Odo Marl in Hamburg", ["Mara Quill", "Odo Marl"]),
        ("Par Jean Dupont avec AFP", ["Jean Dupont"]),
        ("Por Ana Gil y Luis Mar, corresponsal en Roma", ["Ana Gil", "Luis Mar"]),
        ("Door Jan de Vries en Piet Bos", ["Jan de Vries", "Piet Bos"]),
        ("Af Mette Holm og Lars Dam", ["Mette Holm", "Lars Dam"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("記者 王小明", ["王小明"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("【記者王小明、李大華／台北報導】", ["王小明", "李大華"]),
        ("(記者王小明台北報導)", ["王小明"]),
        ("文・山田太郎", ["山田太郎"]),
        ("홍길동 기자", ["홍길동"]),
        ("By INA MUSTER, Chief Reporter", ["INA MUSTER"]),
        ("BY INA MUSTER AND PAUL ROE", ["INA MUSTER", "PAUL ROE"]),
        ("By INA MUSTER The Weir Gazette", ["INA MUSTER"]),
        ("By Ina Muster — Chief Reporter", ["Ina Muster"]),
        ("By Ina Muster - Staff Writer", ["Ina Muster"]),
        ("Von Prof. Dr. Ina Muster", ["Ina Muster"]),
        ("Dr. med. Ina Muster", ["Ina Muster"]),
        ("By Mrs Ina Muster, Ph.D.", ["Ina Muster"]),
        ("By Dr. Muster", ["Dr. Muster"]),
        ("admin", []),
    ],
)
def test_bylines_lose_jobs_places_prompts_and_editors(byline: str, names: list[str]) -> None:
    """What is left are the people who wrote it."""
    assert list(people(split(byline))) == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By INA MUSTER, Chief Reporter", ("INA MUSTER",)),
        ("By Ina Muster, M.D.", ("Ina Muster",)),
        ("Ina Muster, Redakteurin", ("Ina Muster",)),
        ("記者王小明／台北報導", ("王小明",)),
        ("김하나 기자", ("김하나",)),
    ],
)
def test_a_byline_in_a_plain_paragraph_names_the_author(byline: str, names: tuple[str, ...]) -> None:
    """Also in capitals, with a job instead of "By", and in East Asian languages; it is no paragraph of the text."""
    found = article(body=f"<p>{byline}</p>{LONG}")
    assert found.authors == names
    assert byline not in found.paragraphs


@pytest.mark.parametrize(
    "byline",
    ["Par Mara Quill (avec AFP)", "Mara Quill, mit AFP", "Mara Quill (AFP)", "By Mara Quill with AFP"],
)
def test_a_byline_may_name_an_agency_beside_people(byline: str) -> None:
    """In brackets or behind a comma, with the language's word for with."""
    assert credited(byline) == ["AFP"]


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Deutsche Presse-Agentur", "dpa"),
        ("The Associated Press", "AP"),
        ("新华社", "Xinhua"),
        ("Jane Roe", None),
        ("Beta", None),
    ],
)
def test_agencies_are_known_by_their_names(text: str, credit: str | None) -> None:
    """Any of an agency's names gives its own; a sign that is a common word gives none."""
    assert named(text) == credit


def test_a_credit_may_name_several() -> None:
    """In order, each once, people and editors' signs aside."""
    assert credited("Jane Roe, dpa/lnw, AFP and Deutsche Presse-Agentur") == ["dpa", "AFP"]


@pytest.mark.parametrize(
    ("last", "credit"),
    [
        ("The boats are back. (dpa)", "dpa"),
        ("The boats are back. (AFP, Reuters)", "AFP, Reuters"),
        ("dpa/lnw", "dpa"),
        ("Quelle: SDA", "Keystone-SDA"),
        ("Reporting by Jane Roe; editing by Tom Lee", "Reuters"),
        ("The boats are back (all of them).", None),
        ("She spoke to Reuters.", None),
    ],
)
def test_the_end_of_a_text_may_credit_an_agency(last: str, credit: str | None) -> None:
    """A sign or a source line does; a mention does not."""
    assert at_end(["The masts were counted twice.", last]) == credit


@pytest.mark.parametrize(
    ("text", "place", "date", "agency"),
    [
        ("(ANSA) - ROMA, 07 LUG - Le barche", "ROMA", "07 LUG", "ANSA"),
        ("(Reuters) - The boats", None, None, "Reuters"),
        ("MADRID, 7 (EUROPA PRESS) Los barcos", "MADRID", "7", "EUROPA PRESS"),
        ("МОСКВА, 7 июля. /ТАСС/. Лодки", "МОСКВА", "7 июля", "ТАСС"),
        ("新华社北京7月7日电 船", "北京", "7月7日", "新华社"),
        ("[東京 7日 ロイター] - 船", "東京", "7日", "ロイター"),
        ("(서울=연합뉴스) 김하나 기자 = 배는", "서울", None, "연합뉴스"),
        ("Москва. 7 июля. ИНТЕРФАКС - Лодки", "Москва", "7 июля", "ИНТЕРФАКС"),
        ("Madrid, 7 de julio de 2024 (EFE).- Los barcos", "Madrid", "7 de julio de 2024", "EFE"),
        ("BERLIN dpa | Die Boote", "BERLIN", None, "dpa"),
    ],
)
def test_datelines_of_other_orders(text: str, place: str | None, date: str | None, agency: str) -> None:
    """The agency may stand first, or between slashes, or in one word with the rest."""
    found = filed.read(text)
    assert found is not None
    assert (found.place, found.date, found.agency) == (place, date, agency)


def test_laughter_is_no_dateline() -> None:
    """Brackets hold an agency only where it is known or in capitals."""
    assert filed.read("(laughs) - He said nothing.") is None


def test_published_and_modified_are_never_mixed() -> None:
    """A page that only says when it was changed has no time of publication but what htmldate finds elsewhere."""
    found = article(ld('"headline": "Bridge", "dateModified": "2026-03-04T10:00:00+01:00"'))
    assert (found.published, found.modified) == (None, "2026-03-04T10:00:00+01:00")


@pytest.mark.parametrize(
    ("stated", "reason"),
    [("2036-01-01T00:00:00Z", "after the fetch"), ("1970-01-01T00:00:00Z", "before 1990")],
)
def test_a_time_that_cannot_be_is_doubted(stated: str, reason: str) -> None:
    """It is not taken, another place is, and the record says so."""
    found = article(
        ld(f'"datePublished": "{stated}"') + '<meta name="pubdate" content="2026-03-02T08:00:00+02:00">'
    )
    assert found.published == "2026-03-02T08:00:00+02:00"
    assert (found.doubts[0].field, found.doubts[0].value, found.doubts[0].reason) == (
        "published",
        stated,
        reason,
    )


def test_a_labelled_date_in_the_future_is_doubted() -> None:
    """So is what the page shows as its publication, though no data say it."""
    found = article(body=f"<p>Published: 2 March 2036</p>{LONG}")
    assert found.published is None
    assert [(doubt.field, doubt.reason) for doubt in found.doubts] == [("published", "after the fetch")]


def test_hours_ahead_are_kept_and_doubted() -> None:
    """Local time that calls itself UTC runs ahead of the fetch: the only time there is, and flagged."""
    found = article(ld('"datePublished": "2026-03-05T14:00:00Z"'))
    assert found.published == "2026-03-05T14:00:00+00:00"
    assert [doubt.reason for doubt in found.doubts] == ["after the fetch"]


def test_a_change_before_the_publication_is_flagged() -> None:
    """Both times are kept as given."""
    found = article(ld('"datePublished": "2026-03-04T10:00:00Z", "dateModified": "2026-03-03T10:00:00Z"'))
    assert [doubt.field for doubt in found.doubts] == ["modified"]
    assert found.doubts[0].reason.startswith("before published")


def test_the_offset_shown_for_one_time_holds_for_the_other() -> None:
    """UTC in the data and the local clock on the page tell the offset; a publication just before is put in it too."""
    found = article(
        ld('"datePublished": "2026-03-01T23:01:00Z", "dateModified": "2026-03-02T15:58:00Z"'),
        f"<p>Updated 2 March 2026 16:58</p>{LONG}",
    )
    assert (found.published, found.modified) == ("2026-03-02T00:01:00+01:00", "2026-03-02T16:58:00+01:00")


LONG = "".join(f"<p>{text}</p>" for text in (
    "The old bridge over the Weir was opened to traffic again on Monday after eleven months of repairs, as everyone knows.",
    "Engineers had replaced forty of its sixty timbers, some of which were older than the county, and drivers were glad of it.",
    "The works cost two million crowns, a third less than planned. A second bridge is to follow next summer, or the one after.",
))  # fmt: skip


def test_times_told_from_now_are_a_last_resort() -> None:
    """ "2 hours ago" is counted from the fetch where nothing else says when."""
    found = article(body=f"<p class='stamp'>2 hours ago</p>{LONG}")
    assert found.published == "2026-03-05T10:00:00+00:00"
    assert found.provenance["published"].endswith("told from the fetch")
    assert FETCHED.startswith("2026-03-05T12:00")


def test_a_british_numeric_date_has_the_day_first() -> None:
    """The language of the page decides what 02/03/2026 is."""
    body = page(body=f"<p class='date'>02/03/2026</p>{LONG}").replace(b'lang="en-GB"', b'xml:lang="en-GB"')
    assert normalize(document(body)).published == "2026-03-02T00:00:00+00:00"


def test_names_of_date_metadata_are_read_by_their_letters() -> None:
    """An outlet's own spelling of a common name, and a name of its own, count."""
    spelled = article('<meta name="article:published:time" content="2026-03-02T08:00:00Z">')
    own = article('<meta name="weir:PublicationDate" content="2026-03-02T08:00:00Z">')
    assert spelled.published == own.published == "2026-03-02T08:00:00+00:00"


def test_the_alternative_title_is_not_the_headline() -> None:
    """Where the data call the title for sharing alternative, the shown one is the headline."""
    head = '<meta property="og:title" content="This bridge will surprise you">' + ld(
        '"headline": "Bridge reopens after repairs", "alternativeHeadline": "This bridge will surprise you"'
    )
    body = page(head).replace(b'<meta property="og:title" content="Bridge reopens after repairs">', b"")
    assert normalize(document(body)).headline == "Bridge reopens after repairs"


def test_the_kicker_inside_the_heading_is_not_the_headline() -> None:
    """An element so named is cut from the h1."""
    body = f'<html><body><article><h1><span class="overline">Weir</span> Bridge reopens</h1>{LONG}</article></body></html>'
    found = normalize(document(body))
    assert (found.kicker, found.headline) == ("Weir", "Bridge reopens")


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Masts in the harbour. (Photo: Ada Pell)", "Masts in the harbour.", "Ada Pell"),
        ("Foto: Ada Pell/dpa", None, "Ada Pell/dpa"),
        ("A view of the harbour REUTERS/Ada Pell", "A view of the harbour", "REUTERS/Ada Pell"),
        ("Le port © AFP", "Le port", "AFP"),
        ("A man walks (left) by the sea.", "A man walks (left) by the sea.", None),
    ],
)
def test_captions_and_credits_are_told_apart(text: str, caption: str | None, credit: str | None) -> None:
    """The credit goes to its own field, the caption stays to the letter."""
    assert credit_apart(text) == (caption, credit)


def test_pictures_are_the_articles_own() -> None:
    """The largest rendition, once; no portrait of the author, no teaser of another article, no tiny sign."""
    body = f"""<p class="byline">By <a rel="author">Mara Quill</a><img src="/mara-quill.jpg" alt="Mara Quill"></p>
    <figure><img src="/a-320.jpg" srcset="/bridge-320.jpg 320w, /bridge-1280.jpg 1280w"><figcaption>The bridge.</figcaption></figure>
    {LONG}<p><a href="/other"><img src="/other-article.jpg"></a><img src="/dot.png" width="1"></p>"""
    found = article(body=body)
    assert [(one.url, one.caption) for one in found.images] == [
        ("https://weirgazette.example/bridge-1280.jpg", "The bridge.")
    ]


def test_links_are_those_of_the_text() -> None:
    """Absolute, without tracking; not those of menus or of the page itself."""
    found = article(
        body=LONG.replace("two million crowns", '<a href="/costs?fbclid=1">two million crowns</a>')
    )
    assert [(one.url, one.text) for one in found.links] == [
        ("https://weirgazette.example/costs", "two million crowns")
    ]


def test_the_address_names_the_section_that_the_menu_names() -> None:
    """Where nothing else says it."""
    body = page().replace(b'<a href="/sport">Sport</a>', b'<a href="/news">Town news</a>')
    assert normalize(document(body)).section == "Town news"


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["one two three-four don't"], (4, 1)),
        (["船が出た。"], (4, 1)),
        ([], (0, 0)),
        (["word " * 714], (714, 3)),
    ],
)
def test_length(paragraphs: list[str], expected: tuple[int, int]) -> None:
    """Words, or signs where words are not apart; a minute at least."""
    assert measured(paragraphs) == expected


def test_the_evidence_holds_what_was_not_chosen() -> None:
    """Each field has its candidates, and what was chosen with its source."""
    article, evidence = explain(document(page(ld('"headline": "Bridge reopens", "author": "Mara Quill"'))))
    assert evidence.values["authors"] == ("Mara Quill",)
    assert evidence.values["charset"] == "utf-8"
    assert "charset" not in article.provenance
    assert {one.source for one in evidence.candidates["headline"]} >= {
        "meta:og:title",
        "json-ld:headline",
        "html:h1",
    }


def test_a_byline_below_the_standfirst_is_read() -> None:
    """Though the standfirst reads like the text's beginning; lines that lead elsewhere keep their address."""
    body = (
        "<div class='deck'>After eleven months of repairs, traffic is back on the old bridge over the Weir.</div>"
        "<div>By Mara Quill, Odo Marl, and Ida Fenwick (with AFP)</div><div>2 March 2026</div>"
        f"{LONG}<p>Read also: <a href='/ferry'>The ferry sails again</a></p><p>The mill stands still as well, since nobody is left who knows it.</p>"
    )
    found = article(body=body)
    assert (found.authors, found.credit) == (("Mara Quill", "Odo Marl", "Ida Fenwick"), "AFP")
    assert [(one.headline, one.url) for one in found.related] == [
        ("The ferry sails again", "https://weirgazette.example/ferry")
    ]


@pytest.mark.parametrize(
    "lines", ["<p>By Mara Quill</p>", "<p>2 March 2026, 21:20</p>", "<p>By Mara Quill | 2 March 2026</p>"]
)
def test_a_paragraph_above_byline_and_date_is_the_standfirst(lines: str) -> None:
    """Whatever its element is called; a byline above the first paragraph makes that one text."""
    lead = "The works took eleven months and cost a third less than the county had planned for them."
    found = article(body=f"<p>{lead}</p>{lines}{LONG}")
    assert (found.standfirst, found.provenance["standfirst"]) == (lead, "html:above byline")
    assert lead not in found.paragraphs
    below = article(body=f"{lines}<p>{lead}</p>{LONG}")
    assert (below.standfirst, below.paragraphs[0]) == (None, lead)


@pytest.mark.parametrize(
    "prompt",
    [
        "Sign up for our newsletter and get the coast in your inbox.",
        "Suscríbete a nuestro boletín y recibe las noticias en tu correo.",
        "Inscrivez-vous à notre newsletter",
        "Melden Sie sich für unseren Newsletter an!",
        "Iscriviti alla nostra newsletter",
        "Schrijf je in voor onze nieuwsbrief.",
    ],
)
def test_newsletter_prompts_among_the_paragraphs_go(prompt: str) -> None:
    """Without a link and without a box of their own, too; a sentence that tells of a newsletter stays."""
    told = "The parish newsletter said on Monday that the works had cost two million crowns, a third less than planned."
    found = article(body=f"{LONG}<p>{prompt}</p><p>{told}</p>{LONG.replace('bridge', 'mill')}")
    assert prompt not in found.paragraphs
    assert told in found.paragraphs


@pytest.mark.parametrize(
    ("heading", "standfirst"),
    [
        ("<h2>After six hours of debate the money is found at last</h2>", True),
        ("<h2>Six hours of debate</h2>", False),
        ("<h2>Who is to pay for all this when the winter comes?</h2>", False),
    ],
)
def test_a_long_heading_above_the_first_paragraph_is_the_standfirst(heading: str, standfirst: bool) -> None:
    """A short one, or a question, is the text's first subheading."""
    found = normalize(
        document(f"<html><body><article><h1>Bridge reopens</h1>{heading}{LONG}</article></body></html>")
    )
    assert (found.standfirst is not None) == standfirst
    assert any(block.kind == "subheading" for block in found.blocks) != standfirst
