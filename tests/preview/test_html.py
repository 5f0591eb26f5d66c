"""The saved page: self-contained, bounded, deterministic, nothing of the model as markup."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.assets import saved_page_module, start_page_module
from dsocr_integrations.preview.folder import write_folder_html
from dsocr_integrations.preview.html import FULL, write_html, write_streamed_html
from dsocr_integrations.preview.pictures import (
    DPI,
    MAX_SIDE,
    MIN_SIDE,
    draw_molecule,
    encode,
    images_of_sources,
    side_for,
)
from dsocr_integrations.records.documents import Document
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.builders import make_document
from tests.grain import grain

SAMPLES = Path(__file__).parent.parent / "data"


def white(_document, _page):
    return Image.new("RGB", (600, 800), "white")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def tags_of(text: str) -> list[tuple[str, dict]]:
    parser = Tags()
    parser.feed(text)
    return parser.seen


def test_holds_no_element_but_its_own(tmp_path: Path):
    hostile = make_document().model_copy(
        update={"title": "</title><script>alert(1)</script>", "source": "</script><b>.pdf"}
    )
    text = write_html(hostile, tmp_path / "v.html", images=white).read_text()
    tags = tags_of(text)
    kinds = {"html", "head", "meta", "title", "style", "body", "main", "noscript", "script"}
    assert {tag for tag, _ in tags} == kinds
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    assert [s.get("type") for s in scripts].count("module") == 1
    assert {s.get("type") for s in scripts} == {"module", "application/json"}
    assert not any("src" in attributes or "href" in attributes for _, attributes in tags)


def test_policy_names_script_and_style_by_hash(tmp_path: Path):
    text = write_html(make_document(), tmp_path / "v.html", images=white).read_text()
    policy = next(a["content"] for tag, a in tags_of(text) if a.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "trusted-types 'none'" in policy
    assert "unsafe" not in policy
    script = re.search(r'<script type="module">(.*?)</script>', text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


def test_same_documents_give_the_same_bytes(tmp_path: Path):
    first = write_html(make_document(), tmp_path / "a.html", images=white).read_bytes()
    assert write_html([make_document()], tmp_path / "b.html", images=white).read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def noisy(_document, _page):
    return grain((300, 300), 90, seed=1).convert("RGB")


def test_every_page_keeps_its_picture_within_the_bound(tmp_path: Path):
    bound = 5 * len(encode(noisy(None, None)))
    path = write_html(make_document(20), tmp_path / "v.html", images=noisy, max_picture_bytes=bound)
    pictures = re.findall(r'"url":"data:image/webp;base64,([^"]+)"', path.read_text())
    assert len(pictures) == 20
    assert sum(len(base64.b64decode(picture)) for picture in pictures) <= bound


def test_pages_without_room_for_a_picture_say_so(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = write_html(make_document(20), tmp_path / "v.html", images=noisy, max_picture_bytes=500)
    assert path.read_text().count(FULL) == 20
    assert caplog.messages == [f"{path} is full: 20 pages have no picture in it."]


def test_pages_are_written_one_by_one(tmp_path: Path):
    seen: list[str] = []

    def pages():
        for page in make_document(3).pages:
            seen.append(f"read {page.number}")
            yield page

    def drawn(_document, page):
        seen.append(f"drawn {page.number}")
        return white(_document, page)

    head = make_document(3).model_copy(update={"pages": ()})
    streamed = write_streamed_html([(head, pages())], tmp_path / "a.html", images=drawn)
    assert seen == ["read 1", "drawn 1", "read 2", "drawn 2", "read 3", "drawn 3"]
    whole = write_html(make_document(3), tmp_path / "b.html", images=white)
    assert streamed.read_bytes() == whole.read_bytes()


def test_many_pages_get_smaller_pictures_that_fit_together():
    assert side_for(1) == side_for(200) == MAX_SIDE
    assert MAX_SIDE > side_for(500) > side_for(1_000) > MIN_SIDE
    assert side_for(100_000) == MIN_SIDE


def ingested(root: Path) -> OutputFolder:
    folder = OutputFolder(root)
    with folder.writer(make_document(2), config="c") as writer:
        writer.write_chunks(
            Chunker().chunk_pages(writer.written(make_document(2).pages), writer.head)
        )
        writer.write_preview(
            lambda document, pages, path: write_streamed_html(
                [(document, pages)], path, images=white
            )
        )
        writer.commit()
    return folder


def test_the_page_of_a_folder_leads_to_its_previews_and_copies_no_picture(tmp_path: Path):
    folder = ingested(tmp_path / "out")
    for place in ("index.html", "lists/all.html"):
        path = tmp_path / "out" / place
        assert write_folder_html(folder, path) == 1
        text = path.read_text()
        assert "data:image" not in text
        assert "Words of page 2." in text
        href = json.loads(re.search(r'id="dsocr-documents">(.*?)</script>', text)[1])[0]["href"]
        assert (path.parent / href).is_file()


def test_the_page_of_a_folder_that_lies_elsewhere_holds_the_pictures_of_its_previews(
    tmp_path: Path,
):
    folder = ingested(tmp_path / "out")
    assert write_folder_html(folder, tmp_path / "v.html") == 1
    assert (tmp_path / "v.html").read_text().count('id="dsocr-pictures-0-') == 2


def test_no_picture_is_no_obstacle(tmp_path: Path):
    path = write_html(make_document(), tmp_path / "v.html", root=tmp_path)
    assert "image/webp" not in path.read_text()


def test_a_failing_write_leaves_nothing(tmp_path: Path):
    def fail(_document, _page):
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        write_html(make_document(), tmp_path / "v.html", images=fail)
    assert list(tmp_path.iterdir()) == []


def test_nothing_and_several(tmp_path: Path):
    assert "No document" in write_html([], tmp_path / "none.html").read_text()
    text = write_html([make_document(1), make_document(2)], tmp_path / "two.html").read_text()
    assert 'id="dsocr-page-1-2"' in text


def test_pages_are_rendered_from_the_source_if_its_bytes_are_the_same():
    revision = hashlib.sha256((SAMPLES / "report.pdf").read_bytes()).hexdigest()
    document = make_document()
    images = images_of_sources(SAMPLES)
    assert images(document, document.pages[0]) is None
    same = Document.model_validate(document.model_dump() | {"revision": revision, "doc_id": "x"})
    image = images(same, same.pages[0])
    assert image is not None
    assert encode(image, 200)[:4] == b"RIFF"


def test_a_drawn_page_is_shown_without_loss_and_a_scanned_one_within_few_bytes():
    with open_document(resolve_source(SAMPLES / "molecules.pdf")) as document:
        drawn = document.region(1).render(DPI)
    before = drawn.tobytes()
    assert Image.open(io.BytesIO(encode(drawn))).convert("RGB").tobytes() == before
    with open_document(resolve_source(SAMPLES / "scan.pdf")) as scan:
        scanned = scan.region(1).render(DPI)
    assert len(encode(scanned)) < 0.1 * scanned.width * scanned.height
    assert max(Image.open(io.BytesIO(encode(drawn, 500))).size) == 500
    assert drawn.tobytes() == before


def test_molecules_are_drawn_as_pictures():
    pytest.importorskip("rdkit", reason="pip install 'dsocr-integrations[embedded]'")
    assert b"<svg" in draw_molecule("CCO")
    assert draw_molecule("not a molecule") is None
    assert draw_molecule("C" * 10_000) is None


def test_the_script_makes_no_markup_and_asks_nobody():
    script = saved_page_module() + start_page_module()
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "fetch(",
        "import(",
        "Function(",
        "new RegExp",
        "</script",
    ):
        assert word not in script
