"""Which documents of an output folder may stay: the same bytes, read and cut in the same way."""

from __future__ import annotations

import logging
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING

from dsocr_integrations.output.records import PREVIEW_FILE, Manifest
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.reading_versions import go_together
from dsocr_integrations.runner.cache import fingerprint_of
from dsocr_integrations.runner.retry import RETRY_POLICY_VERSION

if TYPE_CHECKING:
    from dsocr_integrations.chunking import Chunker
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import Source
    from dsocr_integrations.sources.page_selection import PageSelection

logger = logging.getLogger(__name__)

OUTPUT_VERSION = "1"
"""Raised when the files of a document change their layout."""


class FinishedDocuments:
    """What an output folder holds, as a run sees it.

    Args:
        folder: The output folder.
        runner: Would read a document that may not stay.
        chunker: Would cut it.
        preview: Whether it would get an HTML page.
    """

    def __init__(
        self, folder: OutputFolder, runner: Runner, chunker: Chunker, *, preview: bool
    ) -> None:
        self._folder = folder
        self._runner = runner
        self._chunker = chunker
        self._preview = preview
        self._told_of_former = False

    def manifest(self, source: Source) -> Manifest | None:
        """The manifest of a source's document, where that may stay as it is."""
        manifest = self._folder.manifest(document_id(source.uri), source.uri)
        if manifest is None or manifest.revision != source.revision:
            return None
        config = self.config(source.pages)
        if manifest.config != config and not self._is_like_today(manifest, source.pages):
            return None
        self._folder.bring_home(manifest)
        if manifest.config != config:
            self._take_over(manifest, config)
        return manifest

    def config(self, pages: PageSelection | None) -> str:
        """Hash of all that shapes a document beside its source.

        Args:
            pages: The pages that are asked for.
        """
        return fingerprint_of(
            {
                "output": OUTPUT_VERSION,
                "engine": self._reader,
                "settings": asdict(self._runner.settings),
                "retry": RETRY_POLICY_VERSION,
                "chunker": self._chunker.fingerprint,
                "pages": str(pages) if pages is not None else None,
                "preview": self._preview,
            }
        )

    @cached_property
    def _reader(self) -> tuple[str, str]:
        """Engine and reading versions; a server may have to be asked, so not before they matter."""
        return self._runner.engine.name, self._runner.fingerprint

    def _take_over(self, manifest: Manifest, config: str) -> None:
        self._folder.take_over(manifest, config)
        if not self._told_of_former:
            self._told_of_former = True
            logger.warning(
                "%s holds documents that were read before reading versions were kept; they stay as"
                " they are. Ingest into a new folder to have them read anew.",
                self._folder.root,
            )

    def _is_like_today(self, manifest: Manifest, pages: PageSelection | None) -> bool:
        """Whether a document of a former release would be read likewise, as far as it tells."""
        every = manifest.page_count
        asked = every if pages is None else len(pages.numbers(every))
        return (
            manifest.is_former
            and manifest.counts.pages + manifest.counts.errors == asked
            and (PREVIEW_FILE in manifest.files) == self._preview
            and go_together((manifest.engine, manifest.fingerprint), self._reader)
        )
