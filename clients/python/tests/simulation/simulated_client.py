"""A process with five applications, and the machine that connects them with the server."""

from __future__ import annotations

from collections.abc import Callable

from simulation.simulated_app import Queued, SimulatedApp
from simulation.simulated_server import SimulatedServer
from tablecast.machine.effect import Close, Deliver, Effect, Open, Send, State
from tablecast.machine.machine import Machine
from tablecast.machine.subscription_state import SubscriptionConfig, SubscriptionState
from tablecast.machine.timing import NEVER, Timing

MAX_DISPATCH_TIME = 190
"""docs/adr/0014-the-log.md: the longest time from an append to the last send (s)."""


class SimulatedClient:
    """Some applications have the same subject."""

    def __init__(self, server: SimulatedServer, random: Callable[[], float]) -> None:
        self.now = 0.0
        self.apps = [
            SimulatedApp(["a/*"], ["x.v1"]),
            SimulatedApp(["*"]),
            SimulatedApp(["b/1"]),
            SimulatedApp(["*"], ["y.v1"]),
            SimulatedApp(["b/1", "a/*"]),
        ]
        self.opening: list[int] = []
        """The connections that are not open yet."""
        self._server = server
        self._random = random
        self.load()

    @property
    def state(self) -> State:
        return self._machine.state

    def load(self) -> None:
        """Start the process. After a reload, only the saved progress remains."""
        self._server.connections.clear()
        self.opening = []
        self._machine = Machine(Timing(), self._random)
        self._run(self._machine.start(self.now))
        for app in self.apps:
            app.reload()
            config = SubscriptionConfig(tuple(app.subjects), tuple(app.types) if app.types else None, app.saved)
            self._subscribe(app, self._machine.create_subscription(config))

    def pause(self, app: SimulatedApp) -> None:
        """Pause: the client does this while an application reads nothing."""
        if app.active:
            active, app.paused, app.active = app.active, app.active.copy(), None
            self._run(self._machine.unsubscribe(active, self.now))

    def resume(self, app: SimulatedApp) -> None:
        paused, app.paused = app.paused, None
        if paused:
            self._subscribe(app, paused)

    def open(self, number: int) -> None:
        self.opening.remove(number)
        self._server.open(number)
        self._run(self._machine.opened(number, None, self.now))

    def receive(self, number: int) -> None:
        frame = self._server.connections[number].frames.pop(0)
        self._run(self._machine.received(number, frame, self.now))

    def disconnect(self, number: int) -> None:
        self._close(number)
        self._run(self._machine.disconnected(number, "cut", self.now))

    def tick(self) -> None:
        """Move the clock to the next timer. Older events are dispatched first."""
        wake_at = self._machine.wake_at
        self._server.dispatch_before(wake_at - MAX_DISPATCH_TIME)
        if wake_at < NEVER:
            self.now = max(self.now, wake_at)
        self._run(self._machine.tick(self.now))

    def _subscribe(self, app: SimulatedApp, subscription: SubscriptionState) -> None:
        app.active = subscription
        self._run(self._machine.subscribe(subscription, self.now))

    def _close(self, number: int) -> None:
        self._server.connections.pop(number, None)
        self.opening = [other for other in self.opening if other != number]

    def _run(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Open):
                self.opening.append(effect.connection)
            elif isinstance(effect, Send):
                self._server.handle(effect.connection, dict(effect.message))
            elif isinstance(effect, Close):
                self._close(effect.connection)
            elif isinstance(effect, Deliver):
                self._deliver(effect)

    def _deliver(self, effect: Deliver) -> None:
        log_ends = {source: len(log.events) for source, log in self._server.logs.items()}
        for app in self.apps:
            if app.active is effect.subscription:
                app.queue.append(Queued(effect.delivery, log_ends))
