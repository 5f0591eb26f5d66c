"""Verdicts on readings."""

from __future__ import annotations

import pytest

from dsocr_integrations.grounding import parse
from dsocr_integrations.quality import assess, recall, words

SOUND = "<|ref|>text<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>\nThe harbour was rebuilt after the great storm of that year."
LAYER = ("The harbour was re-", "built after the great storm of that year.")


def test_a_reading_that_agrees_is_trusted():
    verdict = assess("stop", parse(SOUND), LAYER)
    assert verdict.trusted
    assert verdict.reasons == ()
    assert verdict.text_layer_agreement is not None
    assert verdict.text_layer_agreement > 0.8


def test_other_words_than_the_text_layer_are_told():
    verdict = assess(
        "stop",
        parse(SOUND),
        [
            "Quite",
            "other",
            "words",
            "stand",
            "on",
            "this",
            "page,",
            "and",
            "none",
            "of",
            "them",
            "were",
            "read",
            "here",
            "today",
        ],
    )
    assert verdict.reasons == ("disagrees_with_text_layer",)
    assert verdict.text_layer_agreement < 0.3


def test_order_and_case_do_not_matter():
    verdict = assess(
        "stop",
        parse(SOUND),
        [word.upper() for word in reversed(SOUND.split("\n")[1].split())],
    )
    assert verdict.text_layer_agreement == 1


@pytest.mark.parametrize(
    ("text", "finish", "reasons"),
    [
        (SOUND, "length", ("truncated",)),
        (SOUND, "loop", ("loop",)),
        (SOUND, "error", ("error",)),
        (SOUND + "\n\n<|ref|>text<|/ref|><|det|>[[1, 2", "stop", ("truncated",)),
        (SOUND + "\nand so it goes on and on" * 40, "stop", ("loop",)),
    ],
)
def test_reasons(text, finish, reasons):
    assert assess(finish, parse(text)).reasons == reasons


def test_a_page_that_repeats_itself_is_no_loop_where_its_text_layer_says_so():
    line = "I must not talk in class while the teacher is speaking."
    said = grounded("\n".join([line] * 30))
    assert "loop" in {warning.kind for warning in parse(said).warnings}
    assert assess("stop", parse(said), line.split() * 30).trusted
    # A loop on such a page, or one after a page that was read whole.
    assert assess("stop", parse(said), line.split() * 20).reasons == ("loop",)
    other = ["other", "words"] * 200
    assert "loop" in assess("stop", parse(said), [*line.split(), *other]).reasons
    assert assess("loop", parse(said), line.split() * 30).reasons == ("loop",)
    assert assess("stop", parse(said)).reasons == ("loop",)
    dots = grounded(line * 2 + " ." * 2000)
    assert assess("stop", parse(dots), line.split() * 2).reasons == ("loop",)


def test_an_empty_answer_counts_only_where_something_stands():
    nothing = parse("")
    assert assess("stop", nothing).trusted
    assert assess("stop", nothing, page_has_ink=False).trusted
    assert assess("stop", nothing, page_has_ink=True).reasons == ("empty",)
    assert assess("stop", nothing, ["word"]).reasons == ("empty",)


def test_a_page_that_is_one_picture_is_no_empty_answer():
    picture = "<|ref|>image<|/ref|><|det|>[[0, 0, 999, 999]]<|/det|>"
    assert assess("stop", parse(picture), page_has_ink=True).trusted


@pytest.mark.parametrize(
    "said",
    [
        "<｜begin▁of▁sentence｜>" * 3,
        "<|ref|>text<|/ref|><|det|>[[10, 20, 900, 800]]<|/det|>\n",
        "text[[10, 20, 900, 400]]\n\ntext[[10, 420, 900, 800]]\n",
        "<|grounding|>",
        "##\n\n**",
        "<table><tr><td></td></tr></table>",
    ],
)
def test_tokens_and_tags_without_text_are_an_empty_answer(said):
    assert assess("stop", parse(said), page_has_ink=True).reasons == ("empty",)
    assert assess("stop", parse(said), page_has_ink=False).trusted


def test_a_lone_mark_is_text():
    assert assess("stop", parse("\u2013"), page_has_ink=True).trusted


