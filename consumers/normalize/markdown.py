"""Markdown: front matter, headings, lists, quotations and tables as blocks, marks and links stripped.

Source: CommonMark 0.31 with tables (markdown-it-py); front matter as Jekyll (YAML) and Hugo (TOML) write it.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from consumers.normalize.sheet import Block, Kind, Sheet
from consumers.normalize.strings import clean, words

_YAML = re.compile(r"^---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"^\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_KEY = re.compile(r"^\s*[\"']?[\w.-]+[\"']?\s*[:=]", re.MULTILINE)
_HEADING = re.compile(r"^#{1,3} +\S|^[^\n]{3,160}\n={3,}[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{1,500}>")
_MAX_FRONT = 32_000
_MAX_TEXT = 2_000_000  # characters; a longer text is read as a plain one
_MAX_KICKER_WORDS = 5
_MIN_STANDFIRST_WORDS = 6

# Keys of front matter → field. Anything else is set aside.
_KEYS = {
    "title": "headline", "headline": "headline", "titre": "headline", "titel": "headline", "kicker": "kicker", "eyebrow": "kicker",
    "overline": "kicker", "subtitle": "standfirst", "standfirst": "standfirst", "description": "standfirst", "summary": "standfirst",
    "excerpt": "standfirst", "lead": "standfirst", "deck": "standfirst", "dek": "standfirst", "author": "author", "authors": "author",
    "byline": "author", "by": "author", "autor": "author", "date": "published", "published": "published", "publishdate": "published",
    "pubdate": "published", "publish_date": "published", "created": "published", "published_at": "published", "datepublished": "published",
    "lastmod": "modified", "updated": "modified", "modified": "modified", "last_modified_at": "modified", "updated_at": "modified",
    "datemodified": "modified", "section": "section", "category": "section", "categories": "section", "tags": "tags", "keywords": "tags",
    "lang": "language", "language": "language", "locale": "language", "url": "url", "canonical": "url", "canonical_url": "url",
    "canonicalurl": "url", "correction": "correction", "source": "credit", "agency": "credit", "license": "license", "copyright": "copyright",
}  # fmt: skip


class _Loader(yaml.BaseLoader):
    """Texts only (no dates, no numbers), and no aliases: they can make a few lines into gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias in front matter")
        return super().compose_node(parent, index)


def looks_like_markdown(text: str) -> bool:
    """Whether a plain text is Markdown beyond doubt: front matter with keys, or a heading as its first line."""
    start = text.lstrip("\ufeff\n ")[:_MAX_FRONT]
    for pattern in (_YAML, _TOML):
        found = pattern.match(start)
        if found and _KEY.search(found[1]):
            return True
    return bool(_HEADING.match(start))


def read(text: str) -> Sheet | None:
    """The document's fields and blocks; None for a text too long to be read as Markdown."""
    if len(text) > _MAX_TEXT:
        return None
    sheet = Sheet("markdown")
    body = _front(text.lstrip("\ufeff\n"), sheet)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    walk = _Walk(sheet)
    walk.read(parser.parse(body))
    _title(sheet, {sheet.blocks[at].text for at in walk.stressed if at >= 0})
    return sheet


def _front(text: str, sheet: Sheet) -> str:
    for pattern, load in ((_YAML, _yaml), (_TOML, _toml)):
        found = pattern.match(text[: _MAX_FRONT + 10])
        if found:
            values = load(found[1])
            if values:
                _state(values, sheet)
                sheet.put_aside(found[0], "front matter")
                return text[found.end() :]
    return text


def _yaml(text: str) -> Mapping[Any, Any]:
    try:
        values: object = yaml.load(text, Loader=_Loader)  # noqa: S506  # texts only
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _state(values: Mapping[Any, Any], sheet: Sheet) -> None:
    for key, value in values.items():
        if not isinstance(key, str):
            continue
        field = _KEYS.get(key.casefold().strip())
        for text in _texts(value) if field else ():
            sheet.state(field or "", text, f"front matter:{key}")


def _texts(value: Any) -> Iterator[str]:
    """The texts of a value: itself, a list's, or the name of an object."""
    if isinstance(value, list):
        for one in value[:50]:
            if not isinstance(one, list):
                yield from _texts(one)
    elif isinstance(value, dict):
        name = value.get("name") or value.get("title")
        if isinstance(name, str):
            yield clean(name)
    elif value is not None and value != "":
        yield clean(str(value))


