"""The AsyncAPI 3.0 document: every topic with its key, headers, values and Kafka settings."""

from typing import Any, Final

from schemas.jsonschema import header_schema, record_schemas
from schemas.records import Record
from schemas.topics import RAW, RAW_BACKFILL, TOPICS, Topic

VERSION: Final = "3.0.0"
KAFKA_BINDING: Final = "0.5.0"
_RECEIVED: Final = frozenset({RAW.name, RAW_BACKFILL.name})

_DESCRIPTION: Final = """\
News as events: every version of every article, what changed, of what it is a copy.

Subscribe to `articles.enriched.v1` for articles and to `articles.changes.v1` for what outlets changed in them. Read with
`isolation.level=read_committed`: then each message is seen once and only when the work behind it is done. Within a key
the order is kept. `articles.enriched.v1` is compacted: a new subscriber reads the current state of every article, then
what comes. A message that differs from an earlier one only in its header `dl_refresh` tells that the article's history
around it changed.

Values are JSON. Fields may be added; none is removed or narrowed within a topic's version, so ignore what you do not know.
"""


def document(version: str) -> dict[str, Any]:
    """The whole document; `version` is the project's."""
    records: tuple[type[Record], ...] = tuple(topic.value for topic in TOPICS if topic.value is not None)
    _, schemas = record_schemas(records, "#/components/schemas/{name}")
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Dateline",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "embedded": {
                "host": "localhost:19092",
                "protocol": "kafka",
                "description": "The server that `dateline up` starts.",
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operation(topic) for topic in TOPICS),
        "components": {
            "schemas": schemas,
            "messages": {topic.name: _message(topic) for topic in TOPICS},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    configuration: dict[str, Any] = {
        "cleanup.policy": [topic.cleanup],
        "max.message.bytes": topic.max_message_bytes,
    }
    if topic.cleanup == "delete":
        configuration["retention.ms"] = topic.retention_ms
    return {
        "address": topic.name,
        "title": topic.name,
        "description": topic.about,
        "tags": [{"name": "public" if topic.public else "internal"}],
        "messages": {topic.name: {"$ref": f"#/components/messages/{topic.name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configuration,
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operation(topic: Topic) -> tuple[str, dict[str, Any]]:
    action = "receive" if topic.name in _RECEIVED else "send"
    return f"{action}.{topic.name}", {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": topic.about,
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.name}"}],
    }


def _message(topic: Topic) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": topic.name,
        "title": topic.value.__name__ if topic.value else "Document as received",
        "summary": topic.about,
        "headers": header_schema(topic),
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": topic.key},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }
    if topic.value is not None:
        message["contentType"] = "application/json"
        message["payload"] = {"$ref": f"#/components/schemas/{topic.value.__name__}"}
    else:
        message["contentType"] = "application/octet-stream"
        message["description"] = (
            "The value is the bytes as they came; the header content-type says what they are."
        )
        message["payload"] = {"type": "string", "contentEncoding": "binary"}
    return message
