"""Spreadsheets come out as they are shown: a page a sheet, its tables with header, spans and formats."""

from __future__ import annotations

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import (
    BrokenSourceError,
    PasswordError,
    SourceDependencyError,
    SourceTooLargeError,
)
from dsocr_integrations.records.documents import TableSpan
from dsocr_integrations.rendering import open_document
from dsocr_integrations.rendering.spreadsheets import cells
from dsocr_integrations.rendering.spreadsheets.number_formats import shown_number
from dsocr_integrations.rendering.spreadsheets.ranges import ranges_of
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import office, resolve_source
from tests.workbooks import BOLD, XlsxSheet, ods, row, xlsx, zipped


@pytest.fixture
def runner():
    with Runner("embedded", cache=False) as runner:
        yield runner


def tables_of(document):
    return [block.table for page in document.pages for block in page.blocks if block.table]


def texts_of(document):
    return [
        (block.label, block.text)
        for page in document.pages
        for block in page.blocks
        if block.table is None
    ]


SALES = XlsxSheet(
    "Sales 2025",
    row(1, {"A": ("Sales by quarter", BOLD)})
    + row(3, {"A": "Region", "B": "2024", "D": "Growth"}, style=BOLD)
    + row(4, {"B": "H1", "C": "H2"}, style=BOLD)
    + row(5, {"A": "North", "B": (1200.5, 1), "C": (-950, 1), "D": (0.125, 2)})
    + row(6, {"A": "hidden", "B": 1, "C": 2, "D": 3}, hidden=True)
    + row(7, {"A": "South", "B": (900, 1), "C": (7, 1), "D": (0.05, 2)})
    + row(9, {"A": "Office", "B": "Opened"})
    + row(10, {"A": "Oslo", "B": (43891, 3)})
    + row(11, {"A": "Bergen", "B": (44530, 3)})
    + row(13, {"A": "Source: own figures."}),
    behind='<mergeCells><mergeCell ref="B3:C3"/><mergeCell ref="A3:A4"/><mergeCell ref="D3:D4"/>'
    "</mergeCells>",
)


def test_a_workbook_is_read_as_it_is_shown(runner):
    hidden = XlsxSheet("Secret", row(1, {"A": "no"}), state="hidden")
    sums = XlsxSheet(
        "Sums",
        row(1, {"A": "a", "B": "b", "C": "gone", "D": "sum"})
        + row(2, {"A": 1, "B": 2, "C": 9, "D": "=A2+B2"}),
        before='<cols><col min="3" max="3" hidden="1"/></cols>',
    )
    notes = "<comments><commentList><comment/><comment/></commentList></comments>"
    document = runner.read(xlsx([SALES, hidden, sums], comments1=notes))
    assert (document.engine, document.page_count) == ("text", 2)
    assert [page.label for page in document.pages] == ["Sales 2025", "Sums"]
    sales, offices, summed = tables_of(document)
    assert sales.columns == ("Region", "2024 / H1", "2024 / H2", "Growth")
    assert sales.rows == (
        ("North", "1,200.50", "(950.00)", "12.5%"),
        ("South", "900.00", "7.00", "5.0%"),
    )
    assert TableSpan(row=0, column=1, column_span=2) in sales.spans
    assert (offices.columns, offices.rows) == (
        ("Office", "Opened"),
        (("Oslo", "1 Mar 2020"), ("Bergen", "30 Nov 2021")),
    )
    assert summed.rows == (("1", "2", "=A2+B2"),)
    assert texts_of(document) == [
        ("sub_title", "## Sales 2025"),
        ("sub_title", "### Sales by quarter"),
        ("text", "Source: own figures."),
        ("sub_title", "## Sums"),
    ]
    assert [warning.message for warning in document.pages[0].warnings] == [
        "1 hidden sheet is left out: 'Secret'.",
        "1 hidden row is left out of the sheet 'Sales 2025'.",
        "1 hidden column is left out of the sheet 'Sums'.",
        "The file holds no value of 1 formula in the sheet 'Sums'; it stands as written.",
        "2 notes are not read.",
    ]


def test_tables_side_by_side_are_parted_and_rows_of_one_are_not(runner):
    rows = row(1, {"A": "Item", "C": "Price", "E": "Town", "F": "Stores"})
    for number, item in enumerate(("Pump", "Valve", "", "Pipe"), 2):
        if item:
            town = {"E": f"Town {item}", "F": number} if number < 4 else {}
            rows += row(number, {"A": item, "C": number * 10, **town})
    prices, towns = tables_of(runner.read(xlsx([XlsxSheet("All", rows)])))
    assert prices.columns == ("Item", "Price")
    assert prices.rows == (("Pump", "20"), ("Valve", "30"), ("Pipe", "50"))
    assert (towns.columns, len(towns.rows)) == (("Town", "Stores"), 2)


