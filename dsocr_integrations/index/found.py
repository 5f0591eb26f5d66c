"""What every hit can do: show the place that its chunk was read from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.output.evidence_crops import CropOptions


class Found:
    """Base of hits.

    Attributes:
        chunk: The chunk found.
        roots: Folders that its source may be relative to, as the index knows them.
    """

    chunk: Chunk
    roots: Sequence[str | Path]

    def crop(self, **options: Unpack[CropOptions]) -> Image:
        """Render the place that the chunk was read from, its boxes drawn; as `evidence.crop`.

        Raises:
            SourceNotFoundError: If the source has gone.
            SourceChangedError: If it holds other bytes than those that were read.
            ConfigurationError: If the source is a URL and `fetch` is off.
        """
        # Only a crop needs the renderer.
        from dsocr_integrations.output import evidence_crops as evidence

        known: CropOptions = {"roots": self.roots}
        return evidence.crop(self.chunk, **(known | options))
