"""The web application: pages, API and feeds over one `Library`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from elasticsearch import ApiError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Router
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
from litestar.static_files import create_static_files_router
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from litestar.template.config import TemplateConfig

from dateline import __version__
from dateline.errors import DatelineError
from reader import alerts, api, feeds, guard, live, pages, people, pipeline, problems, searches, stories
from reader.access import Access
from reader.etags import Etags
from reader.kept import Answers, Kept
from reader.library import Library
from reader.maps import Tiles, drawn
from reader.operations import Operations
from reader.text import CLASSES, FILTERS

_HERE: Final = Path(__file__).parent
_YEAR: Final = 31_536_000
_ASKED: Final = ["authorization", "if-none-match", "last-event-id"]  # headers that a page elsewhere may send


def create(
    library: Library,
    news: live.Live,
    operations: Operations,
    access: Access,
    *,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    rate_limit: int = 0,
    kept: float = 0.0,
    tiles: Tiles | None = None,
) -> Litestar:
    """The application. Closes `library` when it stops.

    `hosts` are names that it answers to beside this machine's, `origins` those whose pages may read it (CORS; none by
    default), `rate_limit` requests a minute from one address elsewhere (0: any number), `kept` the seconds for which an answer
    is given again (0: never), `tiles` the server that maps are drawn on (none: the bundled outline).
    """
    static = create_static_files_router(
        path="/static",
        directories=[_HERE / "static"],
        cache_control=CacheControlHeader(max_age=_YEAR, immutable=True),
        include_in_schema=False,
    )
    application = Litestar(
        route_handlers=[
            *pages.HANDLERS,
            *pipeline.HANDLERS,
            *stories.PAGES,
            *searches.PAGES,
            Router(
                "/api/v1",
                route_handlers=[
                    *api.HANDLERS,
                    *people.HANDLERS,
                    *live.HANDLERS,
                    *stories.API,
                    *searches.API,
                ],
            ),
            Router(
                "/feeds", route_handlers=[*feeds.HANDLERS, *stories.FEEDS, *alerts.FEEDS, *searches.FEEDS]
            ),
            static,
        ],
        dependencies={
            "library": Provide(lambda: library, sync_to_thread=False),
            "live": Provide(lambda: news, sync_to_thread=False),
            "operations": Provide(lambda: operations, sync_to_thread=False),
            "access": Provide(lambda: access, sync_to_thread=False),
        },
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(_templates(library, tiles))
        ),
        exception_handlers={
            HTTPException: problems.refused,
            DatelineError: problems.failed,
            ApiError: problems.refused_by_index,
            HTTP_500_INTERNAL_SERVER_ERROR: problems.broken,
        },
        after_request=guard.headers_with(tiles.origin) if tiles else guard.headers,
        middleware=[
            *([guard.limit(rate_limit).middleware] if rate_limit else []),
            DefineMiddleware(guard.Door, access=access, hosts=hosts),
            DefineMiddleware(Etags),
            *([DefineMiddleware(Kept, answers=Answers(kept))] if kept else []),
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
            disable_stack_trace=problems.QUIET,
        ),
    )
    problems.describe(application.openapi_schema)
    api.describe_ninjs(application.openapi_schema)
    return application


def _templates(library: Library, tiles: Tiles | None) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.globals |= {
        "stamp": _stamp(),
        "classes": CLASSES,
        "drawn": partial(drawn, tiles=tiles),
        "words": library.words,
    }
    return environment


def _stamp() -> str:
    """Names what the static files say, so that a browser keeps them for as long as they say it."""
    digest = hashlib.sha256()
    for path in sorted((_HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
