"""Collections as an application uses them."""

from __future__ import annotations

import asyncio

import pytest

import tablecast
from client.fake_server import fake_server
from client.test_sync import served
from reading import until
from tablecast import Client, Closed, Collection, CollectionChange, Incomplete, Refused

ORDERS = "orders/*"
ONE = "orders/1"
STATE = "order.v1"


async def collect(collection: Collection, changes: list[CollectionChange]) -> None:
    async for change in collection.changes():
        changes.append(change)


async def test_a_collection_is_a_mapping_that_follows_the_changes() -> None:
    async with fake_server() as server, Client(server.url) as client:
        server.items = {ONE: {"status": "new"}}
        orders = client.collection(ORDERS, type=STATE)
        changes: list[CollectionChange] = []
        reader = asyncio.create_task(collect(orders, changes))
        await orders.ready()
        assert dict(orders) == {ONE: {"status": "new"}}
        assert (len(orders), ONE in orders, orders.get("orders/2"), orders.status) == (1, True, None, "live")
        before = orders.items_now
        await server.write("orders/2", {"status": "paid"}, type=STATE)
        await until(lambda: len(changes) == 2)
        assert [list(change.subjects) for change in changes] == [[ONE], ["orders/2"]]
        assert (list(before), list(orders)) == ([ONE], [ONE, "orders/2"])
        orders.close()
        await reader
        assert (orders.status, dict(orders)) == ("closed", {ONE: {"status": "new"}, "orders/2": {"status": "paid"}})


async def test_a_cancelled_read_of_the_changes_loses_none() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.collection(ORDERS, type=STATE)
        await orders.ready()
        changes = orders.changes()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(changes), 0.05)
        await server.write("orders/2", {"status": "paid"}, type=STATE)
        change = await asyncio.wait_for(anext(changes), 10)
        assert list(change.subjects) == ["orders/2"]


async def test_the_end_of_a_client_ends_its_collections() -> None:
    async with Client("ws://127.0.0.1:9") as client:
        orders = client.collection(ORDERS, type=STATE)
        reader = asyncio.create_task(collect(orders, []))
        await asyncio.sleep(0)
    await reader
    with pytest.raises(Closed):
        await orders.ready()


async def test_a_model_parses_the_data_and_an_item_that_does_not_match_is_missing() -> None:
    errors: list[Exception] = []
    async with fake_server() as server, Client(server.url, models={STATE: int}) as client:
        server.items = {ONE: "12", "orders/2": "twelve"}
        orders = client.collection(ORDERS, type=STATE, on_error=errors.append)
        await orders.ready()
        assert (dict(orders), dict(orders.missing)) == ({ONE: 12}, {"orders/2": "invalid"})
        assert len(errors) == 1


class Secret:
    """A model that does not show what it has."""

    def __init__(self, data: str) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "Secret"

    def __eq__(self, other: object) -> bool:
        return True


async def test_a_model_cannot_hide_a_change() -> None:
    async with fake_server() as server, Client(server.url, models={STATE: Secret}) as client:
        server.items = {ONE: "first"}
        orders = client.collection(ORDERS, type=STATE)
        await orders.ready()
        assert orders[ONE].data == "first"
        changes = orders.changes()
        await server.write(ONE, "second", type=STATE)
        change = await asyncio.wait_for(anext(changes), 10)
        assert (list(change.subjects), orders[ONE].data) == ([ONE], "second")


async def test_an_on_error_that_raises_does_not_end_the_connection() -> None:
    problems: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context["exception"]))

    def on_error(error: Exception) -> None:
        raise ValueError("mine")

    async with fake_server() as server, Client(server.url) as client:
        server.rejected = "users/1"
        refused = client.collection("users/1", type=STATE, on_error=on_error)
        await client.subscribe(ORDERS).ready()
        with pytest.raises(Refused):
            await refused.ready()
        await until(lambda: client.state == "live")
        assert (server.max_connections, len(server.offered)) == (1, 1)
    assert [str(problem) for problem in problems] == ["mine"]


async def test_on_error_and_on_state_can_be_coroutine_functions() -> None:
    problems: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context["exception"]))
    states: list[str] = []

    async def on_state(state: str, reason: str) -> None:
        await asyncio.sleep(0)
        states.append(state)

    async def on_error(error: Exception) -> None:
        await asyncio.sleep(0)
        raise ValueError("mine")

    async with fake_server() as server, Client(server.url, on_state=on_state) as client:
        server.rejected = "users/1"
        client.collection("users/1", type=STATE, on_error=on_error)
        await until(lambda: len(problems) > 0 and "live" in states)
    assert [str(problem) for problem in problems] == ["mine"]


def test_a_script_loads_the_state_once() -> None:
    with served() as (server, _):
        server.items = {ONE: 1, "orders/2": 2}
        assert tablecast.state(server.url, ORDERS, type=STATE) == {ONE: 1, "orders/2": 2}


def test_a_script_receives_no_state_without_some_of_its_items() -> None:
    with served() as (server, _):
        server.items = {ONE: "12", "orders/2": "twelve"}
        with pytest.raises(Incomplete, match="1 items of the state: orders/2") as failed:
            tablecast.state(server.url, ORDERS, type=STATE, models={STATE: int})
        assert (failed.value.items, failed.value.missing, failed.value.unnamed) == (
            {ONE: 12},
            {"orders/2": "invalid"},
            0,
        )


def test_a_script_receives_no_state_without_some_of_its_subjects() -> None:
    with served() as (server, _):
        server.items = {ONE: 1}
        server.refused = {"users/*"}
        with pytest.raises(Refused, match=r"users/\*"):
            tablecast.state(server.url, [ORDERS, "users/*"], type=STATE)


def test_a_script_can_limit_the_time_for_the_state() -> None:
    with pytest.raises(TimeoutError, match=r"no state within 0.3 s: .*check that the server runs"):
        tablecast.state("ws://127.0.0.1:9", ORDERS, type=STATE, timeout=0.3)
