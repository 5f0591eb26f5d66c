"""Names for people: of documents, of where they come from, and of what stands on their pages."""

from __future__ import annotations

import re

from dsocr_integrations.preview.inline_text import runs
from dsocr_integrations.records.documents import Block, Document, Figure

_TITLE_PAGES = 3
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"untitled\W*\d*|no title|(new )?document\W*\d*|title|"
    r"(microsoft (word|powerpoint|excel) - .*)|(powerpoint presentation)|"
    r".{1,200}\.(docx?|odt|rtf|pdf|indd|tex|dvi|p[pt]tx?|xlsx?|qxd|fm|tmp)",
    re.IGNORECASE,
)
_LABELS = {
    "title": "heading",
    "sub_title": "heading",
    "section_header": "heading",
    "list_item": "list item",
    "image": "picture",
    "figure": "picture",
    "equation": "formula",
    "interline_equation": "formula",
    "isolate_formula": "formula",
    "header": "page header",
    "footer": "page footer",
    "page_footnote": "footnote",
}
_FIGURES = {"geometry": "drawing"}
_DOUBTS = {
    "loop": "it says the same again and again",
    "truncated": "it is cut off",
    "error": "it ended with an error",
    "empty": "nothing was read of what is printed",
    "disagrees_with_text_layer": "it is not what the file's own text says",
    "boxes_outside_page": "boxes lie outside the page",
    "broken_formula": "a formula is broken",
    "odd_table": "rows of a table do not fit together",
    "unsound_text_layer": "the file's own text is not what is printed",
    "unread_text": "some of the print was not read",
    "unsure_reading": "some of the print could only be guessed",
    "unsure_order": "the order of the texts is a guess",
}


def given_title(title: str | None) -> str:
    """A title on one line; empty where a program made it up."""
    given = " ".join((title or "").split())
    return "" if _NO_TITLE.fullmatch(given) else given


def shown_title(document: Document) -> str:
    """The document's title, unless a program made it up; else its first printed heading."""
    if title := given_title(document.title):
        return title
    for page in document.pages[:_TITLE_PAGES]:
        for block in page.blocks:
            if block.label == "title" and block.text.strip():
                plain = "".join(run["text"] for run in runs(block.text.replace("#", " ")))
                return " ".join(plain.split())
    return ""


def shown_kind(block: Block, figure: Figure | None) -> str:
    """What a block is, in a reader's words: `heading`, `caption`, `chart`, `molecule` …"""
    if figure is not None:
        return _FIGURES.get(figure.kind, figure.kind)
    label = " ".join(block.label.replace("_", " ").replace("-", " ").lower().split())
    if label.endswith("caption"):
        return "caption"
    return _LABELS.get(label.replace(" ", "_"), label) or "text"


def shown_doubt(reason: str) -> str:
    """Why a page's reading is doubtful, in a reader's words, from a name of `PageQuality`."""
    return _DOUBTS.get(reason, reason.replace("_", " "))
