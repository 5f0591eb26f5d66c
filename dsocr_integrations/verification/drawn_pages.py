"""Pages whose text is known because they are drawn here: prose, a table, figures, Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.rendering.open_documents import mupdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

A4 = (595, 842)
LEFT, TOP, LINE = 72, 90, 17

PROSE = (
    "Herons of the lower river",
    "The grey heron stands still in shallow water and waits for fish. A colony of",
    "64 nests was counted on 12 April, 9 more than in the year before. Most pairs",
    "raised two young; the coldest week of May cost 7 broods.",
    "Counting was done from two boats between 05:40 and 09:15. Nests higher than",
    "18.5 m were seen only from the east bank, so their number is a lower bound.",
)
TABLE = (
    ("Station", "Nests", "Young", "Share (%)"),
    ("Ferry", "21", "38", "32.8"),
    ("Old weir", "17", "30", "26.6"),
    ("Mill pond", "14", "27", "21.9"),
    ("East bank", "12", "19", "18.7"),
)
CHINESE = ("河流水质报告", "四月十二日共统计六十四个鸟巢。", "水温为十四度,风力二级。")
BARS = (("Q1", 6.2), ("Q2", 7.4), ("Q3", 8.9), ("Q4", 6.8))
TRIANGLE = {"A": (150, 500), "B": (430, 500), "C": (250, 260)}
MOLECULE = "CC(C)Cc1ccc(cc1)C(C)C(=O)O"
"""Ibuprofen."""


def draw_pages(path: Path) -> Path:
    """Write the pages as one PDF: prose, table, Chinese, bar chart, triangle, and, where RDKit
    is installed, a molecule.
    """
    pymupdf: Any = mupdf()
    with pymupdf.open() as document:
        for draw in (_prose, _table, _chinese, _chart, _triangle, _molecule):
            draw(lambda: document.new_page(width=A4[0], height=A4[1]))
        document.save(path, no_new_id=True)
    return path


def _prose(new_page: Callable[[], Any]) -> None:
    _write(new_page(), PROSE)


def _chinese(new_page: Callable[[], Any]) -> None:
    _write(new_page(), CHINESE, fontname="china-s")


def _write(page: Any, lines: Sequence[str], fontname: str = "helv") -> None:
    page.insert_text((LEFT, TOP), lines[0], fontsize=20, fontname=fontname)
    for number, line in enumerate(lines[1:], start=2):
        page.insert_text((LEFT, TOP + number * LINE), line, fontsize=11.5, fontname=fontname)


def _table(new_page: Callable[[], Any]) -> None:
    page = new_page()
    width, height = 110, 24
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            x, y = LEFT + column * width, TOP + row * height
            page.draw_rect((x, y, x + width, y + height), width=0.7)
            page.insert_text((x + 6, y + 16), cell, fontsize=11)


def _chart(new_page: Callable[[], Any]) -> None:
    page = new_page()
    page.insert_text((LEFT, TOP), "Water treated (million m3)", fontsize=13)
    bottom, scale = 420, 30
    page.draw_line((LEFT, bottom), (LEFT + 400, bottom))
    page.draw_line((LEFT, bottom), (LEFT, bottom - 10 * scale))
    for place, (name, value) in enumerate(BARS):
        x, top = LEFT + 30 + place * 95, bottom - value * scale
        page.draw_rect((x, top, x + 60, bottom), color=None, fill=(0.2, 0.4, 0.7))
        page.insert_text((x + 20, bottom + 16), name, fontsize=11)
        page.insert_text((x + 18, top - 6), f"{value:g}", fontsize=11)


def _triangle(new_page: Callable[[], Any]) -> None:
    page = new_page()
    corners = list(TRIANGLE.items())
    for (name, start), (_, end) in zip(corners, corners[1:] + corners[:1], strict=True):
        page.draw_line(start, end, width=1.5)
        page.insert_text((start[0] - 14, start[1] + 16), name, fontsize=16)


def _molecule(new_page: Callable[[], Any]) -> None:
    from importlib.util import find_spec

    if find_spec("rdkit") is None:
        return
    from rdkit import Chem
    from rdkit.Chem.Draw import rdMolDraw2D

    canvas = rdMolDraw2D.MolDraw2DCairo(700, 500)
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, Chem.MolFromSmiles(MOLECULE))
    canvas.FinishDrawing()
    page = new_page()
    page.insert_image((LEFT, TOP, LEFT + 420, TOP + 300), stream=canvas.GetDrawingText())
