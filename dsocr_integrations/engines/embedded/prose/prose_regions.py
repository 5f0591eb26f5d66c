"""The layout regions of a page of plain prose, told without PyMuPDF's layout network.

Prose in one or two columns shows its structure by itself: lines follow each other at even steps,
paragraphs stand apart or begin with an indent, headings are set larger or bold and stand alone.
Whatever leaves a doubt gives no answer, and the network looks at the page.
"""

from __future__ import annotations

import itertools
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.engines.embedded.prose.page_signs import may_be_prose
from dsocr_integrations.engines.embedded.prose.prose_columns import (
    DoubtfulLayoutError,
    columns_of,
)
from dsocr_integrations.engines.embedded.prose.prose_lines import prose_lines, usual_size
from dsocr_integrations.engines.embedded.prose.prose_paragraphs import paragraphs_of, prose_type
from dsocr_integrations.engines.embedded.prose.running_lines import (
    check_outermost,
    part_running_lines,
)

_LEAST_LINES = 12


def prose_regions(page: Any, text: PageText) -> list[LayoutRegion] | None:
    """Find the regions of a page of plain prose.

    Args:
        page: An upright `pymupdf.Page`.
        text: What it shows; nothing says that its words are not those that are printed.

    Returns:
        Regions as the layout network gives them; `None` where the page may hold anything else.
    """
    if not may_be_prose(page, text):
        return None
    try:
        return regions_of(page)
    except DoubtfulLayoutError:
        return None


def regions_of(page: Any) -> list[LayoutRegion]:
    """The regions of a page that shows nothing but text and a few rules.

    Raises:
        DoubtfulLayoutError: If they are not as those of plain prose.
    """
    lines = prose_lines(page)
    if len(lines) < _LEAST_LINES:
        raise DoubtfulLayoutError("few lines")
    running, text = part_running_lines(lines, page.rect.height)
    columns = columns_of(text)
    body = prose_type(columns, usual_size(text))
    found = [paragraphs_of(column, body) for column in columns]
    check_outermost(found, running, page.rect.height)
    return [*running, *itertools.chain.from_iterable(found)]
