"""How values look on a page. Whatever came from outside is escaped here or by the templates, never trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from dateline.archive import MARKS
from schemas.records import Change

CLASSES: Final = {
    "headline": "Headline",
    "standfirst": "Standfirst",
    "byline": "Byline",
    "dateline": "Dateline",
    "correction": "Correction",
    "retraction": "Retraction",
    "removal": "Removed",
    "restored": "Restored",
    "number": "Figure",
    "name": "Name",
    "quote_altered": "Quote altered",
    "quote_added": "Quote added",
    "quote_removed": "Quote removed",
    "attribution": "Attribution",
    "softened": "Softened",
    "hardened": "Hardened",
    "expansion": "Expanded",
    "cut": "Cut",
    "rewrite": "Rewritten",
    "silent_edit": "Silent edit",
    "published_time_changed": "Time changed",
}
"""Classes of change as people read them."""

_AROUND: Final = 60  # characters kept beside what changed
_LONG: Final = 220  # characters of one change that are shown in a list
_MARKED: Final = {
    "mark": (Markup("<mark>"), Markup("</mark>")),
    "em": (Markup("<em>"), Markup("</em>")),
}
_TAGS: Final = {"-": Markup("<del>{}</del>"), "+": Markup("<ins>{}</ins>"), "=": Markup("{}")}
_GRAVE: Final = frozenset(
    {"correction", "retraction", "removal", "silent_edit", "quote_altered", "attribution"}
)


def class_name(kind: str) -> str:
    """A class of change in words."""
    return CLASSES.get(kind, kind.replace("_", " ").capitalize())


def is_grave(kind: str) -> bool:
    """Whether a class of change should catch the eye."""
    return kind in _GRAVE


def when(moment: str | None, *, seconds: bool = False) -> str:
    """ "8 July 2017, 08:24 +08:00": the time as the outlet gave it, its zone included. A date stays a date."""
    if not moment:
        return ""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    day = f"{parsed.day} {parsed:%B %Y}"
    if len(moment) <= 10:  # a day alone
        return day
    zone = parsed.strftime("%z")
    named = "" if not zone else " UTC" if zone == "+0000" else f" {zone[:3]}:{zone[3:5]}"
    return f"{day}, {parsed:%H:%M:%S}{named}" if seconds else f"{day}, {parsed:%H:%M}{named}"


def delay(seconds: int) -> str:
    """ "2 h 5 min later", "3 days earlier"."""
    size, side = abs(seconds), "later" if seconds >= 0 else "earlier"
    if size < 60:
        return "at the same time"
    if size < 3600:
        return f"{size // 60} min {side}"
    if size < 172_800:
        minutes = size % 3600 // 60
        return f"{size // 3600} h {minutes} min {side}" if minutes else f"{size // 3600} h {side}"
    return f"{size // 86_400} days {side}"


def percent(share: float) -> str:
    """ "87 %"."""
    return f"{share:.0%}".replace("%", " %")


def highlighted(passage: str, tag: Literal["mark", "em"] = "mark") -> Markup:
    """A passage with each match in an element; everything in it is escaped."""
    begin, end = _MARKED[tag]
    pieces = passage.replace(MARKS[1], MARKS[0]).split(MARKS[0])
    told = [escape(pieces[0])]
    for place, piece in enumerate(pieces[1:]):
        told += [end if place % 2 else begin, escape(piece)]
    return Markup("").join(told)


def web_link(url: str | None) -> str | None:
    """The address if it is one that a browser may be sent to (http, https), else None: never javascript: or data:."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def quoted_field(name: str, value: str) -> str:
    """A clause of the query language: `person:"Ada Brandt"`."""
    cleaned = "".join(" " if character in '"“”„«»' else character for character in value)
    return f'{name}:"{" ".join(cleaned.split())}"'


def with_clause(query: str, name: str, value: str) -> str:
    """The query narrowed by one more field; as it was when that clause is in it already."""
    clause = quoted_field(name, value)
    if clause in query:
        return query
    return f"({query}) {clause}" if " OR " in query else f"{query} {clause}".strip()


def without_clause(query: str, clause: str) -> str:
    """The query without a clause."""
    return " ".join(query.replace(clause, " ").split())


def search_link(query: str, **more: str | int | None) -> str:
    """The address of a search."""
    kept = {name: value for name, value in {"q": query, **more}.items() if value not in (None, "")}
    return f"/search?{urlencode(kept)}"


def with_span(query: str, start: str) -> str:
    """The query narrowed to a year, month or day, in place of another date of publication."""
    kept = re.sub(r"\s*\bpublished:\S+", "", query).strip()
    return f"{kept} published:{start}".strip()


def span_name(start: str) -> str:
    """ "2017", "July 2017", "8 July 2017"."""
    if len(start) == 4:
        return start
    if len(start) == 7:
        return f"{date(int(start[:4]), int(start[5:]), 1):%B %Y}"
    return when(start)


def runs(numbers: Sequence[int]) -> str:
    """Paragraphs by index, as people count them: "2, 4–6"."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in found)


def where_name(where: str) -> str:
    """ "paragraph 3" for "paragraphs[2]"."""
    found = re.fullmatch(r"paragraphs\[(\d+)\]", where)
    return f"paragraph {int(found[1]) + 1}" if found else where.replace("_", " ")


def with_dates(query: str, begin: str, end: str) -> str:
    """The query narrowed to days from a form, in place of another date of publication; either end may be open."""
    if begin and end:
        return with_span(query, f"{begin}..{end}")
    return with_span(query, f">={begin}" if begin else f"<={end}") if begin or end else query


def excerpt(pieces: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A word diff shortened to what changed, with some words around it."""
    last = len(pieces) - 1
    return [
        (op, _middle_cut(text, first=place == 0, last=place == last) if op == "=" else _end_cut(text))
        for place, (op, text) in enumerate(pieces)
    ]


def _middle_cut(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * _AROUND + 20:
        return text
    begin = "" if first else text[:_AROUND].rpartition(" ")[0]
    end = "" if last else text[-_AROUND:].partition(" ")[2]
    return f"{begin} … {end}" if end else f"{begin} …"


def _end_cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG].rpartition(' ')[0]} …"


def told(pieces: Iterable[tuple[str, str]], without: str = "") -> Markup:
    """A word diff with what went in <del> and what came in <ins>, or without one of them ("-", "+"); text is escaped."""
    made = Markup("")
    before = "="
    for op, text in pieces:
        if op == without:
            continue
        words = text.lstrip()
        space = text[: len(text) - len(words)] or (" " if before == "-" and op == "+" else "")
        made += space + _TAGS[op].format(words)
        before = op
    return made


def sides(pieces: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The older and the newer text of a word diff."""
    return "".join(text for op, text in pieces if op != "+"), "".join(
        text for op, text in pieces if op != "-"
    )


def bare(said: str) -> str:
    """Quoted words that stand alone: without the comma that led on to who said them."""
    return said.removesuffix(",")


def by_version(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes that follow each other and were made in one version, together."""
    return [list(together) for _, together in groupby(changes, key=lambda one: one.version_id)]


FILTERS: Final = {
    "when": when,
    "delay": delay,
    "percent": percent,
    "highlighted": highlighted,
    "web_link": web_link,
    "class_name": class_name,
    "grave": is_grave,
    "with_clause": with_clause,
    "without_clause": without_clause,
    "with_span": with_span,
    "span_name": span_name,
    "runs": runs,
    "where_name": where_name,
    "search_link": search_link,
    "excerpt": excerpt,
    "sides": sides,
    "told": told,
    "bare": bare,
    "by_version": by_version,
}
"""What templates call these by."""
