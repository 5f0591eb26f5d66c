"""Records in a notebook: small escaped cards."""

from __future__ import annotations

import pytest

from dsocr_integrations.index.base import Hit
from dsocr_integrations.preview.selection import Selection
from dsocr_integrations.records.documents import Block
from tests.builders import HOSTILE, make_chunk, make_document, make_page

IPython = pytest.importorskip("IPython", reason="pip install ipython")


def shown(record: object) -> tuple[str, str]:
    from IPython.core.interactiveshell import InteractiveShell

    data, _ = InteractiveShell.instance().display_formatter.format(record)
    return data["text/html"], data["text/plain"]


def tells(card: str, name: str, value: str) -> bool:
    """Whether a card tells a fact; notebooks would set its cells to the right."""
    left = "text-align:left"
    named = f'<th style="{left};white-space:nowrap">{name}</th>'
    return f'{named}<td style="{left}">{value}</td>' in card


def test_records_are_shown_as_cards():
    long = make_page(blocks=(Block(label="text", text=HOSTILE + "x" * 50_000),))
    document = make_document().model_copy(update={"pages": (long,), "title": HOSTILE})
    chunk = make_chunk("Herons stand. " * 500)
    hit = Hit(chunk=chunk, score=0.5, mode="lexical", found_by=("lexical",))
    figure = make_document().pages[0].figures[0]
    table = make_document().pages[0].blocks[2].table
    chosen = Selection(long, long.blocks[0])
    for record in (document, long, long.blocks[0], figure, table, chosen, chunk, hit):
        html, plain = shown(record)
        assert len(html) < 2_500
        assert len(plain) < 1_500
        assert "<script" not in html
        assert type(record).__name__ in html
    html, plain = shown(document)
    assert tells(html, "pages", "1 of 4")
    assert tells(html, "not read", "1 page")
    assert "read by='embedded'" in plain
    assert tells(shown(figure)[0], "SMILES", "CC(=O)Oc1ccccc1C(=O)O")
    assert tells(shown(hit)[0], "score", "0.50, lexical")
    # Of a table its size and columns, not its Markdown.
    of_table = make_chunk("| a | b |\n| --- | --- |\n| 1 | 2 |", kind="table", table=table)
    assert tells(shown(of_table)[0], "size", "2 rows, 2 columns")
    assert "---" not in shown(of_table)[0]
