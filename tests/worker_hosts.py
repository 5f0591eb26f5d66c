"""What every host of worker processes is asked to do in their test."""

from __future__ import annotations

from pathlib import Path

REPORT = Path(__file__).parent / "data" / "report.pdf"
TITLE = "# Marisol Creek Water Works: Operating Report 2025"


def first_title() -> str:
    """Read a page as the environment says, and say what is its heading."""
    import psutil

    from dsocr_integrations.runner import Runner

    with Runner(cache=False) as runner:
        (page,) = runner.read(REPORT, pages="1").pages
        assert psutil.Process().children(), "no worker process"
    return next(block.text for block in page.blocks if block.label == "title")
