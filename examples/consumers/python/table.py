"""The consumer's own table: one item for each subject, with the newest event that arrived."""

import os
from collections.abc import Callable

import boto3
from boto3.dynamodb.conditions import Attr

from event import Data, Received
from events.order_cancelled_v1 import OrderCancelled
from events.order_placed_v1 import OrderPlaced

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def newer(received: Received) -> Attr:
    """Be true if the subject has no event, or an older one. So a duplicate or an overtaken event writes nothing."""
    return Attr("sequence").not_exists() | Attr("sequence").lt(received.sequence)


def store(received: Received, data: Data) -> bool:
    """Store the status of an order. Return False if the table has this event or a newer one."""
    item = {
        "subject": received.subject,
        "sequence": received.sequence,
        "eventId": received.id,
        "orderId": data.orderId,
        "status": status(data),
    }
    if isinstance(data, OrderCancelled) and data.reason is not None:
        item["reason"] = data.reason
    return written(lambda: TABLE.put_item(Item=item, ConditionExpression=newer(received)))


def status(data: Data) -> str:
    match data:
        case OrderPlaced():
            return "PLACED"
        case OrderCancelled():
            return "CANCELLED"
        case _:
            return data.to.value


def park(received: Received) -> bool:
    """Mark an order whose event did not fit. It is incomplete until a newer event, or until you fetch the order."""
    return written(
        lambda: TABLE.update_item(
            Key={"subject": received.subject},
            UpdateExpression="SET #sequence = :sequence, eventId = :id, incomplete = :true",
            ConditionExpression=newer(received),
            ExpressionAttributeNames={"#sequence": "sequence"},
            ExpressionAttributeValues={":sequence": received.sequence, ":id": received.id, ":true": True},
        )
    )


def written(write: Callable[[], object]) -> bool:
    try:
        write()
    except TABLE.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True
