"""What every backend refuses, and how it says so."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index.embedders import EmbedderFacts
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.reading_versions import go_together

logger = logging.getLogger(__name__)


def own_chunks(document_id: str, chunks: Iterable[Chunk]) -> list[Chunk]:
    """The chunks of a document, each id once.

    Raises:
        ConfigurationError: If a chunk belongs to another document.
    """
    fresh = list({chunk.chunk_id: chunk for chunk in chunks}.values())
    if any(chunk.doc_id != document_id for chunk in fresh):
        raise ConfigurationError(
            f"Some chunks belong to another document than {document_id}.",
            remedy="Put each document into the index by its own id.",
        )
    return fresh


def context_of(chunk: Chunk) -> str:
    """What stands over a chunk and is searched with it: file name, title, headings, caption."""
    # People name the file they mean, so its name is context too.
    name = PurePosixPath(chunk.source).stem.replace("_", " ")
    return "\n".join(filter(None, (name, chunk.title, *chunk.headings, chunk.caption)))


def same_but_revision(record: str, chunk: Chunk) -> bool:
    """Whether a stored record is the same chunk, of this or another revision of its document."""
    before = Chunk.model_validate_json(record)
    return before.model_copy(update={"revision": chunk.revision}) == chunk


def is_under(source: str, root: str) -> bool:
    """Whether a source is a root, or lies in the folder or under the URL that it names."""
    root = root.rstrip("/")
    return not root or source == root or source.startswith(f"{root}/")


def refuse_mixed_engines(
    place: object,
    next_stored: Callable[[tuple[str, str]], tuple[str, str] | None],
    given: tuple[str, str],
) -> None:
    """Refuse a reading by another engine than those of the other documents.

    Args:
        place: Where the index is.
        next_stored: The least name and fingerprint of the engine of another document above
            those given, so that an index of many documents is asked once for each engine.
        given: Those of the engine of the document to be stored.

    Raises:
        IndexMismatchError: If one is another engine, model or reading version.
    """
    other = next_stored(("", ""))
    while other is not None:
        if not go_together(other, given):
            raise IndexMismatchError(
                f"The index at {place} holds readings of {other[0]} ({other[1]}),"
                f" these are of {given[0]} ({given[1]}).",
                remedy="Ingest into a new folder, or allow mixed engines (--allow-mixed-engines).",
            )
        if other != given and other[0] == given[0]:
            _tell_former(str(place), given[0])
        other = next_stored(other)


@functools.cache
def _tell_former(place: str, engine: str) -> None:
    logger.warning(
        "The index at %s holds readings of %s that were made before reading versions were kept;"
        " they count as the same engine's.",
        place,
        engine,
    )


def vectors_unattended(place: object, embedder: str) -> IndexMismatchError:
    """The refusal to write without the embedder that an index was built with."""
    return IndexMismatchError(
        f"The index at {place} holds vectors of {embedder}.",
        remedy="Open it with that embedder to add documents, or use a new folder.",
    )


def other_embedder(
    place: object, built: EmbedderFacts | None, given: EmbedderFacts
) -> IndexMismatchError:
    """The refusal of an embedder that an index was not built with."""
    before = "without an embedder" if built is None else f"with {built}"
    return IndexMismatchError(
        f"The index at {place} was built {before}, not with {given}.",
        remedy="Open it with that embedder, or embed it anew with: dsocr index reindex",
    )
