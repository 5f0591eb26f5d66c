"""Real vector stores behind both frameworks: add twice, change, delete, filter.

`make test-stores` fetches them and runs this; PostgreSQL with pgvector comes with the test tools.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import InMemoryRecordManager, index
from llama_index.core.embeddings.mock_embed_model import MockEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores.types import (
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
)

from dsocr_integrations.langchain import DeepSeekOCRLoader
from dsocr_integrations.llama_index import DeepSeekOCRNodeParser, DeepSeekOCRReader
from tests.changed_files import (
    NEW,
    OLD,
    runner,
    texts_of,
    with_a_page_changed,
    with_a_page_deleted,
    write,
)

pytestmark = pytest.mark.servers

LENGTH = 12
SIZE = 8
ALL = 1000


def package(name: str) -> Any:
    return pytest.importorskip(name, reason="run make test-stores")


# LangChain's stores: each with the filter that leaves page 3.


def lc_chroma(folder, embeddings, _):
    chroma = package("langchain_chroma")
    return chroma.Chroma("plant", embeddings, persist_directory=str(folder)), {"page_number": 3}


def lc_qdrant(folder, embeddings, _):
    qdrant = package("langchain_qdrant")
    from qdrant_client import QdrantClient, models

    client = QdrantClient(":memory:")
    vectors = models.VectorParams(size=SIZE, distance=models.Distance.COSINE)
    client.create_collection("plant", vectors_config=vectors)
    match = models.FieldCondition(key="metadata.page_number", match=models.MatchValue(value=3))
    store = qdrant.QdrantVectorStore(client, "plant", embeddings)
    return store, models.Filter(must=[match])


def lc_faiss(folder, embeddings, _):
    faiss, community = package("faiss"), package("langchain_community.vectorstores")
    from langchain_community.docstore.in_memory import InMemoryDocstore

    flat = faiss.IndexFlatL2(SIZE)
    return community.FAISS(embeddings, flat, InMemoryDocstore(), {}), {"page_number": 3}


def lc_pgvector(folder, embeddings, url):
    postgres = package("langchain_postgres")
    connection = url().replace("postgresql://", "postgresql+psycopg://")
    store = postgres.PGVector(embeddings, collection_name=folder.name, connection=connection)
    return store, {"page_number": {"$eq": 3}}


@pytest.mark.filterwarnings("ignore:Using SHA-1")
@pytest.mark.parametrize("make", [lc_chroma, lc_qdrant, lc_faiss, lc_pgvector])
def test_langchain(make: Callable[..., Any], tmp_path: Path, request, monkeypatch):
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "False")
    folder = tmp_path / "in"
    folder.mkdir()
    embeddings = DeterministicFakeEmbedding(size=SIZE)
    store, of_page_three = make(
        tmp_path / "store", embeddings, lambda: request.getfixturevalue("postgres_url")
    )
    records = InMemoryRecordManager(namespace="plant")
    records.create_schema()

    def run(documents=None, cleanup="scoped_full"):
        documents = DeepSeekOCRLoader(folder, runner=runner()) if documents is None else documents
        # Qdrant takes UUIDs only, which of the encoders with a name this one gives.
        encoder = "sha1" if make is lc_qdrant else "blake2b"
        options = {"cleanup": cleanup, "source_id_key": "source", "key_encoder": encoder}
        return index(documents, records, store, **options)

    def found(**options):
        return store.similarity_search("price", k=ALL, **options)

    write(folder, texts_of(LENGTH))
    assert run()["num_added"] == LENGTH
    assert run()["num_skipped"] == LENGTH == len(found())

    write(folder, with_a_page_changed(texts_of(LENGTH)))
    assert (run()["num_added"], len(found())) == (1, LENGTH)
    texts = "\n".join(one.page_content for one in found())
    assert (NEW in texts, OLD in texts) == (True, False)
    (third,) = found(filter=of_page_three)
    assert (third.metadata["page"], third.metadata["kind"]) == (2, "text")
    (read,) = (
        one
        for one in DeepSeekOCRLoader(folder, runner=runner()).lazy_load()
        if one.metadata["page"] == 2
    )
    # Qdrant's adapter adds keys of its own.
    assert third.metadata.items() >= read.metadata.items()

    write(folder, with_a_page_deleted(texts_of(LENGTH)))
    run()
    assert len(found()) == LENGTH - 1
    assert run([], "full")["num_deleted"] == LENGTH - 1
    assert found() == []


# LlamaIndex's stores.


def li_chroma(folder, _):
    chroma, chromadb = package("llama_index.vector_stores.chroma"), package("chromadb")
    collection = chromadb.PersistentClient(path=str(folder)).create_collection(
        "plant", embedding_function=None
    )
    return chroma.ChromaVectorStore(chroma_collection=collection)


def li_qdrant(folder, _):
    qdrant = package("llama_index.vector_stores.qdrant")
    from qdrant_client import QdrantClient

    return qdrant.QdrantVectorStore("plant", client=QdrantClient(":memory:"))


def li_pgvector(folder, url):
    postgres = package("llama_index.vector_stores.postgres")
    address = url()
    return postgres.PGVectorStore(
        connection_string=address.replace("postgresql://", "postgresql+psycopg2://"),
        async_connection_string=address.replace("postgresql://", "postgresql+asyncpg://"),
        table_name="plant",
        embed_dim=SIZE,
        perform_setup=True,
    )


def pipeline(store, transformations, strategy=DocstoreStrategy.UPSERTS_AND_DELETE):
    return IngestionPipeline(
        transformations=[*transformations, MockEmbedding(embed_dim=SIZE)],
        docstore=SimpleDocumentStore(),
        vector_store=store,
        docstore_strategy=strategy,
    )


@pytest.mark.parametrize("make", [li_chroma, li_qdrant, li_pgvector])
def test_llama_index(make: Callable[..., Any], tmp_path: Path, request, monkeypatch):
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "False")
    folder = tmp_path / "in"
    folder.mkdir()
    store = make(tmp_path / "store", lambda: request.getfixturevalue("postgres_url"))
    upkeep = pipeline(store, [DeepSeekOCRNodeParser()])

    def run():
        return len(upkeep.run(documents=DeepSeekOCRReader(runner=runner()).load_data(folder)))

    def found(filters=None):
        asked = VectorStoreQuery(
            query_embedding=[0.5] * SIZE, similarity_top_k=ALL, filters=filters
        )
        return store.query(asked).nodes

    write(folder, texts_of(LENGTH))
    assert (run(), run(), len(found())) == (LENGTH, 0, LENGTH)

    write(folder, with_a_page_changed(texts_of(LENGTH)))
    assert (run(), len(found())) == (1, LENGTH)
    texts = "\n".join(one.get_content() for one in found())
    assert (NEW in texts, OLD in texts) == (True, False)
    third = MetadataFilters(filters=[MetadataFilter(key="page_number", value=3)])
    (node,) = found(third)
    fresh = DeepSeekOCRNodeParser()(DeepSeekOCRReader(runner=runner()).load_data(folder))
    assert node.metadata.items() >= fresh[2].metadata.items() - {"doc_id"}
    assert node.node_id == fresh[2].node_id

    write(folder, with_a_page_deleted(texts_of(LENGTH)))
    run()
    assert len(found()) == LENGTH - 1


def test_llama_index_with_faiss(tmp_path: Path):
    """Its adapter keeps vectors by node and deletes by node: whole pages, which are their own."""
    faiss, stores = package("faiss"), package("llama_index.vector_stores.faiss")
    flat = faiss.IndexIDMap2(faiss.IndexFlatL2(SIZE))
    store = stores.FaissMapVectorStore(faiss_index=flat)
    upkeep = pipeline(store, [])
    reader = DeepSeekOCRReader(export="pages", runner=runner())

    def run():
        return len(upkeep.run(documents=reader.load_data(tmp_path)))

    def texts():
        asked = VectorStoreQuery(query_embedding=[0.5] * SIZE, similarity_top_k=flat.ntotal)
        return [upkeep.docstore.get_document(key).text for key in store.query(asked).ids]

    write(tmp_path, texts_of(LENGTH))
    assert (run(), run(), flat.ntotal) == (LENGTH, 0, LENGTH)
    write(tmp_path, with_a_page_changed(texts_of(LENGTH)))
    assert (run(), flat.ntotal) == (1, LENGTH)
    assert (any(NEW in one for one in texts()), any(OLD in one for one in texts())) == (True, False)
    write(tmp_path, with_a_page_deleted(texts_of(LENGTH)))
    run()
    assert flat.ntotal == LENGTH - 1 == len(texts())
