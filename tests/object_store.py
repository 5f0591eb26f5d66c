"""An S3 store of a test's own, which remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass
class ObjectStore:
    """A running store.

    Attributes:
        url: Its address.
        requests: Method and path of each request, query included, in order.
        refuses: Whether it answers as to somebody without rights.
        watch: Called with the host that was asked and the request when this has been done, before
            whoever asked is told.
    """

    url: str
    refuses: bool = False
    watch: Callable[[str, str], None] | None = None
    requests: list[str] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        """Options for fsspec."""
        return {"key": "key", "secret": "secret", "endpoint_url": self.url}

    def told(self) -> list[str]:
        """The requests since this was asked last."""
        told = self.requests.copy()
        self.requests.clear()
        return told


@contextmanager
def running_store() -> Iterator[ObjectStore]:
    """Start a store; skip where moto is not installed."""
    moto = pytest.importorskip("moto.server", reason="pip install moto flask flask-cors")
    from werkzeug.serving import make_server

    answers = moto.DomainDispatcherApplication(moto.create_backend_app)

    def told(environ, start_response):
        query = environ["QUERY_STRING"]
        path = environ["PATH_INFO"] + (f"?{query}" if query else "")
        request = f"{environ['REQUEST_METHOD']} {path}"
        store.requests.append(request)
        if store.refuses:
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]
        statuses = []

        def answered(status, *given):
            statuses.append(status)
            return start_response(status, *given)

        body = answers(environ, answered)
        if store.watch is not None and statuses[0].startswith("200"):
            store.watch(environ["HTTP_HOST"], request)
        return body

    server = make_server("127.0.0.1", 0, told, threaded=True)
    store = ObjectStore(f"http://127.0.0.1:{server.server_port}")
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield store
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
