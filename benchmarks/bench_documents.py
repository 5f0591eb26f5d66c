"""Documents that the benchmarks of the core make for themselves."""

from __future__ import annotations

import io
from pathlib import Path

import pymupdf

WORDS = [
    "measured",
    "inflow",
    "turbidity",
    "filter",
    "backwash",
    "ozone",
    "chlorine",
    "residual",
    "district",
    "pressure",
    "reservoir",
    "sample",
    "laboratory",
    "calibrated",
    "quarter",
    "maintenance",
    "reported",
    "water",
    "demand",
    "network",
]


def sentence(seed: int, words: int) -> str:
    return " ".join(WORDS[(seed * 7 + place * 3) % len(WORDS)] for place in range(words)) + "."


def born_digital(path: Path, pages: int) -> Path:
    """Headings, two paragraphs, a ruled table and every tenth page a bar chart."""
    with pymupdf.open() as document:
        for number in range(1, pages + 1):
            page = document.new_page(width=595, height=842)
            page.insert_text((72, 80), f"{number} Section {number}", fontsize=18)
            for part in range(2):
                box = pymupdf.Rect(72, 110 + part * 110, 523, 210 + part * 110)
                page.insert_textbox(box, sentence(number + part, 60), fontsize=11)
            _table(page, number)
            if number % 10 == 0:
                _chart(page, number)
        document.save(path, garbage=1, deflate=True, no_new_id=True)
    return path


def mixed(path: Path, pages: int) -> Path:
    """Every third page a scan: a picture of text without a text layer."""
    with pymupdf.open() as document:
        for number in range(1, pages + 1):
            page = document.new_page(width=595, height=842)
            if number % 3:
                page.insert_text((72, 80), f"{number} Section {number}", fontsize=18)
                for part in range(3):
                    box = pymupdf.Rect(72, 110 + part * 120, 523, 220 + part * 120)
                    page.insert_textbox(box, sentence(number + part, 70), fontsize=11)
                _table(page, number)
            else:
                page.insert_image(page.rect, stream=_scan(number))
        document.save(path, garbage=1, deflate=True, no_new_id=True)
    return path


def _table(page: pymupdf.Page, number: int) -> None:
    top = 520
    for row in range(6):
        for column in range(4):
            cell = pymupdf.Rect(
                72 + column * 100, top + row * 22, 172 + column * 100, top + 22 + row * 22
            )
            page.draw_rect(cell, width=0.7)
            text = (
                f"{WORDS[(number + column) % len(WORDS)]}"
                if row == 0
                else f"{row * number + column}"
            )
            page.insert_text((cell.x0 + 5, cell.y1 - 7), text, fontsize=9)


def _chart(page: pymupdf.Page, number: int) -> None:
    page.draw_line((100, 800), (400, 800))
    for bar in range(5):
        height = 20 + (number * (bar + 3)) % 80
        page.draw_rect(
            pymupdf.Rect(120 + bar * 50, 800 - height, 150 + bar * 50, 800), fill=(0.2, 0.4, 0.7)
        )
        page.insert_text((125 + bar * 50, 812), "ABCDE"[bar], fontsize=8)


def _scan(number: int) -> bytes:
    with pymupdf.open() as sheet:
        page = sheet.new_page(width=595, height=842)
        page.insert_text((72, 80), f"Inspection {number}", fontsize=20)
        for part in range(3):
            box = pymupdf.Rect(72, 110 + part * 120, 523, 220 + part * 120)
            page.insert_textbox(box, sentence(number + part, 50), fontsize=12)
        pixels = page.get_pixmap(dpi=150, colorspace=pymupdf.csGRAY)
        return io.BytesIO(pixels.tobytes("png")).getvalue()
