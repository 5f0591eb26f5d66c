"""Forms whose boxes and fields stand far behind their labels."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded.born_digital.field_values import (
    with_labels,
    without_forms,
)
from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion

pymupdf = pytest.importorskip("pymupdf")
pytestmark = pytest.mark.skipif(
    find_spec("pymupdf.layout") is None,
    reason="needs the layout network: pip install 'dsocr-integrations[embedded]'",
)

WISHES = (("I need a berth", True), ("I bring a dog", False), ("I want to hear of regattas", True))

FIELDS = (
    (226, "name", "Ada Quill", "Name of the skipper"),
    (266, "berth", "Quay 7", ""),
    (306, "length", "12.5", "Length of the boat in metres"),
)
"""Height, name, value and tool tip; something is printed beside the first one only."""


def draw_form(path, wishes: float, boxes: float) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 80), "Quay registration", fontsize=16)
        page.insert_text((72, 110), "Please tell us what applies to your stay.", fontsize=11)
        for row, (wish, chosen) in enumerate(WISHES):
            y = 150 + 22 * row
            page.insert_text((wishes, y), wish, fontsize=11)
            box = pymupdf.Widget()
            box.field_type, box.field_name = pymupdf.PDF_WIDGET_TYPE_CHECKBOX, f"wish{row}"
            box.rect, box.border_color = pymupdf.Rect(boxes, y - 10, boxes + 12, y + 2), (0, 0, 0)
            box.field_value = chosen
            page.add_widget(box)
        page.insert_text((72, 240), "Name", fontsize=11)
        for top, name, value, tip in FIELDS:
            field = pymupdf.Widget()
            field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, name
            field.rect, field.field_value = pymupdf.Rect(160, top, 400, top + 20), value
            field.field_label = tip
            page.add_widget(field)
        document.save(path)


@pytest.mark.parametrize(
    ("wishes", "boxes", "shown"),
    [
        (72, 360, ("- I need a berth ☑", "- I bring a dog ☐", "- I want to hear of regattas ☑")),
        (92, 72, ("☑ I need a berth", "☐ I bring a dog", "☑ I want to hear of regattas")),
    ],
)
def test_choices_and_values_stand_with_their_labels(tmp_path, wishes, boxes, shown):
    draw_form(tmp_path / "form.pdf", wishes, boxes)
    with Runner("embedded", cache=False) as runner:
        text = runner.read(tmp_path / "form.pdf").markdown
    lines = text.splitlines()
    assert all(
        any(line.removeprefix("- ") == one.removeprefix("- ") for line in lines) for one in shown
    )
    assert "Name Ada Quill" in lines
    assert "Quay 7" in lines
    assert "Length of the boat in metres: 12.5" in lines


def test_labels_below_each_other_have_each_its_value():
    def zone(kind: str, *words: tuple[str, float, float]) -> Zone:
        styled = [
            StyledWord(text, (x, y, x + 40, y + 12), n, 0, 10.0)
            for n, (text, x, y) in enumerate(words)
        ]
        return Zone(kind, union(word.box for word in styled), words=styled)

    labels = zone("list-item", ("Evening", 72, 80), ("Name:", 72, 100), ("Town:", 72, 130))
    values = zone("text", ("Perrin", 200, 100), ("Nantes", 200, 130))
    fields = [(200.0, 94.0, 400.0, 114.0), (200.0, 124.0, 400.0, 144.0)]
    parts = with_labels([labels, values], fields)
    assert [" ".join(word.text for word in part.words) for part in parts] == [
        "Evening",
        "Name: Perrin",
        "Town: Nantes",
    ]
    assert [part.kind for part in parts] == ["list-item", "text", "text"]


def test_a_form_that_was_told_as_a_picture_is_text():
    regions = [
        LayoutRegion("picture", (60, 80, 400, 300)),
        LayoutRegion("picture", (60, 400, 400, 600)),
    ]
    fields = [(160, 90, 360, 110), (230, 190, 244, 204)]
    shown = without_forms(regions, fields, [])
    assert [region.kind for region in shown] == ["text", "picture"]
    assert without_forms(regions, fields[:1], []) == regions
    assert without_forms(regions, fields, [(50, 70, 410, 310)]) == regions
