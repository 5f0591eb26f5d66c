"""Exact SMILES over a folder of molecule drawings, beside OSRA alone in the same run.

Usage: python benchmarks/molecules.py [DATADIR] [--limit N] [--drawn FIRST END]

DATADIR holds `labels.csv` with the columns `file,smiles` and the pictures it names. Without it,
molecules and salts are drawn from the odd seeds of a range, which nobody looked at; even ones were
looked at while the engine was built. Exactness is told with the share of right answers from each
confidence on, and the CPU time of a picture.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from dsocr_integrations.engines.embedded.figure_kind import may_be_molecule
from dsocr_integrations.engines.embedded.molecules.molecule_drawing import (
    DrawnMolecule,
    find_osra,
    read_molecule,
)
from dsocr_integrations.molecules import canonicalise


def canonical(smiles: str) -> str | None:
    molecule = canonicalise(smiles)
    return molecule.smiles if molecule else None


def by_engine(path: Path) -> DrawnMolecule | None:
    with Image.open(path) as picture:
        picture.load()
        return read_molecule(picture) if may_be_molecule(picture) else None


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


def drawn(folder: Path, seeds: range) -> list[tuple[Path, str]]:
    """Molecules and salts as picture files, with their SMILES."""
    from tests.engines.embedded.molecules.drawings import draw_molecule, draw_salt

    found = []
    for seed in seeds:
        for draw in (draw_molecule, draw_salt):
            drawing = draw(seed)
            found.append((folder / f"{draw.__name__}_{seed}.png", drawing.smiles))
            drawing.picture.save(found[-1][0])
    return found


def labelled(folder: Path, limit: int | None) -> list[tuple[Path, str]]:
    with (folder / "labels.csv").open(encoding="utf-8") as lines:
        return [(folder / row["file"], row["smiles"]) for row in csv.DictReader(lines)][:limit]


def compare(cases: list[tuple[Path, str]], osra: str) -> None:
    paths = [path for path, _ in cases]
    truth = [canonical(smiles) for _, smiles in cases]
    with ThreadPoolExecutor(2) as pool:
        before = children_seconds()
        ours = list(pool.map(by_engine, paths))
        spent = children_seconds() - before
        alone = list(pool.map(lambda path: by_osra_alone(path, osra), paths))
    said = [one.molecule.smiles if one else None for one in ours]
    for name, answers in (("embedded engine", said), ("OSRA alone", alone)):
        exact = sum(a is not None and a == t for a, t in zip(answers, truth, strict=True))
        answered = sum(a is not None for a in answers)
        print(f"{name}: exact {exact}/{len(cases)} = {exact / len(cases):.3f}, answered {answered}")
    for least in (0.05, 0.3, 0.5, 0.8, 0.9, 0.95):
        right = [
            one.molecule.smiles == t
            for one, t in zip(ours, truth, strict=True)
            if one is not None and one.confidence >= least
        ]
        share = sum(right) / max(1, len(right))
        print(f"confidence from {least}: {len(right)} answers, {share:.3f} of them right")
    print(f"CPU seconds of OSRA a picture: {spent / len(cases):.2f}")


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--drawn", nargs=2, type=int, default=(1, 101), metavar=("FIRST", "END"))
    options = parser.parse_args()
    osra = find_osra()
    if osra is None or (options.data and not (options.data / "labels.csv").is_file()):
        print("Nothing measured: the program osra or labels.csv is missing.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        if options.data:
            compare(labelled(options.data, options.limit), osra)
        else:
            compare(drawn(Path(folder), range(*options.drawn, 2)), osra)
    return 0


if __name__ == "__main__":
    sys.exit(main())
