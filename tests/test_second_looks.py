"""How many requests the pictures of one page may cost, and what is said of those left out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self

import pytest

from dsocr_integrations.engines.base import Reading, ReadRequest
from dsocr_integrations.grounding import parse
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from tests.small_documents import make_pdf

CHART = "<table><tr><th>x</th><th>y</th></tr><tr><td>a</td><td>1</td></tr></table>"


@dataclass
class PictureEngine:
    """Gives one answer about each page and a chart about each picture."""

    answer: str
    asked: list[str] = field(default_factory=list)
    name: str = "pictures"
    capacity: int = 4
    deterministic: bool = False
    in_worker_processes: bool = False

    def reading_version(self) -> str:
        return "pictures/1"

    def open(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        return None

    def stream(self, request: ReadRequest) -> Iterator[str]:
        yield self.answer

    def submit(self, request: ReadRequest) -> Future[Reading]:
        self.asked.append(request.prompt)
        done: Future[Reading] = Future()
        done.set_result(Reading(CHART if request.prompt == Prompt.FIGURE else self.answer))
        return done


def image(x0: int, y0: int, x1: int, y1: int) -> str:
    return f"<|ref|>image<|/ref|><|det|>[[{x0}, {y0}, {x1}, {y1}]]<|/det|>\n\n"


def scattered(count: int, seed: int = 7, most: int = 200) -> str:
    draw = random.Random(seed)
    corners = [(draw.randint(0, 790), draw.randint(0, 790)) for _ in range(count)]
    return "".join(
        image(x, y, x + draw.randint(30, most), y + draw.randint(30, most)) for x, y in corners
    )


def walking(count: int, seed: int = 7) -> str:
    draw = random.Random(seed)
    x, y, boxes = 400, 400, []
    for _ in range(count):
        x = min(850, max(0, x + draw.randint(-40, 45)))
        y = min(850, max(0, y + draw.randint(-35, 40)))
        boxes.append(image(x, y, x + 120, y + 110))
    return "".join(boxes)


def grid(across: int, down: int) -> str:
    wide, high = 960 // across, 960 // down
    return "".join(
        image(20 + wide * column, 20 + high * row, 10 + wide * (column + 1), 10 + high * (row + 1))
        for row in range(down)
        for column in range(across)
    )


def columns(across: int, down: int) -> str:
    wide, high = 960 // across, 960 // down
    return "".join(
        image(20 + wide * column, 20 + high * row, 10 + wide * (column + 1), 10 + high * (row + 1))
        for column in range(across)
        for row in range(down)
    )


def read(engine, tmp_path):
    path = make_pdf(tmp_path / "page.pdf", 1)
    with Runner(engine, cache=False) as runner:
        (page,) = runner.pages(path)
    return page


TEXT = "<|ref|>text<|/ref|><|det|>[[50, 5, 900, 15]]<|/det|>\n{}\n\n"


@pytest.mark.parametrize("boxes", [scattered(300), scattered(120, most=40), walking(300)])
def test_boxes_without_end_cost_no_second_look(tmp_path, boxes):
    engine = PictureEngine(boxes)
    page = read(engine, tmp_path)
    assert len(engine.asked) <= 4
    assert Prompt.FIGURE not in engine.asked
    assert "loop" in page.reading.quality.reasons
    assert len(page.figures) <= 24
    told = {warning.kind for warning in page.warnings}
    assert told >= ({"looks_left_out"} if page.figures else set())


def test_one_block_of_hundreds_of_boxes_is_a_loop_too():
    boxes = ", ".join(
        f"[{n % 40 * 20}, {n * 37 % 800}, {n % 40 * 20 + 90}, 999]" for n in range(250)
    )
    parsed = parse(f"<|ref|>image<|/ref|><|det|>[{boxes}]<|/det|>\n")
    assert "loop" in {warning.kind for warning in parsed.warnings}


@pytest.mark.parametrize("boxes", [grid(6, 8), columns(6, 8), grid(10, 12), columns(4, 30)])
def test_a_sheet_of_pictures_is_no_loop(boxes):
    assert "loop" not in {warning.kind for warning in parse(boxes).warnings}


def words_of_the_page(tmp_path) -> str:
    from dsocr_integrations.rendering import open_document
    from dsocr_integrations.sources import resolve_source

    with open_document(resolve_source(make_pdf(tmp_path / "words.pdf", 1))) as document:
        return " ".join(word.text for word in document.region(1).words())


def test_a_sound_page_gets_two_dozen_looks_the_largest_first(tmp_path):
    large = image(20, 900, 980, 990)
    text = TEXT.format(words_of_the_page(tmp_path))
    engine = PictureEngine(text + grid(6, 6).replace("980]]", "890]]") + large)
    page = read(engine, tmp_path)
    assert page.reading.quality.trusted
    assert engine.asked.count(Prompt.FIGURE) == 24
    assert len(page.figures) == 37
    assert [figure.kind for figure in page.figures].count("chart") == 24
    assert page.figures[-1].kind == "chart"
    (warning,) = [one for one in page.warnings if one.kind == "looks_left_out"]
    assert "13 of 37" in warning.message


def test_a_doubtful_page_keeps_its_pictures_unread(tmp_path):
    engine = PictureEngine(TEXT.format("again and again " * 200) + grid(1, 2))
    page = read(engine, tmp_path)
    assert not page.reading.quality.trusted
    assert Prompt.FIGURE not in engine.asked
    assert [figure.kind for figure in page.figures] == ["picture", "picture"]
    assert "doubtful" in page.warnings[-1].message


@dataclass
class ChartsAndMolecules(PictureEngine):
    """Sees a molecule in pictures on the right half."""

    def submit(self, request: ReadRequest) -> Future[Reading]:
        if request.prompt != Prompt.FIGURE or request.region.clip[0] < 150:
            return super().submit(request)
        done: Future[Reading] = Future()
        done.set_result(Reading("CC(=O)Oc1ccccc1C(=O)O"))
        return done


@pytest.mark.parametrize(("right", "named"), [(100, False), (600, True)])
def test_a_page_names_rdkit_where_one_of_its_figures_is_a_molecule(tmp_path, right, named):
    answer = image(100, 100, 400, 300) + image(right, 500, right + 300, 700)
    page = read(ChartsAndMolecules(words_of_the_page(tmp_path) + answer), tmp_path)
    assert {figure.kind for figure in page.figures} == (
        {"chart", "molecule"} if named else {"chart"}
    )
    assert ("rdkit=" in page.reading.fingerprint) is named
