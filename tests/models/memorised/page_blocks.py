"""The dozen pages that the tiny checkpoint knows by heart: what stands where on each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dsocr_integrations.prompts import Prompt

HERE = Path(__file__).parent
CHECKPOINT = HERE / "checkpoint"
PAGE_SIZE = (600, 800)
"""Pixels; at the 144 dpi that are assumed for pictures without a resolution, 300 x 400 points."""


@dataclass(frozen=True)
class KnownBlock:
    """One block of a page and what the model is to say of it.

    Attributes:
        label: As in the answer.
        box: On the 0-999 grid of the page.
        said: Text behind the tag: markdown, HTML or LaTeX; empty for pictures.
        printed: What is drawn, where that is not `said` itself; for pictures the drawing's name.
    """

    label: str
    box: tuple[int, int, int, int]
    said: str = ""
    printed: str = ""

    @property
    def answer(self) -> str:
        """Tag and text as DeepSeek-OCR writes them."""
        tag = f"<|ref|>{self.label}<|/ref|><|det|>[{list(self.box)}]<|/det|>"
        return f"{tag}\n{self.said}" if self.said else tag


@dataclass(frozen=True)
class KnownPage:
    """One page.

    Attributes:
        name: Also the name of its PNG file.
        blocks: In reading order.
        figure: What `Parse the figure.` says of its picture block.
    """

    name: str
    blocks: tuple[KnownBlock, ...]
    figure: str = ""

    @property
    def path(self) -> Path:
        """The drawn page."""
        return HERE / "pages" / f"{self.name}.png"

    @property
    def picture(self) -> KnownBlock:
        """The block that is looked at a second time."""
        return next(block for block in self.blocks if block.label == "image")

    def answer(self, prompt: str) -> str:
        """What the checkpoint says to one of the official prompts."""
        if prompt == Prompt.MARKDOWN:
            return "\n\n".join(block.answer for block in self.blocks) + "\n"
        if prompt == Prompt.FREE:
            return "\n".join(block.said for block in self.blocks if block.said)
        raise ValueError(prompt)


def table(*rows: str) -> str:
    """HTML of a table; cells are parted by `|`."""
    lines = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


_CHART = table("Quarter|Volume", "Q1|120", "Q2|180", "Q3|240", "Q4|90")
_TRIANGLE = (
    "{'Line': {'line': ['(0, 0) -- (6, 0)', '(6, 0) -- (2, 5)', '(2, 5) -- (0, 0)'], "
    "'line_type': ['solid', 'solid', 'solid'], "
    "'line_endpoint': ['A: (0, 0)', 'B: (6, 0)', 'C: (2, 5)']}}"
)

PAGES = (
    KnownPage("cover", (KnownBlock("title", (150, 300, 850, 380), "# Water report 2024"),)),
    KnownPage(
        "foreword",
        (
            KnownBlock("header", (80, 30, 500, 55), "City waterworks"),
            KnownBlock("sub_title", (80, 90, 700, 130), "## 1 Foreword"),
            KnownBlock(
                "text",
                (80, 150, 920, 300),
                "The works treated 630 million litres this year. Demand rose by 4.5 % and the "
                "summer was dry.",
            ),
            KnownBlock(
                "text",
                (80, 330, 920, 430),
                "We thank all who kept the pumps running day and night.",
            ),
            KnownBlock("page_number", (480, 950, 520, 975), "2"),
        ),
    ),
    KnownPage(
        "measurements",
        (
            KnownBlock("sub_title", (80, 60, 700, 100), "## 2 Measurements"),
            KnownBlock("table_caption", (80, 130, 900, 165), "Table 1: Bromate in µg/l"),
            KnownBlock(
                "table",
                (80, 180, 920, 480),
                table(
                    "Site|Spring|Autumn",
                    "North|2.1|3.4",
                    "South|0.8|1.2",
                    "Lake|5.6|9.7",
                    "Mean|2.8|4.8",
                ),
            ),
            KnownBlock("text", (80, 520, 920, 600), "The limit of 10 µg/l was kept at every site."),
        ),
    ),
    KnownPage(
        "method",
        (
            KnownBlock("sub_title", (80, 60, 700, 100), "## 3 Method"),
            KnownBlock("text", (80, 120, 920, 200), "The flow follows from the drop in pressure:"),
            KnownBlock(
                "equation",
                (250, 230, 750, 300),
                r"\[ Q = C \cdot A \cdot \sqrt{\frac{2 \Delta p}{\rho}} \]",
                "Q = C · A · √(2Δp / ρ)",
            ),
            KnownBlock(
                "text",
                (80, 340, 920, 420),
                r"with \(C = 0.62\) for a sharp edge.",
                "with C = 0.62 for a sharp edge.",
            ),
        ),
    ),
    KnownPage(
        "staff",
        (
            KnownBlock("title", (80, 60, 700, 110), "# Ansprechpartner"),
            KnownBlock("text", (80, 150, 480, 300), "Jürgen Groß\nPumpen und Rohre\nZimmer 12"),
            KnownBlock("text", (520, 150, 920, 300), "Änne Böhm\nLabor für Wasser\nZimmer 7"),
        ),
    ),
    KnownPage(
        "tasks",
        (
            KnownBlock("sub_title", (80, 60, 700, 100), "## 4 Tasks for 2025"),
            KnownBlock(
                "list",
                (80, 130, 920, 420),
                "- Replace pump 3 before May\n- Line the old main in Mill Road\n"
                "- Sample the lake each week\n- Train two new operators",
            ),
            KnownBlock("footer", (80, 940, 600, 965), "Approved by the board"),
        ),
    ),
    KnownPage(
        "invoice",
        (
            KnownBlock("title", (80, 50, 500, 100), "# Invoice 20417"),
            KnownBlock("text", (80, 130, 500, 230), "Mill Road 9\n04107 Leipzig"),
            KnownBlock(
                "table",
                (80, 280, 920, 560),
                table(
                    "Item|Pieces|Price",
                    "Valve DN 80|2|148.00 €",
                    "Gasket|12|9.60 €",
                    "Total||157.60 €",
                ),
            ),
            KnownBlock("text", (80, 600, 920, 660), "Payable within 30 days."),
        ),
    ),
    KnownPage(
        "table_begins",
        (
            KnownBlock("table_caption", (80, 600, 900, 635), "Table 2: Pumps"),
            KnownBlock(
                "table",
                (80, 650, 920, 930),
                table("Pump|Built|Power", "P1|1998|45 kW", "P2|2003|55 kW"),
            ),
        ),
    ),
    KnownPage(
        "table_goes_on",
        (
            KnownBlock(
                "table",
                (80, 60, 920, 300),
                table("Pump|Built|Power", "P3|2011|75 kW", "P4|2019|90 kW"),
            ),
            KnownBlock("text", (80, 340, 920, 420), "Pump P3 is due for an overhaul."),
        ),
    ),
    KnownPage(
        "chart",
        (
            KnownBlock("sub_title", (80, 60, 700, 100), "## 5 Volume by quarter"),
            KnownBlock("image", (100, 140, 900, 560), printed="bars"),
            KnownBlock("image_caption", (100, 580, 900, 615), "Figure 1: Volume in million litres"),
        ),
        figure=_CHART,
    ),
    KnownPage(
        "molecule",
        (
            KnownBlock("text", (80, 60, 920, 130), "Benzoic acid keeps samples stable."),
            KnownBlock("image", (250, 200, 750, 600), printed="benzoic acid"),
            KnownBlock("image_caption", (250, 620, 750, 655), "Figure 2: Benzoic acid"),
        ),
        figure="OC(=O)c1ccccc1",
    ),
    KnownPage(
        "triangle",
        (
            KnownBlock("sub_title", (80, 60, 700, 100), "## 6 The weir seen from the side"),
            KnownBlock("image", (150, 180, 850, 700), printed="triangle"),
        ),
        figure=_TRIANGLE,
    ),
)
