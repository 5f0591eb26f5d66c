"""The mapped vectors beside an SQLite index: never anything but what the database says."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dsocr_integrations.errors import ConfigurationError, IndexUnavailableError
from dsocr_integrations.index import SearchFilters, SqliteIndex
from dsocr_integrations.index.sqlite import vectors
from dsocr_integrations.index.sqlite.vector_file import HEADER, VectorFile
from tests.builders import make_chunk, make_chunks
from tests.index.passages import LetterEmbedder, put

ROOT = Path(__file__).parents[2]
WORDS = ["alpha", "beta", "gamma", "delta", "omega", "kappa", "sigma", "zeta"]


@pytest.fixture(autouse=True)
def _mapped_from_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MAPPED_FROM", 4)


@pytest.fixture
def open_one(tmp_path: Path) -> Iterator[Callable[..., SqliteIndex]]:
    opened: list[SqliteIndex] = []

    def opening(name: str = "one.db", embedder: LetterEmbedder | None = None) -> SqliteIndex:
        opened.append(SqliteIndex(tmp_path / name, embedder=embedder or LetterEmbedder()))
        return opened[-1]

    yield opening
    for index in opened:
        index.close()


@pytest.fixture
def index(open_one: Callable[..., SqliteIndex]) -> SqliteIndex:
    """An index of eight words that was searched, so that its vectors are mapped."""
    made = open_one()
    put(made, make_chunks(WORDS))
    assert_exact(made)
    assert made.stats().mapped == len(WORDS)
    return made


def file_of(index: SqliteIndex) -> Path:
    return VectorFile(index.path).folder / "vectors"


def assert_exact(index: SqliteIndex, *filters: SearchFilters) -> None:
    """Every chunk is as similar to every word as its own text says, and none is missing."""
    embedder = index._embedder
    assert embedder is not None
    for one in filters or (SearchFilters(), SearchFilters(kind="text")):
        kept = {chunk.chunk_id: chunk for chunk in index.chunks(one)}
        for word in ("alpha", "zz top"):
            query = vectors.normalised(embedder.embed_query(word)[None, :])[0]
            hits = index.search(word, 100, one)
            assert {hit.chunk.chunk_id for hit in hits} == set(kept)
            for hit in hits:
                own = vectors.normalised(embedder.embed_documents([kept[hit.chunk.chunk_id].text]))
                assert hit.similarity == pytest.approx(float(own[0] @ query), abs=1e-6)


def mapped_of(folder: Path) -> list[str]:
    """The files of vectors below a folder that this process maps."""
    found = Path("/proc/self/maps").read_text().split("\n")
    return [line for line in found if str(folder) in line and ".vectors/vectors" in line]


def test_vectors_are_mapped_privately_and_small_indexes_do_without(index, open_one):
    folder = file_of(index).parent
    assert [path.name for path in folder.iterdir()] == ["vectors"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file_of(index).stat().st_mode & 0o777 == 0o600
    assert len(mapped_of(folder)) == 1
    small = open_one("small.db")
    put(small, make_chunks(WORDS[:3]))
    assert_exact(small)
    assert not file_of(small).exists()
    assert small.stats().mapped == 0


def test_changes_are_seen_before_the_file_is_written_anew(index, open_one):
    reader = open_one()
    before = file_of(index).stat().st_ino
    assert_exact(reader)
    put(index, make_chunks(WORDS[:-1]))
    assert_exact(reader)
    assert file_of(index).stat().st_ino == before
    put(index, make_chunks(["xylem", "query"], source="b.pdf"))
    assert_exact(reader)
    assert file_of(index).stat().st_ino != before
    assert_exact(index)
    index.delete_document(make_chunk("x", source="b.pdf").doc_id)
    for each in (index, reader, open_one()):
        assert_exact(each)


def test_a_row_that_another_chunk_took_over_has_that_chunk_s_vector_alone(index):
    put(index, make_chunks(WORDS[:-1]))
    put(index, [make_chunk("xylem", source="b.pdf")])
    filters = SearchFilters(source="b.pdf")
    for one in (SearchFilters(), filters):
        hit = index.search("xylem", 9, one)[0]
        assert (hit.chunk.text, hit.similarity) == ("xylem", pytest.approx(1))
        assert_exact(index, one)


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data[: HEADER + 3],
        lambda data: b"",
        lambda data: data[:-30] + bytes([data[-30] ^ 1]) + data[-29:],
        lambda data: data[: HEADER + 8] + b"\x07" + data[HEADER + 9 :],
        lambda data: data[:HEADER] + bytes(len(data) - HEADER),
        lambda data: b"[]" + data[2:],
        lambda data: data.replace(b'"count":8', b'"count":-8').ljust(len(data)),
        lambda data: data + b"\0" * 64,
    ],
)
def test_a_damaged_file_is_made_anew(index, open_one, harm):
    path = file_of(index)
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(harm(whole))
    fresh = open_one()
    assert_exact(fresh)
    assert path.read_bytes() == whole
    assert_exact(index)


def test_the_file_of_another_index_and_of_an_older_copy_say_nothing(index, open_one, tmp_path):
    other = open_one("other.db")
    put(other, make_chunks([word[::-1] + "q" for word in WORDS]))
    assert_exact(other)
    file_of(other).unlink()
    shutil.copy(file_of(index), file_of(other))
    assert_exact(open_one("other.db"))
    # The database as it was before, with the file as it became since.
    copy = tmp_path / "copy.db"
    index._connection.execute("VACUUM INTO ?", (str(copy),))
    put(index, make_chunks(["fir", "oak", "elm", "ash", "yew", "box", "bay", "may"]))
    assert_exact(index)
    old = open_one("copy.db")
    file_of(old).parent.mkdir()
    shutil.copy(file_of(index), file_of(old))
    assert_exact(old)


def test_a_copy_that_went_another_way_is_told_from_the_first(index, open_one, tmp_path):
    index._connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    copy = open_one("copy.db")
    put(index, make_chunks(["one", "two"], source="b.pdf"))
    put(copy, make_chunks(["six", "ten"], source="b.pdf"))
    assert_exact(index)
    assert_exact(copy)
    shutil.copy(file_of(index), file_of(copy).with_name("moved"))
    file_of(copy).with_name("moved").replace(file_of(copy))
    assert_exact(open_one("copy.db"))


def test_the_file_stays_with_its_index_when_the_process_goes_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with SqliteIndex("50 % #1.db", embedder=LetterEmbedder()) as opened:
        put(opened, make_chunks(WORDS))
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert_exact(opened)
        assert opened.stats().mapped == len(WORDS)
    assert (tmp_path / "50 % #1.db.vectors" / "vectors").exists()
    assert not list((tmp_path / "elsewhere").iterdir())


def vector_of(word: str) -> bytes:
    return vectors.normalised(LetterEmbedder().embed_documents([word])).astype("<f4").tobytes()


def test_forget_leaves_no_vector_on_the_disk(index, open_one, tmp_path: Path):
    secret = make_chunk("zanzibar quagga", source="secret.pdf")
    put(index, [secret, *make_chunks(WORDS, source="secret.pdf")])
    put(index, make_chunks(["fir", "oak", "elm", "ash", "yew", "bay"], source="c.pdf"))
    reader = open_one()
    for each in (index, reader):
        assert_exact(each)
    assert vector_of("zanzibar quagga") in file_of(index).read_bytes()
    (file_of(index).parent / "unfinished").write_bytes(vector_of("zanzibar quagga"))
    assert index.forget(secret.doc_id) == len(WORDS) + 1

    def on_disk() -> bytes:
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in files)

    assert vector_of("zanzibar quagga") not in on_disk()
    assert vector_of("oak") in on_disk()
    # Both let go of the old file with their next search, and map one without the document.
    for each in (index, reader):
        assert_exact(each)
    assert not any("(deleted)" in line for line in mapped_of(tmp_path))
    assert vector_of("zanzibar quagga") not in on_disk()


def test_a_search_that_began_before_forget_writes_no_file(index, open_one):
    doc_id = make_chunk("x", source="b.pdf").doc_id
    put(index, make_chunks([word + "s" for word in WORDS], source="b.pdf"))
    slow = open_one()
    with slow._chunks.snapshot():
        # The first read is what fixes the transaction's state.
        slow._chunks.size()
        # That transaction is in the way of the journal, too, and `forget` says so.
        index._connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(IndexUnavailableError, match="again"):
            index.forget(doc_id)
        query = LetterEmbedder().embed_query("alphas")
        nearest = slow._chunks.nearest(query, SearchFilters(), 100)
        assert len(nearest) == 2 * len(WORDS)
        assert not file_of(index).exists()
    assert_exact(slow)
    assert slow.stats().mapped == len(WORDS)
    assert index.forget(doc_id) == 0


def test_vectors_made_anew_are_not_those_of_the_file(index, open_one):
    index.close()
    scaled = LetterEmbedder()
    scaled.embed_query = lambda text: np.roll(LetterEmbedder().embed_query(text), 1)
    with SqliteIndex(index.path) as opened:
        opened.reindex(scaled)
    assert_exact(open_one(embedder=scaled))


def no_folder(index: SqliteIndex, _monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(file_of(index).parent)
    file_of(index).parent.write_text("in the way")


def no_room(index: SqliteIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    file_of(index).unlink()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    write = VectorFile.write

    def limited(*args: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (HEADER, limits[1]))
        try:
            write(*args)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(VectorFile, "write", limited)


@pytest.mark.parametrize("harm", [no_folder, no_room])
def test_without_a_file_vectors_are_read_and_stats_say_so(
    index, open_one, monkeypatch, harm, caplog
):
    harm(index, monkeypatch)
    fresh = open_one()
    assert_exact(fresh)
    put(fresh, make_chunks(["one more"], source="b.pdf"))
    assert_exact(fresh)
    stats = fresh.stats()
    assert stats.mapped == 0
    assert "one.db.vectors cannot be written" in (stats.notice or "")
    assert len(caplog.records) == 1
    assert not list(file_of(index).parent.glob("*"))


def test_a_file_that_cannot_be_erased_is_named(index, monkeypatch):
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    # The superuser may remove anything, so nobody's file is played by the call itself.
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ConfigurationError, match=r"one\.db\.vectors cannot be erased"):
        index.forget(make_chunk("x").doc_id)
    monkeypatch.undo()
    assert index.stats().chunks == 0


def search_in_a_process(path: Path, prelude: str = "") -> subprocess.Popen[str]:
    program = f"""
