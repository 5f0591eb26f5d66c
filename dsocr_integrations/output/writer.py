"""Writing one document into an output folder, page by page, complete or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

from dsocr_integrations import markdown
from dsocr_integrations.output.folder_lock import locked
from dsocr_integrations.output.records import (
    CHUNKS_FILE,
    DOCUMENT_FILE,
    FAILURE_FILE,
    FIGURES_FOLDER,
    MANIFEST_FILE,
    MARKDOWN_FILE,
    PREVIEW_FILE,
    Counts,
    FailureRecord,
    Manifest,
)
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Document, Figure, Page, PageError
from dsocr_integrations.records.token_use import TokenUse, page_tokens
from dsocr_integrations.runner.document_building import title_on
from dsocr_integrations.storage import FileTree, LocalTree

STAGING = ".staging"
_PAGES = "pages.jsonl"

Crop = Callable[[Figure], bytes | None]
"""Gives the PNG bytes of a figure's crop, or `None` where there is none to write."""


class DocumentWriter:
    """Collects a document beside its place and moves it there at the end.

    Everything is staged in `.staging/<doc_id>` of the same root (a temporary folder for remote
    roots). `commit` removes the old manifest, moves the files and writes the new manifest
    last, so that whoever is killed at any moment leaves either a complete document or one
    without a manifest. On a local root a lock keeps two writers of one document apart.

    Args:
        tree: The output folder's files.
        folder: Folder of the document in the tree.
        head: The document; its pages and errors are taken from `add`.
        config: Hash of all that shapes the folder beside the source.
        furniture: Whether headers and footers stand in the markdown.
    """

    def __init__(
        self, tree: FileTree, folder: str, head: Document, config: str, *, furniture: bool
    ) -> None:
        self._tree = tree
        self._folder = folder
        self._head = head.model_copy(update={"pages": (), "errors": ()})
        self._config = config
        self._furniture = furniture
        self._resources = ExitStack()
        self._stage = Path()
        self._lines: IO[bytes] | None = None
        self._errors: list[PageError] = []
        self._untrusted: list[int] = []
        self._tokens = TokenUse()
        self._counts = dict.fromkeys(Counts.model_fields, 0)
        self._failure: FailureRecord | None = None

    def __enter__(self) -> Self:
        if isinstance(self._tree, LocalTree):
            staging = Path(self._tree.root, STAGING)
            self._resources.callback(_remove_if_empty, staging)
            self._resources.enter_context(locked(staging / f"{self._head.doc_id}.lock"))
            self._stage = staging / self._head.doc_id
            # What a killed writer left; the lock says that it is nobody's.
            shutil.rmtree(self._stage, ignore_errors=True)
            self._stage.mkdir()
        else:
            self._stage = Path(tempfile.mkdtemp(prefix="dsocr-"))
        self._resources.callback(shutil.rmtree, self._stage, ignore_errors=True)
        self._lines = self._resources.enter_context((self._stage / _PAGES).open("w+b"))
        return self

    def __exit__(self, *error: object) -> None:
        self._resources.close()

    @property
    def head(self) -> Document:
        """The document without pages; its title and errors are known once all were added."""
        return self._head.model_copy(update={"errors": tuple(self._errors)})

    def add(self, record: Page | PageError, crop: Crop | None = None) -> None:
        """Add the next page, or why there is none.

        Args:
            record: The page or failure, in order of numbers.
            crop: Gives the crops of its figures; none are written without it.
        """
        if isinstance(record, PageError):
            self._errors.append(record)
            self._counts["errors"] += 1
            return
        page = self._with_crops(record, crop) if crop is not None else record
        if self._head.title is None:
            self._head = self._head.model_copy(update={"title": title_on(page)})
        self._counts["pages"] += 1
        self._counts["blocks"] += len(page.blocks)
        self._counts["tables"] += sum(block.table is not None for block in page.blocks)
        self._counts["figures"] += len(page.figures)
        self._tokens += page_tokens(page)
        if not page.reading.quality.trusted:
            self._untrusted.append(page.number)
        self._page_lines().write(page.model_dump_json().encode() + b"\n")

    def pages(self) -> Iterator[Page]:
        """The pages added so far, one by one."""
        for line in self._staged_lines():
            yield Page.model_validate_json(line)

    def write_document(self) -> None:
        """Write `document.json` and `document.md` from the pages added."""
        head = self.head.model_dump_json(exclude={"pages", "errors"}).encode()
        errors = b",".join(error.model_dump_json().encode() for error in self._errors)
        with (self._stage / DOCUMENT_FILE).open("wb") as file:
            file.write(head.removesuffix(b"}") + b',"pages":[\n')
            before = b""
            for line in self._staged_lines():
                file.write(before + line.removesuffix(b"\n"))
                before = b",\n"
            file.write(b'\n],"errors":[' + errors + b"]}\n")
        with (self._stage / MARKDOWN_FILE).open("w", encoding="utf-8", newline="\n") as text:
            before_page = ""
            for page in self.pages():
                text.write(f"{before_page}<!-- page {page.number} -->\n\n{page.markdown}".rstrip())
                before_page = "\n\n"
            text.write("\n")

    def write_chunks(self, chunks: Iterable[Chunk]) -> None:
        """Write `chunks.jsonl`."""
        with (self._stage / CHUNKS_FILE).open("wb") as file:
            for chunk in chunks:
                file.write(chunk.model_dump_json().encode() + b"\n")
                self._counts["chunks"] += 1

    def chunks(self) -> Iterator[Chunk]:
        """The chunks written, one by one."""
        with (self._stage / CHUNKS_FILE).open("rb") as file:
            for line in file:
                yield Chunk.model_validate_json(line)

    def write_preview(self, write: Callable[[Document, Iterable[Page], Path], object]) -> None:
        """Let the viewer write its page.

        Args:
            write: Writes the HTML page of a document, whose pages it is given one by one, to a
                path.
        """
        write(self.head, self.pages(), self._stage / PREVIEW_FILE)

    def note_failure(self, failure: FailureRecord) -> None:
        """Put a failure record into the folder at the commit."""
        self._failure = failure

    def commit(self) -> Manifest:
        """Move everything into place, the manifest last."""
        if self._failure is not None:
            data = self._failure.model_dump_json(indent=1).encode() + b"\n"
            (self._stage / FAILURE_FILE).write_bytes(data)
        self._page_lines().close()
        (self._stage / _PAGES).unlink()
        files = sorted(
            path.relative_to(self._stage).as_posix()
            for path in self._stage.rglob("*")
            if path.is_file()
        )
        manifest = self._manifest({name: _sha256(self._stage / name) for name in files})
        self._tree.delete(f"{self._folder}/{MANIFEST_FILE}")
        old = {file.path for file in self._tree.files(self._folder)}
        for name in files:
            self._tree.adopt(self._stage / name, f"{self._folder}/{name}")
        for path in sorted(old - {f"{self._folder}/{name}" for name in files}):
            self._tree.delete(path)
        self._tree.write(
            f"{self._folder}/{MANIFEST_FILE}", manifest.model_dump_json(indent=1).encode() + b"\n"
        )
        return manifest

    def _manifest(self, files: dict[str, str]) -> Manifest:
        head = self._head
        return Manifest(
            doc_id=head.doc_id,
            source=head.source,
            title=head.title,
            media_type=head.media_type,
            revision=head.revision,
            config=self._config,
            engine=head.engine,
            fingerprint=head.fingerprint,
            page_count=head.page_count,
            counts=Counts(**self._counts),
            untrusted=tuple(self._untrusted),
            tokens=self._tokens if self._tokens.pages else None,
            errors=tuple(self._errors),
            files=files,
        )

    def _with_crops(self, page: Page, crop: Crop) -> Page:
        figures = tuple(self._with_crop(page, figure, crop) for figure in page.figures)
        if figures == page.figures:
            return page
        text = markdown.render(page.blocks, figures=figures, page_furniture=self._furniture)
        return page.model_copy(update={"figures": figures, "markdown": text})

    def _with_crop(self, page: Page, figure: Figure, crop: Crop) -> Figure:
        data = crop(figure)
        if data is None:
            return figure
        name = f"{FIGURES_FOLDER}/p{page.number:03d}-f{figure.number:02d}.png"
        path = self._stage / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        return figure.model_copy(update={"crop": name, "crop_sha256": digest})

    def _page_lines(self) -> IO[bytes]:
        assert self._lines is not None, "Use the writer in a `with` block."  # noqa: S101
        return self._lines

    def _staged_lines(self) -> Iterator[bytes]:
        self._page_lines().flush()
        with (self._stage / _PAGES).open("rb") as lines:
            yield from lines


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # another document is being written
