"""What a page looks like in its source: pictures in three sizes, and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from dsocr_integrations.errors import DsocrError
from dsocr_integrations.preview.pictures import (
    CLOSER_DPI,
    SMALL_DPI,
    PageImages,
    images_of_regions,
    images_of_sources,
    same_source,
)
from dsocr_integrations.records.documents import GRID, Document, Page, PlacedWord

if TYPE_CHECKING:
    from dsocr_integrations.sources import Source

PageWords = Callable[[Document, Page], list[PlacedWord]]
"""Gives a page's words as its text layer has them, and as they were read from its pixels."""

MAX_WORDS = 10_000


@dataclass(frozen=True)
class PageSources:
    """Where the viewer's pictures of pages come from.

    Attributes:
        usual: In the size that is shown.
        closer: For looking closely.
        small: For the list of pages.
        words: A page's words.
    """

    usual: PageImages
    closer: PageImages
    small: PageImages
    words: PageWords

    @classmethod
    def of_images(cls, images: PageImages) -> Self:
        """One picture for all sizes, and the words that the records hold."""
        return cls(images, images, images, lambda _document, page: list(page.words))

    @classmethod
    def of_documents(cls) -> Self:
        """Rendered from the sources that the documents name, relative to the working folder."""
        return cls(
            images_of_sources(),
            images_of_sources(dpi=CLOSER_DPI),
            images_of_sources(dpi=SMALL_DPI),
            _words_of_documents,
        )

    @classmethod
    def of_source(cls, source: Source) -> Self:
        """Rendered from one resolved source."""
        return cls(
            images_of_regions(source),
            images_of_regions(source, CLOSER_DPI),
            images_of_regions(source, SMALL_DPI),
            lambda _document, page: _words(source, page),
        )


def _words_of_documents(document: Document, page: Page) -> list[PlacedWord]:
    source = same_source(document)
    return list(page.words) if source is None else _words(source, page)


def _words(source: Source, page: Page) -> list[PlacedWord]:
    """The words of the text layer, unless it is no measure, and those read from pixels."""
    if page.words and page.reading.quality.text_layer_agreement is None:
        return list(page.words)
    return [*_words_of_layer(source, page), *page.words]


def _words_of_layer(source: Source, page: Page) -> list[PlacedWord]:
    from dsocr_integrations.rendering import open_document

    try:
        with open_document(source) as opened:
            region = opened.region(page.number)
            words = region.words()[:MAX_WORDS]
            wide, high = region.page_size
    except DsocrError:
        return []
    across, down = GRID / wide, GRID / high
    return [
        PlacedWord(
            word.text,
            (round(x0 * across), round(y0 * down), round(x1 * across), round(y1 * down)),
        )
        for word, (x0, y0, x1, y1) in ((word, word.box) for word in words)
    ]
