"""Measure tables of born-digital PDFs: TEDS against the ICDAR 2013 competition's structure files.

usage: python benchmarks/tables.py DATADIR

DATADIR holds `NAME.pdf` beside `NAME-str.xml`.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from lxml import etree
from reading import TABLE, answers, folder_argument
from table_distance import best_match

from dsocr_integrations.engines.embedded.engine import EmbeddedEngine


def expected_tables(path: Path) -> list[str]:
    root = etree.parse(str(path), etree.XMLParser(recover=True)).getroot()
    regions = (region for table in root.iter("table") for region in table.iter("region"))
    return [_as_html(list(region.iter("cell"))) for region in regions]


def _as_html(cells: list[Any]) -> str:
    placed: dict[tuple[int, int], tuple[int, int, str]] = {}
    covered: set[tuple[int, int]] = set()
    for cell in cells:
        top, left = int(cell.get("start-row")), int(cell.get("start-col"))
        bottom, right = int(cell.get("end-row") or top), int(cell.get("end-col") or left)
        placed[top, left] = (bottom - top + 1, right - left + 1, cell.findtext("content") or "")
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    rows = []
    for row in range(min(r for r, _ in covered), max(r for r, _ in covered) + 1):
        shown = ""
        for column in range(min(c for _, c in covered), max(c for _, c in covered) + 1):
            height, width, text = placed.get((row, column), (1, 1, ""))
            if (row, column) in placed or (row, column) not in covered:
                spans = f' rowspan="{height}"' * (height > 1) + f' colspan="{width}"' * (width > 1)
                shown += f"<td{spans}>{html.escape(text)}</td>"
        rows.append(f"<tr>{shown}</tr>")
    return f"<table>{''.join(rows)}</table>"


def main() -> None:
    folder = folder_argument("usage: python benchmarks/tables.py DATADIR")
    scores: list[float] = []
    extra = 0
    with EmbeddedEngine().open() as session:
        for truth in sorted(folder.glob("*-str.xml")):
            path = folder / truth.name.replace("-str.xml", ".pdf")
            expected = expected_tables(truth)
            found = TABLE.findall("\n".join(text for text, _ in answers(session, path)))
            own = best_match(expected, found)
            scores += own
            extra += max(0, len(found) - len(expected))
            print(path.name, [round(score, 3) for score in own])
    print(f"tables {len(scores)}: TEDS {sum(scores) / max(1, len(scores)):.3f}, extra {extra}")


if __name__ == "__main__":
    main()
