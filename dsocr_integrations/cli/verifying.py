"""What `dsocr verify-model` does."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import ExitCode, tell
from dsocr_integrations.cli.reading import notices_told

if TYPE_CHECKING:
    from dsocr_integrations.settings import Settings


def verify_model(
    folder: Path, settings: Settings, *, pages: Path | None, modes: list[str], quiet: bool
) -> ExitCode:
    """Ask every prompt in every mode about the pages, and write the report."""
    from dsocr_integrations.engines.mode_choice import chosen_mode
    from dsocr_integrations.engines.selection import resolve_engine
    from dsocr_integrations.errors import ConfigurationError
    from dsocr_integrations.verification import verify, write_report
    from dsocr_integrations.verification.drawn_pages import draw_pages
    from dsocr_integrations.verification.questions import PUBLIC_MODES, pages_in

    with notices_told():
        engine = resolve_engine(settings.engine, settings)
    asked = [chosen_mode(engine, mode) for mode in modes]
    with TemporaryDirectory(prefix="dsocr-") as drawn:
        if pages is None:
            draw_pages(Path(drawn) / "drawn.pdf")
        samples = list(pages_in(pages or Path(drawn)))
        if not samples:
            raise ConfigurationError(f"{pages} holds no page.", remedy="Give a folder of PDFs.")
        tell(f"Asking about {len(samples)} pages; a GPU takes minutes, a CPU hours.")
        report = verify(
            engine,
            samples,
            asked or list(PUBLIC_MODES),
            lambda count: None if quiet else tell(f"{count} answers"),
        )
    write_report(report, folder)
    tell(f"Wrote {folder / 'report.md'}, report.json and {len(report.answered)} raw answers.")
    return ExitCode.ALL_READ if report.answered else ExitCode.NOTHING_READ
