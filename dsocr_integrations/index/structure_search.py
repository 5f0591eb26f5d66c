"""How any index answers a structure: InChIKey, Tanimoto, or screen and verify.

What a backend must be able to do for it is `MoleculeStore`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.found import Found
from dsocr_integrations.index.structures import (
    StructureMode,
    StructureNotation,
    StructureQuery,
    morgan_of,
    pattern_of,
    read_structure,
    stored_molecule,
)
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Box

VERIFIED_TOGETHER = 32
"""Candidates whose SMILES are fetched at a time while they are verified."""


@dataclass(frozen=True)
class StructureHit(Found):
    """A molecule that answers a structure.

    Attributes:
        chunk: The molecule's chunk with its provenance.
        mode: How it was found.
        similarity: Tanimoto coefficient to the query in [0, 1]; `None` unless that was asked.
        roots: Folders that the chunk's source may be relative to, for `crop`.
    """

    chunk: Chunk
    mode: StructureMode
    similarity: float | None = None
    roots: tuple[str, ...] = field(default=(), repr=False, compare=False)

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


class MoleculeStore(Protocol):
    """What a structure search needs of a backend; rows are those of chunks."""

    def molecules(self, filters: SearchFilters | None) -> int:
        """Number of molecules that satisfy the filters; `None` for all."""
        ...

    def without_fingerprint(self) -> int:
        """Number of molecules that cannot be compared."""
        ...

    def identical(
        self, column: Literal["inchikey", "smiles"], value: str, filters: SearchFilters | None
    ) -> list[int]:
        """Molecules with an identity, in order."""
        ...

    def similar(
        self, morgan: bytes, count: int, least: float, filters: SearchFilters | None
    ) -> list[tuple[int, float]]:
        """`(row, Tanimoto)` of the most similar molecules, best first, then by row."""
        ...

    def containing(self, pattern: bytes, filters: SearchFilters | None) -> list[int]:
        """Molecules that pass the screen for a structure, smallest first: none missing."""
        ...

    def smiles_of(self, rows: Sequence[int]) -> list[str]:
        """Canonical SMILES of molecules with fingerprints, in the order asked for."""
        ...

    def chunk(self, row: int) -> Chunk:
        """The chunk of a row."""
        ...

    def roots(self) -> tuple[str, ...]:
        """Folders that sources may be relative to."""
        ...


class StructureLookup:
    """Compares structures of an open store."""

    def __init__(self, store: MoleculeStore) -> None:
        self._store = store

    def search(
        self,
        query: str,
        mode: StructureMode,
        *,
        k: int,
        notation: StructureNotation,
        least: float,
        seconds: float,
        filters: SearchFilters | None,
    ) -> StructureHits:
        """Answer a query; to be called inside a read transaction.

        Args:
            query: The structure.
            mode: How to compare.
            k: How many hits at most.
            notation: How the query is written.
            least: Smallest similarity that counts.
            seconds: Time for verifying substructures.
            filters: What a molecule must satisfy; `None` for nothing.

        Raises:
            ConfigurationError: If the query is no structure.
            MissingDependencyError: If RDKit or numpy is not installed.
        """
        asked = read_structure(query, mode, notation)
        store = self._store
        total = store.molecules(None)
        left = total if filters is None else store.molecules(filters)
        complete, candidates = True, 0
        found: list[tuple[int, float | None]] = []
        if mode == "exact":
            rows = self._exact(asked, filters)
            candidates = len(rows)
            found = [(row, None) for row in rows[:k]]
        elif mode == "similarity":
            found = list(store.similar(morgan_of(asked.mol), k, least, filters))
            candidates = left
        else:
            rows = store.containing(pattern_of(asked.mol), filters)
            candidates = len(rows)
            verified, complete = self._verified(asked.mol, rows, k, seconds)
            found = [(row, None) for row in verified]
        roots = store.roots()
        hits = tuple(StructureHit(store.chunk(row), mode, similar, roots) for row, similar in found)
        reason = (
            None
            if hits
            else self._reason(mode, total, left, least, unverified=0 if complete else candidates)
        )
        return StructureHits(hits, complete, candidates, total, reason)

    def _exact(self, asked: StructureQuery, filters: SearchFilters | None) -> list[int]:
        # A structure without InChIKey (open valences, R groups) goes by its canonical SMILES.
        if asked.inchikey:
            return self._store.identical("inchikey", asked.inchikey, filters)
        return self._store.identical("smiles", asked.smiles or "", filters)

    def _verified(
        self, mol: Any, rows: list[int], k: int, seconds: float
    ) -> tuple[list[int], bool]:
        """The first `k` rows that RDKit confirms, and whether time sufficed."""
        ends = time.monotonic() + seconds
        found: list[int] = []
        for start in range(0, len(rows), VERIFIED_TOGETHER):
            some = rows[start : start + VERIFIED_TOGETHER]
            for row, smiles in zip(some, self._store.smiles_of(some), strict=True):
                if len(found) == k:
                    return found, True
                if time.monotonic() > ends:
                    return found, False
                drawn = stored_molecule(smiles)
                if drawn is not None and drawn.HasSubstructMatch(mol):
                    found.append(row)
        return found, True

    def _reason(
        self, mode: StructureMode, total: int, left: int, least: float, *, unverified: int
    ) -> str:
        if not total:
            return "The index holds no molecules."
        if not left:
            return f"The filters leave none of the {total} molecules."
        unread = self._store.without_fingerprint()
        rest = f" {unread} molecules have no fingerprint and were not compared." if unread else ""
        if unverified:
            return f"Time ran out while {unverified} candidates were being verified."
        if mode == "exact":
            return f"None of the {total} molecules is the one asked for."
        if mode == "similarity":
            return f"No molecule has a similarity of {max(least, 0):g} or more.{rest}"
        return f"None of the {total} molecules contains the structure.{rest}"
