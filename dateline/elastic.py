"""The Elasticsearch client with Dateline's settings, and its errors in Dateline's terms."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import ConnectionTimeout, SerializationError
from elasticsearch import ApiError, BadRequestError, Elasticsearch

from dateline.endpoints import elastic_url
from dateline.errors import Overloaded, Unavailable
from dateline.settings import Settings

_TRY_LATER = frozenset({408, 500, 502, 503, 504})
_UNTIL_READY: Final = "30s"


def client(settings: Settings) -> Elasticsearch:
    """A client that retries nothing by itself: waiting and trying again is the runner's. Close it."""
    elastic = settings.elastic
    url = elastic_url(settings)
    options: dict[str, Any] = {
        "request_timeout": elastic.timeout,
        "max_retries": 0,
        "retry_on_timeout": False,
    }
    if url.startswith("https"):
        options |= {"ca_certs": elastic.ca_certs, "verify_certs": elastic.verify_certs}
    if elastic.api_key:
        options["api_key"] = elastic.api_key
    elif elastic.username:
        options["basic_auth"] = (elastic.username, elastic.password or "")
    return Elasticsearch(url, **options)


def ensure_index(client: Elasticsearch, index: str, **body: Any) -> None:
    """Make the index unless it is there, or another process makes it this moment. It can be read when this returns.

    `body` as `indices.create` takes it.
    """
    if not client.indices.exists(index=index):
        try:
            client.indices.create(index=index, **body)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
    client.cluster.health(index=index, wait_for_status="yellow", timeout=_UNTIL_READY)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise `Unavailable` or `Overloaded` for what may succeed later; let a refusal (4xx) through as it is."""
    try:
        yield
    except (TransportConnectionError, ConnectionTimeout, SerializationError) as error:
        raise Unavailable(f"elasticsearch: {doing}: no answer: {error}") from error
    except ApiError as error:
        if error.status_code == 429:
            raise Overloaded(f"elasticsearch: {doing}: asks for less (429)") from error
        if error.status_code in _TRY_LATER:
            raise Unavailable(
                f"elasticsearch: {doing}: answered {error.status_code}: {error.message}"
            ) from error
        raise


def searched(
    client: Elasticsearch, searches: Sequence[Mapping[str, Any]], doing: str
) -> list[dict[str, Any]]:
    """The answers to several searches, a header and a body each; one request. Raises Unavailable when one of them fails."""
    with translated(doing):
        answers: list[dict[str, Any]] = client.msearch(searches=searches)["responses"]
    for answer in answers:
        if "error" in answer:
            raise Unavailable(f"elasticsearch: {doing}: answered {answer['status']}: {answer['error']}")
    return answers
