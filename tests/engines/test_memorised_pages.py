"""Pixels to tokens to blocks to chunks: a tiny network of the true class that knows a dozen
pages by heart (`tests/models/memorised`)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.cli import main
from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import resolve_source
from tests.grain import grain
from tests.models.memorised.lessons import MODE, lessons, region_of
from tests.models.memorised.page_blocks import CHECKPOINT, PAGES

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install 'dsocr-integrations[transformers]'")

KNOWN = {page.name: page for page in PAGES}
LESSONS = lessons()
ENGINE = TransformersEngine(CHECKPOINT, device="cpu", dtype="float32")


@pytest.fixture(scope="module")
def session():
    with ENGINE.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """All pages as one document."""
    return bind(tmp_path_factory.mktemp("book") / "book.tiff", *KNOWN)


@pytest.fixture(scope="module")
def read_book(book):
    with Runner(ENGINE, MODE, cache=False) as runner:
        return runner.read(book)


def bind(path, *names):
    first, *others = [Image.open(KNOWN[name].path).convert("L") for name in names]
    first.save(path, save_all=True, append_images=others, compression="tiff_deflate")
    return path


def ask(lesson) -> ReadRequest:
    return ReadRequest(lesson.region, lesson.prompt.value, mode=MODE)


def page_of(document, name):
    return document.pages[list(KNOWN).index(name)]


def test_every_page_and_figure_is_known_by_heart(read_book):
    """Answers of different length grow together on eight places."""
    assert [page.raw for page in read_book.pages] == [
        page.answer(Prompt.MARKDOWN) for page in PAGES
    ]
    figures = [figure.raw for page in read_book.pages for figure in page.figures]
    assert figures == [page.figure for page in PAGES if page.figure]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_another_prompt_gets_another_answer(dtype):
    plain = [one for one in LESSONS if one.prompt is Prompt.FREE]
    with replace(ENGINE, dtype=dtype).open() as session:
        readings = [future.result() for future in [session.submit(ask(one)) for one in plain]]
    assert [reading.text for reading in readings] == [one.answer for one in plain]
    assert {reading.finish_reason for reading in readings} == {"stop"}
    assert {reading.vision_tokens for reading in readings} == {73}


def test_a_page_alone_says_in_pieces_what_it_says_in_company(session):
    page = KNOWN["staff"]
    request = ReadRequest(region_of(page), Prompt.MARKDOWN.value, mode=MODE)
    pieces = list(session.stream(request))
    assert "".join(pieces) == page.answer(Prompt.MARKDOWN)
    assert len(pieces) > 100


def test_what_it_says_of_a_page_is_told_while_it_says_it():
    """As the widget hears it."""
    page = KNOWN["staff"]
    said: list[tuple[int, str]] = []
    with Runner(ENGINE, MODE, cache=False) as runner:
        source = resolve_source(page.path)
        with runner.readings([source], heard=lambda *told: said.append(told)) as readings:
            (read,) = [page for one in readings for page in runner.kept(one)]
    assert len(said) > 100
    assert said[-1] == (1, read.raw) == (1, page.answer(Prompt.MARKDOWN))
    assert all(after[1].startswith(before[1]) for before, after in pairwise(said))


def test_the_prompt_with_its_placeholder_is_the_same_prompt(session):
    region = region_of(KNOWN["cover"])
    request = ReadRequest(region, f"<image>\n{Prompt.MARKDOWN}", mode=MODE)
    assert session.submit(request).result().text == KNOWN["cover"].answer(Prompt.MARKDOWN)


def test_swapped_pictures_swap_their_answers(tmp_path):
    names = ["cover", "chart"]
    with Runner(ENGINE, MODE, cache=False) as runner:
        forth = runner.read(bind(tmp_path / "forth.tiff", *names)).pages
        back = runner.read(bind(tmp_path / "back.tiff", *reversed(names))).pages
    assert [page.raw for page in forth] == [KNOWN[name].answer(Prompt.MARKDOWN) for name in names]
    assert [page.raw for page in back] == [page.raw for page in reversed(forth)]
    assert [page.blocks for page in back] == [page.blocks for page in reversed(forth)]


def test_pages_drawn_from_a_pdf_are_the_same_pages(tmp_path):
    import pymupdf

    some = PAGES[::6]
    with pymupdf.open() as pdf:
        for page in some:
            pdf.new_page(width=300, height=400).insert_image((0, 0, 300, 400), filename=page.path)
        pdf.save(tmp_path / "book.pdf")
    with Runner(ENGINE, MODE, cache=False, figures=False) as runner:
        document = runner.read(tmp_path / "book.pdf")
    assert [page.raw for page in document.pages] == [page.answer(Prompt.MARKDOWN) for page in some]


def test_blocks_and_boxes_are_those_of_the_page(read_book):
    assert not read_book.errors
    for known, page in zip(PAGES, read_book.pages, strict=True):
        assert [(block.label, block.boxes) for block in page.blocks] == [
            (block.label, (block.box,)) for block in known.blocks
        ]
        assert page.reading.quality.trusted


def test_a_table_has_its_cells_and_numbers(read_book):
    (found,) = [block.table for block in page_of(read_book, "measurements").blocks if block.table]
    assert found.columns == ("Site", "Spring", "Autumn")
    assert found.rows[2] == ("Lake", "5.6", "9.7")
    assert found.values[2][1:] == (5.6, 9.7)


def test_second_looks_become_a_chart_a_molecule_and_a_triangle(read_book):
    chart, molecule, triangle = (
        page_of(read_book, name).figures[0] for name in ("chart", "molecule", "triangle")
    )
    assert (chart.kind, chart.value_source) == ("chart", "model")
    assert chart.caption == "Figure 1: Volume in million litres"
    assert chart.table.rows == (("Q1", "120"), ("Q2", "180"), ("Q3", "240"), ("Q4", "90"))
    assert (molecule.kind, molecule.smiles) == ("molecule", "O=C(O)c1ccccc1")
    assert triangle.geometry.points == (("A", 0, 0), ("B", 6, 0), ("C", 2, 5))


def test_chunks_carry_text_heading_page_and_box(read_book):
    chunks = list(Chunker(join_tables=True).chunk(read_book))
    by_kind = {kind: [one for one in chunks if one.kind == kind] for kind in ("table", "formula")}
    measured, _, pumps = by_kind["table"]
    assert measured.caption == "Table 1: Bromate in µg/l"
    assert measured.headings[-1] == "2 Measurements"
    assert (3, (80, 180, 920, 480)) in [(span.page, span.box) for span in measured.spans]
    # The table that goes on over the page break is one chunk with both places.
    assert [row[0] for row in pumps.table.rows] == ["P1", "P2", "P3", "P4"]
    assert {span.page for span in pumps.spans} == {8, 9}
    (formula,) = by_kind["formula"]
    assert "frac" in formula.text
    assert {one.engine for one in chunks} == {"transformers"}


@pytest.mark.parametrize("mode", [MODE, "small"])
def test_a_page_it_was_not_taught_gets_some_answer(mode, tmp_path):
    grain((640, 480), 90, seed=1).save(tmp_path / "noise.png")
    with Runner(replace(ENGINE, max_new_tokens=40), mode, cache=False, figures=False) as runner:
        document = runner.read(tmp_path / "noise.png")
    assert [page.number for page in (*document.pages, *document.errors)] == [1]


def test_the_command_line_reads_it(monkeypatch, capsys):
    page = KNOWN["staff"]
    words = ["read", page.path, "--engine", "transformers", "--model", CHECKPOINT, "--mode", MODE]
    monkeypatch.setattr(sys, "argv", ["dsocr", *map(str, words), "--format", "raw", "--cache", ""])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert page.answer(Prompt.MARKDOWN).strip() in capsys.readouterr().out


def test_fewer_threads_than_processors_are_no_harm():
    page = KNOWN["staff"]
    words = ["read", page.path, "--engine", "transformers", "--model", CHECKPOINT, "--mode", MODE]
    done = subprocess.run(
        [sys.executable, "-m", "dsocr_integrations.cli", *words, "--format", "raw", "--cache", ""],
        env={**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert page.answer(Prompt.MARKDOWN).strip() in done.stdout


def test_the_checkpoint_is_laid_out_as_the_published_one_and_small():
    from safetensors import safe_open

    with safe_open(CHECKPOINT / "model.safetensors", "pt") as file:
        names = set(file.keys())
    assert {"model.sam_model.patch_embed.proj.weight", "model.image_newline"} <= names
    assert sum(file.stat().st_size for file in CHECKPOINT.iterdir()) < 8_000_000
