"""The HTTP API, version 1: JSON, cursors, problem details. Described by OpenAPI at /api/openapi.json."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import OpenAPI, OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Schema
from litestar.params import FromPath, FromQuery, QueryParameter

from dateline.archive import Also, Hit
from dateline.browse import Order
from dateline.collapse import Collapse
from dateline.facets import Facets
from reader.cursors import next_page
from reader.histories import history
from reader.histories import version as version_of
from reader.library import Library, SourceCard
from reader.text import highlighted
from schemas.ninjs import STANDARD, encode_item, item, package
from schemas.records import Change, CopyOf, EnrichedArticle, Quote

NINJS: Final = "application/ninjs+json"
"""What Accept must name for articles as IPTC ninjs 3.1."""
_SEARCH: Final = "urn:x-dateline:search:"

Form = Annotated[
    Literal["dateline", "ninjs"], QueryParameter(name="format", description="ninjs: IPTC ninjs 3.1.")
]
Cursor = Annotated[str | None, QueryParameter(description="The cursor in the page before's Link.")]
Size = Annotated[int, QueryParameter(ge=1, le=200, description="Results a page.")]


class ApiHit(msgspec.Struct, frozen=True, kw_only=True):
    """An article found, and in `also` what it stands for. Highlights are HTML: text escaped, matches in <em>.

    `whole` is false for one that has only some of what was asked for, or nearly.
    """

    id: str
    url: str
    source: str
    kicker: str | None
    headline: str
    standfirst: str | None
    authors: tuple[str, ...]
    language: str | None
    published: str | None
    modified: str | None
    status: str
    removed: str | None
    copy_of: str | None
    changes: tuple[str, ...]
    score: float
    story_id: str | None
    whole: bool
    also: Also | None
    highlights: dict[str, list[str]]


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results. Pass `cursor` to get the next one; null on the last. A cursor is good for two minutes.

    `total` counts what is shown once (see `collapse`), close to exact up to 10,000; `articles` what that stands for, as facets do. `loosely`:
    only `whole` results have all that was asked for, and others are there too. A page can have less than `size` before the last.
    """

    total: int
    articles: int
    collapse: Collapse
    loosely: bool
    whole: int
    hits: list[ApiHit]
    cursor: str | None
    facets: Facets | None = None


class VersionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One version in a history. `number` counts from 1, the oldest."""

    number: int
    version_id: str
    status: str
    headline: str
    published: str | None
    modified: str | None
    fetched: str
    removed: str | None
    changes: tuple[Change, ...]


class DiffPiece(msgspec.Struct, frozen=True, kw_only=True):
    """A run of words: op "=" is in both versions, "-" only in the older, "+" only in the newer."""

    op: str
    text: str


class DiffBlock(msgspec.Struct, frozen=True, kw_only=True):
    """One field or paragraph: `kind` is same, changed, added, removed or moved."""

    where: str
    kind: str
    pieces: list[DiffPiece]


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """Two versions word by word. `changes` are the classified changes, when the versions follow each other."""

    older: int
    newer: int
    changes: tuple[Change, ...]
    blocks: list[DiffBlock]


class Kin(msgspec.Struct, frozen=True, kw_only=True):
    """An article of a family. `copy_of` says what of the origin it kept and cut, and whether it credits it."""

    id: str
    url: str
    source: str
    headline: str
    published: str | None
    credit: str | None
    copy_of: CopyOf | None


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """An origin (null for an article without copies) and its copies, earliest first."""

    origin: Kin | None
    copies: list[Kin]
    copy_of: CopyOf | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A quotation with the article that carries it."""

    quote: Quote
    article_id: str
    url: str
    source: str
    headline: str
    published: str | None


