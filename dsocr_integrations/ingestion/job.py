"""The one job behind the command line and Airflow: sources into an output folder and an index.

A document that is complete and unchanged costs a look at its manifest; of one that lacks pages,
those are read again. A run that was killed goes on where it was: finished documents are complete,
finished pages are in the cache.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import SourceError, SourceNotFoundError
from dsocr_integrations.ingestion.finished_documents import FinishedDocuments
from dsocr_integrations.ingestion.kept_index import KeptIndex
from dsocr_integrations.ingestion.origins import Origins, origin_of
from dsocr_integrations.ingestion.pruning import PrunedFolder, pruned_folders
from dsocr_integrations.ingestion.pruning import prune as prune_documents
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.figure_crops import crops_of
from dsocr_integrations.output.records import FailureRecord, Manifest
from dsocr_integrations.preview.index_page import write_index_page
from dsocr_integrations.records.documents import PageError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.token_use import TokenUse
from dsocr_integrations.rendering import OpenDocument
from dsocr_integrations.rendering.attachments import named_source, with_attachments
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceResolver,
    SourcesLike,
)
from dsocr_integrations.sources.left_out import LeftOut
from dsocr_integrations.sources.page_selection import PageSelection

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from dsocr_integrations.index.base import Index
    from dsocr_integrations.output.writer import DocumentWriter
    from dsocr_integrations.records.documents import Document, Page
    from dsocr_integrations.runner import DocumentReading, Runner

    WritePreview = Callable[[Document, Iterable[Page], Path, Source], object]

Existing = Literal["skip", "replace"]


def ingest(
    sources: SourcesLike,
    output: str | os.PathLike[str] | OutputFolder,
    *,
    runner: Runner,
    chunker: Chunker | None = None,
    index: Index | None = None,
    preview: WritePreview | None = None,
    existing: Existing = "skip",
    prune: bool = False,
    index_page: bool = True,
    **options: Any,
) -> IngestReport:
    """Read sources into an output folder.

    Args:
        sources: Paths, folders, globs, URLs, bytes; as `resolve_sources` takes them.
        output: Local folder, fsspec URL or output folder.
        runner: Reads the pages; its progress callback is told of every page.
        chunker: Cuts documents into chunks.
        index: Index to keep in step with the folder.
        preview: Writes the HTML page of a document, given the document, its pages one by one,
            the path and the source; none is written without it.
        existing: What becomes of documents that are there and unchanged: `skip` leaves them
            alone, but for pages that failed, which are read again; `replace` writes them again
            (recorded pages are not read again).
        prune: Remove from folder and index the documents under the sources, which must be
            whole folders, that are not there any more. A folder that is missing, empty or
            cannot be listed removes nothing. What was attached to a document goes with it, or
            when that was looked into and does not hold it any more.
        index_page: Write `index.html` of the folder where anything in it has changed. One of
            several ingests that write into one folder at once does that, the last.
        options: As for `resolve_sources`: `root`, `pages`, `password`, `attachments` and so on.
            The output folder is never a source, even where it lies in a folder that is.

    Returns:
        What was done. A source or page that fails is recorded in the folder and reported; the
        others go on.

    Raises:
        ConfigurationError: If something else than folders is to be pruned.
        EngineUnavailableError: If the engine as a whole cannot run; what was read is kept.
        IndexMismatchError: If the index holds readings of another engine.
    """
    bounds = {name: options[name] for name in ("root", "recursive") if name in options}
    folders = pruned_folders(sources, **bounds) if prune else ()
    options.setdefault("settings", runner.configuration)
    resolver = SourceResolver(**options)
    job = _Job(output, runner, chunker, index, preview, resolver=resolver, existing=existing)
    resolver = replace(resolver, excluded=job.own_folders(), on_left_out=job.note_left_out)
    named = job.kept_apart(resolver.resolve_all(sources))
    report = job.run(with_attachments(named, resolver, on_listed=job.note_listed), folders)
    if index_page:
        job.write_index_page()
    return report


def retry_failed(
    output: str | os.PathLike[str] | OutputFolder,
    *,
    runner: Runner,
    chunker: Chunker | None = None,
    index: Index | None = None,
    preview: WritePreview | None = None,
    index_page: bool = True,
    **options: Any,
) -> IngestReport:
    """Read again what failed in a whole output folder, whoever named it, and only that.

    `ingest` does the same for the sources that it is given, and with their options. Pages that
    were read are taken from the folder as they stand, as long as source, engine and settings
    are the same; otherwise the document is read anew.

    Args:
        output: Folder of an earlier ingest.
        runner: As for `ingest`.
        chunker: As for `ingest`.
        index: As for `ingest`.
        preview: As for `ingest`.
        index_page: As for `ingest`.
        options: As for `resolve_source`, such as `password`.
    """
    options.setdefault("settings", runner.configuration)
    resolver = SourceResolver(**options)
    job = _Job(output, runner, chunker, index, preview, resolver=resolver)
    report = job.run(job.kept_apart(job.failed_sources(resolver)))
    if index_page:
        job.write_index_page()
    return report


@dataclass(frozen=True)
class _Retried:
    """A document of which only the pages that failed are read.

    Attributes:
        source: The source as it was named, with all the pages that were asked for.
        manifest: What the folder holds of it.
    """

    source: Source
    manifest: Manifest

    def complete(self, reading: DocumentReading, folder: OutputFolder) -> DocumentReading:
        """The reading with the pages that stand in the folder as they were read before."""
        failed = {error.number for error in self.manifest.errors}
        known = folder.pages(self.manifest.doc_id)
        return reading.joined(page for page in known if page.number not in failed)


class _Job:
    """One run over one folder."""

    def __init__(
        self,
        output: str | os.PathLike[str] | OutputFolder,
        runner: Runner,
        chunker: Chunker | None,
        index: Index | None,
        preview: WritePreview | None,
        *,
        resolver: SourceResolver,
        existing: Existing = "skip",
    ) -> None:
        self._folder = output if isinstance(output, OutputFolder) else OutputFolder(output)
        self._runner = runner
        self._chunker = chunker or Chunker()
        self._index = index
        self._preview = preview
        self._existing = existing
        self._finished = FinishedDocuments(
            self._folder, runner, self._chunker, preview=preview is not None
        )
        self._kept_index = KeptIndex(index)
        self._retried: dict[Source, _Retried] = {}
        self._origins = Origins(self._folder, index, resolver)
        self._changes_before = self._folder.changes
        self._failures: list[FailureRecord] = []
        self._tokens = TokenUse()
        self._doc_ids: list[str] = []
        self._revisions: list[str] = []
        self._unlisted: set[str] = set()
        self._looked_into: set[str] = set()
        self._left_out = LeftOut()
        self._missing: list[FailureRecord] = []
        self._counts = dict.fromkeys(
            (
                "documents",
                "unchanged",
                "unchanged_pages",
                "pages",
                "cached",
                "failed_pages",
                "chunks",
                "spent_vision_tokens",
            ),
            0,
        )

    def run(
        self,
        sources: Iterable[Source | SourceFailure],
        pruned: Collection[PrunedFolder] = (),
    ) -> IngestReport:
        began = time.monotonic()
        with self._runner.readings(self._unfinished(sources)) as readings:
            for reading in readings:
                if isinstance(reading, SourceFailure):
                    self._source_failed(reading)
                else:
                    self._write(reading)
        self._note_missing()
        seen = {*self._doc_ids, *(failure.doc_id for failure in self._failures)}
        listed = [folder for folder in pruned if folder.given not in self._unlisted]
        return IngestReport(
            **self._counts,
            indexed=self._kept_index.put,
            failures=tuple(self._failures),
            doc_ids=tuple(self._doc_ids),
            revisions=tuple(self._revisions),
            pruned=self._pruned(listed, seen) if listed else (),
            seconds=time.monotonic() - began,
            left_out=dict(sorted(self._left_out.items())),
            tokens=self._tokens,
        )

    def _pruned(self, listed: Collection[PrunedFolder], seen: Collection[str]) -> tuple[str, ...]:
        return prune_documents(
            listed,
            seen,
            self._folder,
            self._index,
            looked_into=self._looked_into,
            is_there=self._origins.is_there,
        )

    def write_index_page(self) -> None:
        """Write the page of the whole folder, unless it is there and nothing has changed."""
        if self._folder.changes > self._changes_before or (
            not self._folder.has_index_page() and self._folder.has_content()
        ):
            write_index_page(self._folder)

    def own_folders(self) -> tuple[Path | str, ...]:
        """Folders of results and of the cache, which are no sources where they lie among them."""
        root, cache = self._folder.local_root, self._runner.cache
        results = self._folder.root if root is None else root.resolve()
        return (results,) if cache is None else (results, *cache.own_folders())

    def note_left_out(self, file: PurePath) -> None:
        """Count a file that is no document, unless it is ours."""
        if not self._kept_index.owns(Path(file)):
            self._left_out.note(file)

    def kept_apart(
        self, sources: Iterable[Source | SourceFailure]
    ) -> Iterator[Source | SourceFailure]:
        """Sources by names that no other document of the folder has."""
        return map(self._origins.kept_apart, sources)

    def note_listed(self, holder: Source) -> None:
        """Note a document whose attachments have all been seen."""
        self._looked_into.add(document_id(holder.uri))

    def failed_sources(self, resolver: SourceResolver) -> Iterator[Source | SourceFailure]:
        """Sources of which something failed, with the pages that were asked of them."""
        for failure in list(self._folder.failures()):
            if failure.origin is None:
                # Bytes that only the caller had: it stays failed until they are given again.
                self._failures.append(failure)
                continue
            try:
                found = named_source(resolver, failure.origin)
            except SourceError as error:
                yield SourceFailure(failure.source, error, origin=failure.origin)
                continue
            yield replace(found, uri=failure.source, pages=PageSelection.of(failure.pages))

    def _unfinished(
        self, sources: Iterable[Source | SourceFailure]
    ) -> Iterator[Source | SourceFailure]:
        for source in sources:
            if isinstance(source, SourceFailure):
                yield source
                continue
            self._kept_index.remember_root(source)
            manifest = None if self._existing == "replace" else self._finished.manifest(source)
            if manifest is not None and not manifest.errors:
                self._pass_over(manifest, source)
                continue
            self._kept_index.expect(source, self._runner)
            yield source if manifest is None else self._narrowed(source, manifest)

    def _narrowed(self, source: Source, manifest: Manifest) -> Source:
        """The source with only those of its pages that failed."""
        failed = PageSelection.of([error.number for error in manifest.errors])
        narrowed = replace(source, pages=failed)
        self._retried[narrowed] = _Retried(source, manifest)
        return narrowed

    def _pass_over(self, manifest: Manifest, source: Source) -> None:
        """Count a document that stays as it is."""
        self._counts["unchanged"] += 1
        self._counts["unchanged_pages"] += manifest.counts.pages
        self._counts["failed_pages"] += len(manifest.errors)
        self._note_complete(manifest)
        failure = _failure(manifest, source)
        if failure is not None:
            self._failures.append(failure)
        if failure != self._folder.failure(manifest.doc_id):
            # Its source could not be opened in the meantime, or lay elsewhere.
            self._folder.set_failure(manifest.doc_id, failure)
        self._kept_index.catch_up(manifest, self._folder.chunks(manifest.doc_id))

    def _write(self, reading: DocumentReading) -> None:
        source = reading.source
        retried = self._retried.get(source)
        if retried is not None:
            source = retried.source
            if not reading.has_pages() and reading.errors == retried.manifest.errors:
                self._pass_over(retried.manifest, source)
                return
            reading = retried.complete(reading, self._folder)
        head = reading.head
        opened = OpenDocument(source, head.page_count)
        with self._folder.writer(head, config=self._finished.config(source.pages)) as writer:
            pages = writer.written(
                reading.records(lambda page: writer.illustrated(page, crops_of(opened, page)))
            )
            writer.write_chunks(self._chunker.chunk_pages(pages, head))
            self._finish(writer, source)
        self._counts["cached"] += reading.cached
        self._counts["spent_vision_tokens"] += reading.spent_vision_tokens
        self._tokens += reading.tokens

    def _finish(self, writer: DocumentWriter, source: Source) -> None:
        head = writer.head
        if self._preview is not None:
            write = self._preview
            writer.write_preview(lambda document, pages, path: write(document, pages, path, source))
        failure = _failure(head, source)
        if failure is not None:
            writer.note_failure(failure)
            self._failures.append(failure)
        # Before the manifest: a document that is complete is in the index.
        self._kept_index.upsert(head, writer.chunks())
        manifest = writer.commit()
        counts = manifest.counts
        self._note_complete(manifest)
        self._counts["documents"] += 1
        self._counts["pages"] += counts.pages
        self._counts["failed_pages"] += counts.errors
        self._counts["chunks"] += counts.chunks

    def _note_complete(self, manifest: Manifest) -> None:
        self._doc_ids.append(manifest.doc_id)
        self._revisions.append(manifest.revision)

    def _source_failed(self, failure: SourceFailure) -> None:
        is_listing = not failure.origin
        if is_listing:
            # Not one document, but what was named to look for some.
            self._unlisted.add(failure.uri)
        doc_id = document_id(failure.uri)
        before = self._folder.failure(doc_id)
        pages = [error for error in before.errors if error.number] if before is not None else []
        record = FailureRecord(
            doc_id=doc_id,
            source=failure.uri,
            origin=origin_of(failure),
            revision=before.revision if before is not None else "",
            pages=before.pages if before is not None else None,
            errors=(
                PageError(number=0, kind=failure.error.kind, message=str(failure.error)),
                *pages,
            ),
        )
        if record == before:
            self._folder.bring_home(record)
        elif before is None and isinstance(failure.error, SourceNotFoundError):
            self._missing += [] if is_listing else [record]
        else:
            self._folder.set_failure(doc_id, record)
        self._failures.append(record)

    def _note_missing(self) -> None:
        """Note the sources that are not there, unless that would be all there is in the folder."""
        if self._missing and (self._doc_ids or self._folder.has_content()):
            for record in self._missing:
                self._folder.set_failure(record.doc_id, record)


def _failure(document: Document | Manifest, source: Source) -> FailureRecord | None:
    """What is missing of a document, if anything is."""
    if not document.errors:
        return None
    return FailureRecord(
        doc_id=document.doc_id,
        source=document.source,
        origin=source.origin,
        revision=document.revision,
        pages=str(source.pages) if source.pages is not None else None,
        errors=document.errors,
    )
