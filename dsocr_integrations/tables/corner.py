"""The corner of a chart's table: what its rows are called, and what all of its values measure."""

from __future__ import annotations

from collections.abc import Sequence

PARTED = " · "
LISTED = "; "


def corner(keys: str, measures: Sequence[str]) -> str:
    """Write the corner cell, such as `Year · Revenue (M EUR)`.

    Args:
        keys: What the first column holds.
        measures: What the other columns measure; more than one where there are several scales.
    """
    return PARTED.join((keys, LISTED.join(measures))) if measures else keys


def measure_of(cell: str) -> str:
    """What a corner cell says that all columns measure; empty where it does not or lists several."""
    said = cell.rpartition(PARTED)[2] if PARTED in cell else ""
    return "" if LISTED in said else said
