"""Subscriptions that are wider than a channel: they receive everything live, and cannot resume."""

from __future__ import annotations

import json

from machine.harness import Harness, describe
from server_events import NONE, TOO_WIDE, order, pong, reconnect, resumed_sources, subscribed, unavailable
from tablecast.machine.effect import Deliver
from tablecast.machine.recent_ids import MAX_REMEMBERED
from tablecast.machine.subscription_state import SubscriptionConfig, SubscriptionState
from tablecast.protocol.frame import parse_frame
from tablecast.protocol.position import Position

ALL = ["orders/*"]
ACME = ["orders/acme/*"]
WIDE = "tablecast/orders/*"
CHANNEL = "tablecast/orders/acme"
WIDE_GAP = f"gap {WIDE} too-wide"


def placed(channel: str, offset: int, item: str = "1") -> str:
    more = {"id": f"{channel} {offset}", "source": f"tablecast/orders/{channel}", "position": f"e-{offset}"}
    return order(f"orders/{channel}/{item}", None, **more)


def live() -> Harness:
    """Return a machine that is live on connection 1, with a wide subscription and one within a channel."""
    harness, _ = Harness.live(ALL, {WIDE: NONE})
    harness.subscribe(ACME)
    harness.receive(1, subscribed("2", ACME, {CHANNEL: "e-10"}))
    harness.effects = []
    return harness


def resume(harness: Harness) -> None:
    """Reconnect on connection 2. Only events of the channel are replayed."""
    harness.reconnect(2)
    after = {WIDE: NONE, CHANNEL: "e-11"}
    assert harness.sent()[-1] == {"action": "subscribe", "id": "1", "subjects": [*ALL, *ACME], "after": after}
    harness.delivered()
    harness.receive(2, placed("globex", 8), placed("acme", 14))
    results = {WIDE: TOO_WIDE, CHANNEL: {"recovered": True, "position": "e-12"}}
    harness.receive(2, resumed_sources("1", results), placed("acme", 12), placed("acme", 13))
    harness.receive(2, subscribed("1", [*ALL, *ACME], {WIDE: NONE, CHANNEL: "e-13"}))


def test_only_a_subscription_that_is_too_wide_has_a_gap_and_the_others_resume() -> None:
    harness = live()
    harness.receive(1, placed("acme", 11), placed("globex", 7))
    assert harness.delivered() == ["acme 11", "acme 11", "globex 7"]
    resume(harness)
    assert harness.delivered() == ["acme 12", WIDE_GAP, "globex 8", "acme 14", "acme 13", "acme 14"]


def test_a_wide_subscription_resumes_alone_and_has_one_gap_on_each_connection() -> None:
    harness, _ = Harness.live(ALL, {WIDE: NONE})
    harness.receive(1, placed("acme", 11))
    for connection in (2, 3):
        harness.reconnect(connection)
        assert harness.sent()[-1] == {"action": "subscribe", "id": "1", "subjects": ALL, "after": {WIDE: NONE}}
        harness.delivered()
        harness.receive(connection, resumed_sources("1", {WIDE: TOO_WIDE}), placed("acme", 12 + connection))
        harness.receive(connection, subscribed("1", ALL, {WIDE: NONE}))
        assert harness.delivered() == [WIDE_GAP, f"acme {12 + connection}"]


def test_a_live_subscription_that_is_too_wide_has_no_gap_in_a_check_for_lost_events() -> None:
    harness = live()
    harness.receive(1, placed("acme", 11))
    resume(harness)
    harness.to_next_timer()
    harness.receive(2, unavailable(harness.sent()[-1]["id"]))
    harness.delivered()
    harness.now += 300
    harness.receive(2, pong(None, {WIDE: NONE, CHANNEL: "e-16"}))
    check = harness.sent()[-1]
    assert check["after"] == {WIDE: NONE, CHANNEL: "e-14"}
    results = {WIDE: TOO_WIDE, CHANNEL: {"recovered": True, "position": "e-16"}}
    harness.receive(2, resumed_sources(check["id"], results))
    harness.receive(2, placed("globex", 9), placed("acme", 15), placed("acme", 16))
    harness.receive(2, subscribed(check["id"], [*ALL, *ACME], {WIDE: NONE, CHANNEL: "e-16"}))
    assert harness.delivered() == ["globex 9", "acme 15", "acme 16", "acme 15", "acme 16"]


