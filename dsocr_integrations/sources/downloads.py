"""Downloads over http(s) that stay within bounds of address, size and time.

Connections go to the address that the guard judged; TLS still verifies the name. Redirects are
followed by hand, each judged anew. Proxies of the environment are not used, because behind one
the address reached cannot be judged.
"""

from __future__ import annotations

import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, NamedTuple

import httpcore
import httpx
import tenacity

from dsocr_integrations.errors import DownloadError, ForbiddenAddressError
from dsocr_integrations.sources.spool import SpooledFile, too_many_bytes
from dsocr_integrations.sources.url_guard import HTTP_PROTOCOLS, UrlGuard

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_ATTEMPTS = 3


@dataclass(frozen=True)
class DownloadLimits:
    """Bounds of one download.

    Attributes:
        max_bytes: Largest body.
        max_seconds: Longest time for everything, redirects and retries included.
        connect_seconds: Longest time to connect.
        read_seconds: Longest silence of the server.
        max_redirects: Most redirects followed.
    """

    max_bytes: int = 1_000_000_000
    max_seconds: float = 600.0
    connect_seconds: float = 15.0
    read_seconds: float = 60.0
    max_redirects: int = 5


class Download(NamedTuple):
    """What came.

    Attributes:
        file: Its bytes.
        revision: Their SHA-256.
        file_name: What the server calls it; empty where it does not say.
        media_type: What the server says that it is, in lower case; empty likewise.
    """

    file: SpooledFile
    revision: str
    file_name: str
    media_type: str


class _TransientError(Exception):
    """A failure that another attempt may not meet."""

    def __init__(self, error: DownloadError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass
class Downloader:
    """Fetches URLs into spooled files.

    Attributes:
        guard: Judges addresses.
        limits: Bounds of each download.
        headers: Sent to the host of the URL given, never to another one it redirects to.
        sleep: Waits between attempts.
    """

    guard: UrlGuard = field(default_factory=UrlGuard)
    limits: DownloadLimits = field(default_factory=DownloadLimits)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sleep: Callable[[float], None] = time.sleep

    def fetch(self, url: str, shown: str) -> Download:
        """Download `url`.

        Args:
            url: What to fetch; user name and password in it are sent as basic authentication.
            shown: How messages name it, free of credentials.

        Raises:
            ForbiddenAddressError: If the URL or a redirect leads where it may not.
            DownloadError: If the server fails, is too slow or redirects for ever.
            SourceTooLargeError: If the body is over the limit.
        """
        deadline = time.monotonic() + self.limits.max_seconds
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TransientError),
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=tenacity.wait_exponential(multiplier=0.5, max=10),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return attempts(self._attempt, url, shown, deadline)
        except _TransientError as failure:
            raise failure.error from failure

    def _attempt(self, url: str, shown: str, deadline: float) -> Download:
        file = SpooledFile()
        try:
            with self._answer(url, shown, deadline) as response:
                revision = file.write(
                    self._body(response, shown), name=shown, max_bytes=self.limits.max_bytes
                )
                said = _said_of(response)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            file.close()
            raise _TransientError(
                DownloadError(
                    f"{shown} could not be downloaded: {error or type(error).__name__}.",
                    remedy="Check the address and the network, or try again later.",
                )
            ) from error
        except BaseException:
            file.close()
            raise
        return Download(file, revision, said.get_filename() or "", said.get_content_type())

    @contextmanager
    def _answer(self, url: str, shown: str, deadline: float) -> Iterator[httpcore.Response]:
        """The first answer that is not a redirect."""
        backend = _PinnedBackend(self.guard, deadline)
        target = _parsed(url, shown)
        origin = (target.scheme, target.netloc)
        with httpcore.ConnectionPool(
            ssl_context=_tls(), network_backend=backend, retries=0
        ) as pool:
            for _ in range(self.limits.max_redirects + 1):
                same_origin = (target.scheme, target.netloc) == origin
                with pool.stream(
                    "GET",
                    str(target.copy_with(userinfo=b"", fragment=None)),
                    headers=self._request_headers(target, same_origin=same_origin),
                    extensions=self._timeouts(),
                ) as response:
                    if response.status not in _REDIRECTS:
                        _check_status(response.status, shown)
                        yield response
                        return
                    target = _redirect_target(target, response, shown)
        raise DownloadError(f"{shown} redirects more than {self.limits.max_redirects} times.")

    def _request_headers(self, url: httpx.URL, *, same_origin: bool) -> list[tuple[str, str]]:
        headers = [
            ("Host", url.netloc.decode("ascii")),
            ("Accept", "*/*"),
            # A compressed body could unpack to any size.
            ("Accept-Encoding", "identity"),
            ("User-Agent", "dsocr-integrations"),
        ]
        if same_origin:
            headers += self.headers.items()
            if url.userinfo:
                pair = f"{url.username}:{url.password}".encode()
                headers.append(("Authorization", f"Basic {b64encode(pair).decode('ascii')}"))
        return headers

    def _timeouts(self) -> dict[str, Any]:
        limits = self.limits
        return {
            "timeout": {
                "connect": limits.connect_seconds,
                "read": limits.read_seconds,
                "write": limits.read_seconds,
                "pool": limits.connect_seconds,
            }
        }

    def _body(self, response: httpcore.Response, shown: str) -> Iterator[bytes]:
        for name, value in response.headers:
            if name.lower() == b"content-length" and int(value) > self.limits.max_bytes:
                raise too_many_bytes(shown, self.limits.max_bytes)
            if name.lower() == b"content-encoding" and value.lower() != b"identity":
                raise DownloadError(f"{shown} comes compressed although that was not asked for.")
        yield from response.iter_stream()