class _Walk:
    """Tokens to blocks; `stressed` are the places of those that are emphasised from end to end."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._around: list[str] = []
        self._cells: list[str] = []
        self._level = ""
        self.stressed: set[int] = set()

    def read(self, tokens: Sequence[Token]) -> None:
        """All of the document, in order."""
        for token in tokens:
            name = token.type.removesuffix("_open").removesuffix("_close")
            if token.nesting == 1:
                self._around.append(name)
                self._level = token.tag if name == "heading" else self._level
                self._cells = [] if name == "tr" else self._cells
            elif token.nesting == -1:
                self._around.pop()
                if name == "tr":
                    self._add(" | ".join(self._cells), "table_row")
            elif token.type == "inline":
                text = self._inline(token.children or [])
                if "tr" in self._around:
                    self._cells.append(text)
                else:
                    self._add(text, self._kind())
                    if _is_stressed(token.children or []):
                        self.stressed.add(len(self._sheet.blocks) - 1)
            elif token.type in ("fence", "code_block"):
                self._add(
                    "\n".join(line.rstrip() for line in token.content.split("\n") if line.strip()), "code"
                )
            elif token.type == "html_block":
                self._html(token.content)

    def _kind(self) -> Kind:
        if "heading" in self._around:
            return "subheading"
        if "list_item" in self._around:
            return "list_item"
        return "blockquote" if "blockquote" in self._around else ""

    def _add(self, text: str, kind: Kind) -> None:
        if not text.strip():
            return
        self._sheet.blocks.append(Block(text, kind))
        if kind == "subheading" and self._level == "h1":
            self._sheet.state("h1", text, "markdown:heading")

    def _html(self, content: str) -> None:
        text = clean(_TAG.sub(" ", content))
        self._sheet.put_aside("".join(_TAG.findall(content)), "tags")
        self._add(text, "")

    def _inline(self, children: Iterable[Token]) -> str:
        """The words: emphasis and links stripped, lines of a quotation kept apart, others joined."""
        between = "\n" if "blockquote" in self._around else " "
        parts: list[str] = []
        linked = 0
        for child in children:
            if child.type == "link_close":
                said = clean("".join(parts[linked:]))
                self._sheet.links[-1] = (self._sheet.links[-1][0], said)
            elif child.type in ("text", "code_inline"):
                parts.append(child.content)
            elif child.type == "softbreak":
                parts.append(between)
            elif child.type == "hardbreak":
                parts.append("\n")
            elif child.type == "image":
                self._sheet.state("captions", clean(child.content), "markdown:image")
                self._sheet.put_aside(str(child.attrs.get("src", "")), "address of an image")
                self._sheet.put_aside(str(child.attrs.get("title", "")), "title of an image")
            elif child.type == "link_open":
                linked = len(parts)
                self._sheet.links.append((str(child.attrs.get("href", "")), ""))
                self._sheet.put_aside(str(child.attrs.get("href", "")), "address of a link")
                self._sheet.put_aside(str(child.attrs.get("title", "")), "title of a link")
            elif child.type == "html_inline":
                self._sheet.put_aside(child.content, "tag")
        return "\n".join(line for part in "".join(parts).split("\n") if (line := clean(part)))


def _is_stressed(children: Sequence[Token]) -> bool:
    shown = [child for child in children if child.type != "text" or child.content.strip()]
    return (
        len(shown) > 2
        and shown[0].type in ("em_open", "strong_open")
        and shown[0].level == shown[-1].level
        and (shown[-1].type in ("em_close", "strong_close") and sum(child.level == 0 for child in shown) == 2)
    )


def _title(sheet: Sheet, stressed: Collection[str]) -> None:
    """The first heading of the first level is the headline, where front matter names none; what little stands above it the
    kicker; a second heading or a line in emphasis below it the standfirst.
    """
    first = sheet.first("h1")
    at = next((at for at, one in enumerate(sheet.blocks[:4]) if one.kind == "subheading"), None)
    if at is None:
        return
    heading = sheet.blocks[at].text
    named = sheet.first("headline")
    if named is None and (at == 0 or (first and first.value == heading)):
        sheet.state("headline", heading, "markdown:heading")
        del sheet.blocks[at]
    elif named is not None and clean(named.value) == heading:
        sheet.put_aside(heading, "headline once more")
        del sheet.blocks[at]
    else:
        return
    above = sheet.blocks[:at]
    if len(above) == 1 and len(words(above[0].text)) <= _MAX_KICKER_WORDS and not sheet.first("kicker"):
        sheet.state("kicker", above[0].text, "markdown:above the heading")
        del sheet.blocks[:at]
        at = 0
    following = sheet.blocks[at : at + 2]
    if len(following) < 2 or following[1].kind or sheet.first("standfirst"):
        return
    if following[0].kind == "subheading":
        sheet.state("standfirst", following[0].text, "markdown:second heading")
        del sheet.blocks[at]
    elif following[0].text in stressed and len(words(following[0].text)) >= _MIN_STANDFIRST_WORDS:
        sheet.state("standfirst", following[0].text, "markdown:emphasised line")
        del sheet.blocks[at]
