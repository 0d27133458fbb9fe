"""Helpers that read subscriptions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from tablecast import Event, Item


async def read(subscription: AsyncIterator[Item], count: int) -> list[str]:
    """Return the ids of the next events, and the reasons of gaps. The last item is not handled."""
    items: list[str] = []
    while len(items) < count:
        item = await asyncio.wait_for(anext(subscription), 30)
        items.append(item.id if isinstance(item, Event) else f"gap {item.reason}")
    return items


async def until(is_true: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    for _ in range(6_000):
        if is_true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the condition stays false")
