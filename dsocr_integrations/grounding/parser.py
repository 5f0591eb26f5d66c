"""Turn a model's grounded answer into blocks.

`parse` never raises, never evaluates anything, and loses nothing: each word of the answer
reaches some block's text, each irregularity is listed as a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.grounding.aperiodic import find_aperiodic
from dsocr_integrations.grounding.captions import with_captions
from dsocr_integrations.grounding.content import Piece, pair_tables, split_tables
from dsocr_integrations.grounding.equal_blocks import column_of_equal_blocks
from dsocr_integrations.grounding.repetition import Loop, find_loop, is_at_edge, stepping_boxes
from dsocr_integrations.grounding.scattered_boxes import scattered_boxes
from dsocr_integrations.grounding.tags import (
    KNOWN_LABELS,
    MAX_LABEL,
    Tag,
    clean,
    find_tags,
    strip_truncated_token,
)
from dsocr_integrations.records.documents import (
    GRID,
    Block,
    BlockEvidence,
    Box,
    Evidence,
    ParseWarning,
    RawBox,
)
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.cell_tokens import cells_as_html
from dsocr_integrations.tables.doubts import DOUBTFUL_TABLE, table_doubts

_LINE_BREAK = re.compile(r"[ \t]*</?br\s?/?>[ \t]*\n?", re.IGNORECASE)
_CENTER = re.compile(r"</?center>", re.IGNORECASE)
_STRAY_TABLE_TAG = re.compile(
    r"</(?:table|thead|tbody|tr|td|th)\s{0,8}>|<(?:tr|td|th|thead|tbody)>", re.IGNORECASE
)
_MARKED_UP = re.compile(r"\s{0,3}#{1,6}\s")
_CODE_LABELS = frozenset({"code", "algorithm"})
_DEEPER = re.compile(r"\n((?: {2}){1,6})\Z")
_APERIODIC = {
    "scattered": "names boxes without end",
    "counting": "counts on without end",
    "few_words": "shuffles a handful of words",
    "random": "strings characters together",
}
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)]) ")


@dataclass(frozen=True)
class ParsedPage:
    """A page's answer, taken apart.

    Attributes:
        blocks: In the order of the answer, which is the reading order.
        warnings: What was irregular, each kind once with its count.
    """

    blocks: tuple[Block, ...]
    warnings: tuple[ParseWarning, ...]


def parse(text: str, *, evidence: Evidence | None = None) -> ParsedPage:
    """Parse an answer in any of the wire forms, or plain text without boxes.

    Args:
        text: The answer as said.
        evidence: What the engine knows beyond it; adds confidences and doubts, and changes nothing
            else.

    Returns:
        Blocks and warnings. Boxes are on the 0–999 grid of the upright page.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if "&lt;|" in text:
        # Some hosts escape the answer for HTML.
        text = text.replace("&lt;|", "<|").replace("|&gt;", "|>")
    text = cells_as_html(text)
    tags = find_tags(text)
    pieces = _pieces(text, tags)
    is_lines = _holds_lines(pieces)
    pieces = [_with_ref_text(piece, is_lines=is_lines) for piece in pieces]
    pieces = split_tables(pair_tables(pieces))
    notes = _Notes()
    _note_tags(notes, tags)
    known = evidence.blocks if evidence else ()
    blocks = tuple(_block(piece, known, notes) for piece in pieces)
    loop = _find_loop(text, tags, blocks)
    if loop:
        said = _APERIODIC.get(loop.kind, f"repeats itself {loop.repeats} times")
        notes.add("loop", f"The answer {said}: {clean(loop.unit)!r}.")
    return ParsedPage(with_captions(blocks), notes.warnings())


