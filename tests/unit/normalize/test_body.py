"""What is running text on a page, and what only stands among it: one invented page for each class of error."""

import json

import pytest

from consumers.normalize import body, normalize
from consumers.normalize.body import Body
from consumers.normalize.page import Page
from consumers.normalize.second import Choice, Piece
from schemas.records import Block
from tests.unit.normalize.documents import PARAGRAPHS, document, page

HEADLINE = "Bridge reopens after repairs"
MORE = (
    "Carters from the upper valley had gone round by the ferry since the spring, which cost them a day each way and the ferry a rope.",
    "The council has put aside a fund for the next repairs, so that nobody will have to wait for the bridge so long again.",
)


def paragraphs(*texts: str) -> str:
    """The texts as paragraphs of a page."""
    return "".join(f"<p>{text}</p>" for text in texts)


def read(inside: str, head: str = "", summaries: tuple[str, ...] = (), headline: str = HEADLINE) -> Body:
    """The body of a page whose main part is given."""
    text = f"<!DOCTYPE html><html lang=en><head><title>{headline}</title>{head}</head><body>{inside}</body></html>"
    doc = document(text)
    return body.extract(Page(doc, text), [headline], summaries)


def article(inside: str, **kept: str) -> Body:
    """The body of a page with one article element below its headline."""
    return read(f"<main><article><h1>{HEADLINE}</h1>{inside}</article></main>", **kept)  # type: ignore[arg-type]


TEXT = paragraphs(*PARAGRAPHS)


def test_names_that_builders_give_condemn_nothing() -> None:
    """A field whose label is hidden, a part hidden on small screens, a builder's widget and a promoted node are text."""
    for name in (
        "field field-label-hidden",
        "col hidden-xs",
        "elementor-element elementor-widget elementor-widget-text-editor",
        "node node-promoted",
    ):
        found = article(f'<div class="{name}"><p>{PARAGRAPHS[0]}</p></div>{paragraphs(*PARAGRAPHS[1:])}')
        assert found.blocks == PARAGRAPHS, name


def test_an_anchor_made_of_a_sentence_is_no_name() -> None:
    """A slide's id that repeats its title says nothing of what it holds, whatever words are in it."""
    slide = f'<div id="engineers-promoted-the-new-bridge-in-many-popular-talks"><p>{PARAGRAPHS[1]}</p></div>'
    found = article(f"<p>{PARAGRAPHS[0]}</p>{slide}{paragraphs(*PARAGRAPHS[2:])}")
    assert found.blocks == PARAGRAPHS


def test_texts_of_a_gallery_are_the_article() -> None:
    """Captions of one kind that hold most of the page's text are its running text."""
    slides = "".join(
        f"<figure><img src=x.jpg><figcaption>{text}</figcaption></figure>" for text in PARAGRAPHS
    )
    assert article(f"<p>Eleven months of work in four pictures.</p>{slides}").blocks[-4:] == PARAGRAPHS


SHOTS = (
    "The bridge from the east in the morning.",
    "Carters wait at the ferry, one of them asleep.",
    "The chief engineer counts bolts.",
    "Timbers older than the county lie at the yard, and nobody has come for them since the flood.",
    "The band of the village plays.",
)


@pytest.mark.parametrize(
    "slide",
    [
        "<figure><img src=/{n}.jpg><figcaption>{text} Photo: Ana Brandão</figcaption></figure>",
        "<div class=slide><img src=/{n}.jpg><p class=caption>{text}</p></div>",
        "<div class=x><img src=/{n}.jpg><span>{n}/5</span><span>{text}</span></div>",
    ],
)
def test_each_picture_of_a_gallery_tells_a_paragraph(slide: str) -> None:
    """In order, without numbers and credits, behind the introduction if there is one; the page is flagged as a gallery."""
    shown = "".join(slide.format(n=n, text=text) for n, text in enumerate(SHOTS, 1))
    for opening in ((), ("Eleven months of work in five pictures.",)):
        inside = f"{paragraphs(*opening)}<div class=gallery>{shown}</div>"
        found = normalize(document(page(body=inside)))
        assert found.paragraphs == (*opening, *SHOTS)
        assert [flag.name for flag in found.flags] == ["gallery"]
        assert found.captions == ()


