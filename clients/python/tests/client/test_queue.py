"""The deliveries that wait."""

from __future__ import annotations

from typing import Any

import pytest

from tablecast import Event
from tablecast.delivery_queue import MAX_QUEUED, NewestQueue
from tablecast.machine.delivery import Late


def event(subject: str | None, number: int) -> Event[Any]:
    return Event("order.placed.v1", subject, None, f"{subject} {number}", "tablecast/orders")


def pop_id(queue: NewestQueue) -> str:
    delivery = queue.pop().delivery
    assert isinstance(delivery, Event)
    return delivery.id


def test_newest_only_reads_each_subject_although_all_of_them_change() -> None:
    queue = NewestQueue()
    read = []
    for number in range(4):
        queue.add(event("a", number))
        queue.add(event("b", number))
        read.append(pop_id(queue))
    assert read == ["a 0", "b 0", "a 2", "b 2"]


def test_newest_only_keeps_every_event_without_a_subject() -> None:
    queue = NewestQueue()
    queue.add(event(None, 1))
    queue.add(event(None, 2))
    assert len(queue) == 2


def test_newest_only_remembers_a_limited_number_of_replaced_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablecast.delivery_queue.MAX_REMEMBERED", 3)
    queue = NewestQueue()
    for number in range(5):
        queue.add(event("a", number))
        queue.add(event("b", number))
    waiting = [queue.pop(), queue.pop()]
    assert sum(len(one.replaced) for one in waiting) == 3
    queue.add(event("a", 5))
    queue.add(event("a", 6))
    assert [one.id for one in queue.pop().replaced] == ["a 5"]


def test_newest_only_keeps_the_newest_late_event_of_each_subject_beside_the_newest_event() -> None:
    queue = NewestQueue()
    for number in range(3):
        queue.add(Late(event("a", number)))
    queue.add(event("a", 3))
    late = queue.pop()
    assert (late.delivery, [one.id for one in late.replaced]) == (Late(event("a", 2)), ["a 0", "a 1"])
    assert (pop_id(queue), len(queue)) == ("a 3", 0)


def test_newest_only_is_full_when_10000_events_wait_although_some_are_taken() -> None:
    queue = NewestQueue()
    for number in range(MAX_QUEUED - 1):
        queue.add(event(f"orders/{number}", 1))
    queue.add(event("orders/0", 2))
    assert not queue.is_full
    assert queue.first
    queue.add(event("orders/0", 3))
    assert queue.is_full
