"""What is chosen is data: a block, a cell, a figure, and the files that each can become."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.jupyter import OcrExplorer
from dsocr_integrations.preview.selection import Cell
from dsocr_integrations.tables.spreadsheets import to_xlsx
from tests.builders import make_document
from tests.jupyter.live_host import LiveHost
from tests.jupyter.viewer_pages import odd_document, striped

SIZES = {"wide": {"width": 1050, "height": 640}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def explorer() -> OcrExplorer:
    return OcrExplorer(make_document(), images=striped)


def test_a_cell_is_chosen_by_its_place(explorer: OcrExplorer):
    explorer.select("p1-b2-r1-c1")
    assert explorer.selected_cell == Cell(1, 1, "1,234", 1234.0, "2023", "Sales")
    assert explorer.selected_block is explorer.document.pages[0].blocks[2]
    explorer.select("p1-f2-r0-c1")
    assert explorer.selected_cell.printed == "Sales"
    assert explorer.selected_figure.number == 2
    for wrong in ("p1-b2-r9-c0", "p1-b0-r0-c0", "p1-b2-r1"):
        with pytest.raises(ConfigurationError):
            explorer.select(wrong)


def test_a_table_becomes_a_frame_and_files(explorer: OcrExplorer, tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    with pytest.raises(ConfigurationError, match="No table is chosen"):
        explorer.to_frame()
    explorer.select("p1-b2")
    frame = explorer.to_frame()
    assert list(frame.columns) == ["Year", "Sales"]
    assert frame["Sales"].tolist() == [1234.0, 2345.0]
    sheet = openpyxl.load_workbook(explorer.save(tmp_path / "t.xlsx")).active
    assert [[cell.value for cell in row] for row in sheet] == [
        ["Year", "Sales"],
        [2023, 1234],
        [2024, 2345],
    ]
    assert explorer.save(tmp_path / "t.csv").read_text().splitlines()[1] == '2023,"1,234"'
    assert explorer.save(tmp_path / "t.md").read_text().startswith("| Year | Sales |")
    assert "<th>Year</th>" in explorer.save(tmp_path / "t.html").read_text()
    for suffix in (".sdf", ".pdf", ""):
        with pytest.raises(ConfigurationError):
            explorer.save(tmp_path / f"t{suffix}")


def test_molecules_texts_and_whole_documents_become_files(explorer: OcrExplorer, tmp_path: Path):
    assert explorer.save(tmp_path / "all.md").read_text() == explorer.document.markdown
    assert explorer.save(tmp_path / "all.csv").read_text().count("Year,Sales") == 4
    explorer.select("p1-b0")
    assert explorer.save(tmp_path / "b.md").read_text() == "# Heading of page 1"
    assert explorer.save(tmp_path / "b.html").read_text() == "<h3>Heading of page 1</h3>"
    chem = pytest.importorskip("rdkit.Chem")
    explorer.select("p1-b1")
    (molecule,) = chem.SDMolSupplier(str(explorer.save(tmp_path / "m.sdf")))
    assert chem.MolToSmiles(molecule) == "CC(=O)Oc1ccccc1C(=O)O"
    assert molecule.GetProp("page") == "1"


def test_a_sheet_merges_spans_and_runs_no_formula():
    openpyxl = pytest.importorskip("openpyxl")
    table = odd_document().pages[0].blocks[2].table
    made = to_xlsx([table])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in parts.read("docProps/core.xml")
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A2:A3"]
    assert (sheet["C4"].value, sheet["C4"].data_type) == ("'=3+4", "s")


@pytest.mark.system
@pytest.mark.parametrize("size", SIZES)
def test_cells_are_chosen_and_saved_in_the_widget(browser, size: str):
    page = browser.new_page(viewport=SIZES[size])
    explorer = OcrExplorer(odd_document(), images=striped)
    LiveHost(page, explorer)
    page.locator("td", has_text="2024").first.click()
    page.wait_for_selector("td[aria-selected=true]")
    assert explorer.selected_cell.printed == "2024"
    assert explorer.selected_cell.row == 2
    # By keyboard: one stop for the table, arrows go as the cells lie, over spans too.
    page.focus(".dsocr-table [tabindex='0']")
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("td[aria-selected=true]:has-text('Heron')")
    assert (explorer.selected_cell.printed, explorer.selected) == ("Heron, grey", "p1-b2-r1-c0")
    assert page.get_attribute(".dsocr-shape[aria-pressed=true]", "data-id") == "p1-b2"
    with page.expect_download() as saved:
        page.get_by_label("Save the table as").select_option("csv")
    assert saved.value.suggested_filename == "birds-p1-b2.csv"
    assert Path(saved.value.path()).read_text().splitlines()[2] == ",2024,2"
    page.close()
