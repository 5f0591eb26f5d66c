"""Texts that lie at a slant on an upright page: a stamp, a label, a note that was pasted in.

The boxes of their lines overlap, so that only along their own direction one sees which follows which.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.scan.paragraphs import chains, join_text
from dsocr_integrations.engines.embedded.scan.recognised_line import (
    Quad,
    TextLine,
    WordBox,
    quad_angle,
)
from dsocr_integrations.engines.embedded.scan.segments import segments
from dsocr_integrations.records.documents import PointBox

SLANTED = 4.0
"""Degrees from which on a line is slanted; less is the unevenness of a page."""

ALIKE = 5.0
"""Degrees by which neighbouring lines of one text differ at most."""


@dataclass(frozen=True)
class SlantedText:
    """A text at a slant.

    Attributes:
        lines: In reading order.
        text: Their text as one paragraph.
    """

    lines: tuple[TextLine, ...]
    text: str


def slanted_texts(lines: Sequence[TextLine]) -> list[SlantedText]:
    """Find the texts at a slant among the lines of an upright page."""
    slanted = [
        _Slanted(line, line.quad, quad_angle(line.quad)) for line in lines if line.quad is not None
    ]
    groups: list[list[_Slanted]] = []
    for one in sorted(slanted, key=lambda one: one.angle):
        if abs(one.angle) < SLANTED:
            continue
        if groups and one.angle - groups[-1][-1].angle <= ALIKE:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [text for group in groups for text in _texts(group)]


@dataclass(frozen=True)
class _Slanted:
    line: TextLine
    quad: Quad
    angle: float


def _texts(group: Sequence[_Slanted]) -> list[SlantedText]:
    """The texts of lines at one slant, each laid level to see which follows which."""
    angle = math.radians(max(group, key=lambda one: len(one.line.text)).angle)
    own: dict[int, TextLine] = {}
    level = []
    for line, quad in ((one.line, one.quad) for one in group):
        box = _levelled(quad, angle)
        word = WordBox(line.text, box)
        own[id(word)] = line
        level.append(replace(line, box=box, words=(word,), quad=None))
    return [
        SlantedText(tuple(own[id(word)] for piece in run for word in piece.words), join_text(run))
        for run in chains(segments(level))
    ]


def _levelled(quad: Quad, angle: float) -> PointBox:
    """Extent of a line after the page is turned so that its text is level."""
    cosine, sine = math.cos(angle), math.sin(angle)
    across = [x * cosine + y * sine for x, y in quad]
    down = [y * cosine - x * sine for x, y in quad]
    return (min(across), min(down), max(across), max(down))
