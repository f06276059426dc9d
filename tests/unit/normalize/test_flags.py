"""Flags say what kind of piece it is, and by whose word; language and script are the text's."""

import json

import pytest

from consumers.normalize import normalize
from schemas.records import Article
from tests.unit.normalize.documents import PARAGRAPHS, document, page


def script(**fields: object) -> str:
    """A script element with the article's structured data."""
    stated = {"@type": "NewsArticle", "headline": "Bridge reopens after repairs", **fields}
    return f'<script type="application/ld+json">{json.dumps(stated)}</script>'


def flags(found: Article) -> dict[str, tuple[str, ...]]:
    return {flag.name: flag.evidence for flag in found.flags}


@pytest.mark.parametrize(
    ("head", "name", "evidence"),
    [
        (script(isAccessibleForFree=False), "paywall", 'json-ld:isAccessibleForFree "false"'),
        (script(isAccessibleForFree="False"), "paywall", 'json-ld:isAccessibleForFree "false"'),
        (script(hasPart={"@type": "WebPageElement", "isAccessibleForFree": "http://schema.org/False"}), "paywall", 'json-ld:isAccessibleForFree "http://schema.org/false"'),
        ('<meta property="article:content_tier" content="locked">', "paywall", 'meta:article:content_tier "locked"'),
        (script(**{"@type": "LiveBlogPosting"}), "live_blog", "json-ld:LiveBlogPosting"),
        (script(**{"@type": ["NewsArticle", "OpinionNewsArticle"]}), "opinion", "json-ld:OpinionNewsArticle"),
        (script(articleSection=["News", "Kommentar"]), "opinion", 'json-ld:articleSection "Kommentar"'),
        (script(genre="Press release"), "press_release", 'json-ld:genre "Press release"'),
        ('<meta property="og:type" content="video.other">', "video", 'meta:og:type "video.other"'),
    ],
)  # fmt: skip
def test_pages_are_flagged_by_what_they_state(head: str, name: str, evidence: str) -> None:
    """Structured data and metadata, in their several spellings."""
    assert flags(normalize(document(page(head=head)))) == {name: (evidence,)}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/opinion/2026/bridge", "opinion"),
        ("/politik/kommentare/bruecke", "opinion"),
        ("/press-releases/bridge", "press_release"),
        ("/fotostrecke/bruecke", "gallery"),
        ("/live/bridge", "live_blog"),
        ("/videos/bridge", "video"),
    ],
)
def test_pages_are_flagged_by_their_address(path: str, name: str) -> None:
    """A whole segment of the path names the kind."""
    segment = path.split("/")[-2] if name == "opinion" and "politik" in path else path.split("/")[1]
    assert flags(normalize(document(page(), url=f"https://weirgazette.example{path}"))) == {
        name: (f'url "/{segment}/"',)
    }


@pytest.mark.parametrize(
    "path", ["/news/opinion-polls-close", "/news/video-game-prices", "/news/live", "/sport/gallery-opens"]
)
def test_a_word_in_the_address_flags_nothing(path: str) -> None:
    """The article's own name in the address says nothing of its kind; nor does a free article."""
    assert (
        normalize(
            document(page(head=script(isAccessibleForFree=True)), url=f"https://weirgazette.example{path}")
        ).flags
        == ()
    )


def test_a_wall_below_the_first_paragraph_is_evidence() -> None:
    """A short text with the words of a paywall below it is behind one."""
    body = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><div class='paywall'><p>This article is for subscribers. Subscribe now to continue reading.</p></div>"
    assert list(flags(normalize(document(page(body=body))))) == ["paywall"]


TEXTS = {
    "de": "Die alte Brücke über das Wehr wurde am Montag nach elf Monaten wieder für den Verkehr geöffnet, wie die Stadt mitteilte.",
    "ar": "أعيد فتح الجسر القديم أمام حركة المرور يوم الاثنين بعد أحد عشر شهرا من الإصلاحات التي كلفت مليوني دينار.",
    "he": "הגשר הישן נפתח מחדש לתנועה ביום שני לאחר אחד עשר חודשי תיקונים שעלו שני מיליון שקלים למועצה המקומית.",
    "ja": "古い橋は十一か月の修理を経て、月曜日に再び開通した。技師たちは六十本の梁のうち四十本を交換した。",
    "zh": "经过十一个月的维修，这座旧桥于周一重新开放通车。工程师更换了六十根横梁中的四十根。",
    "th": "สะพานเก่าเปิดให้สัญจรอีกครั้งในวันจันทร์หลังจากซ่อมแซมเป็นเวลาสิบเอ็ดเดือน วิศวกรเปลี่ยนคานสี่สิบจากหกสิบ",
    "fa": "پل قدیمی روز دوشنبه پس از یازده ماه تعمیر دوباره به روی خودروها باز شد و مهندسان چهل تیر را عوض کردند.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_is_the_texts_not_the_templates(language: str) -> None:
    """A page that declares English is in what its text is in, with confidence and script; its words are counted as its script has them."""
    found = normalize(document(page(body="".join(f"<p>{TEXTS[language]}</p>" for _ in range(3)))))
    assert found.language == language
    assert found.language_confidence is not None
    assert found.language_confidence >= 0.5
    scripts = {"ar": "Arab", "fa": "Arab", "he": "Hebr", "ja": "Jpan", "zh": "Hans", "th": "Thai"}
    assert found.script == scripts.get(language, "Latn")
    letters = sum(char.isalpha() for char in TEXTS[language])
    assert (found.word_count > 3 * letters // 2) is (language in {"ja", "zh", "th"})


def test_a_quotation_in_another_language_does_not_decide() -> None:
    """A page that begins in one language and goes on in another is in the one that most of it is in, less surely."""
    body = f"<p>{TEXTS['de']}</p>" + "".join(f"<p>{one}</p>" for one in PARAGRAPHS * 4)
    found = normalize(document(page(body=body)))
    assert found.language == "en-GB"
    plain = normalize(document(page()))
    assert found.language_confidence is not None
    assert plain.language_confidence is not None
    assert found.language_confidence < plain.language_confidence


def test_a_text_too_short_to_tell_takes_the_pages_word() -> None:
    """Then the confidence is not stated."""
    found = normalize(document("Nota\n\nOk.", "text/plain", language="pt-BR"))
    assert (found.language, found.language_confidence) == ("pt-BR", None)
