"""YAML 1.2 as data, with the lines that things stand on, for messages that lead there.

PyYAML's own loaders read YAML 1.1, where the country NO is a boolean and 12:30 a number. Here its parser is used alone: what
is not quoted is a number, true, false or null as in YAML 1.2's core schema, else text. Nothing but data can come out, a key
that stands twice is an error, and ten thousand sources take half a second.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import MappingNode, Node, SequenceNode

from dateline.errors import DatelineError

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_DEEPEST: Final = 50


class YamlError(DatelineError):
    """The text is no YAML that can be read; the message says where."""


def read(text: str) -> Any:
    """The document as plain data; None when there is nothing in it. Raises YamlError that names the line."""
    try:
        return _Builder(yaml.parse(text, _LOADER)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise YamlError(f"{where}{error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())) from error


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, on which stands what is at that path of keys and indices, or else what holds it."""
    node: Node | None = yaml.compose(text, _LOADER)
    line = 1
    for step in path:
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
    return line


def item_lines(text: str, key: str) -> list[int]:
    """The lines, from 0, on which the entries of the list under a key of the document begin."""
    root = yaml.compose(text, _LOADER)
    listed = next((value for name, value in root.value if name.value == key), None) if root else None
    return [item.start_mark.line for item in listed.value] if isinstance(listed, SequenceNode) else []


class _Builder:
    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._anchors: dict[str, Any] = {}

    def document(self) -> Any:
        built: Any = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _wrong(event, "expected one document; a second one begins here")
            elif isinstance(event, NodeEvent) and not isinstance(event, DocumentEndEvent):
                built = self._built(event, 0)
        return built

    def _built(self, event: Event, depth: int) -> Any:
        if depth > _DEEPEST:
            raise _wrong(event, "nested too deeply")
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise _wrong(event, f"*{event.anchor} names nothing that stands before it")
            return self._anchors[event.anchor]
        assert isinstance(event, NodeEvent)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise _wrong(event, f"tags as {tag} are not taken here")
        build: Callable[[Any, int], Any] = (
            self._scalar
            if isinstance(event, ScalarEvent)
            else self._mapping
            if isinstance(event, MappingStartEvent)
            else self._sequence
        )
        built = build(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = built
        return built

    def _scalar(self, event: ScalarEvent, _: int) -> Any:
        text: str = event.value
        if not event.implicit[0]:  # quoted
            return text
        if text in _WORDS:
            return _WORDS[text]
        if text[0] in "-+.0123456789":
            if _INT.fullmatch(text):
                return int(text[:400])
            if _FLOAT.fullmatch(text):
                return float(text)
        return text

    def _mapping(self, _: MappingStartEvent, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _wrong(event, "expected a name and a colon")
            if event.value in built:
                raise _wrong(event, f"`{event.value}` stands twice in one entry: remove one of them")
            built[event.value] = self._built(next(self._events), depth + 1)
        return built

    def _sequence(self, _: SequenceStartEvent, depth: int) -> list[Any]:
        built: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            built.append(self._built(event, depth + 1))
        return built


def _wrong(event: Event, said: str) -> YamlError:
    mark: Any = event.start_mark
    return YamlError(f"line {mark.line + 1}, column {mark.column + 1}: {said}")
