"""The labels of a table's rows, where a layout model sees its numbers only."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import same_row
from dsocr_integrations.engines.embedded.scan.text_rows import text_rows
from dsocr_integrations.records.documents import PointBox

FEWEST, LABELLED = 3, 0.8
"""Rows of a table, and share of them that have a label to their left."""

BETWEEN = 0.3
"""Share of the texts to the left that may stand beside no row, as a label's second line does."""

WIDEST = 18.0
"""Line heights; a longer line is of a column of prose."""


def with_labels(box: PointBox, lines: Sequence[TextLine], line_height: float) -> PointBox:
    """A table's box with the column of labels beside it, if there is one.

    Args:
        box: What a layout model takes for a table.
        lines: Lines that no table holds yet.
        line_height: Prevailing line height, in the unit of the boxes.
    """
    inside = [line for line in lines if _is_level(line, box) and _middle(line) >= box[0]]
    rows = text_rows([line for line in inside if _middle(line) <= box[2]])
    beside = [line for line in lines if _is_level(line, box) and line.box[2] <= box[0]]
    if len(rows) < FEWEST or not beside:
        return box
    labels = [line for line in beside if any(same_row(line, row.fragments[0]) for row in rows)]
    are_short = all(line.box[2] - line.box[0] <= WIDEST * line_height for line in beside)
    one_each = LABELLED * len(rows) <= len(labels) <= len(rows)
    few_more = len(beside) - len(labels) <= BETWEEN * len(beside)
    words = sum(any(map(str.isalpha, line.text)) for line in labels)
    if are_short and one_each and few_more and words >= LABELLED * len(labels):
        return bounding_box([box, *(line.box for line in beside)])
    return box


def _middle(line: TextLine) -> float:
    return (line.box[0] + line.box[2]) / 2


def _is_level(line: TextLine, box: PointBox) -> bool:
    return box[1] <= (line.box[1] + line.box[3]) / 2 <= box[3] and not line.vertical
