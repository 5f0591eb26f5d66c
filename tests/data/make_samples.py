"""Draws the sample documents beside this file, and the truth about them, always the same bytes.

`python tests/data/make_samples.py [FOLDER]` writes a born-digital report, scanned-looking pages
in English and Chinese, a scan as PDF and a page of molecules, and `truth.json`, which says what
stands on them. The water works, its figures and its people are made up.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pymupdf
import sample_text as text
from matplotlib.figure import Figure
from PIL import Image, ImageFilter
from rdkit import Chem
from rdkit.Chem import Descriptors, rdMolDescriptors
from rdkit.Chem.Draw import rdMolDraw2D

A4 = pymupdf.Rect(0, 0, 595, 842)
A5 = pymupdf.Rect(0, 0, 420, 595)
LEFT, RIGHT = (54, 288), (307, 541)
"""Left and right edge of the two columns, in points."""
BLUE, ORANGE, GREEN, GREY = "#1f5a8c", "#d9772b", "#4d8f5b", "#8a8f98"
CSS = """
body { font-family: serif; font-size: 10.2px; line-height: 1.38; }
p { text-align: justify; margin: 0 0 6px 0; }
h1 { font-family: sans-serif; font-size: 19.5px; margin: 0 0 5px 0; color: #12344d; }
h2 { font-family: sans-serif; font-size: 13px; margin: 6px 0 4px 0; color: #12344d; }
h3 { font-family: sans-serif; font-size: 10.8px; margin: 5px 0 3px 0; color: #12344d; }
.by { font-family: sans-serif; font-size: 9px; color: #555555; text-align: left; }
.caption { font-family: sans-serif; font-size: 8px; text-align: left; color: #333333; }
.foot { font-size: 8px; text-align: left; }
.references { font-size: 8.6px; text-align: left; }
li { margin: 0 0 2px 0; }
ul { margin: 0 0 6px -18px; }
a { color: #1f5a8c; }
"""
SCAN_CSS = """
body { font-family: serif; font-size: 12px; line-height: 1.45; }
p { text-align: justify; margin: 0 0 8px 0; }
h1 { font-family: sans-serif; font-size: 17.5px; margin: 0 0 8px 0; }
h2 { font-family: sans-serif; font-size: 14px; margin: 8px 0 5px 0; }
.by { font-size: 10.5px; }
.cell { font-family: sans-serif; font-size: 10.5px; text-align: left; }
"""


def main(folder: Path) -> None:
    """Write every sample and `truth.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.pdf").write_bytes(report())
    english, chinese = scan_page(text.SCAN_EN), scan_page(text.SCAN_ZH)
    (folder / "scan_en.png").write_bytes(png(scanned(english, angle=0.7, seed=1)))
    (folder / "scan_zh.png").write_bytes(png(scanned(chinese, angle=-0.5, seed=2)))
    (folder / "scan.pdf").write_bytes(
        scan_pdf(
            [
                scanned(scan_page(page), angle=0.4, seed=3 + n)
                for n, page in enumerate(text.SCAN_PDF)
            ]
        )
    )
    (folder / "molecules.pdf").write_bytes(molecules())
    truth = json.dumps(text.truth(), indent=1, ensure_ascii=False) + "\n"
    (folder / "truth.json").write_text(truth, encoding="utf-8")


def report() -> bytes:
    """Draw the two-column report: headings, charts, formula, footnote, link, outline, table."""
    document = pymupdf.open()
    for _ in range(3):
        document.new_page(width=A4.width, height=A4.height)
    first, second, third = document

    body = text.REPORT
    top = write(first, (54, 541), 64, f"<h1>{text.TITLE}</h1><p class='by'>{text.BYLINE}</p>") + 8
    write(first, LEFT, top, body["summary"])
    end = place(first, RIGHT, top + 4, bar_chart())
    end = write(first, RIGHT, end + 4, body["bar_caption"])
    write(first, RIGHT, end + 4, body["demand"])
    rule(first, 54, 160, 744)
    write(first, LEFT, 747, body["footnote"])

    end = write(second, LEFT, 62, body["contact_time"])
    end = place(second, LEFT, end, formula())
    end = write(second, LEFT, end, body["by_products"])
    end = place(second, LEFT, end + 6, pie_chart())
    write(second, LEFT, end + 2, body["pie_caption"])
    end = place(second, RIGHT, 66, line_chart())
    end = write(second, RIGHT, end + 4, body["line_caption"])
    write(second, RIGHT, end + 2, body["quality"])
    end = write(second, (54, 541), 640, body["table_caption"])
    draw_table(second, end, [text.TABLE_COLUMNS, *text.TABLE_ROWS[: text.TABLE_SPLIT]])

    end = write(third, (54, 541), 62, body["table_continued"])
    table_end = draw_table(third, end, [text.TABLE_COLUMNS, *text.TABLE_ROWS[text.TABLE_SPLIT :]])
    write(third, LEFT, table_end + 12, body["maintenance"])
    end = place(third, RIGHT, table_end + 16, scatter_chart())
    end = write(third, RIGHT, end + 4, body["scatter_caption"])
    write(third, RIGHT, end + 4, body["coagulant"])

    for number, page in enumerate(document, start=1):
        furniture(page, number)
    document.set_toc(text.OUTLINE)
    document.set_page_labels([{"startpage": 0, "style": "D", "firstpagenum": 1}])
    return saved(document, text.TITLE)


def write(
    page: pymupdf.Page,
    sides: tuple[float, float],
    top: float,
    html: str,
    css: str = CSS,
    bottom: float = 786,
) -> float:
    """Set HTML between two sides from `top` down, in points.

    Returns:
        The height where the text ends.

    Raises:
        ValueError: If it does not fit above `bottom`; it is never set smaller instead.
    """
    box = pymupdf.Rect(sides[0], top, sides[1], bottom)
    spare, _ = page.insert_htmlbox(box, html, css=css, scale_low=1)
    if spare < 0:
        raise ValueError(f"The text does not fit {box}: {html[:60]}")
    return bottom - spare


def place(page: pymupdf.Page, sides: tuple[float, float], top: float, pdf: bytes) -> float:
    """Place a one-page PDF as vector graphics and return the height where it ends."""
    with pymupdf.open(stream=pdf, filetype="pdf") as drawing:
        size = drawing[0].rect
        bottom = top + (sides[1] - sides[0]) * size.height / size.width
        page.show_pdf_page(pymupdf.Rect(sides[0], top, sides[1], bottom), drawing, 0)
    return bottom


def rule(page: pymupdf.Page, left: float, right: float, height: float) -> None:
    """Draw a hairline."""
    page.draw_line((left, height), (right, height), color=(0.4, 0.4, 0.4), width=0.5)


def furniture(page: pymupdf.Page, number: int) -> None:
    """Add running header, footer and page number."""
    grey = (0.35, 0.35, 0.35)
    page.insert_text((54, 42), text.HEADER, fontname="helv", fontsize=8, color=grey)
    rule(page, 54, 541, 48)
    page.insert_text((54, 806), text.FOOTER, fontname="helv", fontsize=8, color=grey)
    page.insert_text((536, 806), str(number), fontname="helv", fontsize=8, color=grey)


def draw_table(page: pymupdf.Page, top: float, rows: list[list[str]]) -> float:
    """Draw a ruled table and return the height where it ends, in points."""
    edges = [54, 128, 212, 296, 380, 460, 541]
    step, line = 17, (0.55, 0.6, 0.65)
    bottom = top + step * len(rows)
    page.draw_rect((edges[0], top, edges[-1], top + step), color=None, fill=(0.87, 0.91, 0.94))
    for n, row in enumerate(rows):
        font = "hebo" if n == 0 else "helv"
        for place_, cell in enumerate(row):
            width = pymupdf.get_text_length(cell, fontname=font, fontsize=8)
            x = edges[place_] + 5 if place_ == 0 else edges[place_ + 1] - 6 - width
            page.insert_text((x, top + step * n + 11.5), cell, fontname=font, fontsize=8)
    for n in range(len(rows) + 1):
        page.draw_line((54, top + step * n), (541, top + step * n), color=line, width=0.5)
    for edge in edges:
        page.draw_line((edge, top), (edge, bottom), color=line, width=0.5)
    return bottom


def figure(width: float, height: float) -> Figure:
    """Start a chart of the given inches whose text stays text in the PDF."""
    mpl.rcParams.update(
        {
            "pdf.fonttype": 42,
            "font.size": 7.5,
            "font.family": "DejaVu Sans",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "mathtext.fontset": "stix",
        }
    )
    return Figure(figsize=(width, height), layout="constrained")


def pdf_of(chart: Figure) -> bytes:
    """Print a chart as PDF without dates or program names."""
    out = io.BytesIO()
    chart.savefig(
        out, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None}
    )
    return out.getvalue()


def bar_chart() -> bytes:
    """Draw the volume treated in each quarter with printed values."""
    data = text.CHARTS["bar"]
    chart = figure(3.25, 2.3)
    axes = chart.add_subplot()
    bars = axes.bar(
        [row[0] for row in data["rows"]], [row[1] for row in data["rows"]], color=BLUE, width=0.6
    )
    axes.bar_label(bars, fmt="%.1f", padding=2)
    axes.set(
        ylabel=data["columns"][1], title=data["title"], ylim=(0, 10), yticks=[0, 2, 4, 6, 8, 10]
    )
    return pdf_of(chart)


def line_chart() -> bytes:
    """Draw raw and settled turbidity by month, without printed values."""
    data = text.CHARTS["line"]
    chart = figure(3.25, 2.2)
    axes = chart.add_subplot()
    months = [row[0] for row in data["rows"]]
    for place_, (color, marker) in enumerate([(ORANGE, "o"), (BLUE, "s")], start=1):
        values = [row[place_] for row in data["rows"]]
        axes.plot(
            months, values, color=color, marker=marker, ms=3, lw=1.2, label=data["columns"][place_]
        )
    axes.set(ylabel="Turbidity (NTU)", title=data["title"], ylim=(0, 16), yticks=[0, 4, 8, 12, 16])
    axes.grid(axis="y", lw=0.4, color="#d5d9de")
    axes.legend(frameon=False, loc="upper right")
    return pdf_of(chart)


def pie_chart() -> bytes:
    """Draw the shares of electricity use with printed percentages."""
    data = text.CHARTS["pie"]
    chart = figure(3.25, 2.05)
    axes = chart.add_subplot()
    axes.pie(
        [row[1] for row in data["rows"]],
        labels=[row[0] for row in data["rows"]],
        autopct="%.0f%%",
        startangle=90,
        counterclock=False,
        colors=[BLUE, ORANGE, GREEN, "#c9b458", GREY],
        wedgeprops={"edgecolor": "white", "linewidth": 0.8},
        pctdistance=0.72,
    )
    axes.set_title(data["title"])
    return pdf_of(chart)


def scatter_chart() -> bytes:
    """Draw coagulant dose against raw turbidity."""
    data = text.CHARTS["scatter"]
    chart = figure(3.25, 2.33)
    axes = chart.add_subplot()
    axes.scatter(
        [row[0] for row in data["rows"]], [row[1] for row in data["rows"]], s=14, color=GREEN
    )
    axes.set(
        xlabel=data["columns"][0],
        ylabel=data["columns"][1],
        title=data["title"],
        xlim=(0, 16),
        ylim=(0, 40),
        xticks=[0, 4, 8, 12, 16],
        yticks=[0, 10, 20, 30, 40],
    )
    return pdf_of(chart)


def formula() -> bytes:
    """Typeset the formula of the report."""
    chart = figure(3.25, 0.55)
    chart.text(0.42, 0.5, text.FORMULA_DRAWN, ha="center", va="center", fontsize=13)
    chart.text(0.99, 0.5, "(1)", ha="right", va="center", fontsize=9, family="STIXGeneral")
    return pdf_of(chart)


def scan_page(content: text.ScanText) -> Image.Image:
    """Set a page and rasterise it at 150 dpi, grey."""
    document = pymupdf.open()
    page = document.new_page(width=A5.width, height=A5.height)
    end = write(page, (40, 380), 34, content.html, SCAN_CSS, bottom=575)
    end = ruled_table(page, end + 6, content.table)
    write(page, (40, 380), end + 10, content.html_after, SCAN_CSS, bottom=575)
    pixmap = page.get_pixmap(dpi=150, colorspace=pymupdf.csGRAY)
    return Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)


def ruled_table(page: pymupdf.Page, top: float, rows: list[list[str]]) -> float:
    """Draw a small table with all its rules and return the height where it ends."""
    step, width = 20, 340 / len(rows[0])
    for row, cells in enumerate(rows):
        for place_, cell in enumerate(cells):
            left = 46 + place_ * width
            html = f"<p class='cell'>{cell}</p>"
            write(page, (left, left + width - 8), top + step * row + 2, html, SCAN_CSS, bottom=575)
    bottom = top + step * len(rows)
    for row in range(len(rows) + 1):
        page.draw_line((40, top + step * row), (380, top + step * row), width=0.7)
    for place_ in range(len(rows[0]) + 1):
        page.draw_line((40 + place_ * width, top), (40 + place_ * width, bottom), width=0.7)
    return bottom


def scanned(page: Image.Image, *, angle: float, seed: int) -> Image.Image:
    """Make a clean page look scanned: turned a little, soft, speckled, darker at one edge."""
    rng = np.random.default_rng(seed)
    turned = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.75)), dtype=np.float32)
    height, width = soft.shape
    paper = (
        250 - 18 * np.linspace(0, 1, width)[None, :] ** 6 - 4 * np.linspace(0, 1, height)[:, None]
    )
    ink = 38 + (soft / 255) * (paper - 38)
    ink += rng.normal(0, 2.4, soft.shape)
    specks = rng.random(soft.shape) < 0.00012
    ink[specks] -= rng.uniform(40, 120, int(specks.sum()))
    return Image.fromarray(np.clip(ink, 0, 255).astype(np.uint8))


def png(page: Image.Image) -> bytes:
    """Pack a page as a PNG of 16 greys that knows its resolution."""
    out = io.BytesIO()
    levels = Image.fromarray((np.asarray(page) // 16).astype(np.uint8))
    levels.putpalette([value for level in range(16) for value in [level * 17] * 3])
    levels.save(out, "PNG", optimize=True, bits=4, dpi=(150, 150))
    return out.getvalue()


def scan_pdf(pages: list[Image.Image]) -> bytes:
    """Bind page images into a PDF without a text layer."""
    document = pymupdf.open()
    for image in pages:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=62)
        page = document.new_page(width=A5.width, height=A5.height)
        page.insert_image(page.rect, stream=out.getvalue())
    return saved(document, "Site inspection, scanned")


def molecules() -> bytes:
    """Draw the page of micropollutants, each structure as vector graphics with a caption."""
    document = pymupdf.open()
    page = document.new_page(width=A4.width, height=A4.height)
    start = write(page, (54, 541), 64, text.MOLECULES_HTML) + 14
    for n, (name, smiles, found) in enumerate(text.MOLECULES):
        sides = (54 + 253 * (n % 2), 288 + 253 * (n % 2))
        end = place(page, sides, start + 235 * (n // 2), structure(smiles))
        write(page, sides, end + 4, caption_of(n + 1, name, smiles, found))
    write(page, (54, 541), start + 470, text.MOLECULES_AFTER)
    furniture(page, 1)
    return saved(document, text.MOLECULES_TITLE)


def caption_of(number: int, name: str, smiles: str, found: str) -> str:
    """Set the caption of a compound with its formula and molar mass."""
    molecule = Chem.MolFromSmiles(smiles)
    sum_formula = rdMolDescriptors.CalcMolFormula(molecule)
    return (
        f"<p class='caption'><b>Compound {number}.</b> {name}, {sum_formula}, "
        f"{Descriptors.MolWt(molecule):.2f} g/mol. Found at {found} in raw water.</p>"
    )


def structure(smiles: str) -> bytes:
    """Draw one molecule as a one-page vector PDF."""
    drawing = rdMolDraw2D.MolDraw2DSVG(468, 370)
    options = drawing.drawOptions()
    options.useBWAtomPalette()
    options.clearBackground = False
    options.fixedBondLength = 46
    drawing.DrawMolecule(Chem.MolFromSmiles(smiles))
    drawing.FinishDrawing()
    with pymupdf.open(stream=drawing.GetDrawingText().encode(), filetype="svg") as svg:
        return svg.convert_to_pdf()


def saved(document: pymupdf.Document, title: str) -> bytes:
    """Close a document into bytes that carry no clock and no random id."""
    document.set_metadata(
        {
            "title": title,
            "author": text.AUTHOR,
            "creationDate": "D:20260115090000Z",
            "modDate": "D:20260115090000Z",
            "producer": "",
            "creator": "make_samples.py",
        }
    )
    document.subset_fonts()
    return document.tobytes(garbage=4, deflate=True, clean=True, no_new_id=True, use_objstms=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
