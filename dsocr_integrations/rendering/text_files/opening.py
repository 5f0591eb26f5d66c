"""A text file as a document of pages."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.errors import BrokenSourceError
from dsocr_integrations.rendering.text_files.layout import TextPage, lay_out
from dsocr_integrations.rendering.text_files.mail import Mail, read_mail
from dsocr_integrations.rendering.text_files.markdown_blocks import markdown_blocks
from dsocr_integrations.rendering.text_files.text_blocks import TextBlock, check_size, paragraphs
from dsocr_integrations.sources.media_types import MAIL, MARKDOWN
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
        attachments: Names of the files attached to a mail, as they are spelled there.
    """

    pages: tuple[TextPage, ...]
    pdf: bytes
    attachments: tuple[str, ...] = ()


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
    if source.media_type == MAIL.mime:
        mail = mail_of(source)
        return TextDocument(*lay_out(mail.blocks), tuple(name for name, _ in mail.attachments))
    return TextDocument(*lay_out(_blocks(source)))


def _blocks(source: Source) -> list[TextBlock]:
    check_size(source.path.stat().st_size, source.name)
    text = decoded(source.path.read_bytes())
    if text is None:
        raise BrokenSourceError(
            f"{source.name} is no text in an encoding that can be told.",
            remedy="Save it as UTF-8.",
        )
    return list(markdown_blocks(text) if source.media_type == MARKDOWN.mime else paragraphs(text))