import sys
from dsocr_integrations.index import SqliteIndex
from dsocr_integrations.index.sqlite import vector_file, vectors
from tests.index.passages import LetterEmbedder
vectors.MAPPED_FROM = 4
{prelude}
with SqliteIndex({str(path)!r}, embedder=LetterEmbedder()) as index:
    print("open", flush=True)
    for line in sys.stdin:
        print([hit.chunk.text for hit in index.search(line, 1)], index.stats().mapped, flush=True)
"""
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def asked(process: subprocess.Popen[str], query: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{query}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_a_process_killed_while_it_writes_the_file_harms_nothing(index, open_one):
    kill = "os.kill(os.getpid(), signal.SIGKILL)"
    before = file_of(index).read_bytes()
    put(index, make_chunks(["pine", "larch", "birch", "maple"], source="b.pdf"))
    for moment in ("fsync", "replace"):
        prelude = f"import os, signal\nfrom pathlib import Path\ndef killed(*_): {kill}\n"
        prelude += "os.fsync = killed" if moment == "fsync" else "Path.replace = killed"
        writer = search_in_a_process(index.path, prelude)
        assert asked(writer, "pine") == "open"
        assert writer.wait(60) == -signal.SIGKILL
        assert file_of(index).read_bytes() == before
        assert (file_of(index).parent / "unfinished").exists()
    assert_exact(open_one())
    assert [path.name for path in file_of(index).parent.iterdir()] == ["vectors"]
    assert file_of(index).read_bytes() != before
    assert index.verify() == ()


def test_two_processes_share_the_file_and_follow_each_other(index):
    with search_in_a_process(index.path) as other:
        try:
            assert asked(other, "alpha") == "open"
            assert other.stdout.readline().strip() == "['alpha'] 8"
            put(index, make_chunks(["pine", "larch", "birch", "maple"], source="b.pdf"))
            assert asked(other, "larch") == "['larch'] 12"
            assert index.stats().mapped == 12
            assert_exact(index)
            index.forget(make_chunk("x", source="b.pdf").doc_id)
            assert asked(other, "alpha") == "['alpha'] 8"
        finally:
            other.kill()


def test_a_changed_text_under_the_same_chunk_is_compared_anew(index, open_one):
    chunks = make_chunks(WORDS)
    put(index, [chunks[0].model_copy(update={"caption": "zzzz"}), *chunks[1:]])
    hit = open_one().search("zzzz alpha", 1)[0]
    assert hit.chunk.caption == "zzzz"
    assert hit.similarity == pytest.approx(1.0, abs=1e-5)
