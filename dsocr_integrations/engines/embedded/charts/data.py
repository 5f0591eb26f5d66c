"""The data of a chart, on its way to becoming a table."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from dsocr_integrations.tables.corner import corner
from dsocr_integrations.tables.numbers import number_of

MAX_ROWS = 5000

MEASURED_SHARE = 0.7
"""Share of the cells of a wide table that are filled at least where keys were measured."""


@dataclass(frozen=True)
class Datum:
    """One value.

    Attributes:
        key: Category, bin, date or number on the other axis, as text.
        value: The value as text.
        series: Name of its series, empty where there is one only.
        place: Where the key stands, for the order of rows.
        printed: Whether the value was printed in the chart rather than measured.
    """

    key: str
    value: str
    series: str = ""
    place: float = 0.0
    printed: bool = False


@dataclass(frozen=True)
class ChartData:
    """What was read from a chart.

    Attributes:
        data: All values.
        key_name: Heading of the keys.
        value_name: What the values measure.
        more_measures: What they measure on further scales.
        confidence: 0–1.
        key_is_measured: Whether keys are measured too, as in a scatter plot.
        series_order: Names of the series as the legend has them.
        has_common_keys: Whether its series are of one axis; panels may have months and years.
    """

    data: tuple[Datum, ...]
    key_name: str = ""
    value_name: str = ""
    more_measures: tuple[str, ...] = ()
    confidence: float = 0.5
    key_is_measured: bool = False
    series_order: tuple[str, ...] = field(default=())
    has_common_keys: bool = True

    @property
    def is_printed(self) -> bool:
        """Whether all values were printed in the chart."""
        return bool(self.data) and all(datum.printed for datum in self.data)

    def rows(self) -> list[list[str]]:
        """The table, header row first: wide where that loses nothing, else long."""
        names = list(dict.fromkeys(datum.series for datum in self.data))
        names.sort(key=lambda n: self.series_order.index(n) if n in self.series_order else 999)
        data = list(self.data[:MAX_ROWS])
        key, value = self.key_name or "x", self.value_name or "value"
        if not any(datum.key for datum in data):
            named = len(names) > 1 or any(names)
            head = ["series", value] if named else [value]
            return [head, *([d.series, d.value] if named else [d.value] for d in data)]
        if len(names) <= 1:
            only = "".join(names)
            head = [corner(key, self._unsaid_measures(names)), only] if only else [key, value]
            return [head, *([datum.key, datum.value] for datum in data)]
        if self._is_wide(names):
            return self._wide(names, data, corner(key, self._unsaid_measures(names)))
        long = sorted(data, key=lambda datum: names.index(datum.series))
        return [["series", key, value], *([d.series, d.key, d.value] for d in long)]

    def _unsaid_measures(self, names: Sequence[str]) -> list[str]:
        """What the values measure, as far as no series is called so."""
        said = " ".join(names).casefold()
        measures = dict.fromkeys(filter(None, (self.value_name, *self.more_measures)))
        return [one for one in measures if one.casefold() not in said]

    def _is_wide(self, names: Sequence[str]) -> bool:
        cells = {(datum.key, datum.series) for datum in self.data}
        keys = {datum.key for datum in self.data}
        if len(cells) < len(self.data):
            return False
        if self.key_is_measured:
            return len(cells) >= MEASURED_SHARE * len(keys) * len(names)
        return self.has_common_keys

    def _wide(self, names: Sequence[str], data: Sequence[Datum], key: str) -> list[list[str]]:
        cells = {(datum.key, datum.series): datum.value for datum in data}
        places: dict[str, float] = {}
        for datum in data:
            places.setdefault(datum.key, datum.place)
        keys = sorted(places, key=lambda name: places[name])
        body = [[name, *(cells.get((name, series), "") for series in names)] for name in keys]
        return [[key, *names], *body]


def to_html(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as the HTML table that DeepSeek-OCR answers with.

    A header that would read as data, because years or other numbers name its columns, is marked,
    and so is one over texts alone.
    """
    numbers = [any(number_of(cell) is not None for cell in row) for row in rows]
    head = "th" if numbers[0] or not any(numbers) else "td"
    lines = [_row(row, "td" if place else head) for place, row in enumerate(rows)]
    return "<table>" + "".join(lines) + "</table>"


def _row(row: Sequence[str], tag: str) -> str:
    cells = (f"<{tag}>{html.escape(cell, quote=False)}</{tag}>" for cell in row)
    return "<tr>" + "".join(cells) + "</tr>"
