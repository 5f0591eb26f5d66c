import numpy as np
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.layout import lay_out
from dsocr_integrations.engines.embedded.scan.lone_marks import lone_marks
from dsocr_integrations.engines.embedded.scan.margin_numbers import without_line_numbers
from dsocr_integrations.engines.embedded.scan.page_edges import cut_lines
from dsocr_integrations.engines.embedded.scan.recognised_line import quad_of
from tests.engines.embedded.scan.made_lines import line

SAID = (
    "The pilot keeps every rope that the harbour has and moves",
    "no ladder before the winter, as the tenant of the lamp says",
    "who measured it. The ferry leaves the meadow at night and",
    "returns when the market opens, with a cargo of lamps which",
    "nobody has ordered and which the school keeps in a garden",
    "until the summer. A notice of this hangs beside the bridge",
    "and is read by all who pass, but for the anchor maker, who",
    "cannot read and has never paid for a ticket in his life.",
)


def texts(lines, width=1000, height=1200):
    picture = np.full((height, width, 3), 255, np.uint8)
    return [block.text for block in lay_out(picture, lines, [], (width, height)).blocks]


def test_a_note_in_the_margin_stays_out_of_the_text():
    prose = [line(text, 300, 300 + 26 * n, 600) for n, text in enumerate(SAID)]
    notes = [line("Of ropes", 100, 352, 90), line("and lamps", 100, 378, 96)]
    assert texts(prose + notes) == ["Of ropes and lamps", " ".join(SAID)]


def test_numbers_of_lines_are_left_out():
    prose = [line(f"{n + 1} {text}", 100, 300 + 26 * n, 700) for n, text in enumerate(SAID)]
    assert [one.text for one in without_line_numbers(prose)] == list(SAID)


def test_numbers_of_a_list_are_kept():
    items = [
        line(f"{n + 1} {text.capitalize()}", 100, 300 + 26 * n, 700) for n, text in enumerate(SAID)
    ]
    assert without_line_numbers(items) == items


def test_single_figures_and_bullets_beside_lines_are_found():
    picture = Image.new("RGB", (600, 300), "white")
    pen = ImageDraw.Draw(picture)
    lines = []
    for y in (50, 110, 170):
        pen.ellipse((60, y + 6, 69, y + 15), fill="black")
        pen.rectangle((100, y, 300, y + 20), fill="black")
        lines.append(
            DetectedLine(quad_of((95, y - 4), (305, y - 4), (305, y + 24), (95, y + 24)), 1.0)
        )
    pen.text((520, 108), "7", fill="black", font_size=24)
    for x in range(320, 512, 10):
        pen.ellipse((x, 125, x + 3, 128), fill="black")
    pen.ellipse((540, 240, 549, 249), fill="black")
    figures, bullets = lone_marks(np.asarray(picture), lines)
    assert [round(one.box[0], -1) for one in figures] == [510]
    assert [(one.text, one.box[0]) for one in bullets] == [("•", 60.0)] * 3


def test_a_note_as_large_as_the_text_and_near_it_stays_out_of_it():
    prose = [line(text, 100, 300 + 26 * n, 600) for n, text in enumerate(SAID)]
    notes = [
        line(text, 717, 353 + 25 * n, 90) for n, text in enumerate(("Of ropes", "and", "lamps"))
    ]
    assert texts(prose + notes) == [" ".join(SAID), "Of ropes and lamps"]


def test_a_note_in_the_margin_is_no_heading_and_one_over_a_column_is():
    prose = [line(text, 300, 300 + 26 * n, 600) for n, text in enumerate(SAID)]
    beside = [line("Of ropes", 100, 352, 90)]
    hint = LayoutRegion("section-header", (90, 345, 200, 380))
    picture = np.full((1200, 1000, 3), 255, np.uint8)
    page = lay_out(picture, prose + beside, [hint], (1000, 1200))
    assert [block.label for block in page.blocks] == ["text", "text"]
    column = [line("who goes there", 100, 400 + 26 * n, 180) for n in range(8)]
    page = lay_out(picture, prose + beside + column, [hint], (1000, 1200))
    assert [block.text for block in page.blocks if block.label != "text"] == ["# Of ropes"]


def prose_and(stump, count=8):
    """A text, and beside it what the picture's right edge leaves of the lines of another page."""
    prose = [line(text, 100, 300 + 26 * n, 600) for n, text in enumerate(SAID)]
    more = [line(text, 100, 508 + 26 * n, 600) for n, text in enumerate(SAID)]
    return [*prose, *more, *(stump(n) for n in range(count))]


def test_stumps_of_the_page_beside_are_no_text():
    stumps = ("th", "wo", "of", "an", "in", "no", "he", "we")
    lines = prose_and(lambda n: line(stumps[n], 970 - n, 300 + 26 * n, 29 + n))
    assert [one.text for one in cut_lines(lines, 1000)] == list(stumps)
    picture = np.full((1200, 1000, 3), 255, np.uint8)
    blocks = lay_out(picture, lines, [], (1000, 1200)).blocks
    assert [(b.label, b.text) for b in blocks if b.text.startswith("th")] == [
        ("footer", "\n".join(stumps))
    ]


def test_a_column_set_flush_at_the_edge_of_a_clipping_is_kept():
    names = ("Yes", "No", "None", "All", "No", "Some", "A", "Yes")
    ragged = prose_and(
        lambda n: line(names[n], 999 - 11 * len(names[n]), 300 + 26 * n, 11 * len(names[n]))
    )
    assert cut_lines(ragged, 1000) == []
    figures = prose_and(lambda n: line(str(40 + n), 975, 300 + 26 * n, 24))
    assert cut_lines(figures, 1000) == []
    amid = [*prose_and(lambda n: line("or", 975, 300 + 26 * n, 24)), line(SAID[0], 396, 352, 600)]
    assert cut_lines(amid, 1000) == []


def labelled(*more):
    """Labels of lines above a text that stands far from the picture's edges."""
    prose = [line(text, 200, 300 + 26 * n, 600) for n, text in enumerate(SAID * 2)]
    picture = np.full((2400, 1000, 3), 255, np.uint8)
    page = lay_out(picture, [*more, *prose], [], (1000, 2400))
    return {block.text.lstrip("# "): block.label for block in page.blocks}


def test_a_number_at_the_corner_of_the_text_and_the_title_beside_it_are_running_heads():
    found = labelled(line("48", 210, 240), line("OF ROPES", 420, 242))
    assert (found["48"], found["OF ROPES"]) == ("page_number", "header")
    assert labelled(line("- 33 -", 440, 240))["- 33 -"] == "page_number"


def test_numbers_of_chapters_and_headings_are_no_running_heads():
    assert labelled(line("IV", 480, 240))["IV"] != "page_number"
    found = labelled(line("2", 200, 240), line("Of ropes", 240, 240))
    assert not {"page_number", "header"} & set(found.values())
    found = labelled(line("Of ropes", 200, 200), line("7", 200, 240))
    assert "page_number" not in found.values()
