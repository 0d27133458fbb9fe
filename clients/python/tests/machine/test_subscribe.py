"""Events that a subscription receives."""

from __future__ import annotations

from machine.harness import Harness, reject_bad
from server_events import RECOVERED, error, event, order, pong, resumed, subscribed, unsubscribed

ALL = ["orders/*"]


def test_delivers_an_event_to_every_subscription_that_matches_it() -> None:
    harness = Harness()
    patterns = ["orders/*", "orders/acme/*", "orders/globex/*"]
    for pattern in patterns:
        harness.subscribe([pattern])
    harness.open(1)
    for number, pattern in enumerate(patterns, 1):
        harness.receive(1, subscribed(f"{number}", [pattern]))
    harness.receive(1, order("orders/acme/1", None), order("profiles/ada", None))
    assert harness.delivered() == ["orders/acme/1 None", "orders/acme/1 None"]


def test_delivers_only_the_types_of_a_subscription_also_as_event_too_large() -> None:
    harness = Harness()
    harness.subscribe(ALL, ["order.placed.v1"])
    harness.open(1)
    harness.receive(1, subscribed("1", ALL), event("order.cancelled.v1", {}, subject="orders/1"))
    for data in ({"type": "order.cancelled.v1"}, {"type": "order.placed.v1"}, None):
        harness.receive(1, event("tablecast.event-too-large.v1", data, id=str(data), subject="orders/1"))
    assert harness.delivered() == ["{'type': 'order.placed.v1'}"]


def test_delivers_the_events_of_a_batch_in_order() -> None:
    harness, _ = Harness.live(ALL)
    harness.receive(1, f"[{order('orders/1', 1)}, {order('orders/2', 2)}]")
    assert harness.delivered() == ["orders/1 1", "orders/2 2"]


def test_delivers_a_duplicate_once_by_position_or_by_id() -> None:
    harness, _ = Harness.live(ALL)
    harness.receive(1, order("orders/1", 1), order("orders/1", 1), order("orders/1", 2, id="orders/1 1"))
    harness.receive(1, order("orders/2", None), order("orders/2", None))
    assert harness.delivered() == ["orders/1 1", "orders/2 None"]


def test_an_id_of_the_last_20000_events_is_a_duplicate_and_an_older_one_is_new() -> None:
    harness, _ = Harness.live(ALL)
    for offset in range(20_001):
        harness.receive(1, order("orders/1", None, id=f"{offset}"))
    harness.delivered()
    harness.receive(1, order("orders/1", None, id="1"), order("orders/1", None, id="0"))
    assert harness.delivered() == ["0"]


def test_delivers_a_late_event_apart_from_others_once_also_from_the_log() -> None:
    harness, _ = Harness.live(ALL, 0)
    late = order("orders/1", 2, late=True)
    harness.receive(1, order("orders/1", 1), late, late)
    assert harness.delivered() == ["orders/1 1", "late orders/1 2"]
    harness.reconnect(2)
    assert harness.sent()[-1]["after"] == {"tablecast/orders": "e-2"}, "it counts for the position"
    replayed = [order("orders/1", 3), order("orders/1", 4, late=True), order("orders/1", 5)]
    harness.receive(2, resumed("1", {**RECOVERED, "position": "e-5"}), *replayed, subscribed("1", ALL, 5))
    assert harness.delivered() == ["orders/1 3", "late orders/1 4", "orders/1 5"]


def test_starts_at_the_acknowledged_position_and_drops_earlier_events() -> None:
    harness = Harness()
    harness.subscribe(ALL)
    harness.open(1)
    harness.receive(1, order("orders/1", 9), order("orders/1", 11), subscribed("1", ALL, 10), order("orders/1", 10))
    assert harness.delivered() == ["orders/1 11"]


