"""What the folders of documents are called: readable, safe, and no two alike."""

from __future__ import annotations

import itertools
import re
import shutil
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import fsspec
import pytest

from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.folder_lock import locked
from dsocr_integrations.output.folder_names import folded, folder_name, with_id
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from tests.builders import make_document, write_document
from tests.scripted_engine import ScriptedEngine, write_pdf

HOSTILE = (
    "..", "../x.pdf", "a/../b.pdf", ".hidden.pdf", "a", "a/b", "a/document.json", "document.json",
    "index.html", "INDEX.html", "manifest.json/x.pdf", "report.pdf", "report.pdf/x.png",
    "report.pdf_/x.png", "CON.pdf", "con", "aux.tar.pdf", "COM¹.png", "lpt1", "end.", "end ",
    "end./x.pdf", " x.pdf", "a:b.pdf", "a?b.pdf", "a*b.pdf", "a|b.pdf", "a\\b.pdf", "a\nb.pdf",
    "a\u202egpj.pdf", "a\x00.pdf", "ré.pdf", "re\u0301.pdf", "straße.pdf", "x" * 300 + ".pdf",
    "x" * 300 + "y.pdf", "報告" * 90 + ".pdf", "/".join(["folder" * 9] * 9) + "/x.pdf",
    "/".join(["folder" * 9] * 9) + "/y/x.pdf", "report~12345678.pdf", "a~12345678", "a~12345678/x.pdf",
    "/home/me/report.pdf", "/srv/report.pdf", "/", "https://x.org/report.pdf",
    "https/x.org/report.pdf", "HTTPS/x.org/report.pdf", "http://x.org/report.pdf", "https://x.org",
    "https://x.org/", "https://x.org/get?id=1", "https://x.org/get?id=2", "https://x.org/a%2Fb.pdf",
    "https://x.org/a%20b.pdf", "https://x.org/a b.pdf", "s3://bucket/key.pdf", "s3/bucket/key.pdf",
    "sftp://host/x.pdf", "sftp/host/x.pdf", "a//b.pdf", "a/b.pdf/", "bytes:" + "0" * 64, "://", "a://",
    "ab/12345678-1234-5678-1234-567812345678", "[1].pdf", "report.pdf ", "report.PDF",
)  # fmt: skip


def named(source: str) -> str:
    return folder_name(source, document_id(source))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("2024/q1/report.pdf", "2024/q1/report.pdf"),
        ("Annual Report 2024 (final).PDF", "Annual Report 2024 (final).PDF"),
        ("年報/報告.docx", "年報/報告.docx"),
        ("https://x.org/papers/a.pdf", "https/x.org/papers/a.pdf"),
        ("s3://bucket/in/a.pdf", "s3/bucket/in/a.pdf"),
    ],
)
def test_a_folder_is_called_like_its_source(source, name):
    assert named(source) == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/home/me/report.pdf", r"report~#\.pdf"),
        ("a/README", "a/README~#"),
        ("con.pdf", r"_con~#\.pdf"),
        ("../x.pdf", r"_/x~#\.pdf"),
        ("index.html", r"index~#\.html"),
        ("document.json", r"document\.json~#"),
        ("report.pdf/x.png", r"report\.pdf_/x~#\.png"),
        ("https://arxiv.org/pdf/1706.03762", r"https/arxiv\.org/pdf/1706\.03762~#"),
        ("https://x.org/get?id=5", "https/x.org/get_id=5~#"),
        ("x" * 300 + ".pdf", r"x{116}~#{2}\.pdf"),
    ],
)
def test_a_name_that_had_to_be_changed_bears_an_id(source, name):
    digits = document_id(source).replace("-", "")
    pattern = name.replace("#{2}", digits[:16]).replace("#", digits[:8])
    assert re.fullmatch(pattern, named(source))


def test_no_two_sources_have_one_folder_and_none_lies_in_another():
    names = {source: named(source) for source in HOSTILE}
    apart = [name for source, name in names.items() if source not in {"INDEX.html", "report.PDF"}]
    assert len(set(map(folded, apart))) == len(apart)
    for one, other in itertools.permutations(map(folded, names.values()), 2):
        assert not other.startswith(f"{one}/")


@pytest.mark.parametrize("source", HOSTILE)
def test_a_name_is_safe_on_every_file_system(source):
    for name in (named(source), with_id(named(source), document_id(source))):
        assert len(name.encode()) < 260
        assert name == unicodedata.normalize("NFC", name)
        for part in name.split("/"):
            assert 0 < len(part.encode()) <= 143
            assert not re.search(r'[\x00-\x1f<>:"|?*\\]|^[. ]|[. ]$', part)
            assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d|com¹)($|[. ])", part)


TWINS = ("Report.pdf", "report.pdf", "REPORT.pdf")


@pytest.mark.parametrize("order", list(itertools.permutations(TWINS)))
def test_names_that_differ_in_capitals_are_told_apart_in_whatever_order(tmp_path, order):
    for source in order:
        write_document(document_of(source), [], tmp_path)
    folder = OutputFolder(tmp_path)
    found = {one.source: OutputFolder(tmp_path).place(one.doc_id) for one in folder.manifests()}
    assert found == {
        "REPORT.pdf": "REPORT.pdf",
        **{one: with_id(one, document_id(one)) for one in ("Report.pdf", "report.pdf")},
    }
    for source in TWINS:
        assert OutputFolder(tmp_path).document(document_id(source)).source == source
        # Written again, each stays where it is.
        write_document(document_of(source), [], tmp_path)
    assert {one.source: folder.place(one.doc_id) for one in folder.manifests()} == found
    folder.delete(document_id("REPORT.pdf"))
    assert {one.source for one in folder.manifests()} == {"Report.pdf", "report.pdf"}


