"""The client against a real socket: iterations, errors and closing."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

import tablecast
from client.fake_server import fake_server
from reading import read, until
from tablecast import Client, Event, Gap, InvalidEvent, Refused

ORDERS = "orders/*"


async def test_an_iteration_returns_one_event_after_the_other() -> None:
    async with fake_server() as server, Client(server.url, token=lambda: "a.b.c") as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        for number in (1, 2, 3):
            await server.write(f"orders/{number}", {"total": "1.50"})
        event = await anext(orders)
        assert isinstance(event, Event)
        assert (event.id, event.type, event.subject) == ("e-1", "order.placed.v1", "orders/1")
        assert (event.source, event.position, event.late) == ("tablecast/orders", "e-1", False)
        assert event.data == {"total": "1.50"}
        assert event.raw["specversion"] == "1.0"
        assert await read(orders, 2) == ["e-2", "e-3"]
        assert client.state == "live"
    assert server.offered == ["cloudevents-batch.json, cloudevents.json, tablecast.explain, bearer.a.b.c"]


async def test_match_distinguishes_gaps_and_events() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS, bookmark="no bookmark")
        await orders.ready()
        await server.write("orders/1", {"total": "1.50"})
        seen: list[Any] = []
        async for item in orders:
            match item:
                case Gap(source, reason):
                    seen.append((source, reason))
                case Event(type="order.placed.v1", data=data):
                    seen.append(data)
                    break
        assert seen == [("tablecast/orders", "position-unknown"), {"total": "1.50"}]


def positive(data: Any) -> int:
    if data["n"] < 0:
        raise ValueError("n is negative")
    return int(data["n"])


async def test_an_iteration_raises_invalid_event_and_the_next_one_continues() -> None:
    async with fake_server() as server, Client(server.url, models={"order.placed.v1": positive}) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        await server.write("orders/1", {"n": -1})
        await server.write("orders/2", {"n": 7})
        with pytest.raises(
            InvalidEvent, match=r"order.placed.v1 e-1 does not match its model: n is negative"
        ) as caught:
            await anext(orders)
        assert caught.value.event.data == {"n": -1}
        async for item in orders:
            assert isinstance(item, Event)
            assert (item.data, item.raw["data"]) == (7, {"n": 7})
            break


async def test_on_error_receives_errors_in_their_place_and_the_iteration_goes_on() -> None:
    seen: list[str] = []

    async def on_error(error: Exception) -> None:
        await asyncio.sleep(0.005)
        seen.append(type(error).__name__)

    async with fake_server() as server, Client(server.url, models={"order.placed.v1": positive}) as client:
        orders = client.subscribe(ORDERS, on_error=on_error)
        await orders.ready()
        for number in (1, -1, 2):
            await server.write("orders/1", {"n": number})
        async for item in orders:
            assert isinstance(item, Event)
            seen.append(item.id)
            if item.id == "e-3":
                break
    assert seen == ["e-1", "InvalidEvent", "e-3"]


async def test_late_events_are_counted_and_on_late_receives_them_in_their_place() -> None:
    seen: list[str] = []

    async def on_late(event: Event[Any]) -> None:
        await asyncio.sleep(0.005)
        seen.append(f"late {event.id}")

    async with fake_server() as server, Client(server.url) as client:
        plain, every = client.subscribe(ORDERS), client.subscribe(ORDERS, name="all", on_late=on_late)
        await asyncio.gather(plain.ready(), every.ready())
        for late in (False, True, False, True, False):
            await server.write("orders/1", late=late)
        assert await read(plain, 3) == ["e-1", "e-3", "e-5"]
        async for item in every:
            assert isinstance(item, Event)
            seen.append(item.id)
            if len(seen) == 5:
                break
        assert seen == ["e-1", "late e-2", "e-3", "late e-4", "e-5"]
        assert (plain.late, every.late) == (2, 2)


async def test_an_iteration_raises_the_error_of_on_late_and_the_next_one_continues() -> None:
    def on_late(_: Event[Any]) -> None:
        raise RuntimeError("the callback failed")

    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS, on_late=on_late)
        await orders.ready()
        await server.write("orders/1", late=True)
        await server.write("orders/2")
        with pytest.raises(RuntimeError, match="the callback failed"):
            await anext(orders)
        assert await read(orders, 1) == ["e-2"]


async def test_a_cancelled_on_late_receives_the_event_again() -> None:
    calls: list[str] = []

    async def on_late(event: Event[Any]) -> None:
        calls.append(event.id)
        if len(calls) == 1:
            await asyncio.sleep(60)

    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS, on_late=on_late)
        await orders.ready()
        await server.write("orders/1", late=True)
        await server.write("orders/2")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(orders), 0.2)
        assert await read(orders, 1) == ["e-2"]
    assert calls == ["e-1", "e-1"]


async def test_a_cancelled_read_loses_no_event() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        ids: list[str] = []
        for number in range(300):
            reading = asyncio.ensure_future(anext(orders))
            if number % 3 == 0:
                await server.write("orders/1")
            for _ in range(number % 7):
                await asyncio.sleep(0)
            reading.cancel()
            try:
                item = await reading
                assert isinstance(item, Event)
                ids.append(item.id)
            except asyncio.CancelledError:
                pass
        ids += await read(orders, 100 - len(ids))
        assert ids == [f"e-{n}" for n in range(1, 101)]


async def test_the_end_of_the_block_ends_every_iteration() -> None:
    async with fake_server() as server:
        async with Client(server.url) as client:
            orders = client.subscribe(ORDERS)
            reading = asyncio.ensure_future(anext(orders, "end"))
            await asyncio.sleep(0)
        assert await reading == "end"
        assert [item async for item in orders] == []
        with pytest.raises(tablecast.Closed):
            await orders.ready()
        assert client.state == "closed"
        with pytest.raises(tablecast.Closed, match="create another one"):
            client.subscribe(ORDERS)
        await until(lambda: server.connections == 0)
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_subscription_in_a_block_unsubscribes_at_its_end() -> None:
    async with fake_server() as server, Client(server.url) as client:
        async with client.subscribe(ORDERS) as orders:
            await orders.ready()
        await until(lambda: server.messages[-1]["action"] == "unsubscribe")


async def test_a_second_reader_is_an_error() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS)
        reading = asyncio.ensure_future(anext(orders, None))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="has a reader already"):
            await anext(orders)
        orders.close()
        assert await reading is None


async def test_ready_and_an_iteration_raise_the_refusal_of_a_subject() -> None:
    async with fake_server() as server, Client(server.url) as client:
        server.rejected = "profiles/*"
        profiles = client.subscribe("profiles/*")
        for reading in (profiles.ready(), anext(profiles)):
            with pytest.raises(Refused, match=r"refused the subscription to profiles/\*: no such subject"):
                await reading


async def test_a_subscription_is_ready_with_one_of_its_subjects_and_not_if_all_are_refused() -> None:
    errors: list[Exception] = []
    async with fake_server() as server, Client(server.url) as client:
        server.refused = {"profiles/1", "profiles/2"}
        orders = client.subscribe(["profiles/1", ORDERS], on_error=errors.append)
        await orders.ready()
        await server.write("orders/1")
        assert await read(orders, 1) == ["e-1"]
        assert [str(error) for error in errors] == ["the server refused the subscription to profiles/1: not-granted"]
        with pytest.raises(Refused, match="profiles/2"):
            await client.subscribe(["profiles/1", "profiles/2"]).ready()


async def test_subscribe_without_a_subject_or_with_no_type_is_an_error() -> None:
    async with Client("ws://127.0.0.1:1") as client:
        with pytest.raises(ValueError, match="at least one subject"):
            client.subscribe([])
        with pytest.raises(ValueError, match="at least one type"):
            client.subscribe("orders/1", types=[])


async def test_a_text_is_one_type() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS, types="order.placed.v1")
        await orders.ready()
        assert server.messages[0]["types"] == ["order.placed.v1"]
        await server.write("orders/1")
        assert await read(orders, 1) == ["e-1"]


async def test_newest_only_keeps_the_newest_event_of_each_subject_while_nothing_reads() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS, newest_only=True)
        await orders.ready()
        last = client.subscribe("last")
        await last.ready()
        for number in range(12_000):
            await server.write(f"orders/{number % 3}")
        await server.write("last")
        assert await read(last, 1) == ["e-12001"]
        assert await read(orders, 3) == ["e-11998", "e-11999", "e-12000"]
        assert server.sent == 12_001
        await server.write("orders/9")
        assert await read(orders, 1) == ["e-12002"]
        assert orders.bookmark == '{"tablecast/orders":{"epoch":"e","floor":0,"seen":"1-12000"}}'


async def test_a_client_needs_async_with_and_starts_once() -> None:
    client = Client("ws://127.0.0.1:1")
    with pytest.raises(RuntimeError, match="async with"):
        client.subscribe(ORDERS)
    async with client:
        with pytest.raises(RuntimeError, match="create another one"):
            await client.__aenter__()


def test_an_address_that_can_never_open_is_an_error() -> None:
    for url in ("no address", "localhost:8787", "https://x", "ws://", "", "wss:// x?token=secret"):
        with pytest.raises(ValueError, match="Use the address of the server: wss:") as caught:
            Client(url)
        assert "secret" not in str(caught.value)


async def test_a_warning_names_why_there_is_no_connection_once(caplog: pytest.LogCaptureFixture) -> None:
    def token() -> str:
        calls.append(1)
        raise OSError("the issuer is down")

    calls: list[int] = []
    with caplog.at_level(logging.WARNING, "tablecast"):
        async with Client("ws://127.0.0.1:1", token=token) as client:
            await until(lambda: len(calls) == 3)
    assert client.state == "closed"
    reason = "cannot connect: the option token failed: OSError: the issuer is down"
    assert [record.getMessage() for record in caplog.records] == [
        f"no connection, and the client tries again: {reason}"
    ]
