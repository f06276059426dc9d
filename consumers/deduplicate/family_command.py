"""How `dateline copies ID|URL` shows a family: a table, a timeline, or JSON."""

from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from dateline.archive import Family
from schemas.order import parse_time
from schemas.records import CopyOf, EnrichedArticle

_LINE: Final = 48  # characters of the timeline
_EXCERPT: Final = 70


def as_json(family: Family) -> dict[str, object]:
    """{"origin": {...}, "copies": [{..., "score", "kept", "added", "cut", ...}...]}; shares run from 0 to 1, delays are seconds."""
    return {
        "origin": {
            **_who(family.origin),
            "because": family.copies[0].copy_of.because
            if family.copies and family.copies[0].copy_of
            else None,
        },
        "copies": [_who(copy) | _relation(copy, family.origin) for copy in family.copies],
    }


def _who(article: EnrichedArticle) -> dict[str, object]:
    names = ("id", "url", "source", "headline", "published", "status", "word_count")
    return {name: getattr(article, name) for name in names}


def _relation(copy: EnrichedArticle, origin: EnrichedArticle) -> dict[str, object]:
    edge = copy.copy_of
    assert edge is not None, copy.id
    return {
        "score": edge.score,
        "kept": edge.containment_there,
        "added": _added(edge),
        "cut": [
            {"paragraph": index, "text": origin.paragraphs[index]}
            for index in edge.cut
            if index < len(origin.paragraphs)
        ],
        "headline_changed": edge.headline_changed,
        "credited": edge.credited,
        "delay": edge.delay,
        "of_version": edge.version_id,
    }


def _added(edge: CopyOf) -> float:
    return round(1 - edge.containment_here, 4)


def show(console: Console, family: Family) -> None:
    """A table with a line for each copy, then all of them in time."""
    origin = family.origin
    console.print(Text(origin.headline, style="bold"))
    because = family.copies[0].copy_of.because if family.copies and family.copies[0].copy_of else ""
    why = {"agency": "the family credits it", "earliest": "published first"}.get(because, "")
    console.print(
        f"[dim]{escape(origin.source)} · {escape(origin.published or 'no date')} · {escape(origin.url)}"
        f"{' · origin: ' + why if why else ''}[/]"
    )
    if not family.copies:
        console.print("no copies")
        return
    table = Table("after", "outlet", "score", "kept", "added", "cut", "headline", "credit", "url", box=None)
    for copy in family.copies:
        edge = copy.copy_of
        assert edge is not None, copy.id
        table.add_row(
            delay(edge.delay),
            escape(copy.source),
            f"{edge.score:.2f}",
            f"{edge.containment_there:.0%}",
            f"{_added(edge):.0%}",
            f"{len(edge.cut)} of {len(origin.paragraphs)}" if edge.cut else "",
            "its own" if edge.headline_changed else "same",
            "credited" if edge.credited else "none",
            escape(copy.url),
        )
    console.print(table)
    console.print()
    timeline(console, family)


def timeline(console: Console, family: Family) -> None:
    """One line an article, placed by when it was published; clock times are the origin's zone."""
    dated = [(_delay(copy), copy) for copy in family.copies]
    marks = sorted([(0, family.origin), *dated], key=lambda one: (one[0], one[1].id))
    first, last = marks[0][0], marks[-1][0]
    for seconds, article in marks:
        place = round((seconds - first) / (last - first) * _LINE) if last > first else 0
        mark = "◆" if article.id == family.origin.id else "●"
        line = Text(f"{_clock(family.origin, seconds):16}  ")
        line.append("─" * place + mark, style="bold" if mark == "◆" else "")
        line.append(" " * (_LINE - place + 2))
        line.append(f"{article.source}: {article.headline[:_EXCERPT]}")
        console.print(line)


def _delay(copy: EnrichedArticle) -> int:
    return copy.copy_of.delay if copy.copy_of else 0


def _clock(origin: EnrichedArticle, seconds: int) -> str:
    start = parse_time(origin.published or origin.fetched)
    return f"{start + timedelta(seconds=seconds):%Y-%m-%d %H:%M}"


def delay(seconds: int) -> str:
    """ "2 d 3 h", "1 h 30 min", "4 min", "-10 min"; the two largest units."""
    sign, left = ("-" if seconds < 0 else ""), abs(seconds)
    units = ((86_400, "d"), (3_600, "h"), (60, "min"))
    parts = []
    for size, name in units:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}")
    return sign + (" ".join(parts[:2]) or "0 min")
