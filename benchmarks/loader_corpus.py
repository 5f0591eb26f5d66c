"""Forty documents of made-up firms and places, and what is asked about them, always the same.

Eight kinds of paper, five of each: annual reports, laboratory notes, tariffs, minutes, scanned
inspections, bulletins of charts, compound sheets and registers. Tables are ruled, open, striped
or set between three lines; headers have one to three rows; some tables go on over pages, with
their header repeated or not. `loader_questions.py` asks about them. Neither the reading nor the
chunks are tuned on them, and nothing here is changed to suit either.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pymupdf

SAMPLES = Path(__file__).parent.parent / "tests" / "data"
sys.path.insert(0, str(SAMPLES))
import make_samples  # noqa: E402 - it lies beside the samples that it draws

sys.path.remove(str(SAMPLES))

Kind = Literal["text", "table", "second page", "chart", "scan", "molecule"]
Cell = str | None
"""Text of a cell; `None` where the cell before it (header) or above it (body) reaches."""

A4 = (595.0, 842.0)
COPIES = 5


@dataclass(frozen=True)
class Question:
    """A question and how its answer is told.

    Attributes:
        document: Name of the file.
        page: 1-based page of the answer.
        kind: What the answer stands in.
        text: The question.
        value: The answer as printed; of a drawn molecule its SMILES; of a chart without
            printed values a number that may be met within `tolerance`.
        names: The row and the column of the answer, or words that stand beside it.
        tolerance: How far a measured value may be off; 0 for a printed one.
    """

    document: str
    page: int
    kind: Kind
    text: str
    value: str
    names: tuple[str, ...]
    tolerance: float = 0.0


@dataclass(frozen=True)
class Look:
    """How a document is set: fonts, sizes in points, and the lines of its tables."""

    family: str = "serif"
    size: float = 10.0
    title: float = 20.0
    margin: float = 56.0
    lines: Literal["ruled", "booktabs", "striped", "open"] = "ruled"
    running: str = ""


LOOKS = (
    Look("serif", 10.2, 20, 56, "ruled"),
    Look("sans-serif", 9.2, 18, 50, "booktabs", "yes"),
    Look("serif", 11.0, 24, 64, "open"),
    Look("sans-serif", 9.6, 16, 54, "striped", "yes"),
    Look("serif", 9.8, 18, 60, "booktabs"),
)


@dataclass
class Sheets:
    """Pages under way; `top` is where the next thing stands, in points."""

    look: Look
    head: str
    document: pymupdf.Document = field(default_factory=pymupdf.open)
    top: float = 0.0

    def __post_init__(self) -> None:
        self.turn()

    @property
    def number(self) -> int:
        return self.document.page_count

    @property
    def bottom(self) -> float:
        return A4[1] - 62

    @property
    def sides(self) -> tuple[float, float]:
        return self.look.margin, A4[0] - self.look.margin

    def turn(self) -> None:
        """Begin a page."""
        page = self.document.new_page(width=A4[0], height=A4[1])
        if self.look.running and self.number > 1:
            page.insert_text((self.sides[0], 36), self.head, fontname="helv", fontsize=8)
        page.insert_text((A4[0] / 2, A4[1] - 34), str(self.number), fontname="helv", fontsize=8)
        self.top = 58.0

    def html(self, markup: str, size: float, room: float = 0) -> None:
        css = (
            f"* {{font-family: {self.look.family}; font-size: {size}px; line-height: 1.3}}"
            "p {margin: 0}"
        )
        left, right = self.sides
        for _ in range(2):
            box = pymupdf.Rect(left, self.top, right, self.bottom)
            if box.height > size * 1.6 + room:
                spare, _ = self.document[-1].insert_htmlbox(box, markup, css=css, scale_low=1)
                if spare >= 0:
                    self.top = self.bottom - spare
                    return
            self.turn()
        raise ValueError(f"too long for a page: {markup[:60]}")

    def title(self, text: str) -> None:
        self.html(f"<p><b>{text}</b></p>", self.look.title)
        self.top += 6

    def heading(self, text: str, level: int = 2) -> None:
        self.top += 8
        size = self.look.size + (4.0 if level == 2 else 1.6)
        self.html(f"<p><b>{text}</b></p>", size, room=50)
        self.top += 3

    def prose(self, *paragraphs: str) -> None:
        for paragraph in paragraphs:
            self.html(f"<p>{paragraph}</p>", self.look.size)
            self.top += 6

    def caption(self, text: str) -> None:
        self.top += 4
        self.html(f"<p><b>{text}</b></p>", self.look.size - 1, room=70)
        self.top += 3

    def picture(self, pdf: bytes, width: float, caption: str) -> None:
        """Place a drawing with its caption below it."""
        with pymupdf.open(stream=pdf, filetype="pdf") as drawing:
            size = drawing[0].rect
            height = width * size.height / size.width
            if self.top + height + 100 > self.bottom:
                self.turn()
            left = self.sides[0]
            box = pymupdf.Rect(left, self.top, left + width, self.top + height)
            self.document[-1].show_pdf_page(box, drawing, 0)
        self.top += height + 4
        self.caption(caption)

    def table(
        self,
        header: Sequence[Sequence[Cell]],
        rows: Sequence[Sequence[Cell]],
        shares: Sequence[float],
        *,
        again: Literal["header", "continued", "nothing"] = "header",
        caption: str = "",
    ) -> list[int]:
        """Draw a table; returns the page of each body row."""
        drawing = _Drawing(self, shares)
        if caption:
            self.caption(caption)
        if self.top + drawing.step * (len(header) + 3) > self.bottom:
            self.turn()
        pages = []
        drawing.rows(header, header=True)
        start = 0
        while start < len(rows):
            fits = max(1, int((self.bottom - self.top) // drawing.step))
            drawing.rows(rows[start : start + fits])
            pages += [self.number] * len(rows[start : start + fits])
            start += fits
            drawing.close()
            if start < len(rows):
                self.turn()
                if again == "continued":
                    self.caption(f"{caption.split('.', maxsplit=1)[0]} (continued)")
                if again != "nothing":
                    drawing.rows(header, header=True)
        self.top += 10
        return pages

    def saved(self, title: str) -> bytes:
        self.document.set_metadata({"title": title, "creationDate": "D:20250301090000Z"})
        self.document.subset_fonts()
        return self.document.tobytes(garbage=4, deflate=True, no_new_id=True)


class _Drawing:
    """Lines and cells of one table."""

    def __init__(self, sheets: Sheets, shares: Sequence[float]) -> None:
        self.sheets = sheets
        self.size = sheets.look.size - 1.6
        self.step = self.size * 1.75
        left, right = sheets.sides
        total = sum(shares)
        self.edges = [left]
        for share in shares:
            self.edges.append(self.edges[-1] + (right - left) * share / total)

    def rows(self, rows: Sequence[Sequence[Cell]], *, header: bool = False) -> None:
        page, sheets, lines = self.sheets.document[-1], self.sheets, self.sheets.look.lines
        font = "hebo" if header else "helv"
        first = sheets.top
        for at, row in enumerate(rows):
            top = first + at * self.step
            if lines == "striped" and (header or at % 2):
                fill = (0.82, 0.87, 0.92) if header else (0.94, 0.95, 0.96)
                box = (self.edges[0], top, self.edges[-1], top + self.step)
                page.draw_rect(box, color=None, fill=fill)
            for column, text in enumerate(row):
                if text is None:
                    continue
                reach = column + 1
                while header and reach < len(row) and row[reach] is None:
                    reach += 1
                self._cell(page, (column, reach), top, text, font)
                if lines == "ruled":
                    down = 1
                    while at + down < len(rows) and rows[at + down][column] is None and not header:
                        down += 1
                    box = (self.edges[column], top, self.edges[reach], top + self.step * down)
                    page.draw_rect(box, width=0.5)
        sheets.top = first + len(rows) * self.step
        left, right = self.edges[0], self.edges[-1]
        if header and lines in {"booktabs", "open"}:
            for height in (first, sheets.top):
                page.draw_line((left, height), (right, height), width=0.8)

    def close(self) -> None:
        if self.sheets.look.lines in {"booktabs", "striped"}:
            page, top = self.sheets.document[-1], self.sheets.top
            page.draw_line((self.edges[0], top), (self.edges[-1], top), width=0.8)

    def _cell(
        self, page: pymupdf.Page, reach: tuple[int, int], top: float, text: str, font: str
    ) -> None:
        left, right = self.edges[reach[0]], self.edges[reach[1]]
        width = pymupdf.get_text_length(text, fontname=font, fontsize=self.size)
        if width > right - left - 4:
            raise ValueError(f"a cell is too long: {text}")
        number = text.replace(",", "").replace(".", "").replace("-", "").isdigit()
        x = right - 4 - width if number else left + 3
        if reach[1] - reach[0] > 1:
            x = (left + right - width) / 2
        page.insert_text((x, top + self.step * 0.7), text, fontname=font, fontsize=self.size)


FILLERS = (
    "The board met in {month} and found the plan of the year before still sound.",
    "Weather in {month} was unkind, and work on the yard at {place} stood still for nine days.",
    "A neighbour at {place} complained of noise, and the shift now ends an hour earlier.",
    "The insurer asked for a second look at the roof, which was found to be in order.",
    "{person} was thanked for thirty years of service and handed over the keys in {month}.",
    "Suppliers held their promises except in {month}, when a lorry was stopped at {place}.",
    "The auditors had no remarks on the cash book and two small ones on the stock list.",
    "Training was given to everyone who works with lifting gear, in groups of six.",
    "The old meter at {place} was kept as a spare and sealed by the office of weights.",
    "No accident with lost time was reported; one bruised hand was treated on the spot.",
    "The lease of the field behind {place} runs out and will not be renewed.",
    "Notices in the local paper brought eleven letters, most of them friendly.",
    "{person} proposed to paint the gate green, which was put off until the spring.",
    "Energy was bought a quarter ahead, which in {month} turned out to be the dearer way.",
    "The spare pump from {place} was lent to the fire brigade and came back clean.",
    "Records older than ten years were moved to the dry room and numbered again.",
    "A trial with paper sacks was ended since they tore at the second handling.",
    "The path along the canal was closed in {month} and reopened without a ceremony.",
    "Two students from {place} spent their summer with us and wrote a useful manual.",
    "The telephone exchange was replaced, and the old numbers still work.",
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
          "September", "October", "November", "December")  # fmt: skip
PLACES = ("Tarnholm", "Eskerby", "Quillon", "Varsund", "Marrowdale", "Oltenbruck", "Pennavik",
          "Sorrelton", "Drumgate", "Halvik", "Castrine", "Underleigh", "Moorfleet", "Brackwater",
          "Iselmond", "Farrowby", "Nordmere", "Zellhof", "Wickenau", "Ruddington Cross")  # fmt: skip
PEOPLE = ("Ada Vennström", "Jonas Karrel", "Mirjam Oduya", "Tobias Lenz", "Priya Castellan",
          "Henk Ravelli", "Sunniva Braathen", "Omar Delacourt", "Greta Polanyi", "Luis Amarante",
          "Ines Whitlock", "Pavel Drozd")  # fmt: skip


def fillers(rng: random.Random, count: int) -> str:
    return " ".join(
        one.format(month=rng.choice(MONTHS), place=rng.choice(PLACES), person=rng.choice(PEOPLE))
        for one in rng.sample(FILLERS, count)
    )


def amount(rng: random.Random, low: int, high: int) -> str:
    return f"{rng.randint(low, high):,}"


Made = tuple[bytes, list[Question]]


def annual_report(copy: int, rng: random.Random, name: str) -> Made:
    firm = ("Lindmark Cold Storage", "Harrow & Pike Timber", "Ostrava Ferry Lines",
            "Calder Valley Dairies", "Bexley Rope Works")[copy]  # fmt: skip
    segments = [
        ("Warehouses", "Haulage", "Ice sales", "Contract packing", "Repairs"),
        ("Sawn softwood", "Plywood", "Wood pellets", "Planing mill", "Bark and chips"),
        ("Passengers", "Private cars", "Freight", "On-board shops", "Charter trips"),
        ("Fresh milk", "Hard cheese", "Butter", "Whey powder", "Farm shops"),
        ("Mooring ropes", "Climbing ropes", "Nets", "Twine", "Splicing service"),
    ][copy]
    sheets = Sheets(LOOKS[copy], f"{firm}: annual report 2024")
    sheets.title(f"{firm}: annual report 2024")
    staff = rng.randint(120, 890)
    sheets.heading("To our shareholders")
    sheets.prose(
        fillers(rng, 5),
        f"At the end of the year {staff} people worked for us, a few more than the year before. "
        + fillers(rng, 3),
    )
    sheets.heading("Results by segment")
    sheets.prose(fillers(rng, 3))
    cells = [[amount(rng, 200, 9800) for _ in range(6)] for _ in segments]
    header = [
        ["Segment", "2023", None, None, "2024", None, None],
        ["", "Revenue", "Costs", "Result", "Revenue", "Costs", "Result"],
    ]
    if copy == 2:
        header.insert(0, ["", "Financial year, in thousands of crowns", *[None] * 5])
    body = [[segment, *row] for segment, row in zip(segments, cells, strict=True)]
    first = sheets.number
    sheets.table(
        header, body, (2.2, 1, 1, 1, 1, 1, 1),
        caption="Table 1. Segments, in thousands of crowns.",
    )  # fmt: skip
    sheets.prose(fillers(rng, 4))
    sheets.turn()
    sheets.heading("Buildings and sites")
    sheets.prose(fillers(rng, 4))
    sites = rng.sample(PLACES, 14)
    site_rows = [
        [site, str(rng.randint(1931, 2015)), amount(rng, 300, 9000), amount(rng, 2, 60),
         amount(rng, 90, 990)]
        for site in sites
    ]  # fmt: skip
    pages = sheets.table(
        [["Site", "Built", "Floor area, m2", "Staff", "Insured value"]], site_rows,
        (2, 1, 1.4, 1, 1.4),
        caption="Table 2. Sites, insured value in thousands of crowns.",
    )  # fmt: skip
    sheets.heading("Outlook", 3)
    sheets.prose(fillers(rng, 6))
    pick, place = rng.randrange(5), rng.randrange(14)
    asked = [
        Question(name, 1, "text", f"How many employees did {firm} have at year end?",
                 str(staff), ("people worked for us",)),
        Question(name, first, "table",
                 f"What did {segments[pick]} cost {firm} in 2024?",
                 cells[pick][4], (segments[pick], "Costs")),
        Question(name, pages[place], "second page",
                 f"For how much is the {firm} site at {sites[place]} insured?",
                 site_rows[place][4], (sites[place], "Insured value")),
    ]  # fmt: skip
    return sheets.saved(sheets.head), asked


def laboratory_notes(copy: int, rng: random.Random, name: str) -> Made:
    subject = ("Copper in harbour mud", "Nitrate in village wells", "Fat content of goat milk",
               "Moisture of stored barley", "Dust in the spinning hall")[copy]  # fmt: skip
    columns = [
        ("Station", "Sample", "Depth, cm", "Copper, mg/kg", "Zinc, mg/kg", "pH"),
        ("Well", "Sample", "Depth, m", "Nitrate, mg/l", "Chloride, mg/l", "pH"),
        ("Herd", "Sample", "Yield, l", "Fat, %", "Protein, %", "Lactose, %"),
        ("Silo", "Sample", "Height, m", "Moisture, %", "Temp., C", "Weevils"),
        ("Hall", "Sample", "Hour", "Dust, mg/m3", "Fibres", "Humidity, %"),
    ][copy]
    look = LOOKS[(copy + 1) % 5]
    sheets = Sheets(look, f"Laboratory notes: {subject}")
    sheets.title(f"Laboratory notes: {subject}")
    device = rng.choice(("Kestrel 40", "Brandt UV-7", "Oxley M2", "Palladin 9", "Torvik S"))
    minutes = rng.randint(11, 58)
    sheets.heading("1 Method")
    sheets.prose(
        f"All samples were measured with the {device} after {minutes} minutes of warming up. "
        + fillers(rng, 3),
        fillers(rng, 4),
    )
    sheets.heading("2 Readings")
    sheets.heading("2.1 Field series", 3)
    groups = rng.sample(PLACES, 9)
    rows: list[list[Cell]] = []
    for group in groups:
        for part in range(5):
            values = [f"{rng.uniform(1, 90):.1f}" for _ in range(4)]
            code = f"{group[:2].upper()}-{rng.randint(100, 999)}"
            rows.append([group if part == 0 else None, code, *values])
    again: Literal["header", "continued", "nothing"] = ("nothing", "continued", "header", "nothing",
                                                        "continued")[copy]  # fmt: skip
    pages = sheets.table(
        [columns], rows, (2, 1.2, 1.2, 1.5, 1.5, 1.3), again=again,
        caption=f"Table 1. {subject}, field series of {rng.choice(MONTHS)}.",
    )  # fmt: skip
    sheets.heading("3 Remarks")
    sheets.prose(fillers(rng, 5))
    early = next(at for at in (7, 6, 5, 3) if pages[at] == 1)
    late = next(at for at in range(len(rows) - 3, 0, -1) if pages[at] >= 2)
    last = pages[late]

    def ask(at: int, column: int, kind: Kind, page: int) -> Question:
        what, code = columns[column].split(",")[0].lower(), str(rows[at][1])
        text = (
            f"{subject}: which {what} was read for sample {code}?",
            f"What was the {what} of {code} in the series on {subject.lower()}?",
        )[kind == "table"]
        return Question(name, page, kind, text, str(rows[at][column]), (code, columns[column]))

    asked = [
        Question(name, 1, "text",
                 f"With what was the series on {subject.lower()} measured, warmed up how long?",
                 device, (f"{minutes} minutes",)),
        ask(early, 3, "table", 1),
        ask(late, 4, "second page", last),
    ]  # fmt: skip
    return sheets.saved(sheets.head), asked


def tariff(copy: int, rng: random.Random, name: str) -> Made:
    town = ("Port of Varsund", "Halvik Cable Car", "Moorfleet Lock Office", "Castrine Parcel Post",
            "Underleigh Waterworks")[copy]  # fmt: skip
    groups, items, prices = [
        (("Inner quay", "Outer quay", "Roads", "Dry dock"),
         ("Sailing boat", "Trawler", "Coaster", "Barge"),
         ("Per day", "Per week", "Per season", "Winter rest")),
        (("Valley", "Middle station", "Summit", "Whole line"),
         ("Adult", "Child", "Bicycle", "Dog"),
         ("Single", "Return", "Ten rides", "Year card")),
        (("Low water", "Normal water", "High water", "Ice"),
         ("Motor yacht", "Tug", "Log raft", "Canoe"),
         ("Day passage", "Night passage", "Towing", "Waiting")),
        (("Town", "County", "Islands", "Abroad"),
         ("Letter", "Small parcel", "Large parcel", "Sack"),
         ("Standard", "Express", "Insured", "Return slip")),
        (("Dwelling", "Workshop", "Farm", "School"),
         ("Meter 15 mm", "Meter 25 mm", "Meter 40 mm", "Hydrant"),
         ("Standing charge", "Per m3", "Connection", "Reading")),
    ][copy]  # fmt: skip
    look = LOOKS[(copy * 2) % 5]
    sheets = Sheets(look, f"{town}: tariff from 1 May 2025")
    sheets.title(f"{town}: tariff from 1 May 2025")
    sheets.prose(fillers(rng, 3))
    rows: list[list[Cell]] = []
    for group in groups:
        for at, item in enumerate(items):
            values = [f"{rng.uniform(2, 480):.2f}" for _ in prices]
            rows.append([group if at == 0 else None, item, *values])
    header = [["Class", "Kind", "Price in marks", *[None] * (len(prices) - 1)], ["", "", *prices]]
    sheets.table(
        header, rows, (1.5, 1.6, 1.3, 1.3, 1.3, 1.3), caption="Table 1. Prices without tax."
    )
    sheets.heading("Conditions")
    sheets.prose(*(f"{at}. {fillers(rng, 3)}" for at in range(1, 4)))
    sheets.turn()
    days = rng.randint(9, 61)
    sheets.heading("Payment and refunds")
    sheets.prose(
        fillers(rng, 4),
        f"Bills are due within {days} days; after that a reminder is sent once, free of charge. "
        + fillers(rng, 3),
    )
    picks = rng.sample(range(16), 2)

    def ask(at: int, column: int, text: str) -> Question:
        group = groups[at // 4]
        names = (items[at % 4], prices[column])
        words = {"item": items[at % 4].lower(), "group": group.lower(),
                 "price": prices[column].lower(), "town": town}  # fmt: skip
        return Question(name, 1, "table", text.format(**words), str(rows[at][2 + column]), names)

    asked = [
        ask(picks[0], 1, "{town}: what is the price of {price} for {item}, {group}?"),
        ask(picks[1], 3, "How much is {price} for {item} ({group}) at {town}?"),
        Question(name, sheets.number, "second page", f"How long may one take to pay a bill of {town}?",
                 f"{days} days", ("Bills are due",)),
    ]  # fmt: skip
    return sheets.saved(sheets.head), asked


def minutes_of(copy: int, rng: random.Random, name: str) -> Made:
    body = ("Allotment Society Sorrelton", "Parish Council of Farrowby", "Rowing Club Iselmond",
            "Museum Friends of Brackwater", "Housing Cooperative Zellhof")[copy]  # fmt: skip
    item = ("a new water butt", "a bench by the pond", "a second-hand eight", "a showcase of oak",
            "a drying rack for the attic")[copy]  # fmt: skip
    sheets = Sheets(LOOKS[(copy + 3) % 5], f"{body}, minutes")
    sheets.title(f"{body}")
    date = f"{rng.randint(2, 28)} {rng.choice(MONTHS)} 2025"
    sheets.prose(f"Minutes of the meeting on {date}. In the chair: {rng.choice(PEOPLE)}.")
    cost, votes = rng.randint(130, 1900), rng.randint(11, 46)
    sheets.heading("1 Minutes of the last meeting")
    sheets.prose(fillers(rng, 3))
    sheets.heading("2 Purchases")
    sheets.prose(
        fillers(rng, 3),
        f"It was agreed to buy {item} for {cost} crowns, half of it from the reserve. "
        + fillers(rng, 2),
    )
    sheets.heading("3 Report of the treasurer")
    sheets.heading("3.1 Accounts", 3)
    sheets.prose(fillers(rng, 6), fillers(rng, 5))
    keeper = rng.choice(PEOPLE)
    sheets.heading("3.2 Keys", 3)
    sheets.prose(
        fillers(rng, 4),
        f"The spare key is kept by {keeper} from now on, and nobody else has a copy. "
        + fillers(rng, 2),
    )
    sheets.heading("4 Votes")
    sheets.prose(fillers(rng, 5), fillers(rng, 4))
    sheets.turn()
    sheets.heading("5 Change of the rules")
    sheets.prose(
        fillers(rng, 4),
        f"The change of paragraph 7 was passed with {votes} votes against {votes // 4}. "
        + fillers(rng, 3),
    )
    sheets.heading("6 Any other business")
    sheets.prose(fillers(rng, 5))
    asked = [
        Question(name, 1, "text", f"What did the {body} agree to pay for {item}?",
                 f"{cost} crowns", (item,)),
        Question(name, 1, "text", f"Who looks after the spare key of the {body}?",
                 keeper, ("spare key",)),
        Question(name, sheets.number, "second page",
                 f"How many were in favour of altering paragraph 7 at the {body}?",
                 f"{votes} votes", ("paragraph 7",)),
    ]  # fmt: skip
    return sheets.saved(sheets.head), asked


def scanned_inspection(copy: int, rng: random.Random, name: str) -> Made:
    thing = ("Boiler house Nordmere", "Swing bridge Wickenau", "Grain lift Drumgate",
             "Pumping station Quillon", "Chapel roof Eskerby")[copy]  # fmt: skip
    parts = rng.sample(
        ("Valve", "Hinge", "Chain", "Gauge", "Bearing", "Gutter", "Hatch", "Switch", "Ladder",
         "Beam"), 7)  # fmt: skip
    look = Look("serif", 11.6, 19, 62, "ruled")
    sheets = Sheets(look, f"Inspection: {thing}")
    sheets.title(f"Inspection: {thing}")
    person, load = rng.choice(PEOPLE), rng.randint(210, 990)
    sheets.prose(
        f"Inspected by {person} on a dry day. The test load was {load} kg and was held for an hour.",
        fillers(rng, 3),
    )
    columns = ["Part", "Age, years", "Wear, mm", "Next check"]
    rows = [
        [part, str(rng.randint(2, 39)), f"{rng.uniform(0.2, 9.8):.1f}",
         f"{rng.choice(MONTHS)} {rng.choice((2026, 2027))}"]
        for part in parts
    ]  # fmt: skip
    sheets.table([columns], rows, (1.3, 1, 1, 1.6), caption="Table 1. Findings.")
    sheets.prose(fillers(rng, 3))
    sheets.turn()
    sheets.heading("Work ordered")
    days = rng.randint(3, 29)
    worst = rng.choice(parts)
    sheets.prose(
        fillers(rng, 3),
        f"The {worst.lower()} must be replaced within {days} days of this report.",
        fillers(rng, 4),
    )
    clean = sheets.document
    scan = pymupdf.open()
    for number, page in enumerate(clean):
        pixmap = page.get_pixmap(dpi=170, colorspace=pymupdf.csGRAY)
        image = make_samples.Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)
        out = io.BytesIO()
        angle = rng.uniform(-0.6, 0.6)
        make_samples.scanned(image, angle=angle, seed=copy * 10 + number).save(
            out, "JPEG", quality=68
        )
        scan.new_page(width=A4[0], height=A4[1]).insert_image(page.rect, stream=out.getvalue())
    scan.set_metadata({"title": sheets.head, "creationDate": "D:20250301090000Z"})
    pick = rng.randrange(7)
    asked = [
        Question(name, 1, "scan", f"What load was {thing} tested with?",
                 f"{load} kg", ("test load",)),
        Question(name, 1, "scan",
                 f"How worn was the {parts[pick].lower()} when {thing} was inspected?",
                 rows[pick][2], (parts[pick], "Wear")),
        Question(name, 2, "scan",
                 f"{thing}: within how many days has the {worst.lower()} to be exchanged?",
                 f"{days} days", (worst,)),
    ]  # fmt: skip
    return scan.tobytes(garbage=4, deflate=True, no_new_id=True), asked


def bulletin(copy: int, rng: random.Random, name: str) -> Made:
    subject = ("Visitors of the lighthouses", "Catch of the fishing fleet", "Honey of the heath",
               "Passengers of the night trams", "Electricity of the windmills")[copy]  # fmt: skip
    unit = ("visitors", "tonnes", "kg", "thousands", "MWh")[copy]
    sheets = Sheets(LOOKS[(copy + 2) % 5], f"{subject}, bulletin 2025")
    sheets.title(f"{subject}, bulletin 2025")
    sheets.prose(fillers(rng, 4))
    places = rng.sample([place for place in PLACES if len(place) < 11], 6)
    bars = [rng.randint(101, 989) for _ in places]
    chart = make_samples.figure(4.6, 2.6)
    axes = chart.add_subplot()
    drawn = axes.bar(places, bars, color="#1f5a8c", width=0.6)
    axes.bar_label(drawn, padding=2)
    axes.set(ylabel=unit, title=f"{subject} by place, 2024", ylim=(0, 1100))
    sheets.heading("By place")
    sheets.picture(make_samples.pdf_of(chart), 400, f"Figure 1. {subject} by place in 2024.")
    sheets.prose(fillers(rng, 3))
    sheets.heading("Over the year")
    months = [month[:3] for month in MONTHS[:8]]
    # Between the ticks, so that a tick's label is never the answer.
    lines = {
        year: [rng.choice((1, 2, 3, 4)) * 100 - rng.randint(30, 70) for _ in months]
        for year in ("2023", "2024")
    }
    chart = make_samples.figure(4.6, 2.5)
    axes = chart.add_subplot()
    for (year, values), color in zip(lines.items(), ("#d9772b", "#1f5a8c"), strict=True):
        axes.plot(months, values, color=color, marker="o", ms=3, lw=1.2, label=year)
    axes.set(ylabel=unit, title="Month by month", ylim=(0, 450), yticks=[0, 100, 200, 300, 400])
    axes.legend(frameon=False, loc="upper right")
    sheets.picture(make_samples.pdf_of(chart), 400, f"Figure 2. {subject}, month by month.")
    line_page = sheets.number
    sheets.prose(fillers(rng, 5))
    if sheets.number == line_page:
        sheets.turn()
    shares = [31, 23, 19, 15, 12]
    rng.shuffle(shares)
    kinds = ("Families", "Schools", "Clubs", "Pensioners", "Others")
    chart = make_samples.figure(3.6, 2.5)
    axes = chart.add_subplot()
    axes.pie(shares, labels=kinds, autopct="%.0f%%", startangle=90, pctdistance=0.72)
    axes.set_title("Who came")
    sheets.heading("Shares")
    sheets.picture(make_samples.pdf_of(chart), 300, f"Figure 3. {subject}: shares by group.")
    sheets.prose(fillers(rng, 4))
    pick, month, share = rng.randrange(6), rng.randrange(8), rng.randrange(5)
    asked = [
        Question(name, 1, "chart", f"{subject}: how many {unit} did {places[pick]} have in 2024?",
                 str(bars[pick]), (places[pick],)),
        Question(name, line_page, "chart",
                 f"{subject}: about how many {unit} in {MONTHS[month]} 2024?",
                 str(lines["2024"][month]), (months[month], "2024"), tolerance=8),
        Question(name, sheets.number, "chart",
                 f"{subject}: what part was due to {kinds[share].lower()}?",
                 str(shares[share]), (kinds[share],)),
    ]  # fmt: skip
    return sheets.saved(sheets.head), asked


COMPOUNDS = (
    ("Vanillin", "COc1cc(C=O)ccc1O"), ("Paracetamol", "CC(=O)Nc1ccc(O)cc1"),
    ("Menthol", "CC1CCC(C(C)C)C(O)C1"), ("Caffeine", "Cn1cnc2c1c(=O)n(C)c(=O)n2C"),
    ("Ibuprofen", "CC(C)Cc1ccc(C(C)C(=O)O)cc1"), ("Nicotine", "CN1CCCC1c1cccnc1"),
    ("Eugenol", "C=CCc1ccc(O)c(OC)c1"), ("Coumarin", "O=c1ccc2ccccc2o1"),
    ("Benzocaine", "CCOC(=O)c1ccc(N)cc1"), ("Salicylic acid", "O=C(O)c1ccccc1O"),
)  # fmt: skip


def compound_sheet(copy: int, rng: random.Random, name: str) -> Made:
    firm = ("Aldane Fine Chemicals", "Birkmoor Laboratory", "Corvin Aromas",
            "Dunmere Pharma", "Ellstad Reagents")[copy]  # fmt: skip
    pair = COMPOUNDS[copy * 2 : copy * 2 + 2]
    sheets = Sheets(LOOKS[copy], f"{firm}: compound sheet")
    sheets.title(f"{firm}: compound sheet")
    sheets.prose(fillers(rng, 3))
    codes = []
    for at, (compound, smiles) in enumerate(pair, start=1):
        code = f"{firm[:2].upper()}{rng.randint(1000, 9999)}"
        codes.append(code)
        sheets.heading(f"{at} {compound}")
        sheets.picture(
            make_samples.structure(smiles),
            210,
            f"Figure {at}. Structure of {compound}, article {code}.",
        )
        sheets.prose(fillers(rng, 2))
    sheets.turn()
    sheets.heading("Packs and prices")
    packs = ("5 g", "25 g", "100 g", "500 g", "1 kg")
    rows: list[list[Cell]] = [
        [compound if at == 0 else None, pack, f"{rng.uniform(9, 900):.2f}", f"{rng.randint(1, 28)}"]
        for compound, _ in pair
        for at, pack in enumerate(packs)
    ]
    sheets.table(
        [["Compound", "Pack", "Price, marks", "Delivery, days"]], rows, (1.6, 1, 1.2, 1.2),
        caption="Table 1. Packs, prices and delivery.",
    )  # fmt: skip
    purity = f"{rng.uniform(95, 99.9):.1f} %"
    sheets.prose(f"{pair[0][0]} has a purity of at least {purity}. {fillers(rng, 4)}")
    pick = rng.randrange(10)
    asked = [
        Question(name, 1, "molecule", f"SMILES of the {pair[0][0]} sold by {firm}",
                 pair[0][1], (pair[0][0],)),
        Question(name, 1, "molecule", f"What is the structure of article {codes[1]} of {firm}?",
                 pair[1][1], (codes[1], pair[1][0])),
        Question(name, 2, "table",
                 f"What does {firm} charge for {packs[pick % 5]} of {pair[pick // 5][0]}?",
                 str(rows[pick][2]), (packs[pick % 5], "Price, marks")),
    ]  # fmt: skip
    return sheets.saved(sheets.head), asked


def register(copy: int, rng: random.Random, name: str) -> Made:
    subject = ("Trees in the parks", "Boats on the moorings", "Graves of the old yard",
               "Bells of the diocese", "Street lamps of the quarter")[copy]  # fmt: skip
    columns = [
        ("Number", "Species", "Park", "Girth, cm", "Height, m", "Last felling inspection"),
        ("Number", "Owner", "Pier", "Length, m", "Draught, m", "Mooring fee paid until"),
        ("Number", "Family", "Field", "Depth, cm", "Year of burial", "Stone mason's mark"),
        ("Number", "Founder", "Parish", "Weight, kg", "Cast in", "Fundamental tone, Hz"),
        ("Number", "Maker", "Street", "Power, W", "Height, m", "Hours since last repair"),
    ][copy]
    seconds = [
        ("Oak", "Lime", "Ash", "Maple", "Beech", "Alder"),
        ("Krog", "Mendes", "Yilmaz", "O'Hara", "Novak", "Lund"),
        ("Aspel", "Brook", "Carver", "Dell", "Eames", "Frith"),
        ("Gatti", "Holm", "Ivers", "Junker", "Koster", "Loos"),
        ("Philux", "Osmar", "Tungo", "Lumia", "Brite", "Zeon"),
    ][copy]
    sheets = Sheets(LOOKS[(copy + 4) % 5], f"{subject}: register")
    sheets.title(f"{subject}: register")
    sheets.prose(fillers(rng, 2))
    rows: list[list[Cell]] = []
    for at in range(96):
        number = f"{'TBGLS'[copy]}-{1000 + at * 7 + rng.randrange(7)}"
        rows.append([number, rng.choice(seconds), rng.choice(PLACES), amount(rng, 30, 480),
                     f"{rng.uniform(2, 40):.1f}", str(rng.randint(1850, 2024))])  # fmt: skip
    again: Literal["header", "continued", "nothing"] = ("continued", "nothing", "nothing", "header",
                                                        "nothing")[copy]  # fmt: skip
    pages = sheets.table(
        [columns], rows, (1, 1.1, 1.7, 1.1, 1.4, 2.4), again=again,
        caption=f"Table 1. {subject}. State of 1 March 2025.",
    )  # fmt: skip
    sheets.heading("Notes")
    sheets.prose(fillers(rng, 4))
    early = rng.randrange(4, 20)
    second = pages.index(2) + rng.randrange(3, 20)
    late = len(rows) - rng.randrange(2, 9)

    def ask(at: int, column: int, kind: Kind, text: str) -> Question:
        number = str(rows[at][0])
        what = columns[column].split(",")[0].lower()
        return Question(
            name, pages[at], kind, text.format(number=number, what=what, subject=subject),
            str(rows[at][column]), (number, columns[column]),
        )  # fmt: skip

    asked = [
        ask(early, 3, "table", "{subject}: what is the {what} of {number}?"),
        ask(second, 5, "second page", "What is the {what} of {number} in the register?"),
        ask(late, 4, "second page", "{subject}: {what} of number {number}"),
    ]
    return sheets.saved(sheets.head), asked


PAPERS: tuple[Callable[[int, random.Random, str], Made], ...] = (
    annual_report, laboratory_notes, tariff, minutes_of, scanned_inspection, bulletin,
    compound_sheet, register,
)  # fmt: skip


def documents() -> Iterator[tuple[str, bytes, list[Question]]]:
    """Name, bytes and questions of each document."""
    for paper in PAPERS:
        for copy in range(COPIES):
            name = f"{paper.__name__}_{copy + 1}.pdf"
            data, asked = paper(copy, random.Random(name), name)
            yield name, data, asked


def write(folder: Path) -> list[Question]:
    """Write every document into a folder; returns the questions about them."""
    folder.mkdir(parents=True, exist_ok=True)
    asked = []
    for name, data, questions in documents():
        (folder / name).write_bytes(data)
        asked += questions
    return asked
