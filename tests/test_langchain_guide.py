"""The examples of `docs/langchain.md` run as they are written, and print what stands below them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.guide_examples import printed_by, shown_below, titles

PAGE = "langchain.md"
DATA = Path(__file__).parent / "data"
READING = "Read and index"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the guide's user works, once the papers are indexed."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "papers").mkdir()
    for name in ("report.pdf", "molecules.pdf"):
        shutil.copy(DATA / name, folder / "papers")
    printed = printed_by(READING, folder, page=PAGE, DSOCR_ENGINE="embedded")
    assert printed == shown_below(READING, PAGE)
    return folder


@pytest.mark.parametrize("title", [title for title in titles(PAGE) if title != READING])
def test_an_example_prints_what_stands_below_it(title: str, folder: Path):
    printed = printed_by(title, folder, page=PAGE, DSOCR_ENGINE="embedded")

    assert printed == shown_below(title, PAGE)
    if title.startswith("An answer"):
        assert min(Image.open(folder / "evidence.png").size) > 100
