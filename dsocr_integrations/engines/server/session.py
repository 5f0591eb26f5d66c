"""A session with servers: pages go out side by side, answers come back in any order."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self, TypeVar

from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest, told
from dsocr_integrations.engines.delivery import in_pieces
from dsocr_integrations.engines.loop_thread import LoopThread
from dsocr_integrations.engines.mode_notes import ModeNotes
from dsocr_integrations.engines.server.clock import Clock, RealClock
from dsocr_integrations.engines.server.endpoints import Endpoint, EndpointPool
from dsocr_integrations.engines.server.faults import (
    FieldRefusedError,
    NoAnswerError,
    TooManyBytesError,
    TooManyTokensError,
)
from dsocr_integrations.engines.server.pictures import encoded_page, halved, size_of
from dsocr_integrations.engines.server.profiles import Question
from dsocr_integrations.engines.server.requests import body_of
from dsocr_integrations.engines.server.served import MIN_TOKENS, Served
from dsocr_integrations.engines.server.tag_watch import TagWatch
from dsocr_integrations.engines.server.transport import Transport
from dsocr_integrations.engines.server.wire import as_said
from dsocr_integrations.engines.server.wrapping import unwrapped
from dsocr_integrations.errors import EngineUnavailableError, SourceError
from dsocr_integrations.prompts import IMAGE_PLACEHOLDER
from dsocr_integrations.server_addresses import base_urls

if TYPE_CHECKING:
    from dsocr_integrations.engines.server.engine import ServerEngine

logger = logging.getLogger(__name__)

_RENDER_THREADS = 2
"""MuPDF draws one page at a time; the other thread encodes meanwhile."""

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 20.0

T = TypeVar("T")
Send = Callable[[bytes, Endpoint], Awaitable[Reading]]


@dataclass
class _Tries:
    """Requests that a page may cost, whatever they are sent again for.

    Whoever allows one means faults: a server that says how it will have the page gets another.
    """

    most: int
    used: int = 0

    @property
    def are_over(self) -> bool:
        return self.used >= self.most

    @property
    def allow_another_form(self) -> bool:
        return self.used < max(self.most, 2)


@dataclass(frozen=True)
class _Asking:
    """One question, from its first request to its last."""

    request: ReadRequest
    question: Question
    send: Send
    stream: bool
    tries: _Tries


class ServerSession:
    """Connections to the servers of one engine.

    Args:
        engine: The settings.
        served: What the servers are asked for, and how.
        encode: Turns what a request asks about into a picture in base64; as the servers can use it
            unless told otherwise.
        clock: Tells the time and waits.
    """

    def __init__(
        self,
        engine: ServerEngine,
        served: Served,
        *,
        encode: Callable[[ReadRequest], str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._attempts = engine.attempts
        self._served = served
        self._encode = encode or partial(
            encoded_page, tiling=served.tiling, jpeg_quality=engine.jpeg_quality
        )
        self._halve = partial(halved, jpeg_quality=engine.jpeg_quality)
        self._clock = clock or RealClock()
        limit = engine.limit(served.dialect)
        self._transport = Transport(
            served=served,
            urls=base_urls(engine.url),
            api_key=engine.api_key,
            timeout=engine.timeout,
        )
        self._pool = EndpointPool(
            engine.urls,
            limit,
            clock=self._clock,
            patience=engine.patience,
            is_alive=self._transport.is_alive,
        )
        self._tiling = served.tiling
        self._notes = ModeNotes(self._tiling)
        self._tags = TagWatch(served)
        # Pictures take memory: no more are made than can be sent.
        self._places = asyncio.Semaphore(engine.ahead(limit))
        self._renderers = ThreadPoolExecutor(_RENDER_THREADS, thread_name_prefix="dsocr-render")
        self._loop = LoopThread("dsocr-server")
        self._closed = False

    def submit(self, request: ReadRequest) -> Future[Reading]:
        """Ask; cancelling the future ends the HTTP request.

        The future raises `EngineUnavailableError` where no server answers any more, and
        `ConfigurationError` where they refuse key, model, address or mode.

        Raises:
            EngineUnavailableError: If the session is closed.
        """
        self._need_open()
        if request.heard is not None and self._says_the_wire_language(request):
            send = partial(self._transport.stream, put=request.heard, again=True)
            return self._loop.run(self._read(request, send, stream=True))
        return self._loop.run(self._read(request, self._transport.read, stream=False))

    def stream(self, request: ReadRequest) -> Iterator[str]:
        """Yield one answer as it grows; leaving the iterator ends the HTTP request.

        Raises:
            EngineUnavailableError: If no server answers.
            ConfigurationError: If they refuse key, model, address or mode.
            PageReadError: If this page cannot be read.
        """
        self._need_open()
        if not self._says_the_wire_language(request):
            # Only a whole answer can be put into the wire language.
            yield told(self.submit(request).result()).text
            return
        pieces: SimpleQueue[str | None] = SimpleQueue()
        send = partial(self._transport.stream, put=pieces.put)
        answer = self._loop.run(self._read(request, send, stream=True))
        answer.add_done_callback(lambda _: pieces.put(None))
        yield from in_pieces(answer, pieces)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._closed = True
        self._loop.close(self._transport.aclose)
        self._renderers.shutdown(cancel_futures=True)

    def _need_open(self) -> None:
        if self._closed:
            raise EngineUnavailableError("The connection to the server has been closed.")

    def _says_the_wire_language(self, request: ReadRequest) -> bool:
        question = self._question(request.prompt)
        return question is not None and question.wire is as_said

    def _question(self, prompt: str) -> Question | None:
        # Each server puts its own placeholder before the prompt, and a second one is refused.
        return self._served.profile.question(prompt.removeprefix(IMAGE_PLACEHOLDER).lstrip("\n"))

    async def _read(self, request: ReadRequest, send: Send, *, stream: bool) -> Reading:
        self._tiling.refuse(request.mode)
        question = self._question(request.prompt)
        if question is None:
            title = self._served.profile.title
            return _failed("unsupported", f"{title} was not trained to answer {request.prompt!r}.")
        asking = _Asking(request, question, send, stream, _Tries(self._attempts))
        async with self._places:
            try:
                reading, size = await self._answered(asking)
            except SourceError as error:
                return _failed("render", str(error))
            except NoAnswerError as fault:
                return _failed(fault.kind, fault.message)
        said = question.wire(unwrapped(reading.text, question.text), size)
        page = request.region.drawn_size(request.dpi)
        self._tags.look(request.prompt, said.text)
        is_broken = reading.finish_reason == "stop" and not said.is_whole
        return replace(
            reading,
            text=said.text,
            finish_reason="error" if is_broken else reading.finish_reason,
            vision_tokens=self._tiling.vision_tokens(size),
            mode_note=f"{reading.mode_note} {self._notes.note(request.mode, size, page)}".strip(),
        )

    async def _answered(self, asking: _Asking) -> tuple[Reading, tuple[int, int]]:
        """Ask; once more, as the server will have it, where it refuses the request's size.

        Returns:
            The answer, and the size in pixels of the picture that was sent.

        Raises:
            SourceError: If the page cannot be drawn.
            NoAnswerError: If there is no answer.
        """
        picture = await self._rendered(self._encode, asking.request)
        try:
            return await self._ask(asking, picture), size_of(picture)
        except TooManyTokensError as fault:
            room = self._less_room(fault)
            if room < MIN_TOKENS or not asking.tries.allow_another_form:
                raise
            return await self._ask(asking, picture, room), size_of(picture)
        except TooManyBytesError:
            if not asking.tries.allow_another_form:
                raise
            picture = await self._rendered(self._halve, picture)
            width, height = size_of(picture)
            note = (
                f"The server refuses the page as it is; it was sent with {width} x {height} pixels."
            )
            return replace(await self._ask(asking, picture), mode_note=note), (width, height)

    def _less_room(self, fault: TooManyTokensError) -> int:
        """Tokens to ask for after all, which is remembered for pages to come."""
        if fault.context is None:
            self._served = replace(self._served, longest=fault.most)
        else:
            self._served = replace(self._served, context=fault.context)
        return self._served.room(fault.prompt)

    async def _ask(self, asking: _Asking, picture: str, max_tokens: int | None = None) -> Reading:
        async def sent(endpoint: Endpoint) -> Reading:
            while True:
                body = body_of(
                    asking.question,
                    asking.request.sampling,
                    picture,
                    self._served,
                    stream=asking.stream,
                    without=endpoint.refused,
                    max_tokens=max_tokens,
                )
                try:
                    return await asking.send(body, endpoint)
                except FieldRefusedError as fault:
                    self._leave_out(endpoint, fault)
                    if not asking.tries.allow_another_form:
                        raise
                    asking.tries.used += 1

        return await self._asked(sent, asking.tries)

    def _leave_out(self, endpoint: Endpoint, fault: FieldRefusedError) -> None:
        if fault.fields <= endpoint.refused:
            return
        endpoint.refused |= fault.fields
        names = " and ".join(sorted(fault.fields))
        if fault.fields == set(self._served.ban):
            logger.warning(
                "The server %s cannot forbid repeated n-grams: it does not take %s (%s). That is left "
                "out there, and loops are only watched for. To have it: %s.",
                endpoint.place,
                names,
                fault.message,
                self._served.start,
            )
        else:
            logger.warning(
                "The server %s does not take %s (%s). It is asked without.",
                endpoint.place,
                names,
                fault.message,
            )

    async def _rendered(self, draw: Callable[[T], str], what: T) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._renderers, draw, what)

    async def _asked(self, ask: Callable[[Endpoint], Awaitable[Reading]], tries: _Tries) -> Reading:
        # Written out: tenacity's machinery around every page costs a tenth of sending it.
        wait = _FIRST_WAIT
        while True:
            is_first = not tries.used
            try:
                return await self._pool.use(ask)
            except NoAnswerError as fault:
                tries.used += 1
                if not fault.again or tries.are_over:
                    raise
                broke = fault.kind == "connection"
            if broke and is_first and len(self._pool.endpoints) > 1:
                # The others know nothing of it, and whoever takes pages in order waits for this.
                continue
            await self._clock.sleep(random.uniform(0, wait))  # noqa: S311 - spreads the load
            wait = min(2 * wait, _LONGEST_WAIT)


def _failed(kind: str, message: str) -> Reading:
    # Whatever a server does, it has been asked as often as makes sense.
    return Reading("", "error", failure=ReadFailure(kind, message, is_final=True))
