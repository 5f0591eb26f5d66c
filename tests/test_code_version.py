"""The code that an answer depends on, found by its imports."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

import dsocr_integrations
from dsocr_integrations.code_version import _file, code_version, reached_from

PACKAGE = Path(dsocr_integrations.__file__).parent
ENGINE = "dsocr_integrations.engines.embedded.engine"
PAGES = "dsocr_integrations.runner.page_reading"


def modules_of(room: str) -> set[str]:
    files = (PACKAGE / room).rglob("*.py")
    names = (".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in files)
    return {name for name in names if not name.endswith("__init__")}


@pytest.mark.parametrize("root", [ENGINE, PAGES, "dsocr_integrations.engines.server.engine"])
def test_no_import_is_overlooked(root):
    reached = reached_from(root)
    targets = {target for text in reached.modules.values() for target in _parsed_imports(text)}
    ours = {target for target in targets if target.startswith("dsocr_integrations.")}
    assert ours <= set(reached.modules)
    others = {target.partition(".")[0] for target in targets - ours}
    assert reached.packages == others - sys.stdlib_module_names - {"dsocr_integrations"}


def _parsed_imports(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if _is_module(name) else node.module for name in inner}
    return found


def _is_module(name: str) -> bool:
    place = PACKAGE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def test_the_engine_depends_on_all_of_its_room_and_not_on_the_parser():
    reached = reached_from(ENGINE)
    assert modules_of("engines/embedded") <= set(reached.modules)
    assert "dsocr_integrations.grounding.parser" not in reached.modules
    assert not set(reached.modules) & modules_of("figures")
    parts = {"PIL", "cv2", "numpy", "onnxruntime", "pymupdf", "rapidocr", "rdkit"}
    assert parts <= reached.packages


def test_pages_depend_on_parser_and_figure_stage():
    reached = set(reached_from(PAGES).modules)
    # Attached files are documents of their own; spreadsheets are written from what was read.
    elsewhere = {
        f"dsocr_integrations.{name}" for name in ("rendering.attachments", "tables.spreadsheets")
    }
    for room in ("figures", "quality", "rendering", "tables"):
        assert modules_of(room) - elsewhere <= reached
    assert {f"dsocr_integrations.{name}" for name in ("grounding.parser", "molecules")} <= reached
    assert not reached & modules_of("engines/embedded")


@pytest.fixture
def plug_in(tmp_path, monkeypatch):
    files = {
        "__init__.py": "",
        "engine.py": (
            "from __future__ import annotations\n\n"
            "import json, plug_in.b as b\n"
            "from .a import (\n    one,  # why, and not what\n    two,\n)\n"
            "from plug_in import \\\n    c\n\n\n"
            "def read():\n    from .inner import lazy\n    import numpy\n"
        ),
        "a.py": "one = two = 1\n",
        "b.py": "from dsocr_integrations import prompts\n",
        "c.py": "",
        "unused.py": "",
        "inner/__init__.py": "from . import deep\nlazy = 1\n",
        "inner/deep.py": "from ..a import one\n",
    }
    for name, text in files.items():
        (tmp_path / "plug_in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plug_in" / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("plug_in")
    yield tmp_path / "plug_in"
    sys.modules.pop("plug_in")
    _file.cache_clear()


def test_the_code_of_another_package_is_followed_too(plug_in):
    reached = reached_from("plug_in.engine")
    own = {name for name in reached.modules if name.startswith("plug_in.")}
    assert own == {f"plug_in.{name}" for name in ("engine", "a", "b", "c", "inner", "inner.deep")}
    assert "dsocr_integrations.prompts" in reached.modules
    assert reached.packages == {"numpy"}


@pytest.mark.parametrize(("file", "counts"), [("inner/deep.py", True), ("unused.py", False)])
def test_an_edit_counts_where_it_can_matter(plug_in, file, counts):
    before = _anew("plug_in.engine")
    with (plug_in / file).open("a") as code:
        code.write("# a comment\n")
    assert (_anew("plug_in.engine") != before) is counts


def _anew(module: str) -> str:
    code_version.cache_clear()
    return code_version(module)


def test_code_without_a_file_counts_by_its_name():
    assert code_version("__nowhere__") == code_version("__nowhere__") != code_version("__else__")
