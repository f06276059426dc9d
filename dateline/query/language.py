"""From what somebody typed to a tree: words, "phrases", AND OR NOT, -not, (groups), fields (`speaker:"Ada Brandt"`).

Words side by side must all be there. A query that cannot be read raises `QueryError`, whose message says where and why.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, cast

import msgspec
from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from dateline.errors import UsageError

LONGEST: Final = 2000  # characters of a query
DEEPEST: Final = 40  # groups within groups
MOST: Final = 200  # clauses


class QueryError(UsageError):
    """The query cannot be read. `position` counts characters from 0."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(f"query: {message}")
        self.position = position


class Node(msgspec.Struct, frozen=True):
    """A part of a query."""


class Clause(Node, frozen=True):
    """Words of the text. An `exact` one is a phrase: these words, in this order, unstemmed."""

    text: str
    exact: bool = False


class Field(Node, frozen=True):
    """A field that must hold a value. `exact`: the value was quoted."""

    name: FieldName
    value: str
    exact: bool = False


class Without(Node, frozen=True):
    """What must not be there."""

    node: Node


class All(Node, frozen=True):
    """All of these."""

    nodes: tuple[Node, ...]


class Either(Node, frozen=True):
    """At least one of these."""

    nodes: tuple[Node, ...]


class FieldName(StrEnum):
    """What can stand before a colon."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    BODY = "body"
    CAPTION = "caption"
    AUTHOR = "author"
    SOURCE = "source"
    SECTION = "section"
    LANGUAGE = "language"
    CREDIT = "credit"
    KEYWORD = "keyword"
    TAG = "tag"
    TOPIC = "topic"
    PERSON = "person"
    ORGANIZATION = "organization"
    PLACE = "place"
    NAME = "name"
    SPEAKER = "speaker"
    SAID = "said"
    COUNTRY = "country"
    PUBLISHED = "published"
    MODIFIED = "modified"
    FETCHED = "fetched"
    CHANGED = "changed"
    COPYOF = "copyof"
    STORY = "story"
    URL = "url"
    ID = "id"
    IS = "is"
    FLAG = "flag"


FIELDS: Final[dict[FieldName, str]] = {
    FieldName.HEADLINE: 'words of the headline: headline:"harbour plan"',
    FieldName.STANDFIRST: "words of the standfirst",
    FieldName.BODY: "words of the body alone",
    FieldName.CAPTION: "words of a picture's caption",
    FieldName.AUTHOR: 'a name in the byline: author:"Ada Brandt"',
    FieldName.SOURCE: "the outlet's id: source:harbourpost",
    FieldName.SECTION: "the outlet's section",
    FieldName.LANGUAGE: "the text's language: language:de",
    FieldName.CREDIT: "the agency credited",
    FieldName.KEYWORD: "a keyword found in the text",
    FieldName.TAG: "a keyword given by the outlet",
    FieldName.TOPIC: 'a topic, by name or IPTC code: topic:politics, topic:"medtop:11000000"',
    FieldName.PERSON: "a person named, small misspellings forgiven",
    FieldName.ORGANIZATION: "an organization named",
    FieldName.PLACE: "a place named",
    FieldName.NAME: "a person, organization, place, event or work named",
    FieldName.SPEAKER: "who is quoted; with said: in one quotation, speaker:Brandt said:budget",
    FieldName.SAID: "words of a quotation",
    FieldName.COUNTRY: "a country of the places named, as two letters: country:DE",
    FieldName.PUBLISHED: "a year, month or day, or a span: published:2017-07, published:2017-07-01..2017-07-09, published:>=2017",
    FieldName.MODIFIED: "as published",
    FieldName.FETCHED: "as published: when Dateline received it",
    FieldName.CHANGED: "a class of change in any of the article's versions: changed:correction",
    FieldName.COPYOF: "copies of an article, by its id or URL",
    FieldName.STORY: "articles of a story, by its id",
    FieldName.URL: "the article's URL",
    FieldName.ID: "the article's id",
    FieldName.IS: "is:updated, is:copy, is:original, is:removed, is:corrected",
    FieldName.FLAG: "a flag of the page: flag:opinion, flag:live_blog, flag:paywall",
}
"""Every field and what it takes, as help pages show it."""

# other words for a field: what people type, and the names of the record's own fields
_SHORT: Final = {
    "org": FieldName.ORGANIZATION, "orgs": FieldName.ORGANIZATION, "organizations": FieldName.ORGANIZATION,
    "people": FieldName.PERSON, "persons": FieldName.PERSON, "places": FieldName.PLACE,
    "names": FieldName.NAME, "entities": FieldName.NAME, "topics": FieldName.TOPIC, "keywords": FieldName.KEYWORD,
    "tags": FieldName.TAG, "lang": FieldName.LANGUAGE, "by": FieldName.AUTHOR, "authors": FieldName.AUTHOR,
    "speakers": FieldName.SPEAKER, "quote": FieldName.SAID, "quotes": FieldName.SAID, "captions": FieldName.CAPTION,
    "paragraphs": FieldName.BODY, "changes": FieldName.CHANGED, "flags": FieldName.FLAG, "story_id": FieldName.STORY,
}  # fmt: skip
_MARKS: Final = '"“”„«»'
_SEEN: Final = {
    "WORD": "a word",
    "PHRASE": "a phrase",
    "FIELD": "a field",
    "LPAR": "“(”",
    "RPAR": "“)”",
    "_NOT": "NOT",
    "_AND": "AND",
    "_OR": "OR",
    "_MINUS": "“-”",
    "_PLUS": "“+”",
}
_REMEMBERED: Final = 512  # queries: one page reads its own several times
_WHERE_OPERANDS_START: Final = {"WORD", "PHRASE", "LPAR"}


@lru_cache(_REMEMBERED)
def parse(text: str) -> Node | None:
    """The tree of a query; None for an empty one, which means everything. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(f"expected up to {LONGEST} characters, got {len(text)}")
    if not text.strip():
        return None
    _check_nesting(text)
    try:
        tree = _grammar().parse(text)
        node: Node = _Builder().transform(tree)
    except UnexpectedInput as error:
        raise _explained(text, error) from error
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from error
        raise
    if (clauses := _count(node)) > MOST:
        raise QueryError(f"expected up to {MOST} words and fields, got {clauses}")
    return node


