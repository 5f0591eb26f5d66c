"""The output folder: complete or not at all, the same bytes, read back as written."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import SourceNotFoundError
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.records import FailureRecord
from dsocr_integrations.records.documents import Block, Document, Figure, Page, PageError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.readings import PageQuality, PageReading
from dsocr_integrations.storage import open_tree
from tests.builders import write_document

DOC_ID = document_id("a.pdf")
PNG = b"\x89PNG\r\n\x1a\n crop"


def page(number: int, *, trusted: bool = True) -> Page:
    return Page(
        number=number,
        width=300,
        height=400,
        markdown=f"# Page {number}\n\nText\u2028 of page {number}.",
        blocks=(
            Block(label="title", boxes=((1, 2, 3, 4),), text=f"# Page {number}"),
            Block(label="text", boxes=((1, 20, 300, 40),), text=f"Text of page {number}."),
            Block(label="image", boxes=((1, 50, 300, 400),)),
        ),
        figures=(Figure(number=1, block=2, boxes=((1, 50, 300, 400),)),),
        reading=PageReading(
            engine="scripted", fingerprint="1", quality=PageQuality(trusted=trusted)
        ),
    )


DOCUMENT = Document(
    doc_id=DOC_ID,
    revision="r" * 64,
    source="a.pdf",
    title="Page 1",
    page_count=4,
    engine="scripted",
    fingerprint="1",
    pages=(page(1), page(2, trusted=False), page(4)),
    errors=(PageError(number=3, kind="crash", message="The worker died."),),
)
CROPS = [(figure, PNG) for figure in page(1).figures]


def write(root, document: Document = DOCUMENT):
    return write_document(document, Chunker().chunk(document), root, config="c")


def tree(root) -> dict[str, bytes]:
    """Every file of the documents; where they came from is no part of them."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in Path(root).rglob("*")
        if path.is_file() and not {".folders", ".origins"} & set(path.parts)
    }


@pytest.fixture(params=["local", "memory"])
def root(request, tmp_path):
    return tmp_path / "out" if request.param == "local" else f"memory://out-{tmp_path.name}"


def test_a_document_is_read_back_as_written(root):
    manifest = write(root)
    folder = OutputFolder(root)
    assert folder.document(DOC_ID) == DOCUMENT
    assert tuple(folder.pages(DOC_ID)) == DOCUMENT.pages
    assert list(folder.chunks(DOC_ID)) == list(Chunker().chunk(DOCUMENT))
    assert list(folder.manifests()) == [manifest]
    assert folder.manifest(DOC_ID) == manifest
    assert (
        folder.file(DOC_ID, "document.md").decode()
        == "<!-- page 1 -->\n\n# Page 1\n\nText\u2028 of page 1.\n\n"
        "<!-- page 2 -->\n\n# Page 2\n\nText\u2028 of page 2.\n\n"
        "<!-- page 4 -->\n\n# Page 4\n\nText\u2028 of page 4.\n"
    )


def test_the_manifest_counts_and_vouches_for_every_file(tmp_path):
    manifest = write(tmp_path)
    counts = manifest.counts
    assert (counts.pages, counts.errors, counts.blocks, counts.figures) == (3, 1, 9, 3)
    assert counts.chunks == len(list(Chunker().chunk(DOCUMENT)))
    assert manifest.untrusted == (2,)
    assert manifest.errors == DOCUMENT.errors
    folder = tmp_path / "a.pdf"
    assert set(manifest.files) == {"chunks.jsonl", "document.json", "document.md"}
    for name, digest in manifest.files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_document_json_is_plain_json_of_the_schema(tmp_path):
    write(tmp_path)
    text = (tmp_path / "a.pdf" / "document.json").read_text()
    assert json.loads(text) == DOCUMENT.model_dump(mode="json")


