"""Maps, plans, logos, icons, heat maps, photographs and other pictures."""

from __future__ import annotations

import io
import math

import numpy as np
import pymupdf
from PIL import Image, ImageFilter

from tests.diagrams.pen import HEIGHT, WIDTH, Pen, regular
from tests.grain import grain


def road_map(pen: Pen) -> None:
    """Streets that cross, a river and names of places."""
    for n in range(pen.chance.randint(3, 6)):
        y = pen.chance.uniform(20, HEIGHT - 20)
        pen.line((0, y), (WIDTH * 0.4, y + pen.chance.uniform(-30, 30)), (WIDTH, y + 15 * n - 30))
    for _ in range(pen.chance.randint(3, 5)):
        x = pen.chance.uniform(20, WIDTH - 20)
        pen.line((x, 0), (x + pen.chance.uniform(-40, 40), HEIGHT))
    pen.page.draw_bezier(
        (0, HEIGHT), (120, 120), (260, 290), (WIDTH, 20), color=(0.4, 0.6, 0.9), width=6
    )
    for _ in range(pen.chance.randint(3, 6)):
        place = (pen.chance.uniform(40, WIDTH - 40), pen.chance.uniform(20, HEIGHT - 20))
        pen.circle(place, 3, pen.ink)
        pen.text((place[0], place[1] - 10), pen.word())


def land_map(pen: Pen) -> None:
    """Outlines of lands, a name in each."""
    for column in range(3):
        for row in range(2):
            middle = (75.0 + 135 * column, 75.0 + 150 * row)
            ring = [
                (middle[0] + pen.chance.uniform(0.7, 1) * (x - middle[0]),
                 middle[1] + pen.chance.uniform(0.7, 1) * (y - middle[1]))
                for x, y in regular(middle, 70, pen.chance.randint(7, 14))
            ]  # fmt: skip
            pen.polygon(ring, pen.fill())
            pen.text(middle, pen.word())


def underground(pen: Pen) -> None:
    """Lines of trains at right and half right angles, stops as rings."""
    for y in (70.0, 150.0, 230.0)[: pen.chance.randint(2, 3)]:
        color = tuple(pen.chance.uniform(0, 0.8) for _ in range(3))
        bend = pen.chance.uniform(120, 300)
        way = [(20.0, y), (bend, y), (bend + 50, y - 50), (WIDTH - 20, y - 50)]
        pen.page.draw_polyline(way, color=color, width=5)
        for x, at in ((60, y), (bend - 10, y), (bend + 70, y - 50), (WIDTH - 40, y - 50)):
            pen.circle((x, at), 5, (1, 1, 1))
            pen.text((x, at + 14), pen.word(), 7)


def floor_plan(pen: Pen) -> None:
    """Rooms with doors that swing."""
    left, top, right, bottom = 40.0, 30.0, WIDTH - 40, HEIGHT - 30
    across, down = pen.chance.uniform(150, 260), pen.chance.uniform(120, 180)
    pen.box(left, top, right - left, bottom - top)
    pen.line((left, down), (across - 40, down))
    pen.line((across, top), (across, bottom - 50))
    pen.line((across, down), (right - 50, down))
    for corner in ((across - 40, down), (right - 50, down)):
        pen.page.draw_sector(corner, (corner[0] + 30, corner[1]), 90, color=pen.ink, width=0.7)
    for x in ((left + across) / 2, (across + right) / 2):
        for y in ((top + down) / 2, (down + bottom) / 2):
            pen.text((x, y), pen.word())
            pen.text((x, y + 14), f"{pen.chance.randint(5, 30)} m2", 7)


def venn(pen: Pen) -> None:
    """Two or three circles that overlap."""
    middles = regular((WIDTH / 2, HEIGHT / 2), 55, pen.chance.randint(2, 3), math.pi / 2)
    for middle in middles:
        pen.circle(middle, 85)
        away = [m + 1.6 * (c - m) for c, m in zip(middle, (WIDTH / 2, HEIGHT / 2), strict=True)]
        pen.text((away[0], away[1]), pen.word())


def hexagon_logo(pen: Pen) -> None:
    """A hexagon with a letter or a second one within."""
    middle = (WIDTH / 2, HEIGHT / 2)
    turn = pen.chance.choice((0.0, math.pi / 6))
    pen.polygon(regular(middle, 90, 6, turn), pen.fill())
    kind = pen.chance.choice(("letter", "within", "spokes", "word"))
    if kind == "within":
        pen.polygon(regular(middle, 70, 6, turn))
    elif kind == "spokes":
        for corner in regular(middle, 90, 6, turn)[::2]:
            pen.line(middle, corner)
    elif kind == "letter":
        pen.text(middle, pen.chance.choice("NOSHBCF"), 60)
    if kind in ("word", "letter"):
        pen.text((middle[0], middle[1] + 115), pen.word().upper(), 20)


