"""Records made by hand, for tests that need a document but no engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dsocr_integrations import figures, grounding
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.records import Manifest
from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.documents import Block, Document, Figure, Page, PageError, Table
from dsocr_integrations.records.identity import chunk_id, document_id, revision_of
from dsocr_integrations.records.readings import PageQuality, PageReading

ENGINE = "embedded"
FINGERPRINT = "embedded/test"
STAGES = f"parser/{grounding.READING_VERSION} figures/{figures.READING_VERSION}"
"""What stands behind the engine in the fingerprint of a page with nothing peculiar."""

HOSTILE = '<img src=x onerror="document.title=\'pwned\'"><script>document.title="pwned"</script>'


def make_chunk(
    text: str,
    *,
    source: str = "report.pdf",
    page: int = 1,
    ordinal: int = 0,
    kind: str = "text",
    **fields: object,
) -> Chunk:
    doc_id = document_id(source)
    values: dict[str, object] = {
        "chunk_id": chunk_id(doc_id, page, kind, ordinal, text),
        "doc_id": doc_id,
        "revision": revision_of(source.encode()),
        "source": source,
        "kind": kind,
        "ordinal": ordinal,
        "text": text,
        "spans": (ChunkSpan(page=page, box=(0, 0, 999, 999), page_width=595, page_height=842),),
        "engine": ENGINE,
        "fingerprint": FINGERPRINT,
    }
    return Chunk.model_validate(values | fields)


def make_chunks(texts: list[str], **fields: object) -> list[Chunk]:
    return [make_chunk(text, ordinal=at, **fields) for at, text in enumerate(texts)]


def make_table() -> Table:
    return Table(
        columns=("Year", "Sales"),
        header=(("Year", "Sales"),),
        header_rows=1,
        rows=(("2023", "1,234"), ("2024", "2,345")),
        values=((2023.0, 1234.0), (2024.0, 2345.0)),
        caption="Table 1: Sales",
    )


def make_page(number: int = 1, blocks: tuple[Block, ...] | None = None, **fields: object) -> Page:
    if blocks is None:
        blocks = (
            Block(label="title", boxes=((80, 60, 920, 110),), text=f"# Heading of page {number}"),
            Block(label="text", boxes=((80, 130, 920, 240),), text=f"Words of **page** {number}."),
            Block(
                label="table",
                boxes=((80, 300, 920, 500),),
                text="<table><tr><td>Year</td></tr></table>",
                table=make_table(),
            ),
            Block(label="text", boxes=((80, 520, 920, 600),), text=f"Hostile: {HOSTILE}"),
        )
    values: dict[str, object] = {
        "number": number,
        "width": 595.0,
        "height": 842.0,
        "markdown": "\n\n".join(block.text for block in blocks),
        "blocks": blocks,
        "reading": PageReading(engine=ENGINE, fingerprint=FINGERPRINT, quality=PageQuality()),
        "raw": "".join(f"<|ref|>{b.label}<|/ref|>{b.text}" for b in blocks),
    }
    return Page.model_validate(values | fields)


def make_document(pages: int = 3, **fields: object) -> Document:
    molecule = Figure(
        number=1,
        block=1,
        kind="molecule",
        boxes=((100, 620, 400, 800),),
        smiles="CC(=O)Oc1ccccc1C(=O)O",
        smiles_valid=True,
    )
    chart = Figure(
        number=2,
        kind="chart",
        boxes=((500, 620, 900, 900),),
        table=make_table(),
        value_source="printed",
        caption="Figure 2: Sales by year",
    )
    values: dict[str, object] = {
        "doc_id": document_id("report.pdf"),
        "revision": revision_of(b"report"),
        "source": "report.pdf",
        "title": "A report",
        "page_count": pages + 1,
        "engine": ENGINE,
        "fingerprint": FINGERPRINT,
        "pages": tuple(
            make_page(number, figures=(molecule, chart) if number == 1 else ())
            for number in range(1, pages + 1)
        ),
        "errors": (PageError(number=pages + 1, kind="render", message="The page is damaged."),),
    }
    return Document.model_validate(values | fields)


def write_document(
    document: Document, chunks: Iterable[Chunk], root: str | Path, *, config: str = ""
) -> Manifest:
    """Write a document that is whole in memory into an output folder, without crops."""
    with OutputFolder(root).writer(document, config=config) as writer:
        records = [*document.pages, *document.errors]
        for _ in writer.written(sorted(records, key=lambda record: record.number)):
            pass
        writer.write_chunks(chunks)
        return writer.commit()
