"""RMS-F1 of chart tables read from vector PDFs.

Usage: python benchmarks/charts.py DATADIR…

Each DATADIR holds pairs `NAME.pdf` and `NAME.gt.json` (`{"columns": […], "rows": [[…]]}`, a
long table of mark values). A value counts by how near it is (within 10 %) times how alike its
keys are; values are matched one to one; keys are compared as sets of words and numbers, so
that wide and long tables of the same data score the same.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from dsocr_integrations.engines.embedded.figure_answer import parse_figure
from dsocr_integrations.figures import interpret
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from dsocr_integrations.tables.numbers import number_of

Entry = tuple[tuple[str, ...], float]


def entries_of(columns: list[str], rows: list[list[str]]) -> list[list[Entry]]:
    """Every reading of a table as key → value: long with each numeric column, and wide."""
    rows = [[str(cell) for cell in row] for row in rows]
    readings = []
    numeric = [
        j for j in range(len(columns)) if rows and all(number_of(r[j]) is not None for r in rows)
    ]
    varied = [j for j in range(len(columns)) if len({r[j] for r in rows}) > 1 or len(rows) == 1]
    for value in numeric:
        for keys in ([j for j in varied if j != value], [j for j in varied if j not in numeric]):
            reading = [(tuple(r[j] for j in keys), number_of(r[value]) or 0.0) for r in rows]
            readings += [reading] if keys else []
    wide = [
        ((r[0], columns[j]) if len(columns) > 2 else (r[0],), number)
        for r in rows
        for j in range(1, len(columns))
        if (number := number_of(r[j])) is not None
    ]
    return [reading for reading in (*readings, wide) if reading]


def key_likeness(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    if len(first) != len(second):
        return 0.0
    left = list(second)
    score = 1.0
    for part in first:
        best = max(left, key=lambda other: part_likeness(part, other))
        score *= part_likeness(part, best)
        left.remove(best)
    return score


@functools.cache
def part_likeness(first: str, second: str) -> float:
    a, b = number_of(first), number_of(second)
    if a is not None and b is not None:
        return float(abs(a - b) <= 0.02 * max(abs(a), abs(b)))
    ratio = difflib.SequenceMatcher(None, first.lower(), second.lower(), autojunk=False).ratio()
    return ratio if ratio > 0.5 else 0.0


def value_likeness(truth: float, said: float) -> float:
    if truth == 0:
        return float(abs(said) < 1e-9)
    distance = abs(said - truth) / abs(truth)
    return 1 - distance if distance <= 0.1 else 0.0


def f1(truth: list[Entry], said: list[Entry]) -> float:
    scores = np.zeros((len(truth), len(said)))
    for i, (key, value) in enumerate(truth):
        for j, (other_key, other) in enumerate(said):
            near = value_likeness(value, other)
            scores[i, j] = near * key_likeness(key, other_key) if near else 0.0
    rows, columns = linear_sum_assignment(-scores)
    total = scores[rows, columns].sum()
    precision, recall = total / len(said), total / len(truth)
    return float(2 * precision * recall / (precision + recall)) if total else 0.0


def with_shares(rows: list[list[str]]) -> list[list[list[str]]]:
    """The same tables with the values of each numeric column as percentages of their sum."""
    tables = []
    for j in range(len(rows[0])):
        values = [number_of(str(row[j])) for row in rows]
        total = sum(value or 0.0 for value in values)
        if total and None not in values:
            shares = [str(100 * (value or 0.0) / total) for value in values]
            tables.append(
                [[*row[:j], share, *row[j + 1 :]] for row, share in zip(rows, shares, strict=True)]
            )
    return tables


def score(pdf: Path, truth_path: Path) -> float:
    with open_document(resolve_source(str(pdf))) as document:
        figure = interpret(parse_figure(document.region(1)), number=1)
    if figure.table is None:
        return 0.0
    truth = json.loads(truth_path.read_text(encoding="utf-8"))
    tables = [truth["rows"]]
    if "pie" in truth["kind"] or "arc" in truth["kind"]:
        tables += with_shares(truth["rows"])
    said = entries_of(list(figure.table.columns), [list(row) for row in figure.table.rows])
    known = [entry for rows in tables for entry in entries_of(truth["columns"], rows)]
    return max((f1(a, b) for a in known for b in said), default=0.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    options = parser.parse_args()
    scores = []
    for folder in options.data:
        pairs = sorted(folder.glob("*.gt.json"))
        if not pairs:
            print(f"Nothing measured in {folder}: no *.gt.json there.")
        for truth in pairs:
            name = truth.name.removesuffix(".gt.json")
            scores.append(score(folder / f"{name}.pdf", truth))
            print(f"{name:40s} {scores[-1]:.3f}")
    if not scores:
        return 1
    print(f"mean RMS-F1 over {len(scores)} charts: {sum(scores) / len(scores):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
