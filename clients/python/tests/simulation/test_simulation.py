"""Random faults. `RUNS=2000` runs more simulations, and `SEED` begins with another one."""

from __future__ import annotations

import os
import random
from collections import Counter

from simulation.simulation import Simulation

RUNS = int(os.environ.get("RUNS", "60"))
SEED = int(os.environ.get("SEED", "1"))
FAULTS = [
    *("cut", "refused", "reload", "failed send", "dispatched twice", "reconnect requested", "pause", "unavailable"),
    "expired",
]


def check_delivered_once(simulation: Simulation, seed: int) -> None:
    for app in simulation.client.apps:
        received = {logged.number for since_reload in app.received for logged in since_reload}
        lost = [number for number in app.expected(simulation.server.events) if number not in received]
        assert lost == [], f"lost with SEED={seed}"
        assert app.is_in_order, f"in order and once, with SEED={seed}"
        possible = {"too-wide", "position-unknown", "epoch-changed"} if app.is_wide else {"epoch-changed"}
        assert set(app.failures) <= possible, f"with SEED={seed}"


def test_delivers_each_event_once_and_in_order_or_reports_a_gap_whatever_fails() -> None:
    counts: Counter[str] = Counter()
    continued = 0
    for seed in range(SEED, SEED + RUNS):
        simulation = Simulation(seed)
        for _ in range(random.Random(seed).randint(50, 1500)):
            simulation.step()
        simulation.finish()
        check_delivered_once(simulation, seed)
        counts += simulation.counts
        continued += simulation.server.continued
    if RUNS >= 60:
        assert continued > 0, "a log continued in another epoch"
        assert {fault: counts[fault] for fault in FAULTS if counts[fault] < RUNS / 20} == {}
    print(dict(counts))
