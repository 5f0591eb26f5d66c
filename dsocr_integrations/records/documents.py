"""The records everything else passes on: documents, pages, blocks, tables, figures.

Conventions:
    Pages: `number` is 1-based; `label` is what is printed on the page.
    Boxes: integers `(x0, y0, x1, y1)` on the 0–999 grid of the upright page, origin top left;
        a coordinate `v` is `v / 999 * side` in pixels or points.
    Determinism: no record holds a clock time, a duration, a host or the path of a temporary
        file. The same readings give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from dsocr_integrations.records.base import Record
from dsocr_integrations.records.cards import Card, Fact, counted, shown_source
from dsocr_integrations.records.readings import PageReading

SCHEMA_VERSION = "1.2"
GRID = 999
"""Largest coordinate of the model's box grid."""

Box = tuple[int, int, int, int]
"""`(x0, y0, x1, y1)` on the 0–999 grid, `x0 <= x1`, `y0 <= y1`."""

RawBox = tuple[float, float, float, float]
"""A box as the model said it: unclamped, unordered."""

PointBox = tuple[float, float, float, float]
"""`(x0, y0, x1, y1)` in PDF points of the upright page, origin top left."""

FigureKind = Literal["chart", "molecule", "geometry", "picture"]


class ParseWarning(Record):
    """An irregularity in what the model said or was shown; nothing was lost because of it.

    Attributes:
        kind: Stable name of the irregularity, such as `loop`, `unclosed_table`,
            `box_outside_grid`, `truncated_tag`, `mode_approached`.
        message: What was seen and what was made of it.
    """

    kind: str
    message: str


class PlacedWord(NamedTuple):
    """A printed word and its box on the 0–999 grid."""

    text: str
    box: Box


class TableSpan(Record):
    """A cell that covers more than one row or column.

    Attributes:
        row: 0-based row in the whole grid, header rows included.
        column: 0-based column.
        row_span: Rows covered.
        column_span: Columns covered.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


class Table(Card, Record):
    """A table as a dense grid of printed texts.

    Attributes:
        columns: One name a column; header rows of a column joined by ` / `, empty strings
            where the table has no header.
        rows: Body rows, each as long as `columns`; a spanning cell's text stands in its
            top-left place only, the covered places are empty.
        values: The number printed in each body cell, `None` where it is not a number; same
            shape as `rows`.
        header: The header rows as printed, same width as `columns`.
        header_rows: Number of header rows; equals `len(header)`.
        spans: Spanning cells of the whole grid (header rows first).
        caption: Printed caption, if one was found.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[float | None, ...], ...] = ()
    header: tuple[tuple[str, ...], ...] = ()
    header_rows: int = 0
    spans: tuple[TableSpan, ...] = ()
    caption: str | None = None

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        yield "caption", self.caption
        yield "size", f"{len(self.rows)} rows, {len(self.columns)} columns"
        yield "columns", ", ".join(filter(None, self.columns))


class Geometry(Record):
    """Plane geometry in the coordinates of the drawing (about -15…15 on both axes).

    Attributes:
        segments: Line segments as `(x0, y0, x1, y1)`.
        segment_types: The model's word for each segment, such as `solid`.
        points: Named points as `(name, x, y)`.
        circles: Circles as `(name of centre, x, y, radius)`.
    """

    segments: tuple[tuple[float, float, float, float], ...] = ()
    segment_types: tuple[str, ...] = ()
    points: tuple[tuple[str, float, float], ...] = ()
    circles: tuple[tuple[str, float, float, float], ...] = ()


class Block(Card, Record):
    r"""One labelled piece of a page, in reading order.

    Attributes:
        label: The model's word for it (`title`, `text`, `table`, `image` …); an open set.
        boxes: Clamped and ordered boxes; empty for text that came without one.
        raw_boxes: The boxes as said.
        text: Content as said, tags removed: markdown, LaTeX in `\(…\)`/`\[…\]`, or HTML
            for a table.
        table: The parsed table, for blocks that hold one.
        confidence: 0–1 where the engine measured one.
        captions: For a table or picture, the 0-based places of its captions and footnotes among
            the page's blocks; `None` in records of before 1.1, which did not keep them.
        warnings: What speaks against the block as read, such as a table whose numbers were merged.
    """

    label: str
    boxes: tuple[Box, ...] = ()
    raw_boxes: tuple[RawBox, ...] = ()
    text: str = ""
    table: Table | None = None
    confidence: float | None = None
    captions: tuple[int, ...] | None = None
    warnings: tuple[ParseWarning, ...] = ()

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        yield "label", self.label
        if self.table is not None:
            yield from self.table.facts()
        else:
            yield "text", self.text
        yield "confidence", self.confidence
        yield "doubtful", " ".join(warning.message for warning in self.warnings)
        yield "boxes", self.boxes


