"""Formulas as MathML: what is understood, and what a hostile one cannot bring in."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations.preview.mathml import MAX_FORMULAS, mathml
from dsocr_integrations.preview.page_view import looked_at, page_view
from dsocr_integrations.records.documents import Block
from tests.builders import make_page

pytest.importorskip("latex2mathml", reason="pip install latex2mathml")


def tags(node: dict) -> list[str]:
    return [node["tag"], *(tag for child in node.get("children", ()) for tag in tags(child))]


def test_a_formula_is_a_tree_of_elements():
    made = mathml(r"\frac{N}{N_0} = -k", display=True)
    assert made["attributes"] == {"display": "block"}
    assert tags(made)[:4] == ["math", "mrow", "mfrac", "mrow"]
    assert {"tag": "mo", "text": "="} in made["children"][0]["children"]


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(//example.org)}{y}",
        r"\class{dsocr-head}{b}",
        r"\text{<img src=x onerror=alert(1)>}",
    ],
)
def test_addresses_styles_and_markup_stay_outside(latex: str):
    made = json.dumps(mathml(latex, display=False))
    assert not [word for word in ("href", "style", "class", "javascript", "url(") if word in made]
    assert set(tags(json.loads(made) or {"tag": "math"})) <= {"math", "mrow", "mi", "mtext"}


@pytest.mark.parametrize(
    "latex",
    [
        "",
        "log10 N0 N = −k C n t",
        r"\ce{H2O}",
        r"\unheardof{x}",
        "{" * 900 + "}" * 900,
        r"\left(" * 300,
        "x" * 2_001,
        "^",
    ],
)
def test_what_is_not_understood_stays_latex(latex: str):
    assert mathml(latex, display=True) is None


def test_only_what_is_looked_at_is_turned_into_mathml():
    block = Block(label="text", text=r"So \(a^2\) and \[b_1\]")
    formula = Block(label="formula", text="c = d")
    page = make_page(blocks=(block, formula, *(Block(label="formula", text="e"),) * MAX_FORMULAS))
    assert "mathml" not in json.dumps(page_view(page))
    blocks = looked_at(page)["blocks"]
    assert blocks[0]["nodes"][0]["runs"][1]["mathml"]["attributes"] == {"display": "inline"}
    assert blocks[0]["nodes"][1]["mathml"]["attributes"] == {"display": "block"}
    assert "mathml" in blocks[1]["nodes"][0]
    assert "mathml" not in blocks[-1]["nodes"][0]
