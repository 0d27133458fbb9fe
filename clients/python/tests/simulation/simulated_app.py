"""An application with one subscription and a store."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.simulated_log import Logged
from simulation.simulated_server import WIDE, is_wanted
from tablecast.machine.delivery import Delivery, Failed, Gap, Start
from tablecast.machine.progress import Progress
from tablecast.machine.subscription_state import SubscriptionState
from tablecast.protocol.event import Event
from tablecast.protocol.position import Positions


@dataclass(frozen=True)
class Queued:
    """A delivery, and the ends of the logs when the client received it."""

    delivery: Delivery
    log_ends: dict[str, int]


class SimulatedApp:
    """Records the events that it receives."""

    def __init__(self, subjects: list[str], types: list[str] | None = None) -> None:
        self.subjects = subjects
        self.types = types
        self.received: list[list[Logged]] = [[]]
        """Since each reload."""
        self.failures: list[str] = []
        """The reasons of gaps, and errors."""
        self.active: SubscriptionState | None = None
        """The subscription, unless it is paused."""
        self.paused: SubscriptionState | None = None
        """The subscription to continue with after the queue is empty."""
        self.queue: list[Queued] = []
        self.saved: str | None = None
        self._progress = Progress()
        self._missing: dict[str, int] = {}  # By source, the offset up to which events may be missing.
        self._has_started = False
        self._gaps: set[str] = set()  # The sources with a gap that was reported, until the start that follows.

    @property
    def is_wide(self) -> bool:
        return "*" in self.subjects

    def reload(self) -> None:
        """Lose everything but the saved progress."""
        self.queue = []
        self.paused = None
        self._gaps.clear()
        if self.is_wide:  # It cannot recognize the events of the process before.
            self.received.append([])
        self._progress = Progress.restore(self.saved or "")

    def read(self, events: list[Logged]) -> None:
        """Handle the next delivery, and save the progress."""
        queued = self.queue.pop(0)
        if isinstance(queued.delivery, Event):
            self.received[-1].append(events[int(queued.delivery.id) - 1])
        elif isinstance(queued.delivery, Gap):
            self.failures.append(queued.delivery.reason)
            self._gaps.add(queued.delivery.source)
        elif isinstance(queued.delivery, Failed):
            self.failures.append(str(queued.delivery.error))
        elif isinstance(queued.delivery, Start):
            self._started(queued.delivery.positions, queued.log_ends)
        self._progress.add(queued.delivery)
        self.saved = self._progress.text()

    def _started(self, positions: Positions, log_ends: dict[str, int]) -> None:
        """After the first confirmation, only a reported gap may lose events."""
        for source, position in positions.items():
            if self._has_started and source not in self._gaps:
                continue
            self._gaps.discard(source)
            for name, end in (log_ends if source == WIDE else {source: position.offset}).items():
                self._missing[name] = max(self._missing.get(name, 0), end)
        self._has_started = True

    def expected(self, events: list[Logged]) -> list[int]:
        """Return the numbers of the events that the application must have received."""
        wanted = [one for one in events if is_wanted(one, self.subjects, self.types)]
        return [one.number for one in wanted if one.offset > self._missing.get(one.source, 0)]

    @property
    def is_in_order(self) -> bool:
        """True if each event arrived once, and the events of each item in the order of the log."""
        return all(_grows(received, item) for received in self.received for item in {one.item for one in received})


def _grows(received: list[Logged], item: str) -> bool:
    numbers = [one.number for one in received if one.item == item]
    return numbers == sorted(set(numbers))
