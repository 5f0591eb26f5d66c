"""Letters of formulas: factors are written apart, words and names are not."""

import pytest

from dsocr_integrations.engines.embedded.scan.formula_letters import apart
from dsocr_integrations.engines.embedded.scan.formulas import display_latex


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("a^{ij}uxvxj dx", "a^{i j}u x v x j d x"),
        ("2mv2 = Lu − uLv", "2 m v 2 = L u − u L v"),
        ("max w + sin(x) for x in CO_{2}", r"\max w + \sin(x) for x in CO_{2}"),
        ("5 kg of NaCl, since u is bounded", "5 kg of NaCl, since u is bounded"),
        (r"\partial u", r"\partial u"),
    ],
)
def test_factors_are_written_apart(formula, wanted):
    assert apart(formula) == wanted


def test_a_formula_keeps_written_parts_and_signs_mistaken_for_characters():
    assert display_latex(r"uv 二 \(\frac{L u}{v}\) 一 µ") == r"u v = \frac{L u}{v} - \mu"
    assert display_latex("面积二 5") == "面积二 5"
