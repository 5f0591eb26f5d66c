"""Formulas of scans: raised and lowered characters, LaTeX commands, delimiters."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan.formulas import is_formula, latex, with_formulas
from dsocr_integrations.engines.embedded.scan.paragraphs import join_text
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox
from dsocr_integrations.engines.embedded.scan.scripts import mark_scripts
from dsocr_integrations.engines.embedded.scan.segments import join, split

STEP = 8


def drawn(pieces):
    """A line of text, drawn piece by piece as `(text, size, rise)`, with its time steps."""
    picture = Image.new("RGB", (1200, 80), "white")
    pen = ImageDraw.Draw(picture)
    x, columns = 10.0, []
    for text, size, rise in pieces:
        font = ImageFont.load_default(size)
        for character in text:
            if character != " ":
                pen.text((x, 55 - rise), character, fill="black", font=font, anchor="ls")
                columns.append(int((x + font.getlength(character) / 2) / STEP))
            x += font.getlength(character) + 2
    text = "".join(piece[0] for piece in pieces)
    return text, columns, 1200 / STEP, np.asarray(picture)


def test_characters_that_are_small_and_off_the_base_line_are_marked():
    line = drawn([("We set A", 40, 0), ("k", 26, -10), (" and x", 40, 0), ("−1", 26, 18)])
    assert mark_scripts(*line) == "We set A_{k} and x^{−1}"


@pytest.mark.parametrize(
    "pieces",
    [
        [("The quick, big jaguars pay 1.50", 40, 0)],
        [("The Acme", 40, 0), ("TM", 22, 18), (" method", 40, 0)],
        [("We h", 40, 0), ("a", 28, 14), ("ve", 40, 0), (" an", 40, 0), ("y", 26, 20)],
        [('of persons"A', 40, 0), ("n", 28, 14), (" old rule", 40, 0)],
        [("The CR", 40, 0), ("P", 28, -8), ("C rules", 40, 0)],
        [("up by 3", 40, 0), ("8", 28, 14), (" percent", 40, 0)],
        [
            ("It is not an offence now", 36, 0),
            (" here o", 36, 16),
            ("r", 29, 16),
            (" where", 36, 16),
        ],
        [("We set t", 40, 0), ("e", 28, 9), (" down", 40, 0)],
        [("Sixty boats came w", 40, 0), ("ith", 27, 18), (" ropes", 40, 0)],
        [("They wait i", 40, 0), ("n", 24, -8), ("-side", 40, 0)],
        [("Item 10", 40, 0), ("4", 30, -8), ("3 of the house", 40, 0)],
        [("Capitals ", 40, 0), ("AND SMALL ONES 12", 28, 0)],
    ],
)
def test_prose_small_capitals_and_trade_marks_hold_no_index(pieces):
    assert mark_scripts(*drawn(pieces)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "with µ^{2} ≠ 0, the requirement (see T_{k})",
            r"with \(\mu^{2} \neq 0\), the requirement (see \(T_{k}\))",
        ),
        ("Given u ∈ U and u ≥ 0.", r"Given \(u \in U\) and u ≥ 0."),
        ("∇ × A_{T} = δ(x − y)", r"\(\nabla \times A_{T} = \delta(x - y)\)"),
        ("a width of 5 µm, 20 × 30 cm", "a width of 5 µm, 20 × 30 cm"),
        ("η αρχή ή το τέλος", "η αρχή ή το τέλος"),
        ("100 Ω of type α", r"100 Ω of type \(\alpha\)"),
        ("面积5km^{2}，比例", r"面积\(5km^{2}\)，比例"),
        ("Sales of A = B + C", "Sales of A = B + C"),
        (r"\(\frac{1}{2}\) of ∂", r"\(\frac{1}{2}\) of \(\partial\)"),
        (r"C \(\frac{1}{4}\) < \(\frac{2}{5}\)", r"C \(\frac{1}{4} < \frac{2}{5}\)"),
    ],
)
def test_only_formulas_become_latex(text, wanted):
    assert with_formulas(text) == wanted


def test_a_brace_of_the_page_is_told_from_one_of_an_index():
    assert latex("{x_{i} ∈ U}") == r"\{x_{i} \in U\}"


def test_a_line_is_a_formula_where_symbols_are_related_and_no_word_stands():
    assert is_formula("∂_{i} Σ_{i} = 0")
    assert not is_formula("So w = ∂U on Ω")
    assert not is_formula("A = 5")


def test_marks_stay_with_their_words_when_lines_are_split_and_joined():
    words = (WordBox("Ak", (0, 0, 30, 20)), WordBox("(3)", (200, 0, 240, 20)))
    line = TextLine("Ak (3)", (0, 0, 240, 20), 0.9, words, marked="A_{k} (3)")
    left, right = split(line)
    assert (left.marked, right.marked) == ("A_{k}", "(3)")
    spaced = TextLine("", line.box, 0.9, words, marked=r"\(\frac{u v}{2}\) (3)")
    assert split(spaced)[0].marked == r"\(\frac{u v}{2}\)"
    assert join_text([join(left, right)]) == "A_{k} (3)"