@pytest.mark.parametrize(
    "said",
    [
        "table[[62, 480, 944, 812]]\n",
        "table[[62, 480, 944, 812]]\nNameValueHeight12.5\n",
        "table[[62, 480, 944, 812]]\n<table>NameValueHeight12.5</table>\n",
        "Free text, and then\n\n<table>NameValueHeight12.5</table>\n",
    ],
)
def test_a_table_without_cells_is_odd(said):
    text = "text[[62, 10, 944, 400]]\nThe heights of that year stand below.\n\n"
    assert "odd_table" in assess("stop", parse(text + said), page_has_ink=True).reasons


def test_words_of_scripts_without_spaces():
    assert words("港口 10") == {"港": 1, "口": 1, "10": 1}
    assert recall(words("a a b"), words("b a")) == pytest.approx(2 / 3, abs=1e-4)
    assert recall(words(""), words("x")) == 1


def grounded(text: str, label: str = "text", box: str = "[[10, 20, 300, 400]]") -> str:
    return f"<|ref|>{label}<|/ref|><|det|>{box}<|/det|>\n{text}\n\n"


def reasons(text: str) -> tuple[str, ...]:
    return assess("stop", parse(text)).reasons


def table(*rows: str) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows
    )
    return grounded(f"<table>{body}</table>", "table")


@pytest.mark.parametrize(
    "formula",
    [
        r"\[ \frac{a}{b \]",
        r"\[ a + b",
        r"so \( x^2 is",
        r"\[ \left( a + b \]",
        r"\[ \begin{array}{l} a \]",
        r"\( a \]",
    ],
)
def test_formulas_that_do_not_close_what_they_open(formula):
    assert reasons(grounded(formula, "equation")) == ("broken_formula",)


@pytest.mark.parametrize(
    "text",
    [
        r"\[ \left\{ \begin{array}{l} a \\[2pt] b \end{array} \right. \]",
        r"between \( a_{1} \) and \( \{b\} \) and \(\leftarrow\)",
        "```\nre.compile(r'\\(')\n```",
        "a lone { brace and (brackets",
    ],
)
def test_sound_formulas_and_code(text):
    assert reasons(grounded(text)) == ()


def test_one_broken_formula_among_many_is_no_broken_page():
    many = grounded(" ".join(rf"\( x_{{{n}}} \)" for n in range(30)))
    assert reasons(many + grounded(r"\( {a \)")) == ()
    assert reasons(many + grounded(r"\( {a \) \( {b \) \( {c \) \( {d \)")) == ("broken_formula",)


@pytest.mark.parametrize(
    "text",
    [
        table(*["a|b|c"] * 3, *["a|b"] * 4, "a|b|c|d"),
        table("x|y", "|".join("q" for _ in range(40)), *[f"{n}|{n}" for n in range(9)]),
        table(*["name|||||||||"] * 2, *["|||||||||"] * 30),
        table("year|kind", *["2020|same"] * 30),
    ],
    ids=["ragged", "one row runs on", "all but empty", "rows repeat"],
)
def test_tables_of_a_shape_that_no_page_has(text):
    assert "odd_table" in reasons(text)


@pytest.mark.parametrize(
    "text",
    [
        table("year|cats", *[f"{2000 + n}|{n * 7}" for n in range(60)]),
        table("name|date|signature", *["||"] * 25),
        table(*[f"line {n}" for n in range(40)]),
        table("a|b", "1|2"),
    ],
    ids=["plain", "a form to fill in", "one column", "small"],
)
def test_sound_tables(text):
    assert reasons(text) == ()


def test_boxes_off_the_page_are_told_and_rounding_is_not():
    assert reasons(grounded("x", box="[[10, 20, 1500, 400]]")) == ("boxes_outside_page",)
    assert reasons(grounded("x", box="[[-300, 20, 500, 400]]")) == ("boxes_outside_page",)
    assert reasons(grounded("x", box="[[-2, 0, 1000, 1001]]")) == ()


@pytest.mark.parametrize(
    "layer",
    [
        ["\ufffd\ufffd\ufffd"] * 40,
        [chr(0xE000 + n) * 4 for n in range(40)],
        ["bcdfg", "hjklm", "qwpxz", "vbkcd", "gzhfj", "mwqkp", "lxdcv"] * 12,
        ["h4rb0ur", "w&s", "r~bu1lt", "4fter", "s7orm", "ye@r", "o1d", "t!me", "qu4y", "p0rt"] * 3,
    ],
    ids=["no meaning", "private area", "shifted letters", "a poor recognition"],
)
def test_a_garbage_text_layer_is_no_measure(layer):
    verdict = assess("stop", parse(SOUND), layer)
    assert (verdict.trusted, verdict.text_layer_agreement) == (True, None)
