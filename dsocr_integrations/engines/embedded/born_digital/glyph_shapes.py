"""Characters of a text layer whose outlines are those of other characters.

A font maps its outlines to Unicode by a table of its own, which may be wrong in a way that its
text does not show: figures given as other figures look as sound as any. The outlines are in the
file, and are compared with those of ordinary fonts; nothing is drawn or recognised for that.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsocr_integrations.rendering.open_documents import mupdf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

    _Shape = tuple[Array, Any]
    """Of an outline, or of some: the ink in a grid, of mean 0 and length 1, and the logarithm of
    the width in heights."""

_Glyph = tuple[str, int]
"""A character as the text layer has it, and the number of its outline in the font."""

_PLAIN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIGURES = 10
"""The figures stand first among them."""

_ORDINARY = ("helv", "heit", "hebo", "cour", "tiro", "tiit", "tibo")
"""PyMuPDF's names of the fonts that outlines are compared with: with and without serifs, bold,
slanted, and a typewriter's."""

_SIZE = 40
_GRID = 16
"""An outline is drawn so many pixels high, and squeezed into a grid of so many cells a side."""

_SMOOTHNESS = 8
"""Bits of grey at the edges of outlines."""

_SLIMNESS = 0.3
"""What a factor of e between the proportions of two outlines takes from their likeness."""

CERTAIN = 0.55
"""Likeness (at most 1) from which on an outline is that of a character."""

BETTER = 0.3
BETTER_FIGURE = 0.12
"""How much more an outline is like another character than like its own, where it is misnamed.

Figures among each other differ less from font to font than letters do.
"""

_ALIKE = ("1Il", "0Oo")
"""Characters that some fonts draw as others draw each other."""

FEWEST = 2
"""A font may draw a single letter in a way of its own; figures are drawn alike."""

_NAME_LENGTH = 31
"""MuPDF keeps so many characters of a font's name."""

_SUBSET = re.compile("[A-Z]{6}[+]")
_REFERENCE = re.compile(r"(\d+) 0 R")
_NOT_EMBEDDED = "n/a"


@dataclass(frozen=True)
class _Font:
    """An embedded font, and which of its glyphs were found to be misnamed or not."""

    outlines: Any
    misnamed: dict[_Glyph, bool] = field(default_factory=dict)


def misnamed_characters(page: Any) -> dict[str, frozenset[str]]:
    """Find the characters of a page's fonts whose outlines are those of others.

    Only fonts that are embedded with outlines are looked at, and of them letters and figures.

    Args:
        page: A `pymupdf.Page`, with MuPDF's lock held.

    Returns:
        The misnamed characters by the name of their font, without the mark of a subset; fonts
        without any are left out.
    """
    fonts = _embedded_fonts(page)
    if not fonts:
        return {}
    found: dict[str, frozenset[str]] = {}
    for name, glyphs in _glyphs(page).items():
        own = fonts.get(_key(name))
        if own:
            misnamed = set.intersection(*(_misnamed(font, glyphs) for font in own))
            wrong = frozenset(character for character, _ in misnamed)
            if len(wrong) >= FEWEST or not wrong.isdisjoint(_PLAIN[:_FIGURES]):
                found[name] = wrong
    return found


def likest_character(drawn: Array, characters: str) -> str | None:
    """Tell which of some characters an outline is most like in ordinary fonts.

    Args:
        drawn: The outline in pixels, ink above paper, within its own box.
        characters: What it may be.

    Returns:
        The character; `None` where the outline is like none of them.
    """
    return next(iter(likest_characters(drawn, characters, CERTAIN)), None)