def test_a_long_sheet_goes_on_with_its_header_and_its_name(runner):
    rows = row(1, {"A": "Name", "B": "Hours"}) + "".join(
        row(number, {"A": f"Person {number}", "B": number}) for number in range(2, 402)
    )
    first, other = (
        XlsxSheet(name, text) for name, text in (("Staff", rows), ("Rest", row(1, {"A": "end"})))
    )
    document = runner.read(xlsx([first, other]))
    assert [page.label for page in document.pages] == ["Staff", "Staff (2)", "Rest"]
    assert {table.columns for table in tables_of(document)} == {("Name", "Hours")}
    chunks = list(Chunker().chunk(document))
    said = "\n".join(chunk.text for chunk in chunks)
    assert all(said.count(f"| Person {number} |") == 1 for number in range(2, 402))
    assert {chunk.page_label for chunk in chunks} >= {"Staff", "Staff (2)"}


def test_the_same_sheet_has_the_same_ids_and_can_be_shown(runner, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([SALES]))
    first, again = (runner.read(path) for _ in range(2))
    assert first == again
    with open_document(resolve_source(path)) as opened:
        table = next(block for block in first.pages[0].blocks if block.table)
        words = [word.text for word in opened.region(1).crop(table.boxes[0]).words()]
    assert {"Region", "1,200.50", "12.5%"} <= set(words)


BANK = 'Konto;DE12 3456\nInhaber;Jürgen Müller\n\nDatum;Text;Betrag\n01.02.2025;"Miete;\nFebruar";-850,00\n'


@pytest.mark.parametrize(
    ("name", "text", "encoding", "columns", "rows"),
    [
        ("a.csv", BANK, "cp1252", ("Datum", "Text", "Betrag"), (("01.02.2025", "Miete;\nFebruar", "-850,00"),)),
        ("a.csv", "name,town\r\r\nAnn,Oslo\r\r\nBo,Rome\r\r\n", "utf-8", ("name", "town"), (("Ann", "Oslo"), ("Bo", "Rome"))),
        ("a.csv", ",2024,May\n\nPumps,3,4\nValves,5,6\n", "utf-8", ("", "2024", "May"), (("Pumps", "3", "4"), ("Valves", "5", "6"))),
        ("a.csv", "sep=|\nid|note\n1|a, b\n", "utf-8", ("id", "note"), (("1", "a, b"),)),
        ("a.csv", "name,town\nAnn,Oslo\nBo,Rome\n", "utf-16", ("name", "town"), (("Ann", "Oslo"), ("Bo", "Rome"))),
        ("a.tsv", "name\ttown\nAnn\tOslo, N\n", "utf-8-sig", ("name", "town"), (("Ann", "Oslo, N"),)),
        ("a.csv", 'x,y\r\n1,"a ""b"""\r\n2,c\r\n', "utf-8", ("x", "y"), (("1", 'a "b"'), ("2", "c"))),
    ],
)  # fmt: skip
def test_delimited_text_is_a_table_whatever_parts_it(
    runner, tmp_path, name, text, encoding, columns, rows
):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    table = tables_of(runner.read(path))[-1]
    assert (table.columns, table.rows) == (columns, rows)


ODS = """
<table:table table:name="Hours" table:style-name="t1"><table:table-column/>
<table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="2"/>
<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Who</text:p></table:table-cell>
<table:covered-table-cell/><table:table-cell><text:p>Day</text:p><office:annotation><text:p>no</text:p>
</office:annotation></table:table-cell><table:table-cell><text:p>h</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>Ann<text:s/>B</text:p></table:table-cell>
<table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell office:value-type="date"><text:p>1.2.25</text:p>
</table:table-cell><table:table-cell office:value-type="float"><text:p>7:30</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell
table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="Gone" table:style-name="t2"/>
"""
ODS_STYLES = (
    """<style:style style:name="t2"><style:table-properties table:display="false"/></style:style>"""
)


def test_an_opendocument_sheet_is_read_by_what_it_shows(runner):
    document = runner.read(ods(ODS, ODS_STYLES))
    (table,) = tables_of(document)
    assert table.columns == ("Who", "Day", "h")
    assert table.rows == (("Ann B", "1.2.25", "7:30"),) * 2
    assert [one.message for one in document.pages[0].warnings] == [
        "1 hidden sheet is left out: 'Gone'.",
        "1 hidden column is left out of the sheet 'Hours'.",
    ]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1E+20"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (-1234.5, "#,##0_);(#,##0)", "(1,235)"),
        (-12, '#,##0.00 "kg";[Red]-#,##0.00 "kg"', "-12.00 kg"),
        (0, '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "-"),
        (-5, "[$€-407] #,##0.00", "-€ 5.00"),
        (1500000, '0.0,,"M"', "1.5M"),
        (0.125, "0.0%", "12.5%"),
        (12345, "0.00E+00", "1.23E+04"),
        (2.25, "# ?/?", "2 1/4"),
        (5551234, "000-0000", "555-1234"),
        (50, '[<10]"few";"many"', "many"),
        (-0.001, "0.0", "0.0"),
        (12, ";;;", ""),
        (45322, "dd.mm.yyyy;@", "31.01.2024"),
        (45322, "[$-F800]dddd, mmmm dd, yyyy", "2024-01-31"),
        (45322.75, "d/m/yy h:mm AM/PM", "31/1/24 6:00 PM"),
        (0.0213, "mm:ss", "30:40"),
        (1.5, "[h]:mm", "36:00"),
        (59, "d mmm yyyy", "28 Feb 1900"),
        (-45322, "yyyy", "-45322"),
    ],
)
def test_numbers_are_shown_by_their_format(value, code, shown):
    assert shown_number(value, code) == shown


