"""Each channel is a source: it has a log and positions of its own."""

from __future__ import annotations

import pytest

from machine.harness import Harness
from server_events import order, pong, resumed_sources, subscribed, unavailable

SUBJECTS = ["orders/acme/*", "orders/globex/*"]
ACME = "tablecast/orders/acme"
GLOBEX = "tablecast/orders/globex"


def placed(channel: str, position: str) -> str:
    """Return an event of the channel `acme` or `globex`. Its id is `<channel> <position>`."""
    source = f"tablecast/orders/{channel}"
    return order(f"orders/{channel}/1", None, id=f"{channel} {position}", source=source, position=position)


def live(acme: str, globex: str) -> Harness:
    return Harness.live(SUBJECTS, {ACME: acme, GLOBEX: globex})[0]


def recovered(**positions: str) -> str:
    sources = {f"tablecast/orders/{channel}": {"recovered": True, "position": at} for channel, at in positions.items()}
    return resumed_sources("1", sources)


def test_equal_positions_in_different_channels_are_different_events() -> None:
    harness = live("e-10", "e-10")
    for channel in ("acme", "globex", "acme"):
        harness.receive(1, placed(channel, "e-11"), placed(channel, "e-10"))
    assert harness.delivered() == ["acme e-11", "globex e-11"]


def test_resumes_each_channel_after_its_own_position_and_holds_back_its_own_events() -> None:
    harness = live("e-10", "f-2")
    harness.receive(1, placed("acme", "e-12"), placed("globex", "f-3"))
    harness.reconnect(2)
    after = {ACME: "e-12", GLOBEX: "f-3"}
    assert harness.sent() == [{"action": "subscribe", "id": "1", "subjects": SUBJECTS, "after": after}]
    harness.delivered()
    harness.receive(2, placed("acme", "e-15"), recovered(acme="e-14", globex="f-20"))
    replayed = [("globex", "f-15"), ("acme", "e-11"), ("acme", "e-14"), ("globex", "f-21")]
    harness.receive(2, *(placed(*one) for one in replayed))
    assert harness.delivered() == ["globex f-15", "acme e-11", "acme e-14"]
    harness.receive(2, placed("globex", "f-20"), subscribed("1", SUBJECTS, {ACME: "e-15", GLOBEX: "f-21"}))
    assert harness.delivered() == ["globex f-20", "acme e-15", "globex f-21"]


def test_only_the_channel_that_cannot_be_recovered_has_a_gap() -> None:
    harness = live("e-10", "f-2")
    harness.reconnect(2)
    results = {ACME: {"recovered": False, "reason": "trimmed"}, GLOBEX: {"recovered": True, "position": "f-3"}}
    harness.receive(2, resumed_sources("1", results), placed("globex", "f-3"), placed("acme", "e-90"))
    harness.receive(2, subscribed("1", SUBJECTS, {ACME: "e-89", GLOBEX: "f-3"}))
    assert harness.delivered() == ["globex f-3", f"gap {ACME} trimmed", "acme e-90"]


def test_a_log_that_continues_in_another_epoch_has_no_gap() -> None:
    harness = live("e-10", "e-10")
    harness.receive(1, placed("acme", "f-11"))
    harness.reconnect(2)
    assert harness.sent()[0]["after"] == {ACME: "f-11", GLOBEX: "e-10"}
    harness.receive(2, recovered(acme="f-12", globex="f-12"))
    harness.receive(2, placed("globex", "f-11"), placed("acme", "f-12"), placed("acme", "f-11"))
    assert harness.delivered() == ["acme f-11", "globex f-11", "acme f-12"]
    harness.receive(2, subscribed("1", SUBJECTS, {ACME: "f-12", GLOBEX: "f-12"}), placed("globex", "f-12"))
    assert harness.delivered() == []
    harness.receive(2, placed("acme", "e-9"))
    harness.reconnect(3)
    assert harness.sent()[-1]["after"] == {ACME: "f-12", GLOBEX: "f-12"}


def test_a_log_continues_in_another_epoch_without_a_gap_although_no_event_matches() -> None:
    harness = live("e-10", "e-10")
    harness.reconnect(2)
    harness.receive(2, recovered(acme="f-12", globex="e-10"))
    harness.receive(2, subscribed("1", SUBJECTS, {ACME: "f-12", GLOBEX: "e-10"}))
    assert harness.delivered() == []


def test_the_first_event_of_a_log_stays_known_although_the_replies_are_older() -> None:
    harness = live("3-0", "e-10")
    harness.reconnect(2)
    harness.receive(2, recovered(acme="5-0", globex="e-10"), placed("acme", "4-1"))
    harness.receive(2, subscribed("1", SUBJECTS, {ACME: "5-0", GLOBEX: "e-10"}))
    assert harness.delivered() == ["acme 4-1"]
    harness.reconnect(3)
    assert harness.sent()[-1]["after"] == {ACME: "4-1", GLOBEX: "e-10"}


def test_overlapping_subscriptions_resume_from_the_earlier_epoch() -> None:
    harness = live("e-10", "e-10")
    harness.subscribe(["orders/acme/1"])
    harness.receive(1, subscribed("2", ["orders/acme/1"], {ACME: "f-12"}))
    harness.reconnect(2)
    assert harness.sent()[-1]["after"] == {ACME: "e-10", GLOBEX: "e-10"}
    harness.receive(2, recovered(acme="f-13", globex="e-10"))
    harness.receive(2, *(placed("acme", f"f-{offset}") for offset in (11, 12, 13)))
    assert harness.delivered() == ["acme f-11", "acme f-12", "acme f-13", "acme f-13"]


def test_an_idle_subscription_advances_to_another_epoch_and_not_to_an_empty_log() -> None:
    harness = live("3-0", "e-10")
    for end in ("4-0", "5-0"):
        harness.receive(1, pong(None, {ACME: end, GLOBEX: "f-20"}))
        harness.now += 200
    harness.reconnect(2)
    assert harness.sent()[0]["after"] == {ACME: "3-0", GLOBEX: "f-20"}


@pytest.mark.parametrize(("end", "is_checked"), [("4-0", False), ("2-1", True), ("4-7", True)])
def test_a_check_for_lost_events_resumes_a_log_that_continued(end: str, is_checked: bool) -> None:
    harness = live("3-0", "e-10")
    harness.to_next_timer()
    harness.receive(1, unavailable(harness.sent()[0]["id"]))
    harness.now += 300
    harness.receive(1, pong(None, {ACME: end, GLOBEX: "e-10"}))
    assert any(message["action"] == "subscribe" for message in harness.sent()) is is_checked
