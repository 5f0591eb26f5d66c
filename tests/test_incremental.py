"""Each line of the table in docs/incremental.md: what is read, embedded and written again."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import forget, ingest
from dsocr_integrations.ingestion.pruning import PrunedFolder, pruned_folders
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.places import STAGING
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from dsocr_integrations.runner.cache import PageCache
from tests.builders import STAGES
from tests.index.test_sqlite import LetterEmbedder
from tests.scripted_engine import ScriptedEngine, write_pdf

TEXTS = {"a.pdf": ["alpha one", "alpha two", "alpha three"], "sub/b.pdf": ["beta one"]}


@dataclass
class Run:
    """What one ingest did."""

    report: IngestReport
    asked: int
    embedded: list[str]
    output_writes: set[str]
    index_written: bool


@dataclass
class Corpus:
    """A folder of sources with its output folder, index and cache."""

    root: Path
    engine: ScriptedEngine = field(default_factory=ScriptedEngine)
    embedder: str = "letters"

    def __post_init__(self) -> None:
        for name, texts in TEXTS.items():
            self.write(name, texts)

    @property
    def sources(self) -> Path:
        return self.root / "in"

    @property
    def output(self) -> OutputFolder:
        return OutputFolder(self.root / "out")

    def write(self, name: str, texts: list[str]) -> None:
        (self.sources / name).parent.mkdir(parents=True, exist_ok=True)
        write_pdf(self.sources / name, texts)

    def run(
        self,
        *,
        index: str = "index",
        output: str = "out",
        mixed: bool = False,
        prompt: str | None = None,
        mode: str | None = None,
        **options: object,
    ) -> Run:
        embedder = LetterEmbedder(self.embedder)
        files, database = self.files(output), self.database(index)
        self.engine.asked.clear()
        given = {"prompt": prompt, "mode": mode}
        asked = {name: value for name, value in given.items() if value is not None}
        with (
            Runner(self.engine, cache=self.root / "cache", **asked) as runner,
            open_index(
                self.root / index,
                embedder=embedder,
                vector_cache=self.root / "cache",
                allow_mixed_engines=mixed,
            ) as opened,
        ):
            report = ingest(
                self.sources, self.root / output, runner=runner, index=opened, **options
            )
            assert opened.verify() == ()
        changed = {path for path, when in self.files(output).items() if files.get(path) != when}
        return Run(
            report,
            self.engine.asked.total(),
            embedder.embedded,
            changed,
            self.database(index) != database,
        )

    def files(self, output: str = "out") -> dict[str, int]:
        paths = (self.root / output).rglob("*")
        return {str(path): path.stat().st_mtime_ns for path in paths if path.is_file()}

    def database(self, index: str = "index") -> str:
        path = self.root / index / "index.sqlite"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""

    def indexed(self) -> dict[str, int]:
        with open_index(self.root / "index") as index:
            return {one.source: one.chunks for one in index.documents()}

    def found(self, query: str) -> list[str]:
        with open_index(self.root / "index") as index:
            return [f"{hit.chunk.source}#{hit.chunk.page}" for hit in index.search(query, 3)]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    corpus = Corpus(tmp_path)
    first = corpus.run()
    assert (first.report.documents, first.asked) == (2, 4)
    assert len(first.embedded) == len(set(first.embedded)) > 0
    return corpus


def test_the_same_again_costs_nothing(corpus: Corpus):
    again = corpus.run()
    assert again.report.unchanged == 2
    assert (again.asked, again.embedded, again.output_writes) == (0, [], set())
    assert not again.index_written


def test_one_changed_page_costs_that_page(corpus: Corpus):
    with open_index(corpus.root / "index") as index:
        before = {chunk.chunk_id for chunk in index.chunks()}
    corpus.write("a.pdf", ["alpha one", "alpha 2", "alpha three"])
    changed = corpus.run()
    assert (changed.report.documents, changed.report.unchanged) == (1, 1)
    assert changed.asked == 1
    assert [text for text in changed.embedded if "alpha 2" not in text] == []
    assert not any("sub/b.pdf" in path for path in changed.output_writes)
    with open_index(corpus.root / "index") as index:
        after = {chunk.chunk_id: chunk for chunk in index.chunks()}
    assert len(before - set(after)) == len(set(after) - before) == len(changed.embedded) == 1
    # What did not change names the new version of its document all the same.
    revision = corpus.output.manifest(document_id("a.pdf")).revision
    assert {one.revision for one in after.values() if one.source == "a.pdf"} == {revision}


def test_pages_that_failed_are_read_again_and_no_others(corpus: Corpus):
    corpus.engine.failing_pages = (2,)
    corpus.write("c.pdf", ["gamma one", "gamma two"])
    assert corpus.run().report.failed_pages == 1
    still = corpus.run()
    assert set(corpus.engine.asked) == {2}
    assert (still.report.documents, still.report.failed_pages) == (0, 1)
    assert (still.embedded, still.output_writes, still.index_written) == ([], set(), False)
    corpus.engine.failing_pages = ()
    read = corpus.run()
    assert (read.report.documents, read.report.cached, read.asked) == (1, 1, 1)
    assert [text for text in read.embedded if "gamma two" not in text] == []
    assert corpus.found("gamma two")[0] == "c.pdf#2"
    assert corpus.run().report.complete


@pytest.mark.parametrize("name", ["renamed.pdf", "sub/moved.pdf"])
def test_a_renamed_or_moved_file_is_another_document_read_from_the_cache(corpus: Corpus, name: str):
    (corpus.sources / "a.pdf").rename(corpus.sources / name)
    moved = corpus.run()
    assert (moved.report.documents, moved.asked, moved.embedded) == (1, 0, [])
    assert set(corpus.indexed()) == {"a.pdf", "sub/b.pdf", name}
    pruned = corpus.run(prune=True)
    assert (pruned.report.pruned, pruned.asked, pruned.embedded) == (("a.pdf",), 0, [])
    assert set(corpus.indexed()) == {"sub/b.pdf", name}


def test_a_deleted_file_stays_until_it_is_pruned(corpus: Corpus):
    (corpus.sources / "sub/b.pdf").unlink()
    assert not corpus.run().index_written
    assert "sub/b.pdf" in corpus.indexed()
    assert corpus.run(prune=True).report.pruned == ("sub/b.pdf",)
    assert set(corpus.indexed()) == {"a.pdf"}
    assert [manifest.source for manifest in corpus.output.manifests()] == ["a.pdf"]
    assert corpus.run(prune=True).report.pruned == ()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and no more"], ids=["emptied", "broken"])
def test_an_unreadable_file_is_a_failure_and_its_last_version_stays(corpus: Corpus, content: bytes):
    (corpus.sources / "a.pdf").write_bytes(content)
    emptied = corpus.run(prune=True)
    assert (emptied.asked, emptied.report.pruned) == (0, ())
    assert [failure.source for failure in emptied.report.failures] == ["a.pdf"]
    assert corpus.found("alpha two") != []


def test_a_file_whose_text_is_gone_loses_its_chunks(corpus: Corpus):
    corpus.write("a.pdf", ["alpha one"])
    shorter = corpus.run()
    assert (shorter.asked, shorter.embedded) == (0, [])
    assert all(not place.startswith("a.pdf#2") for place in corpus.found("alpha two"))


def test_another_model_reads_everything_and_must_be_let_into_the_index(corpus: Corpus):
    corpus.engine = ScriptedEngine(version="2")
    with pytest.raises(IndexMismatchError, match="mixed engines"):
        corpus.run()
    # The first document was read before the index refused it, so its answers were recorded.
    refused = corpus.engine.asked.total()
    other = corpus.run(mixed=True)
    assert (other.report.documents, refused + other.asked) == (2, 4)
    assert other.embedded == []
    with open_index(corpus.root / "index") as index:
        assert {one.fingerprint for one in index.documents()} == {f"scripted/2 {STAGES}"}


def test_another_prompt_reads_everything(corpus: Corpus):
    other = corpus.run(prompt="Free OCR.")
    assert (other.report.documents, other.asked) == (2, 4)
    assert other.embedded == []


def test_another_resolution_mode_reads_everything(corpus: Corpus):
    other = corpus.run(mode="large")
    assert (other.report.documents, other.report.unchanged, other.asked) == (2, 0, 4)
    assert other.embedded == []
    # Back again is another mode too: every document is written, from what the cache has.
    back = corpus.run()
    assert (back.report.documents, back.asked, back.embedded) == (2, 0, [])


def test_another_chunker_reads_nothing(corpus: Corpus):
    other = corpus.run(chunker=Chunker(max_tokens=64))
    assert (other.report.documents, other.asked, other.embedded) == (2, 0, [])


def test_another_embedder_is_refused_until_the_index_is_embedded_anew(corpus: Corpus):
    corpus.embedder = "other"
    with pytest.raises(IndexMismatchError, match="dsocr index reindex"):
        corpus.run()
    other = LetterEmbedder("other")
    with open_index(corpus.root / "index") as index:
        texts = {chunk.embedding_text for chunk in index.chunks()}
        index.reindex(other)
    assert sorted(other.embedded) == sorted(texts)
    assert corpus.run().report.unchanged == 2


def test_a_second_or_a_lost_index_embeds_nothing(corpus: Corpus):
    second = corpus.run(index="second")
    assert (second.report.indexed, second.asked, second.embedded) == (2, 0, [])
    assert second.output_writes == set()
    with open_index(corpus.root / "second") as index:
        direct = LetterEmbedder().embed_documents(["x"])
        assert index.stats().vectors == index.stats().chunks > 0
        assert index.stats().dimension == direct.shape[1]


def test_a_lost_output_folder_is_written_from_the_cache(corpus: Corpus):
    shutil.rmtree(corpus.root / "out")
    again = corpus.run()
    assert (again.report.documents, again.asked, again.embedded) == (2, 0, [])


@pytest.mark.parametrize("renamed", [True, False])
def test_a_folder_changed_by_hand_is_written_from_the_cache(corpus: Corpus, renamed: bool):
    folder = corpus.root / "out/a.pdf"
    if renamed:
        folder.rename(corpus.root / "out/mine.pdf")
    else:
        shutil.rmtree(folder)
    again = corpus.run()
    assert (again.report.documents, again.report.unchanged, again.asked) == (1, 1, 0)
    assert [one.source for one in corpus.output.manifests()] == ["a.pdf", "sub/b.pdf"]


def test_a_lost_cache_costs_nothing_while_nothing_changes(corpus: Corpus):
    PageCache(corpus.root / "cache").clear()
    again = corpus.run()
    assert (again.report.unchanged, again.asked, again.embedded) == (2, 0, [])


def test_prune_takes_whole_folders_only(corpus: Corpus):
    for sources in (corpus.sources / "a.pdf", str(corpus.sources / "*.pdf"), b"bytes", ""):
        with Runner(corpus.engine) as runner, pytest.raises(ConfigurationError, match="no folder"):
            ingest(sources, corpus.root / "out", runner=runner, prune=True)


def test_an_empty_folder_prunes_nothing(corpus: Corpus):
    # A disk that is not mounted looks like this.
    shutil.rmtree(corpus.sources)
    corpus.sources.mkdir()
    assert corpus.run(prune=True).report.pruned == ()
    assert len(corpus.indexed()) == 2


def test_prune_leaves_other_roots_alone(corpus: Corpus, tmp_path: Path):
    write_pdf(tmp_path / "single.pdf", ["gamma"])
    (tmp_path / "in2").mkdir()
    write_pdf(tmp_path / "in2/c.pdf", ["delta"])
    with (
        Runner(corpus.engine, cache=False) as runner,
        open_index(tmp_path / "index", embedder=LetterEmbedder()) as index,
    ):
        several = [tmp_path / "in2", tmp_path / "single.pdf"]
        ingest(several, tmp_path / "out", runner=runner, index=index)
    single, other = (str(path.absolute()) for path in (several[1], tmp_path / "in2/c.pdf"))
    (corpus.sources / "a.pdf").unlink()
    assert corpus.run(prune=True).report.pruned == ("a.pdf",)
    assert set(corpus.indexed()) == {"sub/b.pdf", single, other}


@pytest.mark.parametrize(
    ("prefix", "recursive", "held", "others"),
    [
        (".", True, ["a.pdf", "sub/b.pdf", "/data/in/c.pdf"], ["/in/a.pdf", "s3://b/a.pdf"]),
        (".", True, [], ["bytes:1", "/data/inn/a.pdf", "/data/in"]),
        (".", False, ["a.pdf", "/data/in/c.pdf"], ["sub/b.pdf", "/data/in/sub/c.pdf"]),
        ("on/in", True, ["on/in/a.pdf", "on/in/sub/b.pdf"], ["on/inn/a.pdf", "on/in", "a.pdf"]),
        ("on/in/", False, ["on/in/a.pdf"], ["on/in/sub/b.pdf", "on/inner/a.pdf"]),
        ("s3://b/in", True, ["s3://b/in/a.pdf"], ["s3://b/a.pdf", "in/a.pdf"]),
    ],
)
def test_which_documents_a_folder_speaks_for(prefix, recursive, held, others):
    folder = PrunedFolder("in", prefix, "/data/in", recursive)
    assert [source for source in [*held, *others] if folder.holds(source)] == held


@pytest.mark.parametrize(
    ("sources", "root", "prefixes"),
    [
        ("memory://shelf/in", None, ["."]),
        ("memory://shelf/in/", "memory://shelf/in", ["."]),
        ("memory://shelf/in", "memory://shelf", ["in"]),
        (
            ["memory://shelf/in", "memory://shelf/on"],
            None,
            ["memory://shelf/in", "memory://shelf/on"],
        ),
        (["memory://shelf/in", "memory://shelf/on"], "memory://shelf/", ["in", "on"]),
        ("memory://other/in", "memory://shelf", ["memory://other/in"]),
    ],
)
def test_what_the_documents_of_a_store_s_folder_are_called(sources, root, prefixes):
    assert [folder.prefix for folder in pruned_folders(sources, root=root)] == prefixes


def test_what_the_documents_of_a_local_folder_are_called(corpus: Corpus):
    inside, root = corpus.sources / "sub", corpus.root
    assert [one.prefix for one in pruned_folders(inside)] == ["."]
    assert [one.prefix for one in pruned_folders(inside, root=root)] == ["in/sub"]
    both = pruned_folders([inside, str(corpus.sources)], recursive=False)
    assert [one.prefix for one in both] == [str(inside), str(corpus.sources)]
    assert not any(one.recursive for one in both)
    assert [one.given for one in both] == [str(inside), str(corpus.sources)]
    with pytest.raises(ConfigurationError, match="no folder"):
        pruned_folders([])


def test_prune_leaves_documents_of_bytes_alone(corpus: Corpus):
    given = write_pdf(corpus.root / "given.pdf", ["gamma"]).read_bytes()
    with (
        Runner(corpus.engine, cache=False) as runner,
        open_index(corpus.root / "index", embedder=LetterEmbedder()) as index,
    ):
        ingest([given], corpus.root / "out", runner=runner, index=index)
    (of_bytes,) = (source for source in corpus.indexed() if source.startswith("bytes:"))
    (corpus.sources / "a.pdf").unlink()
    assert corpus.run(prune=True).report.pruned == ("a.pdf",)
    assert set(corpus.indexed()) == {"sub/b.pdf", of_bytes}


def test_forget_leaves_no_version_anywhere(corpus: Corpus):
    corpus.write("a.pdf", ["alpha secret", "alpha two", "alpha three"])
    corpus.run()
    cache = PageCache(corpus.root / "cache")
    with open_index(corpus.root / "index") as index:
        gone = forget("a.pdf", corpus.root / "out", index=index, cache=cache)
        assert gone.doc_id == document_id("a.pdf")
        assert min(gone.files, gone.chunks, gone.entries, gone.vectors) > 0
        assert gone.anything
        assert not forget(gone.doc_id, corpus.root / "out", index=index, cache=cache).anything
    places = (corpus.root / name for name in ("out", "index", "cache"))
    kept = b"".join(
        path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()
    ).lower()
    assert b"beta" in kept
    for trace in (b"alpha", b"secret", b"a.pdf", gone.doc_id.encode()):
        assert trace not in kept
    # The other document is as it was, and the source can come back.
    again = corpus.run()
    assert (again.report.documents, again.report.unchanged, again.asked) == (1, 1, 3)


@pytest.mark.parametrize("by", ["index", "output"])
def test_forget_goes_by_an_index_or_an_output_folder_alone(corpus: Corpus, by: str):
    cache = PageCache(corpus.root / "cache")
    before = cache.info()
    left_over = corpus.root / "out" / STAGING / document_id("a.pdf") / "chunks.jsonl"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("alpha")
    with open_index(corpus.root / "index") as index:
        place = {"index": index} if by == "index" else {"output": corpus.root / "out"}
        gone = forget("a.pdf", **place, cache=cache)
    assert (gone.chunks, gone.files > 0) == ((3, False) if by == "index" else (0, True))
    after = cache.info()
    assert gone.entries >= before.pages + before.readings - after.pages - after.readings == 6
    assert gone.vectors == 3
    assert left_over.exists() is (by == "index")


def test_forget_keeps_cached_vectors_of_other_documents_and_names_copies(corpus: Corpus):
    corpus.write("copy.pdf", TEXTS["a.pdf"])
    corpus.write("c.pdf", ["alpha one", "gamma alone"])
    corpus.run()
    corpus.write("c.pdf", ["alpha one", "gamma later"])
    corpus.run()
    cache = PageCache(corpus.root / "cache")
    with open_index(corpus.root / "index") as index:
        gone = forget("c.pdf", corpus.root / "out", index=index, cache=cache)
        assert gone.also == ()
        assert gone.vectors == 2
        gone = forget("a.pdf", corpus.root / "out", index=index, cache=cache)
        assert (gone.also, gone.vectors) == (("copy.pdf",), 0)
        assert forget("copy.pdf", corpus.root / "out", index=index, cache=cache).vectors == 3
    # What the others say is not embedded again.
    again = corpus.run(index="index2", output="out2").embedded
    words = {"alpha one", "alpha two", "alpha three", "gamma later"}
    assert {text.splitlines()[-1] for text in again} == words
