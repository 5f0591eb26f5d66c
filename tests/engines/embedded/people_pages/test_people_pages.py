"""Some seeds of each kind of page that people have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dsocr_integrations import Runner
from tests.engines.embedded.people_pages.block_pages import draw_blocks, draw_pairs
from tests.engines.embedded.people_pages.card_pages import draw_cards
from tests.engines.embedded.people_pages.choice_pages import draw_choices
from tests.engines.embedded.people_pages.column_pages import (
    draw_narrow_columns,
    draw_numbered_columns,
)
from tests.engines.embedded.people_pages.contents_scans import draw_contents_scan
from tests.engines.embedded.people_pages.covered_pages import draw_covered
from tests.engines.embedded.people_pages.field_pages import draw_fields
from tests.engines.embedded.people_pages.flowchart_pages import draw_flowchart
from tests.engines.embedded.people_pages.gap_pages import draw_gaps
from tests.engines.embedded.people_pages.heading_documents import draw_headings
from tests.engines.embedded.people_pages.heading_scans import draw_heading_scan
from tests.engines.embedded.people_pages.initial_scans import draw_initials
from tests.engines.embedded.people_pages.letter_pages import draw_letter
from tests.engines.embedded.people_pages.margin_pages import draw_margin_numbers
from tests.engines.embedded.people_pages.marginal_notes import draw_marginal_notes
from tests.engines.embedded.people_pages.nested_pages import draw_nested
from tests.engines.embedded.people_pages.photo_pages import draw_photo
from tests.engines.embedded.people_pages.pictured_tables import (
    draw_picture_groups,
    draw_picture_measures,
    draw_picture_plain,
    draw_picture_spread,
    draw_picture_statement,
    draw_picture_wrapped,
)
from tests.engines.embedded.people_pages.redacted_pages import draw_redacted
from tests.engines.embedded.people_pages.right_to_left_pages import (
    draw_right_to_left,
    font_files,
)
from tests.engines.embedded.people_pages.seeded import Drawn
from tests.engines.embedded.people_pages.shaded_pages import draw_shaded_cells
from tests.engines.embedded.people_pages.sideways_pages import (
    draw_sideways,
    draw_turned_headings,
)
from tests.engines.embedded.people_pages.sparse_pages import draw_sparse, draw_three_storeys
from tests.engines.embedded.people_pages.statement_pages import (
    draw_far_values,
    draw_leaders,
    draw_spanned_heads,
)
from tests.engines.embedded.people_pages.statement_scans import draw_account, draw_statement
from tests.engines.embedded.people_pages.struck_pages import draw_struck
from tests.engines.embedded.people_pages.table_pages import (
    draw_bulleted,
    draw_close_columns,
    draw_signed,
    draw_typed,
    draw_wrapped,
    draw_wrapped_heads,
)
from tests.engines.embedded.people_pages.vertical_pages import draw_vertical


@pytest.fixture(scope="module")
def runner():
    with Runner("embedded", cache=False) as opened:
        yield opened


DRAWN = (
    draw_account,
    draw_blocks,
    draw_bulleted,
    draw_cards,
    draw_choices,
    draw_close_columns,
    draw_covered,
    draw_far_values,
    draw_fields,
    draw_flowchart,
    draw_gaps,
    draw_heading_scan,
    draw_headings,
    draw_initials,
    draw_leaders,
    draw_letter,
    draw_margin_numbers,
    draw_narrow_columns,
    draw_numbered_columns,
    draw_pairs,
    draw_picture_groups,
    draw_picture_wrapped,
    draw_redacted,
    draw_sideways,
    draw_signed,
    draw_spanned_heads,
    draw_statement,
    draw_struck,
    draw_turned_headings,
    draw_typed,
    draw_vertical,
    draw_wrapped,
    draw_wrapped_heads,
    draw_sparse,
    draw_three_storeys,
)


ONCE_WRONG = (
    (draw_cards, 4),
    (draw_choices, 198),
    (draw_contents_scan, 2),
    (draw_marginal_notes, 8),
    (draw_narrow_columns, 8),
    (draw_nested, 2),
    (draw_numbered_columns, 16),
    (draw_numbered_columns, 44),
    (draw_photo, 4),
    (draw_pairs, 104),
    (draw_pairs, 346),
    (draw_picture_measures, 16),
    (draw_picture_spread, 4),
    (draw_picture_statement, 2),
    (draw_shaded_cells, 4),
    (draw_shaded_cells, 14),
    (draw_signed, 24),
    (draw_three_storeys, 6),
    (draw_three_storeys, 20),
    (draw_wrapped, 24),
    (draw_wrapped, 80),
)


@pytest.mark.parametrize(
    ("draw", "seed"), [*((draw, seed) for draw in DRAWN for seed in (2, 12)), *ONCE_WRONG]
)
def test_a_drawn_page_is_read_as_it_is_seen(
    runner: Runner, tmp_path: Path, draw: Callable[[int], Drawn], seed: int
):
    page = draw(seed)
    path = tmp_path / f"page{page.suffix}"
    path.write_bytes(page.pdf)
    assert page.faults(runner.read(str(path)).markdown) == []


@pytest.mark.parametrize(("draw", "seed"), [(draw_picture_plain, 18), (draw_picture_statement, 22)])
def test_shades_and_rules_of_a_table_are_no_unread_print(
    runner: Runner, tmp_path: Path, draw: Callable[[int], Drawn], seed: int
):
    page = draw(seed)
    path = tmp_path / "page.png"
    path.write_bytes(page.pdf)
    document = runner.read(str(path))
    assert page.faults(document.markdown) == []
    assert document.pages[0].reading.quality.trusted


@pytest.mark.skipif(
    not all(path.is_file() for path in font_files()), reason="draws with fonts-noto-core"
)
@pytest.mark.parametrize("seed", range(0, 8, 2))
def test_right_to_left_text_is_read_in_its_order(runner: Runner, tmp_path: Path, seed: int):
    page = draw_right_to_left(seed)
    path = tmp_path / "page.pdf"
    path.write_bytes(page.pdf)
    assert page.faults(runner.read(str(path)).markdown) == []
