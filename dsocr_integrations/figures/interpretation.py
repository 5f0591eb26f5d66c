"""The second look: which blocks of a page are cropped, and what the answer about a crop means.

An engine answers `Parse the figure.` with an HTML or pipe table for a chart, a SMILES for a
molecule, a dict of coordinates for plane geometry, a caption for anything else, and nothing
where it has nothing to say. Here the answer becomes a `Figure`; it is untrusted text and is
only ever parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.figures.charts import read_chart
from dsocr_integrations.figures.geometry import read_geometry
from dsocr_integrations.grounding.captions import captions_of, is_picture
from dsocr_integrations.molecules import looks_like_smiles, rdkit_installed, read_smiles
from dsocr_integrations.records.documents import (
    GRID,
    Block,
    Box,
    Evidence,
    Figure,
    FigureEvidence,
    FigureKind,
    Geometry,
    ParseWarning,
    Table,
)

if TYPE_CHECKING:
    from dsocr_integrations.engines.base import Reading
    from dsocr_integrations.rendering import PageRegion

MAX_ANSWER = 400_000
"""Characters of an answer that are looked at; the model's own limit is far below."""

MIN_SIDE = 24.0
"""Points. Smaller pictures are icons, rules and logos: nothing to read deeper."""

MARGIN = 6
"""Grid units added around a box, so that a tight box does not cut off tick labels."""

MAX_FIGURES = 200
"""Pictures of one page that are kept; a page of thousands of boxes is a fault, not a find."""

MAX_LOOKS = 24
"""Second looks granted to one page, each of them a request as dear as a page."""

SURE_MOLECULE = 0.5
"""Confidence below which a molecule gets a warning."""

