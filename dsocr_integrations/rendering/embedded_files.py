"""The files that a PDF holds beside its pages, unpacked within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError
from dsocr_integrations.rendering.open_documents import mupdf

if TYPE_CHECKING:
    import pymupdf

_FILE_ANNOTATION = 17
"""PyMuPDF's number of an annotation that holds a file."""

_NAMES = ("UF", "F", "Unix", "DOS", "Mac")


class EmbeddedFile:
    """A file within a PDF. To be used while its document is held.

    Attributes:
        name: What the document calls it, as it is spelled there.
    """

    def __init__(self, specification: Any) -> None:
        self._specification = specification
        self.name = next(filter(None, map(self._told, _NAMES)), "")

    def unpacked(self, max_bytes: int) -> bytes:
        """Its bytes; unpacking ends where they are too many, whatever size the file states.

        Args:
            max_bytes: Most that it may unpack to.

        Raises:
            SourceTooLargeError: If it unpacks to more.
            BrokenSourceError: If it holds no data, or damaged ones.
        """
        library = mupdf()
        low_level = library.mupdf
        stream = low_level.pdf_dict_getl(
            self._specification, library.PDF_NAME("EF"), library.PDF_NAME("F")
        )
        if not low_level.pdf_is_stream(stream):
            raise BrokenSourceError("It holds no data.")
        try:
            opened = low_level.pdf_open_stream(stream)
            # It reads on for a while behind the bound, and then says that it has cut.
            buffer, _ = low_level.fz_read_best_outparams_fn(opened, 0, max_bytes)
            size, _ = low_level.fz_buffer_storage(buffer)
            if size > max_bytes:
                raise SourceTooLargeError(
                    f"It unpacks to more than {max_bytes / 1_000_000:g} MB.",
                    remedy="Take it out of the document with a viewer, if you trust it.",
                )
            return bytes(low_level.fz_buffer_extract_copy(buffer))
        except (low_level.FzErrorBase, RuntimeError) as error:
            raise BrokenSourceError(f"It cannot be unpacked: {error}.") from error

    def _told(self, key: str) -> str:
        library = mupdf()
        said = library.mupdf.pdf_dict_gets(self._specification, key)
        return str(library.mupdf.pdf_to_text_string(said))


def document_files(document: pymupdf.Document) -> Iterator[EmbeddedFile]:
    """The files that belong to a document as a whole, in its order."""
    if not document.is_pdf:
        return
    library = mupdf()
    pdf = library._as_pdf_document(document)  # noqa: SLF001 - no public name leads there
    tree = library.mupdf.pdf_load_name_tree(pdf, library.PDF_NAME("EmbeddedFiles"))
    for number in range(library.mupdf.pdf_dict_len(tree)):
        yield EmbeddedFile(library.mupdf.pdf_dict_get_val(tree, number))


def page_files(page: pymupdf.Page) -> Iterator[EmbeddedFile]:
    """The files that are pinned to a page, in its order."""
    if not page.parent.is_pdf:
        return
    library = mupdf()
    for annotation in page.annots(types=[_FILE_ANNOTATION]):
        described = library.mupdf.pdf_annot_obj(annotation.this)
        yield EmbeddedFile(library.mupdf.pdf_dict_gets(described, "FS"))


def all_files(document: pymupdf.Document) -> Iterator[EmbeddedFile]:
    """The files of a document and of its pages; those of damaged pages are passed over."""
    yield from document_files(document)
    for number in range(document.page_count):
        # PyMuPDF raises nearly anything for damaged pages, which are told of when they are read.
        with suppress(Exception):
            yield from list(page_files(document[number]))
