"""The AsyncAPI document keeps the rules of AsyncAPI 3.0 and describes the topics as they are.

The rules are those of the specification's sections on the objects that the document uses.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import jsonschema
import pytest
import yaml

from schemas.envelope import raw_headers
from schemas.generate import ROOT
from schemas.records import encode
from schemas.topics import RAW, TOPICS, Topic
from tests.samples import CHANGE, ENRICHED, OUTCOME, article

Document = dict[str, Any]

_MAY_HAVE: Final = {
    "document": {
        "asyncapi",
        "id",
        "info",
        "servers",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    },
    "info": {
        "title",
        "version",
        "description",
        "termsOfService",
        "contact",
        "license",
        "tags",
        "externalDocs",
    },
    "license": {"name", "url"},
    "server": {
        "host",
        "protocol",
        "protocolVersion",
        "pathname",
        "description",
        "title",
        "summary",
        "variables",
        "security",
        "tags",
        "externalDocs",
        "bindings",
    },
    "channel": {
        "address",
        "messages",
        "title",
        "summary",
        "description",
        "servers",
        "parameters",
        "tags",
        "externalDocs",
        "bindings",
    },
    "operation": {
        "action",
        "channel",
        "title",
        "summary",
        "description",
        "security",
        "tags",
        "externalDocs",
        "bindings",
        "traits",
        "messages",
        "reply",
    },
    "message": {
        "headers",
        "payload",
        "correlationId",
        "contentType",
        "name",
        "title",
        "summary",
        "description",
        "tags",
        "externalDocs",
        "bindings",
        "examples",
        "traits",
    },
    "kafka channel": {"topic", "partitions", "replicas", "topicConfiguration", "bindingVersion"},
    "kafka topic": {
        "cleanup.policy",
        "retention.ms",
        "retention.bytes",
        "delete.retention.ms",
        "max.message.bytes",
    },
    "kafka message": {
        "key",
        "schemaIdLocation",
        "schemaIdPayloadEncoding",
        "schemaLookupStrategy",
        "bindingVersion",
    },
}


@pytest.fixture(scope="module")
def document() -> Document:
    """The committed document."""
    loaded: Document = yaml.safe_load((ROOT / "schemas/asyncapi.yaml").read_text())
    return loaded


def _objects(document: Document) -> Iterator[tuple[str, Document]]:
    yield "document", document
    yield "info", document["info"]
    yield "license", document["info"]["license"]
    yield from (("server", server) for server in document["servers"].values())
    yield from (("operation", operation) for operation in document["operations"].values())
    for channel in document["channels"].values():
        yield "channel", channel
        yield "kafka channel", channel["bindings"]["kafka"]
        yield "kafka topic", channel["bindings"]["kafka"]["topicConfiguration"]
    for message in document["components"]["messages"].values():
        yield "message", message
        yield "kafka message", message["bindings"]["kafka"]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _resolve(document: Document, reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def _validator(document: Document, schema: Document) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator({**schema, "components": document["components"]})


def test_objects_have_the_fields_that_the_specification_knows(document: Document) -> None:
    """A field that AsyncAPI does not define makes tools refuse the document."""
    unknown = [(kind, set(found) - _MAY_HAVE[kind]) for kind, found in _objects(document)]
    assert [pair for pair in unknown if pair[1]] == []
    assert document["asyncapi"] == "3.0.0"


def test_names_of_components_are_allowed_ones(document: Document) -> None:
    """Letters, digits, dots, hyphens and underscores."""
    names = [name for part in document["components"].values() for name in part]
    assert [name for name in names if not re.fullmatch(r"[\w\d.\-_]+", name)] == []


def test_every_reference_leads_somewhere(document: Document) -> None:
    """And all of them stay inside the document."""
    references = set(_references(document))
    assert references
    assert all(_resolve(document, reference) is not None for reference in references)


def test_an_operation_names_messages_of_its_own_channel(document: Document) -> None:
    """The specification allows references to the channel's messages alone."""
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert all(m["$ref"].startswith(f"{channel}/messages/") for m in operation["messages"])
        assert operation["action"] in {"send", "receive"}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_each_topic_is_described_as_it_is_created(document: Document, topic: Topic) -> None:
    """Partitions, retention, cleanup and key are those of the table."""
    channel = document["channels"][topic.name]
    kafka = channel["bindings"]["kafka"]
    assert (channel["address"], kafka["topic"], kafka["partitions"]) == (
        topic.name,
        topic.name,
        topic.partitions,
    )
    described = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in kafka["topicConfiguration"].items()
    }
    assert described == topic.config
    assert document["components"]["messages"][topic.name]["bindings"]["kafka"]["key"]["type"] == "string"


@pytest.mark.parametrize(
    "record", [article(), ENRICHED, CHANGE, OUTCOME], ids=lambda record: type(record).__name__
)
def test_messages_are_valid_under_their_payload(document: Document, record: Any) -> None:
    """A subscriber that validates by the document accepts what we send."""
    (name,) = [t.name for t in TOPICS if t.value is type(record)]
    payload = document["components"]["messages"][name]["payload"]
    _validator(document, payload).validate(yaml.safe_load(encode(record)))


def test_headers_of_a_raw_message_are_valid(document: Document) -> None:
    """What our producers send, a foreign producer can read off the document."""
    headers = raw_headers(
        event_id="e", source="s", url="u", content_type="text/plain", fetched="2026-03-02T09:31:00Z"
    )
    validator = _validator(document, document["components"]["messages"][RAW.name]["headers"])
    validator.validate(headers)
    del headers["ce_id"]
    assert not validator.is_valid(headers)
