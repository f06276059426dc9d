"""JSON-LD as pages really write it: nested, in graphs, in arrays, by reference, and broken."""

import html
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from consumers.normalize.strings import plain

Node = dict[str, Any]

_OPENED = re.compile(r"\s*+(?:<!--|<!\[CDATA\[|/\*.*?\*/|//[^\n]*+\n)", re.DOTALL)
_CLOSED = re.compile(r"(?:-->|\]\]>|;|//[^\n\"]{0,40})$")
_TRAILING_COMMA = re.compile(r",(\s*+[}\]])")
_MISSING_COMMA = re.compile(r"([}\]\"])(?=[^\S\n]*+\n)(\s*+)(?=[\"{\[])")
_BARE_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])|\\u(?![0-9a-fA-F]{4})")
_SINGLE_QUOTED = re.compile(
    r"(?<=[:,\[{])(\s{0,40}+)'((?:[^'\n]|'(?!\s{0,40}[,:}\]\n])){0,1000}+)'(?=\s{0,40}[,:}\]\n])"
)
_STRING_FIELD = re.compile(
    r'"(headline|name|datePublished|dateModified|dateCreated|description|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.)*)"'
)
# Text as pieces: strings (one without an end goes to the end of the text), comments, brackets and commas, other words.
_PIECE = re.compile(
    r'"(?:[^"\\]|\\.)*+(?:(?P<whole>")|$)|//[^\n]*+|/\*.{0,1000}?\*/|[{}\[\],:]|[^\s"{}\[\],:/]++|\s++|.',
    re.DOTALL,
)
_ARTICLE_SAID = re.compile(r'"@type"\s*:\s*\[?\s*"\w*(?:Article|Posting)"')
_PAIRS = {"{": "}", "[": "]"}
_ARTICLE = re.compile(
    r"(?:Article|Posting|Report|Review|OpinionPiece|Critique)$|^(?:Blog|Report|Satirical|Analysis)"
)
_NOT_ARTICLE = frozenset(
    {
        "JobPosting",
        "Blog",
        "Review",
        "AggregateReview",
        "UserReview",
        "EmployerReview",
        "ReportageNewsArticleList",
    }
)
_MAX_DEPTH = 40
_MAX_WRAPPINGS = 20
_MAX_NODES = 2000
_MAX_SCRIPTS = 200