def test_the_same_document_gives_the_same_bytes_and_nothing_else(tmp_path):
    write(tmp_path / "one")
    write(tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert [path.name for path in (tmp_path / "one").glob(".*")] == [".folders"]


def test_crops_stand_in_the_record(tmp_path):
    folder = OutputFolder(tmp_path)
    with folder.writer(DOCUMENT, config="c") as writer:
        assert list(writer.written([writer.illustrated(page(1), CROPS)])) == list(writer.pages())
        writer.write_chunks([])
        writer.commit()
    (read,) = folder.pages(DOC_ID)
    assert read.figures[0].crop == "figures/p001-f01.png"
    assert read.figures[0].crop_sha256 == hashlib.sha256(PNG).hexdigest()
    assert folder.file(DOC_ID, "figures/p001-f01.png") == PNG


def test_files_of_an_earlier_version_are_gone(root):
    folder = OutputFolder(root)
    with folder.writer(DOCUMENT, config="c") as writer:
        assert list(writer.written([writer.illustrated(page(1), CROPS)])) == list(writer.pages())
        writer.write_chunks([])
        writer.note_failure(
            FailureRecord(doc_id=DOC_ID, source="a.pdf", origin=None, errors=DOCUMENT.errors)
        )
        writer.commit()
    assert [failure.doc_id for failure in folder.failures()] == [DOC_ID]
    write(root)
    assert folder.file(DOC_ID, "figures/p001-f01.png") is None
    assert list(folder.failures()) == []


def test_a_document_that_was_not_committed_does_not_exist(tmp_path):
    folder = OutputFolder(tmp_path)

    def break_off() -> None:
        with folder.writer(DOCUMENT, config="c") as writer:
            next(writer.written([page(1)]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert folder.manifest(DOC_ID) is None
    assert tree(tmp_path) == {}
    with pytest.raises(SourceNotFoundError, match=r"document\.json"):
        folder.document(DOC_ID)


def test_what_a_killed_writer_left_is_removed(tmp_path):
    left = tmp_path / ".staging" / DOC_ID / "figures"
    left.mkdir(parents=True)
    (left / "p009-f09.png").write_bytes(PNG)
    (tmp_path / ".staging" / f"{hashlib.sha256(b'a.pdf').hexdigest()[:32]}.lock").touch()
    write(tmp_path)
    assert not (tmp_path / ".staging").exists()
    assert not [name for name in tree(tmp_path) if "p009" in name]


def test_a_damaged_manifest_is_none(tmp_path):
    write(tmp_path)
    path = tmp_path / "a.pdf" / "manifest.json"
    path.write_text(path.read_text()[:40])
    assert OutputFolder(tmp_path).manifest(DOC_ID) is None


def test_a_failure_beside_a_good_version_leaves_it(tmp_path):
    manifest = write(tmp_path)
    folder = OutputFolder(tmp_path)
    failure = FailureRecord(
        doc_id=DOC_ID,
        source="a.pdf",
        origin="/in/a.pdf",
        errors=(PageError(number=0, kind="source", message="Gone."),),
    )
    folder.set_failure(failure.doc_id, failure)
    assert folder.failure(DOC_ID) == failure
    assert folder.manifest(DOC_ID) == manifest


def test_a_deleted_document_leaves_nothing(root):
    write(root)
    folder = OutputFolder(root)
    folder.delete(DOC_ID)
    assert list(folder.manifests()) == []
    assert folder.file(DOC_ID, "document.json") is None


def test_two_writers_of_one_document_wait_for_each_other(tmp_path):
    threads = [threading.Thread(target=write, args=(tmp_path,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OutputFolder(tmp_path).document(DOC_ID) == DOCUMENT
    write(tmp_path / "alone")
    alone = tree(tmp_path / "alone")
    assert {name: data for name, data in tree(tmp_path).items() if name in alone} == alone


def test_only_the_first_creates_a_file(root):
    tree = open_tree(root)
    assert tree.create("a/name", b"first")
    assert not tree.create("a/name", b"second")
    assert tree.read("a/name") == b"first"
    assert [file.path for file in tree.files()] == ["a/name"]
