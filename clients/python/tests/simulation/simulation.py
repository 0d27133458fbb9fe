"""A client and a server. Numbers from outside choose each step."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from simulation.simulated_client import SimulatedClient
from simulation.simulated_server import KINDS, SUBJECTS, SimulatedServer

MAX_STEPS = 20_000

Step = tuple[str, Callable[[], None]]


class Simulation:
    """Mostly progress, seldom a fault."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.server = SimulatedServer()
        self.client = SimulatedClient(self.server, self._random.random)
        self.counts: Counter[str] = Counter()
        """How often each step ran."""

    def step(self) -> None:
        """Run one of the possible steps."""
        kind = self._random.random()
        progress = self._progress()
        steps = self._faults() if kind < 0.03 else self._triggers() if kind < 0.25 or not progress else progress
        name, run = self._random.choice(steps)
        self.counts[name] += 1
        run()

    def finish(self) -> None:
        """Run without faults until every event has been delivered."""
        for _ in range(MAX_STEPS):
            steps = self._progress()
            if steps:
                steps[0][1]()
            elif self.client.state != "live":
                self.client.tick()
            else:
                return
        raise AssertionError(f"the simulation does not end: {self.client.state}")

    def _expire(self) -> None:
        """Nothing changes for so long that every event of the logs expires."""
        for _ in range(8):
            self.client.tick()
            while steps := self._progress():
                steps[0][1]()
        self.server.expire()

    def _faults(self) -> list[Step]:
        client, server = self.client, self.server
        return [
            *(("cut", lambda number=number: client.disconnect(number)) for number in server.connections),
            *(("refused", lambda number=number: client.disconnect(number)) for number in client.opening),
            ("reload", client.load),
            *(("pause", lambda app=app: client.pause(app)) for app in client.apps),
            ("failed send", server.fail_send),
            ("dispatched twice", server.dispatch_again),
            ("unavailable", server.fail_next_ping),
            ("reconnect requested", server.request_reconnect),
            ("expired", self._expire),
        ]

    def _triggers(self) -> list[Step]:
        """Steps that cause others."""
        return [*[("write", self._write)] * 20, ("timer", self.client.tick)]

    def _write(self) -> None:
        self.server.write(self._random.choice(SUBJECTS), self._random.choice(KINDS), self.client.now)

    def _progress(self) -> list[Step]:
        """Steps that follow from earlier ones."""
        client, server = self.client, self.server
        steps: list[Step] = [
            ("dispatch", lambda dispatcher=dispatcher: server.dispatch(dispatcher))  # type: ignore[misc]
            for dispatcher in server.busy_dispatchers
        ]
        steps += [("open", lambda number=number: client.open(number)) for number in client.opening]  # type: ignore[misc]
        for number in server.connections:
            steps += self._connection_steps(number)
        for app in client.apps:
            if app.queue:
                steps.append(("read", lambda app=app: app.read(server.events)))  # type: ignore[misc]
            elif app.paused:
                steps.append(("drained", lambda app=app: client.resume(app)))  # type: ignore[misc]
        return [*steps, ("backoff", client.tick)] if client.state == "waiting" else steps

    def _connection_steps(self, number: int) -> list[Step]:
        connection = self.server.connections[number]
        running = [steps for steps in connection.handling if steps]
        handle: list[Step] = [("handle", lambda steps=steps: steps.pop(0)()) for steps in running]  # type: ignore[misc]
        if connection.frames:
            return [("receive", lambda: self.client.receive(number)), *handle]
        if connection.is_closing:
            return [("closed", lambda: self.client.disconnect(number)), *handle]
        return handle
