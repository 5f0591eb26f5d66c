"""Joins the strokes and labels of a drawing into atoms and bonds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.molecules.atom_labels import LabelledAtom, read_label

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.charts.scene import Box, Point
    from dsocr_integrations.engines.embedded.molecules.drawn_letters import AtomLabel, Letter
    from dsocr_integrations.engines.embedded.molecules.drawn_strokes import Mark, Stroke

MEET = 0.08
"""Bond lengths between ends that meet at a corner, where they are drawn with paths."""

MARK_REACH = 0.3
"""Bond lengths between the end of a wedge, a row of dashes or lines side by side and its atom."""

LABEL_REACH = 0.4
"""Bond lengths between the end of a bond and the label that it points to."""

STACKED = 0.9
"""Heights of a label between it and its hydrogen above or below."""

SHORTEST, LONGEST = 0.4, 2.6
"""Bond lengths that a bond may have."""

MOST_LINES = 3
"""Of one bond."""

SMALLEST = 3
"""Atoms of the smallest piece without a label; a rule or a frame's corner has fewer."""


@dataclass(frozen=True)
class GraphAtom:
    """An atom of a drawing.

    Attributes:
        place: In points.
        label: What is written there; `None` for a bare corner.
    """

    place: Point
    label: LabelledAtom | None = None


@dataclass(frozen=True)
class GraphBond:
    """A bond of a drawing.

    Attributes:
        start: Index of an atom; the narrow end of a wedge.
        end: Index of the other.
        order: 1 to 3.
        mark: How it is drawn.
    """

    start: int
    end: int
    order: int
    mark: Mark


@dataclass(frozen=True)
class DrawnGraph:
    """The atoms and bonds of a drawing.

    Attributes:
        atoms: All that are bound.
        bonds: Between them.
        beside: What is written without a bond.
    """

    atoms: tuple[GraphAtom, ...]
    bonds: tuple[GraphBond, ...]
    beside: tuple[AtomLabel, ...]


class _UnclearError(Exception):
    """A drawing that cannot be joined without a guess."""


def drawn_graph(
    strokes: Sequence[Stroke], labels: Sequence[AtomLabel], length: float, meet: float = MEET
) -> DrawnGraph | None:
    """Join strokes and labels.

    Args:
        strokes: The bonds, with their lines counted.
        labels: What is written.
        length: Usual length of a bond.
        meet: Bond lengths between ends that meet at a corner.

    Returns:
        The graph; `None` where a bond is of an unlikely length, ends on another or at a label
        that is not known, so that something of the drawing would have to be guessed.
    """
    try:
        return _Joining(strokes, labels, length, meet).graph()
    except _UnclearError:
        return None


class _Joining:
    """The atoms found so far."""

    def __init__(
        self, strokes: Sequence[Stroke], labels: Sequence[AtomLabel], length: float, meet: float
    ) -> None:
        self.length = length
        self.meet = meet
        self.labels = _stacked(labels)
        self.strokes = strokes
        self.atoms: list[GraphAtom] = []
        self.at_label: dict[int, int] = {}

    def graph(self) -> DrawnGraph:
        bonds = [self._bond(stroke) for stroke in _surest_first(self.strokes)]
        beside = [label for n, label in enumerate(self.labels) if n not in self.at_label]
        kept = sorted(set(self._pieces(bonds)))
        place = {atom: n for n, atom in enumerate(kept)}
        own = [bond for bond in bonds if bond.start in place]
        for bond in own:
            self._check(bond)
        if len({frozenset((bond.start, bond.end)) for bond in own}) < len(own):
            raise _UnclearError
        return DrawnGraph(
            tuple(self.atoms[atom] for atom in kept),
            tuple(replace(one, start=place[one.start], end=place[one.end]) for one in own),
            tuple(beside),
        )

    def _bond(self, stroke: Stroke) -> GraphBond:
        start = self._atom(stroke.turned())
        end = self._atom(stroke)
        if start == end or stroke.order > MOST_LINES:
            raise _UnclearError
        return GraphBond(start, end, stroke.order, stroke.mark)

    def _atom(self, stroke: Stroke) -> int:
        """The atom at the end of a stroke; a new one where there is none."""
        label = self._label_at(stroke)
        if label is not None:
            return self._labelled(label, stroke.end)
        is_line = stroke.mark == "plain" and stroke.order == 1
        reach = (self.meet if is_line else MARK_REACH) * self.length
        near = [
            (math.dist(atom.place, stroke.end), n)
            for n, atom in enumerate(self.atoms)
            if atom.label is None and math.dist(atom.place, stroke.end) <= reach
        ]
        if near:
            return min(near)[1]
        self.atoms.append(GraphAtom(stroke.end))
        return len(self.atoms) - 1

    def _labelled(self, place: int, end: Point) -> int:
        if place not in self.at_label:
            said = read_label(self.labels[place].text)
            if said is None:
                raise _UnclearError
            letters = range(len(self.labels[place].letters))
            middle = self.labels[place].middle_of
            nearest = min(letters, key=lambda n: math.dist(middle(n), end))
            letter = nearest if said.place is None else said.place
            self.at_label[place] = len(self.atoms)
            self.atoms.append(GraphAtom(middle(letter), said))
        return self.at_label[place]

    def _label_at(self, stroke: Stroke) -> int | None:
        """The label that the end of a stroke lies in or points to."""
        found = [
            (away, n)
            for n, label in enumerate(self.labels)
            if (away := _distance(stroke.end, label.box)) <= LABEL_REACH * self.length
            and (away == 0 or _points_to(stroke, label.box, self.length))
        ]
        return min(found)[1] if found else None

    def _check(self, bond: GraphBond) -> None:
        places = [atom.place for atom in self.atoms]
        start, end = places[bond.start], places[bond.end]
        long = math.dist(start, end)
        if not SHORTEST * self.length <= long <= LONGEST * self.length:
            raise _UnclearError
        others = (n for n in range(len(places)) if n not in (bond.start, bond.end))
        if any(_lies_on(places[n], start, end, self.meet * self.length) for n in others):
            raise _UnclearError

    def _pieces(self, bonds: Sequence[GraphBond]) -> Iterator[int]:
        """Atoms of the pieces that are molecules."""
        piece = list(range(len(self.atoms)))
        for bond in bonds:
            one, other = piece[bond.start], piece[bond.end]
            piece = [one if own == other else own for own in piece]
        for own in set(piece):
            atoms = [atom for atom, name in enumerate(piece) if name == own]
            if len(atoms) > SMALLEST or any(self.atoms[atom].label for atom in atoms):
                yield from atoms


