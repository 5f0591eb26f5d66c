"""Writing one document into an output folder, page by page, complete or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from dsocr_integrations.disk_room import name_place
from dsocr_integrations.output.places import STAGING, Places
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
from dsocr_integrations.records.documents import (
    Document,
    Figure,
    Page,
    PageError,
    joined_markdown,
)
from dsocr_integrations.records.token_use import TokenUse, page_tokens
from dsocr_integrations.storage import FileTree, LocalTree


class DocumentWriter:
    """Writes a document beside its place, as it is read, and moves it there at the end.

    Everything is staged in `.staging/<doc_id>` of the same root (a temporary folder for remote
    roots). `commit` removes the old manifest, moves the files and writes the new manifest
    last, so that whoever is killed at any moment leaves either a complete document or one
    without a manifest. On a local root a lock keeps two writers of one document apart.

    Args:
        tree: The output folder's files.
        places: The folders of its documents.
        head: The document without its pages.
        config: Hash of all that shapes the folder beside the source.
    """

    def __init__(self, tree: FileTree, places: Places, head: Document, config: str) -> None:
        self._tree = tree
        self._places = places
        self._head = head
        self._config = config
        self._resources = ExitStack()
        self._stage = Path()
        self._untrusted: list[int] = []
        self._doubts: Counter[str] = Counter()
        self._tokens = TokenUse()
        self._counts = dict.fromkeys(Counts.model_fields, 0)

    def __enter__(self) -> Self:
        if isinstance(self._tree, LocalTree):
            held = self._places.hold(self._head.doc_id, self._head.source)
            self._resources.enter_context(held)
            self._stage = Path(self._tree.root, STAGING, self._head.doc_id)
            # What a killed writer left; the lock says that it is nobody's.
            shutil.rmtree(self._stage, ignore_errors=True)
            self._stage.mkdir()
        else:
            self._stage = Path(tempfile.mkdtemp(prefix="dsocr-"))
        self._resources.callback(shutil.rmtree, self._stage, ignore_errors=True)
        return self

    def __exit__(self, _kind: object, error: object, _traceback: object) -> None:
        self._resources.close()
        if isinstance(error, OSError):
            name_place(error, self._tree.root)

    @property
    def head(self) -> Document:
        """The document without its pages; its errors are known when all were written."""
        return self._head

    def illustrated(self, page: Page, crops: Iterable[tuple[Figure, bytes]]) -> Page:
        """Write the crops of a page's figures; the page then names them.

        Args:
            page: The page.
            crops: Those of its figures that can be cropped, each with its PNG.
        """
        drawn = {figure.number: self._with_crop(page, figure, data) for figure, data in crops}
        figures = tuple(drawn.get(figure.number, figure) for figure in page.figures)
        return page.model_copy(update={"figures": figures})

    def written(self, records: Iterable[Page | PageError]) -> Iterator[Page]:
        """Write `document.json` and `document.md`; yields each page when it is in both.

        Args:
            records: Pages and failures, in order of numbers.
        """
        errors: list[PageError] = []
        begin = self._head.model_dump_json(exclude={"pages", "errors"}).removesuffix("}")
        with (
            (self._stage / DOCUMENT_FILE).open("wb") as document,
            (self._stage / MARKDOWN_FILE).open("w", encoding="utf-8", newline="\n") as text,
        ):
            document.write(f'{begin},"pages":[\n'.encode())
            for page in records:
                if isinstance(page, PageError):
                    errors.append(page)
                    continue
                first = not self._counts["pages"]
                document.write((b"" if first else b",\n") + page.model_dump_json().encode())
                text.write(("" if first else "\n\n") + joined_markdown([page]))
                self._count(page)
                yield page
            ended = b",".join(error.model_dump_json().encode() for error in errors)
            document.write(b'\n],"errors":[' + ended + b"]}\n")
            text.write("\n")
        self._counts["errors"] = len(errors)
        self._head = self._head.model_copy(update={"errors": tuple(errors)})

    def pages(self) -> Iterator[Page]:
        """The pages written, one by one."""
        with (self._stage / DOCUMENT_FILE).open("rb") as lines:
            yield from pages_on(lines)

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
        """Write `failure.json`."""
        (self._stage / FAILURE_FILE).write_bytes(failure.model_dump_json(indent=1).encode() + b"\n")

    def commit(self) -> Manifest:
        """Move everything into place, the manifest last."""
        files = sorted(
            path.relative_to(self._stage).as_posix()
            for path in self._stage.rglob("*")
            if path.is_file()
        )
        manifest = self._manifest({name: _sha256(self._stage / name) for name in files})
        folder = self._places.take(self._head.doc_id, self._head.source)
        mark = f"{folder}/{MANIFEST_FILE}"
        old = {file.path for file in self._tree.files(folder)}
        if mark in old:
            self._tree.delete(mark)
        for name in files:
            self._tree.adopt(self._stage / name, f"{folder}/{name}")
        for path in sorted(old - {mark, *(f"{folder}/{name}" for name in files)}):
            self._tree.delete(path)
        self._tree.write(mark, manifest.model_dump_json(indent=1).encode() + b"\n")
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
            doubts=dict(sorted(self._doubts.items())),
            tokens=self._tokens if self._tokens.pages else None,
            errors=head.errors,
            files=files,
        )

    def _with_crop(self, page: Page, figure: Figure, data: bytes) -> Figure:
        name = f"{FIGURES_FOLDER}/p{page.number:03d}-f{figure.number:02d}.png"
        path = self._stage / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        return figure.model_copy(update={"crop": name, "crop_sha256": digest})

    def _count(self, page: Page) -> None:
        counts = self._counts
        counts["pages"] += 1
        counts["blocks"] += len(page.blocks)
        counts["tables"] += sum(block.table is not None for block in page.blocks)
        counts["figures"] += len(page.figures)
        self._tokens += page_tokens(page)
        if not page.reading.quality.trusted:
            self._untrusted.append(page.number)
            self._doubts.update(page.reading.quality.reasons)


def pages_on(lines: Iterable[bytes]) -> Iterator[Page]:
    """The pages of a `document.json`, given its lines: one page stands on each."""
    within = iter(lines)
    next(within, None)  # the line that opens the array
    for line in within:
        if line.startswith(b"]"):
            return
        if record := line.rstrip(b",\n"):  # the array of a document without pages is empty
            yield Page.model_validate_json(record)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
