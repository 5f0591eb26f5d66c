"""The page cache on an object store: what workers without a shared disk have in common."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import s3fs
from aiobotocore.session import AioSession

from dsocr_integrations.errors import CacheUnavailableError, ConfigurationError
from dsocr_integrations.runner import Runner
from dsocr_integrations.runner.cache import PageCache
from tests.object_store import ObjectStore, running_store
from tests.scripted_engine import ScriptedEngine, write_pdf
from tests.test_cache import KEY, PAGE, READING

ROOT = "s3://shared/cache"
OTHER_KEY = "cd" + KEY[2:]


@pytest.fixture(scope="module")
def running() -> Iterator[ObjectStore]:
    with running_store() as store:
        s3fs.S3FileSystem(**store.options).mkdir("shared")
        yield store


@pytest.fixture
def store(running) -> ObjectStore:
    files = s3fs.S3FileSystem(**running.options, use_listings_cache=False)
    if files.exists(ROOT):
        files.rm(ROOT, recursive=True)
    running.told()
    return running


@pytest.fixture
def cache(store):
    return PageCache(ROOT, storage_options=store.options)


def test_an_entry_costs_one_request_found_or_not(cache, store):
    assert cache.page(KEY) is None
    cache.put_page(KEY, PAGE)
    assert cache.page(KEY) == PAGE
    path = f"/shared/cache/v1/pages/ab/{KEY}.json"
    assert store.told() == [f"GET {path}", f"PUT {path}", f"GET {path}"]


def test_a_page_is_looked_up_once_and_recorded_once_and_nothing_is_listed(tmp_path, store, cache):
    document = write_pdf(tmp_path / "a.pdf", ["one", "two", "three"])
    with Runner(ScriptedEngine(), cache=cache) as runner:
        read = runner.read(document)
    told = store.told()
    methods = [line.partition(" ")[0] for line in told]
    # The page and the answer that it is made of.
    assert (methods.count("GET"), methods.count("PUT"), len(told)) == (6, 6, 12)
    second = ScriptedEngine()
    with Runner(second, cache=PageCache(ROOT, storage_options=store.options)) as runner:
        assert runner.read(document).pages == read.pages
    told = store.told()
    assert (len(told), dict(second.asked)) == (3, {})
    assert all(line.startswith("GET /shared/cache/v1/pages/") for line in told)


def test_worker_processes_need_no_credentials_of_the_store(tmp_path, store):
    # As Airflow's connections give them: no other process can be handed a session.
    options = {"session": AioSession(), **store.options}
    document = write_pdf(tmp_path / "a.pdf", ["one", "two"])
    for told in (["GET", "GET", "PUT", "PUT"], ["GET", "GET"]):
        cache = PageCache(ROOT, storage_options=options)
        with Runner("embedded", workers=1, cache=cache) as runner:
            assert [page.number for page in runner.read(document).pages] == [1, 2]
        assert sorted(line.partition(" ")[0] for line in store.told()) == told


def test_a_damaged_or_empty_object_is_a_miss_and_is_replaced(cache, store):
    files = s3fs.S3FileSystem(**store.options)
    for key, damage in ((KEY, b"half an ent"), (OTHER_KEY, b"")):
        files.pipe_file(f"{ROOT}/v1/pages/{key[:2]}/{key}.json", damage)
        assert cache.page(key) is None
        cache.put_page(key, PAGE)
        assert cache.page(key) == PAGE


def test_many_may_write_the_same_page_at_once(store):
    caches = [PageCache(ROOT, storage_options=store.options) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda at: caches[at % 4].put_reading(KEY, READING), range(40)):
            assert caches[0].reading(KEY) == READING
    assert caches[0].info().readings == 1


def test_a_store_that_does_not_answer_ends_the_run_and_may_be_tried_again(tmp_path):
    gone = {"key": "k", "secret": "s", "endpoint_url": "http://127.0.0.1:9"}
    cache = PageCache(
        ROOT, storage_options={**gone, "config_kwargs": {"retries": {"max_attempts": 0}}}
    )
    document = write_pdf(tmp_path / "a.pdf", ["one"])
    with (
        Runner(ScriptedEngine(), cache=cache) as runner,
        pytest.raises(CacheUnavailableError, match=r"s3://shared/cache cannot be read: .*again"),
    ):
        runner.read(document)


def test_a_store_that_refuses_says_what_it_must_allow(cache, store, monkeypatch):
    monkeypatch.setattr(store, "refuses", True)
    with pytest.raises(ConfigurationError, match=r"Access Denied\. .*credentials allow to list"):
        cache.page(KEY)
