"""A mail: what its head says, its text, and what is attached to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as rules
from functools import partial
from pathlib import Path
from typing import cast

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError
from dsocr_integrations.rendering.text_files.html_blocks import html_page
from dsocr_integrations.rendering.text_files.text_blocks import TextBlock, check_size, paragraphs
from dsocr_integrations.sources.text_encoding import decoded_as

MAX_MAIL_BYTES = 150_000_000
"""Largest mail, attachments included; it is held in memory."""

_TOLD = ("From", "To", "Cc", "Date")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST_HEADER = 2_000


@dataclass(frozen=True)
class Mail:
    """A mail that has been taken apart.

    Attributes:
        subject: What it is about; `None` where it does not say.
        blocks: Its head and its text.
        attachments: What is attached: the names as they are spelled there, and what gives the
            bytes.
    """

    subject: str | None
    blocks: tuple[TextBlock, ...]
    attachments: tuple[tuple[str, Callable[[], bytes]], ...]


def read_mail(path: Path, name: str) -> Mail:
    """Take a mail apart.

    Raises:
        SourceTooLargeError: If it is over the size limit.
        BrokenSourceError: If it is damaged beyond reading, or its text is in an encoding that
            cannot be told.
    """
    if path.stat().st_size > MAX_MAIL_BYTES:
        raise SourceTooLargeError(
            f"{name} is larger than {MAX_MAIL_BYTES / 1_000_000:g} MB.",
            remedy="Take the attachments out of it first.",
        )
    try:
        message = message_from_bytes(path.read_bytes(), policy=rules)
        subject = _header(message, "Subject")
        blocks = (*_head(message, subject), *_body(message, name))
        attachments = tuple(_attachments(message))
    except (BrokenSourceError, SourceTooLargeError):
        raise
    except Exception as error:
        # Python's parser of headers and parts raises nearly anything for damaged ones.
        raise BrokenSourceError(
            f"{name} cannot be read as a mail: {type(error).__name__}: {error}.",
            remedy="Open it in a mail program and save it again.",
        ) from error
    return Mail(subject, blocks, attachments)


def _head(message: EmailMessage, subject: str | None) -> Iterator[TextBlock]:
    if subject is not None:
        yield TextBlock("title", f"# {subject}")
    told = ((name, _header(message, name)) for name in _TOLD)
    lines = [f"{name}: {value}" for name, value in told if value is not None]
    if lines:
        yield TextBlock("text", "\n".join(lines))


def _header(message: EmailMessage, name: str) -> str | None:
    said = str(message.get(name) or "").encode("utf-8", "replace").decode("utf-8")
    return " ".join(_UNPRINTED.sub(" ", said).split())[:_LONGEST_HEADER] or None


def _body(message: EmailMessage, name: str) -> Iterator[TextBlock]:
    """The plain text of a mail, or the text of its HTML where it has no other."""
    for kind in ("plain", "html"):
        part = message.get_body(preferencelist=(kind,))
        if part is None:
            continue
        text = _text(cast("EmailMessage", part), name)
        blocks = list(html_page(text).blocks if kind == "html" else paragraphs(text))
        if blocks:
            yield from blocks
            return


def _text(part: EmailMessage, name: str) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    check_size(len(data), name)
    charset = part.get_content_charset("utf-8")
    text = decoded_as(data, charset)
    if text is None:
        raise BrokenSourceError(
            f"The text of {name} is not in {charset}, as it says.",
            remedy="Open it in a mail program and save its text as UTF-8.",
        )
    return text.replace("\0", "")


def _attachments(message: EmailMessage) -> Iterator[tuple[str, Callable[[], bytes]]]:
    for part in message.iter_attachments():
        yield _name(part), partial(_bytes, part)


def _name(part: EmailMessage) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        subject = _header(inner, "Subject") if isinstance(inner, EmailMessage) else None
        return part.get_filename() or f"{subject or 'message'}.eml".replace("/", "_")
    return part.get_filename() or f"unnamed.{part.get_content_subtype()}"


def _bytes(part: EmailMessage) -> bytes:
    inner = part.get_payload(0) if part.is_multipart() else None
    if isinstance(inner, EmailMessage):
        return inner.as_bytes()
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
