"""What `dsocr read --stream` does: the engine's own text, as it grows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dsocr_integrations.cli.outcomes import ExitCode, outcome, say, tell
from dsocr_integrations.cli.reading import runner_for

if TYPE_CHECKING:
    from dsocr_integrations.settings import Settings


def stream(file: str, settings: Settings, **given: Any) -> ExitCode:
    """Print each page's raw answer while the engine says it.

    Nothing is judged, asked again or recorded, and pictures get no second look: what is
    printed cannot be taken back.

    Args:
        file: Path or URL.
        settings: Who reads, and how.
        given: As for `resolve_source`: `pages`, `storage_options`.
    """
    from dsocr_integrations.engines.base import ReadRequest
    from dsocr_integrations.errors import PageReadError
    from dsocr_integrations.rendering import open_document
    from dsocr_integrations.sources import resolve_source

    source = resolve_source(file, settings=settings, **given)
    done = failed = 0
    with (
        runner_for(settings, quiet=True) as runner,
        open_document(source) as document,
        runner.engine.open() as session,
    ):
        asked = runner.settings
        for number in document.page_numbers():
            say(f"<!-- page {number} -->\n")
            request = ReadRequest(
                document.region(number), asked.prompt, mode=asked.mode, dpi=asked.dpi
            )
            try:
                for piece in session.stream(request):
                    say(piece, end="")
                    sys.stdout.flush()
            except PageReadError as error:
                failed += 1
                tell(f"{file}, page {number}: {error}")
            else:
                done += 1
            say("\n")
    return outcome(done, failed)