def polygon_logo(pen: Pen) -> None:
    """Nested stars, pentagons or triangles, and a firm's name."""
    middle, corners = (WIDTH / 2, 120.0), pen.chance.choice((3, 5, 5, 8))
    for radius in (90, 55)[: pen.chance.randint(1, 2)]:
        ring = regular(middle, radius, corners, -math.pi / 2)
        star = corners == 5 and pen.chance.random() < 0.5
        pen.polygon(ring[::2] + ring[1::2] if star else ring)
    pen.text((middle[0], 250), f"{pen.word()} {pen.word()}", 18)


def icons(pen: Pen) -> None:
    """A house, an envelope, a lens and a bulb in a row."""
    drawn = pen.chance.sample(range(4), 3)
    for n, kind in enumerate(drawn):
        x, y = 50 + 130.0 * n, 110.0
        if kind == 0:
            pen.line((x, y + 40), (x + 40, y), (x + 80, y + 40))
            pen.box(x + 10, y + 38, 60, 45)
        elif kind == 1:
            pen.box(x, y + 20, 80, 55)
            pen.line((x, y + 20), (x + 40, y + 52), (x + 80, y + 20))
        elif kind == 2:
            pen.circle((x + 32, y + 36), 28)
            pen.line((x + 52, y + 56), (x + 80, y + 84))
        else:
            pen.circle((x + 40, y + 32), 26)
            pen.line((x + 30, y + 56), (x + 30, y + 72), (x + 50, y + 72), (x + 50, y + 56))
        if pen.chance.random() < 0.5:
            pen.text((x + 40, y + 105), pen.word())


def heat_map(pen: Pen) -> None:
    """Squares of many colours without numbers, names at two sides."""
    rows, columns = pen.chance.randint(4, 8), pen.chance.randint(5, 10)
    side = min(300 / columns, 240 / rows)
    for row in range(rows):
        pen.text((40, 20 + side * (row + 0.5)), pen.word(), 8)
        for column in range(columns):
            heat = pen.chance.random()
            x, y = 80 + side * column, 20 + side * row
            pen.page.draw_rect((x, y, x + side, y + side), color=None, fill=(heat, 0.3, 1 - heat))
    for column in range(columns):
        pen.text((80 + side * (column + 0.5), 30 + side * rows), f"{column + 1}", 7)


def photograph(pen: Pen) -> None:
    """Soft grain in colour, or in grey with a bright sky."""
    seed = pen.chance.randrange(10**6)
    soft = pen.chance.choice((2, 8, 20))
    bands = [
        np.asarray(grain((420, 300), 90, seed + n).filter(ImageFilter.GaussianBlur(soft)))
        for n in range(3)
    ]
    pixels = np.stack(bands, axis=2).astype(float)
    pixels = 128 + (pixels - 128) * pen.chance.uniform(3, 8)
    if pen.chance.random() < 0.4:
        pixels[: pen.chance.randint(80, 200)] = 235
    _placed(pen, Image.fromarray(pixels.clip(0, 255).astype(np.uint8)))


def line_art(pen: Pen) -> None:
    """The edges of something round, as an engraving or a sketch has them."""
    for _ in range(pen.chance.randint(12, 30)):
        x, y = pen.chance.uniform(40, 340), pen.chance.uniform(40, 240)
        reach = pen.chance.uniform(10, 70)
        pen.page.draw_bezier(
            (x, y), (x + reach, y - reach / 2), (x + reach, y + reach), (x + 10, y + reach),
            color=pen.ink, width=pen.stroke,
        )  # fmt: skip


def signature(pen: Pen) -> None:
    """A name written by hand on a line."""
    x, points = 60.0, []
    while x < 330:
        points.append((x, 150 + pen.chance.uniform(-45, 25)))
        x += pen.chance.uniform(6, 22)
    for start, middle, end in zip(points[::2], points[1::2], points[2::2], strict=False):
        pen.page.draw_curve(start, middle, end, color=pen.ink, width=pen.stroke)
    if pen.chance.random() < 0.5:
        pen.line((40, 190), (360, 190))


def square_code(pen: Pen) -> None:
    """Black squares as of a code for phones."""
    for row in range(21):
        for column in range(21):
            if pen.chance.random() < 0.5:
                x, y = 80 + 10 * column, 40 + 10 * row
                pen.page.draw_rect((x, y, x + 10, y + 10), color=None, fill=(0, 0, 0))


def _placed(pen: Pen, picture: Image.Image) -> None:
    packed = io.BytesIO()
    picture.save(packed, "PNG")
    pen.page.insert_image(pymupdf.Rect(0, 0, WIDTH, HEIGHT), stream=packed.getvalue())