class _PinnedBackend(httpcore.NetworkBackend):
    """Resolves a name once, judges the addresses, and connects to one of them."""

    def __init__(self, guard: UrlGuard, deadline: float) -> None:
        self._guard = guard
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._guard.addresses(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address,
                    port,
                    timeout=_remaining(self._deadline, timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"no address of {host} answers")


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every wait ends at the deadline, so that a drip of bytes does too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(
            ssl_context, server_hostname, _remaining(self._deadline, timeout)
        )
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time limit is over")
    return left if timeout is None else min(left, timeout)


def _tls() -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _said_of(response: httpcore.Response) -> Message:
    """What an answer says of its body."""
    said = Message()
    # What is absent is not to be taken for text.
    said.set_default_type("application/octet-stream")
    for name, value in response.headers:
        if name.lower() in {b"content-type", b"content-disposition"}:
            said[name.decode("latin-1")] = value.decode("latin-1")
    return said


def _parsed(url: str, shown: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise DownloadError(f"{shown} is not a valid URL: {error}.") from error
    if not parsed.host:
        raise DownloadError(f"{shown} names no host.")
    return parsed


def _check_status(status: int, shown: str) -> None:
    if status == 200:
        return
    error = DownloadError(
        f"{shown} could not be downloaded: the server answered {status}.",
        remedy="Check the address and your right to read it.",
    )
    raise _TransientError(error) if status in _TRANSIENT else error


def _redirect_target(url: httpx.URL, response: httpcore.Response, shown: str) -> httpx.URL:
    locations = [value for name, value in response.headers if name.lower() == b"location"]
    if not locations:
        raise DownloadError(f"{shown} redirects nowhere.")
    location = locations[0].decode("latin-1")
    try:
        target = url.copy_with(userinfo=b"").join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise DownloadError(f"{shown} redirects to an invalid URL.") from error
    if target.scheme not in HTTP_PROTOCOLS:
        raise ForbiddenAddressError(f"{shown} redirects to something that is not http(s).")
    return _parsed(str(target), shown)
