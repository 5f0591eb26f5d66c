"""Diagrams of boxes: flowcharts, charts of offices, classes, sequences, blocks and minds."""

from __future__ import annotations

from tests.diagrams.pen import HEIGHT, WIDTH, Pen, regular


def flowchart(pen: Pen) -> None:
    """Steps, decisions with two ends, and a way back."""
    x, steps = WIDTH * pen.chance.uniform(0.3, 0.5), pen.chance.randint(3, 5)
    gap = HEIGHT / steps
    for n in range(steps):
        y = gap * (n + 0.5)
        if n and pen.chance.random() < 0.5:
            across, down = 55, min(26.0, gap * 0.36)
            pen.polygon([(x, y - down), (x + across, y), (x, y + down), (x - across, y)])
            pen.text((x, y), f"{pen.word()}?")
            pen.arrow((x + across, y), (x + across + 40, y))
            pen.box(x + across + 40, y - 14, 70, 28)
            pen.text((x + across + 75, y), pen.word())
            pen.text((x + across + 18, y - 7), pen.chance.choice(("no", "yes", "N")))
        else:
            down = 14
            pen.box(x - 45, y - down, 90, 2 * down, rounded=n == 0)
            pen.text((x, y), pen.word())
        if n + 1 < steps:
            pen.arrow((x, y + down), (x, y + gap - 26))
    pen.line((x - 45, gap * (steps - 0.5)), (x - 100, gap * (steps - 0.5)), (x - 100, gap / 2))
    pen.arrow((x - 100, gap / 2), (x - 45, gap / 2))


def offices(pen: Pen) -> None:
    """A chart of who reports to whom."""
    pen.box(WIDTH / 2 - 50, 20, 100, 34)
    pen.text((WIDTH / 2, 37), pen.word())
    count = pen.chance.randint(3, 4)
    pen.line((WIDTH / 2, 54), (WIDTH / 2, 84))
    centres = [WIDTH * (n + 0.5) / count for n in range(count)]
    pen.line((centres[0], 84), (centres[-1], 84))
    for x in centres:
        pen.line((x, 84), (x, 110))
        pen.box(x - 40, 110, 80, 32)
        pen.text((x, 126), pen.word())
        for n in range(pen.chance.randint(1, 3)):
            y = 170 + 40 * n
            pen.line((x - 34, 142), (x - 34, y), (x - 22, y))
            pen.box(x - 22, y - 13, 62, 26)
            pen.text((x + 9, y), pen.word())


def classes(pen: Pen) -> None:
    """Boxes in three parts, with a hollow arrow between them."""
    places = [(20, 20), (270, 20), (150, 180)]
    for x, y in places[: pen.chance.randint(2, 3)]:
        pen.box(x, y, 120, 90)
        pen.line((x, y + 22), (x + 120, y + 22))
        pen.line((x, y + 55), (x + 120, y + 55))
        pen.text((x + 60, y + 11), pen.word())
        pen.text((x + 60, y + 38), f"- {pen.word().lower()}: int")
        pen.text((x + 60, y + 72), f"+ {pen.word().lower()}()")
    pen.line((140, 65), (256, 65), dashed=pen.chance.random() < 0.5)
    pen.polygon([(270, 65), (256, 58), (256, 72)])


def sequence(pen: Pen) -> None:
    """Lifelines with messages between them."""
    count = pen.chance.randint(3, 4)
    xs = [WIDTH * (n + 0.5) / count for n in range(count)]
    for x in xs:
        pen.box(x - 36, 12, 72, 26)
        pen.text((x, 25), pen.word())
        pen.line((x, 38), (x, HEIGHT - 10), dashed=True)
    for n in range(pen.chance.randint(4, 7)):
        one, other = pen.chance.sample(xs, 2)
        y = 64 + 30 * n
        pen.arrow((one, y), (other, y))
        pen.text(((one + other) / 2, y - 8), pen.word().lower())


def blocks(pen: Pen) -> None:
    """A chain of layers such as a paper draws of its model."""
    count = pen.chance.randint(4, 6)
    step = WIDTH / count
    tall = [pen.chance.uniform(60, 200) for _ in range(count)]
    for n, height in enumerate(tall):
        x = step * n + 12
        pen.box(x, HEIGHT / 2 - height / 2, step - 34, height)
        if n + 1 < count:
            pen.arrow((x + step - 34, HEIGHT / 2), (x + step, HEIGHT / 2))
        pen.text((x + step / 2 - 17, HEIGHT / 2), pen.chance.choice(("C", "N", "O2", "F1", "Br")))


def mind(pen: Pen) -> None:
    """A word in the middle with words around it, each in a bubble."""
    middle = (WIDTH / 2, HEIGHT / 2)
    for place in regular(middle, 110, pen.chance.randint(4, 7), pen.chance.random()):
        pen.line(middle, place)
        pen.page.draw_oval(
            (place[0] - 38, place[1] - 16, place[0] + 38, place[1] + 16),
            color=pen.ink, fill=(1, 1, 1), width=pen.stroke,
        )  # fmt: skip
        pen.text(place, pen.word())
    pen.circle(middle, 34, (1, 1, 1))
    pen.text(middle, pen.word())