class Figure(Card, Record):
    """A picture block after deep parsing.

    Attributes:
        number: 1-based place among the page's figures.
        block: 0-based place of its block in `Page.blocks`.
        kind: What it was read as; `picture` when nothing more could be said.
        boxes: Where it stands on the page.
        crop: Path of the crop relative to the document's output folder, if one was written.
        crop_sha256: Hash of the crop's PNG bytes.
        caption: Printed caption of the document, if one was found.
        table: Data of a chart.
        smiles: Canonical SMILES of a molecule; as said when `smiles_valid` is false.
        smiles_valid: Whether RDKit accepts the SMILES; `None` where RDKit is not installed.
        inchikey: InChIKey of a valid molecule.
        geometry: Coordinates of a drawing.
        description: The model's caption of a picture. May be invented; not a reading.
        value_source: Whether chart values were printed in the figure, measured from its
            drawing, or said by a model.
        confidence: 0–1 where the engine measured one.
        raw: The engine's answer as said.
        warnings: Irregularities of the answer.
    """

    number: int
    block: int | None = None
    kind: FigureKind = "picture"
    boxes: tuple[Box, ...] = ()
    crop: str | None = None
    crop_sha256: str | None = None
    caption: str | None = None
    table: Table | None = None
    smiles: str | None = None
    smiles_valid: bool | None = None
    inchikey: str | None = None
    geometry: Geometry | None = None
    description: str | None = None
    value_source: Literal["printed", "measured", "model"] | None = None
    confidence: float | None = None
    raw: str = ""
    warnings: tuple[ParseWarning, ...] = ()

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        yield "number", self.number
        yield "kind", self.kind
        yield "caption", self.caption
        yield "SMILES", self.smiles
        yield "valid", {True: "yes", False: "no", None: ""}[self.smiles_valid]
        if self.table is not None:
            yield "table", f"{len(self.table.rows)} rows, {len(self.table.columns)} columns"
        yield "values", self.value_source
        yield "description", self.description
        yield "boxes", self.boxes
        yield "crop", self.crop


class Link(Record):
    """A hyperlink of a born-digital page; exactly one of `uri` and `page` is set."""

    box: Box
    text: str = ""
    uri: str | None = None
    page: int | None = None


class Annotation(Record):
    """A note, highlight or other annotation of a born-digital page."""

    box: Box
    kind: str
    text: str = ""


class FormField(Record):
    """A form field of a born-digital page with its current value.

    Attributes:
        box: Where it stands.
        name: As the file names it.
        kind: `CheckBox`, `RadioButton`, `Text`, `ListBox`, `ComboBox`, `Button`, `Signature`,
            or `XFA` for a value of a form that only a viewer draws.
        value: What was filled in or chosen, or who signed.
        label: What is printed beside it.
        checked: Whether a check box or radio button is chosen; `None` for any other field.
        choices: Entries of a list.
    """

    box: Box
    name: str
    kind: str
    value: str = ""
    label: str = ""
    checked: bool | None = None
    choices: tuple[str, ...] = ()


