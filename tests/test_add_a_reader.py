"""A reader from a package of its own, installed and used as its author's users would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dsocr_integrations import Runner
from dsocr_integrations.doctor import plug_ins as doctor
from dsocr_integrations.engines.selection import engine_names, resolve_engine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.settings import load_settings

from .plug_in_packages import install_package
from .small_documents import make_pdf

ROOT = Path(__file__).parents[1]
EXAMPLE = Path(__file__).parent / "add_a_reader"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The example package, built and installed into a folder of its own."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", wheels)
    subprocess.run([*build, EXAMPLE], check=True, capture_output=True, timeout=120)
    (wheel,) = wheels.iterdir()
    # What an installer does with a wheel of Python files.
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, target], check=True)
    return target


@pytest.fixture
def here(installed, monkeypatch) -> Path:
    monkeypatch.syspath_prepend(str(installed))
    return installed


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Install a package of one module."""

    def install(name, code, **entry_points):
        monkeypatch.syspath_prepend(install_package(tmp_path, name, code, **entry_points))

    return install


def dsocr(installed: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """The command line in a Python of its own, as after `pip install`."""
    path = os.pathsep.join([str(installed), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "dsocr_integrations.cli", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("workers", [0, 2])
def test_the_runner_reads_with_it(here, tmp_path, workers):
    pdf = make_pdf(tmp_path / "two.pdf", 2)
    with Runner("Text-Layer", cache=False, workers=workers) as runner:
        document = runner.read(pdf)
    assert document.engine == "text-layer"
    assert [page.markdown for page in document.pages] == [
        "Page 1\n\nText of page 1.",
        "Page 2\n\nText of page 2.",
    ]
    first = document.pages[0].blocks[0]
    assert first.label == "text"
    assert first.boxes[0][:2] == (99, 76)


def test_the_environment_names_it(here, monkeypatch, tmp_path):
    monkeypatch.setenv("DSOCR_ENGINE", "text-layer")
    assert resolve_engine(load_settings().engine, load_settings()).name == "text-layer"


def test_the_command_line_and_the_doctor_take_it(installed, tmp_path):
    pdf = make_pdf(tmp_path / "one.pdf", 1)
    done = dsocr(installed, "read", pdf, "--engine", "text-layer", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["engine"] == "text-layer"

    done = dsocr(installed, "doctor", "--json", DSOCR_ENGINE="text-layer")
    found = {one["part"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert found["engine"]["found"] == "text-layer"
    assert found["engine text-layer"]["found"] == "text-layer-reader 1.0"


def test_loaders_take_it(here, tmp_path):
    pytest.importorskip("langchain_core", reason="pip install 'dsocr-integrations[langchain]'")
    from dsocr_integrations.langchain import DeepSeekOCRLoader

    (page,) = DeepSeekOCRLoader(make_pdf(tmp_path / "one.pdf", 1), engine="text-layer").load()
    assert "Text of page 1." in page.page_content


def test_the_guide_holds_the_package_to_the_letter():
    guide = (ROOT / "docs" / "add_a_reader.md").read_text("utf-8")
    for file, language in (("pyproject.toml", "toml"), ("text_layer_reader.py", "python")):
        code = (EXAMPLE / file).read_text("utf-8")
        assert f"```{language}\n{code}```" in guide


def test_an_unknown_name_lists_those_there_are(here):
    with pytest.raises(ConfigurationError) as error:
        resolve_engine("text-layers", load_settings())
    assert error.value.remedy.startswith("Choose auto, embedded, server, transformers, vllm, text-")
    assert "text-layer" in engine_names()


def test_a_broken_package_is_named_and_breaks_no_other(here, package):
    package("shaky", "import a_module_that_is_not_there", shaky="shaky:make")
    with pytest.raises(ConfigurationError, match=r"'shaky' of the package shaky 3\.0 .*a_module_"):
        Runner("shaky")
    assert resolve_engine("text-layer", load_settings()).name == "text-layer"
    assert resolve_engine("embedded", load_settings()).name == "embedded"
    found = {finding.part: finding for finding in doctor.examine()}
    assert "shaky 3.0" in found["engine shaky"].problem
    assert found["engine text-layer"].present


def test_a_package_that_breaks_while_it_makes_the_engine_is_named(package):
    package(
        "late", "def make(settings):\n    raise RuntimeError('no such weights')", late="late:make"
    )
    with pytest.raises(ConfigurationError, match=r"late 3\.0 .*no such weights"):
        resolve_engine("late", load_settings())


def test_what_is_no_engine_is_refused(package):
    package("odd", "def make(settings):\n    return 'an engine'", odd="odd:make")
    with pytest.raises(ConfigurationError, match=r"odd 3\.0 brings as 'odd' is no engine"):
        resolve_engine("odd", load_settings())


def test_a_name_of_ours_stays_ours_and_the_doctor_says_so(package):
    package("greedy", "make = None", embedded="greedy:make")
    assert resolve_engine("embedded", load_settings()).name == "embedded"
    (finding,) = doctor.examine()
    assert "greedy 3.0" in finding.problem


def test_a_name_that_two_packages_bring_is_refused(package):
    package("one", "make = None", reader="one:make")
    package("two", "make = None", reader="two:make")
    with pytest.raises(ConfigurationError, match=r"one 3\.0 and two 3\.0"):
        resolve_engine("reader", load_settings())
