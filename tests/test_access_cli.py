"""Headers and options of stores on the command line: sent where they belong, told nowhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.object_store import running_store
from tests.scripted_engine import write_pdf
from tests.test_cli import dsocr

__all__ = ["dsocr"]

SECRET = "Bearer s3cr3t-w0rd"


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a document that is given to whom sends the header alone."""
    data = write_pdf(tmp_path / "herons.pdf", ["Herons wade."]).read_bytes()
    monkeypatch.setenv("DSOCR_ALLOW_PRIVATE_ADDRESSES", "1")

    class Guard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_let_in = self.headers["Authorization"] == SECRET
            self.send_response(200 if is_let_in else 401)
            self.end_headers()
            self.wfile.write(data if is_let_in else b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Guard) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/herons.pdf"
        server.shutdown()


def test_a_header_opens_a_document_and_is_kept_nowhere(guarded: str, dsocr, tmp_path: Path):
    code, _, err = dsocr("ingest", guarded, "-o", "out", "--engine", "embedded", "--quiet")
    assert (code, "401" in err) == (1, True)
    Path("token").write_text(f"{SECRET}\n")
    for value in (SECRET, "@token"):
        header = ("--header", f"Authorization: {value}")
        code, out, err = dsocr("read", guarded, *header, "--engine", "embedded", "--quiet")
        assert (code, "Herons wade" in out) == (0, True)
        assert "s3cr3t" not in out + err
    code, _, err = dsocr("retry", "out", *header, "--engine", "embedded", "--quiet")
    assert (code, "1 document read" in err) == (0, True)
    kept = (path.read_bytes() for path in Path("out").rglob("*") if path.is_file())
    assert b"s3cr3t" not in b"".join(kept)


def test_options_lead_to_a_store(dsocr, tmp_path: Path):
    with running_store() as store:
        import s3fs

        files = s3fs.S3FileSystem(**store.options)
        files.mkdir("shelf")
        files.put_file(str(write_pdf(tmp_path / "a.pdf", ["Herons wade."])), "shelf/in/a.pdf")
        options = [f"--storage-option={name}={value}" for name, value in store.options.items()]
        where = ("s3://shelf/in", "-o", "s3://shelf/out", "--engine", "embedded", "--quiet")
        code, _, err = dsocr("ingest", *where, *options)
        assert code == 0, err
        code, out, _ = dsocr("list", "s3://shelf/out", "--json", *options)
        assert (code, json.loads(out)["path"]) == (0, "s3://shelf/out/a.pdf")


@pytest.mark.parametrize(
    "typed",
    [
        ("--header", "s3cr3t"),
        ("--header", "s3cr3t w0rd: x"),
        ("--header", "Authorization: @s3cr3t-is-no-file"),
        ("--storage-option", "s3cr3t"),
    ],
)
def test_what_is_typed_wrongly_is_not_repeated(dsocr, typed: tuple[str, str]):
    code, out, err = dsocr("ingest", "x.pdf", "-o", "out", *typed)
    assert code == 2
    assert "s3cr3t" not in out + err
    assert "Traceback" not in err