def _loads(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return json.loads(text, strict=False)


def _first_values(text: str) -> list[Any]:
    """Values that stand one after another, up to the first that does not parse."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    place = 0
    while (start := re.compile(r"[\[{]").search(text, place)) is not None:
        try:
            value, place = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found


def _double_quoted(found: re.Match[str]) -> str:
    return found[1] + json.dumps(found[2].replace("\\'", "'"), ensure_ascii=False)


def _unwrapped(text: str) -> str:
    """Without the comments, CDATA marks and semicolons around it; takes time that grows with the text, whatever it holds."""
    place = 0
    while found := _OPENED.match(text, place):
        place = found.end()
    text = text[place:].rstrip()
    for _ in range(_MAX_WRAPPINGS):
        tail = text[-60:]
        if text.endswith("*/") and "/*" in text:
            text = text[: text.rindex("/*")].rstrip()
        elif found := _CLOSED.search(tail):
            text = text[: len(text) - len(tail) + found.start()].rstrip()
        else:
            break
    return text


def _commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _unwrapped(text))


def _commas_and_escapes(text: str) -> str:
    return _BARE_ESCAPE.sub(r"\\\\", _MISSING_COMMA.sub(r"\1,\2", _commas(text)))


def _single_quotes(text: str) -> str:
    return _SINGLE_QUOTED.sub(_double_quoted, _commas(text))


def _entities(text: str) -> str:
    return html.unescape(_unwrapped(text)) if "&quot;" in text else text


def _pieced(text: str) -> str:
    """Without the comments between values, with the commas that lack between them, and with the brackets that stay open
    closed: what was cut off in the middle goes as far back as its last whole value."""
    pieces: list[str] = []
    awaited: list[str] = []
    for found in _PIECE.finditer(_unwrapped(text)):
        piece = found[0]
        if piece.isspace() or piece.startswith(("//", "/*")):
            continue
        if piece.startswith('"') and not found["whole"]:
            break
        if awaited and pieces and piece not in "}],:" and pieces[-1] not in "{[,:":
            pieces.append(",")
        if piece in _PAIRS:
            awaited.append(_PAIRS[piece])
        elif piece in "}]" and (not awaited or awaited.pop() != piece):
            break
        pieces.append(piece)
    while awaited and pieces and (pieces[-1] in ",:" or _is_key(pieces, awaited[-1])):
        pieces.pop()
    return _TRAILING_COMMA.sub(r"\1", "".join((*pieces, *reversed(awaited))))


def _is_key(pieces: Sequence[str], awaited: str) -> bool:
    """Whether the last piece is a key that has no value yet."""
    return awaited == "}" and pieces[-1].startswith('"') and len(pieces) > 1 and pieces[-2] in "{,"


_MENDS: tuple[Callable[[str], str], ...] = (
    str,
    _unwrapped,
    _commas,
    _commas_and_escapes,
    _single_quotes,
    _entities,
    _pieced,
)


def read(text: str) -> list[Any]:
    """The values in one script element, mended where they can be; at worst the plain string fields it names."""
    bare = text.strip()
    tried = ""
    for mend in _MENDS:
        mended = mend(bare)
        if mended == tried:
            continue
        tried = mended
        try:
            return [_loads(mended)]
        except (ValueError, RecursionError):
            continue
    found = _first_values(bare)
    if found:
        return found
    fields: Node = {}
    for name, value in _STRING_FIELD.findall(bare):
        fields.setdefault(name, plain(value.replace('\\"', '"').replace("\\/", "/")))
    told = "headline" in fields or (_ARTICLE_SAID.search(bare) and "datePublished" in fields)
    return [{"@type": "Article", "mended": True, **fields}] if told else []


def walk(values: Iterable[Any]) -> Iterator[Node]:
    """Every object up to a limit of number, outer before inner, in the order of the text. What is nested deeper than the limit
    is taken out of the values, so that no reader of a property goes down without end."""
    stack: list[tuple[Any, int]] = [(value, 0) for value in values][::-1]
    count = 0
    while stack:
        value, depth = stack.pop()
        if depth >= _MAX_DEPTH:
            _cut(value)
        if isinstance(value, dict):
            count += 1
            if count <= _MAX_NODES:
                yield value
            stack.extend(
                (inner, depth + 1) for inner in list(value.values())[::-1] if isinstance(inner, dict | list)
            )
        elif isinstance(value, list):
            stack.extend((inner, depth + 1) for inner in value[::-1] if isinstance(inner, dict | list))


def _cut(value: Any) -> None:
    """Take out of an object or a list all objects and lists."""
    if isinstance(value, dict):
        for key in [key for key, inner in value.items() if isinstance(inner, dict | list)]:
            value[key] = None
    elif isinstance(value, list):
        value[:] = [inner for inner in value if not isinstance(inner, dict | list)]


def types(node: Node) -> set[str]:
    """Its schema.org types without their namespace."""
    stated = node.get("@type") or node.get("type")
    listed = stated if isinstance(stated, list) else [stated]
    return {
        str(one).rsplit("/", 1)[-1].rsplit("#", 1)[-1].removeprefix("schema:")
        for one in listed
        if isinstance(one, str)
    }


def is_article(node: Node) -> bool:
    """Whether it describes an article (by its type's name, so that new subtypes count)."""
    return any(_ARTICLE.search(name) and name not in _NOT_ARTICLE for name in types(node))


def strings(value: Any) -> list[str]:
    """The texts a property holds, whether written as text, list, {"@value": …} or a named object."""
    if isinstance(value, str):
        text = plain(value)
        return [text] if text else []
    if isinstance(value, list):
        return [text for one in value[:100] for text in strings(one)]
    if isinstance(value, dict):
        for key in ("@value", "name", "@id", "url"):
            if value.get(key):
                return strings(value[key])
    return []


class Graph:
    """All the JSON-LD of a page, with references by @id resolved."""

    def __init__(self, scripts: Iterable[str]) -> None:
        read_in = itertools.islice(scripts, _MAX_SCRIPTS)
        self.nodes: list[Node] = list(walk(value for script in read_in for value in read(script)))
        self._by_id: dict[str, Node] = {}
        for node in self.nodes:
            name = node.get("@id")
            if isinstance(name, str) and len(node) > len(self._by_id.get(name, ())):
                self._by_id[name] = node

    def resolve(self, value: Any) -> Any:
        """The object that a bare reference stands for; anything else as it is."""
        if isinstance(value, list):
            return [self.resolve(one) for one in value]
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value

    def articles(self) -> list[Node]:
        """The nodes that describe articles, those with a headline or a date alone."""
        return [
            node
            for node in self.nodes
            if is_article(node)
            and any(node.get(key) for key in ("headline", "datePublished", "articleBody", "name"))
        ]

    def of_type(self, *names: str) -> list[Node]:
        """The nodes of any of these types."""
        wanted = set(names)
        return [node for node in self.nodes if types(node) & wanted]
