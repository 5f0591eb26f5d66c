"""What a structure search reads from the SQLite index."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.sqlite import schema
from dsocr_integrations.index.sqlite.lookup import SqliteChunks
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    from dsocr_integrations.index.sqlite.molecule_scan import MoleculeScan


class SqliteMolecules:
    """The molecules of an open database, as `structure_search.MoleculeStore` asks for them.

    The fingerprints stay in memory between queries.

    Args:
        connection: The open database.
        chunks: The same database's chunks.
    """

    def __init__(self, connection: sqlite3.Connection, chunks: SqliteChunks) -> None:
        self._connection = connection
        self._chunks = chunks
        self._scan: MoleculeScan | None = None

    def molecules(self, filters: SearchFilters | None) -> int:
        """Number of molecules that satisfy the filters."""
        only = self._only(filters)
        if only is not None:
            return len(only)
        return self._count("SELECT count(*) FROM chunks WHERE smiles IS NOT NULL")

    def without_fingerprint(self) -> int:
        """Number of molecules that cannot be compared."""
        return self.molecules(None) - self._count("SELECT count(*) FROM molecules")

    def identical(
        self, column: Literal["inchikey", "smiles"], value: str, filters: SearchFilters | None
    ) -> list[int]:
        """Molecules with an identity, in order."""
        rows = self._connection.execute(
            f"SELECT id FROM chunks WHERE {column} = ? ORDER BY id",  # noqa: S608 - names are ours
            (value,),
        )
        only = self._only(filters)
        allowed = None if only is None else set(only)
        return [row for (row,) in rows if allowed is None or row in allowed]

    def similar(
        self, morgan: bytes, count: int, least: float, filters: SearchFilters | None
    ) -> list[tuple[int, float]]:
        """`(row, Tanimoto)` of the most similar molecules, best first."""
        return self._loaded().nearest(morgan, count, least, self._only(filters))

    def containing(self, pattern: bytes, filters: SearchFilters | None) -> list[int]:
        """Molecules that pass the screen for a structure, smallest first."""
        return self._loaded().containing(pattern, self._only(filters))

    def smiles_of(self, rows: Sequence[int]) -> list[str]:
        """Canonical SMILES of molecules, in the order asked for."""
        run = self._connection.execute
        return [
            str(run("SELECT smiles FROM molecules WHERE id = ?", (row,)).fetchone()[0])
            for row in rows
        ]

    def chunk(self, row: int) -> Chunk:
        """The chunk of a row."""
        return self._chunks.chunk(row)

    def roots(self) -> tuple[str, ...]:
        """Folders that sources may be relative to."""
        return self._chunks.roots()

    def _only(self, filters: SearchFilters | None) -> Collection[int] | None:
        return None if filters is None else self._chunks.rows(filters, "smiles IS NOT NULL")

    def _loaded(self) -> MoleculeScan:
        if self._scan is None:
            # Only structures need numpy; a search by words does without.
            from dsocr_integrations.index.sqlite.molecule_scan import MoleculeScan

            self._scan = MoleculeScan()
        self._scan.load(self._connection, schema.state(self._connection))
        return self._scan

    def _count(self, question: str) -> int:
        return int(self._connection.execute(question).fetchone()[0])
