"""Diagrams of lines and nodes: networks, trees, circuits, automata, lattices and figures."""

from __future__ import annotations

import math

from tests.diagrams.pen import HEIGHT, WIDTH, Pen, Point, regular


def network(pen: Pen) -> None:
    """Round nodes, some with a letter, joined by straight lines."""
    nodes = _scattered(pen, pen.chance.randint(6, 12), 46)
    for n, node in enumerate(nodes):
        for other in sorted(nodes[n + 1 :], key=lambda one: math.dist(one, node))[:2]:
            pen.line(node, other)
    radius = pen.chance.choice((3.0, 7.0, 12.0))
    filled = pen.ink if radius < 5 else (1, 1, 1)
    for node in nodes:
        pen.circle(node, radius, filled)
        if radius > 10:
            pen.text(node, pen.chance.choice("ABCDNOSPF"))


def bare_network(pen: Pen) -> None:
    """Straight lines between points without any mark, some ends named by capitals."""
    nodes = _scattered(pen, pen.chance.randint(6, 11), 50)
    for n, node in enumerate(nodes):
        for other in sorted(nodes[n + 1 :], key=lambda one: math.dist(one, node))[:2]:
            pen.line(node, other)
    for node in nodes[:: pen.chance.randint(2, 4)]:
        pen.text((node[0] + 10, node[1] - 8), pen.chance.choice("ABCDEFXY"))


def binary_tree(pen: Pen) -> None:
    """A tree that parts in two at each level, with or without marks."""
    marked, levels = pen.chance.random() < 0.6, pen.chance.randint(3, 4)

    def grow(x: float, y: float, spread: float, level: int) -> None:
        for side in (-1, 1):
            if level < levels:
                below = (x + side * spread, y + HEIGHT / (levels + 0.5))
                pen.line((x, y), below)
                grow(*below, spread / 2, level + 1)
        if marked:
            pen.circle((x, y), 9, (1, 1, 1))
            pen.text((x, y), str(pen.chance.randint(1, 40)), 7)
        elif level == levels:
            pen.text((x, y + 10), pen.chance.choice(("a", "b", "C", "N", "CO")))

    grow(WIDTH / 2, 20, WIDTH / 4, 0)


def cladogram(pen: Pen) -> None:
    """A tree of kinds, its names at the right."""
    count = pen.chance.randint(4, 7)
    gap = (HEIGHT - 20) / count
    xs = sorted(pen.chance.uniform(20, 250) for _ in range(count - 1))
    above = gap / 2 + 10
    for n in range(count):
        y = gap * (n + 0.5) + 10
        x = xs[min(n, count - 2)]
        pen.line((x, y), (290, y))
        pen.text((340, y), f"{pen.word()} {pen.word().lower()}")
        if n:
            pen.line((xs[n - 1], above), (xs[n - 1], y))
        above = y


def circuit(pen: Pen) -> None:
    """A loop with a source, resistors and a capacitor."""
    left, top, right, bottom = 60, 50, WIDTH - 60, HEIGHT - 50
    pen.line((left, 130), (left, top), (120, top))
    for n in range(pen.chance.randint(1, 2)):
        x = 120.0 + 120 * n
        zigzag = [(x + 8 * k, top + (0 if k in (0, 8) else 9 * (-1) ** k)) for k in range(9)]
        pen.line(*zigzag)
        pen.text((x + 32, top - 20), f"R{n + 1}")
        pen.line((x + 64, top), (x + 120 if n == 0 else right, top))
    pen.line((240, top), (right, top), (right, 140))
    pen.line((right - 18, 140), (right + 18, 140))
    pen.line((right - 18, 150), (right + 18, 150))
    pen.text((right - 30, 145), "C1")
    pen.line((right, 150), (right, bottom), (left, bottom), (left, 170))
    pen.circle((left, 150), 20)
    pen.text((left, 150), pen.chance.choice(("V", "U", "I", "S")))


