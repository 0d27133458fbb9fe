"""A server with a log for each first segment of a subject, two concurrent dispatchers and connections that fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from server_events import (
    NONE,
    TOO_WIDE,
    pong,
    reconnect,
    resumed_sources,
    subscribed,
    unavailable,
    unsubscribed,
)
from simulation.simulated_log import Logged, SimulatedLog
from tablecast.protocol.subject import matches

SUBJECTS = ["a/1", "a/2", "b/1"]
WIDE = "tablecast/*"
KINDS = ["x.v1", "y.v1"]

Steps = list[Callable[[], None]]


@dataclass
class Connection:
    subscriptions: dict[str, list[str] | None] = field(default_factory=dict)
    """The types of each pattern."""
    frames: list[str] = field(default_factory=list)
    """The client receives them in this order."""
    handling: list[Steps] = field(default_factory=list)
    """The remaining steps of each message. Messages run concurrently."""
    is_closing: bool = False

    @property
    def is_busy(self) -> bool:
        return len(self.frames) > 0 or any(self.handling)


class SimulatedServer:
    """Its caller decides what happens next. A dispatcher sends the events of an item in order."""

    def __init__(self) -> None:
        epochs = itertools.count(1)

        def next_epoch() -> str:
            return f"{next(epochs):016x}"

        sources = ("tablecast/a", "tablecast/b")
        self.logs = {source: SimulatedLog(source, next_epoch) for source in sources}
        self.events: list[Logged] = []
        """In the order of their numbers."""
        self.connections: dict[int, Connection] = {}
        self.continued = 0
        """How often a client resumed a log in the epoch that continues its position."""
        self._dispatchers: list[list[Logged]] = [[], []]  # The events that each dispatcher has not sent yet.
        self._last_sent: list[Logged] = []
        self._fails_next_ping = False

    def open(self, number: int) -> None:
        self.connections[number] = Connection()

    def write(self, subject: str, kind: str, at: float) -> None:
        log = self.logs[f"tablecast/{subject[0]}"]
        waiting = [one.offset for dispatcher in self._dispatchers for one in dispatcher if one.source == log.source]
        delivered = min(waiting) - 1 if waiting else int(1e9)
        logged = log.append(len(self.events) + 1, subject, kind, at, delivered)
        self.events.append(logged)
        self._dispatchers[0 if logged.item == "a/1" else 1].append(logged)

    def expire(self) -> None:
        """Expire all events: nothing happens for longer than the logs keep them."""
        if not self.busy_dispatchers and not any(connection.is_busy for connection in self.connections.values()):
            self._last_sent = []
            for log in self.logs.values():
                log.expire()

    @property
    def busy_dispatchers(self) -> list[list[Logged]]:
        """The dispatchers that have an event to send."""
        return [waiting for waiting in self._dispatchers if waiting]

    def dispatch(self, dispatcher: list[Logged]) -> None:
        logged = dispatcher.pop(0)
        self._last_sent = [logged]
        self._send(logged)

    def dispatch_before(self, time: float) -> None:
        for waiting in self._dispatchers:
            while waiting and waiting[0].at < time:
                self.dispatch(waiting)

    def dispatch_again(self) -> None:
        for logged in self._last_sent:
            self._send(logged)

    def fail_send(self) -> None:
        """Dispatch an event that one connection cannot take. The server closes that connection."""
        if self.busy_dispatchers and self.connections:
            connection = next(iter(self.connections.values()))
            connection.is_closing = True
            connection.handling.clear()
            self._send(self.busy_dispatchers[0].pop(0))

    def fail_next_ping(self) -> None:
        self._fails_next_ping = True

    def request_reconnect(self) -> None:
        for connection in self.connections.values():
            connection.frames.append(reconnect())

    def handle(self, number: int, message: dict[str, Any]) -> None:
        connection = self.connections.get(number)
        if not connection or connection.is_closing:
            return
        if message["action"] == "unsubscribe":
            connection.handling.append(_unsubscribe_steps(connection, message))
        elif message["action"] == "subscribe":
            connection.handling.append(self._subscribe_steps(connection, message))
        else:
            connection.handling.append([lambda: connection.frames.append(self._pong(connection, message["id"]))])

    def _subscribe_steps(self, connection: Connection, message: dict[str, Any]) -> Steps:
        """docs/reference/protocol.md: announce and replay, store the subscription, catch up, acknowledge."""
        subjects, types, after = message["subjects"], message.get("types"), message.get("after")
        steps: Steps = []
        replayed_to: dict[str, int] = {}

        def send(frame: str) -> Callable[[], None]:
            return lambda: connection.frames.append(frame)

        def replay(log: SimulatedLog, start: int) -> None:
            replayed_to[log.source] = len(log.events)
            steps[:0] = [send(one.frame) for one in log.events[start:] if is_wanted(one, subjects, types)]

        def resume(source: str, position: str) -> dict[str, Any]:
            log = next((log for log in self._logs_of(subjects) if log.source == source), None)
            start = log.resolve(position) if log else None
            if not log or start is None:
                return _unrecovered(log, subjects)
            if log.end.split("-")[0] != position.split("-")[0] and not position.endswith("-0"):
                self.continued += 1
            replay(log, start)
            return {"recovered": True, "position": log.end}

        def announce() -> None:
            if after:
                results = {source: resume(source, position) for source, position in after.items()}
                send(resumed_sources(message["id"], results))()

        def store() -> None:
            connection.subscriptions.update(dict.fromkeys(subjects, types))

        def catch_up() -> None:
            steps.insert(0, send(subscribed(message["id"], subjects, self._sources(subjects))))
            for source, offset in list(replayed_to.items()):
                replay(self.logs[source], offset)

        steps += [announce, store, catch_up]
        return steps

    def _pong(self, connection: Connection, request: str) -> str:
        fails, self._fails_next_ping = self._fails_next_ping, False
        return unavailable(request) if fails else pong(request, self._sources(connection.subscriptions))

    def _sources(self, subjects: Iterable[str]) -> dict[str, str]:
        ends = {log.source: log.end for log in self._logs_of(subjects)}
        return {**ends, WIDE: NONE} if "*" in subjects else ends

    def _logs_of(self, subjects: Iterable[str]) -> list[SimulatedLog]:
        sources = {f"tablecast/{subject[0]}" for subject in subjects if subject != "*"}
        return [log for log in self.logs.values() if log.source in sources]

    def _send(self, logged: Logged) -> None:
        for connection in self.connections.values():
            patterns = connection.subscriptions.items()
            if not connection.is_closing and any(is_wanted(logged, [one], types) for one, types in patterns):
                connection.frames.append(logged.frame)


def is_wanted(logged: Logged, subjects: Iterable[str], types: list[str] | None) -> bool:
    return any(matches(one, logged.subject) for one in subjects) and (types is None or logged.kind in types)


def _unrecovered(log: SimulatedLog | None, subjects: list[str]) -> dict[str, Any]:
    if log:
        return {"recovered": False, "reason": "epoch-changed"}
    return TOO_WIDE if "*" in subjects else {"recovered": False, "reason": "position-unknown"}


def _unsubscribe_steps(connection: Connection, message: dict[str, Any]) -> Steps:
    def remove() -> None:
        for subject in message["subjects"]:
            connection.subscriptions.pop(subject, None)

    return [remove, lambda: connection.frames.append(unsubscribed(message["id"], message["subjects"]))]
