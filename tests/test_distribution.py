"""What is built from this checkout: a wheel that is whole, for every Python, with links that lead on."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    if find_spec("build") is None or find_spec("hatchling") is None:
        pytest.skip("pip install build hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "-o", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as built:
        yield built


@pytest.fixture(scope="module")
def metadata(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(wheel.read(name))


def test_the_wheel_holds_every_file_of_the_package(wheel):
    package = ROOT / "dsocr_integrations"
    files = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == files


def test_links_and_pictures_lead_into_the_repository_that_the_metadata_names(metadata):
    urls = dict(one.split(", ") for one in metadata.get_all("Project-URL"))
    readme = metadata.get_payload()
    links = re.findall(r"\]\(([^)#][^)]*)\)", readme)
    assert len(links) == len(re.findall(r"\]\(([^)#][^)]*)\)", (ROOT / "README.md").read_text()))
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert f"]({urls['Repository']}/raw/main/docs/images/viewer.png)" in readme
    assert f"]({urls['Repository']}/blob/main/docs/airflow.md)" in readme
    assert all(url.startswith(urls["Repository"]) for url in urls.values())


def test_links_of_the_readme_lead_to_files():
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / "README.md").read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
def test_every_python_from_the_oldest_on_may_install_it(metadata, python):
    assert python in SpecifierSet(metadata["Requires-Python"])


def test_the_extras_for_servers_and_for_the_cpu_agree_on_a_pymupdf(metadata):
    wanted = [Requirement(line) for line in metadata.get_all("Requires-Dist")]
    ranges = [one.specifier for one in wanted if one.name == "pymupdf"]
    assert len(ranges) == 2
    assert list(SpecifierSet(",".join(map(str, ranges))).filter(["1.26.0", "1.28.2", "2.0"])) == [
        "2.0"
    ]
    assert any("1.26.0" in one for one in ranges)
