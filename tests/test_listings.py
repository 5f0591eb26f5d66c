"""Lists and signature blocks that are laid out as tables become lines of text."""

from __future__ import annotations

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.chunking.listings import choice_lines, field_lines, list_lines
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Block, Document, Table
from tests.builders import make_document, make_page

Row = tuple[str, ...]

NOTES: tuple[Row, ...] = (
    ("2.15% Bonds due on March 3, 2031", "$", "1,000"),
    ("3.40% Bonds due on May 8, 2036", "", "2,250"),
    ("", "", ""),
    ("Total", "$", "3,250"),
)
CONTENTS: tuple[Row, ...] = (
    ("Part I", "", ""),
    ("Item 1.", "What the pond is", "3"),
    ("Item 2.", "Who comes to it", "17"),
    ("Signatures", "", "21"),
)
SIGNATURES: tuple[Row, ...] = (
    ("HERON AND SONS LTD.", ""),
    ("By: /s/ Ada Reed", "By: /s/ Tom Marsh"),
    ("Title: Director", "Title: Treasurer"),
    ("THE POND TRUST, as Trustee", ""),
    ("By: /s/ Ida Moor", "By: /s/ Max Fen"),
)
QUESTIONS: tuple[Row, ...] = (
    ("Shares of the pond and of its frogs", "", "", ""),
    ("Has the pond paid its dues?", "☒", "Yes ☐", "No"),
    ("", "", "", ""),
    ("Is the pond a company that has no water?", "☐ Yes", "", "☒ No"),
)
EXHIBITS: tuple[Row, ...] = (
    ("10.7", "", "Loan of February 23, 2017, by the bank of the pond"),
    ("10.8", "*", "Letter to the heron"),
    ("", "Agreement among the frogs, dated", ""),
    ("10.9", "", "as of May 3, 2018"),
)
MEASURED: tuple[Row, ...] = (
    ("North pond", "12", "15"),
    ("South pond", "", "19"),
    ("Mill pond", "", ""),
)


def table(rows: tuple[Row, ...], columns: Row | None = None) -> Table:
    return Table(columns=columns or ("",) * len(rows[0]), rows=rows)


def chunked(*blocks: Block, max_tokens: int = 512) -> list[Chunk]:
    document: Document = make_document(1)
    page = make_page(1, blocks=blocks)
    chunker = Chunker(max_tokens=max_tokens)
    return list(chunker.chunk(document.model_copy(update={"pages": (page,), "title": None})))


def as_block(rows: tuple[Row, ...]) -> Block:
    return Block(label="table", boxes=((50, 200, 900, 600),), table=table(rows))


def test_a_list_of_properties_names_each_value_by_its_label():
    assert list_lines(table(NOTES)) == (
        "2.15% Bonds due on March 3, 2031: $ 1,000",
        "3.40% Bonds due on May 8, 2036: 2,250",
        "Total: $ 3,250",
    )


def test_contents_are_lines_with_their_pages():
    assert list_lines(table(CONTENTS)) == (
        "Part I",
        "Item 1. What the pond is: 3",
        "Item 2. Who comes to it: 17",
        "Signatures: 21",
    )


def test_a_label_of_contents_may_end_on_a_row_of_its_own():
    long = (("Item 3.", "Herons that eat less than", ""), ("60%", "", "19"))
    rest = tuple((f"Item {n}.", "Of reeds", str(n)) for n in range(40, 60))
    lines = list_lines(table((*CONTENTS, *long, *rest)))
    assert lines is not None
    assert lines[4:6] == ("Item 3. Herons that eat less than", "60%: 19")


@pytest.mark.parametrize(
    "rows",
    [
        MEASURED,
        (("12", "15"), ("14", "16")),
        (("North", "grey heron", "egret"), ("South", "bittern", "stork")),
        (("Paid in", "5", ""), ("Paid out", "", "7")),
        (("", ""),),
    ],
    ids=["several values", "numbers only", "three columns of words", "two columns", "empty"],
)
def test_rows_that_need_names_stay_a_table(rows: tuple[Row, ...]):
    assert list_lines(table(rows)) is None
    assert field_lines(table(rows)) is None


def test_the_questions_of_a_form_keep_their_boxes_beside_them():
    assert choice_lines(table(QUESTIONS)) == (
        "Shares of the pond and of its frogs",
        "Has the pond paid its dues? ☒ Yes ☐ No",
        "Is the pond a company that has no water? ☐ Yes ☒ No",
    )
    assert choice_lines(table(MEASURED)) is None
    (chunk,) = chunked(as_block(QUESTIONS))
    assert chunk.kind == "text"


def test_a_list_of_exhibits_is_one_whatever_column_its_texts_begin_in():
    assert list_lines(table(EXHIBITS)) == (
        "10.7: Loan of February 23, 2017, by the bank of the pond",
        "10.8 *: Letter to the heron",
        "Agreement among the frogs, dated",
        "10.9: as of May 3, 2018",
    )


def test_a_table_that_names_its_columns_is_no_list():
    assert choice_lines(table(QUESTIONS, ("Question", "", "", "Answer"))) is None
    assert list_lines(table(NOTES, ("Bond", "", "Amount"))) is None
    assert field_lines(table(SIGNATURES, ("First", "Second"))) is None


def test_who_signs_keeps_what_is_said_of_them():
    assert field_lines(table(SIGNATURES)) == (
        "HERON AND SONS LTD.",
        "By: /s/ Ada Reed",
        "Title: Director",
        "By: /s/ Tom Marsh",
        "Title: Treasurer",
        "THE POND TRUST, as Trustee",
        "By: /s/ Ida Moor",
        "By: /s/ Max Fen",
    )
    assert field_lines(table(NOTES)) is None


def test_a_list_is_text_below_the_sentence_that_introduces_it_and_keeps_its_data():
    sentence = "In this year the pond owed the following bonds (in thousands):"
    _, chunk = chunked(Block(label="text", text=sentence), as_block(NOTES))
    assert (chunk.kind, chunk.caption) == ("text", sentence)
    assert chunk.text.startswith("2.15% Bonds due on March 3, 2031: $ 1,000\n")
    assert chunk.table is not None
    assert chunk.table.rows == NOTES


def test_a_long_list_is_cut_between_its_lines():
    rows = tuple((f"Bond of series {number}", f"{number * 125}") for number in range(60))
    found = chunked(as_block(rows), max_tokens=128)
    lines = [line for chunk in found for line in chunk.text.split("\n")]
    assert lines == [f"{name}: {value}" for name, value in rows]
    assert len(found) > 1
    assert all(chunk.kind == "text" for chunk in found)


def test_signatures_stand_with_the_text_above_them():
    (chunk,) = chunked(Block(label="text", text="Signed by both."), as_block(SIGNATURES))
    assert chunk.text.startswith("Signed by both.\n\nHERON AND SONS LTD.\nBy: /s/ Ada Reed")
    assert (chunk.kind, chunk.table) == ("text", None)
