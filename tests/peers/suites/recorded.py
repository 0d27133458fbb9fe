"""Compares an answer with one that LocalStack recorded of AWS, in which `<...>` stands for anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

# Values that LocalStack replaced by their names.
WORDS = {"datetime", "date", "event-id", "starting-sequence-number"}
ACCOUNT = "111111111111"


def differences(recorded: Any, actual: Any, path: str = "") -> Iterator[str]:
    """Return each place where the answers differ."""
    if isinstance(recorded, dict) and isinstance(actual, dict):
        for key in sorted(recorded.keys() | actual.keys()):
            place = f"{path}.{key}" if path else key
            if key not in actual:
                yield f"{place} is missing"
            elif key not in recorded:
                yield f"{place} is only ours: {str(actual[key])[:60]}"
            else:
                yield from differences(recorded[key], actual[key], place)
    elif isinstance(recorded, list) and isinstance(actual, list):
        if len(recorded) != len(actual):
            yield f"{path} has {len(actual)} elements, and in AWS {len(recorded)}"
        for index, (one, other) in enumerate(zip(recorded, actual)):
            yield from differences(one, other, f"{path}[{index}]")
    elif not same(recorded, actual):
        yield f"{path} is {str(actual)[:120]!r}, and in AWS {str(recorded)[:120]!r}"


def same(recorded: Any, actual: Any) -> bool:
    if isinstance(recorded, str):
        if recorded in WORDS:
            return actual is not None
        text = str(actual) if isinstance(actual, (str, bytes, datetime)) else None
        return text is not None and re.fullmatch(pattern(recorded), text, re.DOTALL) is not None
    return bool(recorded == actual)


def pattern(recorded: str) -> str:
    parts = re.split(rf"(<[^<>]+>|{ACCOUNT})", recorded)
    return "".join(".*" if index % 2 else re.escape(part) for index, part in enumerate(parts))


def answer(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response of boto3 as LocalStack records it."""
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return {**response, "ResponseMetadata": {"HTTPHeaders": {}, "HTTPStatusCode": status}}
