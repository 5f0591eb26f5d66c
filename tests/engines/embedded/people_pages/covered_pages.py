"""Letters with words that nobody sees, and sound words on colours."""

from __future__ import annotations

import io
import random

import pymupdf

from tests.engines.embedded.people_pages.seeded import THINGS, Drawn, sentence
from tests.grain import grain

WAYS = ("bar", "patch", "picture", "annotation", "layer", "off", "crop", "mode", "white", "rounded")


def draw_covered(seed: int) -> Drawn:
    """Hidden words of three kinds among words on coloured grounds and under see-through paint."""
    chance = random.Random(f"covered {seed}")
    size = chance.choice((9, 10, 11, 12))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    must, must_not = [], []
    y = 90.0
    for n, way in enumerate(chance.sample(WAYS, 4)):
        secret = f"SECRET{n}{chance.choice(THINGS).upper()}"
        before = f"Line {n} of the {chance.choice(THINGS)} says "
        after = f" and then {chance.choice(THINGS)} {chance.randint(10, 99)}."
        if way in {"off", "crop", "layer", "mode", "white"}:
            _unseen(document, page, way, (72, y), secret, size)
            page.insert_text((72, y + 1.5 * size), before + after, fontname="helv", fontsize=size)
            must.append(f"Line {n} of the")
        else:
            x = 72 + pymupdf.get_text_length(before, "helv", size)
            width = pymupdf.get_text_length(secret, "helv", size)
            page.insert_text((72, y), before + secret + after, fontname="helv", fontsize=size)
            cover(page, way, pymupdf.Rect(x - 1, y - 0.85 * size, x + width + 1, y + 0.25 * size))
            must += [f"Line {n} of the .* says", rf"and then {after.split()[2]}"]
        must_not.append(secret)
        y += 3.2 * size
    y += 10
    for way in ("ground", "highlight", "frame"):
        said = sentence(chance, 7)
        box = pymupdf.Rect(
            70, y - size, 80 + pymupdf.get_text_length(said, "helv", size), y + 0.4 * size
        )
        if way == "ground":
            page.draw_rect(box, color=None, fill=(0.1, 0.2, 0.5))
        colour = (1, 1, 1) if way == "ground" else (0, 0, 0)
        page.insert_text((72, y), said, fontname="helv", fontsize=size, color=colour)
        if way == "highlight":
            page.draw_rect(box, color=None, fill=(1, 1, 0), fill_opacity=0.4)
        if way == "frame":
            page.draw_rect(box, width=1)
        must.append(said)
        y += 2.4 * size
    page.insert_text((72, y + 20), "The last line can be seen.", fontname="helv", fontsize=size)
    must.append("The last line can be seen")
    page.set_cropbox(pymupdf.Rect(0, 0, 612, 760))
    return Drawn(document.tobytes(), tuple(must), tuple(must_not))


def cover(page: pymupdf.Page, way: str, box: pymupdf.Rect) -> None:
    if way == "bar":
        page.draw_rect(box, color=None, fill=(0, 0, 0))
    elif way == "patch":
        page.draw_rect(box, color=(1, 1, 1), fill=(1, 1, 1))
    elif way == "rounded":
        wider = pymupdf.Rect(box.x0 - 4, box.y0, box.x1 + 4, box.y1)
        page.draw_rect(wider, color=None, fill=(0.3, 0.3, 0.3), radius=0.2)
    elif way == "picture":
        stream = io.BytesIO()
        grain((80, 20), 60, seed=1).save(stream, "PNG")
        page.insert_image(box, stream=stream.getvalue(), keep_proportion=False)
    elif way == "stroke":
        middle = (box.y0 + box.y1) / 2
        page.draw_line((box.x0, middle), (box.x1, middle), width=box.height)
    elif way == "redaction":
        page.add_redact_annot(box)
    else:
        note = page.add_rect_annot(box)
        note.set_colors(stroke=(0, 0, 0), fill=(0, 0, 0))
        note.update()


def _unseen(document, page, way: str, at: tuple[float, float], secret: str, size: float) -> None:
    x, y = at
    if way == "off":
        page.insert_text((640, y), secret, fontname="helv", fontsize=size)
    elif way == "crop":
        page.insert_text((72, 785), secret, fontname="helv", fontsize=size)
    elif way == "layer":
        group = document.add_ocg("draft", on=False)
        page.insert_text((x, y), secret, fontname="helv", fontsize=size, oc=group)
    elif way == "mode":
        page.insert_text((x, y), secret, fontname="helv", fontsize=size, render_mode=3)
    else:
        page.insert_text((x, y), secret, fontname="helv", fontsize=size, color=(1, 1, 1))
