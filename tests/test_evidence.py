"""Evidence pictures: the right part of the right page, or a sentence that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from dsocr_integrations.errors import (
    ConfigurationError,
    PasswordError,
    SourceChangedError,
    SourceNotFoundError,
)
from dsocr_integrations.index import Hit, StructureHit, open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import evidence_crops as evidence
from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.documents import GRID
from dsocr_integrations.records.identity import revision_of
from dsocr_integrations.runner import Runner
from tests.builders import make_chunk
from tests.plumbing_engine import PlumbingEngine
from tests.small_documents import make_pdf

INK = (200, 30, 200)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Two pages; on the second a block of one colour fills the box (250, 500, 749, 624)."""
    import pymupdf

    path = tmp_path / "in" / "report.pdf"
    path.parent.mkdir()
    with pymupdf.open() as pdf:
        pdf.new_page(width=300, height=400)
        page = pdf.new_page(width=300, height=400)
        colour = tuple(value / 255 for value in INK)
        page.draw_rect(pymupdf.Rect(75, 200, 225, 250), color=colour, fill=colour, width=0)
        pdf.save(path)
    return path


def placed(path: Path, *places: tuple[int, tuple[int, int, int, int]], **fields: object) -> Chunk:
    spans = tuple(ChunkSpan(page=page, box=box, page_width=300, page_height=400)
                  for page, box in places)  # fmt: skip
    values = {"source": path.name, "revision": revision_of(path.read_bytes()), "spans": spans}
    return make_chunk("Block", **(values | fields))


BLOCK = (2, (250, 500, 749, 624))


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 20 for one, other in zip(colour, wanted, strict=True))


def test_the_box_is_drawn_where_the_chunk_stands_with_context_around_it(document):
    picture = evidence.crop(placed(document, BLOCK), roots=[document.parent])
    # 499 + 2 * 25 of 999 units of 300 points, at two pixels a point.
    assert picture.size == pytest.approx((549 / GRID * 600, 174 / GRID * 800), abs=2)
    assert near(picture.getpixel((picture.width // 2, picture.height // 2)), INK)
    assert near(picture.getpixel((3, 3)), (255, 255, 255))
    # The outline stands two points outside the box, four pixels, and is three pixels wide.
    line = round(25 / GRID * 600) - 3
    assert near(picture.getpixel((line, picture.height // 2)), evidence.OUTLINE_COLOUR)


def test_boxes_of_one_page_share_a_picture_and_pages_have_their_own(document):
    chunk = placed(document, BLOCK, (2, (250, 700, 749, 800)), (1, (0, 0, 100, 100)))
    roots = [document.parent]
    both = evidence.crop(chunk, roots=roots, margin=0)
    assert both.height == pytest.approx(300 / GRID * 800, abs=2)
    first = evidence.crop(chunk, roots=roots, page=1, margin=0)
    assert first.size == pytest.approx((60, 80), abs=2)
    with pytest.raises(ConfigurationError, match="stands on page 2, 1"):
        evidence.crop(chunk, roots=roots, page=3)


def test_a_picture_file_is_cropped_at_its_own_pixels(tmp_path):
    path = tmp_path / "scan.png"
    picture = Image.new("RGB", (400, 200), "white")
    picture.paste(INK, (100, 50, 300, 150))
    picture.save(path)
    chunk = placed(path, (1, (250, 250, 749, 749)))
    found = evidence.crop(chunk, roots=[tmp_path], margin=0, outline=False)
    assert near(found.getpixel((found.width // 2, found.height // 2)), INK)
    assert found.size == pytest.approx((200, 100), abs=2)


def test_a_source_that_has_gone_or_changed_says_so(document, tmp_path):
    chunk = placed(document, BLOCK)
    roots = [document.parent]
    with pytest.raises(SourceNotFoundError, match="has gone"):
        evidence.crop(chunk, roots=[tmp_path])
    make_pdf(document, 2)
    with pytest.raises(SourceChangedError, match="changed since it was read"):
        evidence.crop(chunk, roots=roots)
    document.unlink()
    with pytest.raises(SourceNotFoundError):
        evidence.crop(chunk, roots=roots)


def test_the_root_that_holds_the_same_bytes_is_the_one(document, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    make_pdf(other / "report.pdf", 2)
    chunk = placed(document, BLOCK)
    assert evidence.crop(chunk, roots=[tmp_path / "nowhere", other, document.parent])


@pytest.mark.parametrize(
    "source", ["http://127.0.0.1:9/report.pdf", "file:///etc/hostname", "s3://bucket/a.pdf"]
)
def test_addresses_are_not_followed_unless_told(document, source):
    with pytest.raises(ConfigurationError, match="without being told"):
        evidence.crop(placed(document, BLOCK, source=source))


@pytest.mark.parametrize("source", ["../in/report.pdf", "*.pdf", ".", "bytes:abc"])
def test_names_that_no_ingest_makes_lead_nowhere(document, source):
    with pytest.raises(SourceNotFoundError):
        evidence.crop(placed(document, BLOCK, source=source), roots=[document.parent])


def test_a_file_that_was_named_by_a_way_that_climbs_is_found_again(document, tmp_path, monkeypatch):
    monkeypatch.chdir(document.parent)
    named = Path("..") / document.parent.name / document.name
    with open_index(tmp_path / "index") as index:
        with Runner(PlumbingEngine(log=tmp_path / "log"), cache=False) as runner:
            ingest([named], tmp_path / "out", runner=runner, index=index)
        assert index.search("page 2")[0].crop(dpi=72).width <= 300


def test_hits_show_what_an_ingest_read_without_being_told_where_it_is(tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    make_pdf(folder / "a.pdf", 2)
    with open_index(tmp_path / "index") as index:
        with Runner(PlumbingEngine(log=tmp_path / "log"), cache=False) as runner:
            for _ in range(2):
                ingest(folder, tmp_path / "out", runner=runner, index=index)
        assert index.roots() == (str(folder),)
        monkeypatch.chdir(tmp_path)
        hit = index.search("page 2")[0]
        picture = hit.crop(dpi=72)
        assert picture.width <= 300
        assert isinstance(hit, Hit)
        molecule = StructureHit(hit.chunk, "exact", roots=hit.roots)
        assert molecule.crop(dpi=72).tobytes() == picture.tobytes()
        (folder / "a.pdf").unlink()
        with pytest.raises(SourceNotFoundError):
            hit.crop()


def test_an_encrypted_source_is_opened_with_the_configured_password(document, monkeypatch):
    import pymupdf

    locked = document.with_name("locked.pdf")
    with pymupdf.open(document) as pdf:
        pdf.save(locked, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="herons")
    chunk = placed(locked, BLOCK)
    with pytest.raises(PasswordError):
        evidence.crop(chunk, roots=[locked.parent])
    monkeypatch.setenv("DSOCR_PASSWORD", "herons")
    picture = evidence.crop(chunk, roots=[locked.parent])
    assert near(picture.getpixel((picture.width // 2, picture.height // 2)), INK)
