"""One subscribe or unsubscribe waits for its reply at a time. The next one has everything that waited."""

from __future__ import annotations

import json

import pytest

from machine.harness import Harness
from server_events import RECOVERED, event, order, pong, resumed, resumed_sources, subscribed, unsubscribed
from tablecast.machine.collection_state import CollectionState
from tablecast.machine.subscription_state import SubscriptionConfig, SubscriptionState


def row(number: int) -> str:
    return f"orders/acme/{number}"


def rows(first: int, count: int) -> list[str]:
    return [row(number) for number in range(first, first + count)]


def long_rows(letter: str) -> list[str]:
    """Return 100 rows whose names have 480 bytes and more."""
    return [f"{subject}/{letter * (480 // len(letter.encode()))}" for subject in rows(0, 100)]


def subscribe(harness: Harness, subjects: list[str], types: list[str] | None = None) -> list[SubscriptionState]:
    """Subscribe to each subject apart."""
    return [harness.subscribe([subject], types) for subject in subjects]


def opened() -> Harness:
    """Return a machine with an open connection that has sent its ping."""
    harness = Harness()
    harness.open(1)
    harness.receive(1, pong("1"))
    harness.effects = []
    return harness


def serve(harness: Harness) -> list[tuple[str, int]]:
    """Reply to each message until there are no more. Return each action, and its number of subjects."""
    served: list[tuple[str, int]] = []
    while messages := harness.sent():
        assert len(messages) == 1, "only one message waits for its reply"
        assert len(json.dumps(messages[0])) <= 32 * 1024
        action, number, subjects = messages[0]["action"], messages[0]["id"], messages[0]["subjects"]
        served.append((action, len(subjects)))
        reply = subscribed(number, subjects, 10) if action == "subscribe" else unsubscribed(number, subjects)
        harness.receive(1, reply)
    return served


def subjects_sent(harness: Harness) -> list[list[str]]:
    return [message["subjects"] for message in harness.sent()]


def test_subscriptions_that_are_made_while_a_reply_is_outstanding_share_one_message() -> None:
    harness = opened()
    subscribe(harness, rows(1, 4))
    assert subjects_sent(harness) == [rows(1, 1)]
    harness.receive(1, subscribed("2", rows(1, 1), 10))
    assert harness.sent() == [{"action": "subscribe", "id": "3", "subjects": rows(2, 3)}]
    harness.confirmed()
    harness.receive(1, subscribed("3", rows(2, 3), 10), order(row(3), 11))
    assert harness.confirmed() == 3
    assert harness.delivered() == [f"{row(3)} 11"]


def test_a_page_with_100_live_rows_turns_with_three_messages_and_every_row_becomes_ready() -> None:
    harness = opened()
    first = subscribe(harness, rows(0, 100))
    assert serve(harness) == [("subscribe", 1), ("subscribe", 99)]
    assert harness.confirmed() == 100
    for subscription in first:
        harness.unsubscribe(subscription)
    subscribe(harness, rows(100, 100))
    assert serve(harness) == [("unsubscribe", 1), ("unsubscribe", 99), ("subscribe", 100)]
    assert harness.confirmed() == 100


def test_live_rows_resume_with_one_message_after_the_least_position_of_each_source() -> None:
    harness = Harness()
    subscribe(harness, rows(1, 50))
    harness.open(1)
    serve(harness)
    harness.receive(1, order(row(1), 12))
    harness.effects = []
    harness.reconnect(2)
    after = {"tablecast/orders": "e-10"}
    assert harness.sent() == [{"action": "subscribe", "id": "1", "subjects": rows(1, 50), "after": after}]
    harness.receive(2, resumed("1", {"recovered": True, "position": "e-13"}), order(row(1), 12), order(row(2), 13))
    harness.receive(2, subscribed("1", rows(1, 50), 13))
    assert harness.delivered() == [f"{row(2)} 13"]
    assert harness.confirmed() == 50


def test_subscriptions_with_other_types_have_messages_of_their_own() -> None:
    harness = Harness()
    subscribe(harness, [row(1)], ["order.placed.v1", "order.cancelled.v1"])
    subscribe(harness, [row(2)])
    subscribe(harness, [row(3)], ["order.cancelled.v1", "order.placed.v1"])
    harness.open(1)
    assert subjects_sent(harness) == [[row(1), row(3)]]
    harness.receive(1, subscribed("1", [row(1), row(3)], 10))
    assert harness.sent() == [{"action": "subscribe", "id": "2", "subjects": [row(2)]}]


def test_a_new_subscription_is_in_no_message_that_resumes_others() -> None:
    harness, _ = Harness.live([row(1)], 10)
    harness.disconnect(1)
    subscribe(harness, [row(2)])
    harness.to_next_timer()
    harness.open(2)
    assert subjects_sent(harness) == [[row(1)]]
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", [row(1)], 10))
    assert harness.sent() == [{"action": "subscribe", "id": "2", "subjects": [row(2)]}]


def test_a_message_has_at_most_100_subjects() -> None:
    harness = Harness()
    live = subscribe(harness, rows(0, 120))
    harness.open(1)
    assert serve(harness) == [("subscribe", 100), ("subscribe", 20)]
    for subscription in live:
        harness.unsubscribe(subscription)
    assert serve(harness) == [("unsubscribe", 1), ("unsubscribe", 100), ("unsubscribe", 19)]


