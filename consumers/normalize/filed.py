"""The line that says where and when a report was filed: "HAMBURG, July 7 (Wire) —"."""

import re

from consumers.normalize import agencies
from consumers.normalize.vocabulary import PARTICLES
from schemas.records import Dateline

_DASH = r"(?:\s*(?:[-–—―]{1,2}|:)\s|—(?=\w))"
_PLACE = r"[^\W\d_a-zß-öø-ÿ][^\d()—–:;!?“”\"]{1,48}?"
_AGENCY = r"[^\W\d_][\w./&\- ]{0,30}"
_DATE = r"(?:[^\W\d_]{3,12}\.?\s+\d{1,2}|\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,12}\.?)(?:,?\s+(?:de\s+)?\d{4})?"
_FILED = re.compile(
    rf"^(?P<text>(?P<place>{_PLACE})(?:,\s*(?P<date>{_DATE}))?(?:\s*[(/](?P<agency>{_AGENCY})[)/]?)?{_DASH})\s*\S"
)
# Orders of their own, each with an agency, which makes them sure.
_OTHER = (
    re.compile(  # "(ANSA) - ROMA, 07 LUG - …", "(Reuters) - …"
        rf"^(?P<text>\((?P<agency>{_AGENCY})\)\s*[-–—]{{1,2}}\s(?:(?P<place>[^\W\d_a-zß-öø-ÿ][^\d()–—:;!?a-zß-öø-ÿ]{{1,48}}?)(?:,\s*(?P<date>\d{{1,2}}\s+[^\W\d_]{{3,12}}))?\s*[-–—]{{1,2}}\s)?)\S"
    ),
    re.compile(  # "MADRID, 7 (EUROPA PRESS) …", "LIMA, 7 jul. (EFE).- …"
        rf"^(?P<text>(?P<place>{_PLACE}),?\s*(?P<date>\d{{1,2}}(?:\s+(?:de\s+)?[^\W\d_]{{3,12}}\.?(?:\s+(?:de\s+)?\d{{2,4}})?)?)\s*\((?P<agency>{_AGENCY})\)\s*(?:\.?\s*[-–—]{{0,2}}\s)?)\s*\S"
    ),
    re.compile(  # "МОСКВА, 7 июля. /ТАСС/. …"
        rf"^(?P<text>(?P<place>{_PLACE}),\s*(?P<date>\d{{1,2}}\s+[^\W\d_]{{3,12}})\.?\s*[/–-]\s*(?P<agency>{_AGENCY})[/.]{{1,2}}\s)\s*\S"
    ),
    re.compile(  # "BERLIN dpa | …"
        r"^(?P<text>(?P<place>[^\W\d_a-zß-öø-ÿ][^\d()—–:;!?a-zß-öø-ÿ]{1,48}?)(?P<date>(?!))?\s(?P<agency>\w{2,12})\s\|\s)\s*\S"
    ),
    re.compile(  # "Москва. 7 июля. ИНТЕРФАКС - …"
        rf"^(?P<text>(?P<place>{_PLACE})\.\s+(?P<date>\d{{1,2}}\s+[^\W\d_]{{3,12}})\.\s+(?P<agency>[^\W\d_]{{3,20}})\s*[-–—]\s)\s*\S"
    ),
    re.compile(  # "[東京 7日 ロイター] - …", "(東京 7日 共同) …"
        r"^(?P<text>[\[［(（](?P<place>[^\s\d\[\]［］()（）]{2,20})\s*(?P<date>\d{1,2}日)\s*(?P<agency>[^\s\d\[\]［］()（）]{2,12})[\]］)）]\s*(?:[-–—=＝]\s*)?)\S"
    ),
    re.compile(  # "(서울=연합뉴스) 김하나 기자 = …"
        r"^(?P<text>\((?P<place>[\uac00-\ud7af]{2,12})=(?P<agency>[\uac00-\ud7af]{2,8})\)(?P<date>(?!))?\s*(?:[\uac00-\ud7af ]{2,12}\s기자\s*=\s*)?)\S"
    ),
    re.compile(  # "新华社北京7月7日电 …"
        r"^(?P<text>(?P<agency>新华社|新華社|中新社|中新网|法新社|路透社|美联社|美聯社|中央社)(?P<place>[\u4e00-\u9fff]{2,8}?)(?P<date>\d{1,2}月\d{1,2}日)[电電])\s*\S"
    ),
)
_MAX_PLACE_WORDS = 6
_INSIDE = frozenset(
    {
        "am",
        "an",
        "on",
        "upon",
        "bei",
        "in",
        "of",
        "sur",
        "sous",
        "les",
        "lès",
        "the",
        "aan",
        "and",
        "und",
        "i",
        "nad",
    }
)


def _upper(place: str) -> bool:
    letters = [char for char in place.split(",")[0] if char.isalpha()]
    return bool(letters) and sum(char.isupper() for char in letters) / len(letters) > 0.7


def _is_name_word(word: str) -> bool:
    return not word[0].islower() or word in PARTICLES or word in _INSIDE


def _before_sentence(found: re.Match[str], paragraph: str) -> bool:
    """Whether a long dash sets a name of up to three words apart from a sentence of its own ("Suva — Ministers agreed")."""
    parts = found["place"].split()
    rest = paragraph[len(found["text"]) :].lstrip(" “„«\"'")
    return (
        "—" in found["text"]
        and len(parts) <= 3
        and all(part[0].isupper() for part in parts)
        and rest[:1].isupper()
    )


def _usual(paragraph: str) -> Dateline | None:
    """Place first, then date and agency, then a dash."""
    found = _FILED.match(paragraph)
    if not found or len(found["place"].split()) > _MAX_PLACE_WORDS:
        return None
    place, date = found["place"].strip(" ,"), found["date"]
    agency = found["agency"].strip(" /-") if found["agency"] else None
    if found["text"].rstrip().endswith(":") and not agency:
        return None
    if not _upper(place):
        if found["text"].endswith("—") or not all(_is_name_word(word) for word in place.split()):
            return None
        if agency and not (agencies.credited(agency) or agency.isupper() or (date and agency[0].isupper())):
            return None
        if not (agency or date or _before_sentence(found, paragraph)):
            return None
    return Dateline(text=found["text"].strip(), place=place, date=date, agency=agency)


def _unusual(paragraph: str) -> Dateline | None:
    """Other orders, where the agency is known or stands in capitals."""
    for pattern in _OTHER:
        found = pattern.match(paragraph)
        if not found:
            continue
        place = found["place"]
        known = agencies.named(found["agency"]) is not None
        plausible = (
            known or place is None or _upper(place) or not place.isascii() or " " in (found["date"] or "")
        )
        if plausible and (known or found["agency"].isupper()):
            return Dateline(
                text=found["text"].strip(),
                place=place.strip(" ,") if place else None,
                date=found["date"],
                agency=found["agency"].strip(" /."),
            )
    return None


def read(paragraph: str) -> Dateline | None:
    """The dateline that a first paragraph opens with, if it has one.

    An agency may stand before the place ("(ANSA) - ROMA, 07 LUG -"), or alone ("(Reuters) -"). A place alone must be in capitals ("HAMBURG —"); in mixed case it needs a date or an agency beside it,
    or a long dash before a whole sentence.
    """
    return _usual(paragraph) or _unusual(paragraph)
