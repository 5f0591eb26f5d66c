"""Forms with fields that were filled in."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import CITIES, NAMES, STREETS, THINGS, Drawn, prose


def draw_fields(seed: int) -> Drawn:
    """Boxes to tick, radio buttons, texts, a combination box and a list, labels before them."""
    chance = random.Random(f"fields {seed}")
    size = chance.choice((9, 10, 11))
    left = chance.choice((60, 72, 90))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text(
        (left, 80), f"Request for a {chance.choice(THINGS)}", fontname="hebo", fontsize=14
    )
    y = prose(page, chance, 108, 2, left) + 14
    must: list[str] = []
    makers = [_ticks, _radios, _texts, _combination, _list]
    chance.shuffle(makers)
    for make in makers:
        y = make(page, chance, left, y, size, must) + 1.2 * size
    return Drawn(document.tobytes(), tuple(must), ("SECRETPASS",))


def _text(page, x: float, y: float, said: str, size: float) -> float:
    page.insert_text((x, y), said, fontname="helv", fontsize=size)
    return x + pymupdf.get_text_length(said, "helv", size)


def _widget(page, kind: int, name: str, rect, **values) -> pymupdf.Widget:
    widget = pymupdf.Widget()
    widget.field_type, widget.field_name, widget.rect = kind, name, pymupdf.Rect(rect)
    widget.border_color, widget.text_fontsize = (0, 0, 0), 9
    for key, value in values.items():
        setattr(widget, key, value)
    page.add_widget(widget)
    return widget


def _ticks(page, chance, left, y, size, must) -> float:
    for label in chance.sample(THINGS, 3):
        on = chance.random() < 0.5
        said = f"Send me the {label}"
        rect = (left, y - size, left + size + 2, y + 2)
        _widget(page, pymupdf.PDF_WIDGET_TYPE_CHECKBOX, f"tick {label}", rect, field_value=on)
        _text(page, left + size + 8, y, said, size)
        must.append(f"{'☑' if on else '☐'} ?{said}")
        y += 2 * size
    return y


def _radios(page, chance, left, y, size, must) -> float:
    x = _text(page, left, y, "Delivery:", size) + 14
    labels = chance.sample(THINGS, 3)
    chosen = chance.randrange(3)
    for n, label in enumerate(labels):
        rect = (x, y - size, x + size + 2, y + 2)
        kind = pymupdf.PDF_WIDGET_TYPE_RADIOBUTTON
        widget = _widget(page, kind, f"way {label}", rect, field_value=n == chosen)
        if n != chosen:
            page.parent.xref_set_key(widget.xref, "AS", "/Off")
        x = _text(page, x + size + 7, y, label, size) + 20
        must.append(f"{'☑' if n == chosen else '☐'} ?{label}")
    return y + 2 * size


def _texts(page, chance, left, y, size, must) -> float:
    street = f"{chance.choice(STREETS)} {chance.randint(1, 99)}"
    for label, value in (
        ("Name", chance.choice(NAMES)),
        ("Street", street),
        ("Phrase", "SECRETPASS"),
    ):
        _text(page, left, y, f"{label}:", size)
        rect = (left + 70, y - size - 2, left + 260, y + 5)
        flags = pymupdf.PDF_TX_FIELD_IS_PASSWORD if label == "Phrase" else 0
        kind = pymupdf.PDF_WIDGET_TYPE_TEXT
        _widget(page, kind, f"text {label}", rect, field_value=value, field_flags=flags)
        if label != "Phrase":
            must.append(f"{label}:[ |]*{re.escape(value)}")
        y += 2.4 * size
    return y


def _combination(page, chance, left, y, size, must) -> float:
    cities = chance.sample(CITIES, 4)
    _text(page, left, y, "City:", size)
    rect = (left + 70, y - size - 2, left + 200, y + 5)
    kind = pymupdf.PDF_WIDGET_TYPE_COMBOBOX
    _widget(page, kind, "city", rect, choice_values=cities, field_value=cities[1])
    must.append(f"City:[ |]*{cities[1]}")
    return y + 2.4 * size


def _list(page, chance, left, y, size, must) -> float:
    cities = chance.sample(CITIES, 3)
    _text(page, left, y, "Harbour:", size)
    rect = (left + 70, y - size, left + 200, y + 36)
    kind = pymupdf.PDF_WIDGET_TYPE_LISTBOX
    _widget(page, kind, "harbour", rect, choice_values=cities, field_value=cities[2])
    must.append(f"☑ ?{cities[2]}|Harbour:[ |]*{cities[2]}")
    return y + 46
