"""Runs the machine with sockets, tokens and a timer."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Protocol

from ..machine.delivery import Delivery
from ..machine.effect import Close, Confirm, Deliver, Effect, GetToken, Open, Send, State, StateChanged
from ..machine.machine import Machine
from ..machine.subscription_state import SubscriptionConfig, SubscriptionState
from ..machine.timing import Timing
from ..protocol.event import Decode
from .connect_failure import TokenError
from .socket import Socket
from .state_reporter import StateListener, StateReporter
from .timer import Timer
from .tokens import TokenSource, expires_at, get_token, logger
from .wake_watch import WakeWatch


class Receiver(Protocol):
    """The receiver of one subscription's deliveries."""

    def deliver(self, delivery: Delivery) -> None:
        """Receive a delivery."""

    def confirm(self) -> None:
        """The server confirmed the subscription."""


@dataclass(frozen=True)
class TransportOptions:
    """The options that concern connections."""

    url: str = field(repr=False)
    token: TokenSource = field(repr=False)
    timing: Timing
    decode: Decode | None
    on_state: StateListener | None


class Transport:
    """Passes what happens to the machine, and runs its effects. Create it in the loop that runs it."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._loop = asyncio.get_running_loop()
        self._machine = Machine(options.timing, random.random, options.decode)
        self._receivers: dict[SubscriptionState, Receiver] = {}
        self._sockets: dict[int, Socket] = {}
        self._connections: set[asyncio.Task[None]] = set()  # Those that are not closed yet.
        self._refreshing: set[asyncio.Task[None]] = set()
        self._reporter = StateReporter(options.on_state)
        self._wake_watch = WakeWatch(self._loop, self.wake)
        self._timer = Timer(self._loop, self._tick)
        self._wake_watch.start()
        self._run(self._machine.start(self._loop.time()))

    @property
    def state(self) -> State:
        """The state of the client."""
        return self._machine.state

    def wake(self) -> None:
        """Reconnect at once, or ping."""
        self._run(self._machine.woke(self._loop.time()))

    def create_subscription(self, config: SubscriptionConfig) -> SubscriptionState:
        """Return a subscription for `subscribe`."""
        return self._machine.create_subscription(config)

    def subscribe(self, subscription: SubscriptionState, receiver: Receiver) -> None:
        """Add a subscription."""
        self._receivers[subscription] = receiver
        self._run(self._machine.subscribe(subscription, self._loop.time()))

    def unsubscribe(self, subscription: SubscriptionState) -> None:
        """Remove a subscription. Ends the deliveries at once."""
        self._receivers.pop(subscription, None)
        self._run(self._machine.unsubscribe(subscription, self._loop.time()))

    async def close(self) -> None:
        """Close the connections, for good."""
        self._wake_watch.stop()
        self._run(self._machine.close(self._loop.time()))
        caller = {asyncio.current_task()}  # One of them if the function `token` closes the client.
        for task in self._refreshing - caller:
            task.cancel()
        await asyncio.gather(*(self._connections | self._refreshing) - caller, return_exceptions=True)

    def opened(self, number: int, token: str | None) -> None:
        """Handle an open connection."""
        now = self._loop.time()
        self._run(self._machine.opened(number, expires_at(token, now), now))

    def received(self, number: int, frame: str) -> None:
        """Handle a frame."""
        self._run(self._machine.received(number, frame, self._loop.time()))

    def disconnected(self, number: int, reason: str) -> None:
        """Handle the end of a connection."""
        self._run(self._machine.disconnected(number, reason, self._loop.time()))

    def _tick(self) -> None:
        self._run(self._machine.tick(self._loop.time()))

    def _run(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._perform(effect)
        self._timer.set(self._machine.wake_at)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Open(number):
                self._sockets[number] = Socket(number, self._options.url, self._get_token, self)
                _keep(self._sockets[number].task, self._connections)
            case Send(number, message) if number in self._sockets:
                self._sockets[number].send(json.dumps(message))
            case Close(number) if number in self._sockets:
                self._sockets.pop(number).close()
            case GetToken(number):
                _keep(asyncio.create_task(self._refresh(number)), self._refreshing)
            case Deliver(subscription, delivery) if subscription in self._receivers:
                self._receivers[subscription].deliver(delivery)
            case Confirm(subscription) if subscription in self._receivers:
                self._receivers[subscription].confirm()
            case StateChanged():
                self._loop.call_soon(self._reporter.report, effect)

    async def _get_token(self) -> str | None:
        await asyncio.sleep(0)  # An eager task would call back before its creator has it.
        return await get_token(self._options.token)

    async def _refresh(self, number: int) -> None:
        try:
            token = await self._get_token()
            if not token:
                raise TokenError("the option token returned no token")
            effects = self._machine.token_received(number, token, self._loop.time())
        except TokenError as error:
            logger.warning("cannot refresh the token, and the client tries again: %s", error)
            effects = self._machine.token_failed(number, self._loop.time())
        self._run(effects)


def _keep(task: asyncio.Task[None], tasks: set[asyncio.Task[None]]) -> None:
    """Keep a task until it ends: the loop has only weak references."""
    tasks.add(task)
    task.add_done_callback(tasks.discard)
