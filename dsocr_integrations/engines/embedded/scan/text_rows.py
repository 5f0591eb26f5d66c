"""Rows of text in a scanned table, whatever its lines were found as."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import same_row, split
from dsocr_integrations.records.documents import PointBox

CELL_GAP = 0.75
"""Words of a row parted by this many line heights may stand in different cells."""


@dataclass
class TextRow:
    """Pieces of lines that stand side by side, from left to right."""

    fragments: list[TextLine] = field(default_factory=list)

    @property
    def box(self) -> PointBox:
        """Its extent."""
        return bounding_box([fragment.box for fragment in self.fragments])

    @property
    def middle(self) -> float:
        """Height at which most of its pieces have their middle."""
        return statistics.median((piece.box[1] + piece.box[3]) / 2 for piece in self.fragments)


def text_rows(lines: Sequence[TextLine], gap: float = CELL_GAP) -> list[TextRow]:
    """Fragments of lines put in rows from top to bottom, each from left to right."""
    fragments = [piece for line in lines for piece in split(line, gap)]
    fragments.sort(key=lambda piece: piece.box[1] + piece.box[3])
    rows: list[TextRow] = []
    for fragment in fragments:
        home = next((row for row in rows[-3:] if _belongs(row, fragment)), None)
        if home is None:
            rows.append(TextRow([fragment]))
        else:
            home.fragments.append(fragment)
    for row in rows:
        row.fragments.sort(key=lambda piece: piece.box[0])
    return rows


def goes_on(row: TextRow, above: TextRow, line_height: float) -> bool:
    """Whether a row is nothing but the next line of the label that the row above begins with."""
    (first, *others), upper = row.fragments, above.fragments[0]
    gap = first.box[1] - upper.box[3]
    beneath = abs(first.box[0] - upper.box[0]) <= 1.5 * line_height
    return not others and first.text[:1].islower() and beneath and gap <= 0.6 * line_height


def _belongs(row: TextRow, fragment: TextLine) -> bool:
    nearest = min(row.fragments, key=lambda other: abs(other.box[0] - fragment.box[0]))
    clash = any(
        min(o.box[2], fragment.box[2]) - max(o.box[0], fragment.box[0]) > 0.5 * fragment.height
        for o in row.fragments
    )
    return same_row(nearest, fragment, 0.5) and not clash
