"""What a structure search reads from the PostgreSQL index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.filtering import conditions, storable
from dsocr_integrations.index.postgres.searching import PostgresChunks
from dsocr_integrations.index.postgres.vector_text import bits_text
from dsocr_integrations.records.chunks import Chunk


class PostgresMolecules:
    """The molecules of an open index, as `structure_search.MoleculeStore` asks for them.

    Args:
        link: The open index.
        chunks: The same index's chunks.
    """

    def __init__(self, link: Link, chunks: PostgresChunks) -> None:
        self._link = link
        self._chunks = chunks

    def molecules(self, filters: SearchFilters | None) -> int:
        """Number of molecules that satisfy the filters."""
        where, values = conditions(filters or SearchFilters())
        return int(
            self._link.value(
                f"SELECT count(*) FROM chunks WHERE smiles IS NOT NULL {where}",  # noqa: S608 - conditions are ours, values are bound
                values,
            )
        )

    def without_fingerprint(self) -> int:
        """Number of molecules that cannot be compared."""
        return self.molecules(None) - int(self._link.value("SELECT count(*) FROM molecules"))

    def identical(
        self, column: Literal["inchikey", "smiles"], value: str, filters: SearchFilters | None
    ) -> list[int]:
        """Molecules with an identity, in order."""
        where, values = conditions(filters or SearchFilters())
        rows = self._link.run(
            f"SELECT id FROM chunks WHERE {column} = %s {where} ORDER BY id",  # noqa: S608 - names and conditions are ours, values are bound
            (storable(value), *values),
        )
        return [row for (row,) in rows]

    def similar(
        self, morgan: bytes, count: int, least: float, filters: SearchFilters | None
    ) -> list[tuple[int, float]]:
        """`(row, Tanimoto)` of the most similar molecules, best first.

        pgvector's Jaccard distance of bit strings is one less their Tanimoto coefficient; all
        are compared.
        """
        where, values = conditions(filters or SearchFilters())
        rows = self._link.run(
            "SELECT * FROM (SELECT molecules.id, 1 - (morgan <%%> %s::bit(2048)) AS similar"  # noqa: S608 - conditions are ours, values are bound
            f" FROM molecules JOIN chunks USING (id) WHERE true {where}) AS compared"
            " WHERE compared.similar > 0 AND compared.similar >= %s"
            " ORDER BY compared.similar DESC, id LIMIT %s",
            (bits_text(morgan), *values, least, count),
        )
        return [(row, tanimoto) for row, tanimoto in rows]

    def containing(self, pattern: bytes, filters: SearchFilters | None) -> list[int]:
        """Molecules that pass the screen for a structure, smallest first."""
        where, values = conditions(filters or SearchFilters())
        rows = self._link.run(
            "SELECT molecules.id FROM molecules JOIN chunks USING (id)"  # noqa: S608 - conditions are ours, values are bound
            f" WHERE pattern & %s::bit(2048) = %s::bit(2048) {where}"
            " ORDER BY bit_count(pattern), molecules.id",
            (bits_text(pattern), bits_text(pattern), *values),
        )
        return [row for (row,) in rows]

    def smiles_of(self, rows: Sequence[int]) -> list[str]:
        """Canonical SMILES of molecules, in the order asked for."""
        found = dict(
            self._link.run(
                "SELECT id, smiles FROM molecules WHERE id = ANY (%s)", (list(rows),)
            ).fetchall()
        )
        return [found[row] for row in rows]

    def chunk(self, row: int) -> Chunk:
        """The chunk of a row."""
        return self._chunks.chunk(row)

    def roots(self) -> tuple[str, ...]:
        """Folders that sources may be relative to."""
        return self._chunks.roots()