class _Notes:
    """Collects warnings, each kind once, so that a hostile page cannot list thousands."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def add(self, kind: str, message: str) -> None:
        self._first.setdefault(kind, message)
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def warnings(self) -> tuple[ParseWarning, ...]:
        return tuple(
            ParseWarning(
                kind=kind,
                message=message
                if self._counts[kind] == 1
                else f"{message} ({self._counts[kind]} times on this page)",
            )
            for kind, message in self._first.items()
        )


def _pieces(text: str, tags: Sequence[Tag]) -> list[Piece]:
    pieces = []
    first = tags[0].start if tags else len(text)
    lead = _body(text[:first], at_end=not tags)
    if lead:
        pieces.append(Piece("text", lead))
    grounded = 0
    for place, tag in enumerate(tags):
        last = place + 1 == len(tags)
        body = _body(text[tag.end : None if last else tags[place + 1].start], at_end=last)
        if not tag.label:
            if body:
                pieces.append(Piece("text", body))
            continue
        if tag.boxes or body or not tag.truncated or tag.end - tag.start > len("<|det|>"):
            pieces.append(Piece(clean(tag.label).strip(), body, tag.boxes, grounded=grounded))
        grounded += 1
    return pieces


def _body(text: str, *, at_end: bool) -> str:
    if at_end:
        text = strip_truncated_token(text)
    said = clean(text)
    kept = said.strip()
    # Alone among white space, the indentation of a list item says something: its depth.
    before = _DEEPER.search(said[: len(said) - len(said.lstrip())])
    return before[1] + kept if before and _ITEM.match(kept) else kept


def _holds_lines(pieces: Sequence[Piece]) -> bool:
    """Whether this answers `OCR this image.`: the refs hold the text itself."""
    grounded = [piece for piece in pieces if piece.grounded is not None]
    if not grounded:
        return False
    texts = sum(not piece.text and piece.label not in KNOWN_LABELS for piece in grounded)
    return 2 * texts > len(grounded)


def _with_ref_text(piece: Piece, *, is_lines: bool) -> Piece:
    """Take the ref for text where it is no label, so that it is not lost."""
    if piece.grounded is None:
        return piece
    unknown = piece.label not in KNOWN_LABELS
    if is_lines:
        takes_ref = unknown or not piece.text
    else:
        takes_ref = unknown and (not piece.text or not _looks_like_label(piece.label))
    if not takes_ref:
        return piece
    return replace(piece, text=f"{piece.label}\n{piece.text}".strip())


def _looks_like_label(label: str) -> bool:
    return len(label) <= MAX_LABEL and re.fullmatch(r"[A-Za-z][\w -]*", label) is not None


def _block(piece: Piece, evidence: Sequence[BlockEvidence], notes: _Notes) -> Block:
    table = None
    doubts: list[str] = []
    place = piece.grounded
    known = evidence[place] if place is not None and place < len(evidence) else BlockEvidence()
    boxes = tuple(_on_grid(box, notes) for box in piece.boxes)
    text = _CENTER.sub(" ", piece.text).strip() if "center>" in piece.text else piece.text
    if piece.has_table:
        table, warnings = parse_table(text)
        for warning in warnings:
            notes.add(warning.kind, warning.message)
        doubts = [*table_doubts(table), *known.doubts] if table is not None else []
        for doubt in doubts:
            where = f"The table at {list(boxes[0])} is doubtful. " if boxes else ""
            notes.add(DOUBTFUL_TABLE, f"{where}{doubt}")
    elif "<" in text:
        text = _STRAY_TABLE_TAG.sub(" ", text).strip()
        if piece.label not in _CODE_LABELS:
            # A heading ends with its line.
            text = _LINE_BREAK.sub(" " if _MARKED_UP.match(text) else "\n", text).strip()
    return Block(
        label=piece.label,
        boxes=boxes,
        raw_boxes=piece.boxes if not piece.inherits_boxes else (),
        text=text,
        table=table,
        confidence=known.confidence,
        warnings=tuple(ParseWarning(kind=DOUBTFUL_TABLE, message=doubt) for doubt in doubts),
    )


def _on_grid(raw: RawBox, notes: _Notes) -> Box:
    if min(raw) < 0 or max(raw) > GRID:
        notes.add("box_outside_grid", f"A box {_said(raw)} was clamped to the grid.")
    if raw[0] > raw[2] or raw[1] > raw[3]:
        notes.add("box_unordered", f"The corners of a box {_said(raw)} were put in order.")
    x0, y0, x1, y1 = (max(0, min(GRID, round(value))) for value in raw)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _said(raw: RawBox) -> str:
    return "[" + ", ".join(f"{value:g}" for value in raw) + "]"


def _note_tags(notes: _Notes, tags: Iterable[Tag]) -> None:
    for tag in tags:
        if tag.truncated:
            notes.add("truncated_tag", f"A tag {clean(tag.label)[:40]!r} is not complete.")
        elif tag.unreadable:
            notes.add("unreadable_box", f"A tag {clean(tag.label)[:40]!r} holds no box.")


def _find_loop(text: str, tags: Sequence[Tag], blocks: Sequence[Block]) -> Loop | None:
    boxes = [tag.boxes[0] for tag in tags if tag.boxes]
    steps = stepping_boxes(boxes)
    if steps:
        # Boxes that stand still are believed as long as their texts differ.
        repeated = 2 * len({block.text for block in blocks}) < len(blocks)
        if repeated or is_at_edge(boxes, steps.start, steps.start + steps.repeats):
            return steps
    scattered = scattered_boxes(
        [box for block in blocks if not block.text for box in block.raw_boxes]
    )
    if scattered:
        return scattered
    plain = "\n".join(block.text for block in blocks)
    return (
        find_loop(text)
        or find_loop(plain)
        or column_of_equal_blocks(blocks)
        or find_aperiodic(plain)
    )
