"""How people search: the language (`parse`), and what it means to Elasticsearch (`compiled`) and to one record (`matcher`).

One language for `dateline search`, the reader, the HTTP API, saved searches and alerts.
"""

from dateline.query.language import (
    FIELDS,
    All,
    Clause,
    Either,
    Field,
    FieldName,
    Node,
    QueryError,
    Without,
    parse,
)
from dateline.query.match import Wanted, matcher
from dateline.query.meaning import ANY, Lookup, asks_for, can_mark, compiled, has_words, marking

__all__ = [
    "ANY",
    "FIELDS",
    "All",
    "Clause",
    "Either",
    "Field",
    "FieldName",
    "Lookup",
    "Node",
    "QueryError",
    "Wanted",
    "Without",
    "asks_for",
    "can_mark",
    "compiled",
    "has_words",
    "marking",
    "matcher",
    "parse",
]
