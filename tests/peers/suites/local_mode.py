"""Runs `tablecast dev` on free ports."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from answers import PROJECT

LOG = PROJECT / "target/tools/peers/local-mode.log"
BINARIES = Path(os.environ.get("TABLECAST_BINARIES", PROJECT / "target/debug"))


@contextmanager
def local_mode() -> Iterator[dict[str, str]]:
    """Return the addresses: `clients`, `http`, `bus` and `dynamodb`."""
    program = BINARIES / "tablecast"
    if not program.exists():
        raise SystemExit(f"{program} is missing: run `cargo build --workspace`, or set TABLECAST_BINARIES")
    options = ["dev", "--json", "--auth", "none", "--port", "0", "--dynamodb-port", "0", "--log-level", "error"]
    command = [str(program), *options, "--functions", str(BINARIES)]
    with LOG.open("w") as log, subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"tablecast dev does not start: {LOG} has the reason")
            yield json.loads(line)
        finally:
            process.terminate()
            process.wait(timeout=30)
