"""Reads the text format of Protocol Buffers, without its schema: a message is a list of names and values."""

from __future__ import annotations

import re
from typing import Any

Message = list[tuple[str, Any]]

TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<name>[A-Za-z_][\w.]*)|(?P<any>\[[^\]\s",]+\])"""
    r"""|(?P<number>-?(?:0x[0-9a-fA-F]+|[\d.]+(?:[eE][-+]?\d+)?)[fF]?|-(?:inf|nan))|(?P<mark>[{}:<>,;\[\]])""",
    re.DOTALL,
)
ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"a": b"\a", b"v": b"\v"}


class Enum(str):
    """A word: `true`, `inf` or the name of an enumerator."""


def unescape(literal: str) -> bytes:
    def value(found: re.Match[bytes]) -> bytes:
        escape = found[1]
        if escape[:1] == b"x":
            return bytes([int(escape[1:], 16)])
        if escape[:1] in (b"u", b"U"):
            return chr(int(escape[1:], 16)).encode("utf-8", "surrogatepass")
        if escape[:1] in b"01234567":
            return bytes([int(escape, 8) & 255])
        return ESCAPED.get(escape, escape)

    return ESCAPE.sub(value, literal[1:-1].encode())


class Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [(kind, token[0]) for token in TOKEN.finditer(text) if (kind := token.lastgroup)]
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def next(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def message(self, end: str) -> Message:
        fields: Message = []
        while self.peek() != end:
            name = self.next()[1]
            if self.peek() == ":":
                self.next()
            if self.peek() == "[":
                self.next()
                while self.peek() != "]":
                    fields.append((name, self.value()))
                    if self.peek() == ",":
                        self.next()
                self.next()
            else:
                fields.append((name, self.value()))
            if self.peek() in (",", ";"):
                self.next()
        if end:
            self.next()
        return fields

    def value(self) -> Any:
        kind, token = self.next()
        if token in "{<":
            return self.message("}" if token == "{" else ">")
        if kind == "text":
            whole = unescape(token)
            while self.at < len(self.tokens) and self.tokens[self.at][0] == "text":
                whole += unescape(self.next()[1])
            return whole
        if kind == "number":
            return number(token)
        return Enum(token)


def number(token: str) -> int | float:
    try:
        return int(token, 0)
    except ValueError:
        return float(token if token == "-inf" else token.rstrip("fF"))


def parse(text: str) -> Message:
    return Reader(text).message("")


def all_of(message: Message, name: str) -> list[Any]:
    return [value for field, value in message if field == name]


def one_of(message: Message, name: str, default: Any = None) -> Any:
    return next(iter(all_of(message, name)), default)
