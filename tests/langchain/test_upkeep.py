"""`index()` over a file that changes: what is embedded, and that nothing stale is left."""

from __future__ import annotations

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import InMemoryRecordManager, aindex, index
from langchain_core.vectorstores import InMemoryVectorStore
from pydantic import Field

from dsocr_integrations.langchain import DeepSeekOCRLoader
from tests.changed_files import (
    CHANGED,
    CHANGES,
    LENGTH,
    OLD,
    runner,
    texts_of,
    with_a_page_changed,
    with_a_page_deleted,
    with_a_page_inserted,
    write,
)

HASHES = ["sha256", "blake2b"]
CLEANUPS = ["scoped_full", "incremental"]


class CountingEmbeddings(DeterministicFakeEmbedding):
    embedded: list[str] = Field(default_factory=list)

    def embed_documents(self, texts):
        self.embedded.extend(texts)
        return super().embed_documents(texts)


class Upkeep:
    """An index of one folder, run again and again."""

    def __init__(self, folder, cleanup, key_encoder):
        self.folder = folder
        self.embeddings = CountingEmbeddings(size=8)
        self.store = InMemoryVectorStore(self.embeddings)
        self.records = InMemoryRecordManager(namespace="upkeep")
        self.records.create_schema()
        # Beyond a batch, `incremental` takes a file's later chunks for gone and embeds them again.
        self.options = {
            "cleanup": cleanup,
            "source_id_key": "source",
            "key_encoder": key_encoder,
            "batch_size": 1000,
        }

    def loader(self):
        return DeepSeekOCRLoader(self.folder, runner=runner())

    def run(self):
        self.embeddings.embedded.clear()
        index(self.loader(), self.records, self.store, **self.options)
        return len(self.embeddings.embedded)

    def kept(self):
        return sorted((one["text"], str(one["metadata"])) for one in self.store.store.values())

    def read(self):
        return sorted((one.page_content, str(one.metadata)) for one in self.loader().lazy_load())


def by_id(document):
    return document.id


@pytest.mark.parametrize("cleanup", CLEANUPS)
@pytest.mark.parametrize("key_encoder", [*HASHES, by_id])
def test_a_changed_page_is_embedded_alone(tmp_path, cleanup, key_encoder):
    write(tmp_path, texts_of())
    upkeep = Upkeep(tmp_path, cleanup, key_encoder)
    assert upkeep.run() == LENGTH
    assert upkeep.run() == 0

    write(tmp_path, with_a_page_changed(texts_of()))

    assert upkeep.run() == 1
    assert upkeep.kept() == upkeep.read()
    assert not any(OLD in text for text, _ in upkeep.kept())


async def test_an_event_loop_embeds_no_more(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, "scoped_full", "blake2b")
    upkeep.run()
    write(tmp_path, with_a_page_changed(texts_of(9)))

    done = await aindex(upkeep.loader(), upkeep.records, upkeep.store, **upkeep.options)

    assert (done["num_added"], done["num_skipped"], done["num_deleted"]) == (1, 8, 1)


@pytest.mark.parametrize("change", CHANGES[1:])
@pytest.mark.parametrize("cleanup", CLEANUPS)
def test_after_pages_are_inserted_or_deleted_nothing_stale_is_left(tmp_path, cleanup, change):
    write(tmp_path, texts_of())
    upkeep = Upkeep(tmp_path, cleanup, "sha256")
    upkeep.run()

    write(tmp_path, change(texts_of()))

    # Every passage says how many pages there are.
    assert upkeep.run() == len(change(texts_of()))
    assert upkeep.kept() == upkeep.read()


@pytest.mark.parametrize(
    ("change", "embedded"),
    [(with_a_page_inserted, LENGTH - CHANGED + 1), (with_a_page_deleted, LENGTH - CHANGED)],
)
def test_ids_as_keys_embed_the_pages_behind_it_alone(tmp_path, change, embedded):
    write(tmp_path, texts_of())
    upkeep = Upkeep(tmp_path, "scoped_full", by_id)
    upkeep.run()

    write(tmp_path, change(texts_of()))

    assert upkeep.run() == embedded
    assert [text for text, _ in upkeep.kept()] == [text for text, _ in upkeep.read()]


def test_an_index_of_before_goes_over_in_one_run(tmp_path):
    write(tmp_path, texts_of())
    upkeep = Upkeep(tmp_path, "scoped_full", "sha256")
    former = list(upkeep.loader().lazy_load())
    for one in former:
        one.metadata |= {"revision": "r", "engine_fingerprint": "f"}
    index(former, upkeep.records, upkeep.store, **upkeep.options)

    assert upkeep.run() == LENGTH
    assert upkeep.kept() == upkeep.read()
    assert upkeep.run() == 0
