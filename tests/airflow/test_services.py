"""Tasks that Airflow's own scheduler starts: their worker processes, their retries, a store."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from tests.small_documents import make_pdf
from tests.worker_hosts import TITLE

KEY, TOKEN = "zyzzyva-of-the-password", "quokka-of-the-query"

pytestmark = [pytest.mark.system, pytest.mark.slow]


@pytest.fixture(scope="module")
def repeating() -> Iterator[str]:
    """The address of a server that refuses a key by repeating it."""

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(200, {"data": [{"id": "deepseek-ai/DeepSeek-OCR"}]})

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            said = f"{self.headers['Authorization']} is wrong at {self.path}"
            self._answer(401, {"error": {"message": said}})

        def _answer(self, status, answer):
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}/v1?api_key={TOKEN}"
    server.shutdown()
    server.server_close()


def test_worker_processes_start_in_tasks_of_both_kinds_of_executor(airflow):
    run = airflow.run("worker_hosts")
    for task in ("local", "container"):
        state, _, title = airflow.result("worker_hosts", run, task)
        assert (state, title) == ("success", TITLE), airflow.log("worker_hosts", run)


def test_what_failed_is_read_again_by_the_task_it_belongs_to(
    airflow, services_place, files, tmp_path
):
    airflow.connect(
        "hanging_once", "dsocr", extra={"engine": "hanging-once", "workers": 1, "page_timeout": 8}
    )
    files.mkdir("incoming")
    files.mkdir("results")
    for name in ("lenient", "strict"):
        files.put(str(make_pdf(tmp_path / f"{name}.pdf", 3)), f"incoming/{name}/{name}.pdf")

    first = airflow.run("shared_output")
    lenient, strict = (
        airflow.result("shared_output", first, task) for task in ("lenient", "strict")
    )
    log = airflow.log("shared_output", first)
    assert (lenient[:2], strict[:2]) == (("success", 1), ("success", 2)), log
    assert "lenient.pdf, page 2 could not be read" in log
    assert "could not be read, of each nothing may be missing" in log
    assert "parser/" not in log
    assert told(lenient[2]) == (1, 2, 0, [("lenient.pdf", 2, "timeout")])
    assert told(strict[2]) == (1, 2, 0, [])
    # The other task's page was not touched by the retry, and no page was read twice.
    assert read(services_place) == [
        "lenient 1",
        "lenient 2",
        "lenient 3",
        "strict 1",
        "strict 2",
        "strict 2",
    ]

    second = airflow.run("shared_output")
    lenient, strict = (
        airflow.result("shared_output", second, task) for task in ("lenient", "strict")
    )
    assert told(lenient[2]) == (1, 3, 0, [])
    assert told(strict[2]) == (0, 0, 1, [])
    assert read(services_place)[-1] == "lenient 2"
    assert not [name for name in files.find("results") if name.endswith("failure.json")]


def test_nothing_to_read_is_skipped_and_secrets_are_masked(airflow, repeating, tmp_path):
    airflow.connect("repeating", "dsocr", host=repeating, password=KEY)
    (tmp_path / "empty").mkdir()
    document = str(make_pdf(tmp_path / "a.pdf", 1))

    run = airflow.run(
        "outcomes", empty=str(tmp_path / "empty"), document=document, output=str(tmp_path / "out")
    )

    log = airflow.log("outcomes", run)
    assert airflow.result("outcomes", run, "nothing")[0] == "skipped", log
    assert airflow.result("outcomes", run, "repeated")[0] == "failed", log
    assert "refuses the key" in log
    assert "Set the password of the connection to a key" in log
    said = airflow.said()
    assert "refuses the key" in said
    assert (KEY in said, TOKEN in said) == (False, False)


def test_the_form_of_a_connection_is_offered_and_tested_as_a_task_takes_it(airflow, repeating):
    forms = airflow.client.get("/ui/connections/hook_meta").raise_for_status().json()
    (form,) = (one for one in forms if one["connection_type"] == "dsocr")
    # The oldest release offers no fields of providers.
    offered = form["extra_fields"]
    assert offered is None or {"engine", "dialect", "workers", "dpi"} <= set(offered)

    def tested(host=None, **extra) -> tuple[bool, str]:
        said = {"connection_id": "tested", "conn_type": "dsocr", "extra": json.dumps(extra)}
        answer = airflow.client.post("/api/v2/connections/test", json=said | {"host": host})
        return answer.raise_for_status().json()["status"], answer.json()["message"]

    assert tested(dialect="auto", workers=0) == (
        True,
        f"Pages are read in the worker by {EmbeddedEngine().reading_version()}.",
    )
    works, message = tested(dpi="abc")
    assert (works, "dpi" in message) == (False, True)
    works, message = tested(host="127.0.0.1:9", dialect="openai")
    assert (works, "DSOCR_" in message) == (False, False)
    works, message = tested(host=repeating)
    assert (works, TOKEN in message) == (True, False)


def test_a_task_ends_when_its_time_is_up_it_is_told_to_or_is_marked_as_failed(
    airflow, services_place, tmp_path
):
    # No time limit of the page's own, and no number of processes: a task has one at least.
    airflow.connect("endless", "dsocr", extra={"engine": "hanging-once", "page_timeout": 600})
    for name in ("limited", "told", "marked"):
        make_pdf(tmp_path / f"{name}.pdf", 2)

    run = airflow.trigger("ended", folder=str(tmp_path))
    await_page(services_place, "told.pdf;2")
    told_at = time.time()
    assert airflow.worker_processes()
    os.kill(airflow.instance("ended", run, "told")["pid"], signal.SIGTERM)
    await_page(services_place, "marked.pdf;2")
    marked = airflow.instance("ended", run, "marked")["pid"]
    airflow.mark("ended", run, "marked", "failed")
    assert airflow.ended("ended", run)
    # It learns of that with its next heartbeat.
    psutil.wait_procs([psutil.Process(marked)] if psutil.pid_exists(marked) else [], timeout=60)

    log = airflow.log("ended", run)
    limited, told_to, marked_so = (
        airflow.instance("ended", run, task) for task in ("limited", "told", "marked")
    )
    assert limited["state"] == told_to["state"] == marked_so["state"] == "failed", log
    assert seconds(limited["end_date"]) - time_of("Process timed out", log) < 10, log
    assert seconds(told_to["end_date"]) - told_at < 10, log
    assert "AirflowTaskTimeout" in log
    # The oldest release lets the signal end the process, without a word to the task.
    assert "The task was told to end" in log or "terminated by signal" in log
    assert not psutil.pid_exists(marked)
    assert airflow.worker_processes() == []


def seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def time_of(event: str, log: str) -> float:
    line = next(line for line in log.splitlines() if event in line)
    return seconds(json.loads(line)["timestamp"])


@retry(stop=stop_after_delay(120), wait=wait_fixed(0.2), retry=retry_if_result(lambda x: not x))
def await_page(place: Path, line: str) -> bool:
    log = place / "log"
    return log.exists() and line in log.read_text().splitlines()


def told(manifest) -> tuple[int, int, int, list[tuple[str, int, str]]]:
    failures = [(one["source"], one["page"], one["kind"]) for one in manifest["failures"]]
    return manifest["documents"], manifest["pages"], manifest["unchanged"], failures


def read(place: Path) -> list[str]:
    """The pages that the engine of these tests was asked for; others use it, too."""
    lines = (place / "log").read_text().splitlines()
    ours = (line for line in lines if line.startswith(("lenient", "strict")))
    return [line.replace(".pdf;", " ") for line in ours]
