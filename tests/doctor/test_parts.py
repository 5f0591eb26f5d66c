"""Packages, programs, cache: what is missing, and the command that adds it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dsocr_integrations.doctor import examine, machine, parts
from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.settings import load_settings

ROOT = Path(__file__).parents[2]


def findings(**settings):
    return {finding.part: finding for finding in examine(load_settings(**settings))}


def test_present_parts_have_versions_and_missing_ones_a_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = findings()
    assert found["pymupdf"].present
    assert found["osra"].remedy == "apt-get install osra"
    assert all(bool(finding.remedy) != finding.present for finding in found.values())


def test_a_program_is_asked_for_its_version(monkeypatch, tmp_path):
    program = tmp_path / "osra"
    program.write_text("#!/bin/sh\necho\necho 'osra version: 9.9'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert findings()["osra"].found == "9.9"


def test_a_cache_that_cannot_be_written_is_found(tmp_path):
    assert not findings(cache="")["page cache"].present
    assert findings(cache=str(tmp_path / "deep" / "cache"))["page cache"].present


def test_a_package_that_is_too_old_is_named_with_what_is_needed(monkeypatch):
    versions = {"torch": "2.8.0", "transformers": "5.19.0"}
    monkeypatch.setattr(parts, "package_version", lambda name: versions.get(name, ""))
    found = {finding.part: finding for finding in parts.packages()}
    assert found["torch"].problem == "2.8.0 is too old; 2.9 is needed"
    assert found["torch"].remedy == "pip install 'dsocr-integrations[transformers]' --upgrade"
    assert not found["transformers"].present
    # Where vLLM is installed its own older transformers is right.
    versions["vllm"] = "0.32.0"
    assert {finding.part: finding for finding in parts.packages()}["transformers"].present


@pytest.mark.parametrize(
    ("version", "asked", "told"),
    [
        ("0.33.0", None, "0.33.0, on its first model runner"),
        ("0.34.1", None, "newer than 0.33"),
        ("0.33.0", "1", "cannot forbid repeated n-grams"),
    ],
)
def test_vllm_is_told_with_the_model_runner_it_is_asked_for(monkeypatch, version, asked, told):
    monkeypatch.setattr(parts, "package_version", lambda name: version * (name == "vllm"))
    monkeypatch.delenv(vllm_runner.VARIABLE, raising=False)
    if asked:
        monkeypatch.setenv(vllm_runner.VARIABLE, asked)
    assert told in {finding.part: finding for finding in parts.packages()}["vllm"].found


def test_a_small_client_of_a_server_does_with_an_older_pymupdf(monkeypatch):
    versions = {"pymupdf": "1.28.2"}
    monkeypatch.setattr(parts, "package_version", lambda name: versions.get(name, ""))
    found = {finding.part: finding for finding in parts.packages()}
    assert found["pymupdf"].present
    assert "the embedded engine needs 2.0" in found["pymupdf"].found
    versions["rapidocr"] = "3.10.0"
    found = {finding.part: finding for finding in parts.packages()}
    assert found["pymupdf"].problem == "1.28.2 is too old; 2.0 is needed"


def test_a_python_newer_than_those_tested_is_told_with_what_it_may_cost():
    assert parts.python((3, 11, 7)).found == "3.11.7"
    told = parts.python((4, 0, 1))
    assert told.present
    assert told.found.startswith("4.0.1, newer than 3.")


def test_a_package_that_is_too_new_is_named_with_what_is_needed(monkeypatch):
    monkeypatch.setattr(parts, "package_version", lambda name: "6.0.1")
    found = {finding.part: finding for finding in parts.packages()}["transformers"]
    assert found.problem == "6.0.1 is too new; transformers<6 is needed"
    assert found.remedy == "pip install 'transformers<6'"


def test_the_ranges_of_versions_are_those_of_the_extras():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [one for extra in extras["optional-dependencies"].values() for one in extra]
    for package, (major,) in parts.TOO_NEW.items():
        assert any(re.fullmatch(rf"{package}>=[\d.]+,<{major}", one) for one in wanted)
    for package, (major, minor) in parts.OLDEST.items():
        assert any(one.startswith(f"{package}>={major}.{minor}") for one in wanted)


def test_the_network_is_left_alone_where_no_server_is_configured(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was touched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setattr(machine, "look", lambda: machine.Machine("x86_64"))
    assert not findings()["server"].present
