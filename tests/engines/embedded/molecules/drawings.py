"""Drawings of known molecules in many styles, from seeds, each with its SMILES."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rdkit import Chem
from rdkit.Chem import rdAbbreviations
from rdkit.Chem.Draw import rdMolDraw2D

from tests.engines.embedded.molecules.known_molecules import KNOWN
from tests.grain import grain

GROUPS = """
Me C
Et CC
iPr C(C)C
tBu C(C)(C)C
Ph c1ccccc1
Bn Cc1ccccc1
OMe OC
OEt OCC
CF3 C(F)(F)F
NO2 [N+](=O)[O-]
CN C#N
CO2H C(=O)O
CO2Me C(=O)OC
CO2Et C(=O)OCC
Boc C(=O)OC(C)(C)C
OTs OS(=O)(=O)c1ccc(C)cc1
OMs OS(=O)(=O)C
NMe2 N(C)C
OAc OC(C)=O
TMS [Si](C)(C)C
"""
"""Labels and the groups they stand for, the first atom at the bond."""

SALTS = ("HCl", "HBr", "2HCl", "Na", "K", "Cl", "Br", "I")

_IONS = {
    "HCl": "Cl", "HBr": "Br", "2HCl": "Cl.Cl", "Na": "[Na+]", "K": "[K+]",
    "Cl": "[Cl-]", "Br": "[Br-]", "I": "[I-]",
}  # fmt: skip
_ACID = Chem.MolFromSmarts("[CX3](=O)[OX2H1]")
_AMINE = Chem.MolFromSmarts("[NX3;!$(N-C=[O,N,S]);!$(N-S(=O));!$(N-c);!$(N-N);!$(N-C=C)]")


@dataclass(frozen=True)
class Drawing:
    """A drawn molecule.

    Attributes:
        picture: Its pixels.
        smiles: What it shows, canonical.
    """

    picture: Image.Image
    smiles: str


def draw_molecule(seed: int) -> Drawing:
    """A molecule in a style: width of lines, font, colours, labels, size, grain, blur, JPEG."""
    chance = random.Random(f"molecule {seed}")
    mol = Chem.MolFromSmiles(chance.choice(KNOWN))
    return Drawing(_worn(_drawn(mol, chance), chance), Chem.MolToSmiles(mol))


def draw_salt(seed: int) -> Drawing:
    """A molecule with its acid or counter-ion written beside it."""
    chance = random.Random(f"salt {seed}")
    while True:
        mol = Chem.MolFromSmiles(chance.choice(KNOWN))
        acid, amine = mol.GetSubstructMatch(_ACID), mol.GetSubstructMatch(_AMINE)
        salts = [name for name in SALTS if (acid if name in ("Na", "K") else amine)]
        if salts:
            break
    name = chance.choice(salts)
    charged = Chem.RWMol(mol)
    said = name
    if name in ("Na", "K"):
        charged.GetAtomWithIdx(acid[2]).SetFormalCharge(-1)
        said = f"{name}+"
    elif "H" not in name:
        atom = charged.GetAtomWithIdx(amine[0])
        atom.SetFormalCharge(1)
        atom.SetNumExplicitHs(atom.GetTotalNumHs() + 1)
        atom.SetNoImplicit(what=True)
        said = f"{name}-"
    Chem.SanitizeMol(charged)
    drawn = _worn(_with_salt(_drawn(charged.GetMol(), chance), said, chance), chance)
    whole = Chem.MolFromSmiles(f"{Chem.MolToSmiles(charged)}.{_IONS[name]}")
    return Drawing(drawn, Chem.MolToSmiles(whole))


def draw_reaction(seed: int) -> tuple[Image.Image, tuple[str, ...]]:
    """Two or three molecules, an arrow or a plus between each two, words above some arrows.

    Returns:
        The picture, and the molecules from left to right.
    """
    chance = random.Random(f"reaction {seed}")
    small = [one for one in KNOWN if len(one) < 32]
    mols = [Chem.MolFromSmiles(one) for one in chance.sample(small, chance.choice((2, 2, 3)))]
    side, width = chance.choice(((300, 2), (380, 2), (450, 3)))
    arrow = side // 2
    sheet = Image.new("RGB", ((len(mols) * (side + arrow)) - arrow, side + 20), "white")
    pen = ImageDraw.Draw(sheet)
    for n, mol in enumerate(mols):
        drawer = rdMolDraw2D.MolDraw2DCairo(side, side)
        drawer.drawOptions().useBWAtomPalette()
        drawer.drawOptions().bondLineWidth = width
        drawer.drawOptions().fixedBondLength = side / 11
        left = n * (side + arrow)
        sheet.paste(_pixels(drawer, mol), (left, 10))
        y = side // 2 + 10
        if n == 1 and len(mols) == 3 and chance.random() < 0.5:
            pen.text((left - arrow / 2, y), "+", "black", _font(side // 11), anchor="mm")
        elif n:
            pen.line((left - arrow + 12, y, left - 12, y), fill="black", width=width)
            pen.polygon([(left - 12, y), (left - 26, y - 7), (left - 26, y + 7)], fill="black")
            if chance.random() < 0.6:
                said = chance.choice(("NaOH", "H2SO4", "80 °C", "Pd/C, H2", "LiAlH4", "rt, 2 h"))
                pen.text((left - arrow / 2, y - 14), said, "black", _font(20), anchor="mm")
    return sheet, tuple(Chem.MolToSmiles(mol) for mol in mols)


def draw_paths(seed: int) -> tuple[bytes, str]:
    """A molecule drawn with paths in some style, its letters as text or as paths.

    Returns:
        A PDF of one page, and the SMILES.
    """
    chance = random.Random(f"paths {seed}")
    mol = Chem.MolFromSmiles(chance.choice(KNOWN))
    side = chance.choice((150, 220, 300, 400))
    as_text = chance.random() < 0.5
    drawer = rdMolDraw2D.MolDraw2DSVG(int(side * chance.uniform(1, 1.4)), side, -1, -1, as_text)
    styled = _styled(mol, drawer.drawOptions(), chance)
    drawer.drawOptions().clearBackground = chance.random() < 0.5
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, styled)
    drawer.FinishDrawing()
    with pymupdf.open(stream=drawer.GetDrawingText().encode(), filetype="svg") as drawn:
        return drawn.convert_to_pdf(), Chem.MolToSmiles(mol)


def _drawn(mol: Any, chance: random.Random) -> Image.Image:
    side = chance.choice((220, 300, 400, 500, 700))
    drawer = rdMolDraw2D.MolDraw2DCairo(int(side * chance.uniform(1, 1.4)), side)
    return _pixels(drawer, _styled(mol, drawer.drawOptions(), chance, side))


def _styled(mol: Any, style: Any, chance: random.Random, side: int = 0) -> Any:
    """Set a style of drawing, and give the molecule as it is to be drawn."""
    if chance.random() < 0.5:
        style.useBWAtomPalette()
    style.bondLineWidth = chance.choice((1, 2, 2, 3)) * (2 if side > 600 else 1)
    style.multipleBondOffset = chance.choice((0.12, 0.15, 0.18))
    style.rotate = chance.choice((0, 0, 0, 30, 90, 15))
    style.additionalAtomLabelPadding = chance.choice((0, 0.05, 0.1))
    style.padding = chance.choice((0.05, 0.1))
    style.explicitMethyl = chance.random() < 0.25
    if chance.random() < 0.3:
        style.fontFile = _font_file(chance)
    if chance.random() < 0.3:
        groups = rdAbbreviations.ParseAbbreviations(GROUPS)
        mol = rdAbbreviations.CondenseMolAbbreviations(mol, groups, 0.6)
    elif chance.random() < 0.1:
        mol = _with_hydrogens_at_stereo(mol)
    return mol


def _with_hydrogens_at_stereo(mol: Any) -> Any:
    centres = [index for index, _ in Chem.FindMolChiralCenters(mol, useLegacyImplementation=False)]
    return Chem.AddHs(mol, onlyOnAtoms=centres) if centres else mol


def _pixels(drawer: Any, mol: Any) -> Image.Image:
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, mol)
    drawer.FinishDrawing()
    return Image.open(io.BytesIO(drawer.GetDrawingText())).convert("RGB")


def _with_salt(picture: Image.Image, said: str, chance: random.Random) -> Image.Image:
    """The picture with the name of a salt at its right, a sign raised."""
    size = max(14, picture.height // 17)
    wide = Image.new("RGB", (picture.width + 6 * size, picture.height), "white")
    wide.paste(picture)
    pen = ImageDraw.Draw(wide)
    letters, sign = re.fullmatch(r"(\w+)([+-]?)", said).groups()  # type: ignore[union-attr]
    dot = chance.choice(("", "", "· ")) if not sign else ""
    place = (picture.width + size, picture.height * chance.uniform(0.4, 0.6))
    pen.text(place, dot + letters, "black", _font(size), anchor="ls")
    if sign:
        raised = (place[0] + pen.textlength(letters, _font(size)) + 1, place[1] - 0.45 * size)
        pen.text(raised, sign, "black", _font(round(0.8 * size)), anchor="ls")
    return wide


def _worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    """As a scanner, a screenshot or a web page gives it."""
    way = chance.choice(("clean", "clean", "bits", "scan", "jpeg", "soft", "grey"))
    if way == "bits":
        return picture.convert("L").point(lambda level: 255 * (level > 150)).convert("1")
    if way == "grey":
        return picture.convert("L")
    if way == "soft":
        return picture.filter(ImageFilter.GaussianBlur(0.7))
    if way == "jpeg":
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=chance.choice((35, 55, 75)))
        return Image.open(packed).convert("RGB")
    if way == "scan":
        turned = picture.convert("L").rotate(chance.uniform(-1, 1), fillcolor=255, resample=3)
        noise = np.asarray(grain(turned.size, 9, chance.randrange(10**6))).astype(int) - 128
        return Image.fromarray((np.asarray(turned) + noise).clip(0, 255).astype(np.uint8))
    return picture


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)  # type: ignore[return-value]


def _font_file(chance: random.Random) -> str:
    """The one font that is on every machine: Pillow has none as a file, matplotlib does."""
    from matplotlib import get_data_path

    name = chance.choice(("DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSans-Bold.ttf"))
    return f"{get_data_path()}/fonts/ttf/{name}"


@dataclass(frozen=True)
class DrawnGrid:
    """Molecules in rows and columns, each with a number and a name below it.

    Attributes:
        picture: The page.
        cells: Pixels around each drawing, row by row.
        names: Words below each, with their boxes.
        prose: Words of the line above all, with their boxes.
        smiles: What is drawn in each.
    """

    picture: Image.Image
    cells: tuple[tuple[int, int, int, int], ...]
    names: tuple[tuple[tuple[str, tuple[float, ...]], ...], ...]
    prose: tuple[tuple[str, tuple[float, ...]], ...]
    smiles: tuple[str, ...]


def draw_grid(seed: int, rows: int, columns: int) -> DrawnGrid:
    """A page of molecules as a supporting information shows them."""
    chance = random.Random(f"grid {seed}")
    small = [one for one in KNOWN if 12 < len(one) < 36 and "c1" in one]
    chosen = chance.sample(small, rows * columns)
    side, size = 260, 20
    sheet = Image.new("RGB", (60 + columns * (side + 60), 110 + rows * (side + 80)), "white")
    pen = ImageDraw.Draw(sheet)
    said = "Compounds of the study, bought and used as they came from the supplier."
    prose = _written(pen, said, (60, 40), size)
    cells, names = [], []
    for n, smiles in enumerate(chosen):
        left, top = 60 + n % columns * (side + 60), 90 + n // columns * (side + 80)
        drawer = rdMolDraw2D.MolDraw2DCairo(side, side)
        drawer.drawOptions().useBWAtomPalette()
        sheet.paste(_pixels(drawer, Chem.MolFromSmiles(smiles)), (left, top))
        cells.append((left, top, left + side, top + side))
        names.append(
            _written(pen, f"{n + 1} Compound{chr(97 + n)}", (left + 60, top + side + 10), size)
        )
    canonical = tuple(Chem.CanonSmiles(smiles) for smiles in chosen)
    return DrawnGrid(sheet, tuple(cells), tuple(names), prose, canonical)


def _written(
    pen: ImageDraw.ImageDraw, said: str, place: tuple[float, float], size: int
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """Write words in a line; each with its box."""
    x, y = place
    found = []
    for word in said.split():
        pen.text((x, y), word, "black", _font(size))
        found.append((word, pen.textbbox((x, y), word, _font(size))))
        x += pen.textlength(f"{word} ", _font(size))
    return tuple(found)
