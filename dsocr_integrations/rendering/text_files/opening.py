"""A text file as a document of pages."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.errors import BrokenSourceError
from dsocr_integrations.records.documents import ParseWarning
from dsocr_integrations.rendering.attachment_names import attachments_notice
from dsocr_integrations.rendering.spreadsheets.opening import SPREADSHEETS, workbook_of
from dsocr_integrations.rendering.text_files.layout import TextPage, lay_out
from dsocr_integrations.rendering.text_files.mail import Mail, read_mail
from dsocr_integrations.rendering.text_files.markdown_blocks import markdown_blocks
from dsocr_integrations.rendering.text_files.saved_pages import read_archive, read_page
from dsocr_integrations.rendering.text_files.sheet_blocks import sheet_blocks
from dsocr_integrations.rendering.text_files.text_blocks import TextBlock, check_size, paragraphs
from dsocr_integrations.sources.media_types import HTML, MAIL, MARKDOWN, SAVED_PAGE, named
from dsocr_integrations.sources.text_encoding import decoded

if TYPE_CHECKING:
    from dsocr_integrations.sources.records import Source

_KEPT = 4
_kept: OrderedDict[tuple[str, str], TextDocument] = OrderedDict()
_kept_lock = threading.Lock()


@dataclass(frozen=True)
class TextDocument:
    """A text file laid out.

    Attributes:
        pages: Its pages.
        pdf: A PDF of them.
        notices: What the file holds beside them.
    """

    pages: tuple[TextPage, ...]
    pdf: bytes
    notices: tuple[ParseWarning, ...] = ()


def text_document(source: Source) -> TextDocument:
    """Lay a text file out. To be called with MuPDF's lock held; the last few are kept.

    Raises:
        SourceTooLargeError: If it is over the size limit.
        BrokenSourceError: If its encoding cannot be told, or a mail is damaged.
    """
    key = str(source.path), source.revision
    with _kept_lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _made(source)
    with _kept_lock:
        _kept[key] = made
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return made


def mail_of(source: Source) -> Mail:
    """Take a mail apart; errors as `read_mail`."""
    return read_mail(source.path, source.name)


def _made(source: Source) -> TextDocument:
    blocks, notices = _read(source)
    return TextDocument(*lay_out(blocks), tuple(notices))


def _read(source: Source) -> tuple[Iterable[TextBlock], Iterable[ParseWarning]]:
    """The blocks of a source, and what it holds beside them."""
    match named(source.media_type):
        case kind if kind == MAIL:
            mail = mail_of(source)
            names = [name for name, _ in mail.attachments]
            return mail.blocks, [attachments_notice(names)] if names else []
        case kind if kind in {HTML, SAVED_PAGE}:
            page = (read_page if kind == HTML else read_archive)(source.path, source.name)
            pictures = [f"Pictures on the page are not read: {page.pictures}."]
            return page.blocks, map(_left_out, pictures if page.pictures else [])
        case kind if kind in SPREADSHEETS:
            book = workbook_of(source)
            return sheet_blocks(book), map(_left_out, book.left_out)
        case kind:
            text = _text(source)
            return markdown_blocks(text) if kind == MARKDOWN else paragraphs(text), []


def _left_out(message: str) -> ParseWarning:
    return ParseWarning(kind="left_out", message=message)


def _text(source: Source) -> str:
    check_size(source.path.stat().st_size, source.name)
    text = decoded(source.path.read_bytes())
    if text is None:
        raise BrokenSourceError(
            f"{source.name} is no text in an encoding that can be told.",
            remedy="Save it as UTF-8.",
        )
    return text