def likest_characters(drawn: Array, characters: str, least: float) -> str:
    """Tell which of some characters an outline is like in ordinary fonts.

    Args:
        drawn: The outline in pixels, ink above paper, within its own box.
        characters: What it may be.
        least: Likeness (at most 1) below which a character is left out.

    Returns:
        The characters, the likest first.
    """
    shape = _squeezed(drawn)
    if shape is None:
        return ""
    like = {one: float(_likeness(shape, _shapes_of(one)).max()) for one in characters}
    found = [one for one in characters if like[one] >= least]
    return "".join(sorted(found, key=lambda one: -like[one]))


def _glyphs(page: Any) -> dict[str, list[_Glyph]]:
    """The letters and figures shown in each font."""
    shown: dict[str, set[tuple[int, int]]] = {}
    for span in page.get_texttrace():
        shown.setdefault(span["font"], set()).update([(c[0], c[1]) for c in span["chars"]])
    return {
        name: [(chr(code), glyph) for code, glyph in own if glyph > 0 and chr(code).isalnum()]
        for name, own in shown.items()
    }


def _embedded_fonts(page: Any) -> dict[str, list[_Font]]:
    """The fonts of a page by the names MuPDF gives them, as far as all of a name are embedded."""
    fonts: dict[str, list[_Font]] = {}
    missing: set[str] = set()
    for reference, suffix, kind, name, *_ in page.get_fonts():
        outlines = suffix != _NOT_EMBEDDED and kind != "Type3"
        font = _font(page.parent.extract_font(reference)[3]) if outlines else None
        for key in {_key(name), *map(_key, _descendants(page.parent, reference))}:
            if font is None:
                missing.add(key)
            else:
                fonts.setdefault(key, []).append(font)
    return {key: own for key, own in fonts.items() if key not in missing}


@functools.lru_cache(maxsize=16)
def _font(data: bytes) -> _Font | None:
    """A font by its file, since pages of a document share theirs."""
    try:
        return _Font(mupdf().Font(fontbuffer=data).this) if data else None
    except mupdf().mupdf.FzErrorBase:
        return None


def _descendants(document: Any, reference: int) -> Iterable[str]:
    """Names of the font behind one of two bytes a character."""
    kind, value = document.xref_get_key(reference, "DescendantFonts")
    if kind == "xref":
        value = document.xref_object(int(value.split()[0]))
    inner = _REFERENCE.search(value)
    if inner is None:
        return ()
    kind, name = document.xref_get_key(int(inner[1]), "BaseFont")
    return (name[1:].replace("#20", " "),) if kind == "name" else ()


def _key(name: str) -> str:
    """A font's name as far as MuPDF keeps it, without the mark of a subset."""
    kept = name[:_NAME_LENGTH]
    return _SUBSET.sub("", kept, count=1)[: _NAME_LENGTH - len("ABCDEF+")]


def _misnamed(font: _Font, glyphs: Sequence[_Glyph]) -> set[_Glyph]:
    """Those of a font's glyphs whose outlines are those of other characters."""
    new = [glyph for glyph in glyphs if glyph not in font.misnamed]
    drawn = [(glyph, shape) for glyph in new if (shape := _shape(font.outlines, glyph[1]))]
    font.misnamed.update(dict.fromkeys(new, False))
    if drawn:
        likeness = _likeness(_stacked([shape for _, shape in drawn]), _plain_shapes())
        plain = likeness.reshape(len(drawn), len(_PLAIN), -1).max(axis=2).tolist()
        for (glyph, shape), like in zip(drawn, plain, strict=True):
            font.misnamed[glyph] = _is_misnamed(glyph[0], shape, like)
    return {glyph for glyph in glyphs if font.misnamed[glyph]}


def _is_misnamed(character: str, shape: _Shape, plain: list[float]) -> bool:
    """Whether an outline is like a letter or figure, and not like its own character.

    Args:
        character: What the text layer says.
        shape: The outline.
        plain: How like it is to each of `_PLAIN`.
    """
    if character in _PLAIN[:_FIGURES]:
        figures = plain[:_FIGURES]
        return max(figures) >= max(CERTAIN, figures[int(character)] + BETTER_FIGURE)
    own = max((plain[place] for place in _alike(character)), default=None)
    if character not in _PLAIN:
        shapes = _shapes_of(character)
        own = float(_likeness(shape, shapes).max()) if shapes[1].size else None
    return own is not None and max(plain) >= max(CERTAIN, own + BETTER)


