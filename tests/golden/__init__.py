"""Golden files: what a test's output was when someone last looked at it and found it right."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent
# Read when tests are collected: fixtures clear the environment of each test.
REGENERATE = os.environ.get("DSOCR_REGENERATE_GOLDEN", "0") not in {"", "0"}


def golden(name: str, text: str) -> None:
    """Compare with the golden file, or write it when `DSOCR_REGENERATE_GOLDEN=1` is set."""
    path = FOLDER / name
    if REGENERATE:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
