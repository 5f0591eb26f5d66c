"""Typed tables: numbers, percent, currency, scales and what they speak of, and the exports."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from dsocr_integrations.records.documents import Block, Document, Figure, Table
from dsocr_integrations.table_records import (
    COLUMNS,
    records,
    to_csv,
    to_frame,
    typed_tables,
    write_parquet,
    write_xlsx,
)
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.typed import find_scale, type_table
from tests.builders import make_page


def table(*rows: tuple[str, ...], caption: str | None = None) -> Table:
    head, *body = ["".join(f"<{tag}>{cell}</{tag}>" for cell in row)
                   for row, tag in zip(rows, ["th", *["td"] * len(rows)], strict=False)]  # fmt: skip
    text = "<table>" + "".join(f"<tr>{line}</tr>" for line in (head, *body)) + "</table>"
    parsed, _ = parse_table(text)
    assert parsed is not None
    return parsed.model_copy(update={"caption": caption})


@pytest.mark.parametrize(
    ("text", "factor", "unit"),
    [
        ("(In millions, except per share data)", 1e6, None),
        ("Table 3. Sales, $ in thousands", 1e3, "$"),
        ("in millions of US$", 1e6, "US$"),
        ("Umsatz in Mio. EUR", 1e6, "EUR"),
        ("Revenue ($M)", 1e6, "$"),
        ("Revenue (€k)", 1e3, "€"),
        ("Debt ($bn)", 1e9, "$"),
        ("$000s", 1e3, "$"),
        ("单位：万元", 1e4, "元"),
        ("(単位：百万円)", 1e6, "円"),
        ("Mio. EUR", 1e6, "EUR"),
    ],
)
def test_scales(text: str, factor: float, unit: str | None):
    scale = find_scale(text)
    assert scale is not None
    assert (scale.factor, scale.unit) == (factor, unit)
    assert scale.phrase in text


@pytest.mark.parametrize(
    "text", ["Revenue", "millions of years ago", "", "in meters", "$ 5 mb", "$m2", "in the million"]
)  # fmt: skip
def test_no_scale(text: str):
    assert find_scale(text) is None


STATEMENT = table(
    ("", "2021", "2022"),
    ("Revenue", "$ 1,234.5", "1,300"),
    ("Net loss", "(112)", "—"),
    ("Growth", "3.6%", "(1.2)%"),
    ("Loss per share", "$ (0.25)", "0"),
    ("Gross margin %", "41", "42"),
    ("Shares used per share", "470", "480"),
    ("Note", "see 4", ""),
    caption="Statement of income (in millions, except per share data)",
)


def test_values_stand_beside_what_is_printed():
    typed = type_table(STATEMENT)
    cells = {row[0].printed: row[1:] for row in typed.rows}
    seen = {name: [(c.kind, c.value, c.unit, c.scale) for c in row] for name, row in cells.items()}
    assert seen == {
        "Revenue": [("currency", 1.2345e9, "$", 1e6), ("number", 1.3e9, None, 1e6)],
        "Net loss": [("number", -1.12e8, None, 1e6), ("nil", None, None, 1)],
        "Growth": [("percent", 3.6, "%", 1), ("percent", -1.2, "%", 1)],
        "Loss per share": [("currency", -0.25, "$", 1), ("number", 0.0, None, 1)],
        "Gross margin %": [("percent", 41.0, "%", 1), ("percent", 42.0, "%", 1)],
        "Shares used per share": [("number", 4.7e8, None, 1e6), ("number", 4.8e8, None, 1e6)],
        "Note": [("text", None, None, 1), ("empty", None, None, 1)],
    }
    assert cells["Revenue"][0].printed == "$ 1,234.5"
    assert cells["Revenue"][0].scale_phrase in STATEMENT.caption


def test_a_scale_of_a_column_or_row_goes_before_the_tables():
    typed = type_table(
        table(
            ("Year", "Sales ($k)", "Staff", "Share (%)"),
            ("2021", "5", "7", "12"),
            ("Cash (in thousands)", "5", "7", "12"),
            caption="in millions",
        )
    )
    first, second = typed.rows
    assert [cell.value for cell in first[1:]] == [5e3, 7e6, 12]
    assert first[3].kind == "percent"
    assert [cell.value for cell in second[1:]] == [5e3, 7e3, 12]


def test_years_and_exceptions_are_not_scaled():
    typed = type_table(
        table(
            ("Year", "Sales", "Headcount"), ("2021", "5", "70"), ("2022", "6", "80"),
            caption="(in millions, except headcount)",
        )
    )  # fmt: skip
    assert [[cell.value for cell in row] for row in typed.rows] == [
        [2021, 5e6, 70],
        [2022, 6e6, 80],
    ]


@pytest.fixture
def document() -> Document:
    blocks = (
        Block(label="sub_title", text="## Income", boxes=((90, 80, 300, 100),)),
        Block(label="text", text="(In millions)", boxes=((90, 110, 300, 125),)),
        Block(
            label="table", boxes=((90, 140, 900, 300),), text="",
            table=table(("", "2022"), ("=Sales", "1,200"), ("Costs", "(900)")),
        ),
        Block(label="image", boxes=((90, 500, 900, 800),)),
    )  # fmt: skip
    figure = Figure(
        number=1, block=3, kind="chart", boxes=((90, 500, 900, 800),), value_source="measured",
        table=table(("Quarter", "Volume"), ("Q1", "6.2")),
    )  # fmt: skip
    page = make_page(3, blocks, figures=(figure,))
    return Document(
        doc_id="d", revision="r", source="a.pdf", page_count=3, engine="e", fingerprint="f",
        pages=(page,),
    )  # fmt: skip


def test_records_of_a_document(document: Document):
    found = list(records(typed_tables(document)))
    assert set(found[0]) == set(COLUMNS)
    sales = next(one for one in found if one["printed"] == "1,200")
    assert (sales["value"], sales["scale_phrase"], sales["column_name"]) == (
        1.2e9,
        "In millions",
        "2022",
    )
    assert (sales["page"], sales["table"], sales["value_source"]) == (3, 1, "printed")
    chart = next(one for one in found if one["printed"] == "6.2")
    assert (chart["value"], chart["value_source"], chart["table"]) == (6.2, "measured", 2)


def test_exports_hold_the_same(document: Document, tmp_path: Path):
    import pandas as pd

    tables = list(typed_tables(document))
    frame = to_frame(tables)
    assert list(frame.columns) == list(COLUMNS)
    rows = list(csv.DictReader(io.StringIO(to_csv(tables))))
    assert len(rows) == len(frame)
    assert rows[0]["printed"] == "'=Sales"
    write_parquet(tables, tmp_path / "cells.parquet")
    again = pd.read_parquet(tmp_path / "cells.parquet")
    assert again["value"].dropna().tolist() == frame["value"].dropna().tolist()
    pytest.importorskip("openpyxl")
    write_xlsx(tables, tmp_path / "cells.xlsx")
    sheet = pd.read_excel(tmp_path / "cells.xlsx")
    assert sheet["printed"][0] == "'=Sales"
    assert sheet["value"].dropna().tolist() == frame["value"].dropna().tolist()
    assert b"1980-01-01" in zipfile.ZipFile(tmp_path / "cells.xlsx").read("docProps/core.xml")


def test_a_document_without_tables_gives_no_rows():
    empty = Document(
        doc_id="d", revision="r", source="a", page_count=0, engine="e", fingerprint="f"
    )
    assert to_frame(typed_tables(empty)).empty
    assert to_csv(typed_tables(empty)).strip() == ",".join(COLUMNS)
