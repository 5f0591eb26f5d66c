"""The words of a page's text layer with their looks, in points of the region."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.covered_text import uncovered
from dsocr_integrations.engines.embedded.born_digital.dingbats import is_pictorial, pictured
from dsocr_integrations.engines.embedded.born_digital.glued_words import SHORT, word_starts
from dsocr_integrations.engines.embedded.born_digital.right_to_left import as_read
from dsocr_integrations.engines.embedded.born_digital.struck_words import with_strikes
from dsocr_integrations.engines.embedded.born_digital.text_blocks import (
    page_content,
    without_reprinted,
)
from dsocr_integrations.engines.embedded.born_digital.unseen_words import without_unseen
from dsocr_integrations.records.documents import PointBox

_SUPERSCRIPT, _ITALIC, _MONOSPACED, _BOLD = 1, 2, 8, 16
_FAKE_BOLD = 8
_INK = 16 | 32
"""Character flags of stroked and filled text; text with neither is invisible (an OCR layer)."""

_PALE = 224
"""Text this light in every channel, of 255, is seen on a coloured ground only."""

_LIGATURE = re.compile(r"[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufb4f\ufb50-\ufdfb\ufe70-\ufefc]")
_LAM, _ALEFS = "\u0644", "\u0622\u0623\u0625\u0627"
_ACCENTS = {
    "\u00a8": "\u0308",
    "\u00af": "\u0304",
    "\u00b4": "\u0301",
    "\u00b8": "\u0327",
    "\u02c6": "\u0302",
    "\u02c7": "\u030c",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "\u02da": "\u030a",
    "\u02dc": "\u0303",
    "\u02dd": "\u030b",
}
"""Accents that stand for themselves, and the same as part of a letter (Unicode's block of
combining diacritical marks). Older TeX fonts print an accent over a letter, as two characters."""
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
_IGNORABLE = frozenset({"", "\u200b", "\u2060", "\ufeff", "\x00"})
"""Characters without ink or width that would only get between letters."""

_UPRIGHT = 0.02
"""Sine of the angle by which a turned line may lean."""

MAX_PATHS = 20_000
"""A page with more paths is a map or artwork, which the layout model sees by itself."""

_TALL_BOX = 2.0
"""Boxes higher than this many font sizes come from a symbol font that declares too much.

Word processors' bullets do: the middle of such a box lies on the line above."""


