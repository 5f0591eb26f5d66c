"""What stands at the edge of several pages is their running head, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from dsocr_integrations.engines.embedded.born_digital.furniture import furnish_running
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.rendering.heading_levels import Look
from dsocr_integrations.rendering.running_lines import MOST, EdgeLines, RunningLines
from tests.engines.embedded.pdf_pages import region_of

LOOK = Look.of("No binding rules", 12, bold=True, italic=True)


def running_in(path: Path, heads: list[str], y: float = 46) -> RunningLines:
    """What runs in a PDF of one page a head."""
    with pymupdf.open() as document:
        for words in heads:
            page = document.new_page(width=612, height=792)
            page.insert_text((205, y), words, fontname="hebi", fontsize=12)
            for line in range(30):
                page.insert_text((72, 108 + 14 * line), f"Line {line} of a text", fontsize=11)
        document.save(path)
    return region_of(path).heading_levels().running


def zone(kind: str, box: tuple[float, float, float, float], text: str, scale: float = 1.0) -> Zone:
    word = StyledWord(text, box, 0, 0, 12 * scale, bold=True, italic=True)
    return Zone(kind, box, words=[word])


def head_beside(running: RunningLines, other: Zone, scale: float = 1.0) -> str:
    """What a heading at the head of a page becomes, with another region on the page."""
    box = tuple(scale * edge for edge in (205, 34, 410, 50))
    head = zone("section-header", box, "No binding rules", scale)
    furnish_running([head, other], running, scale * 792, scale)
    return head.kind


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_line_at_the_head_of_every_page_is_no_heading(tmp_path: Path, scale: float):
    running = running_in(tmp_path / "a.pdf", ["No binding rules"] * 3)
    text = zone("text", (72, scale * 108, 500, scale * 400), "Ferries")
    assert head_beside(running, text, scale) == "page-header"


def test_a_name_over_the_title_of_each_page_stays_with_it(tmp_path: Path):
    running = running_in(tmp_path / "a.pdf", ["No binding rules"] * 3)
    title = zone("section-header", (205, 56, 410, 72), "Balance sheet")
    assert head_beside(running, title) == "section-header"


@pytest.mark.parametrize(
    ("heads", "y", "runs"),
    [
        (["No binding rules"] * 2, 46, False),
        (["No binding rules", "1 No binding rules 7", "No binding rules (8)"], 46, True),
        (["No binding rules", "Few binding rules", "Most binding rules"], 46, False),
        (["No binding rules"] * 3, 66, True),
        (["No binding rules"] * 3, 90, False),
    ],
)
def test_running_heads_are_told_by_three_pages(tmp_path: Path, heads, y, runs):
    running = running_in(tmp_path / "a.pdf", heads, y)
    assert running.holds("No binding rules", LOOK, y - 4) is runs
    assert not running.holds("No binding rules", LOOK, y + 8)
    assert not running.holds("No binding rules", None, y - 4)


def test_no_more_running_lines_are_kept_than_a_document_has():
    edges = EdgeLines()
    for number in range(2 * MOST):
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}")
        for page in range(3):
            edges.add(letters, LOOK, 15, page, 792)
    assert len(edges.repeated().places) == MOST
