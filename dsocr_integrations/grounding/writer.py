"""A page as some reader found it, written in DeepSeek-OCR's language.

A reader works in points of the region it was given (origin at the region's top left), or in
any other unit in which it tells width and height. The answer carries integer boxes on the
0–999 grid of that region; exact point boxes ride along as evidence, so that dropping them
changes no text, table or label. `dsocr_integrations.grounding.parse` is the other direction.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from dsocr_integrations.grounding.tags import TOKEN
from dsocr_integrations.records.documents import (
    GRID,
    BlockEvidence,
    Box,
    Evidence,
    ParseWarning,
    PlacedWord,
    PointBox,
)
from dsocr_integrations.records.readings import LayoutWay

# Beside the tokens that the parser knows: what is shaped like one, and what it takes for a
# token's beginning that a host has escaped for HTML.
_LIKE_A_TOKEN = re.compile(r"<(?=\|/?[A-Za-z_]+\|>)|&lt;(?=\|)")
_JOINER = "\u2060"
_TABLE_BREAKS = re.compile(r"</tr>|<br\s*/?>", re.IGNORECASE)
_TABLE_CELLS = re.compile(r"</t[dh]>\s*(?=<t[dh])", re.IGNORECASE)
_HTML_TAG = re.compile(r"</?(?:table|thead|tbody|tr|td|th)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class GroundedLine:
    """One printed line.

    Attributes:
        box: Box in points of the region.
        text: The line as printed, without markup.
        confidence: 0–1 where a recogniser measured it.
    """

    box: PointBox
    text: str
    confidence: float | None = None


@dataclass(frozen=True)
class GroundedWord:
    """One printed word that was read from pixels; its box is in points of the region."""

    box: PointBox
    text: str


@dataclass(frozen=True)
class GroundedBlock:
    r"""One labelled piece of a page.

    Attributes:
        label: DeepSeek-OCR's word for it: `title`, `sub_title`, `text`, `table`, `equation`…
        boxes: Boxes in points of the region; empty only for a reader that has none.
        text: Markdown, `\[…\]`, or HTML for a table; empty for a picture.
        confidence: 0–1 where a recogniser measured it.
        lines: The printed lines behind the text, for line-wise and plain answers.
        words: The words behind the text where they were read from pixels; a table's cell by cell.
        doubts: What speaks against it, each in a sentence.
    """

    label: str
    boxes: tuple[PointBox, ...]
    text: str = ""
    confidence: float | None = None
    lines: tuple[GroundedLine, ...] = ()
    words: tuple[GroundedWord, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroundedPage:
    """A page region as read, in reading order.

    Attributes:
        width: Width of the region in points.
        height: Height of the region in points.
        blocks: What was found, in reading order.
        parts: Names of third-party parts that took part in finding it.
        doubts: What could not be read, or not be checked; each makes the reading doubtful.
        layer_refuted: Whether the page's text layer was found not to be what is printed.
        layout: What told its regions; empty where it was read from pixels.
    """

    width: float
    height: float
    blocks: tuple[GroundedBlock, ...] = ()
    parts: frozenset[str] = frozenset()
    doubts: tuple[ParseWarning, ...] = ()
    layer_refuted: bool = False
    layout: LayoutWay = ""

    @property
    def lines(self) -> tuple[GroundedLine, ...]:
        """The printed lines of all blocks, in reading order."""
        return tuple(line for block in self.blocks for line in block.lines if line.text.strip())

    def to_text(self) -> str:
        """Answer `Convert the document to markdown.`: a tag line before each block's text."""
        return "".join(self._block_text(block) for block in self.blocks)

    def to_lines(self) -> str:
        """Answer `OCR this image.`: one tag a printed line, its text as the reference."""
        return "".join(
            f"<|ref|>{shield(line.text.strip())}<|/ref|>{self._boxes((line.box,))}\n"
            for line in self.lines
        )

    def to_plain(self) -> str:
        """Answer `Free OCR.`: the text alone, blocks parted by an empty line."""
        texts = (plain_text(block) for block in self.blocks)
        return "\n\n".join(text for text in texts if text)

    def evidence(self) -> Evidence:
        """Exact boxes and confidences, one entry for each block of `to_text`, and the words."""
        return Evidence(
            blocks=tuple(
                BlockEvidence(boxes=block.boxes, confidence=block.confidence, doubts=block.doubts)
                for block in self.blocks
            ),
            words=self._words(),
        )

    def line_evidence(self) -> Evidence:
        """Exact boxes and confidences, one entry for each line of `to_lines`."""
        return Evidence(
            blocks=tuple(
                BlockEvidence(boxes=(line.box,), confidence=line.confidence) for line in self.lines
            ),
            words=self._words(),
        )

    def locate(self, target: str) -> str:
        """Answer the referring prompt: the boxes of every line that holds the target.

        Args:
            target: Text to find; case and runs of white space do not count.

        Returns:
            One tag with all boxes, or an empty text when no line holds it.
        """
        wanted = " ".join(target.split()).casefold()
        boxes = tuple(
            line.box for line in self.lines if wanted in " ".join(line.text.split()).casefold()
        )
        if not wanted or not boxes:
            return ""
        return f"<|ref|>{shield(target.strip())}<|/ref|>{self._boxes(boxes)}\n"

    def _block_text(self, block: GroundedBlock) -> str:
        tag = f"<|ref|>{block.label}<|/ref|>{self._boxes(block.boxes)}\n"
        text = shield(block.text.strip("\n"))
        return f"{tag}{text}  \n\n" if text.strip() else f"{tag}  \n\n"

    def _boxes(self, boxes: tuple[PointBox, ...]) -> str:
        said = ", ".join(str(list(self._grid_box(box))) for box in boxes)
        return f"<|det|>[{said}]<|/det|>"

    def _words(self) -> tuple[PlacedWord, ...]:
        return tuple(
            PlacedWord(word.text, self._grid_box(word.box))
            for block in self.blocks
            for word in block.words
        )

    def _grid_box(self, box: PointBox) -> Box:
        # Rounded outwards, so that a box on the grid never cuts into its content.
        x0, x1 = sorted((box[0], box[2]))
        y0, y1 = sorted((box[1], box[3]))
        return (
            _grid(math.floor, x0, self.width),
            _grid(math.floor, y0, self.height),
            _grid(math.ceil, x1, self.width),
            _grid(math.ceil, y1, self.height),
        )


def _grid(rounding: object, value: float, side: float) -> int:
    if side <= 0 or not math.isfinite(value):
        return 0
    position = value / side * GRID
    rounded = math.floor(position) if rounding is math.floor else math.ceil(position)
    return min(max(rounded, 0), GRID)


def shield(text: str) -> str:
    """Keep printed text that looks like one of the model's special tokens from acting as one.

    A paper about the model prints `<|ref|>` as prose; a word joiner, which has neither ink
    nor width, parts the characters by which the parser would know it.
    """
    text = TOKEN.sub(lambda token: f"<{_JOINER}{token[0][1:]}", text)
    return _LIKE_A_TOKEN.sub(rf"\g<0>{_JOINER}", text)


def plain_text(block: GroundedBlock) -> str:
    """Text of a block without boxes; a table keeps its rows as lines and cells as tabs."""
    if block.label == "table" and "<" in block.text:
        rows = _TABLE_CELLS.sub("\t", _TABLE_BREAKS.sub("\n", block.text))
        return shield(_HTML_TAG.sub("", rows).strip())
    return shield(block.text.strip())
