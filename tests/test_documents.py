"""Records: frozen, strict, round-tripping, and the same bytes for the same readings."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dsocr_integrations.records.documents import Block, Document, Page, PageError
from dsocr_integrations.records.identity import chunk_id, content_key, document_id
from dsocr_integrations.records.readings import PageReading


def a_page(number: int = 1) -> Page:
    return Page(
        number=number,
        width=595,
        height=842,
        markdown="# Title",
        blocks=(Block(label="title", boxes=((1, 2, 3, 4),), text="# Title"),),
        reading=PageReading(engine="embedded", fingerprint="f"),
    )


def a_document() -> Document:
    return Document(
        doc_id=document_id("a.pdf"),
        revision="0" * 64,
        source="a.pdf",
        page_count=2,
        engine="embedded",
        fingerprint="f",
        pages=(a_page(),),
        errors=(PageError(number=2, kind="render", message="The page tree is broken."),),
    )


def test_a_document_survives_json():
    document = a_document()
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_records_are_frozen_and_strict():
    with pytest.raises(ValidationError):
        a_page().number = 3
    with pytest.raises(ValidationError):
        PageError(number=1, kind="x", message="y", seconds=3)


def test_errors_stay_out_of_the_text():
    assert "broken" not in a_document().markdown
    assert a_document().markdown == "<!-- page 1 -->\n\n# Title"


def test_chunk_ids_change_with_each_part_and_with_nothing_else():
    base = ("doc", 1, "text", 0, "words")
    variants = [("other", *base[1:]), ("doc", 2, *base[2:]), ("doc", 1, "table", 0, "words")]
    variants += [("doc", 1, "text", 1, "words"), ("doc", 1, "text", 0, "other words")]
    ids = {chunk_id(*parts) for parts in (base, *variants)}
    assert len(ids) == 6
    assert chunk_id(*base) == chunk_id(*base)


def test_content_keys_do_not_run_together():
    assert content_key("ab", "c") != content_key("a", "bc")
