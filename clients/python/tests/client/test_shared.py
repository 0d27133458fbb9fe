"""Several subscriptions of one program to the same subject."""

from __future__ import annotations

import asyncio

from client.fake_server import fake_server
from reading import read
from tablecast import Client, MemoryStore

ORDERS = "orders/*"


async def test_two_subscriptions_to_one_subject_receive_every_event_also_after_one_closes() -> None:
    async with fake_server() as server, Client(server.url) as client:
        one, other = client.subscribe(ORDERS), client.subscribe([ORDERS, ORDERS])
        await asyncio.gather(one.ready(), other.ready())
        await server.write("orders/1")
        assert (await read(one, 1), await read(other, 1)) == (["e-1"], ["e-1"])
        assert server.sent == 1
        one.close()
        await server.write("orders/2")
        assert await read(other, 1) == ["e-2"]
        late = client.subscribe(ORDERS)
        await late.ready()
        await server.write("orders/3")
        assert (await read(late, 1), await read(other, 1)) == (["e-3"], ["e-3"])


async def test_the_stored_progress_of_one_name_is_the_least_of_its_open_subscriptions() -> None:
    store = MemoryStore()
    async with fake_server() as server:
        async with Client(server.url, store=store) as client:
            fast, slow = client.subscribe(ORDERS), client.subscribe(ORDERS)
            await asyncio.gather(fast.ready(), slow.ready())
            for number in (1, 2, 3):
                await server.write(f"orders/{number}")
            assert await read(slow, 2) == ["e-1", "e-2"]
            assert await read(fast, 3) == ["e-1", "e-2", "e-3"]
        async with Client(server.url, store=store) as client:
            assert await read(client.subscribe(ORDERS), 2) == ["e-2", "e-3"]


async def test_a_close_before_the_first_event_keeps_the_stored_progress() -> None:
    store = MemoryStore()
    async with fake_server() as server:
        async with Client(server.url, store=store) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            await server.write("orders/1")
            await server.write("orders/2")
            assert await read(orders, 2) == ["e-1", "e-2"]
            other = client.subscribe(ORDERS)
            orders.close()
            other.close()
        async with Client(server.url, store=store) as client:
            assert await read(client.subscribe(ORDERS), 1) == ["e-2"]


async def test_the_end_of_the_block_keeps_the_least_progress_whichever_subscription_is_slow() -> None:
    for slow in (0, 1):
        store = MemoryStore()
        async with fake_server() as server:
            async with Client(server.url, store=store) as client:
                both = [client.subscribe(ORDERS), client.subscribe(ORDERS)]
                await asyncio.gather(*(one.ready() for one in both))
                for number in (1, 2, 3):
                    await server.write(f"orders/{number}")
                assert await read(both[slow], 2) == ["e-1", "e-2"]
                assert await read(both[1 - slow], 3) == ["e-1", "e-2", "e-3"]
            async with Client(server.url, store=store) as client:
                assert await read(client.subscribe(ORDERS), 2) == ["e-2", "e-3"]
