"""Read PDFs with the embedded engine, for the benchmarks."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dsocr_integrations import grounding, markdown
from dsocr_integrations.engines.base import EngineSession, ReadRequest
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def folder_argument(usage: str) -> Path:
    if len(sys.argv) != 2:
        sys.exit(usage)
    folder = Path(sys.argv[1])
    if not folder.is_dir():
        sys.exit(f"{folder} is absent: nothing measured.")
    return folder


def answers(session: EngineSession, path: Path) -> Iterator[tuple[str, float]]:
    """The raw answer to each page of a file, and the CPU seconds it took."""
    with open_document(resolve_source(path)) as document:
        for number in document.page_numbers():
            start = time.process_time()
            request = ReadRequest(document.region(number), Prompt.MARKDOWN)
            reading = session.submit(request).result()
            if reading.failure:
                print(f"{path.name} page {number}: {reading.failure.message}")
            yield reading.text, time.process_time() - start


def as_markdown(session: EngineSession, path: Path) -> str:
    """A file as Markdown without headers and footers."""
    pages = (grounding.parse(text) for text, _ in answers(session, path))
    return "\n\n".join(markdown.render(page.blocks) for page in pages)
