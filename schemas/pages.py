"""The pages of docs/ that are made from the tables: docs/fields.md and docs/topics.md."""

from typing import Final

import msgspec

from schemas.headers import ACQUIRED, CARRIED, CLOUD_EVENT, QUARANTINED
from schemas.records import (
    Article,
    Change,
    CopyOf,
    Dateline,
    EnrichedArticle,
    Entity,
    HealthWarning,
    Mention,
    Notice,
    OutcomeRecord,
    PullQuote,
    Quote,
    Record,
    RelatedLink,
    Rights,
    SourceHealth,
    Story,
    StoryArticle,
    StoryCount,
    StoryName,
    Version,
)
from schemas.topics import FOREVER, TOPICS, Topic
from schemas.vocabulary import VOCABULARY, term

_MADE: Final = "<!-- Made from {source} by `make schemas`: edit there. -->\n"
_RECORDS: Final[tuple[type[Record], ...]] = (
    Article,
    PullQuote,
    RelatedLink,
    Dateline,
    Rights,
    Version,
    CopyOf,
    Change,
    EnrichedArticle,
    Entity,
    Mention,
    Quote,
    Story,
    StoryArticle,
    StoryCount,
    StoryName,
    Notice,
    OutcomeRecord,
    SourceHealth,
    HealthWarning,
)
_HEADERS: Final = (
    ("On every message", CLOUD_EVENT),
    ("How a document was acquired, on the raw topics (the source's also on what becomes of it)", ACQUIRED),
    ("Carried from stage to stage", CARRIED),
    ("On a quarantined message, beside those that it came with", QUARANTINED),
)
_DAY_MS: Final = 24 * 3600 * 1000
_MIB: Final = 1024 * 1024


def fields_page() -> str:
    """docs/fields.md: every field, what it means, and what schema.org and ninjs call it."""
    parts = [
        _MADE.format(source="schemas/vocabulary.py"),
        "# Fields\n",
        (
            "Every field of the records, on the wire and in the index, beside the property of [schema.org]"
            "(https://schema.org/NewsArticle) and of [IPTC ninjs](https://iptc.org/standards/ninjs/) 3 that says the same. "
            "Times are RFC 3339 and keep the offset as it was given. A field with a default may be missing in messages "
            "written before it was added.\n"
        ),
    ]
    parts += [_record_section(record) for record in _RECORDS]
    return "\n".join(parts)


def topics_page() -> str:
    """docs/topics.md: every topic with its settings, key and headers."""
    parts = [
        _MADE.format(source="schemas/topics.py and schemas/headers.py"),
        "# Topics\n",
        (
            "`dateline topics apply` creates them, `dateline topics list` compares them with the broker. A namespace in the "
            "settings goes before each name with a dot. Names end in the version of what they hold: within a version, "
            "fields are added, never removed or narrowed. The same in machine-readable form: "
            "[schemas/asyncapi.yaml](../schemas/asyncapi.yaml), and JSON Schemas in [schemas/json](../schemas/json). "
            "[How to subscribe](subscribing.md), in Python, Java and others.\n"
        ),
        _row("Topic", "Key", "Value", "Partitions", "Cleanup", "Kept", "Largest message", "Public"),
        _row(*["---"] * 8),
        *[_topic_row(topic) for topic in TOPICS],
        "",
        *[f"- `{topic.name}`: {topic.about}" for topic in TOPICS],
        "",
        "## Headers\n",
        "CloudEvents 1.0 in Kafka's binary mode, all UTF-8 text; required ones in bold.\n",
    ]
    for title, headers in _HEADERS:
        parts += [
            f"### {title}\n",
            _row("Header", "What it says"),
            _row("---", "---"),
            *[_row(f"**`{h.name}`**" if h.required else f"`{h.name}`", h.about) for h in headers],
            "",
        ]
    return "\n".join(parts).rstrip() + "\n"


def _record_section(record: type[Record]) -> str:
    own = VOCABULARY[record]
    base = record.__mro__[1]
    topics = ", ".join(f"`{topic.name}`" for topic in TOPICS if topic.value is record)
    lines = [f"## {record.__name__}\n"]
    if topics:
        lines.append(
            f"Value of {topics}."
            + (f" All fields of {base.__name__}, and:" if base in VOCABULARY else "")
            + "\n"
        )
    lines += [_row("Field", "Type", "Meaning", "schema.org", "ninjs"), _row(*["---"] * 5)]
    for field in msgspec.structs.fields(record):
        if field.name in own:
            said = term(record, field.name)
            lines.append(
                _row(
                    f"`{field.encode_name}`",
                    _type_name(field.type),
                    said.about,
                    f"`{said.schema_org}`" if said.schema_org else "–",
                    f"`{said.ninjs}`" if said.ninjs else "–",
                )
            )
    return "\n".join(lines) + "\n"


def _topic_row(topic: Topic) -> str:
    kept = "forever" if topic.retention_ms == FOREVER else f"{topic.retention_ms // _DAY_MS} days"
    return _row(
        f"`{topic.name}`",
        topic.key,
        topic.value.__name__ if topic.value else "bytes",
        str(topic.partitions),
        topic.cleanup,
        "latest of each key" if topic.cleanup == "compact" else kept,
        f"{topic.max_message_bytes // _MIB} MiB",
        "yes" if topic.public else "",
    )


def _type_name(annotation: object) -> str:
    """A type in words of JSON: "string or null", "list of Quote"."""
    arguments = getattr(annotation, "__args__", ())
    if not arguments:
        names = {"str": "string", "bool": "boolean", "int": "integer", "float": "number", "NoneType": "null"}
        name = getattr(annotation, "__name__", str(annotation))
        return names.get(name, name)
    if getattr(annotation, "__origin__", None) is tuple:
        return f"list of {_type_name(arguments[0])}"
    if getattr(annotation, "__origin__", None) is dict:
        return f"object of {_type_name(arguments[1])}"
    return " or ".join(_type_name(argument) for argument in arguments)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
