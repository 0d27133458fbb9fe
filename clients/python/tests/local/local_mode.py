"""Runs the local mode from target/debug (`cargo build --workspace`), or from the folder TABLECAST_BINARIES."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from local.dynamodb import DynamoDb, order

PROJECT = Path(__file__).resolve().parents[4]
BINARIES = Path(os.environ.get("TABLECAST_BINARIES", PROJECT / "target/debug"))
TABLECAST = BINARIES / "tablecast"

MISSING = "" if TABLECAST.exists() else f"{TABLECAST} does not exist: run `cargo build --workspace`"
"""Why the tests cannot run."""

MAY_SKIP = "TABLECAST_BINARIES" not in os.environ and not os.environ.get("CI")


class LocalMode:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tablecast-python-"))
        self.url = ""
        self._ports = ("0", "0")
        pipes = self.folder / "pipes"
        pipes.mkdir()
        for name in ("orders.yaml", "profiles.yaml"):
            original = (PROJECT / "pipes" / name).read_text()
            (pipes / name).write_text(original.partition("\ntests:")[0])

    def run(self) -> None:
        """Start, on the same ports as before and with the same data."""
        folders: list[str | Path] = [
            "--functions",
            BINARIES,
            "--schemas",
            PROJECT / "schemas",
            "--pipes",
            self.folder / "pipes",
        ]
        ports = ["--port", self._ports[0], "--dynamodb-port", self._ports[1]]
        command: list[str | Path] = [TABLECAST, "--json", *folders, "--data", self.data, *ports, "--test-clock"]
        self._process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout
        addresses = json.loads(self._process.stdout.readline())
        self.url = addresses["clients"]
        self.dynamodb = DynamoDb(addresses["dynamodb"])
        self._ports = (_port(self.url), _port(addresses["dynamodb"]))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def kill_and_delete_data(self) -> None:
        """Delete the data after functions that outlive their parent: they could write to the new tables."""
        self.kill()
        time.sleep(5)
        shutil.rmtree(self.data)

    def end(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def token(self, expires: str = "1h", user: str = "ada") -> str:
        """Return a token of the development issuer for a user of the tenant acme."""
        claims = ["--subject", user, "--claim", "tenant=acme", "--expires", expires]
        command: list[str | Path] = [TABLECAST, "token", *claims, "--data", self.data]
        printed: str = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return printed.strip()

    def advance(self, duration: str) -> None:
        """Advance the clock of the gateway, for example by `9m`."""
        url = f"{self.url.replace('ws', 'http', 1)}/clock?advance={duration}"
        urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=30).close()

    def put(self, number: str, status: str = "PLACED", reason: str = "0") -> str:
        """Write an order. Return its subject."""
        self.dynamodb.put("orders", order(number, status, reason))
        return f"orders/acme/{number}"


def _port(url: str) -> str:
    return str(urlsplit(url).port)
