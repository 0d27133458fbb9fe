"""Progress in stores and bookmarks."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import stat
import time
from pathlib import Path

import pytest

from client.fake_server import fake_server
from reading import read, until
from tablecast import Client, FileStore, MemoryStore, Store, StoreError

ORDERS = "orders/*"


@pytest.mark.parametrize("kind", ["memory", "file"])
async def test_a_store_lets_another_client_continue_after_the_last_handled_event(kind: str, tmp_path: Path) -> None:
    memory = MemoryStore()

    def store() -> Store:
        return memory if kind == "memory" else FileStore(tmp_path / "progress.json")

    async with fake_server() as server:
        async with Client(server.url, store=store()) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            for number in (1, 2, 3):
                await server.write(f"orders/{number}")
            assert await read(orders, 3) == ["e-1", "e-2", "e-3"]
        await server.write("orders/4")
        async with Client(server.url, store=store()) as client:
            # The first client did not request an event after the third, so the third was not handled.
            assert await read(client.subscribe(ORDERS), 2) == ["e-3", "e-4"]


@pytest.mark.parametrize("handled", [True, False])
async def test_an_item_that_the_program_marks_as_handled_does_not_repeat(handled: bool) -> None:
    store = MemoryStore()
    async with fake_server() as server:
        async with Client(server.url, store=store) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            await server.write("orders/1")
            async for _ in orders:
                if handled:
                    orders.handled()
                    orders.handled()
                break
        await server.write("orders/2")
        async with Client(server.url, store=store) as client:
            assert await read(client.subscribe(ORDERS), 1) == ["e-2" if handled else "e-1"]


async def test_a_bookmark_lets_another_client_continue() -> None:
    async with fake_server() as server:
        async with Client(server.url) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            await server.write("orders/1")
            await server.write("orders/2")
            assert await read(orders, 2) == ["e-1", "e-2"]
            bookmark = orders.bookmark
        async with Client(server.url) as client:
            assert await read(client.subscribe(ORDERS, bookmark=bookmark), 1) == ["e-2"]


async def test_the_order_of_subjects_and_types_does_not_change_the_default_name() -> None:
    names: list[str] = []

    class Names(MemoryStore):
        def load(self, name: str) -> str | None:
            names.append(name)
            return None

    subjects, types = ["orders/a", "users/b"], ["order.paid.v1", "order.placed.v1"]
    async with Client("ws://127.0.0.1:9", store=Names()) as client:
        client.subscribe(subjects, types=types)
        client.subscribe(subjects[::-1], types=types[::-1])
        await until(lambda: len(names) == 2)
    assert names == ["orders/a,users/b,order.paid.v1,order.placed.v1"] * 2


class BrokenStore:
    def __init__(self, broken: str) -> None:
        self.broken = broken

    async def load(self, name: str) -> str | None:
        if self.broken == "load":
            raise OSError("the disk is away")
        return None

    def save(self, name: str, progress: str) -> None:
        if self.broken == "save":
            raise OSError("the disk is full")


async def test_an_iteration_raises_the_error_of_each_save_and_continues() -> None:
    ids: list[str] = []
    errors: list[str] = []
    async with fake_server() as server, Client(server.url, store=BrokenStore("save")) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        await server.write("orders/1")
        await server.write("orders/2")
        while ids[-1:] != ["e-2"] or not errors:
            try:
                ids += await read(orders, 1)
            except StoreError as error:
                errors.append(str(error))
    assert ids == ["e-1", "e-2"]
    assert set(errors) == {"the store could not save the progress of orders/*: OSError: the disk is full"}


async def test_an_error_of_a_save_causes_no_other_save() -> None:
    errors: list[Exception] = []
    async with fake_server() as server, Client(server.url, store=BrokenStore("save")) as client:
        orders = client.subscribe(ORDERS, on_error=errors.append)
        await orders.ready()
        await server.write("orders/1")
        await server.write("orders/2")
        assert await read(orders, 2) == ["e-1", "e-2"]
        reading = asyncio.create_task(read(orders, 1))
        await asyncio.sleep(0.2)
        assert 1 <= len(errors) < 10
        await server.write("orders/3")
        assert await reading == ["e-3"]


async def test_an_iteration_raises_the_error_of_a_load_and_has_a_gap() -> None:
    async with fake_server() as server, Client(server.url, store=BrokenStore("load")) as client:
        orders = client.subscribe(ORDERS)
        with pytest.raises(StoreError, match="could not load"):
            await read(orders, 1)
        await orders.ready()
        await server.write("orders/1")
        assert await read(orders, 1) == ["gap position-unknown"]


async def test_in_a_gap_the_bookmark_is_from_before_it_and_another_subscription_can_resume() -> None:
    async with fake_server() as server, Client(server.url) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        await server.write("orders/1")
        assert await read(orders, 1) == ["e-1"]
        server.is_trimmed = True
        server.cut()
        await server.write("orders/2")
        assert await read(orders, 1) == ["gap trimmed"]
        server.is_trimmed = False
        assert await read(client.subscribe(ORDERS, bookmark=orders.bookmark), 1) == ["e-2"]


async def test_runs_one_save_at_a_time_and_the_last_save_has_the_latest_progress() -> None:
    saved: list[str] = []
    running: list[asyncio.Future[None]] = []

    class SlowStore(BrokenStore):
        async def save(self, name: str, progress: str) -> None:  # type: ignore[override]
            running.append(asyncio.get_running_loop().create_future())
            await running[-1]
            saved.append(progress)

    async with fake_server() as server:
        async with Client(server.url, store=SlowStore("")) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            for number in (1, 2, 3):
                reading = asyncio.create_task(read(orders, 1))
                await server.write(f"orders/{number}")
                await reading
                await until(lambda: len(running) > 0)
                await asyncio.sleep(0.02)
            assert len(running) == 1
            bookmark = orders.bookmark
            orders.close()
            for saves in (1, 2):
                running.pop().set_result(None)
                await until(lambda: len(saved) == saves)  # noqa: B023
        assert (running, saved[-1]) == ([], bookmark)


async def test_the_end_of_the_block_waits_for_a_running_save() -> None:
    saved: list[str] = []

    class SlowStore(BrokenStore):
        async def save(self, name: str, progress: str) -> None:  # type: ignore[override]
            await asyncio.sleep(0.1)
            saved.append(progress)

    async with fake_server() as server:
        async with Client(server.url, store=SlowStore("")) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            await server.write("orders/1")
            await server.write("orders/2")
            await read(orders, 2)
            bookmark = orders.bookmark
        assert saved[-1] == bookmark


def test_a_file_store_replaces_the_file_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    path.write_text("{}")
    path.chmod(0o644)
    before = path.open()
    store = FileStore(path)

    async def save() -> None:
        await asyncio.gather(*(store.save(f"name {n}", f"text {n}") for n in range(20)))

    asyncio.run(save())
    with before:
        assert before.read() == "{}", "a program that reads meanwhile has the old content"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert json.loads(path.read_text()) == {f"name {n}": f"text {n}" for n in range(20)}
    assert os.listdir(tmp_path) == ["progress.json"]


def test_two_file_stores_of_one_path_keep_the_progress_of_both(tmp_path: Path) -> None:
    one, other = FileStore(tmp_path / "progress.json"), FileStore(tmp_path / "progress.json")

    async def save() -> None:
        assert await one.load("a") is None
        await other.save("b", "2")
        await asyncio.gather(*(store.save(f"{number}", "x") for number in range(9) for store in (one, other)))
        await one.save("a", "1")

    asyncio.run(save())
    assert asyncio.run(FileStore(tmp_path / "progress.json").load("b")) == "2"


def test_a_failed_save_keeps_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.json"
    store = FileStore(path)
    asyncio.run(store.save("a", "1"))

    def fail(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        asyncio.run(store.save("a", "2"))
    assert json.loads(path.read_text()) == {"a": "1"}
    assert os.listdir(tmp_path) == ["progress.json"]


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "[" * 9_999], ids=["empty", "list", "number", "nested"])
def test_a_broken_file_is_an_error_with_its_path(tmp_path: Path, text: str) -> None:
    path = tmp_path / "progress.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"progress.json is no file of FileStore: delete it"):
        asyncio.run(FileStore(path).load("a"))


def test_a_store_can_name_its_parameters_as_it_likes() -> None:
    for method in (Store.load, Store.save):
        _, *parameters = inspect.signature(method).parameters.values()
        assert {parameter.kind for parameter in parameters} == {inspect.Parameter.POSITIONAL_ONLY}


async def test_a_subscription_after_another_one_of_its_name_loads_the_last_save() -> None:
    class SlowStore(MemoryStore):
        async def save(self, name: str, progress: str) -> None:  # type: ignore[override]
            await asyncio.sleep(0.1)
            super().save(name, progress)

    async with fake_server() as server, Client(server.url, store=SlowStore()) as client:
        orders = client.subscribe(ORDERS)
        await orders.ready()
        for number in (1, 2, 3):
            await server.write(f"orders/{number}")
        assert await read(orders, 3) == ["e-1", "e-2", "e-3"]
        orders.close()
        assert await read(client.subscribe(ORDERS), 1) == ["e-3"], "the third was not handled"


@pytest.mark.parametrize(("seconds", "pace"), [(0.0, 0.1), (0.01, 0.2)])
async def test_many_items_are_few_saves_and_the_close_saves_the_last_one(seconds: float, pace: float) -> None:
    saved: list[str] = []

    class Counting(BrokenStore):
        def save(self, name: str, progress: str) -> None:
            time.sleep(seconds)
            saved.append(progress)

    async with fake_server() as server:
        async with Client(server.url, store=Counting("")) as client:
            orders = client.subscribe(ORDERS)
            await orders.ready()
            for number in range(100):
                await server.write(f"orders/{number}")
            started = time.monotonic()
            for _ in range(100):
                await read(orders, 1)
                await asyncio.sleep(0.002)
            assert 1 <= len(saved) <= (time.monotonic() - started) / pace + 2
            bookmark = orders.bookmark
        assert saved[-1] == bookmark