def test_pictures_with_captions_in_a_longer_text_make_no_gallery() -> None:
    """Nor do teasers of other stories, with their pictures, below a short one."""
    shown = "".join(
        f"<figure><img src=/{text[:5]}.jpg><figcaption>{text}</figcaption></figure>" for text in SHOTS
    )
    found = normalize(document(page(body=TEXT + paragraphs(*MORE) + shown)))
    assert (found.paragraphs, found.flags) == ((*PARAGRAPHS, *MORE), ())
    teasers = "".join(
        f"<div><img src=/{n}.jpg><h3><a href=/{n}>{text}</a></h3></div>" for n, text in enumerate(SHOTS)
    )
    short = paragraphs(*PARAGRAPHS[:2])
    assert normalize(document(page(body=f"{short}<div>{teasers}</div>"))).paragraphs == PARAGRAPHS[:2]


def test_a_text_kept_in_metadata_alone_is_read_from_there() -> None:
    """Where a page shows its text to scripts only, articleBody is the body, and the provenance says so."""
    data = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n\n".join(PARAGRAPHS)})
    found = article(
        "<div id=app>Loading, please wait.</div>", head=f'<script type="application/ld+json">{data}</script>'
    )
    assert found.blocks == PARAGRAPHS
    assert found.source == "json-ld:articleBody"


def test_the_stated_text_says_where_the_shown_one_ends() -> None:
    """What follows the last paragraph that articleBody has is not the article's; a text that breaks off says nothing."""
    offer = "Read the Gazette for six weeks at the price of four and tell us how you like the crossword."
    whole = " ".join(PARAGRAPHS)
    for said, expected in ((whole, PARAGRAPHS), (whole[:-60], (*PARAGRAPHS, offer))):
        data = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": said})
        found = article(TEXT + f"<p>{offer}</p>", head=f'<script type="application/ld+json">{data}</script>')
        assert found.blocks == expected


def pieces(*texts: str) -> list[Piece]:
    """Texts as plain paragraphs."""
    return [Piece(text) for text in texts]


def test_a_headline_run_together_with_the_first_paragraph_leaves_it() -> None:
    """On a page without any mark-up of its parts but these, in a language without spaces."""
    head, text = (
        "古い橋が再開通",
        "十一か月にわたる修理を終えて、古い橋が月曜日に再び開通した。住民は歓迎している。",
    )
    found = normalize(document(f"<html><body><h1>{head}</h1><p>{text}</p></body></html>"))
    assert (found.headline, found.paragraphs) == (head, (text,))


def test_of_two_readings_the_one_near_the_headline_is_taken() -> None:
    """A longer text far below the headline loses to a shorter one right below it, whichever reader found it."""
    below = [HEADLINE, *PARAGRAPHS, *["A list of other news."] * 60, *MORE]
    short, far = pieces(*PARAGRAPHS), pieces(*MORE * 4)
    choice = Choice((), below, doubtful=False)
    assert choice.second(far, short)
    assert not choice.second(short, far)


def test_of_two_readings_the_one_with_the_words_of_the_summary_is_taken() -> None:
    """The page's own summary says which of two different texts is its article."""
    choice = Choice((PARAGRAPHS[0],), (), doubtful=False)
    assert choice.second(pieces(*MORE), pieces(*PARAGRAPHS))
    assert not choice.second(pieces(*PARAGRAPHS), pieces(*MORE))


def test_a_reading_with_a_little_more_than_the_text_is_not_taken() -> None:
    """The same text with a line of chrome is no better; the same text without one is."""
    plain, more = pieces(*PARAGRAPHS), pieces(*PARAGRAPHS, "Share this page")
    choice = Choice((), (), doubtful=False)
    assert not choice.second(plain, more)
    assert choice.second(more, plain)


def test_a_teaser_below_the_headline_is_the_summary() -> None:
    """What is called a teaser is the article's own lead where it stands right below the headline and links nowhere."""
    lead = "The old bridge over the Weir carries carts and coaches again, eleven months after the flood had shaken it."
    found = article(f'<div class="teaser-text"><p>{lead}</p></div><div class=body>{TEXT}</div>')
    assert found.standfirst is not None
    assert found.standfirst.value == lead
    assert found.blocks == PARAGRAPHS


