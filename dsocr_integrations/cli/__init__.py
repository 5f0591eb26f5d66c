"""The `dsocr` command: a thin door onto the runner, the index and the viewer."""

from __future__ import annotations

import io
import signal
import sys


def main() -> None:
    """Run the command line; errors become one sentence on stderr and an exit code."""
    from dsocr_integrations.cli.commands import app
    from dsocr_integrations.cli.outcomes import told_errors

    if isinstance(sys.stdout, io.TextIOWrapper):
        # Results are the same bytes under every locale.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Else the end asked for by `kill`, a container or a scheduler would leave workers behind.
    signal.signal(signal.SIGTERM, _end)
    with told_errors():
        app()


def _end(number: int, _: object) -> None:
    sys.exit(128 + number)