class Page(Card, Record):
    """One page as read.

    Attributes:
        number: 1-based place in the source.
        label: The printed page label, if the source knows one.
        width: Width of the upright page in points.
        height: Height of the upright page in points.
        markdown: The page in reading order, without headers and footers unless asked for.
        blocks: Every block, headers and footers included.
        figures: Pictures after deep parsing.
        warnings: Irregularities of the model's answer.
        words: The words that were read from the page's pixels, in reading order, those of a table
            cell by cell; empty where a text layer has them, for engines that do not know them, and
            in records of before 1.2.
        reading: Who read it.
        raw: The engine's answer as said, tags included.
    """

    number: int
    label: str | None = None
    width: float
    height: float
    markdown: str
    blocks: tuple[Block, ...] = ()
    figures: tuple[Figure, ...] = ()
    warnings: tuple[ParseWarning, ...] = ()
    links: tuple[Link, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    form_fields: tuple[FormField, ...] = ()
    words: tuple[PlacedWord, ...] = ()
    reading: PageReading
    raw: str = ""

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        quality = self.reading.quality
        holds = (
            counted(len(self.blocks), "block"),
            counted(sum(block.table is not None for block in self.blocks), "table"),
            counted(len(self.figures), "figure"),
        )
        yield "number", self.number
        yield "label", self.label
        yield "holds", ", ".join(filter(None, holds))
        yield "read by", self.reading.engine
        yield "doubtful", "" if quality.trusted else ", ".join(quality.reasons) or "yes"
        yield "warnings", len(self.warnings) or ""
        yield "begins", self.markdown


PASSING = frozenset({"download", "engine", "timeout", "crash"})
"""Kinds of `PageError` that another try may not meet; any other one is final."""


class PageError(Record):
    """A page that could not be read. It stands beside the pages and never in their text.

    Attributes:
        number: 1-based page number; 0 when the whole source failed.
        kind: Stable name: `render`, `engine`, `timeout`, `crash`, `too_large`, `source` …
        message: What happened, free of paths of temporary files.
    """

    number: int
    kind: str
    message: str


class OutlineEntry(Record):
    """A bookmark of the source."""

    level: int
    title: str
    page: int | None = None


class Document(Card, Record):
    """A source as read: pages in order, failures beside them.

    Attributes:
        schema_name: Always `dsocr.document`.
        schema_version: Version of this layout.
        doc_id: UUIDv5 of the source's name relative to the ingest root.
        revision: SHA-256 of the source's bytes.
        source: The source's URI or path relative to the ingest root.
        media_type: MIME type of the source.
        title: Title in the source's metadata, else the first title block of its first pages.
        page_count: Pages of the source, whether asked for or not.
        engine: Engine that read it.
        fingerprint: The reading versions it was read with.
        outline: Bookmarks of the source.
        pages: Pages that were read, in order.
        errors: Pages that were not.
    """

    schema_name: Literal["dsocr.document"] = "dsocr.document"
    schema_version: str = SCHEMA_VERSION
    doc_id: str
    revision: str
    source: str
    media_type: str = "application/pdf"
    title: str | None = None
    page_count: int
    engine: str
    fingerprint: str
    outline: tuple[OutlineEntry, ...] = ()
    pages: tuple[Page, ...] = ()
    errors: tuple[PageError, ...] = ()

    @property
    def markdown(self) -> str:
        """All pages, parted by `<!-- page N -->` comments."""
        return joined_markdown(self.pages)

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        doubtful = sum(not page.reading.quality.trusted for page in self.pages)
        yield "title", self.title
        yield "source", shown_source(self.source)
        yield "pages", f"{len(self.pages)} of {self.page_count}"
        yield "not read", counted(len(self.errors), "page")
        yield "doubtful", counted(doubtful, "page")
        yield "tables", sum(b.table is not None for page in self.pages for b in page.blocks) or ""
        yield "figures", sum(len(page.figures) for page in self.pages) or ""
        yield "read by", self.engine


def joined_markdown(pages: Iterable[Page]) -> str:
    """The markdown of pages, parted by `<!-- page N -->` comments."""
    return "\n\n".join(f"<!-- page {page.number} -->\n\n{page.markdown}".rstrip() for page in pages)


class FigureEvidence(Record):
    """What an engine knows about a figure's answer beyond the text.

    Attributes:
        confidence: 0–1.
        value_source: Whether chart values were printed or measured.
    """

    confidence: float | None = None
    value_source: Literal["printed", "measured", "model"] | None = None


class BlockEvidence(Record):
    """What an engine knows about one grounded block beyond the text.

    Attributes:
        boxes: Exact boxes in points of the upright page.
        confidence: 0–1.
        doubts: What speaks against a table by where its words stand, each in a sentence.
    """

    boxes: tuple[PointBox, ...] = ()
    confidence: float | None = None
    doubts: tuple[str, ...] = ()


class Evidence(Record):
    """Optional facts beside a reading. Dropping them changes no text, table or label.

    Attributes:
        blocks: One entry for each grounded block of the text, in order.
        words: Words that were read from pixels, in reading order, on the grid of the text's boxes.
        figure: For an answer to `Parse the figure.`.
    """

    blocks: tuple[BlockEvidence, ...] = ()
    words: tuple[PlacedWord, ...] = ()
    figure: FigureEvidence | None = None
