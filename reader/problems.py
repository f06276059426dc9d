"""Errors: a page for people, problem details (RFC 9457) for programs."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from elasticsearch import ApiError
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.spec import OpenAPI, OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Schema
from litestar.response import Template
from litestar.status_codes import HTTP_404_NOT_FOUND

from dateline.errors import DatelineError, Unavailable, UsageError
from reader.guard import headers

PROBLEM: Final = "application/problem+json"
QUIET: Final[set[int | type[Exception]]] = {400, 401, 403, 404, 405, 413, 429, DatelineError}
"""What is answered without a trace in the log: nothing here is broken."""

_TITLES: Final = {
    400: "That cannot be read",
    401: "A token is needed",
    403: "Not for you",
    404: "Not found",
    405: "Not here",
    429: "Too many requests",
    503: "No answer",
}

_NO_ROUTE: Final = "Not Found"  # what the framework says where no handler is

Asked = Request[Any, Any, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details as RFC 9457 has them. `detail` says what was expected, what came, and what to do."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


_DOCUMENTED: Final = {
    400: "The request cannot be read.",
    401: "A token is needed.",
    403: "Not for this token, or not under this host name.",
    404: "There is no such thing.",
    429: "Too many requests: wait for as many seconds as Retry-After says.",
    503: "Elasticsearch or Kafka does not answer.",
}


def describe(schema: OpenAPI) -> None:
    """Put these errors into the API's description, for every operation."""
    text, number = Schema(type=OpenAPIType.STRING), Schema(type=OpenAPIType.INTEGER)
    problem = Schema(
        type=OpenAPIType.OBJECT,
        title="Problem",
        description="Problem details (RFC 9457).",
        properties={"type": text, "title": text, "status": number, "detail": text},
        required=["type", "title", "status", "detail"],
    )
    for path in (schema.paths or {}).values():
        if path.get is not None and path.get.responses is not None:
            for status, words in _DOCUMENTED.items():
                path.get.responses[str(status)] = OpenAPIResponse(
                    description=words, content={PROBLEM: OpenAPIMediaType(schema=problem)}
                )


def refused(request: Asked, error: HTTPException) -> Response[Any]:
    """What the framework or a handler refused."""
    extra = error.extra if isinstance(error.extra, list) else []
    more = "; ".join(f"{one.get('key')}: {one.get('message')}" for one in extra if isinstance(one, dict))
    detail = f"{error.detail} ({more})" if more else str(error.detail)
    if error.status_code == HTTP_404_NOT_FOUND and detail == _NO_ROUTE:
        detail = f"Nothing has the address {request.url.path!r}."
    sent = dict(error.headers or {})
    if "RateLimit-Reset" in sent:
        sent["Retry-After"] = sent["RateLimit-Reset"]
    return _answer(request, error.status_code, detail, sent=sent)


def failed(request: Asked, error: DatelineError) -> Response[Any]:
    """An error of ours: 400 for what was asked, 503 for a server that does not answer."""
    if isinstance(error, UsageError):
        return _answer(request, 400, str(error), help_=True)
    return _answer(request, 503 if isinstance(error, Unavailable) else 500, str(error))


def refused_by_index(request: Asked, error: ApiError) -> Response[Any]:
    """Elasticsearch answered, but not as it should."""
    return _answer(request, 503, f"elasticsearch answered {error.status_code}")


def broken(request: Asked, _: Exception) -> Response[Any]:
    """A defect of ours. What it was stands in the log alone."""
    return _answer(request, 500, "a defect of the reader: its log says more")


def _answer(
    request: Asked, status: int, detail: str, *, help_: bool = False, sent: dict[str, str] | None = None
) -> Response[Any]:
    title = _TITLES.get(status, "Something went wrong")
    if request.url.path.startswith(("/api/", "/feeds/")):
        problem = Problem(title=title, status=status, detail=detail)
        answer: Response[Any] = Response(msgspec.json.encode(problem), status_code=status, media_type=PROBLEM)
    else:
        answer = Template(
            template_name="error.html",
            context={"title": title, "detail": detail, "help": help_},
            status_code=status,
        )
    answer.headers.update(sent or {})
    return headers(answer)
