"""The sources whose positions a subscription remembers."""

from __future__ import annotations

import json

import pytest

from machine.harness import Harness
from server_events import NONE, order, pong, subscribed, unsubscribed
from tablecast.machine.delivery import Sources
from tablecast.machine.effect import Deliver
from tablecast.machine.progress import Progress
from tablecast.protocol.frame import parse_frame

WIDE = "tablecast/orders/*"


def subject(n: int) -> str:
    """Return `orders/<n>/*`, in a channel of its own."""
    return f"orders/{n}/*"


def source(n: int) -> str:
    return f"tablecast/orders/{n}"


def ends(count: int, offset: int) -> dict[str, str]:
    return {source(n): f"e-{offset}" for n in range(count)}


def placed(channel: int, offset: int) -> str:
    more = {"id": f"{channel} {offset}", "source": source(channel), "position": f"e-{offset}"}
    return order(f"orders/{channel}/1", None, **more)


def known(harness: Harness, app: Progress) -> tuple[int, int]:
    """Return the number of sources in the progress of the first subscription, and in that of its application."""
    effects = harness.take(Deliver)
    first = effects[0].subscription
    for effect in effects:
        if effect.subscription is first:
            app.add(effect.delivery)
    return len(first.progress.last), len(app.last)


def live(subjects: list[str], sources: dict[str, str]) -> Harness:
    harness = Harness()
    harness.subscribe(subjects)
    harness.open(1)
    harness.receive(1, subscribed("1", subjects, sources))
    return harness


def ping(harness: Harness) -> str:
    """Send a ping. Return its id."""
    harness.to_next_timer()
    return str(harness.sent()[-1]["id"])


def test_events_of_1000_channels_that_the_server_did_not_list_leave_no_position() -> None:
    harness = live(["orders/*"], {WIDE: NONE})
    app = Progress()
    harness.receive(1, *(placed(n, 7) for n in range(1_000)))
    assert len([effect for effect in harness.effects if isinstance(effect, Deliver)]) == 1_002
    assert known(harness, app) == (1, 1)
    assert json.loads(app.text()) == {WIDE: {"epoch": "0000000000000000", "floor": 0, "seen": ""}}


def test_a_pong_forgets_the_sources_that_it_does_not_list_of_1000() -> None:
    harness = live([subject(n) for n in range(1_000)], ends(1_000, 5))
    app = Progress()
    harness.receive(1, *(placed(n, 6) for n in range(1_000)))
    assert known(harness, app) == (1_000, 1_000)
    harness.receive(1, pong(ping(harness), ends(10, 6)))
    assert known(harness, app) == (10, 10)
    assert len(json.loads(app.text())) == 10
    harness.receive(1, pong(ping(harness), ends(10, 6)))
    assert harness.deliveries() == []
    harness.receive(1, placed(10, 7), placed(9, 7))
    assert known(harness, app) == (10, 10)
    harness.reconnect(2)
    assert harness.sent()[-1]["after"][source(9)] == "e-7"


def test_a_subscription_forgets_the_sources_of_another_one_that_closed() -> None:
    harness = live(["orders/*"], {WIDE: NONE})
    other = harness.subscribe([subject(1)])
    harness.receive(1, subscribed("2", [subject(1)], {source(1): "e-5"}))
    harness.reconnect(2)
    harness.receive(2, subscribed("1", ["orders/*", subject(1)], {WIDE: NONE, source(1): "e-5"}))
    app = Progress()
    assert known(harness, app) == (2, 2)
    harness.unsubscribe(other)
    harness.receive(2, unsubscribed("2", [subject(1)]))
    harness.receive(2, pong(ping(harness), {WIDE: NONE}))
    assert known(harness, app) == (1, 1)


def test_a_pong_to_an_earlier_ping_does_not_forget_the_sources_of_a_new_subscription() -> None:
    harness = live([subject(1)], {source(1): "e-5"})
    number = ping(harness)
    harness.subscribe([subject(2)])
    harness.receive(1, subscribed("3", [subject(2)], {source(2): "e-5"}), pong(number, {source(1): "e-5"}))
    harness.reconnect(2)
    assert harness.sent()[-1]["after"] == {source(1): "e-5", source(2): "e-5"}


def test_a_subscription_remembers_positions_in_a_source_that_a_pong_lists_first() -> None:
    harness = live([subject(1)], {source(1): "e-5"})
    sources = {source(1): "e-5", "tablecast/orders": "f-3", "tablecast/orders/1/*": NONE}
    harness.receive(1, pong(ping(harness), sources))
    harness.receive(1, order("orders/1/1", None, id="new", source="tablecast/orders", position="f-4"))
    harness.reconnect(2)
    after = {source(1): "e-5", "tablecast/orders/1/*": NONE, "tablecast/orders": "f-4"}
    assert harness.sent()[-1]["after"] == after


def test_a_message_names_at_most_400_sources_those_with_a_log_first() -> None:
    harness = live(["orders/*", *(subject(n) for n in range(400))], {WIDE: NONE, **ends(400, 5)})
    harness.reconnect(2)
    assert harness.sent()[-1]["after"] == ends(400, 5)


def test_1000_sources_remember_20000_offsets_together_and_forget_the_oldest() -> None:
    progress = Progress()
    progress.add(Sources(frozenset(source(n) for n in range(1_000))))
    events = [parse_frame(placed(n % 1_000, 2 * (n // 1_000) + 1))[0] for n in range(30_000)]
    for event in events:
        progress.add(event)
    stored = json.loads(progress.text())
    assert sum(len(one["seen"].split(",")) for one in stored.values()) == 20_000
    assert all(progress.has(event) for event in events)
    assert Progress.restore(progress.text()).text() == progress.text()


@pytest.mark.parametrize(
    "text",
    ["", "no progress", "null", "[1]", '{"s": null}', '{"s": {"epoch": "e", "floor": -1, "seen": ""}}', "[" * 9_999],
    ids=lambda text: text[:50],
)
def test_a_text_that_is_no_progress_gives_an_empty_one(text: str) -> None:
    assert Progress.restore(text).is_empty


def test_a_stored_range_without_end_restores_20000_offsets() -> None:
    progress = Progress.restore('{"s": {"epoch": "e", "floor": 0, "seen": "1-999999999999999999,7"}}')
    assert str(progress.last["s"]) == "e-20000"
