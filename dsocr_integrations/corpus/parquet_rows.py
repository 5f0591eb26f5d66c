"""Named tuples in Parquet, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar, get_type_hints

from dsocr_integrations.errors import ConfigurationError, extra_needed

if TYPE_CHECKING:
    import pyarrow as pa

Row = TypeVar("Row", bound=NamedTuple)

ROWS = 10_000
"""Rows that are held at a time."""

_TIMES = frozenset({"modified"})
"""Fields of microseconds that are instants for who opens the file with something else."""


def write_rows(
    path: Path, rows: Iterable[Row], kind: type[Row], *, said: Mapping[str, str] | None = None
) -> None:
    """Write rows to a local file.

    Args:
        path: The file.
        rows: Taken as they are written.
        kind: Their type.
        said: What the file says beside them, as `said_by` gives it.

    Raises:
        MissingDependencyError: If pyarrow is not installed.
    """
    with extra_needed("corpus", "pyarrow", "pyarrow"):
        import pyarrow as pa
        import pyarrow.parquet as pq
    schema = _schema(kind)
    left = iter(rows)
    told = schema.with_metadata(dict(said or {}))
    with pq.ParquetWriter(path, told, compression="zstd") as writer:
        while piece := list(islice(left, ROWS)):
            columns = zip(*piece, strict=True)
            arrays = [
                pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=told))


def said_by(file: BinaryIO) -> dict[str, str]:
    """What an open file says beside its rows; it is closed."""
    with extra_needed("corpus", "pyarrow", "pyarrow"):
        import pyarrow.parquet as pq
    with closing(file), pq.ParquetFile(file) as table:
        said = table.schema_arrow.metadata or {}
    return {name.decode(): value.decode() for name, value in said.items()}


def read_rows(file: BinaryIO, kind: type[Row]) -> Iterator[Row]:
    """Read rows from an open file, which is closed behind the last.

    Args:
        file: The file.
        kind: Their type.

    Raises:
        ConfigurationError: If it holds no such rows.
        MissingDependencyError: If pyarrow is not installed.
    """
    with extra_needed("corpus", "pyarrow", "pyarrow"):
        import pyarrow as pa
        import pyarrow.parquet as pq
    schema = _schema(kind)
    with closing(file), pq.ParquetFile(file) as table:
        missing = sorted(set(schema.names) - set(table.schema_arrow.names))
        if missing:
            raise ConfigurationError(
                f"The file of the corpus's state lacks {', '.join(missing)}.",
                remedy="It is of another release, or no such file; begin with a new state folder.",
            )
        for batch in table.iter_batches(ROWS, columns=schema.names):
            columns: list[list[Any]] = [
                (batch[name].cast(pa.int64()) if name in _TIMES else batch[name]).to_pylist()
                for name in schema.names
            ]
            yield from map(kind._make, zip(*columns, strict=True))


def _schema(kind: type[NamedTuple]) -> pa.Schema:
    import pyarrow as pa

    types = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
    return pa.schema(
        [
            pa.field(name, pa.timestamp("us", "UTC") if name in _TIMES else types[hint])
            for name, hint in get_type_hints(kind).items()
        ]
    )
