"""From a region with a cell grid to finished tables and the notes under them."""

from __future__ import annotations

from dsocr_integrations.engines.embedded.born_digital import (
    ruled_titles,
    table_columns,
    table_headers,
    table_rows,
    table_signs,
    table_titles,
)
from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.rule_runs import RuleRuns
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledTable, fill
from dsocr_integrations.engines.embedded.born_digital.table_leaders import without_leaders
from dsocr_integrations.engines.embedded.born_digital.table_rules import TableRules
from dsocr_integrations.engines.embedded.born_digital.zones import Zone


def tabulate(zone: Zone, rules: TableRules) -> list[Zone]:
    """Fill a table region's grid with its words and mend what the grid got wrong.

    Args:
        zone: A region with a grid.
        rules: The lines drawn on the page; cells that they part are never joined.

    Returns:
        One region for each table, and one of kind `table_footnote` for each note; together
        they hold the same words. A grid of a single cell is running text in a frame.
    """
    if zone.grid is None:
        return [zone]
    table = fill(zone.grid, without_leaders(zone.words))
    notes = [
        Zone("table_footnote", union(word.box for word in words), words=words)
        for words in table_rows.take_notes(table)
    ]
    table_columns.split_columns(table)
    table_signs.join_signs(table)
    drawn = rules.within(zone.box)
    is_ruled = RuleRuns.of(drawn).part_all(zone.grid)
    if not is_ruled:
        table_rows.join_wrapped_rows(table)
    tables = table_columns.side_by_side(table)
    for part in () if is_ruled else tables:
        ruled_titles.span_ruled(part, drawn)
        table_titles.mend_titles(part)
        table_headers.span_headers(part)
    return [*(_zone(part) for part in tables if part.cells), *notes]


def _zone(table: FilledTable) -> Zone:
    box = union(cell.box for cell in table.cells)
    if table.row_count * table.column_count == 1:
        return Zone("text", box, words=table.words)
    return Zone("table", box, table=table, words=table.words)
