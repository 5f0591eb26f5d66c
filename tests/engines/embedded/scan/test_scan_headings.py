import numpy as np
import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.scan.boldness import boldness
from dsocr_integrations.engines.embedded.scan.headings import heading_label, parts_paragraphs
from dsocr_integrations.engines.embedded.scan.label_context import LabelContext
from dsocr_integrations.engines.embedded.scan.labels import furniture_labels
from tests.engines.embedded.scan.made_lines import HIGH, line

PAGE = LabelContext(1000, 1200, HIGH, (), is_page=True)


@pytest.mark.parametrize(
    ("text", "kinds", "label"),
    [
        ("一、港口的管理", (), "sub_title"),
        ("（二）船舶检查", (), "sub_title"),
        ("第三章 灯塔", (), "sub_title"),
        ("一、港口管理船舶，船舶检查绳索。", (), None),
        ("1. 港口的管理", (), None),
        ("Ropes and ladders", ("section-header",), "sub_title"),
        ("Price: 7.15 €", ("section-header",), None),
        ("By Jorun Vik", ("section-header",), None),
        ("By region", ("section-header",), "sub_title"),
        ("1. 烟(yan) 黏(nian)", ("section-header",), None),
        ("The pilot keeps the rope in winter.", ("section-header",), None),
    ],
)
def test_what_is_a_heading_at_the_size_of_the_text(text, kinds, label):
    assert heading_label([line(text, 100, 100)], kinds, PAGE) == label


def test_a_heading_with_a_chinese_number_parts_what_is_above_and_below():
    heading, item = line("三、小练笔", 100, 100), line("③极目远眺", 100, 126)
    assert parts_paragraphs(heading, item, PAGE)
    assert parts_paragraphs(item, heading, PAGE)


def test_bold_type_is_told_by_its_strokes_whatever_its_size():
    picture = Image.new("L", (700, 300), 255)
    pen = ImageDraw.Draw(picture)
    lines = []
    for n, (size, thick) in enumerate(((24, 0), (24, 0), (24, 1), (40, 0))):
        y = 10 + 60 * n
        pen.text((10, y), "Harbour and lamp", fill=0, font_size=size, stroke_width=thick)
        lines.append(line("Harbour and lamp", 10, y, 0.5 * 16 * size, 1.25 * size))
    found = boldness(np.asarray(picture), lines)
    plain, other, bold, large = (found[id(one)] for one in lines)
    assert plain == other == 1.0
    assert bold > 1.35
    assert 0.8 < large < 1.2


def test_what_stands_in_one_row_with_the_pages_number_is_its_running_title():
    rows = (("Ropes / May", 300, 30), ("57165", 800, 31), ("Lamps", 300, 70), ("Oars", 50, 400))
    labels = furniture_labels([[line(*row)] for row in rows], PAGE)
    assert labels == ["header", "page_number", None, None]
