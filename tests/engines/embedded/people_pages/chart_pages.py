"""Charts as people plot them, each on a page of text, with the values that went in."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pymupdf
import pytest

from dsocr_integrations.tables.numbers import number_of
from tests.engines.embedded.people_pages import seeded
from tests.engines.embedded.people_pages.seeded import prose

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
THINGS = tuple(thing for thing in seeded.THINGS if "ff" not in thing)
"""Matplotlib draws a ligature as a picture."""

NEAR = 0.02
"""Share of the span of all values of a series by which a value read may be off."""

Values = dict[str, dict[str, float]]
"""Series, key, value."""


@dataclass(frozen=True)
class ChartPage:
    """A page with a chart.

    Attributes:
        pdf: Bytes of the file.
        panels: What was plotted; one entry for each pair of axes, under its heading.
    """

    pdf: bytes
    panels: dict[str, Values]

    def faults(self, rows: list[list[str]]) -> list[str]:
        """Values that a table, header row first, has not or has otherwise."""
        read = _long(rows)
        return [
            f"{heading} {series} {key}: {value} not among {sorted(found)[:4]}"
            for heading, panel in self.panels.items()
            for series, values in panel.items()
            for key, value in values.items()
            if not _is_met(found := _named(read, (heading, series), key), value, values)
        ] + _surplus(read, sum(len(v) for panel in self.panels.values() for v in panel.values()))


def _long(rows: list[list[str]]) -> list[tuple[str, str, float]]:
    """Series, key and value of each filled cell."""
    header, *body = rows
    is_long = header[0] == "series"
    cells = [
        (row[0] if is_long else name, row[1] if is_long else row[0], number_of(cell))
        for row in body
        for name, cell in list(zip(header, row, strict=True))[2 if is_long else 1 :]
    ]
    return [(series, key, value) for series, key, value in cells if value is not None]


def _named(read: list[tuple[str, str, float]], names: tuple[str, str], key: str) -> set[float]:
    return {
        value
        for series, said, value in read
        if all(name in series for name in names)
        and (said == key or number_of(said) == number_of(key) is not None)
    }


def _is_met(found: set[float], value: float, values: dict[str, float]) -> bool:
    span = max(0.0, *values.values()) - min(0.0, *values.values())
    return any(abs(value - one) <= NEAR * span for one in found)


def _surplus(read: list[tuple[str, str, float]], wanted: int) -> list[str]:
    return [f"{len(read)} values, not {wanted}"] if len(read) > wanted else []


def draw_chart(seed: int) -> ChartPage:
    """One chart of any kind."""
    chance = random.Random(f"chart {seed}")
    kind = KINDS[seed // 2 % len(KINDS)]
    mpl = pytest.importorskip("matplotlib")
    pyplot = pytest.importorskip("matplotlib.figure")
    with mpl.rc_context({
        "pdf.fonttype": chance.choice((3, 42)),
        "axes.grid": chance.random() < 0.3,
        "axes.axisbelow": True,
        "font.size": chance.choice((8, 9, 10)),
        "axes.spines.top": chance.random() < 0.6,
        "axes.spines.right": chance.random() < 0.6 or kind is _two_scales,
    }):  # fmt: skip
        figure = pyplot.Figure(figsize=(chance.choice((5.0, 6.0)), chance.choice((3.2, 4.0))))
        panels = kind(chance, figure)
        figure.tight_layout()
        file = io.BytesIO()
        figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    return ChartPage(_page(chance, file.getvalue()), panels)


def _page(chance: random.Random, chart: bytes) -> bytes:
    """The chart between paragraphs, or alone on a page of its size."""
    if chance.random() < 0.3:
        return chart
    with pymupdf.open() as document, pymupdf.open(stream=chart) as drawn:
        page = document.new_page(width=612, height=792)
        y = prose(page, chance, 80, chance.randint(2, 8)) + 6
        size = drawn[0].rect
        width = min(468.0, size.width)
        place = pymupdf.Rect(72, y, 72 + width, y + size.height * width / size.width)
        page.show_pdf_page(place, drawn)
        caption = f"Figure {chance.randint(1, 9)}. The {chance.choice(THINGS)} of the year."
        page.insert_text((72, place.y1 + 16), caption, fontname="helv", fontsize=9)
        prose(page, chance, place.y1 + 44, 6)
        return document.tobytes()


def _numbers(chance: random.Random, count: int) -> list[float]:
    top = chance.choice((9.0, 90.0, 900.0, 24000.0))
    digits = 1 if top < 10 else 0
    return [round(chance.uniform(0.08, 1.0) * top, digits) for _ in range(count)]


def _title(chance: random.Random, axes: Any) -> None:
    if chance.random() < 0.6:
        axes.set_title(f"{chance.choice(THINGS).capitalize()} {chance.choice('ABCDE')}")
    axes.set_ylabel(chance.choice(("Tonnes", "Visits", "Cost (EUR)", "Calls")))


def _month_lines(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    names = MONTHS[: chance.randint(5, 12)]
    values = _numbers(chance, len(names))
    axes.plot(names, values, marker=chance.choice(("o", "s", None)))
    _title(chance, axes)
    return {"": {"": dict(zip(names, values, strict=True))}}


def _dated_lines(chance: random.Random, figure: Any) -> dict[str, Values]:
    from matplotlib import dates

    axes = figure.subplots()
    count = chance.randint(6, 12)
    values = _numbers(chance, count)
    days = [dt.date(2023, month + 1, 1) for month in range(count)]
    axes.plot(days, values, marker=chance.choice(("o", None)))
    axes.xaxis.set_major_locator(dates.MonthLocator())
    axes.xaxis.set_major_formatter(dates.DateFormatter("%b"))
    _title(chance, axes)
    return {"": {"": dict(zip(MONTHS, values, strict=False))}}


def _bars(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    names = chance.sample(THINGS, chance.randint(3, 7))
    values = _numbers(chance, len(names))
    (axes.barh if chance.random() < 0.5 else axes.bar)(names, values)
    return {"": {"": dict(zip(names, values, strict=True))}}


def _grouped_bars(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    series = chance.sample(THINGS, chance.randint(2, 3))
    quarters = ("Q1", "Q2", "Q3", "Q4")
    is_stacked = chance.random() < 0.4
    panel: Values = {}
    floor = [0.0] * 4
    top = chance.choice((9.0, 90.0))
    for place, name in enumerate(series):
        values = [round(chance.uniform(0.15, 1) * top, 1) for _ in quarters]
        if is_stacked:
            axes.bar(quarters, values, 0.6, bottom=floor, label=name)
            floor = [low + value for low, value in zip(floor, values, strict=True)]
        else:
            axes.bar([x + 0.25 * place for x in range(4)], values, 0.25, label=name)
        panel[name] = dict(zip(quarters, values, strict=True))
    if not is_stacked:
        axes.set_xticks([x + 0.125 * (len(series) - 1) for x in range(4)], quarters)
    axes.legend(frameon=chance.random() < 0.5)
    _title(chance, axes)
    return {"": panel}


def _year_lines(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    years = list(range(2000, 2000 + chance.randint(8, 22)))
    panel: Values = {}
    top = chance.choice((9.0, 90.0))
    for name in chance.sample(THINGS, chance.randint(2, 3)):
        values = [round(chance.uniform(0.1, 1) * top, 1) for _ in years]
        axes.plot(years, values, marker=chance.choice((None, "o")), label=name)
        panel[name] = {str(year): value for year, value in zip(years, values, strict=True)}
    axes.legend()
    _title(chance, axes)
    return {"": panel}


def _two_scales(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    names = MONTHS[: chance.randint(6, 12)]
    rain, sun = _numbers(chance, len(names)), _numbers(chance, len(names))
    right = axes.twinx()
    axes.bar(names, rain, color="tab:blue", label="Rain (mm)")
    right.plot(names, sun, color="tab:red", marker="o", label="Sun (h)")
    axes.set_ylabel("Rain (mm)", color="tab:blue")
    right.set_ylabel("Sun (h)", color="tab:red")
    axes.tick_params(axis="y", labelcolor="tab:blue")
    right.tick_params(axis="y", labelcolor="tab:red")
    figure.legend(loc="upper center", ncols=2) if chance.random() < 0.5 else None
    measured = (("Rain (mm)", rain), ("Sun (h)", sun))
    return {"": {name: dict(zip(names, values, strict=True)) for name, values in measured}}


def _panels(chance: random.Random, figure: Any) -> dict[str, Values]:
    rows, columns = chance.choice(((1, 2), (2, 1), (2, 2)))
    figure.set_size_inches(3.0 * columns + 1, 2.4 * rows + 0.6)
    panels: dict[str, Values] = {}
    for number, axes in enumerate(figure.subplots(rows, columns).flat):
        heading = f"({'abcd'[number]}) {chance.choice(THINGS)}"
        axes.set_title(heading)
        if chance.random() < 0.5:
            names = MONTHS[: chance.randint(4, 6)]
            values = _numbers(chance, len(names))
            axes.bar(names, values)
            panels[heading] = {"": dict(zip(names, values, strict=True))}
            continue
        years = [str(year) for year in range(2010, 2010 + chance.randint(6, 12))]
        panels[heading] = {}
        for name in chance.sample(THINGS, 2):
            values = [round(chance.uniform(0.1, 1) * 9, 1) for _ in years]
            axes.plot([int(year) for year in years], values, label=name)
            panels[heading][name] = dict(zip(years, values, strict=True))
        axes.legend()
    return panels


def _weekly_lines(chance: random.Random, figure: Any) -> dict[str, Values]:
    from matplotlib import dates

    axes = figure.subplots()
    start = dt.date(2024, chance.randint(1, 6), chance.randint(1, 28))
    days = [start + dt.timedelta(weeks=week) for week in range(chance.randint(12, 26))]
    values = _numbers(chance, len(days))
    axes.plot(days, values)
    axes.xaxis.set_major_formatter(dates.DateFormatter("%Y-%m-%d"))
    axes.xaxis.set_major_locator(dates.MonthLocator())
    axes.tick_params(axis="x", labelrotation=chance.choice((30, 45, 90)))
    _title(chance, axes)
    return {"": {"": {day.isoformat(): value for day, value in zip(days, values, strict=True)}}}


def _logarithms(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    years = [str(year) for year in range(2000, 2000 + chance.randint(6, 12))]
    panel: Values = {}
    for name in chance.sample(THINGS, 2):
        values = [float(round(10 ** chance.uniform(1.2, 4.8))) for _ in years]
        axes.plot([int(year) for year in years], values, marker="o", label=name)
        panel[name] = dict(zip(years, values, strict=True))
    axes.set_yscale("log")
    axes.legend()
    return {"": panel}


def _gains_and_losses(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    years = [str(year) for year in range(2012, 2012 + chance.randint(5, 10))]
    values = [round(chance.choice((-1, 1)) * chance.uniform(3, 40), 1) for _ in years]
    axes.bar(years, values, color=["tab:red" if value < 0 else "tab:green" for value in values])
    axes.axhline(0, color="black", linewidth=0.8)
    _title(chance, axes)
    return {"": {"": dict(zip(years, values, strict=True))}}


def _labelled_bars(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    names = chance.sample(THINGS, chance.randint(3, 7))
    values = [float(chance.randint(3, 990)) for _ in names]
    bars = axes.barh(names, values) if chance.random() < 0.5 else axes.bar(names, values)
    axes.bar_label(bars, padding=2)
    axes.margins(x=0.1, y=0.1)
    return {"": {"": dict(zip(names, values, strict=True))}}


def _errors(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    names = chance.sample(THINGS, chance.randint(3, 6))
    values = [round(chance.uniform(3, 9), 1) for _ in names]
    spread = [round(chance.uniform(0.3, 0.9), 1) for _ in names]
    if chance.random() < 0.5:
        axes.bar(names, values, yerr=spread, capsize=chance.choice((0, 4)), color="lightsteelblue")
    else:
        axes.errorbar(names, values, yerr=spread, capsize=3, fmt=chance.choice(("o", "o-")))
    _title(chance, axes)
    return {"": {"": dict(zip(names, values, strict=True))}}


def _with_target(chance: random.Random, figure: Any) -> dict[str, Values]:
    axes = figure.subplots()
    years = list(range(2010, 2010 + chance.randint(8, 14)))
    values = [round(chance.uniform(20, 90), 0) for _ in years]
    name = chance.choice(THINGS)
    axes.plot(years, values, marker="o", label=name)
    axes.fill_between(years, [v - 6 for v in values], [v + 6 for v in values], alpha=0.2)
    axes.axhline(55, color="gray", linestyle="--", linewidth=1)
    axes.legend()
    return {"": {"": {str(year): value for year, value in zip(years, values, strict=True)}}}


def _sparse_years(chance: random.Random, figure: Any) -> dict[str, Values]:
    """Years with gaps between them, and lines that begin and end at their own years."""
    axes = figure.subplots()
    panel: Values = {}
    for name in chance.sample(THINGS, 2):
        years = sorted(chance.sample(range(1990, 2021), chance.randint(6, 10)))
        values = [round(chance.uniform(1, 9), 1) for _ in years]
        axes.plot(years, values, marker=chance.choice(("o", None)), label=name)
        panel[name] = {str(year): value for year, value in zip(years, values, strict=True)}
    axes.legend()
    return {"": panel}


def _shared_panels(chance: random.Random, figure: Any) -> dict[str, Values]:
    """Panels above each other with one row of month names, one legend for all."""
    names = MONTHS[: chance.randint(5, 12)]
    series = chance.sample(THINGS, 2)
    figure.set_size_inches(5.5, 5.0)
    panels: dict[str, Values] = {}
    top = chance.choice((9.0, 90.0, 900.0))
    for number, axes in enumerate(figure.subplots(2, 1, sharex=True)):
        heading = f"Site {'AB'[number]}"
        axes.set_title(heading)
        panels[heading] = {}
        for name in series:
            values = [round(chance.uniform(0.1, 1) * top, 1) for _ in names]
            axes.plot(names, values, marker="o", label=name)
            panels[heading][name] = dict(zip(names, values, strict=True))
        if number == 0:
            axes.legend()
    return panels


KINDS: tuple[Callable[[random.Random, Any], dict[str, Values]], ...] = (
    _month_lines,
    _dated_lines,
    _bars,
    _grouped_bars,
    _year_lines,
    _two_scales,
    _panels,
    _weekly_lines,
    _logarithms,
    _gains_and_losses,
    _labelled_bars,
    _errors,
    _with_target,
    _sparse_years,
    _shared_panels,
)
