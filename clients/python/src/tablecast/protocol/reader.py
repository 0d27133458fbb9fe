"""Reads members of JSON from outside."""

from __future__ import annotations

from typing import Any, TypeVar

from .frame import InvalidFrame

Kind = TypeVar("Kind")


class Reader:
    """A JSON object of a control event. Raises `InvalidFrame` for a member of the wrong type."""

    def __init__(self, where: str, value: Any) -> None:
        self._where = where
        self._members = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            raise InvalidFrame(f"{where} does not match its schema: it is not an object")

    def text(self, name: str) -> str:
        """Return a required text."""
        return self._checked(name, self._members.get(name), str)

    def optional_text(self, name: str) -> str | None:
        """Return a text, or `None` without it."""
        return self.text(name) if name in self._members else None

    def flag(self, name: str) -> bool:
        """Return a required boolean."""
        return self._checked(name, self._members.get(name), bool)

    def number(self, name: str) -> int:
        """Return a required integer."""
        return self._checked(name, self._members.get(name), int)

    def texts(self, name: str) -> list[str]:
        """Return a required list of texts."""
        return [self._checked(name, item, str) for item in self._checked(name, self._members.get(name), list)]

    def optional_texts(self, name: str) -> list[str]:
        """Return a list of texts. An absent one is empty."""
        return self.texts(name) if name in self._members else []

    def object(self, name: str) -> Reader:
        """Return a required object."""
        return Reader(f"{self._where}: {name}", self._members.get(name))

    def objects(self, name: str) -> list[Reader]:
        """Return a required list of objects."""
        items = self._checked(name, self._members.get(name), list)
        return [Reader(f"{self._where}: {name}", item) for item in items]

    def members(self, name: str) -> dict[str, Any]:
        """Return an object of any members. An absent one has none."""
        return self._checked(name, self._members.get(name, {}), dict)

    def _checked(self, name: str, value: Any, kind: type[Kind]) -> Kind:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        raise InvalidFrame(f"{self._where} does not match its schema: {name} is not of type {kind.__name__}")
