"""The way to a server: certificates, proxies, addresses and keys, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
import socketserver
import ssl
import threading

import pytest
from pydantic import SecretStr

from dsocr_integrations.doctor.server import examine
from dsocr_integrations.engines.server import ServerEngine, probe
from dsocr_integrations.errors import (
    ConfigurationError,
    EngineUnavailableError,
    MissingDependencyError,
)
from dsocr_integrations.settings import load_settings
from tests.engines.server.asking import ask, page, session
from tests.engines.server.scripted_server import ANSWER, MODEL

KEY = SecretStr("key-12345")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that vouches for itself, of `localhost` alone; file and key in one."""
    pytest.importorskip("cryptography", reason="pip install cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(built.public_bytes(pem) + private)
    return path


@pytest.fixture
def encrypted(serve, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return serve(tls=context)


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted):
    report = probe(encrypted.url, api_key=KEY)

    assert not report.reachable
    assert "its certificate is not trusted" in report.problem
    assert "SSL_CERT_FILE" in report.remedy
    with pytest.raises(EngineUnavailableError, match="its certificate is not trusted"):
        ask(session(encrypted, api_key=KEY))
    assert not encrypted.exchanges


def test_one_that_the_environment_vouches_for_is_taken_for_its_own_host(
    encrypted, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    own = encrypted.url.replace("127.0.0.1", "localhost")

    assert probe(own).models == (MODEL,)
    with session(own) as opened:
        assert [opened.submit(page()).result(20).text for _ in range(2)] == [ANSWER, ANSWER]
    assert len({id(exchange.writer) for exchange in encrypted.exchanges[-2:]}) == 1
    assert not probe(encrypted.url).reachable


def test_a_plain_server_that_is_taken_for_an_encrypted_one_is_told():
    class Refuse(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(100)
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Refuse) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        report = probe(f"https://127.0.0.1:{server.server_address[1]}")
        answering.join()

    assert "no encrypted connection" in report.problem


def test_certificates_that_cannot_be_read_are_told(monkeypatch, tmp_path):
    for content in (None, b"no certificate"):
        path = tmp_path / "authority.pem"
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
            probe("https://127.0.0.1:1")


def test_a_server_with_an_address_of_six_is_read_from_where_there_are_such(serve):
    try:
        server = serve(host="::1")
    except OSError:
        assert probe("http://[::1]:9").problem
        return

    assert probe(server.url).models == (MODEL,)
    assert ask(session(server)).text == ANSWER
    assert server.exchanges[-1].headers["host"] == f"[::1]:{server.port}"


@pytest.mark.parametrize("except_", ["ocr.invalid", "ocr.invalid:8000", "*"])
def test_the_first_look_and_the_pages_go_the_same_way(serve, monkeypatch, except_):
    proxy = serve()
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    assert probe("http://ocr.invalid:8000").models == (MODEL,)
    assert proxy.exchanges[0].path == "http://ocr.invalid:8000/v1/models"
    assert ask(session("http://ocr.invalid:8000/v1")).text == ANSWER
    assert proxy.posts == 1

    monkeypatch.setenv("NO_PROXY", except_)
    asked = len(proxy.exchanges)
    assert not probe("http://ocr.invalid:8000").reachable
    assert len(proxy.exchanges) == asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_a_server_on_this_machine_is_behind_no_proxy(serve, monkeypatch, host):
    proxy, server = serve(), serve()
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    url = server.url.replace("127.0.0.1", host)
    assert probe(url).models == (MODEL,)
    assert ask(session(url)).text == ANSWER
    assert server.posts == 1
    assert not proxy.exchanges


def test_a_proxy_that_refuses_is_named(serve, monkeypatch):
    async def refuse(exchange):
        await exchange.reply({}, 407)

    monkeypatch.setenv("HTTPS_PROXY", serve(refuse, models=[], get=refuse).url)

    assert "the proxy before it refuses" in probe("https://ocr.invalid").problem


@pytest.mark.parametrize("proxy", ["ftp://me:secret@x:1", "http://x:port", "::::"])
def test_a_proxy_that_is_none_is_told_without_its_password(monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy)

    with pytest.raises(ConfigurationError, match="HTTP_PROXY or ALL_PROXY") as told:
        probe("http://127.0.0.1:1")
    assert "secret" not in str(told.value)
    (finding,) = examine(load_settings(server_url="http://127.0.0.1:1"))
    assert "NO_PROXY" in finding.remedy


def test_a_socks_proxy_needs_its_package(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setattr("dsocr_integrations.engines.server.environment.find_spec", lambda _: None)

    with pytest.raises(MissingDependencyError, match=r"httpx\[socks\]"):
        probe("http://127.0.0.1:1")


@pytest.mark.parametrize("key", ["schlüssel", "a\r\nX-Evil: 1", "a\nb", "a\0", "\x7f"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(key):
    for use in (
        lambda: probe("http://127.0.0.1:1", api_key=key),
        lambda: ServerEngine("http://127.0.0.1:1", api_key=SecretStr(key)),
    ):
        with pytest.raises(ConfigurationError, match="DSOCR_SERVER_API_KEY") as refused:
            use()
        assert key not in str(refused.value)
        assert key not in repr(refused.value)


def test_the_line_end_of_a_key_file_is_no_part_of_the_key(serve):
    server = serve()

    ask(session(server, api_key=SecretStr(" key-12345\n")))

    assert server.exchanges[-1].headers["authorization"] == "Bearer key-12345"


@pytest.mark.parametrize(
    "address",
    [
        "http://host/\r\nX-Evil: 1",
        "http://ho\nst:8000",
        "http://host\x00",
        f"http://{'a' * 70}.example",
        "http://a..b",
        "http://host:99999",
        "http://[::1",
        "http://host/v1#part",
    ],
)
def test_an_address_that_is_none_is_refused(address):
    for use in (probe, ServerEngine):
        with pytest.raises(ConfigurationError, match="is no server address"):
            use(address)
