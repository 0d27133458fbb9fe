"""Connections that the server opens only to send the reason of its refusal."""

from __future__ import annotations

import pytest

from machine.harness import Harness
from server_events import pong, reconnect, refused, subscribed
from tablecast.machine.effect import Close, StateChanged

ALL = ["orders/*"]
REFUSED = refused(401, "token-expired", "Get a new one.")
REASON = "the server refused the connection (401 token-expired): Get a new one. (check what the option token returns)"


def test_a_refused_connection_counts_as_a_failed_attempt_and_the_state_has_the_reason() -> None:
    harness = Harness(random=lambda: 1.0)
    harness.subscribe(ALL)
    delays = []
    for connection in (1, 2, 3):
        harness.open(connection)
        harness.receive(connection, REFUSED)
        assert harness.take(StateChanged)[-1] == StateChanged("waiting", REASON)
        delays.append(harness.machine.wake_at - harness.now)
        harness.to_next_timer()
    assert delays == [0.5, 1, 2]


def test_the_reason_of_an_unknown_status_is_the_message_of_the_server() -> None:
    harness = Harness()
    harness.open(1)
    harness.receive(1, refused(418, "teapot", "No tea."))
    assert harness.closed() == ["the server refused the connection (418 teapot): No tea."]


def test_a_client_without_subscriptions_pings_at_once_and_is_live_after_the_reply() -> None:
    harness = Harness()
    harness.open(1)
    assert harness.sent() == [{"action": "ping", "id": "1"}]
    assert harness.states() == ["connecting", "subscribing"]
    harness.receive(1, pong("1"))
    assert harness.states() == ["live"]
    assert harness.machine.wake_at == 60


def test_a_client_with_a_subscription_sends_no_ping_at_once() -> None:
    harness, _ = Harness.live(ALL)
    assert harness.sent() == []


@pytest.mark.parametrize("subjects", [[], ALL])
def test_a_refused_move_leaves_the_current_connection_as_it_is(subjects: list[str]) -> None:
    harness = Harness()
    if subjects:
        harness.subscribe(subjects)
    harness.open(1)
    harness.receive(1, subscribed("1", subjects, 7) if subjects else pong("1"), reconnect())
    harness.to_next_timer()
    harness.open(2)
    harness.receive(2, REFUSED)
    assert harness.take(Close) == [Close(2, REASON)]
    assert harness.machine.state == "live"
