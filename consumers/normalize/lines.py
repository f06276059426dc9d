"""The lines about a headline that say when and by whom: labelled or bare, one fact a line or several, in many languages."""

import functools
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

import babel
import msgspec

from consumers.normalize import people, times
from consumers.normalize.naming import eastern
from consumers.normalize.strings import ends_sentence, words
from consumers.normalize.vocabulary import BYLINE, JOBS, PUBLISHED, UPDATED, anywhere, labelled, leading

_PUBLISHED = labelled(PUBLISHED)
_UPDATED = labelled(UPDATED)
_NEXT_LABEL = anywhere((*UPDATED, *PUBLISHED))
_BYLINE = leading(BYLINE)
_LABELS = leading((*PUBLISHED, *UPDATED))
_SPLIT = re.compile(r"\s+[|•·–—/]\s+|\s*[|•·]\s*|(?<=\d)\s*;\s+")
_STAMP = re.compile(r"^(\d{2})(\d{2})(\d{2})\s+([^\W\d_]{3})\s+(\d{2}|\d{4})$")
_ADDRESS = re.compile(r"^<?\S+@\S+>?$|^@\w+$|^https?://\S+$")
# Words that make a name in a byline an outlet's: "By Ana Brandão, Weir Gazette".
_OUTLET = re.compile(
    r"\b(?:gazette|times|post|news|herald|journal|press|agency|tribune|chronicle|observer|courier|magazine|media|radio|broadcasting|"
    r"zeitung|tageblatt|nachrichten|rundschau|anzeiger|kurier|presse|rundfunk|agence|journaux|gazeta|diario|periódico|giornale|corriere|jornal|"
    r"krant|dagblad|tidning|tidende|newspaper|online)\b",
    re.IGNORECASE,
)
_MAX_LINE = 160
_MAX_BARE_DATE = 70
_MAX_PLACE_WORDS = 3
_MAX_BYLINE_WORDS = 16
_MAX_NAME_WORDS = 4
# What stands between the numbers of a date in the languages that news is written in, besides names of months and days.
_FILLERS = frozenset(
    ["a", "am", "pm", "p", "m", "at", "on", "of", "the", "o", "clock", "st", "nd", "rd", "th", "um", "uhr", "h", "den", "der", "den", "le", "la", "las", "les", "el", "los", "il", "lo", "alle", "ore", "à", "às", "as", "om", "op", "kl", "klo", "kello", "den", "dnia", "godz", "ora", "ore", "di", "de", "del", "do", "da", "dne", "v", "hod", "г", "год", "время", "в", "о", "saat", "tarihinde", "день", "utc", "gmt", "z", "et", "ct", "mt", "pt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "bst", "cet", "cest", "mez", "mesz", "eet", "eest", "msk", "hkt", "sgt", "jst", "kst", "ist", "aest", "aedt", "local", "time", "hrs", "hours", "horas", "heures", "minutes", "min", "s", "y", "et", "e", "und", "and", "en"]
)  # fmt: skip
_CALENDARS = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "bg", "ru", "uk", "hr", "sl", "el", "tr", "ar", "fa", "he", "hi", "id", "ca")  # fmt: skip


_HEBREW_IN = "ב"  # written together with the month


class Facts(msgspec.Struct, kw_only=True):
    """What a header line says: times, people, and pieces that are neither (agencies, jobs, addresses), as they stand."""

    published: list[tuple[times.Moment, str]] = []
    modified: list[tuple[times.Moment, str]] = []
    authors: list[str] = []
    agencies: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.published or self.modified or self.authors or self.agencies)


@functools.cache
def _calendar() -> frozenset[str]:
    """Names of months and days, whole and abbreviated, case-folded."""
    names: set[str] = set()
    for code in _CALENDARS:
        locale = babel.Locale(code)
        for table in (locale.months, locale.days):
            for context in table.values():
                for width in ("wide", "abbreviated"):
                    for name in context.get(width, {}).values():
                        names.update(words(name))
    return frozenset(name for name in names if not name.isdigit()) | {
        "mrz",
        "sept",
        "jän",
        "feber",
        "thurs",
        "tues",
    }


