"""Answers to the viewer: a page with its pictures, what is chosen as a file, or why not."""

from __future__ import annotations

from typing import Any, NamedTuple

from dsocr_integrations.errors import ConfigurationError, DsocrError
from dsocr_integrations.preview.page_view import page_view
from dsocr_integrations.preview.pictures import CLOSER_SIDE, PageImages, page_pictures
from dsocr_integrations.preview.saved_files import form_of, selection_file
from dsocr_integrations.preview.selection import selection_named
from dsocr_integrations.records.documents import Document


class Answer(NamedTuple):
    """A message to the viewer.

    Attributes:
        content: The question's `id` beside the page or file, or beside an `error`.
        buffers: The encoded pictures or the file that the content describes.
    """

    content: dict[str, Any]
    buffers: list[bytes]


def answer(
    question: object, document: Document, images: PageImages, closer: PageImages
) -> Answer | None:
    """Answer a message of the viewer; it may only name a page of this document.

    Args:
        question: What a browser sent, of any shape.
        document: The document shown.
        images: Gives the pictures of its pages.
        closer: Gives the pictures for looking closely.

    Returns:
        `None` for a message that names no question to answer.
    """
    if not isinstance(question, dict) or not isinstance(question.get("id"), str):
        return None
    name, kind = question["id"][:100], question.get("kind")
    if kind == "hello":
        return Answer({"id": name}, [])
    number = None if isinstance(question.get("page"), bool) else question.get("page")
    page = next((page for page in document.pages if page.number == number), None)
    # Another document may have been opened since.
    meant = question.get("of", document.doc_id) == document.doc_id
    if kind == "save" and meant:
        return _file(name, question, document)
    if kind not in {"page", "picture"} or page is None or not meant:
        return Answer({"id": name, "error": "There is no such page."}, [])
    try:
        if kind == "page":
            pictures = page_pictures(document, page, images)
        else:
            pictures = page_pictures(document, page, closer, CLOSER_SIDE)[:1]
    except Exception as error:  # noqa: BLE001 - whatever a picture function of the caller raises, the viewer must hear of it
        return Answer({"id": name, "error": f"The picture failed with {type(error).__name__}."}, [])
    described = [
        {"name": picture.name, "type": picture.media_type, "buffer": place}
        for place, picture in enumerate(pictures)
    ]
    content: dict[str, Any] = {"id": name, "pictures": described}
    if kind == "page":
        content["view"] = page_view(page)
    return Answer(content, [picture.data for picture in pictures])


def _file(name: str, question: dict[str, Any], document: Document) -> Answer:
    """What is chosen in the form asked for, or why there is none."""
    pages = {page.number: page for page in document.pages}
    try:
        chosen = selection_named(pages, str(question.get("selected", ""))[:100])
        if chosen is None:
            raise ConfigurationError("Nothing is chosen.", remedy="Click a block.")
        form = form_of(str(question.get("form", ""))[:10])
        data = selection_file(chosen, document.source, form)
    except DsocrError as error:
        return Answer({"id": name, "error": str(error)}, [])
    return Answer({"id": name, "form": form, "buffer": 0}, [data])
