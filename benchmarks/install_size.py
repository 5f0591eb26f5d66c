"""Measure the light install: `pip install dsocr-integrations[server]` into an empty environment.

usage: python benchmarks/install_size.py [FOLDER]

Makes an environment in FOLDER (a temporary one without), installs this checkout with the
extra, prints its size in MB without pip and setuptools, checks that torch is absent, and reads
a page of `tests/data/report.pdf` as picture and words with the PyMuPDF that came along.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECK = """
import importlib.util, pymupdf
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
with open_document(resolve_source("tests/data/report.pdf")) as document:
    region = document.region(1)
    assert region.render(72).size == (595, 842), region.render(72).size
    assert len(region.words()) > 300
assert importlib.util.find_spec("torch") is None
assert importlib.util.find_spec("onnxruntime") is None
print("PyMuPDF", pymupdf.__version__, "renders and reads words; no torch, no ONNX Runtime")
"""


def installed_megabytes(folder: Path) -> float:
    tools = ("pip", "setuptools", "_distutils_hack", "pkg_resources")
    packages = next(folder.glob("lib/python*/site-packages"))
    return (
        sum(
            path.stat().st_size
            for path in packages.rglob("*")
            if path.is_file() and not path.relative_to(packages).parts[0].startswith(tools)
        )
        / 1e6
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = folder / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", f"{ROOT}[server]"], check=True)
        print(f"[server]: {installed_megabytes(folder):.0f} MB installed (target 200)")
        subprocess.run([python, "-c", CHECK], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
