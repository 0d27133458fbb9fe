"""Timers and clocks, with a loop whose time the test chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tablecast.runtime.timer import Timer
from tablecast.runtime.wake_watch import WakeWatch


class FakeHandle:
    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeLoop:
    """Runs callbacks when the time passes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[tuple[float, FakeHandle, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, function: Callable[..., None], *values: Any) -> FakeHandle:
        return self.call_at(self.now + delay, function, *values)

    def call_at(self, at: float, function: Callable[..., None], *values: Any) -> FakeHandle:
        handle = FakeHandle()
        self.waiting.append((at, handle, lambda: function(*values)))
        return handle

    def run_until(self, now: float) -> None:
        """Run what is due, at this time."""
        self.now = now
        due = [one for one in self.waiting if one[0] <= now]
        self.waiting = [one for one in self.waiting if one[0] > now]
        for _, handle, run in due:
            if not handle.is_cancelled:
                run()


def test_a_timer_calls_the_function_at_the_last_time_that_was_set() -> None:
    loop, calls = FakeLoop(), []
    timer = Timer(loop, lambda: calls.append(loop.now))  # type: ignore[arg-type]
    timer.set(10)
    timer.set(20)
    loop.run_until(19)
    assert calls == []
    loop.run_until(20)
    assert calls == [20]
    timer.set(30)
    timer.set(float("inf"))
    loop.run_until(40)
    assert calls == [20]


def test_after_a_blocked_loop_what_has_arrived_is_read_before_a_timeout_counts() -> None:
    loop, calls = FakeLoop(), []
    timer = Timer(loop, lambda: calls.append(loop.now))  # type: ignore[arg-type]
    timer.set(10)
    loop.run_until(30)
    assert calls == []
    for time in (30.2, 30.4, 30.6, 30.8):  # Each frame that arrives sets the timer again.
        timer.set(10)
        loop.run_until(time)
    assert calls == []
    loop.run_until(31)
    assert calls == [31]


@pytest.mark.parametrize(
    ("monotonic", "wall", "wakes"), [(5, 5, 0), (5, 14, 1), (14, 14, 1), (5, -3600, 0), (5, 9, 0), (14, -3600, 1)]
)
def test_a_clock_that_jumped_ahead_shows_that_the_machine_slept(monotonic: float, wall: float, wakes: int) -> None:
    loop, woke = FakeLoop(), []
    clock = [1000.0]
    watch = WakeWatch(loop, lambda: woke.append(loop.now), lambda: clock[0])  # type: ignore[arg-type]
    watch.start()
    clock[0] += wall
    loop.run_until(monotonic)
    assert len(woke) == wakes
    clock[0] += 5
    loop.run_until(monotonic + 5)
    assert len(woke) == wakes, "one wake for each sleep"
    watch.stop()
    clock[0] += 100
    loop.run_until(200)
    assert len(woke) == wakes
