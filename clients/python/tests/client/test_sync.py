"""The helper for scripts."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import tablecast
from client.fake_server import FakeServer
from reading import until
from tablecast.loop_thread import LoopThread

SRC = Path(tablecast.__file__).parents[1]


@contextmanager
def served() -> Iterator[tuple[FakeServer, LoopThread]]:
    """Run a server in another thread."""
    server = FakeServer()
    with LoopThread() as thread:
        thread.run(server.listen())
        yield server, thread
        thread.run(server.stop())


def write_when_subscribed(server: FakeServer, thread: LoopThread, count: int) -> None:
    async def write() -> None:
        await until(lambda: len(server.messages) > 0)
        await asyncio.sleep(0.05)
        for number in range(count):
            await server.write(f"orders/{number}")

    threading.Thread(target=lambda: thread.run(write())).start()


def names() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "tablecast"]


def test_a_loop_without_asyncio_receives_events_and_break_closes_the_connection() -> None:
    with served() as (server, thread):
        write_when_subscribed(server, thread, 3)
        ids = []
        for item in tablecast.events(server.url, "orders/*", token="a.b.c"):
            assert isinstance(item, tablecast.Event)
            ids.append(item.id)
            if len(ids) == 3:
                break
        assert ids == ["e-1", "e-2", "e-3"]
        assert names() == ["tablecast"], "only the thread of the server"
        assert "bearer.a.b.c" in server.offered[0]


def fail_at_the_first_event(url: str) -> None:
    for _ in tablecast.events(url, ["orders/*"], types=["order.placed.v1"]):
        raise RuntimeError("mine")


def test_an_error_in_the_loop_closes_the_connection() -> None:
    with served() as (server, thread):
        write_when_subscribed(server, thread, 1)
        with pytest.raises(RuntimeError, match="mine"):
            fail_at_the_first_event(server.url)
        assert names() == ["tablecast"]


def test_errors_of_the_subscription_reach_the_loop() -> None:
    with served() as (server, _):
        server.rejected = "orders/*"
        with pytest.raises(tablecast.Refused):
            next(tablecast.events(server.url, "orders/*"))


def parse(data: dict[str, int]) -> int:
    return data["number"]


def test_the_next_step_after_an_error_returns_the_next_event() -> None:
    with (
        served() as (server, thread),
        tablecast.events(server.url, "orders/*", models={"order.placed.v1": parse}) as items,
    ):
        thread.run(until(lambda: len(server.messages) > 0))
        for data in ({"number": 1}, {}, {"number": 3}):
            thread.run(server.write("orders/1", data))
        read: list[object] = []
        while len(read) < 3:
            try:
                item = next(items)
                read.append(item.data if isinstance(item, tablecast.Event) else item)
            except tablecast.InvalidEvent:
                read.append("invalid")
        assert read == [1, "invalid", 3]


def test_it_subscribes_before_the_first_step_and_its_functions_receive_errors_and_late_events() -> None:
    errors: list[str] = []
    late: list[str] = []
    with served() as (server, thread):
        items = tablecast.events(
            server.url,
            "orders/*",
            models={"order.placed.v1": parse},
            on_error=lambda error: errors.append(type(error).__name__),
            on_late=lambda event: late.append(event.id),
            newest_only=True,
        )
        thread.run(until(lambda: len(server.messages) > 0))
        thread.run(server.write("orders/1", {}))
        thread.run(server.write("orders/2", {"number": 2}, late=True))
        for number in (3, 4):
            thread.run(server.write("orders/3", {"number": number}))
        thread.run(until(lambda: server.sent == 4))
        time.sleep(0.2)
        item = next(items)
        assert isinstance(item, tablecast.Event)
        assert (item.data, errors, late) == (4, ["InvalidEvent"], ["e-2"])
        items.close()
        assert list(items) == []
        assert names() == ["tablecast"]


class SlowStore(tablecast.MemoryStore):
    async def save(self, name: str, progress: str) -> None:  # type: ignore[override]
        await asyncio.sleep(0.1)
        super().save(name, progress)


def test_the_end_of_the_loop_waits_for_the_last_save() -> None:
    with served() as (server, thread):
        write_when_subscribed(server, thread, 3)
        store = SlowStore()
        for item in tablecast.events(server.url, "orders/*", store=store):
            assert isinstance(item, tablecast.Event)
            if item.id == "e-3":
                break
        assert json.loads(store.load("orders/*") or "")["tablecast/orders"]["seen"] == "1-2"


def test_a_loop_can_mark_its_last_item_as_handled() -> None:
    with served() as (server, thread):
        write_when_subscribed(server, thread, 1)
        store = tablecast.MemoryStore()
        with tablecast.events(server.url, "orders/*", store=store) as items:
            next(items)
            items.handled()
        assert json.loads(store.load("orders/*") or "")["tablecast/orders"]["seen"] == "1"


def test_an_error_before_the_first_event_closes_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    with served() as (server, thread):
        with pytest.raises(ValueError, match="at least one subject"):
            next(tablecast.events(server.url, []))
        gc.collect()
        assert names() == ["tablecast"]
        assert "Task was destroyed" not in caplog.text
        thread.run(until(lambda: server.connections == 0))


# A process that a shell starts in the background ignores SIGINT, and so do its children. A terminal's process does not.
SCRIPT = """
import signal, sys, tablecast
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    for item in tablecast.events(sys.argv[1], "orders/*"):
        print(item.id, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_ends_a_script_that_waits_for_an_event() -> None:
    with served() as (server, thread):
        write_when_subscribed(server, thread, 1)
        environment = {**os.environ, "PYTHONPATH": str(SRC)}
        command = [sys.executable, "-c", SCRIPT, server.url]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=environment, text=True, **pipes) as script:  # type: ignore[call-overload]
            assert script.stdout.readline() == "e-1\n"
            script.send_signal(signal.SIGINT)
            timer = threading.Timer(30, script.kill)
            timer.start()
            output, errors = script.communicate()
            timer.cancel()
        assert (output, errors, script.returncode) == ("interrupted\n", "", 0)


AT_THE_END = """
import sys, tablecast
items = tablecast.events(sys.argv[1], "orders/*")
print(next(items).id)
"""


def test_a_script_ends_although_a_variable_has_the_iterator() -> None:
    with served() as (server, thread):
        write_when_subscribed(server, thread, 1)
        environment = {**os.environ, "PYTHONPATH": str(SRC)}
        command = [sys.executable, "-c", AT_THE_END, server.url]
        ended = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=30, check=False)
        assert (ended.stdout, ended.stderr, ended.returncode) == ("e-1\n", "", 0)
        thread.run(until(lambda: server.connections == 0))
