"""Reads the string constants of Java source."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<char>'(?:\\.|[^'\\])+')|"""
    r""""{3}[ \t]*\n(?P<block>.*?)"{3}|"(?P<text>(?:\\.|[^"\\\n])*)"|(?P<plus>\+)|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(u+[0-9a-fA-F]{4}|[0-7]{1,3}|.)", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " ", "\n": ""}


def unescape(text: str) -> str:
    """Return the value of the inside of a literal."""

    def value(found: re.Match[str]) -> str:
        escape = found[1]
        if escape.startswith("u"):
            return chr(int(escape.lstrip("u"), 16))
        if escape[0] in "01234567":
            return chr(int(escape, 8))
        return ESCAPED.get(escape, escape)

    # A pair of surrogates is one character.
    return ESCAPE.sub(value, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def strip_indent(block: str) -> str:
    """Remove the common indentation of a text block."""
    rows = block.split("\n")
    margin = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    return "\n".join(row[margin:].rstrip() for row in rows)


def constants(source: str) -> Iterator[str]:
    """Return each constant: literals that are joined with `+` are one."""
    parts: list[str] = []
    joined = False
    for token in TOKEN.finditer(source):
        kind = token.lastgroup
        if kind in ("comment", "space"):
            continue
        if kind in ("text", "block"):
            text = unescape(token["text"] if kind == "text" else strip_indent(token["block"]))
            if parts and not joined:
                yield "".join(parts)
                parts = []
            parts.append(text)
            joined = False
        elif kind == "plus" and parts:
            joined = True
        else:
            if parts:
                yield "".join(parts)
            parts, joined = [], False
    if parts:
        yield "".join(parts)
