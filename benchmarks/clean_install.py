"""Build the wheel, install it into empty environments, read with it, and measure the light one.

usage: python benchmarks/clean_install.py [FOLDER]

Works with the Python that runs it, in FOLDER (a temporary one without), and away from the
checkout, so that nothing but the wheel is found:
- `[server]` with PyMuPDF 1: its size in MB without pip and setuptools, that neither torch nor
  ONNX Runtime is there, and a page of the sample report as picture and words;
- `[server,embedded]` on top of it: `dsocr read` of the sample report.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "tests" / "data" / "report.pdf"
CHECK = """
import importlib.util, pymupdf, sys
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
with open_document(resolve_source(sys.argv[1])) as document:
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


def run(folder: Path, *command: str | Path) -> str:
    """What a command prints that finds no other package than those of its environment."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=own, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def main(folder: Path) -> None:
    run(folder, sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    (wheel,) = folder.glob("dsocr_integrations-*.whl")
    environment = folder / "environment"
    run(folder, sys.executable, "-m", "venv", "--clear", environment)
    python = environment / "bin" / "python"
    print(f"{wheel.name} on Python {platform.python_version()}")

    run(folder, python, "-m", "pip", "install", "-q", f"{wheel}[server]", "pymupdf<2")
    print(f"[server], PyMuPDF 1: {installed_megabytes(environment):.0f} MB installed (target 200)")
    print(run(folder, python, "-c", CHECK, REPORT), end="")

    run(folder, python, "-m", "pip", "install", "-q", f"{wheel}[server,embedded]")
    print(f"[server,embedded]: {installed_megabytes(environment):.0f} MB installed")
    read = run(
        folder, environment / "bin" / "dsocr", "read", REPORT, "--engine", "embedded", "--cache", ""
    )
    assert "| Q3 | 8.9 |" in read
    print(f"dsocr read: {len(read)} characters of Markdown of {REPORT.name}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(scratch))
