"""Tables that say themselves that something of them was lost, and right ones that do not."""

from __future__ import annotations

import pytest

from dsocr_integrations import quality
from dsocr_integrations.grounding import parse


def page_of(*rows: str):
    cells = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows
    )
    before = "<|ref|>text<|/ref|><|det|>[[10, 10, 990, 90]]<|/det|>\nSome words.\n\n"
    return parse(
        f"{before}<|ref|>table<|/ref|><|det|>[[100, 200, 900, 600]]<|/det|>\n<table>{cells}</table>"
    )


MERGED = ("Place|2030|2031", "Bergen|880|960", "Turku|870 1,040|", "Porto|900|910", "Galway|1|2")
DOUBTFUL = (
    MERGED,
    ("Place|2030 2031", "Bergen|88 96", "Turku|870 1,040", "Porto|90 91"),
    ("Kind|Year Ended December|31,", "|2030|2031", "Rent|880|960", "Fees|12|13"),
    ("Kind|2030|2031", "Rent|880|960", "Loss|(12|(13)"),
    ("Kind|Paid and due", "Rent|1,880 2,960", "Fees|$ 1,012 $ 2,013", "Tax|3.1 4.25"),
    ("Kind|2030|2031", "Rent|880|960", "Fees||", "|12|13", "Tax|3|4", "Fuel|5|6"),
    ("Kind|2031", "Rent|4,880", "Fees|(29.714)", "Tax|$1,204", "Fuel|88", "Due|-2,300"),
    ("Text|Amount|Balance", "Rent|50.00-|450.00", "Fee|100.00|350.00", "Pay|200.00|550.00",
     "Tax|10.00-|540.00", "Gift|5.00|545.00"),
)  # fmt: skip
RIGHT = (
    ("Kind|Mean", "Rent|4,880.125", "Fees|29.714", "Tax|1,204.500", "Fuel|1,044.250"),
    ("Kind|2031", "Rent|4,880", "Fees|0.714", "Tax|1,204", "Fuel|1,044"),
    ("Month|Flow", "May|12", "June|14"),
    ("Place|2030|2031", "Bergen|880|12 960", "Turku|870|1 040", "Porto|900|910"),
    ("Place|Range|Mean", "Bergen|1–2|1.5 ± 0.2", "Turku|3–4|3.5 ± 0.1", "Porto|5 6|5.5"),
    ("Kind|December 31,|", "|2030|2031", "Rent|880|(960)", "Fees|12 %|13"),
    ("Kind|2030|2031", "Rent|1)|(12)", "Fees|$ 4|(3.1)", "All|—|n/a"),
    ("Kind|Mean", "Reeds|1.88 (2.96)", "Ducks|1.2 – 2.3", "Frogs|3.1 ± 4.2", "Newts|3.4 (0.1)"),
    ("Place|Telephone", "Bergen|55 312 987", "Turku|40 118 223", "Porto|91 871 220"),
    ("Kind|2030|2031", "Rent|880|960", "Tax|3|4", "Fuel|5|6", "Kept||", "|2028|2029", "Fee|1|2"),
    ("Kind|2030|2031", "Rent|880|960", "Paid||", "Tax|3|4", "Fuel|5|6", "|8|10"),
    ("Text|Amount|Balance", "Rent|50.00-|450.00", "Pay|200.00+|650.00", "Tax|10.00-|640.00"),
    ("Text|Paid|Balance", "Rent|50.00|450.00", "Fee|100.00|350.00", "Tax|10.00|340.00"),
)


@pytest.mark.parametrize("rows", DOUBTFUL)
def test_a_doubtful_table_is_told_on_its_block_and_page(rows):
    parsed = page_of(*rows)
    prose, table = parsed.blocks
    assert [warning.kind for warning in table.warnings] == ["doubtful_table"]
    assert not prose.warnings
    (told,) = parsed.warnings
    assert "The table at [100, 200, 900, 600] is doubtful." in told.message
    verdict = quality.assess("stop", parsed)
    assert (verdict.trusted, verdict.reasons) == (False, ("doubtful_table",))
    assert "doubtful" not in "".join(block.text for block in parsed.blocks)


@pytest.mark.parametrize("rows", RIGHT)
def test_a_right_table_is_not_doubted(rows):
    parsed = page_of(*rows)
    assert not parsed.warnings
    assert quality.assess("stop", parsed).trusted


def test_a_balance_is_looked_for_among_few_columns_only():
    account = [row.split("|") for row in DOUBTFUL[-1]]
    wide = ["|".join([*row, *row[1:] * 12]) for row in account]
    assert not page_of(*wide).warnings


def test_a_card_of_a_block_says_why_its_table_is_doubtful():
    _, table = page_of(*MERGED).blocks
    assert dict(table.facts())["doubtful"] == (
        "A cell of a column of single numbers holds several: '870 1,040'."
    )
