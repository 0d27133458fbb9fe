"""Reads messages. The models of `data` are generated from the published schemas."""

import json

from pydantic import BaseModel, ValidationError

from events.order_cancelled_v1 import OrderCancelled
from events.order_placed_v1 import OrderPlaced
from events.order_status_changed_v1 import OrderStatusChanged

Data = OrderPlaced | OrderStatusChanged | OrderCancelled

# The event types of this consumer. Others of the bus may arrive, because rules and deployments change.
MODELS: dict[str, type[Data]] = {
    "order.placed.v1": OrderPlaced,
    "order.status-changed.v1": OrderStatusChanged,
    "order.cancelled.v1": OrderCancelled,
}
TOO_LARGE = "tablecast.event-too-large.v1"


class Received(BaseModel):
    """The attributes of a CloudEvent that this consumer uses."""

    id: str
    type: str
    subject: str
    sequence: str
    data: object = None


class Envelope(BaseModel):
    """The envelope of EventBridge."""

    detail: Received


def parse(body: str) -> Received:
    """Return the CloudEvent in an EventBridge envelope."""
    return Envelope.model_validate_json(body).detail


def data(received: Received) -> Data:
    """Return the data of an own type, or raise if it does not match its schema."""
    text = json.dumps(received.data)
    # In strict mode, pydantic does not convert a text to a number.
    return MODELS[received.type].model_validate_json(text, strict=True)


def reason(error: Exception) -> str:
    """Describe an error on one line, without values of the event."""
    if not isinstance(error, ValidationError):
        return f"{type(error).__name__}: {error}"
    problems = error.errors(include_input=False, include_url=False)
    return "; ".join(f"{'/'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
