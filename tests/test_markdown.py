"""Pages as Markdown: headings, figures, tables, furniture, and text that looks like HTML."""

from __future__ import annotations

import pytest

from dsocr_integrations.grounding import parse
from dsocr_integrations.markdown import escape, render, render_figure
from dsocr_integrations.records.documents import Block, Figure, Table
from dsocr_integrations.tables import parse_table
from tests.golden import golden


def block(label: str, text: str = "") -> Block:
    table = parse_table(text)[0] if label == "table" else None
    return Block(label=label, boxes=((1, 2, 3, 4),), text=text, table=table)


CHART = Table(columns=("Year", "t"), header=(("Year", "t"),), header_rows=1, rows=(("2020", "5"),))


def test_a_whole_page_as_written_down():
    blocks = (
        block("header", "Annual report"),
        block("title", "# Ports and tides"),
        block("text", "Two paragraphs\nof text with \\(a<b\\)."),
        block("sub_title", "Depths"),
        block("table", "<table><tr><td>Port</td><td>m</td></tr><tr><td>Ems</td><td>11</td></tr></table>"),
        block("table", "<table><tr><td colspan=2>both</td></tr><tr><td>a</td><td>b</td></tr></table>"),
        block("equation", "\\[x = 1\\]"),
        block("image"),
        block("image_caption", "Fig. 1. Tonnage"),
        block("image"),
        block("page_number", "7"),
    )  # fmt: skip
    figures = (
        Figure(number=1, block=7, kind="chart", crop="figures/p001-f01.png", caption="Tonnage", table=CHART),
        Figure(number=2, block=9, kind="molecule", smiles="CCO", caption="Ethanol"),
    )  # fmt: skip
    golden("page.md", render(blocks, figures=figures) + "\n")


def test_furniture_is_left_out_unless_asked_for():
    blocks = (block("header", "Head"), block("text", "body"), block("footer", "Foot"))
    assert render(blocks) == "body"
    assert render(blocks, page_furniture=True) == "Head\n\nbody\n\nFoot"


def test_headings_get_their_level_once():
    assert render((block("title", "Alone"),)) == "# Alone"
    assert render((block("sub_title", "### Third"),)) == "### Third"


def test_figures():
    picture = Figure(number=1, kind="picture", crop="figures/a (1).png", caption="A [b]")
    assert render_figure(picture) == "![A \\[b\\]](figures/a%20%281%29.png)"
    backslash = Figure(number=1, crop="a.png", caption="\\[1\\] and \\")
    assert render_figure(backslash) == "![\\\\\\[1\\\\\\] and \\\\](a.png)"
    assert render_figure(Figure(number=1, caption="Only a caption")) == "Only a caption"
    assert render_figure(Figure(number=1)) == ""
    described = render_figure(Figure(number=1, description="A cat"))
    assert described == "*Description by the model, not a reading:* A cat"


def test_a_figure_without_a_block_is_not_lost():
    assert "SMILES: `CCO`" in render((), figures=(Figure(number=1, kind="molecule", smiles="CCO"),))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ('<img src=x onerror="a()">', '&lt;img src=x onerror="a()">'),
        ("<!-- hidden -->", "&lt;!-- hidden -->"),
        ("H<sub>2</sub>O and x<sup>2</sup>", "H<sub>2</sub>O and x<sup>2</sup>"),
        ("<sup onclick=a()>2</sup>", "&lt;sup onclick=a()>2</sup>"),
        ("\\(a<b\\) and a<b", "\\(a< b\\) and a&lt;b"),
        ("p < 0.05", "p < 0.05"),
        ("<5 %", "<5 %"),
    ],
)
def test_text_never_acts_as_html(text, safe):
    assert escape(text) == safe


def test_captions_lose_their_center_tags():
    text = "<|ref|>image_caption<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>\n<center>Fig. 2</center>"
    assert render(parse(text).blocks) == "Fig. 2"
