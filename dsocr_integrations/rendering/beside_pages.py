"""What a PDF carries beside what its pages show, as warnings of the page that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dsocr_integrations.records.documents import ParseWarning
from dsocr_integrations.rendering.attachment_names import attachments_notice, shown_name
from dsocr_integrations.rendering.embedded_files import document_files, page_files
from dsocr_integrations.rendering.xfa import dynamic_values

if TYPE_CHECKING:
    import pymupdf

    from dsocr_integrations.rendering.form_fields import PageField


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
    pinned = [file.name for file in page_files(page)]
    if pinned:
        yield attachments_notice(pinned)
    for field in fields:
        if field.kind == "Signature" and field.value:
            message = f"The signature field {shown_name(field.name)!r} is {field.value}."
            yield ParseWarning(kind="signature", message=f"{message} It was not verified.")


def _document_notices(document: pymupdf.Document) -> Iterator[ParseWarning]:
    names = [file.name for file in document_files(document)]
    if names:
        yield attachments_notice(names)
    values = dynamic_values(document)
    if values is None:
        return
    told = f"The {len(values)} values filled in are taken" if values else "No value could be taken"
    yield ParseWarning(
        kind="xfa",
        message="This is a dynamic XFA form: a viewer draws it, and its page is a placeholder."
        f" {told} from its data.",
    )