def test_delivers_unknown_event_types_and_ignores_unknown_control_events() -> None:
    harness, _ = Harness.live(ALL)
    harness.receive(1, event("order.teleported.v1", {}, id="new", subject="orders/1"))
    harness.receive(1, event("tablecast.weather.v1", {}, subject="orders/1"))
    assert harness.delivered() == ["new"]
    assert harness.machine.state == "live"


def test_unknown_control_events_need_no_data_and_only_an_answer_completes_a_request() -> None:
    harness = Harness()
    harness.subscribe(ALL)
    harness.open(1)
    harness.receive(1, event("tablecast.weather.v1", {"request": "1"}), event("tablecast.weather.v1", None), pong("1"))
    assert harness.machine.state == "subscribing"
    harness.receive(1, subscribed("1", ALL, 10), order("orders/1", 11))
    assert (harness.delivered(), harness.machine.state) == (["orders/1 11"], "live")


def test_delivers_invalid_events_as_errors_once_and_resumes_after_them() -> None:
    harness = Harness(decode=reject_bad)
    harness.subscribe(ALL)
    harness.open(1)
    bad = order("orders/1", 2, data={"bad": True})
    harness.receive(1, subscribed("1", ALL, 1), bad, bad)
    assert harness.delivered() == ["InvalidEvent: order.placed.v1 orders/1 2 does not match its model: is bad"]
    harness.reconnect(2)
    assert harness.sent()[-1]["after"] == {"tablecast/orders": "e-2"}


def test_delivers_a_refusal_once_and_continues_with_the_granted_subjects() -> None:
    harness, _ = Harness.live(["orders/a", "orders/b"], 1)
    refusal = {"subject": "orders/a", "granted": False, "reason": "not-granted"}
    results = [refusal, {"subject": "orders/b", "granted": True}]
    data = {"request": "1", "subjects": results, "sources": {"tablecast/orders": "e-1"}}
    reply = event("tablecast.subscribed.v1", data)
    delivered = []
    for connection in (2, 3):
        harness.reconnect(connection)
        harness.receive(connection, resumed("1", RECOVERED), reply, order("orders/b", connection))
        delivered.append(harness.delivered())
    error = "Refused: the server refused the subscription to orders/a: not-granted"
    assert delivered == [[error, "orders/b 2"], ["orders/b 3"]]


def test_delivers_a_refusal_when_the_server_rejects_the_subscribe_message() -> None:
    harness = Harness()
    harness.subscribe(ALL)
    harness.open(1)
    harness.receive(1, error("1", "bad-message", "no"))
    assert harness.delivered() == ["Refused: the server refused the subscription to orders/*: no"]
    assert harness.machine.state == "live"


def test_subscribes_again_only_after_the_reply_to_an_unsubscribe() -> None:
    harness, subscription = Harness.live(ALL)
    harness.unsubscribe(subscription)
    harness.subscribe(ALL)
    assert harness.sent() == [{"action": "unsubscribe", "id": "2", "subjects": ALL}]
    harness.receive(1, order("orders/1", 1), unsubscribed("2", ALL))
    assert harness.sent() == [{"action": "subscribe", "id": "3", "subjects": ALL}]
    harness.receive(1, order("orders/1", 2), subscribed("3", ALL, 1))
    assert harness.delivered() == ["orders/1 2"]


def test_unsubscribes_only_after_the_reply_to_a_subscribe() -> None:
    harness = Harness()
    subscription = harness.subscribe(ALL)
    harness.open(1)
    harness.unsubscribe(subscription)
    assert [message["action"] for message in harness.sent()] == ["subscribe"]
    harness.receive(1, subscribed("1", ALL))
    assert harness.sent() == [{"action": "unsubscribe", "id": "2", "subjects": ALL}]


def test_a_pong_without_valid_positions_changes_nothing() -> None:
    harness, _ = Harness.live(ALL, 1)
    harness.receive(1, pong(None, {"tablecast/orders": "no position"}))
    assert (harness.delivered(), harness.machine.state) == ([], "live")
