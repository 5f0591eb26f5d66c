"""What `dsocr ingest` and `dsocr retry` do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from dsocr_integrations.cli.outcomes import ExitCode, outcome, tell
from dsocr_integrations.cli.reading import runner_for, runner_for_those_there

if TYPE_CHECKING:
    from dsocr_integrations.cli.access import Access
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.settings import Settings


def ingest(
    sources: list[str],
    output: str,
    settings: Settings,
    *,
    pages: str | None,
    prune: bool,
    mixed: bool,
    quiet: bool,
    access: Access,
) -> ExitCode:
    """Read sources into an output folder and its index."""
    from dsocr_integrations.ingestion import ingest as run
    from dsocr_integrations.sources import SourceResolver

    options = {"pages": pages, "prune": prune, **_preview()}
    options["storage_options"] = access
    folder = _folder(output, access)
    missing = partial(SourceResolver(settings=settings).nothing_there, sources)
    with runner_for_those_there(settings, missing, quiet=quiet) as runner:
        if runner is None:
            return ExitCode.NOTHING_READ
        with _index(settings, mixed=mixed) as index:
            report = run(sources, folder, runner=runner, index=index, **options)
    return _told(report, output)


def retry(output: str, settings: Settings, *, mixed: bool, quiet: bool, access: Access) -> ExitCode:
    """Read again what failed in an output folder."""
    from dsocr_integrations.ingestion import retry_failed

    folder = _folder(output, access)
    folder.expect_content()
    with runner_for(settings, quiet=quiet) as runner, _index(settings, mixed=mixed) as index:
        options = {"storage_options": access, **_preview()}
        report = retry_failed(folder, runner=runner, index=index, **options)
    return _told(report, output)


def _folder(output: str, access: Access) -> OutputFolder:
    from dsocr_integrations.output import OutputFolder

    return OutputFolder(output, storage_options=access.options)


def _preview() -> dict[str, Any]:
    from dsocr_integrations.preview.folder import write_source_html

    return {"preview": write_source_html}


@contextmanager
def _index(settings: Settings, *, mixed: bool) -> Iterator[Index | None]:
    if settings.index is None:
        yield None
        return
    from dsocr_integrations.index import open_index

    with open_index(
        settings.index,
        embedder=settings.embedder,
        allow_mixed_engines=mixed,
        vector_cache=settings.cache or False,
    ) as index:
        if index.mode == "lexical":
            tell("The index is lexical: no embedder is installed (extra local-embedder).")
        yield index


def _told(report: IngestReport, output: str) -> ExitCode:
    for failure in report.failures:
        for error in failure.errors:
            place = f", page {error.number}" if error.number else ""
            told = "" if error.kind == "empty" else f"{failure.source}{place} ({error.kind}): "
            tell(f"{told}{error.message}")
    if report.pruned:
        tell(f"Removed, being in the folders no more: {', '.join(report.pruned)}")
    tell(f"{output}: {report.summary}")
    tokens = report.tokens
    if tokens.compression is not None:
        tell(
            f"Vision tokens: {tokens.spent_vision_tokens} spent, {tokens.gundam_vision_tokens} if "
            f"every page were read in the largest mode; {tokens.compression:.1f} text tokens each."
        )
    return outcome(report.pages + report.unchanged, len(report.failures))
