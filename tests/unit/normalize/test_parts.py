"""The small readers: charsets, JSON-LD, times, addresses, names, datelines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.normalize import NormalizeError, filed, jsonld, people, times
from consumers.normalize.address import believable, canonical, tidy
from consumers.normalize.decode import decode
from consumers.normalize.evidence import Candidate
from consumers.normalize.strings import clean
from schemas.reasons import Reason


@pytest.mark.parametrize(
    ("charset", "header", "head"),
    [
        ("utf-8", "text/html", ""),
        ("cp1252", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html", '<meta charset="windows-1252">'),
        ("utf-16", "text/html", ""),
        ("cp1250", "text/html", '<meta http-equiv=content-type content="text/html; charset=windows-1250">'),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("cp1252", "text/html; charset=no-such-charset", '<meta charset="cp1252">'),
    ],
)
def test_charsets_are_found(charset: str, header: str, head: str) -> None:
    """Declared in header or markup, by byte order mark, or by being valid UTF-8 whatever is declared."""
    text = f"{head}Zürich – „schön“, Gruß … und so weiter, größer als früher"
    assert decode(text.encode(charset), header).endswith(text[-30:])


def test_undeclared_charsets_are_detected() -> None:
    """Where nothing is declared the bytes themselves decide."""
    text = "Новый мост через реку открыли в понедельник после одиннадцати месяцев ремонта. " * 20
    assert decode(text.encode("cp1251"), "text/html") == text


def test_stray_bytes_do_not_cost_the_page() -> None:
    """A few windows-1252 bytes in a UTF-8 page are read as what they are."""
    body = ("“Grüße” " * 200).encode() + "naïve".encode("cp1252") + b" end"
    assert decode(body, "text/html; charset=utf-8").endswith("naïve end")


def test_bytes_that_are_no_text_are_refused() -> None:
    """Binary data is undecodable, whatever it declares."""
    with pytest.raises(NormalizeError) as caught:
        decode(bytes(range(256)) * 50, "text/html; charset=utf-8")
    assert caught.value.reason == Reason.UNDECODABLE


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"Weir &amp; mill"}',
        '<!-- {"@type":"NewsArticle","headline":"Weir & mill"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Weir & mill"}\n//]]>',
        '{"@type":"NewsArticle","headline":"Weir & mill",}',
        '{"@type":"NewsArticle","headline":"Weir & mill"};',
        '[{"@type":"Organization"},{"@graph":[{"@type":["NewsArticle"],"headline":"Weir & mill"}]}]',
        '{"@type":"WebPage","mainEntity":{"@type":"https://schema.org/ReportageNewsArticle","headline":"Weir & mill"}}',
        '{"@type":"NewsArticle",\n"headline":"Weir & mill"\n"author":"A"}',
        '{"@type":"NewsArticle","headline":"Weir & mill","description":"a\nb"}',
        '{"@type":"NewsArticle","headline":"Weir & mill","description":"he said "no" to it"}',
        '{"@type":"WebSite"}{"@type":"NewsArticle","headline":"Weir & mill"}',
    ],
)
def test_json_ld_is_found_in_any_form(script: str) -> None:
    """Nested, in graphs, in arrays, commented out, with lost or spare commas, with raw line feeds or quotes."""
    articles = jsonld.Graph([script]).articles()
    assert [jsonld.strings(article["headline"]) for article in articles] == [["Weir & mill"]]


def test_references_are_resolved() -> None:
    """An author given by @id is the person of the graph."""
    graph = jsonld.Graph(['{"@graph":[{"@id":"#p","@type":"Person","name":"Ana Brandão"}]}'])
    assert graph.resolve({"@id": "#p"})["name"] == "Ana Brandão"


@given(st.text(max_size=300))
def test_json_ld_never_fails(script: str) -> None:
    """Whatever stands in a script element, reading it raises nothing."""
    jsonld.Graph([script])


@pytest.mark.parametrize(
    ("text", "language", "expected", "note"),
    [
        ("Friday, 07 July, 2017, 9:20pm", None, "2017-07-07T21:20:00+08:00", ", zone of source"),
        ("2024-05-03 15:47:42.389000+00:00", None, "2024-05-03T15:47:42.389000+00:00", ""),
        ("2024-05-03T15:47:42-0400", None, "2024-05-03T15:47:42-04:00", ""),
        ("20240503", None, "2024-05-03T00:00:00+08:00", ", day only, zone of source"),
        ("3. Mai 2024, 17:47 Uhr", "de", "2024-05-03T17:47:00+08:00", ", zone of source"),
        ("May 3, 2024 at 3:47 p.m. EDT", "en", "2024-05-03T15:47:00-04:00", ""),
        ("2024年5月3日 下午3:47", "zh", "2024-05-03T15:47:00+08:00", ", zone of source"),
        ("3/5/2024", "en-GB", "2024-05-03T00:00:00+08:00", ", day only, zone of source"),
        ("3/5/2024", "en-US", "2024-03-05T00:00:00+08:00", ", day only, zone of source"),
        ("Fri, 07 Jul 2017 21:20:00 +0800", None, "2017-07-07T21:20:00+08:00", ""),
        ("1714751262", None, "2024-05-03T15:47:42+00:00", ""),
        ("1 listopada 2020", "pl", "2020-11-01T00:00:00+08:00", ", day only, zone of source"),
        ("1. listopada 2020.", "hr", "2020-10-01T00:00:00+08:00", ", day only, zone of source"),
        ("12:30am, 3 May 2024", "en", "2024-05-03T00:30:00+08:00", ", zone of source"),
        ("3 May 2024 3:47 PM ET", "en", "2024-05-03T15:47:00-04:00", ""),
    ],
)
def test_times_are_read_as_written(text: str, language: str | None, expected: str, note: str) -> None:
    """Offset as given; without one the source's zone, and the note says so."""
    moment = times.parse(text, times.zone_named("Asia/Hong_Kong"), language)
    assert moment is not None
    assert (moment.text, moment.note) == (expected, note)


