"""`dateline tail`: follow a topic on the terminal or in a pipe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import click
import msgspec

from dateline.app import App, command, pass_app
from dateline.errors import UsageError
from dateline.log import follow
from dateline.query import matcher
from dateline.stage import Message
from schemas.topics import ALERTS, CHANGES, ENRICHED, HEALTH, OUTCOMES, STORIES, VERSIONS, Topic

_TOPICS: Final[dict[str, Topic]] = {
    "enriched": ENRICHED,
    "stories": STORIES,
    "changes": CHANGES,
    "versions": VERSIONS,
    "outcomes": OUTCOMES,
    "health": HEALTH,
    "alerts": ALERTS,
}
_ARTICLES: Final = frozenset({"enriched", "versions"})
_FIELD: Final = re.compile(r"\s*([A-Za-z_]+(?:\.[A-Za-z_]+)*)\s*=(.*)", re.DOTALL)


@command("tail", example="dateline tail enriched --where 'people:\"Ada Brandt\" AND topics:politics'")
@click.argument("topic", type=click.Choice(list(_TOPICS)))
@click.option(
    "--where",
    multiple=True,
    metavar="QUERY",
    help="Keep articles that answer a query, or messages whose FIELD=TEXT. Repeatable.",
)
@click.option("--class", "classes", metavar="A,B", help="Keep changes of these classes.")
@click.option(
    "--min-importance", type=click.FloatRange(0, 1), help="Keep changes of this importance or more (0 to 1)."
)
@click.option(
    "--from-beginning", is_flag=True, help="Begin with what the topic holds, not with what comes next."
)
@click.option("--max", "limit", type=click.IntRange(min=1), help="Stop after so many messages.")
@click.option("--until-caught-up", is_flag=True, help="Stop when nothing more is there.")
@click.option("--json", "as_json", is_flag=True, help="Print whole records as JSON lines.")
@pass_app
def tail(
    app: App,
    topic: str,
    where: tuple[str, ...],
    classes: str | None,
    min_importance: float | None,
    from_beginning: bool,
    limit: int | None,
    until_caught_up: bool,
    as_json: bool,
) -> None:
    """Follow enriched articles, stories, changes, versions, alerts or outcomes as they are committed.

    --where takes a query as `dateline search` does (docs/search.md), for enriched articles and versions. On any topic it takes
    FIELD=TEXT: FIELD is a path ("source", "entities.name", "quotes.speaker"), TEXT is found anywhere in it, in any case.
    Exit codes: 0 stopped, 2 wrong filter, 3 no answer from Kafka.
    """
    conditions = [_condition(topic, text) for text in where]
    wanted = set(classes.split(",")) if classes else None
    shown = 0
    idle = 0
    for message in follow(app.settings, _TOPICS[topic], from_beginning=from_beginning):
        if message is None:
            idle += 1
            if until_caught_up and idle > 1:
                return
            continue
        idle = 0
        record = _record(message)
        if record is None or not all(holds(record) for holds in conditions):
            continue
        if wanted is not None and record.get("class") not in wanted:
            continue
        if min_importance is not None and record.get("importance", 0.0) < min_importance:
            continue
        assert message.value is not None
        click.echo(message.value.decode() if as_json else _line(topic, record))
        shown += 1
        if shown == limit:
            return


def _condition(topic: str, text: str) -> Callable[[dict[str, Any]], bool]:
    if found := _FIELD.fullmatch(text):
        path, value = found[1].split("."), found[2].casefold()
        return lambda record: _holds(record, path, value)
    if topic not in _ARTICLES:
        raise UsageError(
            f"--where: {topic} are no articles, so FIELD=TEXT is expected (source=harbourpost), got {text!r}"
        )
    return matcher(text)


def _record(message: Message) -> dict[str, Any] | None:
    if message.value is None:
        return None
    record: dict[str, Any] = msgspec.json.decode(message.value)
    return record


def _holds(value: Any, path: list[str], text: str) -> bool:
    if isinstance(value, list):
        return any(_holds(element, path, text) for element in value)
    if not path:
        return value is not None and text in str(value).casefold()
    return isinstance(value, dict) and _holds(value.get(path[0]), path[1:], text)


def _line(topic: str, record: dict[str, Any]) -> str:
    match topic:
        case "changes":
            change = f"{record['before'] or ''} → {record['after'] or ''}"
            return f"{record['class']:20} {record['importance']:.2f}  {record['source']}  {record['headline']}\n    {change}"
        case "stories":
            gone = f"  part of {record['merged_into']} now" if record["merged_into"] else ""
            return f"{record['updated']}  {record['articles']:4} articles, {record['outlet_count']:3} outlets  {record['title']}{gone}"
        case "outcomes":
            return f"{record['time']}  {record['stage']:12} {record['fate']:12} {record['reason'] or '':20} {record['event_id']}"
        case "health":
            warnings = "; ".join(f"{one['kind']}: {one['said']}" for one in record["warnings"])
            return f"{record['checked']}  {record['state']:8} {record['source']}  {warnings}"
        case "alerts":
            return f"{record['matched']}  {record['alert']}  {record['source']}  {record['headline']}\n    {record['url']}"
        case _:
            when = record["modified"] or record["published"] or record["fetched"]
            return f"{when}  {record['status']:10} {record['source']}  {record['headline']}  [{record['id'][:12]}]"
