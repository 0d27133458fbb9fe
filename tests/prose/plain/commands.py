"""Checks the commands that install or run packages. The npm registry has no tablecast-client, so anybody could publish one."""

import re

from . import files

UNSAFE = re.compile(r"\bnpx tablecast-client\b")
SAFE = "npx --no-install tablecast-client"
PAST = "CHANGELOG.md"


def check(root, names):
    """(file, line, problem) of each command that runs the client from the registry, or before it is installed."""
    for name in (name for name in names if name.endswith(".md") and name != PAST):
        text = files.read(root, name)
        for line, content in enumerate(text.split("\n"), 1):
            if UNSAFE.search(content):
                yield name, line, f"npx installs what a stranger publishes as tablecast-client. Write {SAFE}"
            if SAFE in content and "npm install" not in text:
                yield name, line, "the client is not installed here. Write the command `npm install` for it before"
