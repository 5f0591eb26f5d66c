"""Which third-party parts the embedded engine finds, and their thread counts."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import re
import shutil
import subprocess

from dsocr_integrations.engines.embedded.scan.tesseract_lines import languages

_PACKAGES = ("pymupdf", "rapidocr", "onnxruntime", "rapid-layout", "rdkit")
_PROGRAMS = {"tesseract": ("tesseract", "--version"), "osra": ("osra", "--version")}
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)


@functools.cache
def parts_present() -> tuple[tuple[str, str], ...]:
    """Name and version of every part found, packages first; looked up once a process.

    Tesseract's language packs are a part too, since it reads a page with all of them.
    """
    packages = [(name, _package_version(name)) for name in _PACKAGES]
    programs = [(name, _program_version(*command)) for name, command in _PROGRAMS.items()]
    packs = ("tesseract-languages", "+".join(languages()))
    return tuple((name, version) for name, version in (*packages, *programs, packs) if version)


def limit_threads() -> None:
    """Ask the number-crunching libraries for one thread, unless the user chose otherwise.

    Spinning helper threads multiply the CPU time of a page without making it much faster,
    and worker processes are how pages run side by side.
    """
    for name in _THREAD_VARIABLES:
        os.environ.setdefault(name, "1")


def _package_version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _program_version(program: str, argument: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, argument],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "present"
    found = _VERSION.search(done.stdout or done.stderr)
    return found.group() if found else "present"
