"""The function: handles each message of a batch on its own, and returns those that must be delivered again."""

import json
from collections import Counter

import event
import table

RESULTS = ("stored", "skipped", "ignored", "parked", "failed")


def handler(batch: dict, context: object) -> dict:
    counts = Counter(dict.fromkeys(RESULTS, 0))
    failures = []
    for record in batch["Records"]:
        message_id = record["messageId"]
        try:
            counts[handle(event.parse(record["body"]))] += 1
        except Exception as error:  # Whatever the reason is, the other messages go on.
            counts["failed"] += 1
            failures.append({"itemIdentifier": message_id})
            log("error", "failed", messageId=message_id, reason=event.reason(error))
    log("info", "batch", **counts)
    return {"batchItemFailures": failures}


def handle(received: event.Received) -> str:
    """Handle one event, and return what became of it. An error makes SQS deliver the message again."""
    fields = {"id": received.id, "subject": received.subject}
    if received.type == event.TOO_LARGE:
        if not table.park(received):
            return "skipped"
        log("warn", "parked", **fields, reason="The event is too large. Fetch the order from its API.")
        return "parked"
    if received.type not in event.MODELS:
        log("info", "ignored", **fields, type=received.type)
        return "ignored"
    return "stored" if table.store(received, event.data(received)) else "skipped"


def log(level: str, message: str, **fields: object) -> None:
    print(json.dumps({"level": level, "message": message, **fields}), flush=True)
