"""Writes to DynamoDB of the local mode."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.request
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

Item = dict[str, Any]

KEY, SECRET, REGION = "local", "local", "us-east-1"


class DynamoDb:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def put(self, table: str, item: Item) -> None:
        self._call("PutItem", {"TableName": table, "Item": item})

    def delete(self, table: str, key: Item) -> None:
        self._call("DeleteItem", {"TableName": table, "Key": key})

    def _call(self, operation: str, request: Item) -> None:
        body = json.dumps(request).encode()
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": urlsplit(self.endpoint).netloc,
            "x-amz-date": datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        headers["authorization"] = _signature(headers, body)
        urllib.request.urlopen(urllib.request.Request(self.endpoint, body, headers), timeout=30).close()


def _signature(headers: dict[str, str], body: bytes) -> str:
    """AWS signature version 4."""
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    date = headers["x-amz-date"][:8]
    scope = [date, REGION, "dynamodb", "aws4_request"]
    hashed = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], "/".join(scope), hashed])
    key = f"AWS4{SECRET}".encode()
    for part in [*scope, text]:
        key = hmac.digest(key, part.encode(), "sha256")
    return f"AWS4-HMAC-SHA256 Credential={KEY}/{'/'.join(scope)}, SignedHeaders={names}, Signature={key.hex()}"


def order(number: str, status: str = "PLACED", reason: str = "0") -> Item:
    """Return an order of the tenant acme."""
    created = "2026-11-23T09:00:00Z"
    texts = {"tenant": "acme", "orderId": number, "currency": "EUR", "createdAt": created, "status": status}
    line = {"M": {"sku": {"S": "lamp"}, "quantity": {"N": "1"}, "unitPrice": {"N": "1.50"}}}
    item: Item = {name: {"S": text} for name, text in {**texts, "cancelReason": reason}.items()}
    return {**item, "total": {"N": "1.50"}, "lines": {"L": [line]}}