def automaton(pen: Pen) -> None:
    """States in a row, arrows with letters, a loop above one."""
    count = pen.chance.randint(3, 5)
    xs = [WIDTH * (n + 0.5) / count for n in range(count)]
    for n, x in enumerate(xs):
        pen.circle((x, 160), 20)
        pen.text((x, 160), f"q{n}")
        if n + 1 < count:
            pen.arrow((x + 20, 160), (xs[n + 1] - 20, 160))
            pen.text(((x + xs[n + 1]) / 2, 150), pen.chance.choice("abcCN01"))
    loop = pen.chance.choice(xs)
    pen.page.draw_bezier(
        (loop - 12, 144), (loop - 30, 95), (loop + 30, 95), (loop + 12, 144),
        color=pen.ink, width=pen.stroke,
    )  # fmt: skip
    pen.circle((xs[-1], 160), 16)


def geometry(pen: Pen) -> None:
    """A polygon with its corners named, a height and the circle around it."""
    middle = (WIDTH / 2, HEIGHT / 2)
    corners = regular(middle, 110, pen.chance.randint(3, 6), pen.chance.random())
    pen.polygon(corners)
    for corner, name in zip(corners, "ABCDEF", strict=False):
        away = [m + 1.13 * (c - m) for c, m in zip(corner, middle, strict=True)]
        pen.text((away[0], away[1]), name)
    pen.line(corners[0], corners[len(corners) // 2], dashed=pen.chance.random() < 0.5)
    if pen.chance.random() < 0.5:
        pen.circle(middle, 110)
    if pen.chance.random() < 0.5:
        pen.line(corners[1], middle)
        pen.text((middle[0] + 8, middle[1] + 8), "O")


def cube(pen: Pen) -> None:
    """A solid drawn in perspective, hidden edges dashed or not."""
    side, off = pen.chance.uniform(90, 130), pen.chance.uniform(40, 60)
    front = [(120.0, 110.0), (120 + side, 110.0), (120 + side, 110 + side), (120.0, 110 + side)]
    back = [(x + off, y - off * 0.7) for x, y in front]
    pen.polygon(front)
    pen.line(*back[:3])
    hidden = pen.chance.random() < 0.5
    pen.line(back[2], back[3], back[0], dashed=hidden)
    for near, far in zip(front, back, strict=True):
        pen.line(near, far)
    if pen.chance.random() < 0.5:
        for corner, name in zip([*front, *back], "ABCDEFGH", strict=True):
            pen.text((corner[0] - 8, corner[1] - 6), name)


def honeycomb(pen: Pen) -> None:
    """Hexagons side by side, as of a lattice or a tiling."""
    radius, rows, columns = pen.chance.uniform(20, 30), pen.chance.randint(2, 4), 5
    for row in range(rows):
        for column in range(columns):
            x = 90 + (column + 0.5 * (row % 2)) * radius * math.sqrt(3)
            pen.polygon(regular((x, 70 + 1.5 * radius * row), radius, 6, math.pi / 6))


def steps(pen: Pen) -> None:
    """Arrows that part and meet between words without boxes."""
    xs = [60.0, 200.0, 340.0]
    pen.text((xs[0], 150), pen.word())
    for y in (70.0, 150.0, 230.0)[: pen.chance.randint(2, 3)]:
        pen.arrow((xs[0] + 34, 150), (xs[1] - 36, y))
        pen.text((xs[1], y), pen.word())
        pen.arrow((xs[1] + 36, y), (xs[2] - 36, 150))
    pen.text((xs[2], 150), pen.word())


def ray(pen: Pen) -> None:
    """Light through a lens."""
    pen.line((20, 150), (400, 150))
    pen.page.draw_oval((200, 60, 224, 240), color=pen.ink, width=pen.stroke)
    pen.arrow((70, 150), (70, 90))
    pen.line((70, 90), (212, 90), (360, 215))
    pen.line((70, 90), (360, 215 - pen.chance.uniform(0, 10)))
    pen.arrow((345, 150), (345, 205))
    for x, name in ((140, "F"), (284, "F'"), (212, "O")):
        pen.line((x, 146), (x, 154))
        pen.text((x, 164), name)


def _scattered(pen: Pen, count: int, apart: float) -> list[Point]:
    """Points that keep some distance."""
    found: list[Point] = []
    for _ in range(4000):
        point = (pen.chance.uniform(30, WIDTH - 30), pen.chance.uniform(30, HEIGHT - 30))
        if all(math.dist(point, other) > apart for other in found):
            found.append(point)
        if len(found) == count:
            break
    return found