@dataclass(frozen=True)
class StyledWord:
    """A word of the text layer.

    Attributes:
        text: Its characters, without white space.
        box: Box in points.
        line: Number of the printed line it stands on; lines are numbered over the page.
        block: Number of MuPDF's text block.
        size: Font size in points.
        bold: Set in a bold face.
        italic: Set in a slanted face.
        superscript: Raised and small.
        monospaced: Set in a typewriter face.
        visible: False for text that is neither filled nor stroked, or transparent throughout.
        pale: Nearly white, or transparent.
        horizontal: False for rotated text.
        turn: Clockwise quarter turns that make rotated text upright; 0 for slanted text too.
        glued: No white space between it and the word before, as for a raised footnote mark.
        struck: A line is drawn through it.
        drawn: Not of the text layer: the sign of a box to tick, or the value of a form field.
        anchor: Middle of the word that a sign belongs to.
        font: Name of its font, without the mark of a subset.
    """

    text: str
    box: PointBox
    line: int
    block: int
    size: float
    bold: bool = False
    italic: bool = False
    superscript: bool = False
    monospaced: bool = False
    visible: bool = True
    pale: bool = False
    horizontal: bool = True
    turn: int = 0
    glued: bool = False
    struck: bool = False
    drawn: bool = False
    anchor: tuple[float, float] | None = None
    font: str = ""

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.box[3] - self.box[1]

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box."""
        return ((self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2)

    @property
    def home(self) -> tuple[float, float]:
        """The point that decides which region and which cell it belongs to."""
        return self.anchor or self.centre

    def scaled(self, scale: float) -> StyledWord:
        """The same word on a page enlarged by a factor."""
        anchor = (self.anchor[0] * scale, self.anchor[1] * scale) if self.anchor else None
        return replace(self, box=_scaled(self.box, scale), size=self.size * scale, anchor=anchor)


@dataclass(frozen=True)
class PageText:
    """What a page's content stream shows.

    Attributes:
        words: Words in the order of the content stream.
        images: Boxes of raster images, and of courses of colours.
        paths: Vector paths as `Page.get_cdrawings` gives them, never scaled; none where there are
            more than `MAX_PATHS`.
        is_artwork: Whether there are more.
    """

    words: tuple[StyledWord, ...]
    images: tuple[PointBox, ...]
    paths: tuple[dict[str, Any], ...] = ()
    is_artwork: bool = False

    def scaled(self, scale: float) -> PageText:
        """The same on a page enlarged by a factor."""
        return replace(
            self,
            words=tuple(word.scaled(scale) for word in self.words),
            images=tuple(_scaled(image, scale) for image in self.images),
        )


def extract(page: Any) -> PageText:
    """Read words and image boxes of an upright `pymupdf.Page`.

    Ligatures are taken apart here, since MuPDF takes Arabic ones apart backwards.
    Text outside the page's box, text under paint and text that leaves no mark on the page are left
    out: none of it is shown.
    """
    content = page_content(page)
    is_artwork = len(content.paths) > MAX_PATHS
    paths = () if is_artwork else content.paths
    blocks = without_reprinted(uncovered(page, content.blocks, paths, content.images))
    words = tuple(_words(blocks))
    words = with_strikes(without_unseen(page, words, content.images), paths)
    return PageText(words, content.images, paths, is_artwork)


def _words(blocks: Sequence[dict[str, Any]]) -> Iterator[StyledWord]:
    line_number = 0
    for block_number, block in enumerate(blocks):
        for line in block["lines"]:
            x, y = line["dir"]
            horizontal = abs(y) < 0.1 and x > 0
            turn = _turn(x, y)
            pieces = _pieces(as_read(line["spans"]) if horizontal else line["spans"])
            for piece in _parted(list(pieces)) if horizontal else pieces:
                word = _word(piece, line_number, block_number, horizontal=horizontal)
                yield replace(word, turn=turn) if turn else word
            line_number += 1


def _turn(x: float, y: float) -> int:
    """Clockwise quarter turns that make a line of this direction upright; 0 if none does."""
    if abs(x) <= _UPRIGHT:
        return 1 if y < 0 else 3
    return 2 if x < 0 and abs(y) <= _UPRIGHT else 0


@dataclass
class _Piece:
    """Characters that will be a word, with the span they started in."""

    span: dict[str, Any]
    raised: bool
    glued: bool
    characters: list[dict[str, Any]] = field(default_factory=list)


def _pieces(spans: list[dict[str, Any]]) -> Iterator[_Piece]:
    """Cut a line's characters at white space, and where raised characters begin or end."""
    full_size = max((span["size"] for span in spans), default=0.0)
    piece: _Piece | None = None
    for span in spans:
        raised = _is_raised(span, full_size)
        if piece is not None and is_pictorial(span["font"]) != is_pictorial(piece.span["font"]):
            yield piece
            piece = None
        for character in span["chars"]:
            shown = character["c"]
            if shown.isspace():
                if piece is not None:
                    yield piece
                    piece = None
            elif shown not in _IGNORABLE:
                if piece is None:
                    piece = _Piece(span, raised, glued=False)
                elif piece.raised != raised:
                    yield piece
                    piece = _Piece(span, raised, glued=True)
                piece.characters.append(character)
    if piece is not None:
        yield piece


def _is_raised(span: dict[str, Any], full_size: float) -> bool:
    """Whether a span is raised and small; in the text of a recognition no word of letters is.

    There each word has a size of its own, as high as its letters happen to be.
    """
    if not span["flags"] & _SUPERSCRIPT or span["size"] >= 0.9 * full_size:
        return False
    shown = int(span.get("char_flags", _INK)) & _INK
    return bool(shown) or not any(
        character["c"].isalpha() and after["c"].isalpha()
        for character, after in itertools.pairwise(span["chars"])
    )


def _parted(pieces: list[_Piece]) -> list[_Piece]:
    """The words of a level line's pieces, which may be parted by narrow white alone."""
    is_tight = any(word_starts(piece.characters, piece.span["size"]) for piece in pieces)
    if not is_tight:
        return pieces
    return [part for piece in pieces for part in _parts(piece)]