def test_linked_items_stay_in_a_list_of_the_article() -> None:
    """A list most of whose items are plain keeps those that are links; a list of links alone goes."""
    plain = "<ul><li>forty timbers</li><li><a href=/x>nine hundred bolts</a></li><li>one rope</li></ul>"
    links = "<ul><li><a href=/a>Mill to be sold</a></li><li><a href=/b>Ferry runs late</a></li></ul>"
    blocks = article(TEXT + plain + paragraphs(MORE[0]) + links + paragraphs(MORE[1])).blocks
    assert blocks == (*PARAGRAPHS, "forty timbers", "nine hundred bolts", "one rope", *MORE)


@pytest.mark.parametrize(
    "prompt",
    [
        "Sign up for our <a href=/n>weekly newsletter</a> and never miss a bridge.",
        "Follow the Gazette on <a href=/t>Twitter</a> and <a href=/f>Facebook</a>.",
        "Subscribe now to our e-edition for the <a href=/s>full story</a>.",
        "Lust auf mehr? Melde dich hier für unseren <a href=/n>Newsletter</a> an!",
        "Folgen Sie uns auf <a href=/f>Facebook</a>!",
        "Abonnez-vous à <a href=/n>notre newsletter</a> pour ne rien manquer.",
        "Puede escribirnos a <a href=mailto:x@weirgazette.example>x@weirgazette.example</a>.",
        "Suscríbete a <a href=/n>nuestro boletín</a> y recibe las noticias.",
        "Zapraszamy do subskrypcji tygodnika na <a href=/s>www.weirgazette.example</a>.",
        "Iscriviti alla <a href=/n>nostra newsletter</a>.",
    ],
)
def test_prompts_to_the_reader_are_no_paragraphs(prompt: str) -> None:
    """What asks the reader to subscribe, follow or write is left out, wherever it stands, in any of the languages."""
    blocks = article(paragraphs(*PARAGRAPHS[:3], prompt, PARAGRAPHS[3], *MORE)).blocks
    assert blocks == (*PARAGRAPHS, *MORE)


@pytest.mark.parametrize(
    "prompt",
    [
        "Follow us on Facebook and Twitter.",
        "Follow the Weir Gazette on Instagram, Threads and TikTok",
        "Sign up for our newsletter",
        "Download our app.",
        "Join our WhatsApp channel",
        "Read more on our app",
        "Folgen Sie uns auf Facebook und Instagram.",
        "Jetzt unseren Newsletter abonnieren!",
        "Suivez-nous sur Facebook.",
        "Síguenos en Twitter y Facebook.",
        "Seguici su Facebook e Instagram",
        "Siga-nos no Instagram",
        "Volg ons op Twitter",
        "تابعونا على فيسبوك وتويتر",
        "关注我们的微信公众号",
    ],
)
def test_prompts_without_a_link_are_no_paragraphs(prompt: str) -> None:
    """A line in which the outlet says where else to meet it is left out amid the text and behind it."""
    for at in (1, 3, 6):
        told = [*PARAGRAPHS, *MORE]
        blocks = article(paragraphs(*told[:at], prompt, *told[at:])).blocks
        assert blocks == (*PARAGRAPHS, *MORE)


@pytest.mark.parametrize(
    "line",
    [
        "© 2026 The Weir Gazette. All rights reserved.",
        "Copyright 2026 The Weir Gazette. All rights reserved. This material may not be published or rewritten.",
        "© Weir Gazette GmbH 2026. Alle Rechte vorbehalten.",
        "Tous droits réservés.",
    ],
)
def test_a_line_of_copyright_behind_the_text_is_no_paragraph(line: str) -> None:
    """What says whose the text is; a sentence about copyright stays."""
    told = "Copyright in the plans of 1804 is the county’s, a court said."
    assert article(paragraphs(*PARAGRAPHS, told, line)).blocks == (*PARAGRAPHS, told)


def test_news_about_newsletters_is_kept() -> None:
    """Sentences about subscriptions and speech that asks for something are the article's."""
    told = (
        "The council sends a newsletter to all who had signed up for one before the flood came.",
        "“Follow the river on Facebook,” said the mayor, “and you will see our newsletter grow with it.”",
        "Are the villages halting the flood, or doing more harm than good? Read the full story <a href=/s>here</a>.",
        "Our newsletter reached forty villages before the bridge did, the ferryman said.",
    )
    blocks = article(paragraphs(*told, *PARAGRAPHS)).blocks
    assert blocks == (*(one.replace("<a href=/s>here</a>", "here") for one in told), *PARAGRAPHS)


