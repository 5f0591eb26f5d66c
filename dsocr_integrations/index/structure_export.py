"""Molecules to SDF and CSV, each with the page and box it was drawn on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from dsocr_integrations.index.structure_search import StructureHit
from dsocr_integrations.molecules import sdf_record
from dsocr_integrations.tables import excel_safe

COLUMNS = (
    "smiles", "inchikey", "similarity", "source", "page", "box", "caption", "trusted",
    "engine", "chunk_id",
)  # fmt: skip


def to_csv(hits: Iterable[StructureHit]) -> str:
    """Write molecules as CSV with the columns `COLUMNS`, made safe for spreadsheets."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for hit in hits:
        writer.writerow([excel_safe(value) for value in _values(hit).values()])
    return buffer.getvalue()


def to_sdf(hits: Iterable[StructureHit]) -> str:
    """Write molecules as an SDF (V2000) with flat coordinates and the fields of `COLUMNS`.

    Raises:
        MissingDependencyError: If RDKit is not installed.
    """
    return "".join(sdf_record(hit.smiles, hit.chunk.inchikey or "", _values(hit)) for hit in hits)


def _values(hit: StructureHit) -> dict[str, str]:
    chunk = hit.chunk
    values = (
        hit.smiles,
        chunk.inchikey or "",
        "" if hit.similarity is None else f"{hit.similarity:.4f}",
        chunk.source,
        str(hit.page),
        " ".join(map(str, hit.box)),
        chunk.caption or "",
        "yes" if chunk.trusted else "no",
        chunk.engine,
        chunk.chunk_id,
    )
    return dict(zip(COLUMNS, values, strict=True))
