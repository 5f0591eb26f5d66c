"""The `dsocr` command: a thin door onto the runner, the index and the viewer."""

from __future__ import annotations


def main() -> None:
    """Run the command line; errors become one sentence on stderr and an exit code."""
    from dsocr_integrations.cli.commands import app
    from dsocr_integrations.cli.outcomes import told_errors

    with told_errors():
        app()
