"""Requests without documents, and sessions whose waiting takes no time."""

from __future__ import annotations

from PIL import Image

from dsocr_integrations.engines.base import DEFAULT_DPI, ReadRequest
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.dialects import dialect_named
from dsocr_integrations.engines.server.profiles import profile_of
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.engines.server.session import ServerSession
from dsocr_integrations.prompts import Prompt
from tests.engines.server.clocks import FakeClock
from tests.engines.server.scripted_server import MODEL


class Painted:
    """A page that is a picture in memory."""

    def __init__(self, size=(8, 8), colour="white"):
        self.picture = Image.new("RGB", size, colour)

    def render(self, dpi):
        size = self.drawn_size(dpi)
        return self.picture if size == self.picture.size else self.picture.resize(size)

    def drawn_size(self, dpi=DEFAULT_DPI):
        return tuple(round(side * dpi / DEFAULT_DPI) for side in self.picture.size)

    @property
    def width(self):
        return self.picture.width / DEFAULT_DPI * 72

    @property
    def height(self):
        return self.picture.height / DEFAULT_DPI * 72


def page(prompt=Prompt.MARKDOWN, *, key="", mode="auto", size=(8, 8), colour="white"):
    return ReadRequest(Painted(size, colour), prompt, mode=mode, key=key)


def served(dialect="vllm", model=MODEL):
    """A model of known name behind servers of one kind."""
    return Served(model, dialect_named(dialect), profile_of(model), model)


def session(*servers, dialect="vllm", clock=None, encode=None, **options):
    """Connect without looking first; `options` are the engine's."""
    url = ",".join(server if isinstance(server, str) else server.url for server in servers)
    engine = ServerEngine(url, model=MODEL, dialect=dialect, **options)
    return ServerSession(engine, served(dialect), encode=encode, clock=clock or FakeClock())


def ask(opened, request=None):
    """One answer of a session, which is closed then."""
    with opened:
        return opened.submit(request or page()).result(20)
