"""Bulk writes to Elasticsearch: the `IndexSink` of the index stage."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from elasticsearch import ApiError, Elasticsearch

from dateline.elastic import translated
from dateline.errors import Overloaded, Unavailable
from dateline.ports import IndexAction, IndexResult

BULK_BYTES: Final = 10 * 1024 * 1024
"""The largest bulk body, unless a single document is larger."""

_FILTER: Final = "errors,items.*.status,items.*.error"
_WRITTEN: Final = IndexResult(status="written")
_STALE: Final = IndexResult(status="stale")
_CONFLICT: Final = 409
_REFUSALS: Final = frozenset({400, 413})
# 400, but it is the cluster that is at fault: it allows no further shard
_CLUSTER_FAULTS: Final = frozenset({"validation_exception"})

_Line = tuple[bytes, bytes]


class ElasticIndexSink:
    """Writes whole documents, by bulk requests of at most `BULK_BYTES`.

    Durable when `write` returns. Safe to repeat: the same action leads to the same document. A document that cannot be
    stored is "refused" and the others are written. Raises `Overloaded` or `Unavailable` when the cluster is at fault for
    any action (429, 5xx, blocked, no room for an index, no answer); part of the batch may be written by then.
    """

    def __init__(self, client: Elasticsearch) -> None:
        """`client` must not retry by itself (dateline.elastic.client)."""
        self._client = client

    def write(self, actions: Sequence[IndexAction]) -> Sequence[IndexResult]:
        """Write all; results in the order of the actions."""
        lines, results = _encode(actions)
        written = [result for chunk in _chunks(lines) for result in self._send(chunk)]
        for place, result in zip((i for i, r in enumerate(results) if r is None), written, strict=True):
            results[place] = result
        return [result for result in results if result is not None]

    def _send(self, lines: Sequence[_Line]) -> list[IndexResult]:
        """One bulk request; where it is refused as a whole, its halves, until the document at fault is alone."""
        operations: list[Any] = [part for line in lines for part in line]
        try:
            with translated(f"bulk of {len(lines)}"):
                response = self._client.bulk(operations=operations, filter_path=_FILTER)
        except ApiError as error:
            if error.status_code not in _REFUSALS:
                raise Unavailable(f"elasticsearch: bulk: {error.status_code}: {error}") from error
            if len(lines) == 1:
                return [IndexResult(status="refused", error=str(error))]
            middle = len(lines) // 2
            return self._send(lines[:middle]) + self._send(lines[middle:])
        if not response["errors"]:
            return [_WRITTEN] * len(lines)
        return [_judge(item["index"]) for item in response["items"]]


def _encode(actions: Sequence[IndexAction]) -> tuple[list[_Line], list[IndexResult | None]]:
    """The lines to send, and for each action its result if it can't be sent at all."""
    lines: list[_Line] = []
    results: list[IndexResult | None] = []
    encoded: dict[int, bytes] = {}  # the latest copy and the version of an article share one document
    for action in actions:
        head: dict[str, Any] = {"_index": action.index, "_id": action.id}
        if action.version is not None:
            head |= {"version": action.version, "version_type": "external_gte"}
        try:
            body = encoded.get(id(action.document)) or msgspec.json.encode(action.document)
            lines.append((msgspec.json.encode({"index": head}), body))
        except UnicodeEncodeError as error:
            results.append(IndexResult(status="refused", error=f"not UTF-8 text: {error}"))
        else:
            encoded[id(action.document)] = body
            results.append(None)
    return lines, results


def _chunks(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    chunk: list[_Line] = []
    size = 0
    for line in lines:
        weight = len(line[0]) + len(line[1]) + 2
        if chunk and size + weight > BULK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += weight
    if chunk:
        yield chunk


def _judge(item: dict[str, Any]) -> IndexResult:
    status: int = item["status"]
    if status < 300:
        return _WRITTEN
    if status == _CONFLICT:
        return _STALE
    error = item.get("error") or {}
    text = _explain(error)
    if status in _REFUSALS and error.get("type") not in _CLUSTER_FAULTS:
        return IndexResult(status="refused", error=text)
    if status == 429:
        raise Overloaded(f"elasticsearch: bulk: asks for less (429): {text}")
    raise Unavailable(f"elasticsearch: bulk: answered {status}: {text}")


def _explain(error: dict[str, Any]) -> str:
    causes = []
    cause: dict[str, Any] | None = error
    while cause:
        causes.append(f"{cause.get('type')}: {cause.get('reason')}")
        cause = cause.get("caused_by")
    return "; caused by ".join(causes)[:4000]
