"""Embedders by name and from frameworks; the cache of vectors; what an index remembers."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from dsocr_integrations.errors import (
    ConfigurationError,
    EmbedderUnavailableError,
    IndexMismatchError,
    MissingDependencyError,
)
from dsocr_integrations.index import load_embedder, open_index
from dsocr_integrations.index.embedders.vector_cache import VectorCache, with_cache
from dsocr_integrations.runner.cache import PageCache
from tests.builders import make_chunks
from tests.index.passages import PASSAGES, LetterEmbedder, put


def test_a_langchain_embeddings_is_an_embedder(tmp_path: Path):
    from langchain_core.embeddings import DeterministicFakeEmbedding

    embedder = load_embedder(DeterministicFakeEmbedding(size=12))
    assert embedder is not None
    assert (embedder.name, embedder.dimension) == ("langchain/DeterministicFakeEmbedding", 12)
    assert embedder.embed_documents(["a", "b"]).shape == (2, 12)
    chunks = make_chunks(PASSAGES)
    with open_index(tmp_path, embedder=DeterministicFakeEmbedding(size=12)) as index:
        put(index, chunks)
        # The same text gives the same vector, so its own passage is the nearest.
        hit = index.search(chunks[3].embedding_text)[0]
        assert (hit.chunk, hit.similarity) == (chunks[3], pytest.approx(1))


def test_a_llama_index_embedding_is_an_embedder():
    from llama_index.core.embeddings import MockEmbedding

    embedder = load_embedder(MockEmbedding(embed_dim=7, model_name="mock"))
    assert embedder is not None
    assert (embedder.name, embedder.dimension) == ("llama-index/MockEmbedding/mock", 7)
    assert embedder.embed_documents(["a", "b"]).shape == (2, 7)
    assert embedder.embed_query("a").shape == (7,)


def test_what_is_no_embedder_is_refused():
    with pytest.raises(ConfigurationError, match="object is no embedder"):
        load_embedder(object())  # type: ignore[arg-type]


def test_sentence_transformers_missing_names_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    embedder = load_embedder("sentence-transformers:all-MiniLM-L6-v2")
    assert embedder is not None
    assert embedder.name == "sentence-transformers/all-MiniLM-L6-v2"
    with pytest.raises(MissingDependencyError, match="pip install sentence-transformers"):
        embedder.embed_query("x")


def test_sentence_transformers_reads_local_files_only(monkeypatch: pytest.MonkeyPatch):
    asked: list[dict[str, object]] = []

    class SentenceTransformer:
        def __init__(self, _name: str, **options: object) -> None:
            asked.append(options)
            raise OSError("not in the local files")

    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = SentenceTransformer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    embedder = load_embedder("sentence-transformers:/models/mini")
    assert embedder is not None
    assert embedder.name == "sentence-transformers/mini"
    with pytest.raises(EmbedderUnavailableError, match="not downloaded unasked"):
        _ = embedder.dimension
    assert asked == [{"local_files_only": True, "trust_remote_code": False}]


def test_a_text_is_embedded_once_whatever_index_asks(tmp_path: Path):
    first, second = LetterEmbedder(), LetterEmbedder()
    chunks = make_chunks([*PASSAGES, PASSAGES[0]])
    with open_index(tmp_path / "a", embedder=first) as index:
        put(index, chunks)
        assert sorted(first.embedded) == sorted({chunk.embedding_text for chunk in chunks})
        assert index.search("aspirin")
    with open_index(tmp_path / "b", embedder=second) as index:
        put(index, chunks)
        assert index.stats().vectors == len(chunks)
        assert index.search("aspirin")
    assert second.embedded == []


def test_cached_vectors_equal_a_direct_embedding(tmp_path: Path):
    direct = LetterEmbedder().embed_documents(PASSAGES)
    for _ in range(2):
        embedder = with_cache(LetterEmbedder(), tmp_path)
        vectors = embedder.embed_documents(PASSAGES)
        assert vectors.dtype == np.float32
        assert np.array_equal(vectors, direct)
    assert with_cache(embedder, tmp_path) is embedder
    assert with_cache(LetterEmbedder(), "s3://bucket").embed_query("x") is not None


def test_vectors_belong_to_their_embedder(tmp_path: Path):
    with_cache(LetterEmbedder("one"), tmp_path).embed_documents(["a"])
    other = LetterEmbedder("two", dimension=5)
    assert with_cache(other, tmp_path).dimension == 5
    assert with_cache(other, tmp_path).embed_documents(["a"]).shape == (1, 5)
    # What was recorded tells the dimension, so no model has to be loaded for it.
    assert VectorCache(tmp_path).dimension("two") == 5


def test_the_cache_is_private_bounded_and_cleared(tmp_path: Path):
    cache = VectorCache(tmp_path, max_bytes=200_000)
    for start in range(0, 400, 50):
        vectors = {f"{at:032}".encode(): bytes(1_000) for at in range(start, start + 50)}
        cache.put("m", vectors)
    size = sum(path.stat().st_size for path in cache.path.parent.iterdir())
    assert size < 1_000_000
    assert cache.known("m", [f"{399:032}".encode()])
    assert not cache.known("m", [f"{0:032}".encode()])
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.path.parent.stat().st_mode) == 0o700
    assert cache.keep(set()) > 0
    assert cache.known("m", [f"{399:032}".encode()]) == {}
    PageCache(tmp_path).clear()
    assert not cache.path.exists()
    assert cache.keep(set()) == 0


def test_a_damaged_cache_starts_anew(tmp_path: Path):
    cache = VectorCache(tmp_path)
    cache.put("m", {b"d": b"1234"})
    cache.path.write_bytes(b"no database at all" * 1_000)
    assert cache.known("m", [b"d"]) == {}
    cache.put("m", {b"d": b"1234"})
    assert cache.known("m", [b"d"]) == {b"d": b"1234"}


def test_a_wrong_vector_is_not_recorded(tmp_path: Path):
    class Broken(LetterEmbedder):
        def embed_documents(self, texts: list[str]) -> np.ndarray:
            return np.full((len(texts), self.dimension), np.nan, dtype=np.float32)

    with (
        open_index(tmp_path, embedder=Broken()) as index,
        pytest.raises(IndexMismatchError, match="no finite numbers"),
    ):
        put(index, make_chunks(PASSAGES))
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        assert put(index, make_chunks(PASSAGES)) == len(PASSAGES)


def test_name_dimension_and_normalisation_are_checked_on_open(tmp_path: Path):
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
    unit = LetterEmbedder()
    unit.normalised = True
    for other in (LetterEmbedder("other"), LetterEmbedder(dimension=5), unit):
        with pytest.raises(IndexMismatchError, match="reindex"):
            open_index(tmp_path, embedder=other, vector_cache=False)


def test_a_reranker_orders_the_best_hits(tmp_path: Path):
    shown: list[int] = []

    def shared_words(query: str, passages: list[str]) -> list[float]:
        shown.append(len(passages))
        asked = set(query.lower().split())
        return [
            len(asked & set(text.lower().split())) / (1 + len(text.split())) for text in passages
        ]

    chunks = make_chunks([f"{'other words ' * at}aspirin" for at in range(12)])
    with open_index(tmp_path, reranker=shared_words) as index:
        put(index, chunks)
        hits = index.search("aspirin", 3)
        assert [hit.chunk for hit in hits] == chunks[:3]
        assert hits[0].rerank_score == 0.5
        assert shown == [12]
        assert index.search("nothing of it").reason is not None
    with (
        open_index(tmp_path, reranker=lambda *_: [0.0]) as index,
        pytest.raises(ConfigurationError, match="1 scores for 12"),
    ):
        index.search("aspirin")
