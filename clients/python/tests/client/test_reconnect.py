"""Lost connections, moves and pauses."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from typing import Any

import pytest

from client.fake_server import fake_server
from reading import read, until
from server_events import reconnect
from tablecast import Client

ORDERS = "orders/*"


async def test_reconnects_to_a_restarted_server_and_receives_the_missed_events() -> None:
    states: list[str] = []
    async with fake_server() as server:
        async with Client(server.url, on_state=lambda state, _: states.append(state)) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            await server.write("orders/1")
            await server.stop()
            await server.write("orders/2")
            await until(lambda: "waiting" in states)
            await server.listen()
            await server.write("orders/3")
            assert await read(orders, 3) == ["e-1", "e-2", "e-3"]
    assert states.count("live") >= 2


async def test_delivers_each_event_once_and_in_order_when_connections_are_cut_under_load() -> None:
    cuts = 0
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        reading = asyncio.create_task(read(orders, 500))
        for number in range(1, 501):
            await server.write(f"orders/{number % 7}")
            if number % 40 == 0 and server.connections:
                server.cut()
                cuts += 1
            if number % 10 == 0:
                await asyncio.sleep(0.003)
        assert await reading == [f"e-{n}" for n in range(1, 501)]
    assert cuts > 0


async def test_opens_the_new_connection_before_it_closes_the_old_one_when_it_moves() -> None:
    states: list[str] = []
    async with fake_server() as server:
        async with Client(server.url, on_state=lambda state, _: states.append(state)) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            await server.broadcast(reconnect())
            await until(lambda: server.max_connections == 2 and server.connections == 1)
            await server.write("orders/1")
            assert await read(orders, 1) == ["e-1"]
        await asyncio.sleep(0)
    assert states == ["connecting", "subscribing", "live", "moving", "live", "closed"]


async def test_leaves_events_in_the_log_while_10000_wait_and_then_receives_them_all() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        for number in range(20_000):
            await server.write(f"orders/{number % 7}")
            if number % 100 == 0:
                await asyncio.sleep(0)
        assert 10_000 <= server.sent < 20_000
        server.cut()
        assert await read(orders, 20_000) == [f"e-{n}" for n in range(1, 20_001)]
        await server.write("orders/1")
        assert await read(orders, 1) == ["e-20001"]


async def test_newest_only_leaves_events_in_the_log_while_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablecast.delivery_queue.MAX_QUEUED", 3)
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS, newest_only=True)
        await orders.ready()
        for number in range(3):
            await server.write(f"orders/{number}")
        await until(lambda: server.messages[-1]["action"] == "unsubscribe")
        await server.write("orders/3")
        assert await read(orders, 4) == ["e-1", "e-2", "e-3", "e-4"]


def jwt(expires: float) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": expires}).encode()).decode().rstrip("=")
    return f"a.{claims}.b"


async def test_sends_a_new_token_before_the_token_expires_and_retries_a_failed_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tablecast.machine.token_refresh.TOKEN_RETRY", 0.05)
    tokens: list[Any] = [jwt(time.time() + 1), None, 7, "", "new"]

    async def token() -> str | None:
        return tokens.pop(0)  # type: ignore[no-any-return]

    async with fake_server() as server, Client(server.url, token=token) as client:
        await client.subscribe(ORDERS).ready()
        await until(lambda: server.messages[-1]["action"] == "refresh")
        assert server.messages[-1]["token"] == "new"
        assert client.state == "live"
    assert caplog.text.count("cannot refresh the token, and the client tries again: the option token returned") == 3


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 does not know if a task was cancelled")
async def test_a_token_that_is_cancelled_is_requested_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tablecast.machine.token_refresh.TOKEN_RETRY", 0.05)
    calls = 0

    async def token() -> str:
        nonlocal calls
        calls += 1
        if calls in (1, 3):
            raise asyncio.CancelledError
        return jwt(time.time() + 0.1)

    async with fake_server() as server, Client(server.url, token=token):
        await until(lambda: any(message["action"] == "refresh" for message in server.messages))
    assert calls >= 4
    assert caplog.text.count("the option token failed: something that it waits for was cancelled") == 2


async def test_wake_opens_a_connection_without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablecast.machine.backoff.FIRST_BOUND", 1e6)
    async with fake_server() as server, Client(server.url) as client:
        await client.subscribe(ORDERS).ready()
        server.cut()
        await until(lambda: client.state == "waiting")
        client.wake()
        await until(lambda: client.state == "live")


async def test_the_end_of_the_block_does_not_wait_for_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablecast.machine.token_refresh.TOKEN_RETRY", 0.05)
    calls: list[int] = []

    async def token() -> str:
        calls.append(1)
        await asyncio.sleep(60 if len(calls) == 2 else 0)
        return jwt(time.time() + 1)

    async def run() -> None:
        async with fake_server() as server, Client(server.url, token=token) as client:
            await client.subscribe(ORDERS).ready()
            await until(lambda: len(calls) == 2)

    await asyncio.wait_for(run(), 40)