@given(st.text(max_size=200), st.sampled_from([None, "en", "de", "xx"]))
def test_reading_a_time_never_fails(text: str, language: str | None) -> None:
    """No text makes the reader raise, and what it reads is an aware time."""
    moment = times.parse(text, times.zone_named("UTC"), language)
    assert moment is None or moment.when.tzinfo is not None


@pytest.mark.parametrize("text", ["", "tomorrow", "Room 2024, floor 12", "99 May 2024", "2024-13-45"])
def test_what_is_no_date_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert times.parse(text, times.zone_named("UTC")) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?utm_source=rss&id=5&fbclid=1#top", "https://a.example/x?id=5"),
        ("https://a.example/x/amp/", "https://a.example/x"),
        ("https://a.example/x.amp.html", "https://a.example/x.html"),
        ("https://a.example/x?outputType=amp", "https://a.example/x"),
        ("https://a-example.cdn.ampproject.org/v/s/a.example/x/amp/", "https://a.example/x"),
        ("HTTPS://A.example:443/x", "https://a.example/x"),
        ("mailto:x@a.example", None),
    ],
)
def test_addresses_are_tidied(url: str, expected: str | None) -> None:
    """AMP and tracking are undone; what is no web address is none."""
    assert tidy(url) == expected


def test_a_canonical_url_must_be_believable() -> None:
    """Not another site's, not the front page; then the fetched URL counts."""
    found_at = "https://www.weirgazette.example/news/bridge?ref=rss"
    assert believable("https://weirgazette.example/news/the-bridge", found_at)
    wrong = [
        Candidate("https://www.weirgazette.example/", "home"),
        Candidate("https://www.weirgazette.example/en/", "home in a language"),
        Candidate("https://elsewhere.test/news/bridge", "other site"),
        Candidate("http://[broken", "broken"),
    ]
    assert canonical(wrong, found_at) == Candidate(
        "https://www.weirgazette.example/news/bridge", "fetched URL"
    )
    assert (
        canonical([*wrong, Candidate("/n/1", "link")], found_at).value
        == "https://www.weirgazette.example/n/1"
    )


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ana Brandão and Declan Farrelly", ["Ana Brandão", "Declan Farrelly"]),
        ("Von Jana Richter, Tom Wülfing und Eva Ahlers", ["Jana Richter", "Tom Wülfing", "Eva Ahlers"]),
        ("Par Léa Morel", ["Léa Morel"]),
        ("Written by: Ana Brandão (Lisbon)", ["Ana Brandão"]),
        ("Ana Brandão | ana@a.example", ["Ana Brandão"]),
        ("Reuters", []),
        ("The Weir Gazette", []),
    ],
)
def test_bylines_are_split_into_people(byline: str, names: list[str]) -> None:
    """Without "By", agencies, addresses and the site's own name."""
    assert list(people.people(people.split(byline), ["The Weir Gazette"])) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HAMBURG, July 7 (Wire) — The leaders met.", ("HAMBURG", "July 7", "Wire")),
        ("KIRUNA, Sweden, March 4 (Northlight) — Ice moved.", ("KIRUNA, Sweden", "March 4", "Northlight")),
        ("SUVA — Ministers agreed.", ("SUVA", None, None)),
        ("SUVA—Ministers agreed.", ("SUVA", None, None)),
        ("Suva, 7 de julho (Lusa) – Os ministros", ("Suva", "7 de julho", "Lusa")),
        ("SUVA, July 7, 2026 /PRNewswire/ -- Ministers", ("SUVA", "July 7, 2026", "PRNewswire")),
        ("Berlin (dpa) - Der Rat tagt.", ("Berlin", None, "dpa")),
    ],
)
def test_datelines_are_parsed(text: str, expected: tuple[str, str | None, str | None]) -> None:
    """Place, date and agency."""
    dateline = filed.read(text)
    assert dateline is not None
    assert (dateline.place, dateline.date, dateline.agency) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The vote was close – very close.",
        "A week later - nothing.",
        "“No” — that was all.",
        "Mayor: I will not go.",
        "Suva (Fiji) - The day had begun.",
        "Suva/Nadi – the day had begun.",
        "The mayor said in Suva, July 7 - it was late.",
        "Odo, 7 years (old) - said so.",
    ],
)
def test_prose_is_no_dateline(text: str) -> None:
    """A dash in a sentence makes no dateline."""
    assert filed.read(text) is None


@given(st.text(max_size=200))
def test_cleaning_is_idempotent(text: str) -> None:
    """Cleaning what is clean changes nothing."""
    assert clean(clean(text)) == clean(text)
