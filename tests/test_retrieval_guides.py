"""The examples of the two frameworks' guides run as written, and print what stands below them."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from tests.guide_examples import printed_by, shown_below, titles

PAGES = ("langchain.md", "llama_index.md")
DATA = Path(__file__).parent / "data"
READING = "Read and index"

pytestmark = pytest.mark.skipif(
    shutil.which("osra") is None, reason="OSRA, which reads the guides' molecules, is not installed"
)


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory):
    """Where a guide's user works, once the papers are indexed."""

    @cache
    def made(page: str) -> Path:
        folder = tmp_path_factory.mktemp("guide")
        (folder / "papers").mkdir()
        for name in ("report.pdf", "molecules.pdf"):
            shutil.copy(DATA / name, folder / "papers")
        printed = printed_by(READING, folder, page=page, DSOCR_ENGINE="embedded")
        assert printed == shown_below(READING, page)
        return folder

    return made


@pytest.mark.parametrize(
    ("page", "title"),
    [(page, title) for page in PAGES for title in titles(page) if title != READING],
)
def test_an_example_prints_what_stands_below_it(page: str, title: str, folder_of):
    folder = folder_of(page)

    printed = printed_by(title, folder, page=page, DSOCR_ENGINE="embedded")

    assert printed == shown_below(title, page)
    if title.startswith("An answer"):
        assert min(Image.open(folder / "evidence.png").size) > 100
