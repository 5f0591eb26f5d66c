"""SMILES: telling them from prose, and what RDKit says about them.

RDKit is optional. Without it a SMILES can still be recognised by its grammar, but nothing
vouches for its chemistry: `Molecule.valid` is then `None` and the text stays as it was said.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_SMILES_LENGTH = 2000
"""Longer texts are not drawings of one molecule; also bounds the work given to RDKit."""

MAX_INCHI_ATOMS = 300
"""InChI slows down steeply with size, and a figure never shows more atoms than this."""

LAST_ELEMENT = 118

MIN_HEAVY_ATOMS = 6
"""A token without bond, ring or bracket needs this many atoms to be a molecule, not a word."""

_SELDOM_WRITTEN = frozenset({1, 5, 6})
"""Atomic numbers that an unread label seldom stands for; carbon is a bare corner."""

_IONISED = {
    -1: "[OX2H1;$(O-C=O),$(O-S(=O)=O),$(O-P=O)]",
    1: "[NX3;!$(N-[C,S]=[O,N,S]);!$(N-a);!$(N-N);!$(N-C=C)]",
}
"""Where a molecule gains a charge: at an acid's oxygen, at an amine's nitrogen."""

_TOKEN = re.compile(
    r"(?P<atom>\[[0-9]{0,3}(?:[A-Z][a-z]?|[bcnops]|se|as|te|\*|\#[0-9]{1,3})"
    r"(?:@(?:@|[A-Z]{2}[0-9]{1,2})?)?(?:H[0-9]?)?(?:\+{1,4}|-{1,4}|[+-][0-9]{1,2})?"
    r"(?::[0-9]{1,4})?\]|Br|Cl|[BCNOPSFI]|[bcnops]|\*)"
    r"|(?P<ring>%[0-9]{2}|[0-9])"
    r"|(?P<bond>[-=#$:/\\~])"
    r"|(?P<open>\()|(?P<close>\))|(?P<dot>\.)"
)
_SKELETON = set("C()%0123456789@[]H/\\-")
_HYDROGEN = re.compile(r"\[[0-9]*H[0-9]*[+-]*[0-9]*\]")


@dataclass(frozen=True)
class Molecule:
    """One molecule.

    Attributes:
        smiles: Canonical SMILES, or the text as said where RDKit is not installed.
        inchikey: InChIKey; `None` without RDKit, with dummy atoms, or for very large ones.
        valid: Whether RDKit accepts it; `None` where RDKit is not installed.
        heavy_atoms: Atoms other than hydrogen; dummy atoms count.
    """

    smiles: str
    inchikey: str | None
    valid: bool | None
    heavy_atoms: int


@dataclass(frozen=True)
class _Shape:
    """What the grammar alone tells about a SMILES."""

    heavy_atoms: int
    carbons: int
    has_structure: bool


def rdkit_installed() -> bool:
    """Whether RDKit can be imported; looks only, imports nothing."""
    return importlib.util.find_spec("rdkit") is not None


def looks_like_smiles(text: str) -> bool:
    """Whether a text follows the SMILES grammar and is not just a word.

    One token, balanced branches and ring closures, and either a bracket or a double or triple
    bond, or a single bond, ring or branch among three atoms and more, or six atoms and more, at
    least half of them carbon.
    """
    token = text.strip()
    if not token or len(token) > MAX_SMILES_LENGTH or any(mark.isspace() for mark in token):
        return False
    shape = _shape(token)
    if shape is None:
        return False
    if shape.has_structure:
        # A single bond is left out in SMILES; written between two letters it is a hyphen.
        return shape.heavy_atoms >= 3 or any(mark in token for mark in "[=#")
    return shape.heavy_atoms >= MIN_HEAVY_ATOMS and shape.carbons * 2 >= shape.heavy_atoms


def read_smiles(text: str) -> Molecule | None:
    """Read a text as a SMILES, strictly.

    Args:
        text: What an engine said.

    Returns:
        The molecule with its canonical SMILES, or `None` when the text is anything else
        (prose, a word, several tokens, chemistry that RDKit refuses).
    """
    if not looks_like_smiles(text):
        return None
    token = text.strip()
    if not rdkit_installed():
        shape = _shape(token)
        return Molecule(token, None, None, shape.heavy_atoms if shape else 0)
    return canonicalise(token)


def canonicalise(smiles: str) -> Molecule | None:
    """Let RDKit read a SMILES and write it canonically, stereo marks kept.

    Returns:
        The molecule, or `None` when RDKit refuses it or is not installed.
    """
    if len(smiles) > MAX_SMILES_LENGTH or not smiles.strip() or not rdkit_installed():
        return None
    chem = _chem()
    mol = chem.MolFromSmiles(smiles.strip())
    if mol is None or mol.GetNumAtoms() == 0:
        return None
    # Removing explicit stereo bonds can change the canonical order once; writing what was
    # read back is stable.
    again = chem.MolFromSmiles(chem.MolToSmiles(mol))
    canonical = chem.MolToSmiles(again if again is not None else mol)
    return Molecule(canonical, _inchikey(chem, mol), valid=True, heavy_atoms=_heavy_atoms(mol))


def sdf_record(smiles: str, name: str, fields: Mapping[str, str]) -> str:
    """Write a molecule as a record of an SDF (V2000) with flat coordinates.

    Args:
        smiles: The molecule; empty is returned for what RDKit does not accept.
        name: Its name, such as an InChIKey.
        fields: What else is told; empty values are left out.

    Raises:
        MissingDependencyError: If RDKit is not installed.
    """
    if not rdkit_installed():
        raise MissingDependencyError(
            "SDF files are written with RDKit, which is not installed.",
            remedy="Run: pip install 'dsocr-integrations[embedded]', or export CSV.",
        )
    from rdkit.Chem import rdDepictor

    chem = _chem()
    mol = chem.MolFromSmiles(smiles)
    if mol is None:
        return ""
    rdDepictor.Compute2DCoords(mol)
    mol.SetProp("_Name", name)
    # A line of a field that starts with > or $$$$ would end it.
    told = "".join(
        f">  <{field}>\n{' '.join(value.split())}\n\n"
        for field, value in fields.items()
        if value and not value.lstrip().startswith((">", "$$$$"))
    )
    return f"{chem.MolToMolBlock(mol)}{told}$$$$\n"


def name_substituents(
    molecule: Molecule, table: str, group_smiles: Callable[[str], str | None]
) -> Molecule:
    """Give the dummy atoms of a molecule the numbers and groups that an atom table names.

    Args:
        molecule: A molecule whose dummy atoms carry no numbers.
        table: The same molecule as a V2000 MOL block: R groups numbered by `M  RGP` lines, what
            else was written at an atom as its alias.
        group_smiles: The SMILES of an alias at the end of a bond, the atom at the bond first;
            an equals sign before the alias tells of a double bond.

    Returns:
        The molecule with `[2*]` for R2 and known groups drawn out; as it was where RDKit is
        not installed, or reads another molecule in the table.
    """
    if not rdkit_installed():
        return molecule
    chem = _chem()
    named = chem.MolFromMolBlock(table)
    if named is None:
        return molecule
    plain = chem.Mol(named)
    for atom in _dummies(plain):
        atom.SetIsotope(0)
    same = canonicalise(chem.MolToSmiles(plain))
    if same is None or same.smiles != molecule.smiles:
        return molecule
    drawn = chem.RWMol(named)
    for atom in _dummies(named):
        label = str(atom.GetPropsAsDict().get("molFileAlias", ""))
        if any(bond.GetBondTypeAsDouble() == 2 for bond in atom.GetBonds()):
            label = f"={label}"
        group = chem.MolFromSmiles(group_smiles(label) or "")
        if group.GetNumAtoms() and atom.GetDegree() == 1:
            _draw_out(drawn, atom.GetIdx(), group)
    return canonicalise(chem.MolToSmiles(drawn)) or molecule


def with_double_bonds(molecule: Molecule, table: str, pairs: Sequence[tuple[int, int]]) -> Molecule:
    """Make single bonds of a molecule double.

    Args:
        molecule: The molecule.
        table: The same molecule as a V2000 MOL block.
        pairs: 0-based atoms of the table that the bonds join.

    Returns:
        The other molecule; the same where RDKit is not installed, refuses the other, or reads
        another molecule in the table.
    """
    if not pairs or not rdkit_installed():
        return molecule
    chem = _chem()
    drawn = chem.MolFromMolBlock(table, removeHs=False)
    if drawn is None or canonicalise(chem.MolToSmiles(chem.RemoveHs(drawn))) != molecule:
        return molecule
    for start, end in pairs:
        bond = drawn.GetBondBetweenAtoms(start, end)
        if bond is None or bond.GetBondType() != chem.BondType.SINGLE:
            return molecule
        bond.SetBondType(chem.BondType.DOUBLE)
        for atom in (bond.GetBeginAtom(), bond.GetEndAtom()):
            atom.SetNoImplicit(what=False)
    if chem.SanitizeMol(drawn, catchErrors=True):
        return molecule
    return canonicalise(chem.MolToSmiles(chem.RemoveHs(drawn))) or molecule


def ionised(molecule: Molecule, charge: int) -> Molecule | None:
    """The ion of a molecule that has one place for a charge.

    Args:
        molecule: Without a charge.
        charge: -1 for the ion of an acid, 1 for that of an amine.

    Returns:
        The ion; `None` where there is no such place or several, or RDKit is not installed.
    """
    pattern = _IONISED.get(charge)
    if pattern is None or not rdkit_installed():
        return None
    chem = _chem()
    mol = chem.MolFromSmiles(molecule.smiles)
    places = mol.GetSubstructMatches(chem.MolFromSmarts(pattern))
    if len(places) != 1:
        return None
    atom = mol.GetAtomWithIdx(places[0][0])
    atom.SetNumExplicitHs(atom.GetTotalNumHs() + charge)
    atom.SetNoImplicit(what=True)
    atom.SetFormalCharge(charge)
    return canonicalise(chem.MolToSmiles(mol))


def is_bare_skeleton(smiles: str) -> bool:
    """Whether a SMILES is carbon and single bonds alone: what lines without a letter look like."""
    return set(smiles) <= _SKELETON


def is_hydrocarbon(smiles: str) -> bool:
    """Whether a SMILES holds no atoms but carbon and hydrogen, so that a drawing needs no letter."""
    return set(smiles) <= _SKELETON | set("c=#")


def fills_in(molecule: Molecule, gaps: Molecule) -> bool:
    """Whether a molecule is another one with labels read that had been left unknown there.

    Args:
        molecule: What may be the same molecule, read better.
        gaps: A molecule with dummy atoms; those with a number are no gaps.

    Returns:
        Whether only such dummies differ, and each is a heteroatom or a numbered group instead:
        labels stand for little else.
    """
    if "*" not in gaps.smiles or not rdkit_installed():
        return False
    chem = _chem()
    asked, full = chem.MolFromSmiles(gaps.smiles), chem.MolFromSmiles(molecule.smiles)
    rules = chem.AdjustQueryParameters.NoAdjustments()
    rules.makeDummiesQueries = True
    places = full.GetSubstructMatch(chem.AdjustQueryProperties(asked, rules), useChirality=True)
    if not len(places) == full.GetNumAtoms() == asked.GetNumAtoms():
        return False
    read = [
        full.GetAtomWithIdx(place)
        for gap, place in zip(asked.GetAtoms(), places, strict=True)
        if gap.GetAtomicNum() == 0 and gap.GetIsotope() == 0
    ]
    known = [atom for atom in read if atom.GetAtomicNum() or atom.GetIsotope()]
    return bool(known) and not any(atom.GetAtomicNum() in _SELDOM_WRITTEN for atom in known)


def from_bonds(elements: Sequence[int], bonds: Sequence[tuple[int, int, int]]) -> Molecule | None:
    """The molecule of a table of bonds, without stereo marks.

    Args:
        elements: Atomic numbers.
        bonds: Two indices into `elements` and the order, 1 to 3, of each bond.

    Returns:
        The molecule, or `None` where RDKit is missing or refuses it, where it is in pieces, or
        where a double bond has two forms and so would need marks.
    """
    if not rdkit_installed() or not all(0 < element <= LAST_ELEMENT for element in elements):
        return None
    chem = _chem()
    drawn = chem.RWMol()
    for element in elements:
        drawn.AddAtom(chem.Atom(element))
    orders = (chem.BondType.SINGLE, chem.BondType.DOUBLE, chem.BondType.TRIPLE)
    for start, end, order in bonds:
        outside = min(start, end) < 0 or max(start, end) >= len(elements)
        if outside or start == end or drawn.GetBondBetweenAtoms(start, end) is not None:
            return None
        drawn.AddBond(start, end, orders[order - 1])
    if chem.SanitizeMol(drawn, catchErrors=True) or len(chem.GetMolFrags(drawn)) != 1:
        return None
    if any(mark.type == chem.StereoType.Bond_Double for mark in chem.FindPotentialStereo(drawn)):
        return None
    return canonicalise(chem.MolToSmiles(drawn))


def from_mol_block(block: str, hydrogens: Mapping[int, int]) -> Molecule | None:
    """The molecule of a drawing, its stereo marks as drawn.

    Args:
        block: As a V2000 MOL block.
        hydrogens: Of some atoms, by their 0-based places, as they are written.

    Returns:
        The molecule, numbers of its dummy atoms left out; `None` where RDKit is missing or
        refuses it, or where an atom has other hydrogens than are written.
    """
    if not rdkit_installed():
        return None
    chem = _chem()
    drawn = chem.MolFromMolBlock(block, removeHs=False)
    if drawn is None:
        return None
    for place, written in hydrogens.items():
        atom = drawn.GetAtomWithIdx(place)
        if atom.GetTotalNumHs() != written or atom.GetNumRadicalElectrons():
            return None
    for atom in _dummies(drawn):
        atom.SetIsotope(0)
    return canonicalise(chem.MolToSmiles(chem.RemoveHs(drawn)))


def _draw_out(drawn: Any, index: int, group: Any) -> None:
    """Turn a dummy atom into a group; it keeps its place and so the order around its centre."""
    first = group.GetAtomWithIdx(0)
    start = drawn.GetNumAtoms()
    drawn.InsertMol(group)
    for neighbour in first.GetNeighbors():
        bond = group.GetBondBetweenAtoms(0, neighbour.GetIdx())
        drawn.AddBond(index, start + neighbour.GetIdx(), bond.GetBondType())
    drawn.RemoveAtom(start)
    place = drawn.GetAtomWithIdx(index)
    place.SetAtomicNum(first.GetAtomicNum())
    place.SetFormalCharge(first.GetFormalCharge())
    place.SetIsotope(first.GetIsotope())
    place.SetIsAromatic(first.GetIsAromatic())


def _dummies(mol: Any) -> list[Any]:
    return [atom for atom in mol.GetAtoms() if atom.GetAtomicNum() == 0]


def _heavy_atoms(mol: Any) -> int:
    return sum(atom.GetAtomicNum() != 1 for atom in mol.GetAtoms())


def _inchikey(chem: Any, mol: Any) -> str | None:
    if mol.GetNumAtoms() > MAX_INCHI_ATOMS:
        return None
    if any(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()):
        return None
    return chem.MolToInchiKey(mol) or None


@functools.cache
def _chem() -> Any:
    from rdkit import Chem, RDLogger

    # A refused SMILES is an answer here, not a fault worth lines on stderr.
    log: Any = RDLogger
    log.DisableLog("rdApp.*")
    return Chem


def _shape(token: str) -> _Shape | None:
    """Walk the token once; `None` where the grammar breaks."""
    atoms = carbons = depth = position = 0
    structure = False
    rings: set[str] = set()
    previous = ""
    while position < len(token):
        match = _TOKEN.match(token, position)
        if match is None or match.lastgroup is None:
            return None
        kind, text = match.lastgroup, match.group()
        if kind == "atom":
            atoms += _HYDROGEN.fullmatch(text) is None
            carbons += text in {"C", "c"} or text.startswith(("[C@", "[CH", "[13C"))
            structure |= text.startswith("[")
        else:
            if not _follows(kind, previous):
                return None
            structure |= kind != "dot"
            depth += (kind == "open") - (kind == "close")
            if kind == "ring":
                rings ^= {text.lstrip("%").lstrip("0")}
        if depth < 0:
            return None
        previous, position = kind, match.end()
    complete = depth == 0 and not rings and previous in {"atom", "ring", "close"}
    return _Shape(atoms, carbons, structure) if complete and atoms else None


def _follows(kind: str, previous: str) -> bool:
    """Whether a token that is not an atom may stand after the previous kind."""
    allowed = {
        "ring": {"atom", "ring", "bond"},
        "bond": {"atom", "ring", "open", "close"},
        "open": {"atom", "ring", "close"},
        "close": {"atom", "ring", "close"},
        "dot": {"atom", "ring", "close"},
    }
    return previous in allowed[kind]
