"""Worker processes start the same from every kind of program, and none outlives its own.

A task of a real Airflow is in `tests/airflow/test_services.py`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.small_documents import make_pdf
from tests.worker_hosts import REPORT, TITLE, first_title

ROOT = Path(__file__).parents[1]
ASK = "from tests.worker_hosts import first_title\nprint(first_title())\n"

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _workers_of_the_environment(monkeypatch):
    monkeypatch.setenv("DSOCR_ENGINE", "embedded")
    monkeypatch.setenv("DSOCR_WORKERS", "1")


def run(*command: str | Path) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(), check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_test():
    assert first_title() == TITLE


def test_a_script_without_a_main_guard(tmp_path):
    (tmp_path / "script.py").write_text(ASK)
    assert run(sys.executable, tmp_path / "script.py").strip() == TITLE


def test_the_console_script():
    dsocr = Path(sys.executable).with_name("dsocr")
    assert TITLE in run(dsocr, "read", REPORT, "--pages", "1")


def test_a_notebook():
    nbclient = pytest.importorskip("nbclient", reason="pip install nbmake")
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ASK)])
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": ROOT}}).execute()
    assert [output.text.strip() for output in notebook.cells[0].outputs] == [TITLE]


def test_a_celery_worker_whose_processes_are_daemonic(tmp_path, monkeypatch):
    pytest.importorskip("celery", reason="pip install 'celery<5.7'")
    for name in ("messages", "control", "results"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("CELERY_FOLDER", str(tmp_path))
    from tests.celery_app import title

    command = [sys.executable, "-m", "celery", "-A", "tests.celery_app", "worker"]
    with subprocess.Popen(
        [*command, "--pool=prefork", "--concurrency=1", "--without-mingle", "--without-gossip"],
        cwd=ROOT,
        env=environment(),
    ) as worker:
        try:
            assert title.delay().get(timeout=300) == TITLE
        finally:
            worker.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_a_worker_ends_with_a_parent_that_is_killed_in_the_middle_of_a_page(tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 1)
    log = tmp_path / "log"
    script = (
        "from pathlib import Path\n"
        "from dsocr_integrations.runner import Runner\n"
        "from tests.plumbing_engine import PlumbingEngine\n"
        f"engine = PlumbingEngine(Path({str(log)!r}), hanging={{1}}, in_worker_processes=True)\n"
        f"Runner(engine, cache=False, workers=1).read({str(path)!r})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment(), stderr=subprocess.PIPE
    ) as parent:
        deadline = time.monotonic() + 300
        while not (log.exists() and "1;" in log.read_text()):
            assert time.monotonic() < deadline
            assert parent.poll() is None
        parent.send_signal(signal.SIGKILL)
        # The pipe is open for as long as the worker lives.
        parent.communicate(timeout=60)


def test_an_engine_of_the_main_module_is_refused_in_a_sentence(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import json\nfrom pathlib import Path\n"
        "from dsocr_integrations.errors import EngineUnavailableError\n"
        "from dsocr_integrations.runner import Runner\n"
        "from tests.plumbing_engine import PlumbingEngine\n"
        "class Mine(PlumbingEngine):\n    pass\n"
        f"engine = Mine(Path({str(tmp_path / 'log')!r}), in_worker_processes=True)\n"
        "try:\n"
        f"    Runner(engine, cache=False, workers=1).read({str(REPORT)!r})\n"
        "except EngineUnavailableError as error:\n"
        "    print(json.dumps([error.message, error.remedy]))\n"
    )
    message, remedy = json.loads(run(sys.executable, script))
    assert "cannot load the engine" in message
    assert "Mine" in message
    assert "module that can be imported" in remedy
