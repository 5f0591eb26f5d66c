"""An index for doors that are made before anybody asks."""

from __future__ import annotations

import gc
import pickle
import sqlite3

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.retrieval import LazyIndex


def test_it_is_opened_when_it_is_asked_and_once(tmp_path, place):
    lazy = LazyIndex(tmp_path / "none.db")
    with pytest.raises(ConfigurationError):
        lazy.open()
    assert not (tmp_path / "none.db").exists()

    lazy = LazyIndex(place, embedder="none")
    assert lazy.open() is lazy.open()
    assert lazy.open().stats().chunks == 4
    lazy.close()
    assert lazy.open().stats().chunks == 4
    lazy.close()


def test_an_open_index_stays_its_owners(index):
    lazy = LazyIndex(index)
    assert lazy.open() is index
    lazy.close()
    assert index.stats().chunks == 4
    with pytest.raises(ConfigurationError, match="cannot be pickled"):
        pickle.dumps(lazy)


def test_settings_name_the_index(place, monkeypatch):
    monkeypatch.setenv("DSOCR_INDEX", place)
    monkeypatch.setenv("DSOCR_EMBEDDER", "none")
    lazy = LazyIndex()
    assert lazy.open().stats().chunks == 4
    lazy.close()


def test_it_travels_closed(place):
    lazy = LazyIndex(place, embedder="none")
    lazy.open()
    other = pickle.loads(pickle.dumps(lazy))  # noqa: S301 - our own
    assert other.open().stats().chunks == 4
    other.close()
    lazy.close()


def test_it_is_closed_when_nobody_holds_it_any_more(place):
    lazy = LazyIndex(place, embedder="none")
    opened = lazy.open()
    del lazy
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened.stats()