@pytest.mark.parametrize("letter", ["x", "€"])
def test_a_message_has_at_most_32_kb_also_of_longer_characters(letter: str) -> None:
    harness = Harness()
    subscribe(harness, long_rows(letter))
    harness.open(1)
    serve(harness)
    assert harness.confirmed() == 100


@pytest.mark.parametrize("letter", ["x", "€"])
def test_an_unsubscribe_has_at_most_32_kb_also_of_longer_characters(letter: str) -> None:
    harness = Harness()
    live = subscribe(harness, long_rows(letter))
    harness.open(1)
    serve(harness)
    for subscription in live:
        harness.unsubscribe(subscription)
    served = serve(harness)
    assert {action for action, _ in served} == {"unsubscribe"}
    assert sum(count for _, count in served) == 100


def test_a_message_does_not_leave_out_sources_because_of_other_subscriptions() -> None:
    def sources(name: str) -> dict[str, str]:
        return {f"{name}/{number}": "e-1" for number in range(250)}

    harness = Harness()
    subscribe(harness, ["a/1"])
    harness.open(1)
    harness.receive(1, subscribed("1", ["a/1"], sources("a")))
    subscribe(harness, ["b/1"])
    harness.receive(1, subscribed("2", ["b/1"], sources("b")))
    harness.sent()
    harness.reconnect(2)
    assert subjects_sent(harness) == [["a/1"]]
    results = dict.fromkeys(sources("a"), RECOVERED)
    harness.receive(2, resumed_sources("1", results), subscribed("1", ["a/1"], sources("a")))
    assert subjects_sent(harness) == [["b/1"]]


def test_a_check_for_lost_events_resumes_one_message_after_the_other() -> None:
    harness = Harness()
    subscribe(harness, rows(1, 2))
    subscribe(harness, [row(3)], ["order.placed.v1"])
    harness.open(1)
    serve(harness)
    harness.advance(300)
    error = {"request": harness.sent()[-1]["id"], "code": "unavailable", "message": "", "closing": False}
    harness.receive(1, event("tablecast.error.v1", error))
    harness.advance(240)
    harness.receive(1, pong(harness.sent()[-1]["id"], 12))
    for subjects in (rows(1, 2), [row(3)]):
        (message,) = harness.sent()
        assert message["subjects"] == subjects
        harness.receive(1, resumed(message["id"], {"recovered": True, "position": "e-12"}))
        harness.receive(1, subscribed(message["id"], subjects, 12))
    assert harness.sent() == []


def test_a_subscription_that_closes_while_it_waits_is_in_no_message() -> None:
    harness, _ = Harness.live([row(1)], 10)
    _, second, _ = subscribe(harness, rows(2, 3))
    harness.unsubscribe(second)
    harness.sent()
    harness.receive(1, subscribed("2", [row(2)], 10))
    assert subjects_sent(harness) == [[row(4)]]


def test_a_pattern_that_overlaps_another_new_subject_has_a_message_of_its_own() -> None:
    harness = Harness()
    subscribe(harness, ["orders/acme/*", "orders/*", "orders/acme/*", "profiles/*"])
    harness.open(1)
    assert subjects_sent(harness) == [["orders/acme/*", "profiles/*"]]
    harness.receive(1, subscribed("1", ["orders/acme/*", "profiles/*"], 10))
    assert subjects_sent(harness) == [["orders/*"]]


def sent_50() -> Harness:
    """Return a machine that has just sent 50 messages."""
    harness = opened()
    for subject in rows(0, 49):
        harness.subscribe([subject])
        assert serve(harness) == [("subscribe", 1)]
    return harness


def test_after_50_messages_what_waits_shares_one_message_each_200_ms() -> None:
    harness = sent_50()
    [first, *_] = subscribe(harness, rows(50, 3))
    assert harness.sent() == []
    assert harness.to_next_timer() == pytest.approx(0.2)
    assert serve(harness) == [("subscribe", 3)]
    harness.unsubscribe(first)
    assert serve(harness) == []
    assert harness.to_next_timer() == pytest.approx(0.4)
    assert serve(harness) == [("unsubscribe", 1)]
    assert harness.to_next_timer() > 1, "nothing waits"


def test_after_50_messages_the_state_of_a_collection_waits_too() -> None:
    harness = sent_50()
    loader = CollectionState(("orders/*",), "order.v1", lambda: 0.5)
    config = SubscriptionConfig(("orders/*",), ("order.v1", "order.removed.v1"), loader=loader)
    harness.add(harness.machine.create_subscription(config))
    harness.to_next_timer()
    assert serve(harness) == [("subscribe", 1)]
    assert harness.to_next_timer() == pytest.approx(0.4)
    assert [message["action"] for message in harness.sent()] == ["state"]


def test_rows_that_scroll_fast_never_send_too_many_messages() -> None:
    harness = opened()
    shown: list[SubscriptionState] = []
    allowed = 100.0  # docs/reference/limits.md: 100 at once, and 10 a second.
    for number in range(560):
        shown += subscribe(harness, rows(number, 1))
        if len(shown) > 20:
            harness.unsubscribe(shown.pop(0))
        allowed -= len(serve(harness))
        harness.advance(0.1)
        allowed = min(100, allowed + 1 - len(serve(harness)))
        assert allowed > 0, harness.now
    harness.advance(1)
    serve(harness)
    assert harness.machine.state == "live"
