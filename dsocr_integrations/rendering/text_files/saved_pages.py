"""Pages saved from the web: HTML, and MHTML, which holds its pictures beside it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as rules
from pathlib import Path

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError
from dsocr_integrations.rendering.text_files.html_blocks import HtmlPage, html_page
from dsocr_integrations.rendering.text_files.text_blocks import check_size
from dsocr_integrations.sources.text_encoding import decoded_as

MAX_PAGE_BYTES = 60_000_000
"""Largest saved page, pictures within it included; it is held in memory."""

_CHARSET = re.compile(
    rb"""<meta[^<>]{0,200}?charset\s{0,4}=\s{0,4}["']?\s{0,4}([\w.:-]{1,40})""", re.IGNORECASE
)
_HEAD_BYTES = 4_096


def read_page(path: Path, name: str) -> HtmlPage:
    """Read a page in HTML.

    Raises:
        SourceTooLargeError: If it is over the size limit.
        BrokenSourceError: If it is in an encoding that cannot be told.
    """
    return _page(_bytes(path, name), None, name)


def read_archive(path: Path, name: str) -> HtmlPage:
    """Read a page in MHTML; errors as `read_page`."""
    try:
        message = message_from_bytes(_bytes(path, name), policy=rules)
        part = message.get_body(preferencelist=("html",))
        data = part.get_payload(decode=True) if isinstance(part, EmailMessage) else None
        charset = part.get_content_charset() if isinstance(part, EmailMessage) else None
    except Exception as error:
        # Python's parser of headers and parts raises nearly anything for damaged ones.
        raise BrokenSourceError(
            f"{name} cannot be read as a saved page: {type(error).__name__}: {error}.",
            remedy="Save the page again.",
        ) from error
    if not isinstance(data, bytes):
        raise BrokenSourceError(f"{name} holds no page.")
    return _page(data, charset, name)


def _bytes(path: Path, name: str) -> bytes:
    if path.stat().st_size > MAX_PAGE_BYTES:
        raise SourceTooLargeError(
            f"{name} is larger than {MAX_PAGE_BYTES / 1_000_000:g} MB.",
            remedy="Save the page without its pictures.",
        )
    return path.read_bytes()


def _page(data: bytes, charset: str | None, name: str) -> HtmlPage:
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    text = decoded_as(data, charset or (declared[1].decode("ascii") if declared else "utf-8"))
    if text is None:
        raise BrokenSourceError(
            f"{name} is no text in an encoding that can be told.", remedy="Save it as UTF-8."
        )
    page = html_page(text.replace("\0", ""))
    check_size(sum(len(block.text) for block in page.blocks), name)
    return page
