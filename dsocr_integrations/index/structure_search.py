"""How the SQLite index answers a structure: InChIKey, Tanimoto, or screen and verify."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.documents import Box, Chunk
from dsocr_integrations.index import schema
from dsocr_integrations.index.structures import (
    StructureMode,
    StructureNotation,
    StructureQuery,
    morgan_of,
    pattern_of,
    read_structure,
    stored_molecule,
)

if TYPE_CHECKING:
    from dsocr_integrations.index.molecule_scan import MoleculeScan


@dataclass(frozen=True)
class StructureHit:
    """A molecule that answers a structure.

    Attributes:
        chunk: The molecule's chunk with its provenance.
        mode: How it was found.
        similarity: Tanimoto coefficient to the query in [0, 1]; `None` unless that was asked.
    """

    chunk: Chunk
    mode: StructureMode
    similarity: float | None = None

    @property
    def smiles(self) -> str:
        """Canonical SMILES of the molecule."""
        return self.chunk.smiles or ""

    @property
    def page(self) -> int:
        """1-based page on which it is drawn."""
        return self.chunk.page

    @property
    def box(self) -> Box:
        """Where on the page, on the 0–999 grid."""
        return self.chunk.spans[0].box


@dataclass(frozen=True)
class StructureHits:
    """The answer to a structure.

    Attributes:
        hits: Best first; substructure hits smallest molecule first.
        complete: False when the time ran out before all candidates were verified.
        candidates: Molecules that were compared, or passed the screen.
        molecules: Molecules of the index.
        reason: Why there are no hits; `None` when there are some.
    """

    hits: tuple[StructureHit, ...]
    complete: bool
    candidates: int
    molecules: int
    reason: str | None = None

    def __iter__(self) -> Iterator[StructureHit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


class StructureLookup:
    """Compares structures of an open index; the fingerprints stay in memory between queries."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._scan: MoleculeScan | None = None

    def search(
        self,
        query: str,
        mode: StructureMode,
        *,
        k: int,
        notation: StructureNotation,
        least: float,
        seconds: float,
        only: Collection[int] | None,
    ) -> StructureHits:
        """Answer a query; to be called inside a read transaction.

        Args:
            query: The structure.
            mode: How to compare.
            k: How many hits at most.
            notation: How the query is written.
            least: Smallest similarity that counts.
            seconds: Time for verifying substructures.
            only: Rows to choose from; `None` for all.

        Raises:
            ConfigurationError: If the query is no structure.
            MissingDependencyError: If RDKit or numpy is not installed.
        """
        asked = read_structure(query, mode, notation)
        total = self._count("SELECT count(*) FROM chunks WHERE smiles IS NOT NULL")
        complete, candidates = True, 0
        found: list[tuple[int, float | None]] = []
        if mode == "exact":
            rows = self._exact(asked, only)
            candidates = len(rows)
            found = [(row, None) for row in rows[:k]]
        else:
            scan = self._loaded()
            if mode == "similarity":
                found = list(scan.nearest(morgan_of(asked.mol), k, least, only))
                candidates = total if only is None else len(only)
            else:
                rows = scan.containing(pattern_of(asked.mol), only)
                candidates = len(rows)
                verified, complete = self._verified(asked.mol, rows, k, seconds)
                found = [(row, None) for row in verified]
        hits = tuple(self._hit(row, mode, similar) for row, similar in found)
        reason = (
            None
            if hits
            else self._reason(mode, total, only, least, unverified=0 if complete else candidates)
        )
        return StructureHits(hits, complete, candidates, total, reason)

    def _loaded(self) -> MoleculeScan:
        if self._scan is None:
            # Only structures need numpy; a search by words does without.
            from dsocr_integrations.index.molecule_scan import MoleculeScan

            self._scan = MoleculeScan()
        self._scan.load(self._connection, schema.meta(self._connection, "generation") or "")
        return self._scan

    def _exact(self, asked: StructureQuery, only: Collection[int] | None) -> list[int]:
        # A structure without InChIKey (open valences, R groups) goes by its canonical SMILES.
        column, value = ("inchikey", asked.inchikey) if asked.inchikey else ("smiles", asked.smiles)
        rows = self._connection.execute(
            f"SELECT id FROM chunks WHERE {column} = ? ORDER BY id",  # noqa: S608 - names are ours
            (value,),
        )
        allowed = None if only is None else set(only)
        return [row for (row,) in rows if allowed is None or row in allowed]

    def _verified(
        self, mol: Any, rows: list[int], k: int, seconds: float
    ) -> tuple[list[int], bool]:
        """The first `k` rows that RDKit confirms, and whether time sufficed."""
        ends = time.monotonic() + seconds
        found: list[int] = []
        for row in rows:
            if len(found) == k:
                break
            if time.monotonic() > ends:
                return found, False
            smiles = self._connection.execute(
                "SELECT smiles FROM molecules WHERE id = ?", (row,)
            ).fetchone()[0]
            drawn = stored_molecule(smiles)
            if drawn is not None and drawn.HasSubstructMatch(mol):
                found.append(row)
        return found, True

    def _hit(self, row: int, mode: StructureMode, similarity: float | None) -> StructureHit:
        record = self._connection.execute(
            "SELECT record FROM chunks WHERE id = ?", (row,)
        ).fetchone()[0]
        return StructureHit(Chunk.model_validate_json(record), mode, similarity)

    def _reason(
        self,
        mode: StructureMode,
        total: int,
        only: Collection[int] | None,
        least: float,
        *,
        unverified: int,
    ) -> str:
        if not total:
            return "The index holds no molecules."
        if only is not None and not only:
            return f"The filters leave none of the {total} molecules."
        unread = total - self._count("SELECT count(*) FROM molecules")
        rest = f" {unread} molecules have no fingerprint and were not compared." if unread else ""
        if unverified:
            return f"Time ran out while {unverified} candidates were being verified."
        if mode == "exact":
            return f"None of the {total} molecules is the one asked for."
        if mode == "similarity":
            return f"No molecule has a similarity of {max(least, 0):g} or more.{rest}"
        return f"None of the {total} molecules contains the structure.{rest}"

    def _count(self, question: str) -> int:
        return int(self._connection.execute(question).fetchone()[0])