@pytest.mark.parametrize(
    "lead",
    ["Read more: ", "Lesen Sie auch: ", "À lire aussi » ", "PUEDES VER: ", "Czytaj też: ", "Baca juga: "],
)
def test_lines_that_lead_to_other_articles_are_related(lead: str) -> None:
    """A line such as "Read more: headline" leaves the text and is kept as a related headline."""
    found = article(paragraphs(*PARAGRAPHS[:2], f"{lead}Miller finds a purse of silver", *PARAGRAPHS[2:]))
    assert found.blocks == PARAGRAPHS
    assert [link.headline for link in found.related] == ["Miller finds a purse of silver"]


@pytest.mark.parametrize(
    "caption",
    [
        "Carts on the new planks. | © Ida Holm/Weir Gazette",
        "Figure 2: The arch before and after the repairs.",
        "Abbildung 4: Der Bogen vor der Sperrung.",
        "A carter on the bridge (Photo: Ida Holm)",
    ],
)
def test_paragraphs_labelled_or_credited_as_pictures_are_captions(caption: str) -> None:
    """A paragraph that a picture's label begins or a credit ends goes to the captions."""
    found = article(paragraphs(*PARAGRAPHS[:2], caption, *PARAGRAPHS[2:]))
    assert found.blocks == PARAGRAPHS
    assert found.captions == (caption,)


@pytest.mark.parametrize(
    "ending", ["Pressekontakt:", "More on the bridge:", "Mehr Themen:", "À lire aussi :"]
)
def test_what_stands_behind_the_article_is_left_out(ending: str) -> None:
    """Contacts and lists of other articles end the text, whatever tag their heading has."""
    after = "Weir County Council, Bridge Street 1"
    assert article(paragraphs(*PARAGRAPHS, *MORE * 2, ending, after)).blocks == (*PARAGRAPHS, *MORE * 2)


def test_notes_behind_the_text_are_kept() -> None:
    """Footnotes stay in order, also below a heading that ends the article."""
    note = "[1] P. Ostrander, Timber Bridges of the North, second edition."
    blocks = article(paragraphs(*PARAGRAPHS, *MORE, "Further reading:", "The mill in pictures", note)).blocks
    assert blocks == (*PARAGRAPHS, *MORE, note)


def test_signature_and_author_box_end_no_text() -> None:
    """Initials, an agency's sign and a line about the author at the end are no paragraphs."""
    head = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","author":{"@type":"Person","name":"Ana Brandão"}}</script>'
    bio = "Ana Brandão joined the Gazette in the year of the flood and writes about rivers."
    assert article(paragraphs(*PARAGRAPHS, "ab/WPA", bio), head=head).blocks == PARAGRAPHS


def kinds(found: Body) -> dict[str, str]:
    """Each block that is not plain, with its kind."""
    return {block: kind for block, kind in zip(found.blocks, found.kinds, strict=True) if kind}


def test_paragraphs_are_marked_with_what_they_are() -> None:
    """Subheadings, bold ones too, list items, table rows, quotations and footnotes stay in order, and say what they are."""
    found = article(
        f"<p>{PARAGRAPHS[0]}</p><h2>The repairs</h2><p>{PARAGRAPHS[1]}</p><ul><li>forty timbers</li><li>nine hundred bolts</li></ul>"
        f"<p><strong>What it cost</strong></p><p>{PARAGRAPHS[3]}</p>"
        "<table><tr><th>Part</th><th>Crowns</th></tr><tr><td>Timber</td><td>900,000</td></tr></table>"
        f"<blockquote><p>{MORE[0]}</p></blockquote><p>{MORE[1]}</p><div class=footnotes><p>¹ By the county’s own count.</p></div>"
    )
    assert kinds(found) == {
        "The repairs": "subheading",
        "forty timbers": "list_item",
        "nine hundred bolts": "list_item",
        "What it cost": "subheading",
        "Part | Crowns": "table_row",
        "Timber | 900,000": "table_row",
        MORE[0]: "blockquote",
        "¹ By the county’s own count.": "footnote",
    }
    assert [found.blocks.index(text) for text in kinds(found)] == [1, 3, 4, 5, 7, 8, 9, 11]


