"""Passages in the shapes in which frameworks take them, as records and as lines of JSON.

The doors make their documents from the same records, so that a file exported here and a
loader's documents have the same ids and metadata.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, get_args

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.base import Index
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.records import Manifest
from dsocr_integrations.passages import Passage, Scalar, chunk_passage

ExportFormat = Literal["plain", "langchain", "llama-index", "airflow"]

EMBEDDED_KEYS = frozenset({"title", "headings", "caption"})
"""Metadata worth embedding beside the text; ids and boxes are not."""

CITED_KEYS = frozenset({"source", "page_label"})
"""Metadata worth showing to a language model: what it needs to cite."""

BULKY_KEYS = frozenset({"spans"})
"""Metadata that Airflow's operator is not given: it counts and embeds all metadata as text, and
refuses a passage whose metadata is longer than its chunk size (512 tokens). The index has it
under the passage's id."""


def plain_record(passage: Passage) -> dict[str, Any]:
    """`{"id", "text", "metadata"}`, for stores that are fed by hand."""
    return {"id": passage.id, "text": passage.text, "metadata": passage.metadata}


def langchain_record(passage: Passage) -> dict[str, Any]:
    """The fields of LangChain's `Document`; `page` is 0-based, as its own PDF loaders have it.

    LangChain embeds and shows the content alone, so it begins with the passage's context. That
    stands in the metadata too, where it stays true of each part that a splitter cuts off.
    """
    before = f"{passage.context}\n\n" if passage.context else ""
    return {
        "id": passage.id,
        "page_content": f"{before}{passage.text}",
        "metadata": {**_with_context(passage), "page": passage.page - 1},
    }


def llama_index_record(
    passage: Passage, extra_info: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The fields of LlamaIndex's `Document` and `TextNode`.

    LlamaIndex puts metadata before the text. A model is shown the passage's `context`, which leaves
    out the headings that the text begins with. Embedded is the whole path even so: of our questions
    on prose more are answered when a heading is said twice to the embedder.

    Args:
        passage: The passage.
        extra_info: More metadata, embedded and shown as the framework does by default.
    """
    metadata = _with_context(passage)
    whole = passage.metadata["kind"] in {"page", "document"}
    shown = CITED_KEYS | {"title" if whole else "context"}
    return {
        "id_": passage.id,
        "text": passage.text,
        "metadata": {**(extra_info or {}), **metadata},
        "excluded_embed_metadata_keys": sorted(metadata.keys() - EMBEDDED_KEYS),
        "excluded_llm_metadata_keys": sorted(metadata.keys() - shown),
    }


def _with_context(passage: Passage) -> dict[str, Scalar]:
    return {**passage.metadata, **({"context": passage.context} if passage.context else {})}


def airflow_record(passage: Passage) -> dict[str, Any]:
    """`{"text", "metadata"}`, as Airflow's document loader gives and its embedding operator takes.

    `file_name` and `file_path` are named as that loader names them; `chunk_id` is the passage's
    id, for which the operator has no field.
    """
    source = str(passage.metadata["source"])
    kept = {key: value for key, value in passage.metadata.items() if key not in BULKY_KEYS}
    names = {"file_name": source.rpartition("/")[2], "file_path": source}
    return {
        "text": passage.text,
        "metadata": {"chunk_id": passage.id, **kept, **names},
    }


_RECORDS: Mapping[ExportFormat, Callable[[Passage], dict[str, Any]]] = {
    "plain": plain_record,
    "langchain": langchain_record,
    "llama-index": llama_index_record,
    "airflow": airflow_record,
}


def export_lines(passages: Iterable[Passage], form: ExportFormat = "plain") -> Iterator[str]:
    """Yield passages as lines of JSON.

    Args:
        passages: The passages, as `passages_of_index` or `passages_of_folder` gives them.
        form: The shape of a line.

    Raises:
        ConfigurationError: If there is no such shape.
    """
    if form not in _RECORDS:
        choices = ", ".join(get_args(ExportFormat))
        raise ConfigurationError(
            f"Passages cannot be exported as {form!r}.", remedy=f"Choose one of {choices}."
        )
    for passage in passages:
        yield json.dumps(_RECORDS[form](passage), ensure_ascii=False)


def passages_of_index(index: Index, source: str | None = None) -> Iterator[Passage]:
    """The passages of an index: by source, then in reading order.

    Args:
        index: The index.
        source: Only the document of this source.
    """
    return map(chunk_passage, index.chunks(SearchFilters(source=source)))


def passages_of_folder(folder: OutputFolder, source: str | None = None) -> Iterator[Passage]:
    """The passages of an output folder: by source, then in reading order.

    Args:
        folder: The folder.
        source: Only the document of this source.
    """
    for manifest in sorted(folder.manifests(), key=lambda one: one.source):
        if source in {None, manifest.source}:
            yield from passages_of_document(folder, manifest)


def passages_of_document(folder: OutputFolder, manifest: Manifest) -> Iterator[Passage]:
    """The passages of one document of an output folder, in reading order."""
    for chunk in folder.chunks(manifest.doc_id):
        yield chunk_passage(chunk, manifest.page_count)
