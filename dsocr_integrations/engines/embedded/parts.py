"""The third-party parts of the embedded engine: which are there, and their thread counts."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterable

from dsocr_integrations.engines.embedded.scan.tesseract_lines import languages
from dsocr_integrations.part_versions import package_version, part

TEXT_LAYER = frozenset({"pymupdf"})
LAYOUT_MODEL = frozenset({"pymupdf", "pymupdf-layout", "onnxruntime"})
RECOGNISER = frozenset({"rapidocr", "onnxruntime"})
TESSERACT = frozenset({"tesseract"})
MOLECULES = frozenset({"osra", "rdkit"})
CHECKED = frozenset({"rdkit"})

_PROGRAMS = ("osra", "tesseract")
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)


def programs_present() -> tuple[str, ...]:
    """Each program found, as `name=version` with all digits."""
    found = ((name, program_version(name)) for name in _PROGRAMS)
    return tuple(f"{name}={version}{_packs(name)}" for name, version in found if version)


def named(parts: Iterable[str]) -> tuple[str, ...]:
    """Parts as a page's fingerprint names them, sorted."""
    return tuple(_named(name) for name in sorted(parts))


def _named(name: str) -> str:
    version = program_version(name) if name in _PROGRAMS else package_version(name)
    return part(name, version) + _packs(name)


def _packs(program: str) -> str:
    """Tesseract's language packs, since it reads a page with all of them."""
    return "".join(f"+{name}" for name in languages()) if program == "tesseract" else ""


def limit_threads() -> None:
    """Ask the number-crunching libraries for one thread, unless the user chose otherwise.

    Spinning helper threads multiply the CPU time of a page without making it much faster,
    and worker processes are how pages run side by side.
    """
    for name in _THREAD_VARIABLES:
        os.environ.setdefault(name, "1")


@functools.cache
def program_version(program: str) -> str:
    """What a program on the path says of its version; looked up once a process."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, "--version"],
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
