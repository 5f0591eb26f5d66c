"""Rerankers by name, against a real server on the loopback and a real model of random weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dsocr_integrations.errors import ConfigurationError, RerankerUnavailableError
from dsocr_integrations.index import load_reranker, open_index
from dsocr_integrations.index.rerankers.cross_encoder import CrossEncoderReranker
from dsocr_integrations.index.rerankers.server import ServerReranker
from tests.builders import make_chunks
from tests.index.passages import put
from tests.index.test_server_embedder import KEY, Embeddings, serving

WORDS = "weir sluice pump level of the at".split()  # noqa: SIM905


class Reranks(Embeddings):
    """Scores a passage by its length, unless the test says otherwise."""

    def answer(self, path: str, key: str | None, body: dict) -> tuple[int, dict[str, str], bytes]:
        if path != "/v1/rerank" or self.script:
            return super().answer(path, key, body)
        self.requests.append((path, key, body))
        scores = [
            {"index": at, "relevance_score": len(text), "document": {"text": text}}
            for at, text in enumerate(body["documents"])
        ]
        return 200, {}, json.dumps({"results": scores[::-1]}).encode()


@pytest.fixture
def server() -> Iterator[Reranks]:
    state = Reranks()
    with serving(state):
        yield state


@pytest.fixture
def dsocr(monkeypatch: pytest.MonkeyPatch, capsys) -> Callable[..., tuple[int, str, str]]:
    from dsocr_integrations.cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dsocr", "search", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        return int(exit_.value.code or 0), *capsys.readouterr()

    return run


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with open_index(tmp_path / "ix") as opened:
        put(opened, make_chunks(["weir " + "of the level " * at for at in range(4)]))
    return tmp_path / "ix"


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A cross-encoder of eight thousand random weights."""
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    vocabulary = folder / "words.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]))
    BertTokenizerFast(str(vocabulary), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=5 + len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_a_server_scores_in_batches(server: Reranks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DSOCR_RERANKER_API_KEY", KEY)
    reranker = load_reranker(f"{server.url}/v1/rerank#ranks")
    assert isinstance(reranker, ServerReranker)
    passages = ["a" * at for at in range(100)]
    assert reranker("q", passages) == [float(at) for at in range(100)]
    assert [len(body["documents"]) for _, _, body in server.requests] == [64, 36]
    path, key, body = server.requests[0]
    assert (path, key, body["model"], body["query"]) == (
        "/v1/rerank",
        f"Bearer {KEY}",
        "ranks",
        "q",
    )
    assert KEY not in repr(reranker)
    assert load_reranker(server.url)("q", ["abc"]) == [3.0]
    assert server.requests[-1][2]["model"] == "first-model"


@pytest.mark.parametrize(
    ("status", "data", "told"),
    [
        (404, b"", "refused with status 404"),
        (200, b"{}", "gave no list of scores"),
        (200, b'{"results": [{"index": 1, "relevance_score": 1}]}', "gave 1 scores for 2"),
    ],
)
def test_a_server_that_does_not_score_is_named(
    server: Reranks, status: int, data: bytes, told: str
):
    server.script = [(status, {}, data)]
    with pytest.raises(RerankerUnavailableError, match=told) as raised:
        ServerReranker(server.url, model="m")("q", ["a", "b"])
    assert "serves /v1/rerank" in str(raised.value)


def test_names_that_are_none_are_refused():
    for name in ("bge", "http://", "ftp://host/v1"):
        with pytest.raises(ConfigurationError):
            load_reranker(name)
    assert load_reranker(len) is len
    assert load_reranker(None) is None


def test_the_command_line_orders_anew_by_a_server(dsocr, index: Path, server: Reranks):
    code, out, _ = dsocr("weir", "--index", index, "-k", 2, "--json", "--rerank", server.url)
    hits = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [len(hit["text"]) for hit in hits] == sorted(
        (len(h["text"]) for h in hits), reverse=True
    )
    assert [hit["rerank_score"] for hit in hits] == [len(hit["text"]) for hit in hits]
    assert hits[0]["score"] == 1
    code, _, err = dsocr("--smiles", "C", "--index", index, "--rerank", server.url)
    assert (code, "--per-page and" in err) == (2, True)


@pytest.mark.torch
def test_a_cross_encoder_reads_query_and_passage_together(dsocr, index: Path, model: Path):
    reranker = CrossEncoderReranker(str(model))
    passages = ["weir level", "pump " * 200, "", "weir level"] * 9
    scores = reranker("sluice", passages)
    assert len(set(scores[:3])) == 3
    # A batch's longest passage does not change the others' scores.
    assert scores == pytest.approx([*reranker("sluice", passages[:4])] * 9, abs=1e-6)
    assert scores[0] != pytest.approx(reranker("pump", passages[:1])[0])
    name = f"cross-encoder:{model}"
    code, out, _ = dsocr("weir", "--index", index, "-k", 4, "--json", "--rerank", name)
    given = [json.loads(line)["rerank_score"] for line in out.splitlines()]
    assert (code, given) == (0, sorted(given, reverse=True))
    assert len(set(given)) == 4


@pytest.mark.torch
def test_a_model_that_is_not_here_or_does_not_rank_is_refused(dsocr, index: Path, model: Path):
    code, out, err = dsocr("weir", "--index", index, "--rerank", "cross-encoder:nobody/absent")
    assert (code, out) == (1, "")
    assert "The model nobody/absent cannot be loaded" in err
    assert "it is not downloaded" in " ".join(err.split())
    from transformers import BertModel

    BertModel.from_pretrained(model).save_pretrained(model / "embedder")
    for file in model.glob("*token*"):
        (model / "embedder" / file.name).write_bytes(file.read_bytes())
    with pytest.raises(RerankerUnavailableError, match="embedder does not score"):
        CrossEncoderReranker(str(model / "embedder"))("q", ["a"])
