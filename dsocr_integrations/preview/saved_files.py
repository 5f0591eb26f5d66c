"""What is chosen, or a whole document, as a file: CSV, XLSX, SDF, Markdown, HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, cast, get_args

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.molecules import sdf_record
from dsocr_integrations.preview.page_view import block_id, figure_id, page_view
from dsocr_integrations.preview.selection import Selection
from dsocr_integrations.preview.static_page import page_html
from dsocr_integrations.records.documents import Document, Figure, Page, Table
from dsocr_integrations.tables import to_csv, to_html, to_markdown
from dsocr_integrations.tables.spreadsheets import to_xlsx

Form = Literal["csv", "xlsx", "md", "html", "sdf"]

_TABLES: dict[Form, Callable[[Table], str | bytes]] = {
    "csv": to_csv,
    "xlsx": lambda table: to_xlsx([table]),
    "md": to_markdown,
    "html": to_html,
}


def form_of(suffix: str) -> Form:
    """The form that a file's suffix names.

    Raises:
        ConfigurationError: If there is no such form.
    """
    name = suffix.removeprefix(".").lower()
    if name not in get_args(Form):
        choices = ", ".join(f".{form}" for form in get_args(Form))
        raise ConfigurationError(
            f"Nothing is saved as {suffix or 'a file without a suffix'}.",
            remedy=f"Choose one of {choices}.",
        )
    return cast("Form", name)


def selection_file(chosen: Selection, source: str, form: Form) -> bytes:
    """What is chosen as a file.

    Args:
        chosen: The block or figure; of a cell, its table.
        source: Where the document comes from, as an SDF tells it.
        form: CSV and XLSX are of tables, SDF of molecules, Markdown and HTML of all.

    Raises:
        ConfigurationError: If what is chosen has no such form.
        MissingDependencyError: If a package that writes it is not installed.
    """
    figure, table = chosen.figure, chosen.table
    if form == "sdf":
        if figure is None or not figure.smiles:
            raise ConfigurationError("Only a molecule is saved as SDF.", remedy="Choose one.")
        return _molecule(figure, chosen.page, source).encode()
    if table is not None:
        made = _TABLES[form](table)
        return made.encode() if isinstance(made, str) else made
    if form in {"csv", "xlsx"}:
        raise ConfigurationError(
            f"Only a table or chart is saved as {form.upper()}.", remedy="Choose one."
        )
    block = chosen.block
    if form == "md":
        said = (block.text if block is not None else "", figure.smiles if figure else "")
        return "\n\n".join(filter(None, said)).encode()
    view = page_view(chosen.page)
    names = _names(chosen)
    view["blocks"] = [one for one in view["blocks"] if one["id"] in names]
    return page_html(view).encode()


def document_file(document: Document, form: Form) -> bytes:
    """A document's text, tables or molecules as a file.

    Args:
        document: The document.
        form: Markdown of all text; CSV and XLSX of all tables and charts, one after another;
            SDF of all molecules; HTML of the text.

    Raises:
        MissingDependencyError: If a package that writes it is not installed.
    """
    if form == "md":
        return document.markdown.encode()
    if form == "html":
        return "\n".join(page_html(page_view(page)) for page in document.pages).encode()
    if form == "sdf":
        molecules = (
            _molecule(figure, page, document.source)
            for page in document.pages
            for figure in page.figures
            if figure.smiles
        )
        return "".join(molecules).encode()
    if form == "xlsx":
        return to_xlsx(_tables(document))
    return "\n".join(to_csv(table) for table in _tables(document)).encode()


def _names(chosen: Selection) -> set[str]:
    """What the viewer may call a choice."""
    number = chosen.page.number
    names = {figure_id(number, chosen.figure.number)} if chosen.figure is not None else set()
    places = (at for at, block in enumerate(chosen.page.blocks) if block is chosen.block)
    return names | {block_id(number, place) for place in places}


def _tables(document: Document) -> Iterable[Table]:
    for page in document.pages:
        yield from (block.table for block in page.blocks if block.table is not None)
        yield from (figure.table for figure in page.figures if figure.table is not None)


def _molecule(figure: Figure, page: Page, source: str) -> str:
    fields = {
        "smiles": figure.smiles or "",
        "inchikey": figure.inchikey or "",
        "source": source,
        "page": str(page.number),
        "box": " ".join(map(str, figure.boxes[0])) if figure.boxes else "",
        "caption": figure.caption or "",
        "engine": page.reading.engine,
    }
    return sdf_record(figure.smiles or "", figure.inchikey or "", fields)
