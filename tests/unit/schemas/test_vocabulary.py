"""The words for fields and headers are complete."""

import msgspec

from schemas import envelope, records
from schemas.headers import ACQUIRED, CARRIED, CLOUD_EVENT, QUARANTINED, headers_of
from schemas.records import Record
from schemas.topics import RAW
from schemas.vocabulary import VOCABULARY


def test_every_field_is_explained_and_no_other() -> None:
    """docs/fields.md has a row for each field that travels, and none for a field that does not."""
    kinds = [
        v for v in vars(records).values() if isinstance(v, type) and issubclass(v, Record) and v is not Record
    ]
    fields = {(kind, field.name) for kind in kinds for field in msgspec.structs.fields(kind)}
    inherited = {
        (kind, name) for kind in kinds for base in kind.__mro__[1:] for name in VOCABULARY.get(base, {})
    }
    explained = {(kind, name) for kind, terms in VOCABULARY.items() for name in terms}
    assert fields - inherited - explained == set()
    assert explained - fields == set()


def test_every_header_is_explained_once() -> None:
    """Each header that the code names stands in the table."""
    named = {
        value
        for name, value in vars(envelope).items()
        if name.isupper()
        and isinstance(value, str)
        and name not in {"SPEC_VERSION", "RAW_TYPE", "REMOVED_TYPE"}
    }
    explained = [header.name for header in (*CLOUD_EVENT, *ACQUIRED, *CARRIED, *QUARANTINED)]
    assert sorted(explained) == sorted(named)


def test_a_raw_message_has_the_headers_that_are_required() -> None:
    """What producers send satisfies the table."""
    headers = envelope.raw_headers(
        event_id="e", source="s", url="u", content_type="text/plain", fetched="2026-03-02T09:31:00Z"
    )
    assert {header.name for header in headers_of(RAW) if header.required} <= set(headers)
