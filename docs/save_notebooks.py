"""Execute the notebooks and save them with what they show, as a reader opens them.

Run: python docs/save_notebooks.py [NOTEBOOK ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
_OF_ONE_RUN = frozenset({"widgets", "language_info"})


def save(path: Path) -> None:
    """Execute one notebook; clocks and the state of widgets, which a run alone needs, are left out."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=600,
        resources={"metadata": {"path": path.parent}},
        store_widget_state=False,
        record_timing=False,
    ).execute()
    for name in _OF_ONE_RUN & notebook.metadata.keys():
        del notebook.metadata[name]
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for given in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(NOTEBOOKS.glob("*.ipynb")):
        save(given)
        sys.stdout.write(f"{given.name}: {given.stat().st_size // 1024} KiB\n")
