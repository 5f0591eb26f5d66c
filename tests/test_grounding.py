"""The parser of model answers: both wire forms, their irregularities, and hostile text."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsocr_integrations.grounding import parse
from dsocr_integrations.markdown import report
from dsocr_integrations.records.documents import BlockEvidence, Evidence
from tests.processor_time import least_seconds


def tag(label: str, *boxes: tuple[int, int, int, int]) -> str:
    listed = ", ".join(str(list(box)) for box in boxes)
    return f"<|ref|>{label}<|/ref|><|det|>[{listed}]<|/det|>"


def kinds(text: str) -> set[str]:
    return {warning.kind for warning in parse(text).warnings}


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


PAGE = "\n\n".join(
    [
        f"{tag('title', (10, 20, 300, 40))}\n# Tide tables",
        f"{tag('text', (10, 50, 490, 90))}\nHigh water comes twice a day.  ",
        f"{tag('equation', (10, 95, 490, 110))}\n\\[h = a \\cos(\\omega t)\\]",
        tag("image", (500, 50, 990, 300)),
        f"{tag('image_caption', (500, 305, 990, 320))}\n<center>Fig. 1. The gauge.</center>",
    ]
)


def test_a_tagged_page_becomes_labelled_blocks_in_order():
    parsed = parse(PAGE)
    assert [(block.label, block.text) for block in parsed.blocks] == [
        ("title", "# Tide tables"),
        ("text", "High water comes twice a day."),
        ("equation", "\\[h = a \\cos(\\omega t)\\]"),
        ("image", ""),
        ("image_caption", "Fig. 1. The gauge."),
    ]
    assert parsed.blocks[0].boxes == ((10, 20, 300, 40),)
    assert parsed.warnings == ()


def test_the_tagless_form_gives_the_same_blocks():
    tagless = re.sub(r"<\|/?(?:ref|det)\|>", "", PAGE)
    assert parse(tagless) == parse(PAGE)


def test_the_unlimited_form_with_pages():
    text = "<PAGE><|det|>title [10, 20, 30, 40]<|/det|>A head\n<|det|>text [10, 50, 30, 90]<|/det|>Some text<PAGE>\n"
    blocks = parse(text).blocks
    assert [(block.label, block.boxes, block.text) for block in blocks] == [
        ("title", ((10, 20, 30, 40),), "A head"),
        ("text", ((10, 50, 30, 90),), "Some text"),
    ]


def test_tokens_that_a_host_escaped_for_html():
    assert parse(PAGE.replace("<|", "&lt;|").replace("|>", "|&gt;")) == parse(PAGE)


def test_white_space_between_ref_and_det_and_single_brackets():
    text = "<|ref|>text<|/ref|>\n <|det|> [1,2,3,4] <|/det|>\nbody"
    (block,) = parse(text).blocks
    assert (block.boxes, block.text) == (((1, 2, 3, 4),), "body")


def test_several_boxes_in_one_tag_as_first_block():
    blocks = parse(f"{tag('text', (1, 2, 3, 4), (5, 6, 7, 8))}\nsplit over columns").blocks
    assert blocks[0].boxes == ((1, 2, 3, 4), (5, 6, 7, 8))
    assert blocks[0].text == "split over columns"


def test_text_on_the_line_of_the_tag():
    for text in (f"{tag('text', (1, 2, 3, 4))} same line", "text[[1, 2, 3, 4]] same line"):
        (block,) = parse(text).blocks
        assert (block.label, block.text) == ("text", "same line")


def test_text_before_the_first_tag_is_kept_without_a_box():
    lead, block = parse(f"left over from above\n\n{tag('text', (1, 2, 3, 4))}\nbody").blocks
    assert (lead.label, lead.boxes, lead.text) == ("text", (), "left over from above")
    assert block.text == "body"


def test_a_plain_answer_is_one_block():
    (block,) = parse("Just text.\nTwo lines.").blocks
    assert (block.label, block.boxes, block.text) == ("text", (), "Just text.\nTwo lines.")


def test_an_empty_answer_has_no_blocks():
    assert parse("").blocks == ()
    assert parse("  \n ").warnings == ()


TABLE = "<table><tr><td>Port</td><td>Depth</td></tr><tr><td>Ems</td><td>11.5</td></tr></table>"


def test_a_caption_between_the_tag_of_a_table_and_its_html():
    text = f"{tag('table', (1, 2, 3, 4))}\n{tag('table_caption', (5, 6, 7, 8))}\nTable 1. Ports\n\n{TABLE}\n"
    table, caption = parse(text).blocks
    assert (table.label, table.text, table.boxes) == ("table", TABLE, ((1, 2, 3, 4),))
    assert (caption.label, caption.text) == ("table_caption", "Table 1. Ports")
    assert table.table is not None
    assert table.table.rows == (("Ems", "11.5"),)
    assert table.table.values == ((None, 11.5),)


def test_two_tables_with_a_caption_and_footnote_each():
    one = f"{tag('table', (1, 1, 9, 9))}\n{tag('table_caption', (1, 0, 9, 1))}\nOne\n\n{TABLE}\n"
    two = one.replace("One", "Two").replace("Ems", "Elbe")
    blocks = parse(f"{one}\n{tag('table_footnote', (1, 9, 9, 10))}\nSource\n\n{two}").blocks
    assert [block.label for block in blocks] == [
        "table",
        "table_caption",
        "table_footnote",
        "table",
        "table_caption",
    ]
    assert blocks[0].table is not None
    assert blocks[0].table.rows[0][0] == "Ems"
    assert blocks[3].table is not None
    assert blocks[3].table.rows[0][0] == "Elbe"


@pytest.mark.parametrize(("between", "paired"), [(4, True), (5, False)])
def test_how_many_tags_may_stand_between_a_table_and_its_html(between, paired):
    captions = "".join(
        f"{tag('table_caption', (1, n, 3, 9))}\nNote {n}\n" for n in range(1, between + 1)
    )
    blocks = parse(f"{tag('table', (1, 20, 3, 40))}\n\n{captions}{TABLE}\n").blocks
    assert (blocks[0].table is not None) is paired
    assert sum(block.table is not None for block in blocks) == 1


def test_a_caption_before_the_tag_of_its_table_stays_its_own_block():
    text = f"{tag('table_caption', (5, 6, 7, 8))}\nTable 1\n\n{tag('table', (1, 2, 3, 4))}\n{TABLE}"
    assert [block.text for block in parse(text).blocks] == ["Table 1", TABLE]


def test_an_unclosed_table_swallows_nothing():
    open_table = TABLE.removesuffix("</table>")
    text = f"{tag('table', (1, 2, 3, 4))}\n{open_table}\n\n{tag('text', (1, 5, 3, 9))}\nAFTER"
    table, after = parse(text).blocks
    assert table.table is not None
    assert table.table.rows == (("Ems", "11.5"),)
    assert (after.label, after.text) == ("text", "AFTER")
    assert kinds(text) == {"unclosed_table"}


def test_text_after_an_unclosed_table_without_a_tag_is_its_own_block():
    text = f"{tag('table', (1, 2, 3, 4))}\n{TABLE.removesuffix('</table>')}\n\nAFTER"
    table, after = parse(text).blocks
    assert table.text == TABLE.removesuffix("</table>")
    assert (after.label, after.text, after.boxes) == ("text", "AFTER", ((1, 2, 3, 4),))
    assert after.raw_boxes == ()


def test_a_pipe_table_under_a_table_tag():
    (block,) = parse(f"{tag('table', (1, 2, 3, 4))}\n| a | b |\n|---|---|\n| 1 | 2 |").blocks
    assert block.table is not None
    assert block.table.columns == ("a", "b")
    assert block.table.values == ((1.0, 2.0),)


def test_a_table_inside_text_is_parted_from_it():
    before, table, after = parse(f"{tag('text', (1, 2, 3, 4))}\nsee\n{TABLE}\nthere").blocks
    assert (before.text, after.text) == ("see", "there")
    assert table.label == "table"
    assert table.boxes == before.boxes
    assert before.raw_boxes == ((1, 2, 3, 4),)
    assert table.raw_boxes == ()


def test_a_box_between_two_lines_of_the_grid_is_moved_to_the_nearer():
    (block,) = parse(f"{tag('text', (10.6, 20.4, 300.51, 998.7))}\nx").blocks
    assert block.raw_boxes == ((10.6, 20.4, 300.51, 998.7),)
    assert block.boxes == ((11, 20, 301, 999),)


def test_boxes_outside_the_grid_are_kept_as_said_and_clamped():
    (block,) = parse(f"{tag('text', (-5, 900, 1040, 20))}\nx").blocks
    assert block.raw_boxes == ((-5.0, 900.0, 1040.0, 20.0),)
    assert block.boxes == ((0, 20, 999, 900),)
    assert kinds(f"{tag('text', (-5, 900, 1040, 20))}\nx") == {"box_outside_grid", "box_unordered"}


@pytest.mark.parametrize("label", ["list item", "page_number", "figure_title", "Überschrift"])
def test_any_label_is_taken(label):
    (block,) = parse(f"{tag(label, (1, 2, 3, 4))}\nbody").blocks
    assert block.label == label
    assert "body" in block.text


def test_answers_of_the_line_prompt_hold_their_text_in_the_ref():
    text = "\n".join(
        tag(line, (10, y, 500, y + 9))
        for y, line in ((10, "Invoice No. 12"), (20, "text"), (30, "合计：三百"), (40, "Total due"))
    )
    parsed = parse(text)
    assert [block.text for block in parsed.blocks] == [
        "Invoice No. 12",
        "text",
        "合计：三百",
        "Total due",
    ]
    assert [block.label for block in parsed.blocks] == [block.text for block in parsed.blocks]
    assert "Total due" in report(parsed)["markdown"]


def test_answers_of_the_line_prompt_without_their_tokens():
    text = "Invoice No. 12[[10, 10, 500, 19]]\nTotal due[[10, 20, 500, 29]]\n"
    assert [block.text for block in parse(text).blocks] == ["Invoice No. 12", "Total due"]


def test_code_with_nested_lists_is_no_tag():
    text = "The matrix is\na = foo[[1, 2, 3, 4]] + bar\nand so on.\nMore text.\nAnd more."
    (block,) = parse(text).blocks
    assert block.text == text


@pytest.mark.parametrize(
    "ending",
    ["<", "<|", "<|re", "<|ref|>", "<|ref|>te", "<|ref|>text<|/ref|>", "<|ref|>text<|/ref|><|det|>",
     "<|ref|>text<|/ref|><|det|>[[70, 9", "<|ref|>text<|/ref|><|det|>[[70, 98, 99, 99]"],
)  # fmt: skip
def test_truncated_endings_leave_nothing_behind(ending):
    parsed = parse(f"{tag('text', (1, 2, 3, 4))}\nbody text\n\n{ending}")
    assert parsed.blocks[0].text.removesuffix("\n\n<") == "body text"
    assert not any("<|" in block.text or "det" in block.text for block in parsed.blocks)


@pytest.mark.parametrize(
    "end", ["<｜end▁of▁sentence｜>", "<|end_of_sentence|>", "<|im_end|>", "<|endoftext|>"]
)
def test_the_end_of_sentence_token_is_taken_off(end):
    (block,) = parse(f"{tag('text', (1, 2, 3, 4))}\nbody{end}").blocks
    assert block.text == "body"


def test_a_bar_after_less_than_in_a_formula_is_not_lost():
    (block,) = parse(f"{tag('text', (1, 2, 3, 4))}\n\\(0<|x|<1\\)").blocks
    assert block.text == "\\(0< |x|<1\\)"


def test_evidence_adds_confidence_and_changes_nothing_else():
    evidence = Evidence(blocks=tuple(BlockEvidence(confidence=n / 10) for n in range(5)))
    plain, informed = parse(PAGE), parse(PAGE, evidence=evidence)
    assert [block.confidence for block in informed.blocks] == [0.0, 0.1, 0.2, 0.3, 0.4]
    stripped = tuple(b.model_copy(update={"confidence": None}) for b in informed.blocks)
    assert stripped == plain.blocks


def test_a_lead_without_tag_takes_no_evidence():
    evidence = Evidence(blocks=(BlockEvidence(confidence=0.9),))
    lead, block = parse(f"lead\n{tag('text', (1, 2, 3, 4))}\nbody", evidence=evidence).blocks
    assert (lead.confidence, block.confidence) == (None, 0.9)


def test_lines_that_repeat_until_the_answer_is_cut_are_a_loop():
    line = f"{tag('text', (70, 985, 131, 996))}\nand so it goes on and on\n\n"
    assert "loop" in kinds(PAGE + line * 40 + line[:30])


def test_boxes_that_march_to_the_edge_are_a_loop():
    steps = "".join(f"{tag('text', (40, y, 60, y + 7))}\n<pre>\n" for y in range(600, 999, 7))
    assert "loop" in kinds(steps)


@pytest.mark.parametrize(("texts", "found"), [(12, False), (11, True)])
def test_boxes_that_stand_still_are_believed_while_half_of_the_texts_differ(texts, found):
    said = [" ".join(f"{chr(97 + n % texts)}{end}" for end in ("ha", "ren")) for n in range(24)]
    still = "".join(f"{tag('text', (40, 50, 60, 70))}\n{text}\n\n" for text in said)
    assert (kinds(still) == {"loop"}) is found


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        # Text stands for a label where such lines are half of the answer, and more than one.
        (["A ship[[1, 2, 3, 4]]", "A quay[[5, 6, 7, 8]]", "x", "y"], ["A ship", "A quay"]),
        (["A ship[[1, 2, 3, 4]]", "A quay[[5, 6, 7, 8]]", "x", "y", "z"], ["text"]),
        (["A ship[[1, 2, 3, 4]]", "", "x"], ["text"]),
        # With as many labels among them, what is none is text that looks like one.
        (["title[[1, 2, 3, 4]]", "A quay[[5, 6, 7, 8]]"], ["title"]),
        (
            ["title[[1, 2, 3, 4]]", "A ship[[5, 6, 7, 8]]", "A quay[[5, 7, 7, 8]]"],
            ["title", "A ship", "A quay"],
        ),
    ],
)
def test_which_lines_without_tokens_are_tags(lines, labels):
    text = "\n".join(lines)
    parsed = parse(text).blocks
    assert [block.label for block in parsed] == labels
    if labels == ["text"]:
        assert parsed[0].text == text


@pytest.mark.parametrize(
    ("ending", "label", "text"),
    [
        ("<|ref|>text<|/ref|>body", "text", "body"),
        ("<|ref|>image<|/ref|>", "image", ""),
        ("<|ref|>image", "image", ""),
        ("<|ref|>A line of text", "text", "A line of text"),
        ("<|ref|>image<|/ref|><|det|>[[1, 2", "image", ""),
    ],
)
def test_a_tag_that_is_not_complete_is_told(ending, label, text):
    page = f"{tag('title', (1, 2, 3, 4))}\nHead\n{ending}"
    _, block = parse(page).blocks
    assert (block.label, block.text, block.boxes) == (label, text, ())
    assert kinds(page) == {"truncated_tag"}


def test_coordinates_that_are_no_box_are_text_and_told():
    (block,) = parse("<|det|>see [1, 2, 3]<|/det|>\nbody").blocks
    assert block.boxes == ()
    assert "see [1, 2, 3]" in block.text
    assert kinds("<|det|>see [1, 2, 3]<|/det|>\nbody") == {"unreadable_box"}


def test_numbers_may_have_blanks_signs_and_decimals():
    (block,) = parse(
        "<|ref|>text<|/ref|><|det|>[[ 1 ,2.5 , 30,40.25 ], [-1,2,3,4]]<|/det|>x"
    ).blocks
    assert block.raw_boxes == ((1, 2.5, 30, 40.25), (-1, 2, 3, 4))


@pytest.mark.parametrize(
    ("repeats", "told"), [(1, "was clamped to the grid."), (3, "(3 times on this page)")]
)
def test_a_warning_comes_once_with_its_count(repeats, told):
    page = "".join(f"{tag('text', (1, 2, 3, 1200 + n))}\nx\n\n" for n in range(repeats))
    (warning,) = parse(page).warnings
    assert warning.message.startswith("A box [1, 2, 3, 1200] was clamped")
    assert warning.message.endswith(told)


def test_a_tag_that_another_cuts_short_keeps_its_box_and_its_text():
    cut = "<|ref|>title<|/ref|><|det|>[[1, 2, 3, 4]]"
    first, second = parse(f"{cut}\n# Head\n{tag('text', (5, 6, 7, 8))}\nbody").blocks
    assert (first.label, first.boxes, first.text) == ("title", ((1, 2, 3, 4),), "# Head")
    assert (second.label, second.boxes, second.text) == ("text", ((5, 6, 7, 8),), "body")
    assert kinds(cut) == {"truncated_tag"}


def test_lines_at_equal_distances_are_no_loop():
    lines = "".join(
        f"{tag('text', (40, y, 700, y + 12))}\nLine number {y} of a poem\n\n"
        for y in range(50, 900, 20)
    )
    assert kinds(lines) == set()


def test_report_prints_boxes_as_said_and_everything_else():
    text = f"{tag('header', (1, 2, 3, 4))}\nRunning head\n\n{tag('text', (1, 5, 3, 1009))}\nbody"
    told = report(parse(text))
    assert told["blocks"] == [
        {"label": "header", "boxes": [[1, 2, 3, 4]], "text": "Running head"},
        {"label": "text", "boxes": [[1, 5, 3, 1009]], "text": "body"},
    ]
    assert told["markdown"] == "Running head\n\nbody"
    assert [warning["kind"] for warning in told["warnings"]] == ["box_outside_grid"]


FRAGMENTS = st.sampled_from(
    ["<|ref|>", "<|/ref|>", "<|det|>", "<|/det|>", "[[1, 2, 3, 4]]", "[[", "]]", "[1,2,3,4]", "text",
     "table", "\n", " ", "<table>", "</table>", "<tr>", "<td>", "</td>", "<td rowspan=9999>", "|a|b|",
     "|--|--|", "<PAGE>", "<|", "|>", "<", "word", "12", "<center>", "</center>", "\\(a<b\\)",
     "<|end▁of▁sentence|>", "title[[5,5,9,9]]", "<script>", "&lt;", "# "]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=6)), max_size=40).map("".join))
def test_no_text_makes_it_raise_or_leak(text):
    parsed = parse(text)
    told = report(parsed)
    assert "<|" not in told["markdown"]
    for block in parsed.blocks:
        assert "<|" not in block.text
        assert "<|" not in block.label
        for x0, y0, x1, y1 in block.boxes:
            assert 0 <= x0 <= x1 <= 999
            assert 0 <= y0 <= y1 <= 999


WORDS = st.text(alphabet="abcdefgh", min_size=1, max_size=6)
BODIES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
    st.lists(WORDS, min_size=2, max_size=8).map(
        lambda cells: (
            "<table><tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr></table>"
        )
    ),
)
LABELS = st.sampled_from(["text", "table", "table_caption", "image", "title", "odd label"])


@settings(max_examples=60)
@given(st.lists(st.tuples(LABELS, BODIES), max_size=8), BODIES)
def test_no_word_is_lost(parts, lead):
    text = lead + "\n\n" + "\n\n".join(f"{tag(a, (1, 2, 3, 4))}\n{b}" for a, b in parts)
    bodies = " ".join([lead, *(body for _, body in parts)])
    expected = words(re.sub(r"<[^>]*>", " ", bodies))
    found = words(re.sub(r"<[^>]*>", " ", " ".join(block.text for block in parse(text).blocks)))
    assert not expected - found
    assert not expected - words(re.sub(r"<[^>]*>", " ", str(report(parse(text))["markdown"])))


@pytest.mark.parametrize(
    "unit",
    ["<|ref|>", "<|det|>", "[[ ", "a[[1,2,3,4],", "<table>", "<td>x", "|-", "<", "\\(a", ". ",
     "<|ref|>text<|/ref|>", "<table></table><table>", "長", "&amp", "<td rowspan=1000 colspan=1000>"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(unit):
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        return least_seconds(lambda: report(parse(text)))

    small, large = seconds(12_500), seconds(200_000)
    # Sixteen times the text takes sixteen times as long; squared it would be 256.
    assert large < 64 * small


def test_five_thousand_boxes():
    text = "".join(
        f"{tag('text', (i % 900, i // 10, i % 900 + 40, i // 10 + 9))}\nline {i}\n\n"
        for i in range(5_000)
    )
    parsed = parse(text)
    assert len(parsed.blocks) == 5_000
    assert parsed.blocks[-1].text == "line 4999"


def test_the_depth_of_a_list_item_with_a_tag_of_its_own_is_kept():
    raw = "".join(
        f"<|ref|>text<|/ref|><|det|>[[10, {y}, 500, {y + 20}]]<|/det|>\n{text}\n"
        for y, text in ((20, "- birds"), (60, "  - herons"), (90, "    1. grey"), (120, "  prose"))
    )
    assert [block.text for block in parse(raw).blocks] == [
        "- birds",
        "  - herons",
        "    1. grey",
        "prose",
    ]


ROWS = "<table><tr><td>Ems</td></tr>"


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        (f"{ROWS}\nAFTER", [ROWS, "AFTER"]),
        (f"{ROWS}AFTER", [f"{ROWS}AFTER"]),
        (f"{ROWS}\n<tr><td>Elbe", [f"{ROWS}\n<tr><td>Elbe"]),
        (f"{ROWS}\n \n", [ROWS]),
        ("<table><tr><th>Ems</th>\nAFTER", ["<table><tr><th>Ems</th>", "AFTER"]),
        ("<TABLE><TR><TD>Ems</TD>\nAFTER", ["<TABLE><TR><TD>Ems</TD>", "AFTER"]),
        (f"{TABLE}\nAFTER", [TABLE, "AFTER"]),
        (f"BEFORE\n{TABLE}\n{TABLE}", ["BEFORE", TABLE, TABLE]),
    ],
)
def test_where_a_table_ends_and_text_goes_on(said, parts):
    blocks = parse(f"{tag('text', (1, 2, 3, 4))}\n{said}").blocks
    assert [block.text for block in blocks] == parts
    assert [block.table is not None for block in blocks] == ["<t" in part.lower() for part in parts]


@pytest.mark.parametrize("label", ["table", "table_body", "chart"])
@pytest.mark.parametrize(("length", "caption"), [(300, "table_caption"), (301, "text")])
def test_text_before_the_table_of_a_table_tag_is_its_caption(label, length, caption):
    before = "x" * length
    blocks = parse(f"{tag(label, (1, 2, 3, 4))}\n{before}\n{TABLE}\nthere\n{TABLE}").blocks
    assert [(block.label, block.text) for block in blocks] == [
        (caption, before),
        (label, TABLE),
        ("text", "there"),
        ("table", TABLE),
    ]
    assert [bool(block.raw_boxes) for block in blocks] == [False, True, False, False]
    assert {block.boxes for block in blocks} == {((1, 2, 3, 4),)}


def test_two_empty_table_tags_take_the_tables_behind_them_in_order():
    second = TABLE.replace("Ems", "Elbe")
    third = TABLE.replace("Ems", "Oder")
    start = f"{tag('table', (1, 1, 9, 9))}\n{tag('table', (1, 10, 9, 19))}\n"
    blocks = parse(
        f"{start}{tag('text', (1, 20, 9, 30))}\nFirst\n{TABLE}\nthen\n{second}\nand\n{third}"
    ).blocks
    assert [(block.label, block.text) for block in blocks] == [
        ("table", TABLE),
        ("table", second),
        ("text", "First\n\nthen\n\nand"),
        ("table", third),
    ]


def test_a_picture_between_a_table_tag_and_a_table_parts_them():
    between = f"{tag('image', (1, 20, 9, 30))}\n\n{tag('text', (1, 40, 9, 50))}\n{TABLE}"
    blocks = parse(f"{tag('table', (1, 1, 9, 9))}\n{between}").blocks
    assert [(block.label, block.text) for block in blocks] == [
        ("table", ""),
        ("image", ""),
        ("text", TABLE),
    ]


@pytest.mark.parametrize(
    ("raw", "box", "told"),
    [
        ((0, 0, 999, 999), (0, 0, 999, 999), {}),
        ((-1, 0, 5, 9), (0, 0, 5, 9), {"box_outside_grid": "A box [-1, 0, 5, 9] was clamped"}),
        ((1, 2, 3, 1000), (1, 2, 3, 999), {"box_outside_grid": "A box [1, 2, 3, 1000] was"}),
        ((5, 2, 5, 2), (5, 2, 5, 2), {}),
        ((5, 2, 4, 3), (4, 2, 5, 3), {"box_unordered": "The corners of a box [5, 2, 4, 3] were"}),
        ((4, 3.5, 5, 2), (4, 2, 5, 4), {"box_unordered": "The corners of a box [4, 3.5, 5, 2]"}),
    ],
)
def test_corners_are_put_in_order_and_on_the_grid(raw, box, told):
    parsed = parse(f"{tag('text', raw)}\nx")
    assert parsed.blocks[0].boxes == (box,)
    assert parsed.blocks[0].raw_boxes == (raw,)
    assert [warning.kind for warning in parsed.warnings] == [*told]
    for warning in parsed.warnings:
        assert warning.message.startswith(told[warning.kind])


@pytest.mark.parametrize(
    ("refs", "texts"),
    [
        # The refs are the text where more than half of them are no labels and have none behind.
        ([("A ship", ""), ("A quay", ""), ("text", "x")], ["A ship", "A quay", "x"]),
        ([("A ship", ""), ("A quay", ""), ("text", "")], ["A ship", "A quay", "text"]),
        ([("A ship", ""), ("text", "")], ["A ship", ""]),
        (
            [("A ship", ""), ("A quay", ""), ("Port", "of call")],
            ["A ship", "A quay", "Port\nof call"],
        ),
        # Elsewhere one that looks like a label is one, unless nothing else is said.
        ([("side_note", "x"), ("text", "y")], ["x", "y"]),
        ([("side_note", ""), ("text", "y")], ["side_note", "y"]),
        ([("No. 3", "x"), ("text", "y")], ["No. 3\nx", "y"]),
        ([("3 ships", "x"), ("text", "y")], ["3 ships\nx", "y"]),
        ([("s" * 64, "x"), ("text", "y")], ["x", "y"]),
        ([("s" * 65, "x"), ("text", "y")], ["s" * 65 + "\nx", "y"]),
    ],
)
def test_a_ref_that_is_no_label_is_text(refs, texts):
    said = "".join(f"{tag(ref, (1, n, 3, 9))}\n{text}\n" for n, (ref, text) in enumerate(refs))
    assert [block.text for block in parse(said).blocks] == texts


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("a</td>b</tr >c", "a b c"),
        ("<center>a</center>\nb", "a \nb"),
        ("a<br>\nb <br/> c", "a\nb\nc"),
        ("## a<br>b", "## a b"),
        ("a &lt;b&gt; <i>c</i>", "a &lt;b&gt; <i>c</i>"),
    ],
)
def test_stray_markup_goes_and_words_stay(said, text):
    assert [block.text for block in parse(f"{tag('text', (1, 2, 3, 4))}\n{said}").blocks] == [text]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "The ship came in.\n" * 12,
            "The answer repeats itself 12 times: 'The ship came in.'.",
        ),
        (" ".join(f"step {n}" for n in range(200)), "The answer counts on without end: '"),
        (
            "".join(f"{tag('text', (40, 50, 60, 70))}\n<pre>\n" for _ in range(13)),
            "The answer repeats itself 13 times: '(40.0, 50.0, 60.0, 70.0)'.",
        ),
        (
            "".join(f"{tag('image', (9 * n, 9, 9 * n + 30, 40))}\n" for n in range(41)),
            "The answer repeats itself 41 times: '(0.0, 9.0, 30.0, 40.0)'.",
        ),
        (
            "".join(f"{tag('image', (n * 37 % 90, n * 53 % 90, 500, 600))}\n" for n in range(41)),
            "The answer names boxes without end: '(0.0, 0.0, 500.0, 600.0)'.",
        ),
    ],
)
def test_the_warning_of_a_loop_says_what_runs_on(answer, said):
    (warning,) = parse(answer).warnings
    assert warning.kind == "loop"
    assert warning.message.startswith(said)


def test_a_page_break_parts_text_and_takes_no_evidence():
    evidence = Evidence(blocks=(BlockEvidence(confidence=0.1), BlockEvidence(confidence=0.2)))
    said = f"{tag('text', (1, 2, 3, 4))}\none<PAGE>\nloose\n{tag('text', (5, 6, 7, 8))}\ntwo"
    assert [(b.text, b.confidence) for b in parse(said, evidence=evidence).blocks] == [
        ("one", 0.1),
        ("loose", None),
        ("two", 0.2),
    ]
    fewer = Evidence(blocks=evidence.blocks[:1])
    assert [b.confidence for b in parse(said, evidence=fewer).blocks] == [0.1, None, None]
