"""Tables over page breaks: which are joined, which are kept apart, and where their rows stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.chunking.table_continuation import Stretch, join_tables
from dsocr_integrations.records.documents import Block, Document, Page, Table
from dsocr_integrations.tables import parse_table
from tests.builders import make_page

DATA = Path(__file__).parent / "data"
HEADER = ("Month", "Rain", "Sun")
FIRST = (("January", "12", "40"), ("February", "15", "55"))
SECOND = (("March", "9", "80"), ("April", "4", "120"))
BOX = (100, 700, 900, 900)


def continued_tables(document: Document) -> list[tuple[Table, tuple[Stretch, ...]]]:
    return [
        (joined.page.blocks[place].table, stretches)
        for joined in join_tables(document.pages)
        for place, stretches in joined.continued.items()
    ]


def table(rows, header=HEADER, box=BOX) -> Block:
    lines = []
    if header:
        lines.append("".join(f"<th>{name}</th>" for name in header))
    lines += ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    text = "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
    parsed, _ = parse_table(text)
    return Block(label="table", boxes=(box,), text=text, table=parsed)


def caption(text: str, top: int = 660) -> Block:
    return Block(label="table_caption", boxes=((100, top, 700, top + 20),), text=text)


def footer() -> Block:
    return Block(label="footer", boxes=((100, 950, 300, 960),), text="Report")


def text(words: str, top: int = 400) -> Block:
    return Block(label="text", boxes=((100, top, 900, top + 40),), text=words)


def document(*pages: tuple[Block, ...]) -> Document:
    read = tuple(make_page(number, blocks) for number, blocks in enumerate(pages, 1))
    return make_document_of(read)


def make_document_of(pages: tuple[Page, ...]) -> Document:
    return Document(
        doc_id="d", revision="r", source="a.pdf", page_count=len(pages), engine="e",
        fingerprint="f", pages=pages,
    )  # fmt: skip


HEAD = (100, 100, 900, 300)

JOINED = {
    "continued caption": (
        (caption("Table 1. Weather"), table(FIRST), footer()),
        (caption("Table 1 (continued)", 70), table(SECOND, box=HEAD)),
    ),
    "continued in other words": (
        (caption("Table 1. Weather"), table(FIRST)),
        (caption("Table 1 (continued). Rain and sun", 70), table(SECOND, box=HEAD)),
    ),
    "continued in German": (
        (caption("Tabelle 1: Wetter"), table(FIRST)),
        (caption("Tabelle 1 (Fortsetzung)", 70), table(SECOND, box=HEAD)),
    ),
    "continued in Chinese": (
        (caption("表1 天气"), table(FIRST)),
        (caption("续表1", 70), table(SECOND, box=HEAD)),
    ),
    "repeated header": ((text("x"), table(FIRST)), (table(SECOND, box=HEAD), text("y"))),
    "no header": ((table(FIRST),), (table(SECOND, header=(), box=HEAD),)),
    "footnote below": (
        (table(FIRST), Block(label="footnote", text="1 est.", boxes=((100, 910, 900, 930),))),
        (table(SECOND, box=HEAD),),
    ),
}

APART = {
    "text between": ((table(FIRST), text("x", 920)), (table(SECOND, box=HEAD),)),
    "heading between": (
        (table(FIRST),),
        (
            Block(label="sub_title", text="## 2", boxes=((100, 50, 200, 70),)),
            table(SECOND, box=HEAD),
        ),
    ),
    "other header": ((table(FIRST),), (table(SECOND, ("Month", "Rain", "Wind"), HEAD),)),
    "other caption": (
        (caption("Table 1. Weather"), table(FIRST)),
        (caption("Table 2. Weather", 70), table(SECOND, box=HEAD)),
    ),
    "continued, but another": (
        (caption("Table 1. Weather"), table(FIRST)),
        (caption("Table 4 (continued)", 70), table(SECOND, box=HEAD)),
    ),
    "other width": ((table(FIRST),), (table(SECOND, box=(100, 100, 500, 300)),)),
    "after its total": (
        (table((*FIRST, ("Total", "27", "95"))),),
        (table(SECOND, box=HEAD),),
    ),
    "other number of columns": (
        (table(FIRST),),
        (table([row[:2] for row in SECOND], HEADER[:2], HEAD),),
    ),
    "no header, other kinds": (
        (table(FIRST),),
        (table([("9", "March", "x"), ("4", "April", "y")], (), HEAD),),
    ),
    "a page between": ((table(FIRST),), (text("x"),), (table(SECOND, box=HEAD),)),
}


@pytest.mark.parametrize("name", JOINED)
def test_joined(name: str):
    ((whole, stretches),) = continued_tables(document(*JOINED[name]))
    assert whole.rows == FIRST + SECOND
    assert whole.columns == HEADER
    assert whole.values[3] == (None, 4, 120)
    assert [(s.page.number, s.boxes, s.rows) for s in stretches] == [
        (1, (BOX,), 2),
        (2, (HEAD,), 2),
    ]


@pytest.mark.parametrize("name", APART)
def test_kept_apart(name: str):
    one = document(*APART[name])
    assert continued_tables(one) == []
    assert list(Chunker(join_tables=True).chunk(one)) == list(Chunker().chunk(one))


@pytest.mark.parametrize(("third", "joined"), [((), 1), ((("May", "dry", "z"),), 0)])
def test_a_column_is_of_numbers_where_half_of_its_cells_are(third, joined):
    first = (("March", "9", "x"), ("April", "dry", "y"), *third)
    more = table((("June", "7", "x"), ("July", "4", "")), header=(), box=HEAD)
    assert len(continued_tables(document((table(first),), (more,)))) == joined


def test_dashes_say_nothing_of_what_a_column_holds():
    dashes = (("March", "—", "80"), ("April", "—", "120"))
    pages = document((table(FIRST),), (table(dashes, header=None, box=HEAD),))
    assert [joined.rows for joined, _ in continued_tables(pages)] == [(*FIRST, *dashes)]


def test_all_boxes_of_a_table_are_its_width():
    first = table(FIRST).model_copy(update={"boxes": ((100, 700, 500, 900), (500, 700, 900, 900))})
    assert continued_tables(document((first,), (table(SECOND, box=HEAD),)))
    half = table(SECOND, box=(100, 100, 500, 300))
    assert not continued_tables(document((first,), (half,)))


def test_a_table_over_three_pages_and_one_that_follows():
    third = (("May", "1", "2"),)
    pages = (
        (table(FIRST),),
        (table(SECOND, box=HEAD),),
        (table(third, box=HEAD), text("x"), table(FIRST)),
        (table(SECOND, box=HEAD), text("y")),
    )
    first, second = continued_tables(document(*pages))
    assert first[0].rows == FIRST + SECOND + third
    assert [stretch.page.number for stretch in first[1]] == [1, 2, 3]
    assert second[0].rows == FIRST + SECOND
    assert [stretch.page.number for stretch in second[1]] == [3, 4]


def test_chunks_of_a_joined_table_name_the_pages_of_their_rows():
    one = document(*JOINED["continued caption"])
    (chunk,) = Chunker(join_tables=True).chunk(one)
    assert chunk.kind == "table"
    assert [(span.page, span.box) for span in chunk.spans] == [
        (1, BOX),
        (1, (100, 660, 700, 680)),
        (2, HEAD),
    ]
    assert [cell in chunk.text for cell in ("January", "April")] == [True, True]
    assert "continued" not in chunk.text
    rows = [(f"Station {at}", str(at), str(2 * at)) for at in range(60)]
    long = document((table(rows[:30]),), (table(rows[30:], box=HEAD),))
    chunks = list(Chunker(join_tables=True, max_tokens=64).chunk(long))
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks)
    for chunk in chunks:
        numbers = [int(row[1]) for row in chunk.table.rows]
        pages = {1 if number < 30 else 2 for number in numbers}
        assert {span.page for span in chunk.spans} == pages


def test_the_next_page_repeats_header_and_caption_and_keeps_its_rows():
    one = document(
        (caption("Table 2. Weather"), table(FIRST)),
        (caption("Table 2 (continued)", 60), table(SECOND, header=(), box=HEAD)),
        (table((("May", "1", "2"),), header=(), box=HEAD), text("x")),
    )
    first, second, third, _ = Chunker().chunk(one)
    assert [chunk.page for chunk in (first, second, third)] == [1, 2, 3]
    assert [chunk.continued for chunk in (first, second, third)] == [False, True, True]
    for chunk in (first, second, third):
        assert chunk.caption == "Table 2. Weather"
        assert chunk.text.startswith("| Month | Rain | Sun |")
        assert {span.page for span in chunk.spans} == {chunk.page}
    assert second.table.rows == SECOND


def test_a_table_that_goes_on_does_not_hold_its_page_back():
    drawn = []

    def pages():
        for page in document((table(FIRST),), (table(SECOND, header=(), box=HEAD),)).pages:
            drawn.append(page.number)
            yield page

    stream = Chunker().chunk_pages(pages(), document())
    assert next(stream).page == 1
    assert drawn == [1]


def test_off_by_default_and_told_by_the_fingerprint():
    one = document(*JOINED["repeated header"])
    assert {span.page for chunk in Chunker().chunk(one) for span in chunk.spans} == {1, 2}
    assert all(len({span.page for span in chunk.spans}) == 1 for chunk in Chunker().chunk(one))
    assert Chunker(join_tables=True).fingerprint != Chunker().fingerprint


def test_the_sample_report_has_one(tmp_path: Path):
    from dsocr_integrations.runner import Runner

    with Runner(engine="embedded", workers=0, cache=tmp_path) as runner:
        read = runner.read(DATA / "report.pdf", pages="2-3")
    ((whole, stretches),) = continued_tables(read)
    assert [row[0] for row in whole.rows][::11] == ["January", "December"]
    assert [stretch.page.number for stretch in stretches] == [2, 3]
