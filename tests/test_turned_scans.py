"""Scans whose pixels lie on their side are shown upright; boxes are those of the page as it lies."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pymupdf
import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.Image import Transpose

from dsocr_integrations.engines.base import Reading, ReadRequest
from dsocr_integrations.rendering.upright import turned, turned_back
from dsocr_integrations.runner import Runner

DATA = Path(__file__).parent / "data"
LYING = {0: None, 1: Transpose.ROTATE_90, 2: Transpose.ROTATE_180, 3: Transpose.ROTATE_270}
"""How a page lies that so many clockwise quarter turns make upright."""

TITLE = (100, 50, 400, 90)


@dataclass
class LookingEngine:
    """Keeps what it is shown and says where the title stands on it."""

    seen: list[Image.Image] = field(default_factory=list)
    name: str = "looking"
    capacity: int = 1
    deterministic: bool = False
    in_worker_processes: bool = False

    def reading_version(self) -> str:
        return "looking/1"

    def open(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        return None

    def stream(self, request: ReadRequest) -> Iterator[str]:
        yield self.submit(request).result().text

    def submit(self, request: ReadRequest) -> Future[Reading]:
        self.seen.append(request.region.render(request.dpi))
        done: Future[Reading] = Future()
        image = "<|ref|>image<|/ref|><|det|>[[0, 500, 999, 999]]<|/det|>\n"
        title = f"<|ref|>title<|/ref|><|det|>[{list(TITLE)}]<|/det|>\nA title [1, 2, 3, 4]\n\n"
        done.set_result(Reading(title + image))
        return done


def lay(name, turns, path):
    picture = Image.open(DATA / name).convert("RGB")
    way = LYING[turns]
    (picture if way is None else picture.transpose(way)).save(path)
    return path


def read(engine, path):
    with Runner(engine, cache=False) as runner:
        (page,) = runner.pages(path)
    return page


def alike(one, other):
    if one.size != other.size:
        return False
    return ImageStat.Stat(ImageChops.difference(one, other).convert("L")).mean[0] < 2


@pytest.mark.parametrize("turns", LYING)
def test_a_scan_is_shown_upright_and_boxes_come_back_as_it_lies(tmp_path, turns):
    engine = LookingEngine()
    page = read(engine, lay("scan_en.png", turns, tmp_path / "scan.png"))
    upright = Image.open(DATA / "scan_en.png").convert("RGB")
    assert alike(engine.seen[0], upright)
    x0, y0, x1, y1 = TITLE
    there = {
        0: (x0, y0, x1, y1),
        1: (y0, 999 - x1, y1, 999 - x0),
        2: (999 - x1, 999 - y1, 999 - x0, 999 - y0),
        3: (999 - y1, x0, 999 - y0, x1),
    }[turns]
    assert page.blocks[0].boxes == (there,)
    assert page.blocks[0].text == "A title [1, 2, 3, 4]"
    assert (page.width > page.height) == bool(turns % 2)
    told = f"The page was turned by {90 * turns}° clockwise to be read." if turns else ""
    assert page.reading.mode_note == told
    # The second look at a picture is at an upright one too.
    lower = upright.crop((0, upright.height // 2, *upright.size))
    assert engine.seen[-1].size[0] == pytest.approx(lower.size[0], abs=3)


def test_a_scan_in_a_document_is_turned_and_its_recorded_answer_is_the_same(tmp_path):
    lay("scan_en.png", 3, tmp_path / "scan.png")
    with pymupdf.open() as document:
        document.new_page(width=595, height=420).insert_image(
            (0, 0, 595, 420), filename=tmp_path / "scan.png"
        )
        document.save(tmp_path / "scan.pdf")
    engine = LookingEngine()
    with Runner(engine, cache=tmp_path / "cache") as runner:
        first = runner.read(tmp_path / "scan.pdf")
    assert engine.seen[0].height > engine.seen[0].width
    with Runner(engine, cache=tmp_path / "cache") as runner:
        again = runner.read(tmp_path / "scan.pdf")
    assert again.pages == first.pages


@pytest.mark.parametrize("turns", LYING)
def test_print_that_does_not_tell_which_side_is_up_is_left_as_it_lies(tmp_path, turns):
    engine = LookingEngine()
    path = lay("scan_zh.png", turns, tmp_path / "scan.png")
    assert read(engine, path).reading.mode_note == ""
    assert alike(engine.seen[0], Image.open(path).convert("RGB"))


def test_a_page_with_a_text_layer_is_not_looked_at(tmp_path):
    lay("scan_en.png", 1, tmp_path / "scan.png")
    with pymupdf.open() as document:
        sheet = document.new_page(width=595, height=420)
        sheet.insert_image((0, 0, 595, 420), filename=tmp_path / "scan.png")
        sheet.insert_text((30, 30), "The words of it", render_mode=3)
        document.save(tmp_path / "layered.pdf")
    engine = LookingEngine()
    assert read(engine, tmp_path / "layered.pdf").reading.mode_note == ""


@pytest.mark.parametrize("turn", range(4))
def test_the_way_back_is_that_of_the_picture(turn):
    dot = Image.new("L", (100, 60))
    dot.paste(255, (10, 20, 30, 25))
    picture = turned(dot, turn)
    x0, y0, x1, y1 = picture.getbbox()
    wide, high = picture.size
    box = (999 * x0 / wide, 999 * y0 / high, 999 * x1 / wide, 999 * y1 / high)
    back = turned_back(box, turn)
    assert back == pytest.approx((99.9, 333, 299.7, 416.25))