@cache
def _grammar() -> Lark:
    source = files("dateline.query").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", propagate_positions=True)


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    def word(self, token: Token) -> Node:
        if re.match(r"https?://", token):
            return Field(FieldName.URL, str(token), exact=True)
        if token.endswith(":") and _SHORT.get(token[:-1].lower(), token[:-1].lower()) in set(FieldName):
            at = token.start_pos or 0
            raise QueryError(
                f"nothing after {str(token)!r} at character {at + 1}: write the value right after the colon",
                at,
            )
        return Clause(str(token))

    def phrase(self, token: Token) -> Node:
        return Clause(_unquoted(token), exact=True)

    def field(self, name: Token, value: Token) -> Node:
        return Field(_named(name), _unquoted(value), exact=value.type == "PHRASE")

    def without(self, node: Node) -> Node:
        return Without(node)

    def all(self, *nodes: Node) -> Node:
        return All(nodes)

    def either(self, *nodes: Node) -> Node:
        return Either(nodes)


def _named(token: Token) -> FieldName:
    written = token.rstrip(":").lower()
    try:
        return _SHORT.get(written) or FieldName(written)
    except ValueError:
        known = ", ".join(FIELDS)
        raise QueryError(
            f"no field {written!r} (at character {(token.start_pos or 0) + 1}); the fields are {known}."
            f' To search for the text itself, quote it: "{token}…"',
            token.start_pos or 0,
        ) from None


def _unquoted(token: Token) -> str:
    text = str(token)
    if token.type != "PHRASE":
        return text
    inner = text[1:-1].strip(_MARKS).strip()
    if not inner:
        raise QueryError(
            f"nothing between the quotation marks at character {(token.start_pos or 0) + 1}",
            token.start_pos or 0,
        )
    return inner


def _check_nesting(text: str) -> None:
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise QueryError(f"expected up to {DEEPEST} groups within each other, got {deepest}")


def _count(node: Node) -> int:
    if isinstance(node, All | Either):
        return sum(map(_count, node.nodes))
    return _count(node.node) if isinstance(node, Without) else 1


def _explained(text: str, error: UnexpectedInput) -> QueryError:
    found = cast("int | None", error.pos_in_stream)
    at = len(text) if found is None or found < 0 else found
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        awaited = error.accepts or error.expected
        if "RPAR" in awaited:
            return QueryError("a “(” is not closed: add “)” or quote it", text.rfind("("))
        return QueryError(f"something is missing at the end, after {text.split()[-1]!r}", len(text))
    if at < len(text) and text[at] in _MARKS:
        return QueryError(
            f"the quotation mark at character {at + 1} is not closed: add one or leave it away", at
        )
    if isinstance(error, UnexpectedToken):
        got = _SEEN.get(error.token.type, f"{str(error.token)!r}")
        if error.token.type == "RPAR":
            return QueryError(f"the “)” at character {at + 1} closes nothing: take it away or quote it", at)
        expected = "a word, a phrase or a field" if _WHERE_OPERANDS_START & set(error.expected) else "an end"
        return QueryError(f"expected {expected} at character {at + 1}, got {got}", at)
    return QueryError(
        f"cannot read {text[at : at + 10]!r} at character {at + 1}; quote it to search for it", at
    )
