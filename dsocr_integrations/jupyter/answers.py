"""Answers to the viewer: pages and their pictures, headings, what is chosen as a file; or why not."""

from __future__ import annotations

from typing import Any, NamedTuple

from dsocr_integrations.errors import DsocrError
from dsocr_integrations.preview.cell_places import cell_box
from dsocr_integrations.preview.outline import outline, page_headings
from dsocr_integrations.preview.page_sources import PageSources
from dsocr_integrations.preview.page_view import looked_at
from dsocr_integrations.preview.pictures import (
    CLOSER_SIDE,
    SMALL_SIDE,
    Picture,
    encode,
    page_pictures,
)
from dsocr_integrations.preview.saved_files import form_of, selection_file
from dsocr_integrations.preview.selection import Selection, selection_named
from dsocr_integrations.records.documents import Document, Page

Question = dict[str, Any]

MAX_THUMBNAILS = 20
GONE = "There is no such page."


class Answer(NamedTuple):
    """A message to the viewer.

    Attributes:
        content: The question's `id` beside the page or file, or beside an `error`.
        buffers: The encoded pictures or the file that the content describes.
    """

    content: dict[str, Any]
    buffers: list[bytes]


def answer(question: object, document: Document, sources: PageSources) -> Answer | None:
    """Answer a message of the viewer; it may only name pages and blocks of this document.

    Args:
        question: What a browser sent, of any shape.
        document: The document shown.
        sources: Gives the pictures of its pages.

    Returns:
        `None` for a message that names no question to answer.
    """
    if not isinstance(question, dict) or not isinstance(question.get("id"), str):
        return None
    name, kind = question["id"][:100], str(question.get("kind"))
    if kind == "hello":
        return Answer({"id": name}, [])
    # Another document may have been opened since.
    if question.get("of", document.doc_id) != document.doc_id:
        return Answer({"id": name, "error": GONE}, [])
    try:
        content, buffers = _ANSWERS.get(kind, _unknown)(question, document, sources)
    except DsocrError as error:
        return Answer({"id": name, "error": str(error)}, [])
    except Exception as error:  # noqa: BLE001 - whatever a picture function of the caller raises, the viewer must hear of it
        return Answer({"id": name, "error": f"The picture failed with {type(error).__name__}."}, [])
    return Answer({"id": name, **content}, buffers)


def _unknown(_question: Question, _document: Document, _sources: PageSources) -> Answer:
    return Answer({"error": GONE}, [])


def _page(question: Question, document: Document, sources: PageSources) -> Answer:
    page = _page_asked(question.get("page"), document)
    if page is None:
        return Answer({"error": GONE}, [])
    pictures = page_pictures(document, page, sources.usual)
    return _described({"view": looked_at(page)}, pictures)


def _picture(question: Question, document: Document, sources: PageSources) -> Answer:
    page = _page_asked(question.get("page"), document)
    if page is None:
        return Answer({"error": GONE}, [])
    return _described({}, page_pictures(document, page, sources.closer, CLOSER_SIDE)[:1])


def _thumbnails(question: Question, document: Document, sources: PageSources) -> Answer:
    asked = question.get("pages")
    pages = asked[:MAX_THUMBNAILS] if isinstance(asked, list) else []
    pictures = []
    for page in filter(None, (_page_asked(number, document) for number in pages)):
        image = sources.small(document, page)
        if image is not None:
            encoded = encode(image, SMALL_SIDE)
            pictures.append(Picture(str(page.number), "image/webp", encoded))
    return _described({}, pictures)


def _outline(_question: Question, document: Document, _sources: PageSources) -> Answer:
    headings = (heading for page in document.pages for heading in page_headings(page))
    return Answer({"outline": outline(headings, document.outline)}, [])


def _words(question: Question, document: Document, sources: PageSources) -> Answer:
    page = _page_asked(question.get("page"), document)
    words = sources.words(document, page) if page is not None else []
    return Answer({"words": [word.box for word in words]}, [])


def _cell(question: Question, document: Document, sources: PageSources) -> Answer:
    """Where the chosen cell stands on the page."""
    chosen = _chosen(question, document)
    if chosen is None or chosen.cell is None or chosen.table is None:
        return Answer({"box": None}, [])
    owner = chosen.figure if chosen.block is None else chosen.block
    words = sources.words(document, chosen.page)
    boxes = owner.boxes if owner is not None else ()
    box = cell_box(chosen.table, chosen.cell.row, chosen.cell.column, boxes, words)
    return Answer({"box": box}, [])


def _chosen(question: Question, document: Document) -> Selection | None:
    pages = {page.number: page for page in document.pages}
    return selection_named(pages, str(question.get("selected", ""))[:100])


def _page_asked(number: object, document: Document) -> Page | None:
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return next((page for page in document.pages if page.number == number), None)


def _described(content: dict[str, Any], pictures: list[Picture]) -> Answer:
    described = [
        {"name": picture.name, "type": picture.media_type, "buffer": place}
        for place, picture in enumerate(pictures)
    ]
    return Answer({**content, "pictures": described}, [picture.data for picture in pictures])


def _file(question: Question, document: Document, _sources: PageSources) -> Answer:
    """What is chosen in the form asked for."""
    chosen = _chosen(question, document)
    if chosen is None:
        return Answer({"error": "Nothing is chosen."}, [])
    form = form_of(str(question.get("form", ""))[:10])
    return Answer({"form": form, "buffer": 0}, [selection_file(chosen, document.source, form)])


_ANSWERS = {
    "page": _page,
    "picture": _picture,
    "thumbnails": _thumbnails,
    "outline": _outline,
    "words": _words,
    "cell": _cell,
    "save": _file,
}
