"""The client against the local mode: tokens, types, pings, moves, restarts and gaps."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

import pytest

import tablecast
from local.local_mode import MAY_SKIP, MISSING, LocalMode
from reading import read, until
from tablecast import Client, Event, FileStore, Gap, Refused, Subscription

pytestmark = pytest.mark.skipif(bool(MISSING) and MAY_SKIP, reason=MISSING)

SOURCE = "tablecast/orders/acme"
ACME = "orders/acme/*"


@pytest.fixture(scope="module")
def local() -> Iterator[LocalMode]:
    assert not MISSING, MISSING
    mode = LocalMode()
    mode.run()
    yield mode
    mode.end()


def subjects(*numbers: str) -> list[str]:
    """Return subjects that no other test uses: its events can still be on their way."""
    return [f"orders/acme/{number}" for number in numbers]


async def next_subject(orders: Subscription) -> str | None:
    item = await asyncio.wait_for(anext(orders), 30)
    assert isinstance(item, Event), item
    return item.subject


async def test_receives_a_typed_event(local: LocalMode) -> None:
    async with Client(local.url, token=local.token) as client:
        orders = client.subscribe(subjects("1"), types=["order.placed.v1"])
        await orders.ready()
        local.put("1")
        item = await asyncio.wait_for(anext(orders), 30)
        assert isinstance(item, Event)
        assert (item.type, item.subject, item.data["total"]) == ("order.placed.v1", "orders/acme/1", "1.5")


async def test_receives_no_other_types_and_nothing_after_close(local: LocalMode) -> None:
    async with Client(local.url, token=local.token) as client:
        cancelled = client.subscribe("orders/acme/2", types=["order.cancelled.v1"])
        closed, last = client.subscribe("orders/acme/3"), client.subscribe("orders/acme/4")
        await asyncio.gather(cancelled.ready(), closed.ready(), last.ready())
        closed.close()
        for number in ("2", "3", "4"):
            local.put(number)
        assert await next_subject(last) == "orders/acme/4"
        assert [item async for item in closed] == []
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(cancelled), 0.2)


async def test_only_the_subject_of_another_tenant_is_refused(local: LocalMode) -> None:
    async with Client(local.url, token=local.token) as client:
        with pytest.raises(Refused):
            await client.subscribe("orders/globex/*").ready()
        await client.subscribe(ACME).ready()


async def test_a_bad_token_has_its_reason_in_the_state(local: LocalMode) -> None:
    reasons: list[str] = []
    async with Client(local.url, token="bad", on_state=lambda _, reason: reasons.append(reason)) as client:
        client.subscribe(ACME)
        await until(lambda: any("401" in reason for reason in reasons))


async def test_the_server_replies_to_pings(local: LocalMode) -> None:
    states: list[str] = []
    async with Client(
        local.url, token=local.token, ping_every=0.05, on_state=lambda state, _: states.append(state)
    ) as client:
        await client.subscribe(ACME).ready()
        await asyncio.sleep(0.5)
        assert client.state == "live"
    await asyncio.sleep(0)
    assert states == ["connecting", "subscribing", "live", "closed"]


async def test_refreshes_its_token_before_the_token_expires(local: LocalMode) -> None:
    tokens = [local.token("12s"), local.token()]
    async with Client(local.url, token=lambda: tokens.pop(0)) as client:
        orders = client.subscribe(subjects("5"))
        await orders.ready()
        await until(lambda: not tokens)
        await asyncio.sleep(3)
        local.put("5")
        assert await next_subject(orders) == "orders/acme/5"


async def test_a_script_without_asyncio_receives_an_event(local: LocalMode) -> None:
    def script() -> str | None:
        for item in tablecast.events(local.url, ACME, token=local.token()):
            assert isinstance(item, Event)
            return item.subject
        return None

    reading = asyncio.create_task(asyncio.to_thread(script))
    number = 0
    while not reading.done():
        local.put(f"script-{(number := number + 1)}")
        await asyncio.sleep(0.1)
    assert re.fullmatch(r"orders/acme/script-\d+", await reading or "")


async def test_receives_the_missed_events_after_the_server_was_killed(local: LocalMode) -> None:
    may_reconnect = asyncio.Event()
    may_reconnect.set()

    async def token() -> str:
        await may_reconnect.wait()
        return local.token()

    async with Client(local.url, token=token) as client:
        orders = client.subscribe(subjects("6", "7", "8"))
        await orders.ready()
        local.put("6")
        assert await next_subject(orders) == "orders/acme/6"
        may_reconnect.clear()
        local.kill()
        local.run()
        await until(lambda: client.state != "live")
        for number in ("7", "8"):
            local.put(number)
        may_reconnect.set()
        assert [await next_subject(orders) for _ in range(2)] == ["orders/acme/7", "orders/acme/8"]


async def test_another_process_continues_from_the_file_of_a_store(
    local: LocalMode, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("store") / "progress.json"
    async with Client(local.url, token=local.token, store=FileStore(path)) as client:
        orders = client.subscribe(subjects("first", "second", "third"), name="orders")
        await orders.ready()
        for number in ("first", "second", "third"):
            local.put(number)
        await read(orders, 3)
    async with Client(local.url, token=lambda: local.token(user="eve"), store=FileStore(path)) as client:
        orders = client.subscribe(subjects("third", "fourth"), name="orders")
        assert await next_subject(orders) == "orders/acme/third"
        local.put("fourth")
        assert await next_subject(orders) == "orders/acme/fourth"


async def bookmark_after_an_order(local: LocalMode, number: str) -> str:
    async with Client(local.url, token=local.token) as client:
        orders = client.subscribe(subjects(number, f"{number}-next"))
        await orders.ready()
        for name in (number, f"{number}-next"):
            local.put(name)
        await read(orders, 2)
        assert orders.bookmark
        return orders.bookmark


async def gap_after(local: LocalMode, bookmark: str, number: str) -> str:
    """Return the reason of a gap that comes before a new event."""
    async with Client(local.url, token=local.token) as client:
        orders = client.subscribe(subjects(number), bookmark=bookmark)
        await orders.ready()
        subject = local.put(number)
        gap = await asyncio.wait_for(anext(orders), 30)
        assert isinstance(gap, Gap)
        assert gap.source == SOURCE
        assert await next_subject(orders) == subject
        return gap.reason


async def test_an_invalid_bookmark_and_a_later_position_have_a_gap(local: LocalMode) -> None:
    assert await gap_after(local, "no bookmark", "after-invalid") == "position-unknown"
    ahead = re.sub(r'"floor":\d+', '"floor":1000000', await bookmark_after_an_order(local, "bookmark"))
    assert await gap_after(local, ahead, "after-ahead") == "position-unknown"


async def test_a_log_that_was_trimmed_has_a_gap(local: LocalMode) -> None:
    bookmark = await bookmark_after_an_order(local, "trimmed")
    progress = json.loads(bookmark)[SOURCE]
    last = max(int(number) for number in re.findall(r"\d+", f"{progress['floor']},{progress['seen']}"))
    await asyncio.sleep(0.5)  # dispatch records the end of the log while it sends the last event.
    for offset in range(last + 2):
        local.dynamodb.delete("log", {"pk": {"S": SOURCE}, "sk": {"S": f"{offset:020}"}})
    assert await gap_after(local, bookmark, "after-trimmed") == "trimmed"


async def test_a_log_with_a_new_epoch_has_a_gap(local: LocalMode) -> None:
    bookmark = await bookmark_after_an_order(local, "epoch")
    local.kill_and_delete_data()
    local.run()
    assert await gap_after(local, bookmark, "after-epoch") == "epoch-changed"
