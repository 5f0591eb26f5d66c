"""Several servers as one: the least busy is asked, a dead one is left alone until it answers.

All of this runs in one event loop, so nothing is locked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from dsocr_integrations.engines.server.clock import Clock
from dsocr_integrations.engines.server.faults import Effect, NoAnswerError
from dsocr_integrations.errors import DsocrError, EngineUnavailableError
from dsocr_integrations.server_addresses import place

logger = logging.getLogger(__name__)

T = TypeVar("T")

STRIKES = 5
"""Requests that must fail one after the other before a server that answers is taken out."""

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 10.0
_LONGEST_PAUSE = 20.0


class State(Enum):
    """Whether a server is asked."""

    GOOD = "good"
    TRIAL = "trial"
    """One request may go there; its answer decides."""

    OUT = "out"
    REFUSED = "refused"


@dataclass(eq=False)
class Endpoint:
    """One server.

    Attributes:
        url: Its base URL.
        limit: Requests in flight there at most.
        in_flight: Requests in flight there now.
        asked: Requests ever sent there.
        state: Whether it is asked.
        paused_until: Time of the pool's clock before which it is left alone.
        failures: Faults since its last answer.
        absences: Times it was taken out or paused since its last answer.
        problem: Why it is out, in a few words.
        error: What refuses it for good.
        has_answered: Whether it has read a page.
        refused: Names of fields that it does not take.
    """

    url: str
    limit: int
    in_flight: int = 0
    asked: int = 0
    state: State = State.GOOD
    paused_until: float = 0.0
    failures: int = 0
    absences: int = 0
    problem: str = ""
    error: DsocrError | None = None
    has_answered: bool = False
    refused: set[str] = field(default_factory=set)

    @property
    def place(self) -> str:
        """Host and port."""
        return place(self.url)

    def takes_more(self, now: float) -> bool:
        """Whether a request may go there."""
        limit = {State.GOOD: self.limit, State.TRIAL: 1}.get(self.state, 0)
        return self.in_flight < limit and now >= self.paused_until


class EndpointPool:
    """Gives each request to a server, and to another one where that fails.

    Args:
        urls: Base URLs.
        limit: Requests in flight at each.
        clock: Tells the time and waits.
        patience: Seconds without any answer from any of them after which all count as gone.
        is_alive: Asks a server that is out whether it answers again.
    """

    def __init__(
        self,
        urls: Sequence[str],
        limit: int,
        *,
        clock: Clock,
        patience: float,
        is_alive: Callable[[Endpoint], Awaitable[bool]],
    ) -> None:
        self.endpoints = tuple(Endpoint(url, limit) for url in urls)
        self._clock = clock
        self._patience = patience
        self._is_alive = is_alive
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._background: set[asyncio.Task[None]] = set()
        self._trouble_since: float | None = None
        self._gone: DsocrError | None = None

    async def use(self, ask: Callable[[Endpoint], Awaitable[T]]) -> T:
        """Put one request to a server; a dead one costs it nothing but time.

        Args:
            ask: Sends the request to the server it is given.

        Raises:
            NoAnswerError: If the request failed in a way that counts against its page.
            EngineUnavailableError: If no server answers any more.
            ConfigurationError: If every server refuses what it is asked.
        """
        while True:
            endpoint = await self._lease()
            try:
                answer = await ask(endpoint)
            except NoAnswerError as fault:
                self._blame(endpoint, fault)
                if fault.blames_page:
                    raise
            else:
                self._praise(endpoint)
                endpoint.has_answered = True
                return answer
            finally:
                endpoint.in_flight -= 1
                self._wake(1)

    async def _lease(self) -> Endpoint:
        while True:
            if self._gone is not None:
                raise self._gone
            now = self._clock.now()
            free = [endpoint for endpoint in self.endpoints if endpoint.takes_more(now)]
            if free:
                chosen = min(free, key=lambda endpoint: (endpoint.in_flight, endpoint.asked))
                chosen.in_flight += 1
                chosen.asked += 1
                return chosen
            await self._turn()

    async def _turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The turn had come in the same moment: pass it on.
                self._wake(1)
            raise

    def _wake(self, count: int) -> None:
        while count > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                count -= 1

    def _praise(self, endpoint: Endpoint) -> None:
        endpoint.failures = endpoint.absences = 0
        self._trouble_since = self._gone = None
        if endpoint.state in {State.TRIAL, State.OUT}:
            # An answer that was on its way when the server was given up counts as well.
            endpoint.state = State.GOOD
            self._wake(endpoint.limit)

    def _blame(self, endpoint: Endpoint, fault: NoAnswerError) -> None:
        if fault.effect is Effect.NONE:
            self._praise(endpoint)
        elif fault.effect is Effect.PAUSE:
            self._pause(endpoint, fault)
        elif fault.effect is Effect.REFUSED:
            self._refuse(endpoint, fault)
        else:
            endpoint.failures += 1
            hopeless = fault.effect is Effect.OUT or endpoint.failures >= STRIKES
            if hopeless or endpoint.state is State.TRIAL:
                self._take_out(endpoint, fault)

    def _take_out(self, endpoint: Endpoint, fault: NoAnswerError) -> None:
        if endpoint.state in {State.OUT, State.REFUSED}:
            return
        endpoint.state, endpoint.problem = State.OUT, fault.message
        endpoint.absences += 1
        if endpoint.absences == 1 and len(self.endpoints) > 1:
            logger.warning("The server %s is left out for now (%s).", endpoint.place, fault.message)
        self._start(self._revive(endpoint))
        self._give_up_if_hopeless(endpoint)

    async def _revive(self, endpoint: Endpoint) -> None:
        step = endpoint.absences - 1
        while endpoint.state is State.OUT:
            await self._clock.sleep(min(_FIRST_WAIT * 2**step, _LONGEST_WAIT))
            step = min(step + 1, 10)
            if endpoint.state is State.OUT and await self._is_alive(endpoint):
                endpoint.state = State.TRIAL
                self._gone = None
                self._wake(1)
            else:
                self._give_up_if_hopeless()

    def _pause(self, endpoint: Endpoint, fault: NoAnswerError) -> None:
        now = self._clock.now()
        if now < endpoint.paused_until:
            return
        endpoint.absences += 1
        endpoint.problem = fault.message
        own = min(_FIRST_WAIT * 2 ** min(endpoint.absences - 1, 10), _LONGEST_PAUSE)
        # A server that says "at once" and sends away again would be asked without a pause.
        wait = own if fault.wait is None else max(fault.wait, _FIRST_WAIT)
        endpoint.paused_until = now + wait
        if endpoint.state is State.GOOD:
            # One request tries first; a whole crowd would be sent away again.
            endpoint.state = State.TRIAL
        self._start(self._resume(endpoint, wait))
        self._give_up_if_hopeless(endpoint)

    async def _resume(self, endpoint: Endpoint, wait: float) -> None:
        await self._clock.sleep(wait)
        self._wake(endpoint.limit)

    def _refuse(self, endpoint: Endpoint, fault: NoAnswerError) -> None:
        if endpoint.state is State.REFUSED:
            return
        endpoint.state, endpoint.error, endpoint.problem = (
            State.REFUSED,
            fault.error,
            fault.message,
        )
        errors = [each.error for each in self.endpoints]
        if all(errors):
            self._gone = errors[0]
            self._wake(len(self._waiting))
            return
        logger.warning("The server %s is not asked any more: %s", endpoint.place, fault.error)
        self._give_up_if_hopeless(endpoint)

    def _give_up_if_hopeless(self, leaving: Endpoint | None = None) -> None:
        """Give up where nothing is in flight and nothing has answered for too long.

        Args:
            leaving: The server whose request has just failed and is still counted.
        """
        now = self._clock.now()
        if any(each.takes_more(now) for each in self.endpoints):
            return
        if any(each.in_flight > (each is leaving) for each in self.endpoints):
            return
        if self._trouble_since is None:
            self._trouble_since = now
        pauses = [each.paused_until - now for each in self.endpoints if each.state is State.TRIAL]
        waited = now - self._trouble_since
        if waited > self._patience or (
            len(pauses) == len(self.endpoints) and min(pauses) > self._patience
        ):
            self._gone = self._obituary()
            self._wake(len(self._waiting))

    def _obituary(self) -> EngineUnavailableError:
        problems = ", ".join(f"{each.place} ({each.problem})" for each in self.endpoints)
        return EngineUnavailableError(
            f"No server answers: {problems}.",
            remedy="Check that it runs (`dsocr doctor`); the same command goes on where this ended.",
        )

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