def test_tables_that_only_lay_out_the_page_are_no_rows() -> None:
    """Paragraphs in the cells of a table that holds the page stay paragraphs."""
    found = read(f"<table><tr><td><a href=/>Home</a></td><td><h1>{HEADLINE}</h1>{TEXT}</td></tr></table>")
    assert found.blocks == PARAGRAPHS
    assert kinds(found) == {}


NOTES = (
    "Correction: An earlier version gave the number of timbers as thirty.",
    "Correction, March 3, 2026: The bridge is of oak, not of larch.",
    "This article was amended on 3 May 2026 to correct the name of the mill.",
    "An earlier version of this story misstated the cost of the works.",
    "Editor’s note: This story has been corrected to say that the mill is older.",
    "(Corrects spelling of Ostrander in paragraph 3)",
    "Korrektur: Die Brücke ist aus Eiche.",
    "In einer früheren Version dieses Artikels hieß es, die Brücke sei aus Stein.",
    "Rectificatif : le pont est en chêne.",
    "Une version précédente de cet article indiquait que le pont était en pierre.",
    "Fe de erratas: el puente es de roble.",
    "Una versión anterior de este artículo decía que el puente era de piedra.",
    "Errata: a ponte é de carvalho.",
    "Uma versão anterior deste texto dizia que a ponte era de pedra.",
    "Errata corrige: il ponte è di rovere.",
    "In een eerdere versie van dit artikel stond dat de brug van steen was.",
    "Rättelse: Bron är av ek.",
    "Sprostowanie: most jest z dębu.",
    "Исправление: мост построен из дуба.",
    "Dieser Artikel wurde am 6. März korrigiert: Die Brücke ist von 1840.",
    "Dieser Artikel wurde am 6. März 2026 aktualisiert und korrigiert. Die Brücke ist von 1840.",
    "Cet article a été corrigé le 6 mars : le pont date de 1840.",
    "Cet article a été mis à jour le 6 mars 2026 pour corriger la date de construction du pont.",
    "Mise à jour du 6 mars : correction de l’année de construction.",
    "Este artículo fue corregido el 6 de marzo: el puente es de 1840.",
    "Esta noticia se corrigió el 6 de marzo para precisar la fecha.",
    "Questo articolo è stato corretto il 6 marzo: il ponte è del 1840.",
    "Este artigo foi corrigido em 6 de março: a ponte é de 1840.",
    "Dit artikel is op 6 maart gecorrigeerd: de brug is uit 1840.",
    "Artikeln har rättats den 6 mars: bron är från 1840.",
    "Artykuł został poprawiony 6 marca: most zbudowano w 1840 r.",
    "Статья была исправлена 6 марта: мост построен в 1840 году.",
    "Bu haber 6 Mart'ta düzeltildi: köprü 1840 yapımı.",
    "This story was updated on March 6 to correct the year of the bridge.",
    "Updated March 6: This story has been corrected to say that the bridge dates from 1840.",
    "Amended 6 March 2026 to correct the name of the engineer.",
)


@pytest.mark.parametrize("note", NOTES)
def test_correction_notes_are_known_in_many_languages(note: str) -> None:
    """A note stays where it stands, marked as what it is, and is the article's correction: also where date lines stand."""
    for at in (0, 2, 4):
        found = normalize(document(page(body=paragraphs(*PARAGRAPHS[:at], note, *PARAGRAPHS[at:]))))
        assert found.paragraphs == (*PARAGRAPHS[:at], note, *PARAGRAPHS[at:])
        assert found.blocks == (Block(paragraph=at, kind="correction"),)
        assert found.correction == note


@pytest.mark.parametrize(
    "text",
    [
        "An earlier version of the bill would have closed the mill.",
        "In einer früheren Fassung des Gesetzes war die Brücke nicht genannt.",
        "Correction of the river’s course took eleven years.",
        "Korrektur am Kapitalmarkt: Die Kurse fielen um drei Prozent.",
        "Editor’s note: This story describes a flood and may upset some readers.",
        "Corrections officers stood at the gate of the county prison on Monday.",
        "This story was first published on Monday.",
    ],
)
def test_sentences_about_corrections_are_no_notes(text: str) -> None:
    """News about versions of a bill, a market's correction or other notes of the editors are none."""
    found = normalize(document(page(body=paragraphs(*PARAGRAPHS[:2], text, *PARAGRAPHS[2:]))))
    assert found.correction is None


