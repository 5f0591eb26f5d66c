"""Markdown of a model as a bounded tree of text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.preview.block_tree import (
    MAX_NODES,
    MAX_ROWS,
    block_nodes,
    plain,
    table_node,
    text_nodes,
)
from dsocr_integrations.preview.inline_text import runs
from dsocr_integrations.preview.plain_text import MAX_TEXT, clean
from dsocr_integrations.records.documents import Block, Table, TableSpan
from tests.builders import HOSTILE, make_table


def test_headings_items_paragraphs_code_and_math():
    text = "## Title\nOne\ntwo\n\n- a\n2. b\n\n```\nx = 1\n```\n\\[ E = mc^2 \\]\nend"
    nodes = text_nodes(text)
    assert [node["kind"] for node in nodes] == [
        "heading",
        "paragraph",
        "item",
        "item",
        "code",
        "math",
        "paragraph",
    ]
    assert nodes[0]["level"] == 2
    assert nodes[3]["marker"] == "2."
    assert nodes[5]["text"] == "E = mc^2"


def test_styles_inside_a_line():
    assert runs("a **b** *c* `d` \\(e\\) m<sup>2</sup>") == [
        {"text": "a "},
        {"text": "b", "style": "bold"},
        {"text": " "},
        {"text": "c", "style": "italic"},
        {"text": " "},
        {"text": "d", "style": "code"},
        {"text": " "},
        {"text": "e", "style": "math"},
        {"text": " m"},
        {"text": "2", "style": "sup"},
    ]


@pytest.mark.parametrize("text", ["2 * 3 * 4", "a*b*c", "**", "****", "`", "\\("])
def test_signs_that_are_no_marks_stay(text: str):
    assert "".join(run["text"] for run in runs(text)) == text


def test_html_stays_text():
    assert plain(text_nodes(HOSTILE)) == HOSTILE


def test_table_with_spans():
    table = Table(
        columns=("a", "a / b"),
        header=(("a", ""), ("a", "b")),
        header_rows=2,
        rows=(("1", "2"),),
        values=((1.0, 2.0),),
        spans=(TableSpan(row=0, column=0, column_span=2),),
    )
    node = table_node(table)
    assert [len(row) for row in node["rows"]] == [1, 2, 2]
    assert node["rows"][0][0]["colspan"] == 2
    assert node["rows"][2][1]["number"]


def test_spans_cannot_leave_the_table():
    table = make_table().model_copy(
        update={"spans": (TableSpan(row=0, column=0, row_span=9999, column_span=9999),)}
    )
    cell = table_node(table)["rows"][0][0]
    assert (cell["rowspan"], cell["colspan"]) == (3, 2)


def test_long_tables_and_texts_are_cut_and_say_so():
    long = Table(columns=("a",), rows=(("1",),) * (MAX_ROWS + 5))
    node = table_node(long)
    assert len(node["rows"]) == MAX_ROWS
    assert node["hidden_rows"] == 5
    assert len(text_nodes("- x\n" * 5000)) == MAX_NODES
    assert len(clean("x" * 10**6)) == MAX_TEXT + 1


def test_a_formula_without_delimiters_is_math():
    nodes = block_nodes(Block(label="equation", text="x^2"))
    assert nodes == [{"kind": "math", "text": "x^2"}]


def test_control_and_bidi_characters_go():
    assert clean("a\u202eb\u2066c\x00d\x1b[31m\ud800\n\te\r\nf") == "abcd[31m\n\te\nf"


@given(st.text(alphabet=st.sampled_from("ab *`#-\\()[]$<>/sup\n1.|"), max_size=300))
def test_nothing_written_is_lost_but_marks(text: str):
    shown = plain(text_nodes(text))
    json.dumps(shown)
    for letter in "ab":
        assert shown.count(letter) == text.count(letter) - _in_marks(text, letter)


def _in_marks(text: str, letter: str) -> int:
    # Words after an opening fence name the language of the code and are not shown.
    import re

    fences = re.findall(r"^\s{0,3}```.*$", text, re.MULTILINE)
    return sum(fence.count(letter) for fence in fences)
