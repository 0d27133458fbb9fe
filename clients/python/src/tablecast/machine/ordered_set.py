"""A set that keeps the order of its items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet
from typing import TypeVar

Item = TypeVar("Item")


class OrderedSet(MutableSet[Item]):
    """A set whose iteration has the order in which the items were added."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = dict.fromkeys(items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[Item]:
        """Iterate over a copy: the loop may change the set."""
        return iter(list(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Item) -> None:
        """Add an item at the end, unless the set has it."""
        self._items[item] = None

    def discard(self, item: Item) -> None:
        """Remove an item, if the set has it."""
        self._items.pop(item, None)