@functools.cache
def _alike(character: str) -> tuple[int, ...]:
    """Places in `_PLAIN` of what a letter may look like. Small capitals stand for small letters."""
    alike = {character, character.lower(), character.upper()}
    alike.update(*(group for group in _ALIKE if character in group))
    return tuple(place for place, other in enumerate(_PLAIN) if other in alike)


def _likeness(first: _Shape, second: _Shape) -> Array:
    """How like each of some outlines, or one, is to each of others."""
    import numpy as np

    apart = np.abs(np.subtract.outer(first[1], second[1]))
    likeness: Array = first[0] @ second[0].T - _SLIMNESS * apart
    return likeness


@functools.cache
def _plain_shapes() -> _Shape:
    """Those of the Latin letters and the figures, one after the other."""
    import numpy as np

    own = [_shapes_of(character) for character in _PLAIN]
    return np.concatenate([ink for ink, _ in own]), np.concatenate([slim for _, slim in own])


@functools.lru_cache(maxsize=1024)
def _shapes_of(character: str) -> _Shape:
    """The outlines of a character in the ordinary fonts that have it."""
    return _stacked(
        [
            shape
            for font in _ordinary_fonts()
            if (glyph := font.has_glyph(ord(character))) and (shape := _shape(font.this, glyph))
        ]
    )


@functools.cache
def _ordinary_fonts() -> tuple[Any, ...]:
    return tuple(mupdf().Font(name) for name in _ORDINARY)


def _stacked(shapes: Sequence[_Shape]) -> _Shape:
    import numpy as np

    ink = np.array([ink for ink, _ in shapes], np.float32)
    return ink, np.array([slimness for _, slimness in shapes], np.float32)


def _shape(font: Any, glyph: int) -> _Shape | None:
    """An outline of a font; `None` where there is none."""
    import numpy as np

    library = mupdf().mupdf
    try:
        drawn = library.fz_render_glyph_pixmap(font, glyph, *_drawing(), _SMOOTHNESS)
    except library.FzErrorBase:
        return None
    if not drawn.m_internal:
        return None
    width, height = drawn.w(), drawn.h()
    if width < 2 or height < 2:
        return None
    rows = np.array(library.fz_pixmap_samples_memoryview(drawn), np.float32)
    return _squeezed(rows.reshape(height, width))


def _squeezed(rows: Array) -> _Shape | None:
    """An outline drawn in pixels; `None` where it is of one tone."""
    import numpy as np

    height, width = rows.shape
    ink = _shares(height) @ rows @ _shares(width).T
    flat = ink.ravel() - ink.mean()
    length = math.sqrt(flat @ flat)
    return (flat / length, np.float32(math.log(width / height))) if length else None


@functools.cache
def _drawing() -> tuple[Any, Any]:
    """How large an outline is drawn, upright, and the farthest that it may reach."""
    library, far = mupdf().mupdf, 10 * _SIZE
    return library.FzMatrix(_SIZE, 0, 0, -_SIZE, 0, 0), library.FzIrect(-far, -far, far, far)


@functools.lru_cache(maxsize=512)
def _shares(pixels: int) -> Array:
    """Share that each pixel of a row has in each cell of the grid: `(_GRID, pixels)`."""
    import numpy as np

    edges = np.arange(_GRID + 1) * pixels / _GRID
    places = np.arange(pixels)
    low = np.maximum(edges[:-1, None], places)
    high = np.minimum(edges[1:, None], places + 1)
    shares: Array = (np.clip(high - low, 0, None) * _GRID / pixels).astype(np.float32)
    return shares
