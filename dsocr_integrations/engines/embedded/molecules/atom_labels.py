"""What a label in a drawn molecule says: an element with its hydrogens and charge, or a group."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.molecules.group_labels import GROUPS

_SHAPES = str.maketrans("coskpwxz0I1|−–⁺⁻", "COSKPWXZOlll--+-")
"""Characters told apart by their size alone, or by nothing, as one of them."""

_ATOM = re.compile(
    r"(?P<before>H[2-4]?)?(?P<element>Br|Cl|Si|Se|Na|Li|[BCNOPSFKl])(?P<after>H[2-4]?)?"
    r"(?P<count>[2-3]?)(?P<sign>[+-]?)"
)
_IODINE = "l"
_METALS = ("Na", "Li", "K")
"""They are bound as ions only, with their charge."""

_NUMBERED = re.compile(r"R([1-9][0-9]?)?")


@dataclass(frozen=True)
class LabelledAtom:
    """What a label stands for.

    Attributes:
        element: Symbol; an asterisk for a group.
        place: Which letter of the label the atom is, from 0 on; `None` for a group.
        hydrogens: As written; `None` for a group.
        charge: As written.
        group: How the group is written in `GROUPS`, or R with its number.
    """

    element: str
    place: int | None = None
    hydrogens: int | None = None
    charge: int = 0
    group: str = ""


def read_label(text: str) -> LabelledAtom | None:
    """Read a label; `None` for what is not known, so that nothing is guessed."""
    if _NUMBERED.fullmatch(text):
        return LabelledAtom("*", group=text)
    said = text.translate(_SHAPES)
    if said in _METALS:
        return None
    if said == "H":
        return LabelledAtom("H", 0, 0)
    found = _ATOM.fullmatch(said)
    if found is not None and not (found["before"] and found["after"]):
        hydrogens = found["before"] or found["after"]
        return LabelledAtom(
            "I" if found["element"] == _IODINE else found["element"],
            found.start("element"),
            int(hydrogens[1:] or "1") if hydrogens else 0,
            int(found["sign"] + (found["count"] or "1")) if found["sign"] else 0,
        )
    group = _groups().get(said)
    return LabelledAtom("*", group=group) if group else None


@functools.cache
def _groups() -> Mapping[str, str]:
    """Labels of groups by their shapes."""
    labels = (label for own in GROUPS.values() for label in own.split())
    return {label.translate(_SHAPES): label for label in labels if not set(label) & set("*=")}
