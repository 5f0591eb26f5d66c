"""Addresses are judged after name resolution, at each redirect, and pinned to the connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dsocr_integrations.errors import DownloadError, ForbiddenAddressError, SourceTooLargeError
from dsocr_integrations.sources import resolve_source
from dsocr_integrations.sources.downloads import Downloader, DownloadLimits
from dsocr_integrations.sources.names import url_file_name, url_identity
from dsocr_integrations.sources.url_guard import UrlGuard, is_public

PDF = b"%PDF-1.4\n%%EOF"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        kind, _, rest = self.path.lstrip("/").partition("/")
        getattr(self, f"answer_{kind.split('?')[0]}")(rest)

    def answer_ok(self, rest, body=PDF):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_said(self, rest):
        kind, _, name = rest.partition("?")
        self.send_response(200)
        self.send_header("Content-Type", f"text/{kind.partition('/')[0]}; charset=utf-8")
        if name:
            self.send_header("Content-Disposition", f'attachment; filename="{name}"')
        self.end_headers()
        self.wfile.write(b"Name,Count\nBolt,3\n")

    def answer_to(self, rest):
        self.send_response(302)
        self.send_header("Location", rest)
        self.end_headers()

    def answer_round(self, rest):
        self.answer_to("/round/")

    def answer_status(self, rest):
        self.send_response(int(rest))
        self.end_headers()

    def answer_flaky(self, rest):
        if len(self.server.seen) < 3:
            self.answer_status("503")
        else:
            self.answer_ok(rest)

    def answer_endless(self, rest):
        self.send_response(200)
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x" * 1000)

    def answer_liar(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "99999999999")
        self.end_headers()

    def answer_half(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")

    def answer_silent(self, rest):
        self.server.release.wait(10)

    def log_message(self, *arguments):
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.seen = []
        running.release = threading.Event()
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.release.set()
        running.shutdown()
        thread.join()


def fetch(server, path, *, host="127.0.0.1", allow=True, resolve=None, **limits):
    guard = UrlGuard(allow, resolve) if resolve else UrlGuard(allow)
    downloader = Downloader(
        guard, DownloadLimits(**limits), headers={"X-Token": "t"}, sleep=lambda _: None
    )
    url = f"http://{host}:{server.server_port}/{path}"
    file = downloader.fetch(url, "the file").file
    return file.path.read_bytes()


def test_private_addresses_are_refused_unless_told(server):
    with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.1"):
        fetch(server, "ok", allow=False)
    assert server.seen == []
    assert fetch(server, "ok") == PDF


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"])
def test_disguised_loopback_is_refused(server, host):
    with pytest.raises((ForbiddenAddressError, DownloadError)):
        fetch(server, "ok", host=host, allow=False)
    assert server.seen == []


def test_connection_goes_to_the_address_that_was_judged(server):
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    # The name exists nowhere: reaching the server proves that it was not resolved again.
    assert fetch(server, "ok", host="pinned.invalid", resolve=resolve) == PDF
    assert asked == ["pinned.invalid"]
    assert server.seen[0][1]["Host"] == f"pinned.invalid:{server.server_port}"


def test_name_that_turns_private_is_refused_at_the_redirect(server):
    answers = {"public.invalid": ["127.0.0.1"], "inner.invalid": ["10.0.0.7"]}
    judged = []

    class Guard(UrlGuard):
        def addresses(self, host, port):
            judged.append(host)
            if host == "public.invalid":
                return answers[host]
            return UrlGuard(resolve=lambda host, port: answers[host]).addresses(host, port)

    downloader = Downloader(Guard(), sleep=lambda _: None)
    start = f"http://public.invalid:{server.server_port}/to/http://inner.invalid/secret"
    with pytest.raises(ForbiddenAddressError, match=r"10\.0\.0\.7"):
        downloader.fetch(start, "the file")
    assert judged == ["public.invalid", "inner.invalid"]


def test_mixed_public_and_private_answers_are_refused():
    guard = UrlGuard(resolve=lambda host, port: ["8.8.8.8", "192.168.0.1"])
    with pytest.raises(ForbiddenAddressError):
        guard.addresses("trap.invalid", 80)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://host/x", "zip://x::file:///y"])
def test_redirect_to_another_protocol_is_refused(server, target):
    with pytest.raises((ForbiddenAddressError, DownloadError)):
        fetch(server, f"to/{target}")


def test_credentials_and_headers_stay_with_the_first_host(server):
    there = f"http://localhost:{server.server_port}/ok"
    with pytest.raises(DownloadError):
        fetch(server, "status/404", host="user:pa%20ss@127.0.0.1")
    assert server.seen[0][1]["Authorization"] == "Basic dXNlcjpwYSBzcw=="
    assert server.seen[0][1]["X-Token"] == "t"
    fetch(server, f"to/{there}", host="user:word@127.0.0.1")
    assert "Authorization" not in server.seen[-1][1]
    assert "X-Token" not in server.seen[-1][1]


def test_redirects_end(server):
    with pytest.raises(DownloadError, match="redirects more than"):
        fetch(server, "round/", max_redirects=3)
    assert len(server.seen) == 4


@pytest.mark.parametrize("path", ["endless", "liar"])
def test_size_is_bounded(server, path):
    with pytest.raises(SourceTooLargeError):
        fetch(server, path, max_bytes=10_000)


def test_time_is_bounded(server):
    with pytest.raises(DownloadError):
        fetch(server, "silent", max_seconds=0.2)


def test_transient_failures_are_tried_again_and_others_are_not(server):
    assert fetch(server, "flaky") == PDF
    server.seen.clear()
    with pytest.raises(DownloadError, match="404"):
        fetch(server, "status/404")
    assert len(server.seen) == 1
    with pytest.raises(DownloadError):
        fetch(server, "half")


def test_resolve_source_over_http(server):
    url = f"http://127.0.0.1:{server.server_port}/ok/report.pdf?sig=secret&id=7"
    with pytest.raises(ForbiddenAddressError) as caught:
        resolve_source(url)
    assert "secret" not in str(caught.value)
    source = resolve_source(url, allow_private_addresses=True)
    assert source.name == "report.pdf"
    assert source.uri.endswith("/ok/report.pdf?id=7")


@pytest.mark.parametrize(
    ("url", "identity", "name"),
    [
        ("https://u:p@host/a/b.pdf#x", "https://host/a/b.pdf", "b.pdf"),
        ("https://host/a.pdf?X-Amz-Signature=1&v=2", "https://host/a.pdf?v=2", "a.pdf"),
        ("https://host/", "https://host/", "host"),
        ("s3://bucket/k%20y.pdf", "s3://bucket/k%20y.pdf", "k y.pdf"),
        ("s3://u:p@bucket/a #1?token=2.pdf", "s3://bucket/a #1?token=2.pdf", "a #1?token=2.pdf"),
    ],
)
def test_identity_holds_no_credentials(url, identity, name):
    assert (url_identity(url), url_file_name(url)) == (identity, name)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("64:ff9b::808:808", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("169.254.169.254", False), ("::1", False),
        ("100.64.0.1", False), ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False), ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:7f00:1::", False),
        ("fd00::1", False), ("not an address", False),
    ],
)  # fmt: skip
def test_public_addresses(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("kind", "name", "mime"),
    [
        ("csv", "", "text/csv"),
        ("tab-separated-values", "", "text/tab-separated-values"),
        ("markdown", "", "text/markdown"),
        ("plain", "", "text/plain"),
        ("plain", "rows.csv", "text/csv"),
        ("csv", "notes.TXT", "text/plain"),
        ("csv", "../../rows", "text/csv"),
    ],
)
def test_a_text_without_a_suffix_is_what_the_server_says(server, kind, name, mime):
    url = f"http://127.0.0.1:{server.server_port}/said/{kind}?{name}"
    source = resolve_source(url, allow_private_addresses=True)
    assert source.media_type == mime
    assert source.name == kind


def test_a_suffix_goes_before_what_the_server_says(server):
    url = f"http://127.0.0.1:{server.server_port}/said/plain/rows.csv"
    assert resolve_source(url, allow_private_addresses=True).media_type == "text/csv"
