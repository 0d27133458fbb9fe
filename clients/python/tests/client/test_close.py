"""The end of a client: cancelled, in its own function, and with a server that reads nothing."""

from __future__ import annotations

import asyncio
import sys

import pytest
from websockets.asyncio.server import ServerConnection, serve

from client.fake_server import fake_server
from reading import read, until
from tablecast import Client, MemoryStore

ORDERS = "orders/*"


class StuckStore(MemoryStore):
    async def save(self, name: str, progress: str) -> None:  # type: ignore[override]
        await asyncio.sleep(3_600)


async def test_a_cancelled_close_closes_the_connection_although_a_save_never_ends() -> None:
    async with fake_server() as server:
        client = await Client(server.url, store=StuckStore()).__aenter__()
        orders = client.subscribe(ORDERS)
        await orders.ready()
        await server.write("orders/1")
        await server.write("orders/2")
        await read(orders, 2)
        closing = asyncio.create_task(client.aclose())
        await asyncio.sleep(0.05)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert client.state == "closed"
        await until(lambda: server.connections == 0)


async def test_the_function_for_tokens_can_close_the_client() -> None:
    async with fake_server() as server:

        async def token() -> str:
            await client.aclose()
            closed.set()
            return "a.b.c"

        closed = asyncio.Event()
        client = await Client(server.url, token=token).__aenter__()
        await asyncio.wait_for(closed.wait(), 10)
        await client.aclose()
        assert server.offered == [], "the closed client opens no connection"


async def test_close_does_not_wait_for_a_server_that_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablecast.runtime.socket.CLOSE_TIMEOUT", 0.05)

    async def read_nothing(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await ended.wait()

    ended = asyncio.Event()
    protocol = "cloudevents-batch.json"
    async with serve(read_nothing, "127.0.0.1", 0, subprotocols=[protocol]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        async with Client(f"ws://127.0.0.1:{port}") as client:
            client.subscribe([f"orders/{number}/{'x' * 1_000}" for number in range(20_000)])
            await until(lambda: client.state == "subscribing")
            await asyncio.sleep(0.5)
            await asyncio.wait_for(client.aclose(), 20)
        ended.set()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has the first eager tasks")
async def test_a_loop_with_eager_tasks_saves_each_progress_and_closes() -> None:
    loop = asyncio.get_running_loop()
    store = MemoryStore()
    async with fake_server() as server:
        loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
        try:
            async with Client(server.url, store=store, token=lambda: "a.b.c") as client:
                orders = client.subscribe(ORDERS)
                await orders.ready()
                for _ in range(3):
                    await server.write("orders/1")
                    await read(orders, 1)
                    await asyncio.sleep(0.02)
                bookmark = orders.bookmark
        finally:
            loop.set_task_factory(None)
    assert store.load(ORDERS) == bookmark
