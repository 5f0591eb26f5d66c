"""What a PDF carries beside what its pages show, as warnings of the page that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dsocr_integrations.records.documents import ParseWarning
from dsocr_integrations.rendering.xfa import dynamic_values

if TYPE_CHECKING:
    import pymupdf

    from dsocr_integrations.rendering.form_fields import PageField

_SHOWN = 20
_LONGEST = 100


def page_notices(page: pymupdf.Page, fields: Iterable[PageField]) -> Iterator[ParseWarning]:
    """Warn of attached files, of a form that only a viewer can draw, and tell who signed.

    What belongs to the whole document is told with its first page.

    Args:
        page: A page of any document.
        fields: Its form fields.
    """
    if not page.parent.is_pdf:
        return
    if page.number == 0:
        yield from _document_notices(page.parent)
    pinned = [a.file_info["filename"] for a in page.annots(types=[_FILE_ATTACHMENT])]
    if pinned:
        yield _attachments(pinned)
    for field in fields:
        if field.kind == "Signature" and field.value:
            message = f"The signature field {shown_name(field.name)!r} is {field.value}."
            yield ParseWarning(kind="signature", message=f"{message} It was not verified.")


_FILE_ATTACHMENT = 17
"""PyMuPDF's number of an annotation that holds a file."""


def _document_notices(document: pymupdf.Document) -> Iterator[ParseWarning]:
    names = attached_names(document)
    if names:
        yield _attachments(names)
    values = dynamic_values(document)
    if values is None:
        return
    told = f"The {len(values)} values filled in are taken" if values else "No value could be taken"
    yield ParseWarning(
        kind="xfa",
        message="This is a dynamic XFA form: a viewer draws it, and its page is a placeholder."
        f" {told} from its data.",
    )


def attached_names(document: pymupdf.Document) -> list[str]:
    """Names of the files attached to a document as a whole, as the file spells them."""
    names = []
    for number in range(document.embfile_count()):
        told = document.embfile_info(number)
        names.append(str(told.get("ufilename") or told.get("filename") or told.get("name") or ""))
    return names


def shown_name(name: str) -> str:
    """A name out of a file, safe to be shown and to be part of an identity."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = "".join(c if c.isprintable() and c not in "#<>\"'`" else "_" for c in last)
    return plain.strip(" .")[:_LONGEST] or "unnamed"


def _attachments(names: list[str]) -> ParseWarning:
    shown = [shown_name(name) for name in names[:_SHOWN]]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    one = len(names) == 1
    return ParseWarning(
        kind="attachments",
        message=f"{len(names)} attached {'file is' if one else 'files are'} no part of the pages"
        f" and not read with them (see --attachments): {', '.join(shown)}{more}.",
    )
