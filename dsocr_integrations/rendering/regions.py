"""Pages and regions of pages: pixels, words, drawings, crops.

All coordinates are of the upright page — rotation and crop box applied, origin top left, in
points — and those of a region's words and drawings are relative to the region's own corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from dsocr_integrations.errors import BrokenSourceError, DsocrError, NoSuchPageError
from dsocr_integrations.records.documents import GRID, Box, OutlineEntry, PointBox
from dsocr_integrations.rendering import bombs, raster
from dsocr_integrations.rendering import content_hash as page_hash
from dsocr_integrations.rendering import upright as page_geometry
from dsocr_integrations.rendering.extras import PageExtras, read_extras
from dsocr_integrations.rendering.form_fields import PageField, read_fields
from dsocr_integrations.rendering.heading_levels import HeadingLevels
from dsocr_integrations.rendering.heading_search import heading_levels_of, headings_for_page
from dsocr_integrations.rendering.metadata_title import metadata_title
from dsocr_integrations.rendering.office_notices import office_notices
from dsocr_integrations.rendering.open_documents import (
    close_document,
    mupdf,
    mupdf_messages,
    use_document,
)
from dsocr_integrations.rendering.words import Word, read_words
from dsocr_integrations.sources.media_types import named
from dsocr_integrations.sources.records import Source

if TYPE_CHECKING:
    import pymupdf
    from PIL.Image import Image

DEFAULT_DPI = 144.0
"""Resolution the model was trained at (zoom 2)."""

MAX_RENDER_PIXELS = 50_000_000
"""Pixels of one rendering; a larger one is made at a lower resolution instead."""


@dataclass(frozen=True)
class PageRegion:
    """A page, or a part of one: a small picklable handle that opens the file when asked.

    Attributes:
        source: The document.
        number: 1-based page number.
        clip: Part of the page in points of the upright page; `None` for all of it.
        page_size: Width and height of the whole upright page in points.
        label: Page label as printed, if the source knows one.
        turn: Clockwise quarter turns by which it is turned when it is drawn, because the print
            of a scan lies on its side. Words, drawings and all coordinates stay the page's.
    """

    source: Source
    number: int
    clip: PointBox | None
    page_size: tuple[float, float]
    label: str | None = None
    turn: int = 0

    @property
    def is_raster(self) -> bool:
        """Whether the source is a picture rather than a page document."""
        return named(self.source.media_type).reader == "raster"

    @property
    def box(self) -> PointBox:
        """The region on its page, in points."""
        return self.clip or (0.0, 0.0, *self.page_size)

    @property
    def width(self) -> float:
        """Width in points."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height in points."""
        return self.box[3] - self.box[1]

    def crop(self, box: Box) -> PageRegion:
        """A part of this region.

        Args:
            box: On the 0–999 grid of this region.
        """
        x0, y0, x1, y1 = self.box
        scale_x, scale_y = (x1 - x0) / GRID, (y1 - y0) / GRID
        clip = (
            x0 + box[0] * scale_x,
            y0 + box[1] * scale_y,
            x0 + box[2] * scale_x,
            y0 + box[3] * scale_y,
        )
        return replace(self, clip=page_geometry.at_least_a_point(clip, self.page_size))

    def render(self, dpi: float = DEFAULT_DPI) -> Image:
        """Draw the region as an RGB picture.

        A region so large that it would take more than `MAX_RENDER_PIXELS` is drawn at a lower
        resolution.

        Raises:
            BrokenSourceError: If the page cannot be drawn.
            SourceTooLargeError: If a picture file is over its size limit.
        """
        dpi = page_geometry.bounded_dpi(self.width, self.height, dpi, MAX_RENDER_PIXELS)
        if not self.is_raster:
            return page_geometry.turned(self._draw(dpi), self.turn)
        size = page_geometry.pixels(self.width, self.height, dpi)
        own = self._own_pixels(max(size))
        picture = own.copy() if own.size == size else own.resize(size, resample=3)
        return page_geometry.turned(picture, self.turn)

    def drawn_size(self, dpi: float = DEFAULT_DPI) -> tuple[int, int]:
        """Width and height in pixels of what `render` gives."""
        dpi = page_geometry.bounded_dpi(self.width, self.height, dpi, MAX_RENDER_PIXELS)
        if self.is_raster:
            size = page_geometry.pixels(self.width, self.height, dpi)
        else:
            size = page_geometry.drawn_pixels(self.box, dpi)
        return size[::-1] if self.turn % 2 else size

    def render_pixels(self, dpi: float = DEFAULT_DPI) -> Image:
        """A picture file's own pixels, upright; a drawn page at `dpi` for page documents."""
        # The decoded frame is shared; a caller may draw on what it gets.
        return self._own_pixels().copy() if self.is_raster else self.render(dpi)

    def words(self) -> tuple[Word, ...]:
        """Words of the text layer whose centre lies in the region, in the file's order."""
        if self.is_raster:
            return ()
        with self._page() as page:
            return read_words(page, self.box)

    def drawings(self) -> list[dict[str, Any]]:
        """Vector paths that touch the region, as PyMuPDF's `get_drawings` describes them."""
        if self.is_raster:
            return []
        with self._page() as page:
            return page_geometry.drawings_within(page, self.box)

    def extras(self) -> PageExtras:
        """Links, annotations and form fields in the region."""
        if self.is_raster:
            return PageExtras()
        with self._page() as page:
            extras = read_extras(page, self.box)
        if self.number > 1 or named(self.source.media_type).reader != "office":
            return extras
        return replace(extras, notices=(*extras.notices, *office_notices(self.source)))

    def fields(self) -> tuple[PageField, ...]:
        """Form fields of the whole page, in its points; none where they are damaged."""
        if self.is_raster:
            return ()
        with self._page() as page:
            return read_fields(page)

    def heading_levels(self) -> HeadingLevels:
        """Levels of the headings of the whole document; nothing for pictures."""
        return HeadingLevels() if self.is_raster else heading_levels_of(self.source)

    def headings_beside(self) -> str:
        """All that the reading of the page depends on of the headings of the whole document."""
        return "" if self.is_raster else headings_for_page(self.source, self.number)

    def content_hash(self) -> str:
        """Hash of all that can be seen or read in the region; the same for an equal page."""
        return page_hash.content_hash(self)

    def _own_pixels(self, longer: int | None = None) -> Image:
        """Pixels of a picture file, not to be changed; of a huge one enough for that many."""
        source = self.source
        file = source.path, source.name, source.revision, self.number
        if self.clip is None:
            return raster.load_frame(*file, longer)
        frame = raster.load_frame(*file)
        scale = frame.width / self.page_size[0]
        return frame.crop(page_geometry.pixel_box(self.clip, scale, frame.size))

    @contextmanager
    def page(self) -> Iterator[pymupdf.Page]:
        """The upright page as PyMuPDF sees it, with MuPDF's lock held.

        A rotated page is given as an upright copy, so that all its coordinates are those of
        the upright page.

        Raises:
            BrokenSourceError: If the source is a picture, or the page cannot be loaded.
        """
        if self.is_raster:
            raise BrokenSourceError(f"{self.source.name} is a picture and has no page objects.")
        # Errors of the caller's own are left as they are.
        with (
            use_document(self.source) as document,
            page_geometry.upright_copy(self._load(document)) as upright,
        ):
            yield upright

    @contextmanager
    def _page(self) -> Iterator[pymupdf.Page]:
        with use_document(self.source) as document:
            try:
                yield self._load(document)
            except DsocrError:
                raise
            except Exception as error:
                # PyMuPDF raises nearly anything for damaged pages, failed asserts included.
                raise self._broken(error) from error

    def _load(self, document: pymupdf.Document) -> pymupdf.Page:
        try:
            return document[self.number - 1]
        except Exception as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> BrokenSourceError:
        return BrokenSourceError(
            f"Page {self.number} of {self.source.name} cannot be read: {error}"
            f" {mupdf_messages()}".rstrip()
        )

    def _draw(self, dpi: float) -> Image:
        from PIL import Image as Pillow

        library = mupdf()
        with self._page() as page:
            pixmap = page.get_pixmap(
                matrix=library.Matrix(dpi / 72, dpi / 72),
                clip=library.Rect(self.clip) if self.clip else None,
                colorspace=library.csRGB,
                alpha=False,
            )
            return Pillow.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples_mv)


