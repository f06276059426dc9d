"""The web application: pages, API and feeds over one `Library`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from elasticsearch import ApiError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.logging import LoggingConfig
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from dateline import __version__
from dateline.errors import DatelineError, Unavailable, UsageError
from reader import api, feeds, guard, live, pages, pipeline, stories
from reader.access import Access
from reader.etags import Etags
from reader.guard import headers
from reader.library import Library
from reader.operations import Operations
from reader.text import CLASSES, FILTERS

_HERE: Final = Path(__file__).parent
_YEAR: Final = 31_536_000
_ASKED: Final = ["authorization", "if-none-match", "last-event-id"]  # headers that a page elsewhere may send
_TITLES: Final = {
    400: "That cannot be read",
    401: "A token is needed",
    403: "Not for you",
    404: "Not found",
    405: "Not here",
    429: "Too many requests",
    503: "No answer",
}
_QUIET: Final[set[int | type[Exception]]] = {400, 401, 403, 404, 405, 429, DatelineError}


def create(
    library: Library,
    news: live.Live,
    operations: Operations,
    access: Access,
    *,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    rate_limit: int = 0,
) -> Litestar:
    """The application. Closes `library` when it stops.

    `hosts` are names that it answers to beside this machine's, `origins` those whose pages may read it (CORS; none by
    default), `rate_limit` requests a minute from one address elsewhere (0: any number).
    """
    static = create_static_files_router(
        path="/static",
        directories=[_HERE / "static"],
        cache_control=CacheControlHeader(max_age=_YEAR, immutable=True),
        include_in_schema=False,
    )
    return Litestar(
        route_handlers=[
            *pages.HANDLERS,
            *pipeline.HANDLERS,
            *stories.PAGES,
            Router("/api/v1", route_handlers=[*api.HANDLERS, *live.HANDLERS, *stories.API]),
            Router("/feeds", route_handlers=[*feeds.HANDLERS, *stories.FEEDS]),
            static,
        ],
        dependencies={
            "library": Provide(lambda: library, sync_to_thread=False),
            "live": Provide(lambda: news, sync_to_thread=False),
            "operations": Provide(lambda: operations, sync_to_thread=False),
            "access": Provide(lambda: access, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
        exception_handlers={
            HTTPException: _refused,
            DatelineError: _failed,
            ApiError: _refused_by_index,
        },
        after_request=headers,
        middleware=[
            *([guard.limit(rate_limit).middleware] if rate_limit else []),
            DefineMiddleware(guard.Door, access=access, hosts=hosts),
            DefineMiddleware(Etags),
        ],
        cors_config=CORSConfig(allow_origins=list(origins), allow_methods=["GET"], allow_headers=_ASKED)
        if origins
        else None,
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, exclude="/api/v1/stream"),
        on_shutdown=[library.close],
        openapi_config=OpenAPIConfig(
            title="Dateline",
            version=__version__,
            path="/api",
            render_plugins=[JsonRenderPlugin(path=["/openapi.json", "/"])],
            use_handler_docstrings=True,
        ),
        logging_config=LoggingConfig(
            configure_root_logger=False,
            loggers={"litestar": {"level": "INFO", "handlers": [], "propagate": True}},
            log_exceptions="always",
            disable_stack_trace=_QUIET,
        ),
    )


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.globals |= {"stamp": _stamp(), "classes": CLASSES}
    return environment


def _stamp() -> str:
    """Names what the static files say, so that a browser keeps them for as long as they say it."""
    digest = hashlib.sha256()
    for path in sorted((_HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    extra = error.extra if isinstance(error.extra, list) else []
    more = "; ".join(f"{one.get('key')}: {one.get('message')}" for one in extra if isinstance(one, dict))
    detail = f"{error.detail} ({more})" if more else str(error.detail)
    sent = dict(error.headers or {})
    if "RateLimit-Reset" in sent:
        sent["Retry-After"] = sent["RateLimit-Reset"]
    return _answer(request, error.status_code, detail, headers_=sent)


def _failed(request: Request[Any, Any, Any], error: DatelineError) -> Response[Any]:
    if isinstance(error, UsageError):
        return _answer(request, 400, str(error), help_=True)
    return _answer(request, 503 if isinstance(error, Unavailable) else 500, str(error))


def _refused_by_index(request: Request[Any, Any, Any], error: ApiError) -> Response[Any]:
    return _answer(request, 503, f"elasticsearch answered {error.status_code}")


def _answer(
    request: Request[Any, Any, Any],
    status: int,
    detail: str,
    *,
    help_: bool = False,
    headers_: dict[str, str] | None = None,
) -> Response[Any]:
    """A page for people, problem details (RFC 9457) for programs."""
    title = _TITLES.get(status, "Something went wrong")
    if request.url.path.startswith(("/api/", "/feeds/")):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        answer: Response[Any] = Response(
            msgspec.json.encode(problem), status_code=status, media_type="application/problem+json"
        )
    else:
        answer = Template(
            template_name="error.html",
            context={"title": title, "detail": detail, "help": help_},
            status_code=status,
        )
    answer.headers.update(headers_ or {})
    return headers(answer)