@get("/search", sync_to_thread=True)
def search(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    q: Annotated[str, QueryParameter(description="A query; see docs/search.md.")] = "",
    order: FromQuery[Order] = "best",
    size: Size = 20,
    cursor: Annotated[str | None, QueryParameter(description="The cursor of the page before.")] = None,
    facets: Annotated[
        bool, QueryParameter(description="Also count what the articles have in common.")
    ] = False,
    collapse: Annotated[
        Collapse,
        QueryParameter(
            description="What is shown once: a story, a text with all its copies (copies), or each article (none)."
        ),
    ] = "story",
    exact: Annotated[
        bool, QueryParameter(description="Only what has all that is asked for, however little that is.")
    ] = False,
    form: Form = "dateline",
) -> Response[Results]:
    """Articles (their latest versions) that match a query, each story once. `Link` has the next page's address too.

    As ninjs 3.1 on request: one item of type composite, with the articles, whole, as its associations.
    """
    found = library.browser.walk(q, order=order, size=size, cursor=cursor, collapse=collapse, exact=exact)
    sent = {"vary": "accept"} | next_page(request, found.cursor)
    if _wants_ninjs(request, form):
        articles = library.articles([hit.id for hit in found.hits])
        content: Any = encode_item(package(f"{_SEARCH}{quote(q, safe='')}", articles))
        return Response(content, media_type=NINJS, headers=sent)
    counted = library.browser.facets(q, found.articles, loosely=found.loosely) if facets else None
    results = Results(
        total=found.total,
        articles=found.articles,
        collapse=found.collapse,
        loosely=found.loosely,
        whole=found.whole,
        hits=[_hit(hit) for hit in found.hits],
        cursor=found.cursor,
        facets=counted,
    )
    return Response(results, headers=sent)


@get("/articles/{article_id:str}", sync_to_thread=True)
def article(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    article_id: FromPath[str],
    form: Form = "dateline",
) -> Response[EnrichedArticle]:
    """The latest version of an article, by its id or a URL that it has or had; as ninjs 3.1 on request."""
    return _told(request, history(library, article_id)[-1], form)


@get("/articles/{article_id:str}/versions", sync_to_thread=True)
def versions(library: NamedDependency[Library], article_id: FromPath[str]) -> list[VersionSummary]:
    """Its history, oldest first."""
    return [
        VersionSummary(
            number=number,
            version_id=one.version_id,
            status=one.status,
            headline=one.headline,
            published=one.published,
            modified=one.modified,
            fetched=one.fetched,
            removed=one.removed,
            changes=one.changes,
        )
        for number, one in enumerate(history(library, article_id), start=1)
    ]


@get("/articles/{article_id:str}/versions/{number:int}", sync_to_thread=True)
def version(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    article_id: FromPath[str],
    number: FromPath[int],
    form: Form = "dateline",
) -> Response[EnrichedArticle]:
    """One version, whole; as ninjs 3.1 on request."""
    return _told(request, version_of(history(library, article_id), number), form)


@get("/articles/{article_id:str}/diff", sync_to_thread=True)
def diff(
    library: NamedDependency[Library],
    article_id: FromPath[str],
    older: Annotated[int | None, QueryParameter(name="from", description="A version's number.")] = None,
    newer: Annotated[int | None, QueryParameter(name="to", description="A version's number.")] = None,
) -> Diff:
    """Two versions word by word: the last two, unless others are named."""
    told = history(library, article_id)
    last = len(told) if newer is None else newer
    first = max(last - 1, 1) if older is None else older
    before, after = version_of(told, first), version_of(told, last)
    return Diff(
        older=first,
        newer=last,
        changes=after.changes if last == first + 1 else (),
        blocks=[
            DiffBlock(
                where=block.where,
                kind=block.kind,
                pieces=[DiffPiece(op=op, text=text) for op, text in block.pieces],
            )
            for block in library.diff(before, after)
        ],
    )


@get("/articles/{article_id:str}/copies", sync_to_thread=True)
def copies(library: NamedDependency[Library], article_id: FromPath[str]) -> Family:
    """The article's family: the origin and every copy of it."""
    latest = history(library, article_id)[-1]
    found = library.family(latest)
    return Family(
        origin=_kin(found.origin) if found.copies else None,
        copies=[_kin(one) for one in found.copies],
        copy_of=latest.copy_of,
    )