class OpenDocument:
    """A document whose pages can be asked for. Use it in a `with` block."""

    def __init__(
        self,
        source: Source,
        page_count: int,
        *,
        title: str | None = None,
        outline: tuple[OutlineEntry, ...] = (),
    ) -> None:
        self.source = source
        self.page_count = page_count
        self.title = title
        self.outline = outline

    def page_numbers(self) -> list[int]:
        """Numbers of the pages to read: the source's selection, or all.

        Raises:
            NoSuchPageError: If the selection holds no page of the document.
        """
        if self.source.pages is None:
            return list(range(1, self.page_count + 1))
        numbers = self.source.pages.numbers(self.page_count)
        if not numbers:
            raise NoSuchPageError(
                f"{self.source.name} has no page {self.source.pages};"
                f" its last one is {self.page_count}."
            )
        return numbers

    def region(self, number: int, clip: PointBox | None = None) -> PageRegion:
        """Page `number` (1-based), or the part of it within `clip` (points).

        Raises:
            BrokenSourceError: If there is no such page or it cannot be loaded.
            SourceTooLargeError: If a picture, or one on the page, is over its size limit.
        """
        if not 1 <= number <= self.page_count:
            raise BrokenSourceError(
                f"{self.source.name} has {self.page_count} pages and no page {number}."
            )
        if named(self.source.media_type).reader == "raster":
            frame = raster.frame_size(self.source.path, self.source.name, number)
            return PageRegion(self.source, number, clip, frame.points)
        whole = PageRegion(self.source, number, None, (0.0, 0.0))
        with whole._page() as page:  # noqa: SLF001
            bombs.check_page(page, self.source.name)
            size = (float(page.rect.width), float(page.rect.height))
            return PageRegion(self.source, number, clip, size, _label(page))

    def close(self) -> None:
        """Let go of the file."""
        close_document(self.source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_document(source: Source) -> OpenDocument:
    """Open a source.

    Raises:
        SourceNotFoundError: If the local file is gone.
        PasswordError: If it is encrypted and the password is missing or wrong.
        BrokenSourceError: If it cannot be opened.
        SourceTooLargeError: If it has too many frames.
    """
    if named(source.media_type).reader == "raster":
        return OpenDocument(source, raster.frame_count(source.path, source.name))
    with use_document(source) as document:
        return OpenDocument(
            source,
            document.page_count,
            title=metadata_title(document),
            outline=_outline(document),
        )


def _label(page: pymupdf.Page) -> str | None:
    if not page.parent.is_pdf:
        return None
    try:
        return page.get_label() or None
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged files
        # A damaged table of labels loses the labels, not the pages.
        return None


def _outline(document: pymupdf.Document) -> tuple[OutlineEntry, ...]:
    try:
        entries = document.get_toc(simple=True)
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged files
        # A damaged outline loses the bookmarks, not the pages.
        return ()
    return tuple(
        OutlineEntry(level=level, title=title, page=page if page > 0 else None)
        for level, title, page in entries
    )
