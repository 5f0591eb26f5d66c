"""Molecules to SDF and CSV, each with the page and box it was drawn on."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable
from typing import Any

from dsocr_integrations.errors import MissingDependencyError
from dsocr_integrations.index.structure_search import StructureHit
from dsocr_integrations.molecules import rdkit_installed
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
    if not rdkit_installed():
        raise MissingDependencyError(
            "SDF files are written with RDKit, which is not installed.",
            remedy="Run: pip install 'dsocr-integrations[embedded]', or export CSV.",
        )
    return "".join(_sdf_record(hit) for hit in hits)


def _sdf_record(hit: StructureHit) -> str:
    chem = _chem()
    mol = chem.MolFromSmiles(hit.smiles)
    if mol is None:
        return ""
    chem.rdDepictor.Compute2DCoords(mol)
    mol.SetProp("_Name", hit.chunk.inchikey or "")
    # A line of a field that starts with > or $$$$ would end it.
    fields = "".join(
        f">  <{name}>\n{' '.join(value.split())}\n\n"
        for name, value in _values(hit).items()
        if value and not value.lstrip().startswith((">", "$$$$"))
    )
    return f"{chem.MolToMolBlock(mol)}{fields}$$$$\n"


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


@functools.cache
def _chem() -> Any:
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    assert rdDepictor  # noqa: S101 - importing it makes it reachable as Chem.rdDepictor
    return Chem
