"""Gets the answers of tablecast's Rust code: tests/peers/src."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
CARGO = os.environ.get("CARGO", "cargo")


def lines(command: list[str], cases: Iterable[Any]) -> list[Any]:
    """Run a program that reads and writes one JSON value on each line."""
    text = "".join(json.dumps(case) + "\n" for case in cases)
    result = subprocess.run(command, input=text, capture_output=True, text=True, cwd=PROJECT, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{result.stderr[-3000:]}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def ask(kind: str, cases: Iterable[Any]) -> list[Any]:
    """Return one answer for each case."""
    return lines([CARGO, "run", "--quiet", "--package", "tablecast-peers", "--", kind], cases)


def reason_of(refusal: str) -> str:
    """Return the reason of a refusal without the place, so that equal reasons are counted together."""
    return refusal.split(": ", 1)[-1][:110]
