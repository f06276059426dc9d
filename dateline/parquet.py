"""Records as Parquet: one column a field, nested as the records are, written in row groups so that memory stays flat.

Needs pyarrow, which `requirements/parquet.txt` holds.
"""

from __future__ import annotations

import importlib.util
from types import UnionType
from typing import IO, TYPE_CHECKING, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from dateline.errors import UsageError
from schemas.records import Record

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]  # it ships no types

ROWS: Final = 500
"""Rows of a group: what is held in memory at most."""


class Writer:
    """Writes records of one type to a stream that need not be seekable. Close it: until then there is no Parquet file.

    Compressed with Zstandard. Raises UsageError where pyarrow is not installed.
    """

    def __init__(self, out: IO[bytes], kind: type[Record]) -> None:
        if importlib.util.find_spec("pyarrow") is None:
            raise UsageError(
                "--format parquet needs pyarrow: pip install --require-hashes -r requirements/parquet.txt"
            )
        import pyarrow
        from pyarrow import parquet

        self.schema: pyarrow.Schema = pyarrow.schema(list(columns(kind)))
        self._arrow = pyarrow
        self._writer = parquet.ParquetWriter(pyarrow.PythonFile(out, "w"), self.schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def write(self, record: Record) -> None:
        """Add one row."""
        self._rows.append(msgspec.to_builtins(record))
        if len(self._rows) == ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the footer. The stream stays open."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, schema=self.schema))
            self._rows = []


def columns(kind: type[msgspec.Struct]) -> list[pyarrow.Field]:
    """The columns of a record type, under the names that JSON has."""
    import pyarrow

    hints = get_type_hints(kind)
    return [
        pyarrow.field(encoded, _type(hints[name]))
        for name, encoded in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    ]


def _type(hint: Any) -> pyarrow.DataType:
    """The column type of an annotation. AssertionError for one that no record has."""
    import pyarrow

    if hint in _PLAIN:
        return getattr(pyarrow, _PLAIN[hint])()
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (known,) = (one for one in inner if one is not type(None))
        return _type(known)
    if origin is tuple:
        return pyarrow.list_(pyarrow.float32() if inner[0] is float else _type(inner[0]))
    if origin is dict:
        return pyarrow.map_(_type(inner[0]), _type(inner[1]))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return pyarrow.struct(columns(hint))
    raise AssertionError(f"no column for {hint}")


_PLAIN: Final[dict[Any, str]] = {str: "string", int: "int64", float: "float64", bool: "bool_"}