def test_a_live_wide_subscription_has_a_gap_in_a_channel_that_only_another_one_resumes() -> None:
    harness = live()
    harness.subscribe(["orders/acme/1"], progress=json.dumps({CHANNEL: {"epoch": "e", "floor": 3, "seen": ""}}))
    number = harness.sent()[-1]["id"]
    results = {WIDE: TOO_WIDE, CHANNEL: {"recovered": True, "position": "e-12"}}
    harness.receive(1, resumed_sources(number, results))
    harness.receive(1, placed("acme", 4), placed("globex", 5), placed("acme", 13))
    harness.receive(1, subscribed(number, [*ALL, *ACME, "orders/acme/1"], {WIDE: NONE, CHANNEL: "e-12"}))
    effects = [effect for effect in harness.take(Deliver) if effect.subscription.filter.subjects == ("orders/*",)]
    items = [text for effect in effects if (text := describe(effect.delivery))]
    assert items == [f"gap {CHANNEL} position-unknown", "acme 13", "globex 5"]


def test_a_wide_subscription_delivers_each_event_of_hundreds_of_channels_once() -> None:
    harness, _ = Harness.live(ALL, {WIDE: NONE})
    for count in (1_500, 0):
        for channel in range(500):
            harness.receive(1, *(placed(f"c{channel}", offset, str(offset)) for offset in (2, 1, 3)))
        assert len(harness.delivered()) == count


def test_a_wide_subscription_recognizes_old_events_of_a_channel_that_is_no_longer_listed() -> None:
    state = SubscriptionState(SubscriptionConfig(tuple(ALL)))
    state.catch_up({CHANNEL: Position("e", 10), WIDE: Position("0", 0)}, {}, [], was_live=False, connection=1)
    old = parse_frame(placed("acme", 9))
    deliveries = state.catch_up({WIDE: Position("0", 0)}, {}, old, was_live=True, connection=1)
    assert "acme 9" not in [describe(delivery) for delivery in deliveries]


def test_a_replay_for_a_subscription_that_joins_a_move_is_no_news_to_a_wide_one() -> None:
    harness = Harness()
    harness.subscribe(ALL)
    harness.open(1)
    harness.receive(1, subscribed("1", ALL, {WIDE: NONE}), placed("acme", 2), reconnect())
    harness.to_next_timer()
    harness.open(2)
    harness.subscribe(ACME)
    harness.receive(1, subscribed("2", ACME, {CHANNEL: "e-2"}))
    harness.receive(2, resumed_sources("1", {WIDE: TOO_WIDE}), placed("acme", 2), subscribed("1", ALL, {WIDE: NONE}))
    after = {CHANNEL: "e-2", WIDE: NONE}
    assert harness.sent()[-1] == {"action": "subscribe", "id": "2", "subjects": [*ACME, *ALL], "after": after}
    results = {WIDE: TOO_WIDE, CHANNEL: {"recovered": True, "position": "e-2"}}
    harness.receive(2, resumed_sources("2", results), placed("acme", 1), placed("acme", 2))
    harness.receive(2, subscribed("2", [*ACME, *ALL], {WIDE: NONE, CHANNEL: "e-2"}))
    assert [text for text in harness.delivered() if text != WIDE_GAP] == ["acme 2"]


def test_a_wide_subscription_delivers_an_event_after_a_newer_one_of_its_subject_on_one_connection() -> None:
    harness, _ = Harness.live(ALL, {WIDE: NONE})
    harness.receive(1, *(placed("acme", offset) for offset in (6, 5, 5, 6, 7)))
    assert harness.delivered() == ["acme 6", "acme 5", "acme 7"]


def test_a_wide_subscription_drops_an_event_older_than_one_of_its_subject_on_an_earlier_connection() -> None:
    harness, _ = Harness.live(ALL, {WIDE: NONE})
    harness.receive(1, placed("acme", 6), placed("acme", 4), placed("acme", 7, "2"))
    harness.reconnect(2)
    harness.receive(2, resumed_sources("1", {WIDE: TOO_WIDE}), placed("acme", 3, "2"))
    harness.receive(2, subscribed("1", ALL, {WIDE: NONE}), placed("acme", 5), placed("acme", 1, "3"))
    harness.receive(2, placed("acme", 9), placed("acme", 8))
    assert harness.delivered() == ["acme 6", "acme 4", "acme 7", WIDE_GAP, "acme 1", "acme 9", "acme 8"]
    harness.receive(2, *(placed(f"c{n}", 2) for n in range(MAX_REMEMBERED)), placed("acme", 3, "2"))
    assert harness.delivered()[-1] == "acme 3", "the newest event of a subject is forgotten"


def test_a_paused_wide_subscription_knows_the_newest_event_of_each_subject() -> None:
    state = SubscriptionState(SubscriptionConfig(tuple(ALL)))
    newer, older = parse_frame(placed("acme", 3)) + parse_frame(placed("acme", 2))
    state.receive(newer, 1)
    assert [len(state.copy().receive(older, connection)) for connection in (1, 2)] == [1, 0]