def _surest_first(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Single lines first: the ends of all others are further away from their atoms."""
    return sorted(strokes, key=lambda stroke: (stroke.mark != "plain", stroke.order))


def _stacked(labels: Sequence[AtomLabel]) -> list[AtomLabel]:
    """Labels with the hydrogen that stands above or below them."""
    found = list(labels)
    for hydrogen in labels:
        if hydrogen.text not in ("H", "H2", "H3"):
            continue
        atom = next((one for one in found if one is not hydrogen and _is_over(one, hydrogen)), None)
        if atom is not None:
            found.remove(hydrogen)
            found[found.index(atom)] = replace(atom, letters=_with(atom, hydrogen))
    return found


def _with(atom: AtomLabel, hydrogen: AtomLabel) -> tuple[Letter, ...]:
    signs = len(atom.text) - len(atom.text.rstrip("+-"))
    body = len(atom.letters) - signs
    return (*atom.letters[:body], *hydrogen.letters, *atom.letters[body:])


def _is_over(atom: AtomLabel, hydrogen: AtomLabel) -> bool:
    said = read_label(atom.text)
    if said is None or said.place is None or said.hydrogens or said.element == "H":
        return False
    above, below = sorted(
        (atom.letters[said.place].box, hydrogen.letters[0].box), key=lambda b: b[1]
    )
    shared = min(above[2], below[2]) - max(above[0], below[0])
    return shared > 0 and abs(below[1] - above[3]) <= STACKED * (above[3] - above[1])


def _distance(point: Point, box: Box) -> float:
    x = max(box[0] - point[0], 0.0, point[0] - box[2])
    y = max(box[1] - point[1], 0.0, point[1] - box[3])
    return math.hypot(x, y)


def _points_to(stroke: Stroke, box: Box, length: float) -> bool:
    """Whether a stroke that is made longer runs into a box."""
    (x0, y0), (x1, y1) = stroke.start, stroke.end
    long = stroke.length or 1.0
    steps = [step / 10 * LABEL_REACH * length for step in range(1, 16)]
    margin = 0.05 * length
    return any(
        _distance((x1 + (x1 - x0) / long * step, y1 + (y1 - y0) / long * step), box) <= margin
        for step in steps
    )


def _lies_on(point: Point, start: Point, end: Point, reach: float) -> bool:
    """Whether a point lies on a bond, away from its ends."""
    (x0, y0), (x1, y1) = start, end
    long = math.dist(start, end)
    along = ((point[0] - x0) * (x1 - x0) + (point[1] - y0) * (y1 - y0)) / long
    across = abs((point[0] - x0) * (y1 - y0) - (point[1] - y0) * (x1 - x0)) / long
    return across <= reach < along < long - reach