def _parts(piece: _Piece) -> list[_Piece]:
    starts = word_starts(piece.characters, piece.span["size"], SHORT)
    bounds = itertools.pairwise([0, *sorted(starts), len(piece.characters)])
    return [
        replace(piece, glued=piece.glued and not first, characters=piece.characters[first:last])
        for first, last in bounds
    ]


def _word(piece: _Piece, line: int, block: int, *, horizontal: bool) -> StyledWord:
    flags, ink = int(piece.span["flags"]), int(piece.span.get("char_flags", _INK))
    boxes = [character["bbox"] for character in piece.characters]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    top, bottom = min(tops), max(bottoms)
    if horizontal and bottom - top > _TALL_BOX * piece.span["size"]:
        top, bottom = _on_base_line(piece, top, bottom)
    return StyledWord(
        text=_text(piece),
        box=(min(lefts), top, max(rights), bottom),
        line=line,
        block=block,
        size=float(piece.span["size"]),
        bold=bool(flags & _BOLD or ink & _FAKE_BOLD),
        italic=bool(flags & _ITALIC),
        superscript=piece.raised,
        monospaced=bool(flags & _MONOSPACED),
        visible=bool(ink & _INK) and piece.span.get("alpha", 255) > 0,
        pale=_is_pale(piece.span),
        horizontal=horizontal,
        glued=piece.glued,
        font=str(piece.span["font"]),
    )


def _on_base_line(piece: _Piece, top: float, bottom: float) -> tuple[float, float]:
    """Top and bottom by the font's size where the box says more; Type 3 fonts have no true size."""
    span = piece.span
    if span["font"].startswith("Type3"):
        return top, bottom
    base, size = piece.characters[0]["origin"][1], span["size"]
    return max(top, base - span["ascender"] * size), min(bottom, base - span["descender"] * size)


def _accented(characters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The characters with each accent that is printed over a letter made part of it."""
    if not any(character["c"] in _ACCENTS for character in characters):
        return characters
    joined: list[dict[str, Any]] = []
    waiting: dict[str, Any] | None = None
    for character in characters:
        if waiting is not None:
            letter = _joined(character, waiting)
            joined.extend([letter] if letter else [waiting, character])
            waiting = None
        elif character["c"] in _ACCENTS:
            letter = _joined(joined[-1], character) if joined else None
            if letter is None:
                waiting = character
            else:
                joined[-1] = letter
        else:
            joined.append(character)
    return joined if waiting is None else [*joined, waiting]


def _joined(letter: dict[str, Any], accent: dict[str, Any]) -> dict[str, Any] | None:
    """The letter under an accent with it, if Unicode has both as one character."""
    middle = (accent["bbox"][0] + accent["bbox"][2]) / 2
    plain = _DOTLESS.get(letter["c"], letter["c"])
    whole = unicodedata.normalize("NFC", plain + _ACCENTS[accent["c"]])
    over = letter["bbox"][0] <= middle <= letter["bbox"][2]
    return {**letter, "c": whole} if over and plain.isalpha() and len(whole) == 1 else None


def _text(piece: _Piece) -> str:
    text = "".join(character["c"] for character in piece.characters)
    if not text.isascii():
        text = _LIGATURE.sub(_letters, "".join(_in_reading_order(_accented(piece.characters))))
    return pictured(text, str(piece.span.get("font", "")))


def _is_pale(span: dict[str, Any]) -> bool:
    colour = int(span.get("color", 0))
    channels = (colour >> 16 & 255, colour >> 8 & 255, colour & 255)
    return min(channels) >= _PALE or int(span.get("alpha", 255)) <= 255 - _PALE


def _in_reading_order(characters: list[dict[str, Any]]) -> list[str]:
    """The characters as read: lam before alef where both come from one glyph.

    MuPDF turns a right-to-left line around character by character, the two of a ligature
    included; the second one has no width.
    """
    texts = [character["c"] for character in characters]
    for place in range(len(texts) - 1):
        box = characters[place]["bbox"]
        if texts[place] in _ALEFS and texts[place + 1] == _LAM and box[2] - box[0] < 0.01:
            texts[place], texts[place + 1] = texts[place + 1], texts[place]
    return texts


def _letters(ligature: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", ligature.group())


def _scaled(box: PointBox, scale: float) -> PointBox:
    return (box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale)