def test_a_note_in_a_box_behind_the_text_is_found() -> None:
    """Where the note stands in an aside or a box so named, it is a paragraph at the end and the correction."""
    for box in ('<aside class="article-note"><p>{}</p></aside>', '<div class="corrections"><p>{}</p></div>'):
        found = normalize(document(page(body=TEXT + box.format(NOTES[2]))))
        assert found.paragraphs == (*PARAGRAPHS, NOTES[2])
        assert found.correction == NOTES[2]


def test_metadata_state_the_correction() -> None:
    """A correction that only the JSON-LD has is the article's, and says where it came from."""
    data = {
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "correction": {"@type": "CorrectionComment", "text": "It is of oak."},
    }
    found = normalize(document(page(head=f'<script type="application/ld+json">{json.dumps(data)}</script>')))
    assert found.correction == "It is of oak."
    assert found.provenance["correction"] == "json-ld:correction"


def test_a_second_headline_is_no_standfirst() -> None:
    """Another h1, or the headline once more, is neither the summary nor a paragraph."""
    for second in (f"<h1>Weir: {HEADLINE} at last</h1>", f"<p>{HEADLINE}</p>"):
        found = normalize(document(page(body=f"{second}<p class=lead>{MORE[0]}</p>{TEXT}")))
        assert found.standfirst == MORE[0]
        assert found.paragraphs == PARAGRAPHS


def test_byline_and_date_behind_the_lead_are_lines() -> None:
    """Who wrote it and when may stand below the lead, which is the standfirst then."""
    found = article(
        paragraphs(
            PARAGRAPHS[0],
            "Von Ida Holm",
            "Artikel veröffentlicht am 3. März 2026, 14:26 Uhr",
            *PARAGRAPHS[1:],
        )
    )
    assert found.standfirst is not None
    assert (found.standfirst.value, *found.blocks) == PARAGRAPHS
    assert len(found.lines) == 2


def test_teasers_of_other_articles_within_the_text_are_left_out() -> None:
    """An article element inside the text whose heading is a link tells of another article; entries without links are the text."""
    teaser = f"<article><h3><a href=/mill>Mill to be sold</a></h3><p>{MORE[0]}</p></article>"
    found = article(paragraphs(*PARAGRAPHS[:2]) + teaser + paragraphs(*PARAGRAPHS[2:]))
    assert found.blocks == PARAGRAPHS
    entries = "".join(
        f"<article><h3>Entry {at}</h3><p>{text}</p></article>" for at, text in enumerate(PARAGRAPHS)
    )
    assert [text for text in article(entries).blocks if text in PARAGRAPHS] == list(PARAGRAPHS)


def test_a_text_of_headings_is_kept_to_its_end() -> None:
    """Headings that end a list of facts are content; one that heads nothing is not."""
    facts = [f"{number}. The bridge has {number * 20} timbers" for number in range(1, 5)]
    listed = TEXT + "".join(f"<h3>{fact}</h3>" for fact in facts)
    assert article(listed).blocks == (*PARAGRAPHS, *facts)
    assert article(TEXT + "<h3>In pictures</h3>").blocks == PARAGRAPHS


def test_a_long_first_paragraph_above_the_rest_is_read() -> None:
    """What stands in a box of its own between a heading that the metadata do not know and the text is the text's beginning."""
    first = " ".join(PARAGRAPHS * 2)
    found = read(
        f"<main><h2>Weir: across the water once more</h2><p>{MORE[0]}</p><div><p>{first}</p></div><div>{TEXT * 6}</div></main>",
        headline="Gazette portrait",
    )
    assert found.standfirst is not None
    assert found.blocks[0] == first


def test_a_line_with_the_length_of_a_film_is_a_caption() -> None:
    """A date and minutes behind a sentence tell that it stands below a film."""
    line = "The chief engineer on how the bridge was saved. 03.03.2026 | 3:18 min"
    found = article(paragraphs(*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]))
    assert found.blocks == PARAGRAPHS
    assert found.captions == (line,)
