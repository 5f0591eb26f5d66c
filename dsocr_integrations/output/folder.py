"""The output folder: what an ingest leaves behind, and how it is read back.

`<root>/2024/q1/report.pdf/` holds `document.json`, `document.md`, `chunks.jsonl`,
`figures/p003-f02.png`, `preview.html` where one was made, `failure.json` where something
failed, and `manifest.json`, which is written last. The root is a local folder or any fsspec
URL. The same readings give the same bytes.

`.origins/<doc_id>` beside them says where a document was read from. It is no part of the document:
it differs where the same documents lie in another place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from dsocr_integrations.errors import SourceNotFoundError
from dsocr_integrations.output.folder_names import INDEX_FILE
from dsocr_integrations.output.listing import ListedDocument
from dsocr_integrations.output.places import Places
from dsocr_integrations.output.records import (
    CHUNKS_FILE,
    DOCUMENT_FILE,
    FAILURE_FILE,
    MANIFEST_FILE,
    MANIFEST_VERSION,
    FailureRecord,
    Manifest,
)
from dsocr_integrations.output.writer import DocumentWriter, pages_on
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Document, Page
from dsocr_integrations.storage import FileTree, LocalTree, open_tree

AnyRecord = TypeVar("AnyRecord", Manifest, FailureRecord)

_ORIGINS = ".origins"
_READERS = 16
"""Records that are asked of a store at once."""

_BATCH = 256


class OutputFolder:
    """The folder of one or many ingests.

    Args:
        root: Local folder or fsspec URL.
        storage_options: Passed on to fsspec.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.tree: FileTree = open_tree(root, storage_options=storage_options)
        self._places = Places(self.tree)

    @property
    def root(self) -> str:
        """Where the folder stands."""
        return self.tree.root

    @property
    def local_root(self) -> Path | None:
        """The folder as a path, where it is on this machine."""
        return Path(self.tree.root) if isinstance(self.tree, LocalTree) else None

    @property
    def changes(self) -> int:
        """How often a document was written or removed through this object."""
        return self._places.changes

    def has_index_page(self) -> bool:
        """Whether there is a page that lists the documents."""
        page = self.tree.open(INDEX_FILE)
        if page is not None:
            page.close()
        return page is not None

    def place(self, doc_id: str) -> str:
        """The folder of a document, relative to the root."""
        return self._places.of(doc_id)

    def manifest(self, doc_id: str, source: str | None = None) -> Manifest | None:
        """The manifest of a complete document, or `None`.

        Args:
            doc_id: The document.
            source: Its source, which spares a look-up.
        """
        return self._record_of(doc_id, MANIFEST_FILE, Manifest, source)

    def failure(self, doc_id: str) -> FailureRecord | None:
        """What of a document could not be read, or `None`."""
        folder = self._places.certain(doc_id)
        if folder is not None:
            return self._record(f"{folder}/{FAILURE_FILE}", FailureRecord)
        return self._record_of(doc_id, FAILURE_FILE, FailureRecord)

    def manifests(self) -> Iterator[Manifest]:
        """Manifests of all complete documents, ordered by folder."""
        return self._records(MANIFEST_FILE, Manifest)

    def failures(self) -> Iterator[FailureRecord]:
        """All failures, ordered by folder."""
        return self._records(FAILURE_FILE, FailureRecord)

    def documents(self) -> Iterator[ListedDocument]:
        """What the folder holds and what could not be opened, ordered by folder, one by one."""
        folders = sorted(self._folders_with(MANIFEST_FILE, FAILURE_FILE).items())
        others = {folder for folder, _ in folders}
        with ThreadPoolExecutor(1 if isinstance(self.tree, LocalTree) else _READERS) as readers:
            for start in range(0, len(folders), _BATCH):
                for one in readers.map(self._listed, folders[start : start + _BATCH]):
                    if one is not None and self._places.is_place_of(
                        one.folder, one.doc_id, one.source, others
                    ):
                        self._places.note(one.doc_id, one.folder)
                        yield one

    def has_content(self) -> bool:
        """Whether it holds documents or failures."""
        return next(self.documents(), None) is not None

    def expect_content(self) -> None:
        """Make sure that something was ingested into this folder.

        Raises:
            SourceNotFoundError: If it is missing, or holds neither documents nor failures.
        """
        if not self.has_content():
            raise SourceNotFoundError(
                f"{self.root} holds nothing that was ingested.",
                remedy="Name the output folder of an ingest.",
            )

    def document(self, doc_id: str) -> Document:
        """A document, whole.

        Raises:
            SourceNotFoundError: If the folder does not hold it.
        """
        return Document.model_validate_json(self._data(doc_id, DOCUMENT_FILE))

    def pages(self, doc_id: str) -> Iterator[Page]:
        """The pages of a document, one by one.

        Raises:
            SourceNotFoundError: If the folder does not hold it.
        """
        return pages_on(self._data(doc_id, DOCUMENT_FILE).split(b"\n"))

    def chunks(self, doc_id: str) -> Iterator[Chunk]:
        """The chunks of a document, one by one.

        Raises:
            SourceNotFoundError: If the folder does not hold it.
        """
        for line in self._data(doc_id, CHUNKS_FILE).splitlines():
            yield Chunk.model_validate_json(line)

    def file(self, doc_id: str, name: str) -> bytes | None:
        """Any file of a document, such as `figures/p001-f01.png`, or `None`."""
        for folder in self._places.candidates(doc_id):
            data = self.tree.read(f"{folder}/{name}")
            if data is not None:
                return data
        return None

    def writer(self, head: Document, *, config: str) -> DocumentWriter:
        """Begin to write a document; use the writer in a `with` block.

        Args:
            head: The document without its pages.
            config: Hash of all that shapes the folder beside the source.
        """
        return DocumentWriter(self.tree, self._places, head, config)

    def bring_home(self, record: Manifest | FailureRecord) -> None:
        """Move what a former release wrote of a document into the folder that is called like it."""
        doc_id, source = record.doc_id, record.source
        if self._places.is_former(doc_id):
            with self._places.hold(doc_id, source):
                self._places.take(doc_id, source)

    def take_over(self, manifest: Manifest, config: str) -> None:
        """Let a document of a former release count as one of a configuration of today.

        Args:
            manifest: Its manifest; who read it stays as it was.
            config: Hash of all that shapes the folder beside the source.
        """
        today = manifest.model_copy(update={"config": config, "schema_version": MANIFEST_VERSION})
        path = f"{self.place(manifest.doc_id)}/{MANIFEST_FILE}"
        self.tree.write(path, today.model_dump_json(indent=1).encode() + b"\n")

    def set_failure(self, doc_id: str, failure: FailureRecord | None) -> None:
        """Note what could not be read of a source, or that nothing is missing any more.

        What was written of it before stays.
        """
        if failure is None:
            self._places.changes += 1
            self.tree.delete(f"{self.place(doc_id)}/{FAILURE_FILE}")
            return
        with self._places.hold(doc_id, failure.source):
            path = f"{self._places.take(doc_id, failure.source)}/{FAILURE_FILE}"
            self.tree.write(path, failure.model_dump_json(indent=1).encode() + b"\n")

    def origin(self, doc_id: str) -> str | None:
        """Where a document was read from, as in `Source.origin`; `None` where it is not known."""
        data = self.tree.read(f"{_ORIGINS}/{doc_id}")
        return data.decode() if data else None

    def claim(self, doc_id: str, origin: str) -> str:
        """Note where a document is read from, unless that is noted; returns what is noted then."""
        if self.tree.create(f"{_ORIGINS}/{doc_id}", origin.encode()):
            return origin
        return self.origin(doc_id) or origin

    def set_origin(self, doc_id: str, origin: str) -> None:
        """Note that a document is read from another place than before."""
        self.tree.write(f"{_ORIGINS}/{doc_id}", origin.encode())

    def delete(self, doc_id: str) -> int:
        """Remove a document, its manifest first; returns the number of files it had."""
        files = 0
        for folder in self._places.everywhere(doc_id):
            files += sum(1 for _ in self.tree.files(folder))
            self.tree.delete(f"{folder}/{MANIFEST_FILE}")
            self.tree.delete(folder)
            if isinstance(self.tree, LocalTree):
                self.tree.delete_empty(folder)
        self._places.release(doc_id)
        self.tree.delete(f"{_ORIGINS}/{doc_id}")
        return files

    def _data(self, doc_id: str, name: str) -> bytes:
        data = self.file(doc_id, name)
        if data is None:
            raise SourceNotFoundError(
                f"{self.root} holds no {name} of document {doc_id}.",
                remedy="Ingest the source into this folder first.",
            )
        return data

    def _record_of(
        self, doc_id: str, name: str, kind: type[AnyRecord], source: str | None = None
    ) -> AnyRecord | None:
        for folder in self._places.candidates(doc_id, source):
            record = self._record(f"{folder}/{name}", kind)
            # A disk that does not tell capitals apart gives another document's.
            if record is not None and record.doc_id == doc_id:
                self._places.note(doc_id, folder)
                return record
        return None

    def _records(self, name: str, kind: type[AnyRecord]) -> Iterator[AnyRecord]:
        folders = self._folders_with(name)
        for folder in sorted(folders):
            record = self._record(f"{folder}/{name}", kind)
            if record is not None and self._places.is_place_of(
                folder, record.doc_id, record.source, folders
            ):
                self._places.note(record.doc_id, folder)
                yield record

    def _folders_with(self, *names: str) -> dict[str, set[str]]:
        """The folders that hold files of these names, and which."""
        found: dict[str, set[str]] = {}
        for file in self.tree.files():
            folder, _, name = file.path.rpartition("/")
            if name in names and folder and not folder.startswith("."):
                found.setdefault(folder, set()).add(name)
        return found

    def _listed(self, held: tuple[str, set[str]]) -> ListedDocument | None:
        folder, names = held
        manifest = failure = None
        if MANIFEST_FILE in names:
            manifest = self._record(f"{folder}/{MANIFEST_FILE}", Manifest)
        if FAILURE_FILE in names:
            failure = self._record(f"{folder}/{FAILURE_FILE}", FailureRecord)
        return ListedDocument.of(folder, manifest, failure)

    def _record(self, path: str, kind: type[AnyRecord]) -> AnyRecord | None:
        data = self.tree.read(path)
        if data is None:
            return None
        try:
            return kind.model_validate_json(data)
        except ValidationError:
            # Of another version or damaged: the document counts as not written.
            return None
