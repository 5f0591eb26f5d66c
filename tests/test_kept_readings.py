"""A comment in the code, and a program that is installed, leave folders and indexes as they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dsocr_integrations
from tests.scripted_engine import write_pdf

PACKAGE = Path(dsocr_integrations.__file__).parent
TESSERACT = """#!/bin/sh
case "$1" in
  --version) echo "tesseract 5.3.0" ;;
  --list-langs) printf 'List of available languages (1):\\neng\\n' ;;
esac
"""


class Machine:
    """A copy of the package with programs of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(
            PACKAGE, root / "site" / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__")
        )
        (root / "bin").mkdir()

    def install_tesseract(self) -> None:
        program = self.root / "bin" / "tesseract"
        program.write_text(TESSERACT)
        program.chmod(0o755)

    def comment_everything(self) -> None:
        for file in (self.root / "site").rglob("*.py"):
            with file.open("a") as code:
                code.write("\n# Seen.\n")

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        place = {"PATH": str(self.root / "bin"), "PYTHONPATH": str(self.root / "site")}
        environment = {**os.environ, **place, "DSOCR_CACHE": str(self.root / "cache")}
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=True,
        )

    def ingest(self) -> str:
        options = ("in", "-o", "out", "--index", "index", "--engine", "embedded")
        return self.python("-m", "dsocr_integrations.cli", "ingest", *options).stderr

    def key(self) -> str:
        """What the page cache knows the engine by."""
        asked = (
            "from dsocr_integrations.engines.embedded.engine import EmbeddedEngine\n"
            "from dsocr_integrations.runner.page_keys import EngineFacts\n"
            "print(EngineFacts.of(EmbeddedEngine()).code)"
        )
        return self.python("-c", asked).stdout

    def written(self) -> dict[str, tuple[int, dict[str, object]]]:
        files = (self.root / "out").rglob("document.json")
        records = ((file, json.loads(file.read_text())) for file in files)
        return {record["source"]: (file.stat().st_mtime_ns, record) for file, record in records}


@pytest.mark.slow
def test_a_comment_and_a_program_cost_nothing_and_refuse_nothing(tmp_path):
    machine = Machine(tmp_path)
    (tmp_path / "in").mkdir()
    write_pdf(tmp_path / "in" / "valves.pdf", ["The relief valve opens at nine bar."])
    machine.ingest()
    before, key = machine.written(), machine.key()

    machine.comment_everything()
    commented = machine.key()
    machine.install_tesseract()
    write_pdf(tmp_path / "in" / "pumps.pdf", ["The pump of hall two was replaced."])
    said = machine.ingest()

    assert "1 document read" in said
    assert "1 unchanged" in said
    after = machine.written()
    assert after["valves.pdf"] == before["valves.pdf"]
    old, new = after["valves.pdf"][1], after["pumps.pdf"][1]
    assert old["fingerprint"] == new["fingerprint"]
    assert [page["reading"]["fingerprint"] for page in old["pages"] + new["pages"]] == [
        old["pages"][0]["reading"]["fingerprint"]
    ] * 2
    assert "tesseract" not in old["pages"][0]["reading"]["fingerprint"]
    # The page cache forgets readings all the same: a comment may be code, a program may matter.
    assert len({key, commented, machine.key()}) == 3
