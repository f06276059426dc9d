"""Times as publications write them, read without guessing what they do not say.

Month names come from CLDR (by babel), so a language is a row in a list. A time without an offset takes the zone it is
given, and says so; a date without a time stands at midnight there, and says so.
"""

import functools
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import babel
import msgspec
from babel.core import UnknownLocaleError

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "ru",
    "uk",
    "sr",
    "hr",
    "sl",
    "el",
    "tr",
    "ar",
    "fa",
    "he",
    "hi",
    "bn",
    "id",
    "ms",
    "vi",
    "th",
    "ko",
    "ja",
    "zh",
    "ca",
    "eu",
    "gl",
    "et",
    "lv",
    "lt",
    "is",
    "sq",
    "mk",
]

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_CLOCK_SKEW = timedelta(minutes=15)
_WRONG_OFFSET = timedelta(hours=15)

# Abbreviations of zones that news uses and that mean one offset. IST, CST in Asia and the like are left out.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "SAST": 120, "EEST": 180, "MSK": 180, "HKT": 480, "SGT": 480, "AWST": 480, "JST": 540, "KST": 540,
    "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "NDT": -150, "NST": -210,
    "ADT": -180, "AST": -240, "EDT": -240, "EST": -300, "CDT": -300, "CST": -360, "MDT": -360, "MST": -420,
    "PDT": -420, "PST": -480, "AKDT": -480, "AKST": -540, "HST": -600,
}  # fmt: skip
_ZONED_REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}

_ISO = re.compile(
    r"(?<!\d)(\d{4})-?([01]\d)-?([0-3]\d)"
    r"(?:(?:[T ]|\s+-\s+)\s*(\d{1,2})[:h]?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?(?!\d)"
)
_LOOSE_YMD = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[-./年년]\s*(\d{1,2})\s*[-./月월]\s*(\d{1,2})\s*[日일]?(?!\d)"
)
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?((?:19|20)?\d{2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th|er|ère|\.|º|ª|:e|-a|-го)?[\s,\-/.]*(?:de\s+|of\s+|d')?"
    r"([^\W\d_](?:[^\W\d_.’']|[\u0900-\u0dff\u0e00-\u0e7f]){1,14})\.?,?[\s\-/,]*(?:de\s+|del\s+)?((?:19|20)\d{2})(?!\d)"
)
_MONTH_DAY = re.compile(
    r"([^\W\d_][^\W\d_.’']{1,14})\.?[\s\-/]+(\d{1,2})(?:st|nd|rd|th)?\.?,?[\s\-/]+((?:19|20)\d{2})(?!\d)"
)
_YEAR_MONTH_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[\s.,\-]+([^\W\d_][^\W\d_.’']{1,14})\.?[\s\-]+(\d{1,2})(?!\d)"
)
_CLOCK = re.compile(
    r"(?<![\d.:])([01]?\d|2[0-4])(?:\s?[:h時时시点點]\s?([0-5]\d)|[.]([0-5]\d)(?!\d|\.\d))(?:[:.]([0-5]\d))?(?:[.,]\d+)?\s*분?"
    r"(?:\s*([ap])\.?\s?m\b\.?)?(?!\d)|(?<![\d.:])(1[0-2]|0?[1-9])\s*([ap])\.?\s?m\b\.?",
    re.IGNORECASE,
)
_BEFORE_NOON = re.compile(r"(?:오전|上午|午前)\s*$")
_AFTER_NOON = re.compile(r"(?:오후|下午|午後)\s*$")
_OFFSET = re.compile(r"^[\s,(]*(?:(?:UTC|GMT)\s*)?([+\-−])\s?(\d{2}):?(\d{2})?(?![\d-])")
_SHORT_OFFSET = re.compile(r"^[\s,(]*(?:UTC|GMT)\s*([+\-−])(\d{1,2})(?!\d)")
_NAMED_ZONE = re.compile(r"^[\s,(\[]*([A-Z]{1,4})(?![\w-])")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})(?:\.\d+)?\s*$")
_RFC_2822 = re.compile(r"^\s*(?:\w{3},\s+)?\d{1,2}\s+\w{3}\s+\d{4}\s+\d\d:\d\d")


