"""How an article came about: each field's choice among its candidates, and what was doubted, for people and for machines."""

from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumers.normalize.evidence import Evidence
from consumers.normalize.times import Moment
from schemas.records import Article, Doubt

_MAX_SHOWN = 160


class Said(msgspec.Struct, frozen=True):
    """What one place says of a field."""

    value: Any
    source: str


class Field(msgspec.Struct, frozen=True):
    """One field: what was chosen, from where (null: nothing was), and the candidates in the order of trust."""

    value: Any
    source: str | None
    candidates: tuple[Said, ...]


class Explanation(msgspec.Struct, frozen=True):
    """One article with the evidence for it. What `dateline normalize --explain --json` prints, one a line."""

    path: str
    article: Article
    fields: dict[str, Field]
    doubts: tuple[Doubt, ...]


def _plain(value: object) -> Any:
    return value.text if isinstance(value, Moment) else value


def explained(path: str, article: Article, evidence: Evidence) -> Explanation:
    """Every field that anything was said of or chosen for, in the order in which they were looked at."""
    names = dict.fromkeys((*evidence.candidates, *evidence.provenance))
    fields = {}
    for name in names:
        said = tuple(Said(_plain(one.value), one.source) for one in evidence.candidates.get(name, ()))
        if said or name in evidence.provenance:
            value = _plain(evidence.values.get(name))
            fields[name] = Field(value, evidence.provenance.get(name), said)
    return Explanation(path, article, fields, article.doubts)


def _row(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def show(explanation: Explanation, console: Console) -> None:
    """A table of the fields, the choice of each first and in bold, then one of the doubts."""
    table = Table("field", "", "value", "from", title=explanation.path, title_justify="left", box=None)
    for name, field in explanation.fields.items():
        if field.source is not None:
            value = "yes" if field.value is True else _row(field.value)
            table.add_row(name, "=", Text(value), Text(field.source), style="bold")
        else:
            table.add_row(name, "=", "nothing chosen", "", style="bold")
        for one in field.candidates:
            table.add_row("", "", Text(_row(one.value)), Text(one.source), style="dim")
    console.print(table)
    if explanation.doubts:
        doubts = Table("doubted", "value", "from", "why", box=None, style="yellow")
        for doubt in explanation.doubts:
            doubts.add_row(doubt.field, Text(_row(doubt.value)), Text(doubt.source), doubt.reason)
        console.print(doubts)
