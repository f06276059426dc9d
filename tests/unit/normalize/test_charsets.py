"""Charsets: found, doubted, and what was decoded wrong put right."""

import pytest

from consumers.normalize.decode import decoded
from consumers.normalize.script import believable, of_text

TEXTS = {
    "ru": "Новый мост через реку открыли в понедельник после одиннадцати месяцев ремонта. Инженеры заменили сорок из шестидесяти балок, и водители говорят, что очередь в деревне была худшей частью года.",
    "ja": "古い橋は十一か月の修理を経て、月曜日に再び開通した。技師たちは六十本の梁のうち四十本を交換した。「すべてのボルトを二度数えました」と主任技師は話した。",
    "zh": "经过十一个月的维修，这座旧桥于周一重新开放通车。工程师更换了六十根横梁中的四十根，司机们说村里的排队是今年最糟糕的事情。",
    "zh-Hant": "經過十一個月的維修，這座舊橋於週一重新開放通車。工程師更換了六十根橫樑中的四十根，司機們說村裡的排隊是今年最糟糕的事情。",
    "ko": "오래된 다리가 열한 달의 수리를 마치고 월요일에 다시 개통되었다. 기술자들은 예순 개의 들보 가운데 마흔 개를 교체했다.",
    "de": "Die alte Brücke über das Wehr wurde am Montag nach elf Monaten für den Verkehr geöffnet. Größere Schäden gab es nicht, erklärte die Behörde, „schön“ sei sie geworden.",
    "fr": "Le vieux pont a été rouvert à la circulation lundi après onze mois de réparations. Les ingénieurs ont remplacé quarante poutres, « c'était très long », a déclaré l'ingénieure.",
    "pl": "Stary most został ponownie otwarty w poniedziałek po jedenastu miesiącach napraw. Inżynierowie wymienili czterdzieści z sześćdziesięciu belek, mówią kierowcy.",
    "cs": "Starý most byl v pondělí po jedenácti měsících oprav znovu otevřen. Inženýři vyměnili čtyřicet z šedesáti trámů, řekla hlavní inženýrka.",
    "el": "Η παλιά γέφυρα άνοιξε ξανά στην κυκλοφορία τη Δευτέρα μετά από έντεκα μήνες επισκευών. Οι μηχανικοί αντικατέστησαν σαράντα δοκάρια.",
    "tr": "Eski köprü on bir aylık onarımın ardından pazartesi günü yeniden trafiğe açıldı. Mühendisler altmış kirişin kırkını değiştirdi, sürücüler şikâyetçi.",
    "he": "הגשר הישן נפתח מחדש לתנועה ביום שני לאחר אחד עשר חודשי תיקונים. המהנדסים החליפו ארבעים מתוך שישים קורות.",
    "ar": "أعيد فتح الجسر القديم أمام حركة المرور يوم الاثنين بعد أحد عشر شهرا من الإصلاحات. استبدل المهندسون أربعين من ستين عارضة.",
    "th": "สะพานเก่าเปิดให้สัญจรอีกครั้งในวันจันทร์หลังจากซ่อมแซมเป็นเวลาสิบเอ็ดเดือน วิศวกรเปลี่ยนคานสี่สิบจากหกสิบ",
}  # fmt: skip
CHARSETS = [
    *(("ru", one) for one in ("cp1251", "koi8-r", "iso8859-5", "cp866")),
    *(("ja", one) for one in ("cp932", "euc_jp", "iso2022_jp")),
    *(("pl", one) for one in ("cp1250", "iso8859-2")),
    *(("cs", one) for one in ("cp1250", "iso8859-2")),
    *(("de", one) for one in ("cp1252", "utf-16-le", "utf-16-be")),
    ("zh", "gb18030"), ("zh-Hant", "big5hkscs"), ("ko", "cp949"), ("fr", "cp1252"), ("el", "cp1253"), ("tr", "cp1254"), ("he", "cp1255"),
    ("ar", "cp1256"), ("th", "cp874"),
]  # fmt: skip
PAGE = (
    "<!DOCTYPE html><html><head><title>x</title><script>var a = 1;</script></head><body>"
    "<div class='nav'><a href='/'>Home</a> <a href='/roads'>Roads</a></div><p>%s</p></body></html>"
)