@pytest.mark.parametrize(
    "data",
    [
        xlsx([SALES])[:900],
        xlsx([]),
        xlsx([XlsxSheet("a", "<row r='0'><c/></row>")]),
        xlsx([XlsxSheet("a", "<row><c t='s'><v>x</v></c></row>")]),
        xlsx([XlsxSheet("a", "<c>")]),
        zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<!DOCTYPE a><a/>"}),
    ],
)
def test_a_damaged_workbook_is_refused(data, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(BrokenSourceError):
        open_document(resolve_source(path))


def test_a_workbook_that_holds_too_much_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([SALES]))
    for limit in ("MAX_CELLS", "MAX_CHARACTERS", "MAX_XML_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(cells, limit, 5)
            with pytest.raises(SourceTooLargeError):
                open_document(resolve_source(path))


def test_merged_cells_do_not_make_a_sheet_of_empty_rows():
    places = range(0, 400_000, 1000)
    merged = tuple(TableSpan(row=place, column=0, row_span=1000, column_span=2) for place in places)
    sheet = cells.Sheet("S", {place: {0: cells.Cell(str(place))} for place in places}, merged)
    rows = [line for found in ranges_of(sheet) for line in found.rows.values()]
    assert [line[0].text for line in rows if line] == [str(place) for place in places]
    assert len(rows) < 25_000


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A3:XFD1048576", "A2:A9000"])
def test_cells_merged_below_the_last_row_make_no_page(runner, area):
    rows = row(1, {"A": "Name", "B": "Count"}) + row(2, {"A": "Bolt", "B": 3})
    behind = f'<mergeCells><mergeCell ref="{area}"/></mergeCells>'
    document = runner.read(xlsx([XlsxSheet("S", rows, behind=behind)]))
    (table,) = tables_of(document)
    assert len(document.pages) == 1
    assert [*table.header, *table.rows] == [("Name", "Count"), ("Bolt", "3")]


def test_a_cell_where_no_sheet_has_one_is_told(runner):
    far = '<c r="AAAA1"><v>7</v></c><c r="XFE1"><v>8</v></c><c r="?"><v>9</v></c>'
    first = row(1, {"A": "Name", "B": "Count"}).replace("</row>", f"{far}</row>")
    document = runner.read(xlsx([XlsxSheet("S", first + row(2, {"A": "Bolt", "B": 3}))]))
    (table,) = tables_of(document)
    assert [*table.header, *table.rows] == [("Name", "Count"), ("Bolt", "3")]
    assert "3 cells are left out of the sheet 'S'" in " ".join(
        warning.message for warning in document.pages[0].warnings
    )


def ole_file(*names: str) -> bytes:
    """The beginning of an OLE file whose directory names such streams."""
    entries = (name.encode("utf-16-le") for name in names)
    listed = b"".join(
        entry.ljust(64, b"\0") + (len(entry) + 2).to_bytes(2, "little") + bytes(62)
        for entry in entries
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + listed


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", ole_file("Root Entry", "EncryptionInfo", "EncryptedPackage")),
        ("a.docx", ole_file("Root Entry", "EncryptionInfo", "EncryptedPackage")),
        (
            "a.ods",
            zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                    "META-INF/manifest.xml": "<manifest:manifest><manifest:encryption-data/>"
                    "</manifest:manifest>",
                    "content.xml": "?",
                }
            ),
        ),
        (
            "a.odt",
            zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.text",
                    "META-INF/manifest.xml": "<m:manifest><m:encryption-data/></m:manifest>",
                    "content.xml": "?",
                }
            ),
        ),
    ],
)
def test_an_encrypted_office_file_says_so(tmp_path, monkeypatch, name, data):
    monkeypatch.setenv(office.CACHE_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PasswordError, match=f"{name} is encrypted"):
        open_document(resolve_source(tmp_path / name))


def test_the_former_excel_format_takes_libreoffice(tmp_path, monkeypatch, runner):
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    monkeypatch.setattr(office, "PROGRAMS", ("no-such-office",))
    monkeypatch.setenv(office.CACHE_VARIABLE, str(tmp_path / "cache"))
    with pytest.raises(SourceDependencyError, match="LibreOffice"):
        open_document(resolve_source(path))
    # What LibreOffice makes of it is kept by its content.
    made = office._cache_folder() / f"{resolve_source(path).revision}.xlsx"
    made.write_bytes(xlsx([SALES]))
    assert runner.read(path).pages[0].label == "Sales 2025"
