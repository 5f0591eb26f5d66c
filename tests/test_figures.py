"""Answers to `Parse the figure.` become figures, whatever they hold."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.engines.base import ReadFailure, Reading
from dsocr_integrations.engines.embedded.charts.data import to_html
from dsocr_integrations.figures import (
    chart_values,
    described,
    figure_report,
    figure_requests,
    interpret,
    parse_answer,
)
from dsocr_integrations.records.documents import Block, Evidence, Figure, FigureEvidence
from tests.processor_time import least_seconds

CHART = "<table><tr><td>year</td><td>cats</td></tr><tr><td>2019</td><td>1,200</td></tr></table>"
GEOMETRY = (
    "{'Line': {'line': ['(-6, 2.5) -- (3, 4)', '(3.0, 4.0) -- (0, 0)'],"
    " 'line_type': ['-', '--'], 'line_endpoint': ['A: (-6, 2.5)', 'B: (3, 4)']},"
    " 'Circle': {'circle_center': ['O: (0, 0)'], 'radius': [2.5]}}"
)


@dataclass(frozen=True)
class FakeRegion:
    """Stands in for a page region: size and crops are all that is asked of it."""

    width: float = 600.0
    height: float = 800.0
    crops: list[tuple[int, int, int, int]] = field(default_factory=list)

    def crop(self, box):
        self.crops.append(box)
        return self


def figure_of(text, **options):
    return interpret(Reading(text=text, **options), number=1)


@pytest.mark.parametrize(
    "text", [CHART, f"```html\n{CHART}\n```", "| year | cats |\n|---|---|\n| 2019 | 1,200 |"]
)
def test_a_table_is_a_chart(text):
    figure = figure_of(text)
    assert figure.kind == "chart"
    assert figure.table is not None
    assert figure.value_source == "model"
    assert "1,200" in [cell for row in figure.table.rows for cell in row]


def test_evidence_tells_confidence_and_source_but_changes_nothing_else():
    facts = Evidence(figure=FigureEvidence(confidence=0.8, value_source="measured"))
    with_facts, without = figure_of(CHART, evidence=facts), figure_of(CHART)
    assert (with_facts.confidence, with_facts.value_source) == (0.8, "measured")
    assert with_facts.table == without.table


def test_a_smiles_is_a_molecule():
    figure = figure_of("OC(=O)c1ccccc1OC(C)=O\n")
    assert figure.kind == "molecule"
    assert figure.smiles == "CC(=O)Oc1ccccc1C(=O)O"
    assert figure.smiles_valid is True
    assert figure.value_source is None


@pytest.mark.parametrize(
    ("confidence", "kinds"), [(0.45, ["doubtful_molecule"]), (0.8, []), (None, [])]
)
def test_a_molecule_of_little_confidence_gets_a_warning(confidence, kinds):
    facts = Evidence(figure=FigureEvidence(confidence=confidence))
    figure = interpret(Reading(text="CC(=O)Oc1ccccc1C(=O)O", evidence=facts), number=1)
    assert [warning.kind for warning in figure.warnings] == kinds
    assert figure.smiles is not None


def test_a_smiles_that_rdkit_refuses_is_kept_as_said_with_a_warning():
    figure = figure_of("C(C)(C)(C)(C)C1CC1")
    assert (figure.kind, figure.smiles, figure.smiles_valid) == (
        "molecule",
        "C(C)(C)(C)(C)C1CC1",
        False,
    )
    assert figure.warnings[0].kind == "invalid_smiles"


def test_geometry_is_read_without_evaluating_it():
    figure = figure_of(GEOMETRY)
    assert figure.kind == "geometry"
    assert figure.geometry is not None
    assert figure.geometry.segments == ((-6, 2.5, 3, 4), (3, 4, 0, 0))
    assert figure.geometry.segment_types == ("-", "--")
    assert figure.geometry.points == (("A", -6, 2.5), ("B", 3, 4))
    assert figure.geometry.circles == (("O", 0, 0, 2.5),)


def test_a_cut_off_geometry_keeps_what_stands_before_the_cut():
    figure = figure_of(GEOMETRY[:60])
    assert figure.kind == "geometry"
    assert figure.geometry is not None
    assert (
        figure.geometry.segments == ((-6, 2.5, 3, 4), (3, 4, 0, 0))
        or len(figure.geometry.segments) == 1
    )
    assert "truncated_geometry" in [warning.kind for warning in figure.warnings]


@pytest.mark.parametrize(
    "text",
    ["{" * 5000 + "'Line'", "{'Line': " + "[" * 3000, "{'Line': __import__('os')}", "{'Line': 9**9**9}",
     "{'Line': {'line': ['(1e999, 2) -- (3, 4)']}}", "{'Line': {1: 2}}", "{'Line'", "<table>" * 2000,
     "|" * 4000, "\x00\ud800", "<|det|>[[1,2" * 500],
)  # fmt: skip
def test_hostile_answers_do_not_raise(text):
    figure = figure_of(text)
    assert figure.raw == text
    assert figure.kind in {"picture", "geometry", "chart"}


def test_prose_is_a_description_and_nothing_is_a_picture():
    figure = figure_of("A cat on a mat.<|end▁of▁sentence|>")
    assert (figure.kind, figure.description) == ("picture", "A cat on a mat.")
    assert figure_of("").description is None


def test_a_failed_or_cut_off_reading_is_said():
    failed = Reading(text="", failure=ReadFailure("timeout", "took too long"))
    assert interpret(failed, number=3).warnings[0].kind == "figure_failed"
    assert figure_of("A cat", finish_reason="loop").warnings[0].kind == "truncated_figure"


def test_requests_go_to_pictures_of_a_sensible_size_with_a_margin_and_their_caption():
    blocks = [
        Block(label="title", boxes=((0, 0, 999, 50),), text="Results"),
        Block(label="image", boxes=((100, 100, 500, 400),)),
        Block(label="image_caption", boxes=((100, 405, 500, 430),), text="Figure 1: Cats"),
        Block(label="image", boxes=((10, 10, 20, 20),)),
        Block(label="image"),
        Block(label="chart", boxes=((100, 500, 500, 600), (100, 610, 500, 700))),
    ]
    region = FakeRegion()
    first, second = figure_requests(blocks, region)
    assert (first.number, first.block, first.caption) == (1, 1, "Figure 1: Cats")
    assert (second.number, second.block, second.caption) == (2, 5, None)
    assert region.crops == [(94, 94, 506, 406), (94, 494, 506, 706)]


def test_a_caption_belongs_to_the_figure_before_it():
    side = (100, 100, 500, 400)
    blocks = [
        Block(label="image", boxes=(side,)),
        Block(label="image_caption", text="Figure 1"),
        Block(label="image", boxes=(side,)),
        Block(label="image_footnote", text="Source: the port"),
    ]
    assert [one.caption for one in figure_requests(blocks, FakeRegion())] == ["Figure 1", None]


def test_a_caption_of_a_table_is_no_picture_s():
    blocks = [
        Block(label="table_caption", text="Table 1", boxes=((100, 60, 500, 90),)),
        Block(label="image", boxes=((100, 100, 500, 400),)),
        Block(label="header_image", boxes=((0, 0, 900, 50),)),
    ]
    (request,) = figure_requests(blocks, FakeRegion())
    assert (request.block, request.caption) == (1, None)


@pytest.mark.parametrize(
    "text",
    ["| year | cats |\n| 2019 | 1,200 |", "year | cats\n2019 | 1,200\n2020 | 1,300"],
)
def test_piped_rows_without_a_delimiter_are_a_chart(text):
    figure = figure_of(text)
    assert figure.kind == "chart"
    assert figure.table.columns == ("year", "cats")
    assert figure.table.rows[0] == ("2019", "1,200")


def test_bars_in_prose_are_no_chart():
    assert figure_of("The |x| of it.\nIt goes on.").kind == "picture"


def test_chart_values_have_units_and_percentages():
    said = (
        "<table><tr><td>Plant</td><td>Output (GWh)</td><td>Share (%)</td><td>Cost</td></tr>"
        "<tr><td>Weir</td><td>1,204.5</td><td>37</td><td>$12</td></tr>"
        "<tr><td>Rainfall, mm</td><td>n/a</td><td>41.5%</td><td>7</td></tr></table>"
    )
    values = chart_values(figure_of(said))
    assert values is not None
    assert values.value_source == "model"
    first, second = values.rows
    assert [(cell.kind, cell.value, cell.unit) for cell in first[1:]] == [
        ("number", 1204.5, "GWh"),
        ("percent", 37, "%"),
        ("currency", 12, "$"),
    ]
    assert [(cell.kind, cell.value, cell.unit) for cell in second[1:]] == [
        ("text", None, None),
        ("percent", 41.5, "%"),
        ("number", 7, "mm"),
    ]
    assert chart_values(figure_of("A cat")) is None


@pytest.mark.parametrize(
    ("corner", "unit"),
    [("Year · Output (GWh)", "GWh"), ("Year (AD)", None), ("km · a (m); b (s)", None)],
)
def test_a_corner_gives_the_unit_of_all_columns(corner, unit):
    values = chart_values(figure_of(to_html([[corner, "cats", "dogs"], ["May", "3", "4"]])))
    assert values is not None
    assert [cell.unit for cell in values.rows[0][1:]] == [unit, unit]


@pytest.mark.parametrize("word", ["CO", "Ni", "benzene", "NO", "Sn", "COOH", "C-O", "SOS", "CN"])
def test_words_and_labels_are_no_molecules(word):
    figure = figure_of(word)
    assert (figure.kind, figure.description) == ("picture", word)


@pytest.mark.parametrize(
    "said", ["[Figure]", "[Xx]", "[...]", "[1]", "CCO and water", "c1ccccc1 x"]
)
def test_words_in_brackets_and_sentences_are_no_molecules(said):
    assert figure_of(said).kind == "picture"


@pytest.mark.parametrize(
    ("said", "canonical"),
    [("C=O", "C=O"), ("[NH4+]", "[NH4+]"), ("C1CC1", "C1CC1"), ("CCCCCC", "CCCCCC")],
)
def test_a_bond_a_ring_a_bracket_or_six_atoms_make_a_molecule(said, canonical):
    figure = figure_of(said)
    assert (figure.kind, figure.smiles, figure.smiles_valid) == ("molecule", canonical, True)
    assert figure.inchikey


def test_a_chart_of_thousands_of_rows_is_bounded_and_said_so():
    rows = "".join(f"<tr><td>{n}</td><td>1</td></tr>" for n in range(3_000))
    long = figure_of(f"<table>{rows}</table>")
    assert (len(long.table.rows), len(long.table.columns), len(long.table.values)) == (
        1_000,
        2,
        1_000,
    )
    assert [warning.kind for warning in long.warnings] == ["chart_too_large"]
    wide = figure_of(f"<table>{('<tr>' + '<td>1</td>' * 90 + '</tr>') * 3}</table>")
    assert len(wide.table.columns) == len(wide.table.rows[0]) == 60


def test_geometry_takes_the_official_shapes():
    said = (
        "{'Line': {'line': ['(-1, -1) -- (1, 1)', '(1, 1) -- (2, 0.5)'], 'line_type': ['-'],"
        " 'line_endpoint': []}, 'Circle': {'circle_center': ['O: (0, 0)', 'P: (1, 1)'],"
        " 'radius': ['2.5', 3]}}"
    )
    geometry = figure_of(said).geometry
    assert geometry.segments == ((-1, -1, 1, 1), (1, 1, 2, 0.5))
    assert geometry.segment_types == ("-", "")
    assert geometry.circles == (("O", 0, 0, 2.5), ("P", 1, 1, 3))


def test_coordinates_that_no_drawing_has_are_left_out():
    said = (
        "{'Line': {'line': ['(1e999, 2) -- (3, 4)', '(0, 0) -- (1, 1)'], 'line_endpoint':"
        " ['A: (99999999, 1)']}, 'Circle': {'circle_center': ['O: (0, 0)', 'P: (1, 1)'],"
        " 'radius': [-1, 2]}}"
    )
    figure = figure_of(said)
    assert figure.geometry.segments == ((0, 0, 1, 1),)
    assert figure.geometry.points == ()
    assert figure.geometry.circles == (("P", 1, 1, 2),)
    assert [warning.kind for warning in figure.warnings] == ["unread_geometry"]
    # What is kept survives being written and read.
    assert Figure.model_validate_json(figure.model_dump_json()) == figure


@given(st.text() | st.text("{}[]()'\"Line:Circle,-.0129 |<>tabledr/\n=#CNO", max_size=300))
def test_any_answer_becomes_a_figure_that_can_be_recorded(text):
    figure = figure_of(text)
    if not any("\ud800" <= mark <= "\udfff" for mark in text):
        assert Figure.model_validate_json(figure.model_dump_json()) == figure


@pytest.mark.parametrize(
    "unit", ["<td>", "{'Line':[", "((((", "|-", "| a | b |\n", "C(", "[", "- "]
)
def test_hostile_answers_take_bounded_time(unit):
    said = unit * (100_000 // len(unit))
    answers = (said, f"<table>{said}", f"{{'Line': {said}")
    assert least_seconds(lambda: list(map(figure_of, answers)), runs=1) < 15


def test_a_description_is_never_taken_for_data():
    figure = described(Reading(text=CHART), number=1)
    assert (figure.kind, figure.table, figure.description) == ("picture", None, CHART)


def test_the_report_is_one_flat_json_line():
    for text, key in (
        (CHART, "table"),
        ("c1ccccc1C", "smiles"),
        (GEOMETRY, "geometry"),
        ("A cat", "caption"),
    ):
        report = figure_report(figure_of(text), "x.png")
        assert report["file"] == "x.png"
        assert key in json.loads(json.dumps(report))


def test_answers_longer_than_any_model_gives_are_bounded():
    assert parse_answer("word " * 200_000).description is not None


def test_years_may_name_the_series_of_a_chart():
    written = to_html([["x", "2019", "2020"], ["1", "10", "20"], ["2", "30", "40"]])
    table = interpret(Reading(text=written), number=1).table
    assert table is not None
    assert table.columns == ("x", "2019", "2020")
