"""Files that several processes make at the same moment."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Timer

import pytest

from dsocr_integrations.index import open_index
from dsocr_integrations.index.embedders.vector_cache import VectorCache


def make_index(folder: Path) -> Path:
    with open_index(folder) as index:
        assert index.verify() == ()
    return folder / "index.sqlite"


def make_vector_cache(folder: Path) -> Path:
    cache = VectorCache(folder)
    cache.put("embedder", {b"digest": b"vector"})
    assert cache.known("embedder", [b"digest"]) == {b"digest": b"vector"}
    return cache.path


@pytest.mark.parametrize("make", [make_index, make_vector_cache])
def test_a_file_that_another_process_is_making_is_waited_for(make, tmp_path: Path):
    elsewhere, found = tmp_path / "elsewhere", tmp_path / "found"
    file = found / make(elsewhere).relative_to(elsewhere)
    file.parent.mkdir(parents=True)
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    same = file.stat().st_ino
    release = Timer(0.3, other.rollback)
    release.start()
    make(found)
    release.join()
    other.close()
    assert file.stat().st_ino == same
