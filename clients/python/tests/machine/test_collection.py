"""Collections: a snapshot, and the events that follow. tests/conformance plays the other rules."""

from __future__ import annotations

from typing import Any

from machine.harness import Harness
from server_events import TOO_WIDE, complete, error, item, order, resumed, state, subscribed
from tablecast.machine.collection_state import CollectionState
from tablecast.machine.delivery import Changed, Failed
from tablecast.machine.effect import Deliver, Send
from tablecast.machine.subscription_state import SubscriptionConfig

ORDERS = "orders/*"
ONE = "orders/1"
TYPES = ("order.v1", "order.removed.v1")


class Loading:
    """A machine with one collection, which requests its state."""

    def __init__(self, subjects: tuple[str, ...] = (ORDERS,)) -> None:
        self.harness = Harness()
        self.state = CollectionState(subjects, "order.v1", lambda: 0.5)
        config = SubscriptionConfig(subjects, TYPES, loader=self.state)
        self.harness.add(self.harness.machine.create_subscription(config))
        self.harness.open(1)
        self.harness.receive(1, subscribed("1", list(subjects), 10))

    @property
    def items(self) -> dict[str, Any]:
        return {subject: item.missing or item.data for subject, item in self.state.items}

    def receive(self, *frames: str, connection: int = 1) -> None:
        self.harness.receive(connection, *frames)

    def changes(self) -> list[Changed]:
        delivered = [effect.delivery for effect in self.harness.take(Deliver)]
        return [delivery for delivery in delivered if isinstance(delivery, Changed)]

    def errors(self) -> list[str]:
        delivered = [effect.delivery for effect in self.harness.take(Deliver)]
        return [f"{delivery.error}" for delivery in delivered if isinstance(delivery, Failed)]

    def requests(self) -> list[dict[str, Any]]:
        sent: list[Any] = [effect.message for effect in self.harness.take(Send)]
        return [message for message in sent if message["action"] == "state"]


def loaded(*items: str) -> Loading:
    loading = Loading()
    loading.receive(*items, state("2", [complete(ORDERS)], 10))
    return loading


def changed(subject: str, offset: int, data: Any, **more: Any) -> str:
    return order(subject, offset, type="order.v1", data=data, **more)


def removed(subject: str, offset: int, **more: Any) -> str:
    return order(subject, offset, type="order.removed.v1", data={}, **more)


def test_a_collection_shows_its_snapshot_in_one_step_with_the_events_that_arrived_meanwhile() -> None:
    loading = Loading()
    assert loading.requests() == [{"action": "state", "subjects": [ORDERS], "types": ["order.v1"], "id": "2"}]
    loading.receive(item("2", ONE, 1), changed(ONE, 11, 2), changed("orders/2", 12, 3), removed("orders/3", 13))
    loading.receive(item("2", "orders/3", 1))
    assert (loading.items, loading.changes()) == ({}, [])
    loading.receive(state("2", [complete(ORDERS)], 10))
    assert loading.items == {ONE: 2, "orders/2": 3}
    assert loading.changes() == [Changed((ONE, "orders/2"), replaced=True)]


def test_an_item_that_is_created_again_during_a_load_can_have_a_lesser_version() -> None:
    loading = Loading()
    loading.receive(removed(ONE, 11, version="7"), changed(ONE, 12, "again", version="1"))
    loading.receive(removed("orders/2", 13, version="3"), changed("orders/2", 14, "again", version="1"))
    loading.receive(item("2", ONE, "read", version="5"), item("2", "orders/2", "read", version="5"))
    loading.receive(state("2", [complete(ORDERS)], 10))
    assert loading.items == {ONE: "again", "orders/2": "read"}


def test_events_change_a_loaded_collection_and_equal_data_is_no_change() -> None:
    loading = loaded(item("2", ONE, {"n": 1}))
    loading.changes()
    loading.receive(changed(ONE, 11, {"n": 1}), changed("orders/2", 12, True), removed(ONE, 13))
    assert loading.items == {"orders/2": True}
    assert loading.changes() == [Changed(("orders/2",)), Changed((ONE,))]
    loading.receive(changed("orders/2", 14, 1))
    assert loading.changes() == [Changed(("orders/2",))]


def test_a_page_that_a_cut_ended_is_requested_again_after_its_place() -> None:
    loading = Loading()
    loading.receive(
        item("2", ONE, 1), state("2", [{"subject": ORDERS, "complete": False, "items": 1, "next": ONE}], 10)
    )
    loading.requests()
    loading.receive(item("3", "orders/2", 1))
    loading.harness.reconnect(2)
    loading.receive(resumed("1", {"recovered": True, "position": "e-10"}), connection=2)
    loading.receive(subscribed("1", [ORDERS], 10), connection=2)
    assert loading.requests() == [
        {"action": "state", "subjects": [ORDERS], "types": ["order.v1"], "next": ONE, "id": "2"}
    ]
    loading.receive(item("2", "orders/2", 2), state("2", [complete(ORDERS)], 10), connection=2)
    assert loading.items == {ONE: 1, "orders/2": 2}


def test_a_gap_makes_a_collection_stale_until_another_snapshot_replaces_it() -> None:
    loading = loaded(item("2", ONE, 1), item("2", "orders/2", 1))
    loading.harness.reconnect(2)
    loading.receive(resumed("1", TOO_WIDE), subscribed("1", [ORDERS], 20), connection=2)
    assert (loading.state.status, loading.items) == ("stale", {ONE: 1, "orders/2": 1})
    loading.receive(item("2", ONE, 2), state("2", [complete(ORDERS)], 20), connection=2)
    assert (loading.state.status, loading.items) == ("live", {ONE: 2})


def test_a_version_prevents_that_an_item_steps_back_for_five_seconds() -> None:
    read, soon, later = "2026-11-28T10:00:00.5Z", "2026-11-28T10:00:05Z", "2026-11-28T10:00:06Z"
    loading = loaded(item("2", ONE, "v3", version="3", time=read))
    loading.receive(changed(ONE, 11, "v2", version="2", time=soon))
    assert loading.items == {ONE: "v3"}
    loading.receive(changed(ONE, 12, "v1", version="1", time=later))
    assert loading.items == {ONE: "v1"}


def test_items_that_the_server_cannot_send_are_missing_with_a_reason() -> None:
    loading = Loading()
    loading.receive(state("2", [complete(ORDERS)], 10, invalid=[ONE]))
    notice = order("orders/2", 11, type="tablecast.event-too-large.v1", data={"type": "order.v1"})
    loading.receive(notice)
    assert loading.items == {ONE: "invalid", "orders/2": "too-large"}


def test_temporary_reasons_are_tried_again_and_final_ones_refuse_the_subject() -> None:
    loading = Loading()
    loading.requests()
    loading.receive(state("2", [{"subject": ORDERS, "complete": False, "items": 0, "reason": "quota-exceeded"}], 10))
    loading.harness.advance(9.9)
    assert loading.requests() == []
    loading.harness.advance(0.5)
    assert len(loading.requests()) == 1
    loading.receive(error("3", "unavailable"))
    assert (loading.errors(), loading.state.status) == ([], "loading")
    loading.harness.advance(0.6)
    loading.receive(state("4", [{"subject": ORDERS, "complete": False, "items": 0, "reason": "needs-scan"}], 10))
    assert loading.errors() == ["the server refused the subscription to orders/*: needs-scan"]
    assert loading.state.status == "refused"
