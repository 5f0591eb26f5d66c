"""The page cache: complete keys, private files, damage is a miss."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from dsocr_integrations.engines.base import ReadFailure, Reading, Sampling
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.documents import BlockEvidence, Evidence, FigureEvidence, Page
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.readings import PageReading
from dsocr_integrations.runner.cache import PageCache, owner_of
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings, page_key, reading_key
from dsocr_integrations.sources import Source

KEY = "ab" + "0" * 62
SOURCE = Source("a.pdf", "a.pdf", "application/pdf", Path("a.pdf"), "revision")
ENGINE = EngineFacts("scripted", "1", deterministic=True)
PAGE = Page(
    number=3,
    width=300.25,
    height=400,
    markdown="Größe 大",
    reading=PageReading(engine="scripted", fingerprint="1", output_tokens=3),
)
READING = Reading(
    text="<|ref|>text<|/ref|>…",
    output_tokens=5,
    evidence=Evidence(
        blocks=(BlockEvidence(boxes=((0.1, 0.2, 30.7, 40.0),), confidence=0.3),),
        figure=FigureEvidence(value_source="printed"),
    ),
)


def test_a_cache_that_cannot_be_written_ends_the_run_with_the_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"file cannot be written: .*DSOCR_CACHE"):
        PageCache(tmp_path / "file").put_page(KEY, PAGE)


@pytest.fixture
def cache(tmp_path):
    return PageCache(tmp_path / "cache")


def files(cache) -> list[Path]:
    return [path for path in Path(cache.root).rglob("*") if path.is_file()]


def test_what_goes_in_comes_out(cache):
    cache.put_page(KEY, PAGE)
    cache.put_reading(KEY, READING)
    cache.put_content_hash(KEY, "c0ffee")
    assert cache.page(KEY) == PAGE
    assert cache.reading(KEY) == READING
    assert cache.content_hash(KEY) == "c0ffee"


def test_what_never_went_in_is_a_miss(cache):
    assert (cache.page(KEY), cache.reading(KEY), cache.content_hash(KEY)) == (None, None, None)


def test_a_failure_is_not_recorded(cache):
    cache.put_reading(KEY, replace(READING, failure=ReadFailure("engine", "No.")))
    assert cache.reading(KEY) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"5", b"6"),
        lambda data: b"\x80\x04pickle",
        lambda data: data + b" ",
    ],
)
def test_a_damaged_entry_is_a_miss_and_is_replaced(cache, damage):
    cache.put_reading(KEY, READING)
    (path,) = files(cache)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.reading(KEY) is None
    cache.put_reading(KEY, READING)
    assert cache.reading(KEY) == READING


def test_an_entry_of_another_layout_is_a_miss(cache):
    cache._put("pages", KEY, b'{"number": "three"}')
    assert cache.page(KEY) is None


def test_only_the_owner_may_look(cache):
    cache.put_page(KEY, PAGE)
    root = Path(cache.root)
    for path in (root, *root.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_nothing_unfinished_is_left(cache):
    cache.put_page(KEY, PAGE)
    assert [path.name for path in files(cache)] == [f"{KEY}.json"]


def test_info_and_clear_touch_only_entries(cache):
    cache.put_page(KEY, PAGE)
    cache.put_reading(KEY, READING)
    other = Path(cache.root, "mine.txt")
    other.write_text("kept")
    info = cache.info()
    assert (info.root, info.pages, info.readings) == (cache.root, 1, 1)
    assert info.bytes == sum(path.stat().st_size for path in files(cache)) - 4
    assert cache.clear() == info
    assert cache.page(KEY) is None
    assert other.read_text() == "kept"
    assert (cache.info().pages, cache.info().bytes) == (0, 0)


def test_pruning_keeps_to_the_bound(tmp_path):
    cache = PageCache(tmp_path, max_bytes=2000)
    for number in range(20):
        cache.put_page(f"{number:064d}", PAGE)
    assert cache.prune() > 0
    assert 0 < cache.info().bytes <= 2000
    assert PageCache(tmp_path).prune() == 0


def test_pruning_takes_the_oldest_and_no_more_than_it_must(tmp_path):
    cache = PageCache(tmp_path)
    keys = [f"{number:064d}" for number in range(6)]
    for age, key in enumerate(keys):
        cache.put_page(key, PAGE)
        (path,) = (file for file in files(cache) if file.stem == key)
        os.utime(path, (age, age))
    size = cache.info().bytes // 6
    assert PageCache(tmp_path, max_bytes=4 * size).prune() == 2
    assert [key for key in keys if cache.page(key) is None] == keys[:2]
    assert PageCache(tmp_path, max_bytes=4 * size).prune() == 0
    assert PageCache(tmp_path, max_bytes=4 * size - 1).prune() == 1


def test_forgetting_a_document_takes_its_entries_its_twins_and_those_of_nobody(cache):
    twin, other = replace(SOURCE, uri="b.pdf"), replace(SOURCE, uri="c.pdf", revision="2")
    for at, owner in enumerate([owner_of(SOURCE), owner_of(twin), owner_of(other), ""]):
        cache.put_page(f"{at:064d}", PAGE, owner=owner)
        cache.put_reading(f"{at:064d}", READING, owner=owner)
    assert cache.forget(document_id("a.pdf")) == 6
    assert [at for at in range(4) if cache.page(f"{at:064d}")] == [2]
    assert cache.forget(document_id("gone.pdf"), ["2"]) == 2
    assert files(cache) == []


def test_a_cache_may_lie_in_any_fsspec_store():
    cache = PageCache("memory://dsocr-cache-test/x")
    assert cache.info().pages == 0
    cache.put_page(KEY, PAGE)
    cache.put_reading(KEY, READING)
    assert cache.page(KEY) == PAGE
    assert (cache.info().pages, cache.is_local) == (1, False)
    cache.clear()
    assert cache.page(KEY) is None


@pytest.mark.parametrize(
    "change",
    [
        {"source": replace(SOURCE, revision="other")},
        {"source": replace(SOURCE, media_type="image/png")},
        {"number": 4},
        {"settings": PageSettings(dpi=200)},
        {"settings": PageSettings(mode="base")},
        {"settings": PageSettings(prompt="Free OCR.")},
        {"settings": PageSettings(figures=False)},
        {"settings": PageSettings(page_furniture=True)},
        {"engine": replace(ENGINE, reading_version="2")},
        {"engine": replace(ENGINE, code="other")},
        {"engine": replace(ENGINE, name="other")},
        {"parser": "other"},
        {"retry_policy": "other"},
    ],
)
def test_everything_that_shapes_a_page_is_in_its_key(change):
    given = {"source": SOURCE, "number": 3, "settings": PageSettings(), "engine": ENGINE}
    assert page_key(**given) == page_key(**given)
    assert page_key(**given) != page_key(**{**given, **change})


def test_the_name_of_a_file_is_not_in_the_key():
    renamed = replace(SOURCE, uri="b.pdf", name="b.pdf", path=Path("b.pdf"))
    assert page_key(renamed, 1, PageSettings(), ENGINE) == page_key(
        SOURCE, 1, PageSettings(), ENGINE
    )


@pytest.mark.parametrize(
    "change",
    [
        {"content_hash": "other"},
        {"clip": (0.0, 0.0, 1.0, 1.0)},
        {"prompt": "Parse the figure."},
        {"mode": "base"},
        {"dpi": 200.0},
        {"sampling": Sampling(0.3)},
        {"sampling": Sampling(0.0, 7)},
        {"engine": replace(ENGINE, reading_version="2")},
        {"engine": replace(ENGINE, code="other")},
    ],
)
def test_everything_that_shapes_an_answer_is_in_its_key(change):
    given = {
        "content_hash": "content",
        "engine": ENGINE,
        "clip": None,
        "prompt": "Free OCR.",
        "mode": "auto",
        "dpi": 144.0,
        "sampling": Sampling(),
    }
    assert reading_key(**given) == reading_key(**given)
    assert reading_key(**given) != reading_key(**{**given, **change})