@get("/articles/{article_id:str}/similar", sync_to_thread=True)
def similar(library: NamedDependency[Library], article_id: FromPath[str], size: Size = 10) -> list[ApiHit]:
    """Articles like this one, by meaning and by words, likest first; its copies and its origin's are left out."""
    latest = history(library, article_id)[-1]
    return [_hit(hit) for hit in library.likeness.similar(latest, size=size)]


@get("/changes", sync_to_thread=True)
def changes(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    classes: Annotated[str, QueryParameter(name="class", description="Classes, with commas between.")] = "",
    source: FromQuery[str | None] = None,
    minimum: Annotated[
        float, QueryParameter(name="min", ge=0, le=1, description="The least importance.")
    ] = 0.0,
    size: Size = 50,
    cursor: Cursor = None,
) -> Response[list[Change]]:
    """Classified changes, the latest first. `Link` has the next page's address, for as long as there is one."""
    wanted = [one for one in classes.split(",") if one]
    found, following = library.change_page(
        classes=wanted, source=source, floor=minimum, size=size, cursor=cursor
    )
    return Response(list(found), headers=next_page(request, following))


@get("/quotes", sync_to_thread=True)
def quotes(
    request: Request[Any, Any, Any],
    library: NamedDependency[Library],
    speaker: Annotated[str, QueryParameter(min_length=1, description="A name, or part of one.")],
    size: Size = 50,
    cursor: Cursor = None,
) -> Response[list[Said]]:
    """What somebody is quoted with, `size` articles a page, the newest first. `Link` has the next page's address."""
    found, following = library.quoted(speaker, size=size, cursor=cursor)
    said = [
        Said(
            quote=one.quote,
            article_id=one.article.id,
            url=one.article.url,
            source=one.article.source,
            headline=one.article.headline,
            published=one.article.published,
        )
        for one in found
    ]
    return Response(said, headers=next_page(request, following))


@get("/sources", sync_to_thread=True)
def sources(library: NamedDependency[Library]) -> list[SourceCard]:
    """Every source with its figures."""
    return list(library.sources())


@get("/sources/{source_id:str}", sync_to_thread=True)
def source(library: NamedDependency[Library], source_id: FromPath[str]) -> SourceCard:
    """One source's figures."""
    card = library.source(source_id)
    if card is None:
        raise NotFoundException(detail=f"no articles of a source {source_id!r}")
    return card


def _told(
    request: Request[Any, Any, Any], article: EnrichedArticle, form: Literal["dateline", "ninjs"]
) -> Response[EnrichedArticle]:
    if _wants_ninjs(request, form):
        content: Any = encode_item(item(article))
        return Response(content, media_type=NINJS, headers={"vary": "accept"})
    return Response(article, headers={"vary": "accept"})


def _wants_ninjs(request: Request[Any, Any, Any], form: Literal["dateline", "ninjs"]) -> bool:
    return form == "ninjs" or NINJS in request.headers.get("accept", "")


def describe_ninjs(schema: OpenAPI) -> None:
    """Say in the API's description which operations answer in ninjs too."""
    for path, operation in (schema.paths or {}).items():
        if path.endswith(("/search", "/articles/{article_id}", "/versions/{number}")) and operation.get:
            answer = (operation.get.responses or {})["200"]
            if isinstance(answer, OpenAPIResponse) and answer.content is not None:
                answer.content[NINJS] = OpenAPIMediaType(
                    schema=Schema(type=OpenAPIType.OBJECT, description=STANDARD["schema"])
                )


def _kin(one: EnrichedArticle) -> Kin:
    return Kin(
        id=one.id,
        url=one.url,
        source=one.source,
        headline=one.headline,
        published=one.published,
        credit=one.credit,
        copy_of=one.copy_of,
    )


def _hit(hit: Hit) -> ApiHit:
    marked = {
        field: [str(highlighted(one, "em")) for one in passages] for field, passages in hit.highlights.items()
    }
    return msgspec.convert({**msgspec.structs.asdict(hit), "highlights": marked}, ApiHit)


HANDLERS: Final[list[Any]] = [
    search,
    article,
    versions,
    version,
    diff,
    copies,
    similar,
    changes,
    quotes,
    sources,
    source,
]
