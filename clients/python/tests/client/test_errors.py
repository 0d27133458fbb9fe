"""Errors and events in other processes and sets."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

import tablecast
from server_events import order
from tablecast.protocol.event import parse_event

EVENT = parse_event(json.loads(order("orders/1", 7, data={"total": "1.0"})))
ERRORS = [
    tablecast.TablecastError("mine"),
    tablecast.InvalidEvent(EVENT, "no total"),
    tablecast.Refused("orders/1", "not-granted"),
    tablecast.Incomplete({"orders/1": {}}, {"orders/2": "invalid"}, 1),
    tablecast.StoreError("the disk is full"),
    tablecast.Closed("the application closed the subscription"),
]


def test_each_public_error_is_tried() -> None:
    public = [getattr(tablecast, name) for name in tablecast.__all__]
    errors = {one for one in public if isinstance(one, type) and issubclass(one, Exception)}
    assert errors == {type(error) for error in ERRORS}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_can_be_pickled_and_copied(error: tablecast.TablecastError) -> None:
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(other), str(other), vars(other)) == (type(error), str(error), vars(error))


def test_a_set_can_have_events() -> None:
    again = pickle.loads(pickle.dumps(EVENT))
    assert again == EVENT
    assert len({EVENT, again, parse_event({**EVENT.raw, "id": "other"})}) == 2
