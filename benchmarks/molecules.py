"""Exact SMILES over a folder of molecule drawings, beside OSRA alone in the same run.

Usage: python benchmarks/molecules.py DATADIR [--limit N]

DATADIR holds `labels.csv` with the columns `file,smiles` and the pictures it names.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from dsocr_integrations.engines.embedded.figure_kind import may_be_molecule
from dsocr_integrations.engines.embedded.molecules.molecule_drawing import find_osra, read_molecule
from dsocr_integrations.molecules import canonicalise


def canonical(smiles: str) -> str | None:
    molecule = canonicalise(smiles)
    return molecule.smiles if molecule else None


def by_engine(path: Path) -> str | None:
    with Image.open(path) as picture:
        picture.load()
        drawn = read_molecule(picture) if may_be_molecule(picture) else None
    return drawn.molecule.smiles if drawn else None


def by_osra_alone(path: Path, osra: str) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [osra, "-f", "can", str(path.resolve())],
                cwd=folder, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
    lines = done.stdout.split()
    return canonical(lines[0]) if lines else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, default=None)
    options = parser.parse_args()
    labels = options.data / "labels.csv"
    osra = find_osra()
    if not labels.is_file() or osra is None:
        print(f"Nothing measured: {labels} or the program osra is missing.")
        return 1
    with labels.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))[: options.limit]
    paths = [options.data / row["file"] for row in rows]
    with ThreadPoolExecutor(2) as pool:
        ours = list(pool.map(by_engine, paths))
        alone = list(pool.map(lambda path: by_osra_alone(path, osra), paths))
    truth = [canonical(row["smiles"]) for row in rows]
    for name, answers in (("embedded engine", ours), ("OSRA alone", alone)):
        exact = sum(a is not None and a == t for a, t in zip(answers, truth, strict=True))
        said = sum(a is not None for a in answers)
        print(f"{name}: exact {exact}/{len(rows)} = {exact / len(rows):.3f}, answered {said}")
    engine = sum(a is not None and a == t for a, t in zip(ours, truth, strict=True))
    plain = sum(a is not None and a == t for a, t in zip(alone, truth, strict=True))
    print(f"ratio to OSRA alone: {engine / max(1, plain):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
