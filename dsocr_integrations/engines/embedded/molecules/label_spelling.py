"""Labels whose letters were taken for others that look alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product

from dsocr_integrations.engines.embedded.molecules.atom_labels import read_label
from dsocr_integrations.engines.embedded.molecules.drawn_letters import AtomLabel

LETTERS = range(2, 9)
"""Of the labels that are looked at: of a letter alone nothing else tells what it is."""

MOST_WAYS = 20000
"""To spell it."""


def spelt(label: AtomLabel) -> AtomLabel:
    """A label as it is, or where it is not known, in the likest way in which it is.

    Args:
        label: Whose letters know what else they may be.
    """
    if read_label(label.text) is not None or len(label.letters) not in LETTERS:
        return label
    choices = [tuple(enumerate(letter.text + letter.others)) for letter in label.letters]
    ways = sorted(
        islice(product(*choices), MOST_WAYS), key=lambda way: sum(rank for rank, _ in way)
    )
    texts = ("".join(text for _, text in way) for way in ways)
    known = next((text for text in texts if read_label(text) is not None), None)
    if known is None:
        return label
    pairs = zip(label.letters, known, strict=True)
    return AtomLabel(tuple(replace(letter, text=text) for letter, text in pairs))
