"""The names of sources, and the subscriptions that have their events."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest

from tablecast.protocol.channel import can_have, is_wide, is_within
from tablecast.protocol.subject import matches


@pytest.mark.parametrize(
    ("pattern", "source", "within", "has"),
    [
        ("orders/acme/*", "tablecast/orders/acme", True, True),
        ("orders/acme/*", "tablecast/orders", True, True),
        ("orders/acme", "tablecast/orders/acme", True, True),
        ("orders/*", "tablecast/orders/*", True, True),
        ("*", "tablecast/*", True, True),
        ("orders/*", "tablecast/orders/acme", False, True),
        ("orders/acme/*", "tablecast/orders/*", False, False),
        ("orders/acme/*", "tablecast/orders/ac", False, False),
        ("orders/acme/*", "tablecast/orders/globex", False, False),
        ("orders/a b%/*", "tablecast/orders/a%20b%25", True, True),
        ("orders/acme/*", "tablecast/%", False, True),
        ("orders/acme/*", "tablecast/%ff", False, True),
        ("orders/acme/*", "other", False, True),
    ],
)
def test_a_pattern_is_within_one_channel_or_wider_than_several(
    pattern: str, source: str, within: bool, has: bool
) -> None:
    assert (is_within(pattern, source), can_have(pattern, source)) == (within, has)


def test_a_pattern_can_have_the_source_of_every_subject_that_it_matches() -> None:
    choose = random.Random(1)
    tried = 0
    for _ in range(5_000):
        subject = choose.choices(["a", "b", "a b", "ä", "%2F", "?"], k=choose.randint(1, 4))
        start = subject[: choose.randint(0, len(subject))]
        pattern = "/".join([*start, "*"] if choose.random() < 0.5 else start)
        if not matches(pattern, "/".join(subject)):
            continue
        count = choose.randint(1, 4)
        source = "tablecast/" + "/".join(quote(segment, safe="") for segment in subject[:count])
        assert can_have(pattern, source)
        assert not is_wide(source)
        assert is_within(pattern, source) is (len(start) >= min(count, len(subject)))
        tried += 1
    assert tried > 1_000
