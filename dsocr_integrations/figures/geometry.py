"""Reads the coordinates that a model says about a drawing of plane geometry.

The model answers with a Python literal: `{'Line': {'line': ["(x0, y0) -- (x1, y1)", …],
'line_type': […], 'line_endpoint': ["A: (x, y)", …]}, 'Circle': {'circle_center':
["O: (x, y)"], 'radius': [r, …]}}`. It is untrusted text, so it is read by a small bounded
parser for dicts, lists, strings and numbers; nothing is ever evaluated. An answer that was
cut off keeps what stands before the cut.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from dsocr_integrations.records.documents import Geometry, ParseWarning

MAX_CHARACTERS = 200_000
MAX_DEPTH = 8
MAX_ITEMS = 20_000
MAX_COORDINATE = 1_000.0
"""The official drawing reaches from -15 to 15; what lies far beyond it is no coordinate."""

Literal = dict[str, "Literal"] | list["Literal"] | str | float | None

_NUMBER = r"[-+]?(?:\d{1,12}(?:\.\d{0,18})?|\.\d{1,18})(?:[eE][-+]?\d{1,3})?"
_POINT = rf"\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)"
_SPACE_AND_COMMAS = re.compile(r"[\s,]*")
_NUMBER_HERE = re.compile(_NUMBER)
_WORD_HERE = re.compile(r"[A-Za-z_]{1,20}")
_SEGMENT = re.compile(rf"\s*{_POINT}\s*-+>?\s*{_POINT}\s*")
_NAMED_POINT = re.compile(rf"\s*([^:]{{0,40}}?)\s*:?\s*{_POINT}\s*")


class _CutOffError(Exception):
    """The literal ends before it is closed."""


class _GrammarError(Exception):
    """The text is not such a literal."""


def read_geometry(text: str) -> tuple[Geometry | None, tuple[ParseWarning, ...]]:
    """Read a geometry answer.

    Args:
        text: The engine's answer.

    Returns:
        The geometry in the drawing's own coordinates, or `None` when the text is not a
        geometry answer, and what was irregular. Never raises.
    """
    start = text.find("{")
    if start < 0 or len(text) > MAX_CHARACTERS or ("Line" not in text and "Circle" not in text):
        return None, ()
    reader = _LiteralReader(text, start)
    try:
        value = reader.read()
    except _GrammarError as error:
        warning = ParseWarning(kind="broken_geometry", message=f"Geometry not read: {error}")
        return None, (warning,)
    if not isinstance(value, dict) or not ({"Line", "Circle"} & value.keys()):
        return None, ()
    warnings = []
    if reader.cut_off:
        message = "The geometry ends before it is closed; what stands before the end is kept."
        warnings.append(ParseWarning(kind="truncated_geometry", message=message))
    geometry, dropped = _geometry(value)
    if dropped:
        message = f"{dropped} entries of the geometry could not be read and were left out."
        warnings.append(ParseWarning(kind="unread_geometry", message=message))
    return geometry, tuple(warnings)


def _geometry(value: dict[str, Literal]) -> tuple[Geometry, int]:
    lines, circles = _mapping(value, "Line"), _mapping(value, "Circle")
    types = _items(lines, "line_type")
    segments: list[tuple[float, float, float, float]] = []
    segment_types: list[str] = []
    dropped = 0
    for place, said in enumerate(_items(lines, "line")):
        match = _SEGMENT.fullmatch(said) if isinstance(said, str) else None
        if match is None:
            dropped += 1
            continue
        x0, y0, x1, y1 = (float(number) for number in match.groups())
        if not _are_coordinates(x0, y0, x1, y1):
            dropped += 1
            continue
        segments.append((x0, y0, x1, y1))
        kind = types[place] if place < len(types) else ""
        segment_types.append(kind if isinstance(kind, str) else "")
    named = [_named_point(item) for item in _items(lines, "line_endpoint")]
    points = [point for point in named if point is not None]
    dropped += len(named) - len(points)
    centres = [_named_point(item) for item in _items(circles, "circle_center")]
    radii = [_radius(said) for said in _items(circles, "radius")]
    whole = [
        (*centre, radius)
        for centre, radius in zip(centres, radii, strict=False)
        if centre is not None and radius is not None
    ]
    dropped += max(len(centres), len(radii)) - len(whole)
    return Geometry(
        segments=tuple(segments),
        segment_types=tuple(segment_types),
        points=tuple(points),
        circles=tuple(whole),
    ), dropped


def _are_coordinates(*values: float) -> bool:
    return all(math.isfinite(value) and abs(value) <= MAX_COORDINATE for value in values)


def _radius(said: Literal) -> float | None:
    if isinstance(said, str) and _NUMBER_HERE.fullmatch(said.strip()):
        said = float(said)
    if isinstance(said, float) and said > 0 and _are_coordinates(said):
        return said
    return None


def _mapping(value: dict[str, Literal], key: str) -> dict[str, Literal]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _items(value: dict[str, Literal], key: str) -> list[Literal]:
    inner = value.get(key)
    if isinstance(inner, str | float):
        # A single line or circle may come without its list.
        return [inner]
    return inner if isinstance(inner, list) else []


def _named_point(item: Literal) -> tuple[str, float, float] | None:
    match = _NAMED_POINT.fullmatch(item) if isinstance(item, str) else None
    if match is None:
        return None
    x, y = float(match.group(2)), float(match.group(3))
    return (match.group(1), x, y) if _are_coordinates(x, y) else None


@dataclass
class _LiteralReader:
    """Recursive descent over dict, list or tuple, string and number, with hard bounds."""

    text: str
    position: int
    items: int = 0
    cut_off: bool = False

    def read(self, depth: int = 0) -> Literal:
        """Read the value at the current position; a container cut off is closed as it is."""
        self._skip()
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise _GrammarError("it is nested too deeply or too long.")
        mark = self._peek()
        if mark == "{":
            return self._read_dict(depth)
        if mark in "[(":
            return self._read_list(depth, "]" if mark == "[" else ")")
        if mark in "'\"":
            return self._read_string(mark)
        match = _NUMBER_HERE.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
            return float(match.group())
        match = _WORD_HERE.match(self.text, self.position)
        if match is None:
            raise _GrammarError(f"unexpected {mark!r} at character {self.position}.")
        self.position = match.end()
        return None

    def _read_dict(self, depth: int) -> Literal:
        found: dict[str, Literal] = {}
        self.position += 1
        try:
            while self._next_is_not("}"):
                key = self.read(depth + 1)
                self._skip()
                if self._peek() != ":" or not isinstance(key, str):
                    raise _GrammarError(f"a key was expected at character {self.position}.")
                self.position += 1
                found[key] = self.read(depth + 1)
        except _CutOffError:
            self.cut_off = True
        return found

    def _read_list(self, depth: int, closing: str) -> Literal:
        found: list[Literal] = []
        self.position += 1
        try:
            while self._next_is_not(closing):
                found.append(self.read(depth + 1))
        except _CutOffError:
            self.cut_off = True
        return found

    def _read_string(self, quote: str) -> str:
        end = self.text.find(quote, self.position + 1)
        if end < 0:
            self.position = len(self.text)
            raise _CutOffError
        found = self.text[self.position + 1 : end]
        self.position = end + 1
        return found

    def _next_is_not(self, closing: str) -> bool:
        self._skip()
        if self._peek() != closing:
            return True
        self.position += 1
        return False

    def _skip(self) -> None:
        match = _SPACE_AND_COMMAS.match(self.text, self.position)
        self.position = match.end() if match is not None else self.position

    def _peek(self) -> str:
        if self.position >= len(self.text):
            raise _CutOffError
        return self.text[self.position]
