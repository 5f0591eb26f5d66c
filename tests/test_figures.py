"""Answers to `Parse the figure.` become figures, whatever they hold."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from dsocr_integrations.documents import Block, Evidence, FigureEvidence
from dsocr_integrations.engines.base import ReadFailure, Reading
from dsocr_integrations.figures import (
    caption_of,
    figure_report,
    figure_requests,
    interpret,
    parse_answer,
)

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
    blocks = [
        Block(label="image", boxes=((0, 0, 9, 9),)),
        Block(label="image_caption", text="Figure 1"),
        Block(label="image", boxes=((0, 0, 9, 9),)),
    ]
    assert caption_of(blocks, 0) == "Figure 1"
    assert caption_of(blocks, 2) is None


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
