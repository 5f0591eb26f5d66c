"""What OSRA would print about a molecule."""

from __future__ import annotations

from rdkit import Chem


def record(smiles: str, score: float, *, said: str | None = None) -> str:
    """An SD record with the tags that OSRA adds.

    Args:
        smiles: The molecule of the atom table; `[2*]` becomes the group R2.
        score: OSRA's estimate.
        said: OSRA's own SMILES, when it differs.
    """
    table = Chem.MolToMolBlock(Chem.MolFromSmiles(smiles))
    tags = {"Confidence_estimate": score, "can": said or smiles}
    lines = [f">  <{name}>\n{value}\n\n" for name, value in tags.items()]
    return table + "".join(lines) + "$$$$\n"