class LineReader:
    """Reads header lines of one document: times without a zone are in `zone`, those after `fetched` are no times."""

    def __init__(self, zone: tzinfo, language: str | None, fetched: datetime) -> None:
        self._zone = zone
        self._language = language
        self._fetched = fetched

    def read(self, line: str) -> Facts | None:
        """The facts of the line, or None if any part of it is something else."""
        if not line or len(line) > _MAX_LINE:
            return None
        facts = Facts(published=[], modified=[], authors=[], agencies=[])
        for piece in self._pieces(line):
            if not (self._time(piece, facts) or self._byline(piece, facts) or self._credit(piece, facts)):
                return None
        return facts or None

    def time(self, text: str) -> times.Moment | None:
        """The time in a text that is known to hold one."""
        moment = times.parse(text, self._zone, self._language)
        return moment if moment and times.credible(moment, self._fetched) else None

    def stamp(self, text: str) -> times.Moment | None:
        """The time in an agency's stamp: "021530 Mrz 26" is day, hour, minute, month and year."""
        found = _STAMP.match(text)
        if not found:
            return None
        day, hour, minute, month, year = found.groups()
        return self.time(f"{day}. {month} {year if len(year) == 4 else '20' + year} {hour}:{minute}")

    def _pieces(self, line: str) -> Iterator[str]:
        for part in _SPLIT.split(line):
            for piece in _NEXT_LABEL.split(part):
                if piece.strip(" ,;()[]"):
                    yield piece.strip(" ,;()[]")

    def _time(self, piece: str, facts: Facts) -> bool:
        for pattern, found, name in (
            (_UPDATED, facts.modified, "updated line"),
            (_PUBLISHED, facts.published, "published line"),
        ):
            said = pattern.match(piece)
            if said and (moment := self.time(said[1])) and self._is_date(said[1]):
                found.append((moment, name))
                return True
        moment = self.stamp(piece)
        if moment is None and self._is_date(piece) and len(piece) <= _MAX_BARE_DATE:
            moment = self.time(piece)
        if moment is None:
            return False
        facts.published.append((moment, "date line"))
        return True

    def _is_date(self, piece: str) -> bool:
        """Whether all of it is date and time, but for a place of up to three words before it."""
        if not any(char.isdigit() for char in piece):
            return False
        known = _calendar()
        other = [
            word
            for word in words(piece)
            if not any(char.isdigit() for char in word)
            and word not in known
            and word.removeprefix(_HEBREW_IN) not in known
            and word not in _FILLERS
            and len(word) > 1
        ]
        if not other:
            return True
        start = re.split(r"\d", piece, maxsplit=1)[0]
        place = [word for word in start.replace(",", " ").split() if word.casefold().strip(".") in other]
        return (
            len(other) <= _MAX_PLACE_WORDS
            and len(place) == len(other)
            and all(word[0].isupper() for word in place)
            and "," in piece
        )

    def _byline(self, piece: str, facts: Facts) -> bool:
        if eastern(piece):
            facts.authors.extend(eastern(piece))
            return True
        if len(words(piece)) > _MAX_BYLINE_WORDS or not _BYLINE.match(piece) or ends_sentence(piece):
            return False
        names = people.people(people.split(piece))
        if not names or not all(name[:1].isupper() or not name[:1].isascii() for name in names):
            return False
        facts.authors.extend(name for name in names if not _OUTLET.search(name))
        facts.agencies.extend(name for name in names if _OUTLET.search(name))
        return True

    def _credit(self, piece: str, facts: Facts) -> bool:
        """An agency, a job or an address beside a byline or a date."""
        if people.is_agency(piece):
            facts.agencies.append(piece)
            return True
        if _ADDRESS.match(piece):
            return True
        return bool(facts) and len(words(piece)) <= _MAX_NAME_WORDS + 1 and bool(JOBS.search(piece))


def is_bare_name(line: str) -> bool:
    """Whether a line can be a person's name and nothing else: two to four capitalised words."""
    parts = line.split()
    return (
        2 <= len(parts) <= _MAX_NAME_WORDS
        and all(
            part[0].isupper() or part in {"de", "da", "van", "von", "der", "di", "el", "al", "bin"}
            for part in parts
        )
        and not any(char.isdigit() or char in ':;!?,/“”"()' for char in line)
        and people.is_name(line)
        and not people.is_agency(line)
        and not _LABELS.match(line)
    )