class Moment(msgspec.Struct, frozen=True):
    """A time as it was read. `stated_zone` and `stated_time` say what the text itself held."""

    when: datetime
    stated_zone: bool
    stated_time: bool

    @property
    def text(self) -> str:
        """RFC 3339, with the offset as given; fractions of a second only where there are any."""
        return self.when.isoformat()

    @property
    def note(self) -> str:
        """What the text did not say: goes into the provenance."""
        if not self.stated_time:
            return ", day only" + ("" if self.stated_zone else ", zone of source")
        return "" if self.stated_zone else ", zone of source"


def credible(moment: Moment, fetched: datetime) -> bool:
    """Neither before 1990 nor further ahead of the fetch than offsets can be wrong."""
    return EARLIEST <= moment.when <= fetched + _WRONG_OFFSET


def doubt(moment: Moment, fetched: datetime) -> str | None:
    """Why the time cannot be right, seen from the fetch; None if it can. A time in a zone that nothing states may be ahead."""
    if moment.when < EARLIEST:
        return "before 1990"
    if moment.when > fetched + (_CLOCK_SKEW if moment.stated_zone else _WRONG_OFFSET):
        return "after the fetch"
    return None


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; raises ValueError (with the switch to turn) for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"timezone: expected an IANA name such as Asia/Hong_Kong, got {name!r}") from error


@functools.cache
def _months_of(language: str) -> dict[str, int]:
    try:
        locale = babel.Locale(language)
        months = locale.months
    except (
        UnknownLocaleError,
        ValueError,
        TypeError,
        OSError,
    ):  # OSError: babel takes "de_ch" for a file name
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                bare = name.casefold().strip(".")
                if not bare[:1].isdigit():
                    names.setdefault(bare, number)
    return names


_HEBREW_IN = "ב"  # written together with the month
_EXTRA_MONTHS = {"sept": 9, "sep": 9, "mrz": 3, "jän": 1, "jänner": 1, "feber": 2, "febr": 2, "setiembre": 9}


@functools.cache
def _months(language: str | None) -> dict[str, int]:
    """Names in that language first; of all others those on which the languages agree."""
    merged: dict[str, int] = {}
    disputed: set[str] = set()
    for one in LANGUAGES:
        for name, number in _months_of(one).items():
            if merged.setdefault(name, number) != number:
                disputed.add(name)
    for name in disputed:
        del merged[name]
    return {**_EXTRA_MONTHS, **merged, **(_months_of(language) if language else {}), **_months_of("en")}


def _offset(minutes: int) -> tzinfo:
    return UTC if minutes == 0 else timezone(timedelta(minutes=minutes))


def _zone_after(rest: str) -> tzinfo | None:
    """The zone that stands at the start of `rest`, if one does."""
    for pattern in (_OFFSET, _SHORT_OFFSET):
        found = pattern.match(rest)
        if found:
            minutes = int(found[2]) * 60 + int((found[3] if found.re.groups > 2 else 0) or 0)
            return _offset(minutes if found[1] == "+" else -minutes) if minutes < 24 * 60 else None
    named = _NAMED_ZONE.match(rest)
    if named and named[1] in _ZONES:
        return _offset(_ZONES[named[1]])
    if named and named[1] in _ZONED_REGIONS:
        return ZoneInfo(_ZONED_REGIONS[named[1]])
    return None


def _clock_in(text: str) -> tuple[int, int, int, str] | None:
    """Hour, minute, second and what follows the first time of day in the text."""
    for found in _CLOCK.finditer(text):
        if found[6]:
            hour, minute, second, half = int(found[6]), 0, 0, found[7]
        else:
            hour, minute, second, half = (
                int(found[1]),
                int(found[2] or found[3]),
                int(found[4] or 0),
                found[5],
            )
        if half is None:
            before = text[: found.start()]
            half = "a" if _BEFORE_NOON.search(before) else "p" if _AFTER_NOON.search(before) else None
        if half and hour <= 12:
            hour = hour % 12 + (12 if half.lower() == "p" else 0)
        if hour < 24:
            return hour, minute, second, text[found.end() :]
    return None