@pytest.mark.parametrize(("language", "charset"), CHARSETS)
@pytest.mark.parametrize("stated", ["right", "nothing", "utf-8", "iso-8859-1"])
def test_a_page_reads_right_whatever_it_declares(language: str, charset: str, stated: str) -> None:
    """Legacy charsets of many languages are read when they are declared, when nothing is, and when another one is."""
    named = {"right": f"; charset={charset}", "nothing": ""}.get(stated, f"; charset={stated}")
    found = decoded((PAGE % TEXTS[language]).encode(charset, "xmlcharrefreplace"), f"text/html{named}")
    assert TEXTS[language] in found.text


@pytest.mark.parametrize("language", ["de", "ru", "ja", "zh", "he", "ar"])
def test_what_was_decoded_wrong_before_it_was_encoded_is_put_right(language: str) -> None:
    """UTF-8 that somebody read as windows-1252 and wrote as UTF-8 again is mended, and the reading says so."""
    mangled = (PAGE % TEXTS[language]).encode().decode("sloppy-windows-1252")
    found = decoded(mangled.encode(), "text/html; charset=utf-8")
    assert TEXTS[language] in found.text
    assert found.mended == "mojibake in 1 lines"


@pytest.mark.parametrize(
    ("language", "charset"), [("de", "cp1252"), ("ru", "cp1251"), ("ja", "cp932"), ("pl", "cp1250")]
)
def test_a_page_of_two_charsets_is_read_line_by_line(language: str, charset: str) -> None:
    """Comments in a legacy charset in a page of UTF-8: each line is read as what it is."""
    text = TEXTS[language]
    found = decoded(
        "\n".join([text] * 3).encode() + b"\n" + "\n".join([text] * 3).encode(charset),
        "text/html; charset=utf-8",
    )
    assert found.text == "\n".join([text] * 6)


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS.values(),
        "NÃO À GUERRA — “SÃO PAULO” disse “não”, e João também. À bientôt ! Señor Núñez… ¿Qué? « Çà et là »",
        "Â, â and Ã are letters of Romanian, Vietnamese and Portuguese: În Âmbito, Ân, NÃO.",
        "Он сказал: «Да»… «В»—«С». Рё, Рђ и Рў — станции.",
    ],
)
def test_text_in_order_is_left_alone(text: str) -> None:
    """Nothing is mended where nothing is broken, in any script."""
    assert decoded((text + "\n" + text).encode(), "text/plain").text == text + "\n" + text


@pytest.mark.parametrize(
    "label", ["idna", "hex", "utf-7", "unicode_escape", "punycode", "zip", "utf-16", "no such"]
)
def test_a_charset_that_is_none_is_not_believed(label: str) -> None:
    """Names that mean something to Python alone are no charsets of documents; the bytes decide."""
    body = TEXTS["de"].encode("cp1252")
    assert decoded(body, f"text/html; charset={label}").text == TEXTS["de"]


def test_a_mark_of_four_bytes_is_not_taken_for_one_of_two() -> None:
    """UTF-32 begins as UTF-16 does."""
    assert decoded(TEXTS["ru"].encode("utf-32"), "text/plain").text == TEXTS["ru"]


@pytest.mark.parametrize(("language", "wrong"), [("ru", "cp1252"), ("de", "cp1251"), ("el", "cp1252")])
def test_a_wrong_charset_makes_no_words(language: str, wrong: str) -> None:
    """What a single-byte charset makes of another's bytes is not believed to be writing; the text itself is."""
    right = {"ru": "cp1251", "de": "cp1252", "el": "cp1253"}[language]
    assert believable(TEXTS[language])
    assert not believable(TEXTS[language].encode(right).decode(wrong, "replace"))


@pytest.mark.parametrize(
    ("language", "script"),
    [("ru", "Cyrl"), ("ja", "Jpan"), ("zh", "Hans"), ("zh-Hant", "Hant"), ("ko", "Kore"), ("de", "Latn"), ("el", "Grek"),
     ("he", "Hebr"), ("ar", "Arab"), ("th", "Thai")],
)  # fmt: skip
def test_the_script_is_named(language: str, script: str) -> None:
    """By its ISO 15924 code, Japanese apart from Chinese, simplified from traditional characters."""
    assert of_text((TEXTS[language],)) == script
    assert of_text(("1234 – 5678",)) is None
