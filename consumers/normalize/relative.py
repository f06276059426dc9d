"""Times told from now ("2 hours ago", "vor 3 Tagen"), where now is the fetch."""

import re
from datetime import datetime, timedelta
from typing import Final

from consumers.normalize.times import Moment

# Units by their beginnings, in the big languages; what begins so is that unit.
_UNITS: Final = {
    timedelta(minutes=1): ("min", "دقي", "分", "분"),
    timedelta(hours=1): ("hour", "hr", "stund", "std", "heure", "hora", "ore", "ora", "uur", "uren", "tim", "godz", "hod", "tunti", "tunnin", "óra",
                         "час", "годин", "saat", "jam", "giờ", "ساع", "שע", "小时", "小時", "時間", "시간"),
    timedelta(days=1): ("day", "tag", "jour", "día", "dia", "giorn", "dag", "dni", "dzie", "den", "dny", "päiv", "nap", "дн", "день", "ден", "gün",
                        "hari", "ngày", "يوم", "أيام", "ימים", "天", "日", "일"),
    timedelta(weeks=1): ("week", "woche", "semaine", "seman", "settiman", "weken", "vecka", "veckor", "uke", "uge", "tydz", "недел", "hafta", "周", "週", "주"),
}  # fmt: skip
_WORDS = "|".join(
    sorted((re.escape(word) for words in _UNITS.values() for word in words), key=len, reverse=True)
)
_AGO = re.compile(
    rf"(?:\b(?:vor|il y a|hace|há|för|fa|for|před|prije|pred|πριν|منذ|לפני)\s+(?:etwa\s+|environ\s+|about\s+)?(\d{{1,2}})\s*({_WORDS})\w*\.?"
    rf"|\b(\d{{1,2}})\s*({_WORDS})\w*\.?\s*(?:ago|fa\b|geleden|sedan|siden|temu|назад|тому|önce|lalu|trước|sitten|előtt|atrás|前|전))",
    re.IGNORECASE,
)  # fmt: skip
_MAX_TEXT = 80


def parse(text: str, now: datetime) -> Moment | None:
    """The time that a short text tells from now, to the minute; a bare day where it counts days or weeks."""
    found = _AGO.search(text) if len(text) <= _MAX_TEXT else None
    if not found:
        return None
    number, word = int(found[1] or found[3]), (found[2] or found[4]).lower()
    unit = next(unit for unit, words in _UNITS.items() if word in words)
    when = now - number * unit
    if unit < timedelta(days=1):
        return Moment(when.replace(second=0, microsecond=0), stated_zone=True, stated_time=True)
    return Moment(
        when.replace(hour=0, minute=0, second=0, microsecond=0), stated_zone=False, stated_time=False
    )
