"""The programs of README.md."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from client.fake_server import fake_server
from reading import until

README = Path(__file__).parents[2] / "README.md"
SRC = README.parent / "src"


async def run(program: str, url: str, until_subscribed: asyncio.Event) -> str:
    """Run a program against another server. Return its first line."""
    environment = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "1", "TOKEN": "a.b.c"}
    program = program.replace("ws://127.0.0.1:8787", url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=environment, stdout=subprocess.PIPE
    )
    until_subscribed.set()
    try:
        assert process.stdout
        return (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    finally:
        process.kill()
        await process.communicate()


async def first_line(program: str) -> tuple[str, str]:
    """Return the first line after an event, and the sub-protocols that the program offered."""
    async with fake_server() as server:
        started = asyncio.Event()
        line = asyncio.create_task(run(program, server.url, started))
        await started.wait()
        await until(lambda: len(server.messages) > 0)
        await server.write("orders/acme/1", {"total": "129.90"})
        return await line, server.offered[0]


def program_with(text: str) -> str:
    blocks: list[str] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    return next(block for block in blocks if text in block)


async def test_the_quick_start_prints_an_event() -> None:
    line, offered = await first_line(program_with("asyncio.run(main())"))
    assert line == "orders/acme/1 129.90\n"
    assert offered.endswith("bearer.a.b.c")


async def test_the_script_prints_an_event() -> None:
    line, offered = await first_line(
        'import tablecast\ntoken = "d.e.f"\n' + program_with("for item in tablecast.events")
    )
    assert line.startswith("Event(type='order.placed.v1', subject='orders/acme/1', data={'total': '129.90'}")
    assert offered.endswith("bearer.d.e.f")