def _build(
    year: int, month: int, day: int, clock: tuple[int, int, int, str] | None, zone: tzinfo
) -> Moment | None:
    try:
        if clock is None:
            return Moment(datetime(year, month, day, tzinfo=zone), stated_zone=False, stated_time=False)
        stated = _zone_after(clock[3])
        when = datetime(year, month, day, *clock[:3], tzinfo=stated or zone)
    except ValueError:
        return None
    return Moment(when, stated_zone=stated is not None, stated_time=True)


def _iso(text: str, zone: tzinfo) -> Moment | None:
    found = _ISO.search(text)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    clock = None
    rest = text[found.end() :]
    if found[4]:
        clock = (int(found[4]), int(found[5]), int(found[6] or 0), rest)
        half = re.match(r"\s*([ap])\.?m\b", rest, re.IGNORECASE)
        if half and clock[0] <= 12:
            clock = (
                clock[0] % 12 + (12 if half[1].lower() == "p" else 0),
                clock[1],
                clock[2],
                rest[half.end() :],
            )
    elif found[0].count("-") != 2:  # eight digits alone may be anything
        return None if not re.fullmatch(r"\s*\d{8}\s*", text) else _build(year, month, day, None, zone)
    else:
        clock = _clock_in(rest[:40])
    moment = _build(year, month, day, clock, zone)
    if moment and found[7]:
        micro = int(found[7][:6].ljust(6, "0"))
        return Moment(moment.when.replace(microsecond=micro), moment.stated_zone, moment.stated_time)
    return moment


def _numeric_order(language: str | None) -> str:
    return "mdy" if language is None or language.lower() in {"en", "en-us", "en_us"} else "dmy"


def _date_in(text: str, language: str | None) -> tuple[int, int, int, int, int] | None:
    """Year, month, day of the first written-out or numeric date, and where it starts and ends."""
    months = _months(re.split("[-_]", language)[0].lower() if language else None)
    hits: list[tuple[int, int, int, int, int]] = []
    for pattern, order in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_YEAR_MONTH_DAY, (1, 2, 3))):
        for found in pattern.finditer(text):
            name = found[order[1]].casefold()
            month = months.get(name) or months.get(name.removeprefix(_HEBREW_IN))
            if month:
                hits.append((int(found[order[0]]), month, int(found[order[2]]), found.start(), found.end()))
                break
    loose = _LOOSE_YMD.search(text)
    if loose:
        hits.append((int(loose[1]), int(loose[2]), int(loose[3]), loose.start(), loose.end()))
    numeric = None if hits else _DMY.search(text)
    if numeric:
        first, second, year = int(numeric[1]), int(numeric[3]), int(numeric[4])
        year += 0 if year > 99 else 2000 if year < 70 else 1900
        month_first = numeric[2] == "/" and _numeric_order(language) == "mdy"
        month, day = (first, second) if (month_first or second > 12) and first <= 12 else (second, first)
        hits.append((year, month, day, numeric.start(), numeric.end()))
    return min(hits, key=lambda hit: hit[3]) if hits else None


def _with_plain_digits(text: str) -> str:
    """With digits of other scripts ("٢٠٢٦") as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def parse(text: str, zone: tzinfo, language: str | None = None) -> Moment | None:
    """The first date in the text with the time of day that stands beside it; None if there is no date.

    `language` (BCP 47) decides month names that languages share, and whether 7/8 is July or August.
    """
    text = _with_plain_digits(text[:400])
    epoch = _EPOCH.match(text)
    if epoch:
        seconds = int(epoch[1]) / (1000 if len(epoch[1]) == 13 else 1)
        return Moment(datetime.fromtimestamp(seconds, UTC), stated_zone=True, stated_time=True)
    if _RFC_2822.match(text):
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            pass
        else:
            if when.tzinfo is not None:
                return Moment(when, stated_zone=True, stated_time=True)
    iso = _iso(text, zone)
    if iso:
        return iso
    date = _date_in(text, language)
    if date is None:
        return None
    year, month, day, start, end = date
    clock = _clock_in(text[end : end + 40]) or _clock_in(text[max(0, start - 24) : start])
    return _build(year, month, day, clock, zone)
