"""Pages as the viewer takes them."""

from __future__ import annotations

import json

from dsocr_integrations.preview.find import MAX_MATCHES, find, searched_blocks
from dsocr_integrations.preview.page_view import MAX_BLOCKS, document_view, page_view
from dsocr_integrations.records.cards import shown_source
from dsocr_integrations.records.documents import (
    Annotation,
    Block,
    Figure,
    Link,
    Page,
    PageError,
    Table,
    TableSpan,
)
from dsocr_integrations.records.readings import PageQuality
from tests.builders import make_document, make_page


def test_figures_go_with_their_block_or_stand_alone():
    page = make_document().pages[0]
    blocks = page_view(page)["blocks"]
    assert blocks[1]["figure"]["smiles"] == "CC(=O)Oc1ccccc1C(=O)O"
    assert blocks[-1]["id"] == "p1-f2"
    assert blocks[-1]["figure"]["value_source"] == "printed"
    assert "Sales by year" in blocks[-1]["plain"]
    json.dumps(blocks)


def test_a_caption_with_a_block_of_its_own_is_shown_once():
    blocks = (
        Block(label="image", boxes=((100, 100, 500, 400),)),
        Block(label="image_caption", boxes=((100, 410, 500, 440),), text="Figure 1:\nCats"),
    )
    figures = (
        Figure(number=1, block=0, boxes=blocks[0].boxes, caption="Figure 1:\nCats"),
        Figure(number=2, boxes=((600, 100, 900, 400),), caption="Figure 2"),
    )
    views = page_view(make_page(blocks=blocks, figures=figures))["blocks"]
    assert [view["plain"].count("Cats") for view in views] == [0, 1, 0]
    assert [bool(view["figure"] and view["figure"]["caption"]) for view in views] == [
        False,
        False,
        True,
    ]


def test_boxes_made_by_hand_are_clamped_and_ordered():
    block = Block(label="text", text="x", boxes=((900, -5, 100, 2000),))
    assert page_view(make_page(blocks=(block,)))["blocks"][0]["boxes"] == [[100, 0, 900, 999]]


def test_doubtful_pages_say_so():
    page = make_page()
    reading = page.reading.model_copy(
        update={"quality": PageQuality(trusted=False, reasons=("loop",))}
    )
    doubtful = page.model_copy(update={"reading": reading})
    assert page_view(doubtful)["reading"]["reasons"] == ["it says the same again and again"]
    document = make_document().model_copy(update={"pages": (doubtful,)})
    assert document_view(document)["pages"][0]["flagged"]


def test_errors_stand_beside_the_pages():
    view = document_view(make_document())
    assert view["errors"] == [{"number": 4, "kind": "render", "message": "The page is damaged."}]


def test_links_are_text():
    page = make_page(
        links=(Link(box=(0, 0, 9, 9), text="here", uri="javascript:alert(1)"),),
        annotations=(Annotation(box=(0, 0, 9, 9), kind="highlight", text="note"),),
    )
    assert page_view(page)["notes"] == [
        {"kind": "link", "text": "here → javascript:alert(1)"},
        {"kind": "highlight", "text": "note"},
    ]


def test_thousands_of_blocks_are_bounded():
    page = make_page(blocks=(Block(label="text", text="again"),) * (MAX_BLOCKS + 7))
    view = page_view(page)
    assert len(view["blocks"]) == MAX_BLOCKS
    assert view["hidden_blocks"] == 7
    found = find(searched_blocks(view), "again")
    assert (len(found.matches), found.count) == (MAX_MATCHES, MAX_BLOCKS)


def test_search_folds_case_width_and_blanks():
    view = page_view(make_page(blocks=(Block(label="text", text="ＡＢＣ  Straße\n北京"),)))
    for query in ("abc straße", "straße 北京", "北"):
        assert find(searched_blocks(view), query).count == 1


def test_excerpts_are_as_printed_and_in_whole_words():
    text = (
        "Extraordinarily long words " * 4
        + "Ｔｈｅ  River ÅRHUS runs "
        + "considerably further " * 5
    )
    view = page_view(make_page(blocks=(Block(label="text", text=text),)))
    (match,) = find(searched_blocks(view), "the river århus").matches
    assert "Ｔｈｅ River ÅRHUS runs" in match["excerpt"]
    words = set(text.split()) | {"…"}
    assert set(match["excerpt"].split()) <= words


def test_titles_that_programs_made_up_are_no_titles():
    page = make_page()
    for title in ("untitled", "Untitled-1", "Microsoft Word - x.docx", "report_final.pdf", None):
        view = document_view(make_document().model_copy(update={"title": title, "pages": (page,)}))
        assert view["title"] == "Heading of page 1"
    assert document_view(make_document())["title"] == "A report"


def test_folders_of_this_machine_are_not_shown():
    for source in (
        "/home/me/secret/report.pdf",
        "C:\\Users\\me\\report.pdf",
        "file:///home/me/report.pdf",
    ):
        failed = PageError(number=0, kind="source", message=f"{source} is damaged.")
        document = make_document().model_copy(update={"source": source, "errors": (failed,)})
        view = document_view(document)
        assert view["source"] == "report.pdf"
        assert "me" not in json.dumps([view["source"], view["errors"]]).replace("message", "")
    assert shown_source("s3://bucket/a/report.pdf") == "s3://bucket/a/report.pdf"
    assert shown_source("reports/2024/report.pdf") == "reports/2024/report.pdf"


def test_blocks_have_names_for_people():
    figure = Figure(number=1, block=1, kind="chart")
    names = [
        block["name"]
        for block in page_view(
            make_page(
                blocks=(
                    Block(label="sub_title", text="x"),
                    Block(label="image"),
                    Block(label="image_caption", text="x"),
                    Block(label="image"),
                    Block(label="odd_thing", text="x"),
                ),
                figures=(figure,),
            )
        )["blocks"]
    ]
    assert names == ["heading", "chart", "caption", "picture", "odd thing"]


def test_a_table_is_copied_whole_and_runs_as_it_is_written():
    table = Table(
        columns=("a", "b"),
        rows=(("Both", "1"), ("", "=2+3"), *(("x", str(n)) for n in range(400))),
        spans=(TableSpan(row=0, column=0, row_span=2),),
    )
    node = page_view(make_page(blocks=(Block(label="table", table=table),)))["blocks"][0]["nodes"][
        0
    ]
    lines = node["csv"].splitlines()
    assert lines[:3] == ["Both,1", ",'=2+3", "x,0"]
    assert (len(lines), node["hidden_rows"], node["direction"]) == (402, 102, "ltr")
    hebrew = Table(columns=("שנה", "מכירות"), rows=(("סך", "1"), ("הכל", "2")))
    assert (
        page_view(make_page(blocks=(Block(label="table", table=hebrew),)))["blocks"][0]["nodes"][0][
            "direction"
        ]
        == "rtl"
    )


def test_an_empty_page_has_a_view():
    page = Page(number=1, width=1, height=1, markdown="", reading=make_page().reading)
    assert page_view(page)["blocks"] == []
