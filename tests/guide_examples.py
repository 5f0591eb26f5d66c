"""The documentation's examples, taken from it as they are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.export import ExportFormat, export_lines
from dsocr_integrations.passages import chunk_passage
from tests.builders import make_document

DOCS = Path(__file__).parents[1] / "docs"


def example(title: str, page: str = "export.md") -> str:
    """The Python code below a heading of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^## {title}\n.*?```python\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def titles(page: str) -> list[str]:
    """The headings of a page that have an example below them."""
    parts = re.split(r"^## (.*)\n", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [
        title for title, text in zip(parts[1::2], parts[2::2], strict=True) if "```python" in text
    ]


def shown_below(title: str, page: str) -> str:
    """What a page says that the example below a heading prints."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^## {title}\n.*?```text\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def printed_by(title: str, folder: Path, *, page: str = "export.md", **environment: str) -> str:
    """What an example prints when a Python of its own runs it in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", example(title, page)],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_passages(folder: Path, form: ExportFormat = "plain") -> list[str]:
    """Export a made-up document as the examples want it; the ids of its passages."""
    passages = [chunk_passage(chunk) for chunk in Chunker().chunk(make_document(pages=2))]
    lines = "\n".join(export_lines(passages, form))
    (folder / f"{form}.jsonl").write_text(lines, encoding="utf-8")
    return [passage.id for passage in passages]