SAME = ("report.pdf", "/srv/a/report.pdf", "/srv/b/Report.pdf")


@pytest.mark.parametrize("order", list(itertools.permutations(SAME)))
def test_files_known_by_their_whole_paths_are_called_like_themselves(tmp_path, order):
    write_document(document_of("/srv/b/valve.pdf"), [], tmp_path)
    for source in order:
        write_document(document_of(source), [], tmp_path)
    folder = OutputFolder(tmp_path)
    assert {one.source: folder.place(one.doc_id) for one in folder.manifests()} == {
        "/srv/b/valve.pdf": "valve.pdf",
        "report.pdf": "report.pdf",
        "/srv/a/report.pdf": with_id("report.pdf", document_id("/srv/a/report.pdf")),
        "/srv/b/Report.pdf": with_id("Report.pdf", document_id("/srv/b/Report.pdf")),
    }
    for source in SAME:
        assert OutputFolder(tmp_path).document(document_id(source)).source == source
    folder.delete(document_id("report.pdf"))
    # Whose name is free takes it when it is next written.
    write_document(document_of(SAME[2]), [], tmp_path)
    assert OutputFolder(tmp_path).place(document_id(SAME[2])) == "Report.pdf"
    assert {one.source for one in folder.manifests()} == {"/srv/b/valve.pdf", *SAME[1:]}


def test_several_that_write_at_once_settle_their_names(tmp_path):
    sources = [*SAME, *TWINS[:1]]
    held = OutputFolder(tmp_path)
    write_document(document_of(SAME[1]), [], tmp_path)
    assert held.document(document_id(SAME[1])).source == SAME[1]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: write_document(document_of(one), [], tmp_path), sources * 4))
    # One that was open all the while is not taken in by a name that is another's now.
    for folder in (held, OutputFolder(tmp_path)):
        assert {one.source for one in folder.manifests()} == set(sources)
        for source in sources:
            assert folder.document(document_id(source)).source == source
    assert held.place(document_id("Report.pdf")) == "Report.pdf"


def test_a_lock_is_taken_while_others_remove_its_empty_folder(tmp_path, eager_threads):
    folder = tmp_path / "staging"
    held = []

    def take(name: int) -> None:
        for _ in range(500):
            with locked(folder / f"{name}.lock"):
                held.append(name)
            with suppress(OSError):  # another lock is in it
                folder.rmdir()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, range(8)))
    assert len(held) == 4000
    assert not folder.exists()


@pytest.fixture
def eager_threads():
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_copy_without_hidden_files_loses_nothing_to_a_name_of_another(tmp_path):
    write_document(document_of(SAME[1]), [], tmp_path / "out")
    shutil.copytree(tmp_path / "out", tmp_path / "copy", ignore=shutil.ignore_patterns(".*"))
    write_document(document_of(SAME[0]), [], tmp_path / "copy")
    folder = OutputFolder(tmp_path / "copy")
    assert {one.source for one in folder.manifests()} == set(SAME[:2])
    assert folder.place(document_id(SAME[0])) == "report.pdf"
    assert folder.document(document_id(SAME[1])).source == SAME[1]


def test_a_folder_copied_to_a_store_is_read_there(tmp_path):
    for source in (*SAME, "Valve.pdf"):
        write_document(document_of(source), [], tmp_path)
    fsspec.filesystem("memory").put(f"{tmp_path}/", "/copied/", recursive=True)
    folder = OutputFolder("memory://copied")
    assert {one.source for one in folder.manifests()} == {*SAME, "Valve.pdf"}
    for source in SAME:
        assert OutputFolder("memory://copied").manifest(document_id(source), source) is not None
    write_document(document_of(SAME[1]), [], "memory://copied")
    assert len(list(folder.manifests())) == 4


def test_hostile_names_are_ingested_pruned_and_forgotten(tmp_path):
    sources = tmp_path / "in"
    names = (
        "index.html.pdf",
        "document.json.pdf",
        "CON.pdf",
        "a. /b .pdf",
        "[ab].pdf",
        "a.pdf",
        "é.pdf",
    )
    for name in names:
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        write_pdf(sources / name, [name])
    for root in (tmp_path / "out", "memory://hostile-names"):
        with Runner(ScriptedEngine(), cache=False) as runner:
            assert ingest(sources, root, runner=runner).documents == len(names)
            assert ingest(sources, root, runner=runner).unchanged == len(names)
        folder = OutputFolder(root)
        assert {one.source for one in folder.manifests()} == set(names)
        # To fsspec this name is a pattern that fits the other's.
        folder.delete(document_id("[ab].pdf"))
        assert {one.source for one in OutputFolder(root).manifests()} == {*names} - {"[ab].pdf"}


def document_of(source: str):
    return make_document(1, source=source, doc_id=document_id(source))
