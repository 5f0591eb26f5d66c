"""The cited picture of a framework's document, by what stands in its metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Unpack
from uuid import UUID

from pydantic import BaseModel

from dsocr_integrations.errors import ConfigurationError, SourceError
from dsocr_integrations.index import open_index
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.evidence_crops import CropOptions
from dsocr_integrations.output.evidence_crops import crop as crop_evidence
from dsocr_integrations.records.chunks import BOX_KEYS
from dsocr_integrations.records.documents import GRID, Box

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.output.records import Manifest
    from dsocr_integrations.retrieval.lazy_index import IndexLike


class Described(Protocol):
    """A document of a framework: LangChain's `Document`, LlamaIndex's nodes and their hits."""

    @property
    def metadata(self) -> dict[str, Any]:
        """What our loaders, readers and retrievers put there."""
        ...


class _Place(BaseModel):
    page: int
    box: Box


class _Cited(BaseModel):
    """What a document's metadata says of where it was read; some stores give numbers as floats."""

    source: str
    revision: str | None
    page: int
    spans: list[_Place]


def crop(
    document: Described,
    *,
    index: IndexLike = None,
    output: OutputFolder | str | Path | None = None,
    **options: Unpack[CropOptions],
) -> Image:
    """Show the place that a document was read from, as a picture with its boxes outlined.

    It is drawn from the source. Where that has gone, has changed since it was read or is an
    address, a figure is shown as the output folder keeps it.

    Args:
        document: A document of our retrievers, loaders or readers, out of whatever store.
        index: The index that it came from, which knows what its source is relative to.
        output: The output folder of the ingest. It knows which bytes were read, as the documents
            of retrievers do; those of loaders say it nowhere else, and are shown as the source is
            now.
        **options: As `evidence_crops.crop`: `roots`, `page`, `margin`, `dpi`, `outline`, `fetch`,
            `password`.

    Raises:
        SourceNotFoundError: If the source has gone.
        SourceChangedError: If it holds other bytes than those that were read.
        ConfigurationError: If the document is none of ours, or its source is a URL and `fetch` is
            off.
    """
    metadata = document.metadata
    folder = OutputFolder(output) if isinstance(output, str | Path) else output
    manifest = None if folder is None else _manifest(folder, metadata)
    cited = _cited(metadata, manifest)
    asked: CropOptions = {"outline": BOX_KEYS[0] in metadata, **options}
    asked["roots"] = (*_roots(index), *options.get("roots", ()))
    try:
        return crop_evidence(cited, **asked)
    except (SourceError, ConfigurationError):
        shown = folder if options.get("page") in {None, cited.page} else None
        picture = None if shown is None else _kept_figure(shown, manifest, metadata)
        if picture is None:
            raise
        return picture


def _cited(metadata: Mapping[str, Any], manifest: Manifest | None) -> _Cited:
    page = metadata.get("page_number")
    box = [metadata[name] for name in BOX_KEYS if name in metadata] or (0, 0, GRID, GRID)
    revision = metadata.get("revision") or (None if manifest is None else manifest.revision)
    try:
        return _Cited.model_validate(
            {
                "source": metadata.get("source"),
                "revision": revision,
                "page": page,
                "spans": json.loads(metadata.get("spans", "[]")) or [{"page": page, "box": box}],
            }
        )
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            "The document does not say where it was read: its metadata lack source or page_number.",
            remedy="Pass a document of our loaders, readers or retrievers, with its metadata.",
        ) from error


def _roots(index: IndexLike) -> tuple[str, ...]:
    if index is None:
        return ()
    if not isinstance(index, str | Path):
        return index.roots()
    with open_index(index, create=False) as opened:
        return opened.roots()


def _manifest(folder: OutputFolder, metadata: Mapping[str, Any]) -> Manifest | None:
    try:
        return folder.manifest(str(UUID(str(metadata.get("doc_id")))))
    except ValueError:
        # No id of ours, and no path that one would be looked for under.
        return None


def _kept_figure(
    folder: OutputFolder, manifest: Manifest | None, metadata: Mapping[str, Any]
) -> Image | None:
    """The figure's own picture, if it is one of those that the ingest wrote."""
    from PIL import Image

    name = metadata.get("figure")
    if manifest is None or name not in manifest.files:
        return None
    data = folder.file(manifest.doc_id, str(name))
    return None if data is None else Image.open(io.BytesIO(data)).convert("RGB")
