"""Weights: found, whole, cut off, missing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from dsocr_integrations.doctor.weights import examine, is_whole
from dsocr_integrations.settings import load_settings
from tests.models.shrunk import CONFIG


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    (tmp_path / "tokenizer.json").write_text("{}")
    save_file({"a": np.zeros(100, np.float32)}, tmp_path / "model.safetensors", {"format": "pt"})
    return tmp_path


def look_at(folder):
    return examine(load_settings(model_path=folder))


def test_whole_weights_are_found_with_size_and_revision(folder):
    finding = look_at(folder)
    assert finding.found.startswith("deepseek-ocr, revision ")
    assert str(folder) in finding.found


def test_the_revision_of_the_cache_is_its_commit(folder, monkeypatch, tmp_path_factory):
    home = tmp_path_factory.mktemp("hub")
    snapshots = home / "hub" / "models--deepseek-ai--DeepSeek-OCR" / "snapshots"
    snapshots.mkdir(parents=True)
    folder.rename(snapshots / "0123abc")
    monkeypatch.setenv("HF_HOME", str(home))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    assert "revision 0123abc" in examine(load_settings()).found


def test_a_file_that_was_cut_off_is_named(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    finding = look_at(folder)
    assert "model.safetensors" in finding.problem
    assert "hf download" in finding.remedy


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 8, b"\x02" + b"\0" * 7 + b"[]", b"\x08" + b"\0" * 7]
)
def test_a_file_that_is_no_safetensors_is_not_whole(tmp_path, content):
    file = tmp_path / "model.safetensors"
    file.write_bytes(content)
    assert not is_whole(file)


def test_what_is_missing_is_named(folder, tmp_path_factory):
    (folder / "tokenizer.json").unlink()
    assert "tokenizer.json" in look_at(folder).problem
    (folder / "model.safetensors").unlink()
    assert "safetensors" in look_at(folder).problem
    assert "hf download" in look_at(folder).remedy
    other = tmp_path_factory.mktemp("other")
    (other / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    (other / "model.safetensors").write_bytes(b"")
    assert "Llama" in look_at(other).problem