_FENCE = re.compile(r"\A\s*```[a-z]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_SPECIAL_TOKEN = re.compile(r"<[|｜][^<>]{0,60}[|｜]>")


@dataclass(frozen=True)
class FigureRequest:
    """One second look to ask for.

    Attributes:
        number: 1-based place among the page's figures.
        block: 0-based place of the block in the page's blocks.
        boxes: The block's boxes on the 0–999 grid of the page.
        region: The crop, a little larger than the box.
        caption: Printed caption that stands with the figure.
    """

    number: int
    block: int
    boxes: tuple[Box, ...]
    region: PageRegion
    caption: str | None


@dataclass(frozen=True)
class FigureAnswer:
    """What an answer to `Parse the figure.` says; the fields are those of `Figure`."""

    kind: FigureKind = "picture"
    table: Table | None = None
    smiles: str | None = None
    smiles_valid: bool | None = None
    inchikey: str | None = None
    geometry: Geometry | None = None
    description: str | None = None
    warnings: tuple[ParseWarning, ...] = ()


def looked_at(requests: Sequence[FigureRequest]) -> frozenset[int]:
    """Choose the pictures that get their second look: the largest ones, at most `MAX_LOOKS`.

    Returns:
        Their numbers.
    """
    largest = sorted(requests, key=lambda one: -one.region.width * one.region.height)
    return frozenset(one.number for one in largest[:MAX_LOOKS])


def figure_requests(blocks: Sequence[Block], region: PageRegion) -> tuple[FigureRequest, ...]:
    """List the pictures of a page that deserve a second look, in reading order.

    Args:
        blocks: The page's blocks.
        region: The page they were read from.

    Returns:
        One request for each picture block whose box is worth a crop, at most `MAX_FIGURES`.
        A block with several boxes is cropped around all of them.
    """
    requests: list[FigureRequest] = []
    captions = captions_of(blocks)
    for place, block in enumerate(blocks):
        if not is_picture(block) or len(requests) >= MAX_FIGURES:
            continue
        box = _union(block.boxes)
        if box is None or not _is_sensible(box, region):
            continue
        requests.append(
            FigureRequest(
                number=len(requests) + 1,
                block=place,
                boxes=block.boxes,
                region=region.crop(_with_margin(box)),
                caption=_printed_caption(blocks, captions.get(place, ())),
            )
        )
    return tuple(requests)


def interpret(
    reading: Reading,
    *,
    number: int,
    block: int | None = None,
    boxes: tuple[Box, ...] = (),
    caption: str | None = None,
) -> Figure:
    """Build the figure's record from an engine's answer.

    Args:
        reading: The answer to `Parse the figure.`; a failed one gives a picture with a warning.
        number: 1-based place among the page's figures.
        block: 0-based place of its block.
        boxes: Where it stands on the page, on the 0–999 grid.
        caption: Printed caption.

    Returns:
        The figure. Whatever the answer holds, this does not raise.
    """
    answer = parse_answer(reading.text)
    warnings = (*answer.warnings, *_reading_warnings(reading))
    facts = _facts(reading.evidence)
    if answer.kind == "molecule" and (facts.confidence or 1.0) < SURE_MOLECULE:
        message = f"The molecule was read with a confidence of {facts.confidence} only; compare it."
        warnings += (ParseWarning(kind="doubtful_molecule", message=message),)
    source = (facts.value_source or "model") if answer.kind == "chart" else None
    return Figure(
        number=number,
        block=block,
        kind=answer.kind,
        boxes=boxes,
        caption=caption,
        table=answer.table,
        smiles=answer.smiles,
        smiles_valid=answer.smiles_valid,
        inchikey=answer.inchikey,
        geometry=answer.geometry,
        description=answer.description,
        value_source=source,
        confidence=facts.confidence,
        raw=reading.text,
        warnings=warnings,
    )


def described(
    reading: Reading, *, number: int, block: int | None = None, boxes: tuple[Box, ...] = ()
) -> Figure:
    """Build the figure's record from an answer to `Describe this image in detail.`.

    Args:
        reading: The answer; whatever it looks like, it is taken for a description only.
        number: 1-based place among the page's figures.
        block: 0-based place of its block.
        boxes: Where it stands on the page, on the 0–999 grid.
    """
    return Figure(
        number=number,
        block=block,
        boxes=boxes,
        description=plain_answer(reading.text) or None,
        raw=reading.text,
        warnings=_reading_warnings(reading),
    )


def plain_answer(raw: str) -> str:
    """An answer without special tokens and code fences, bounded."""
    text = _SPECIAL_TOKEN.sub("", raw[:MAX_ANSWER])
    fenced = _FENCE.match(text)
    return (fenced.group(1) if fenced else text).strip()


def parse_answer(raw: str) -> FigureAnswer:
    """Tell what an answer to `Parse the figure.` is, and read it.

    Args:
        raw: The answer as said.

    Returns:
        Its content. Text that is no table, SMILES or geometry is a picture's description;
        an empty answer is a picture without one.
    """
    text = plain_answer(raw)
    if not text:
        return FigureAnswer()
    warnings: tuple[ParseWarning, ...] = ()
    if "<table" in text.lower() or "|" in text:
        table, warnings = read_chart(text)
        if table is not None:
            return FigureAnswer(kind="chart", table=table, warnings=warnings)
    molecule = _molecule_answer(text)
    if molecule is not None:
        return molecule
    geometry, geometry_warnings = read_geometry(text)
    if geometry is not None:
        return FigureAnswer(kind="geometry", geometry=geometry, warnings=geometry_warnings)
    return FigureAnswer(description=text, warnings=(*warnings, *geometry_warnings))


def figure_report(figure: Figure, file: str) -> dict[str, Any]:
    """Describe one figure as a flat JSON-safe dict, for one line of output.

    Args:
        figure: The figure.
        file: Name of the file it was sent in.

    Returns:
        `file`, `kind`, the one of `table`, `smiles`, `geometry` or `caption` that the kind
        has, and `confidence`.
    """
    report: dict[str, Any] = {"file": file, "kind": figure.kind}
    if figure.table is not None:
        report["table"] = figure.table.model_dump(mode="json")
        report["value_source"] = figure.value_source
    elif figure.smiles is not None:
        report["smiles"] = figure.smiles
        report["smiles_valid"] = figure.smiles_valid
        report["inchikey"] = figure.inchikey
    elif figure.geometry is not None:
        report["geometry"] = figure.geometry.model_dump(mode="json")
    else:
        report["caption"] = figure.description or figure.caption or ""
    report["confidence"] = figure.confidence
    if figure.warnings:
        report["warnings"] = [warning.model_dump(mode="json") for warning in figure.warnings]
    return report


def _molecule_answer(text: str) -> FigureAnswer | None:
    token = text.removeprefix("<smiles>").removesuffix("</smiles>").strip()
    molecule = read_smiles(token)
    if molecule is not None:
        return FigureAnswer(
            kind="molecule",
            smiles=molecule.smiles,
            smiles_valid=molecule.valid,
            inchikey=molecule.inchikey,
        )
    if not looks_like_smiles(token) or _BRACKETED.fullmatch(token):
        # One pair of brackets that holds no element is a word in brackets.
        return None
    message = "The SMILES follows the grammar, but RDKit refuses its chemistry."
    return FigureAnswer(
        kind="molecule",
        smiles=token,
        smiles_valid=False if rdkit_installed() else None,
        warnings=(ParseWarning(kind="invalid_smiles", message=message),),
    )


def _reading_warnings(reading: Reading) -> tuple[ParseWarning, ...]:
    if reading.failure is not None and reading.failure.kind == "unsupported":
        return (ParseWarning(kind="figure_not_looked_at", message=reading.failure.message),)
    if reading.failure is not None:
        message = f"The second look failed ({reading.failure.kind}): {reading.failure.message}"
        return (ParseWarning(kind="figure_failed", message=message),)
    if reading.finish_reason != "stop":
        message = f"The answer ended by {reading.finish_reason} and may be incomplete."
        return (ParseWarning(kind="truncated_figure", message=message),)
    return ()


def _printed_caption(blocks: Sequence[Block], places: Sequence[int]) -> str | None:
    """What is printed as a picture's caption; its footnotes are no caption."""
    texts = (
        blocks[place].text.strip()
        for place in places
        if "footnote" not in blocks[place].label.lower()
    )
    return "\n".join(text for text in texts if text) or None


def _facts(evidence: Evidence | None) -> FigureEvidence:
    if evidence is None or evidence.figure is None:
        return FigureEvidence()
    return evidence.figure


def _union(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _with_margin(box: Box) -> Box:
    x0, y0, x1, y1 = box
    return (
        max(0, x0 - MARGIN),
        max(0, y0 - MARGIN),
        min(GRID, x1 + MARGIN),
        min(GRID, y1 + MARGIN),
    )


def _is_sensible(box: Box, region: PageRegion) -> bool:
    width = (box[2] - box[0]) / GRID * region.width
    height = (box[3] - box[1]) / GRID * region.height
    return width >= MIN_SIDE and height >= MIN_SIDE
