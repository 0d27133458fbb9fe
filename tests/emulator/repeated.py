"""Answers a repeated request of Terraform with the response to its first attempt.

On a busy machine, a response can be lost on its way. The AWS SDK then repeats the request, with the same
`amz-sdk-invocation-id`. Without this, `CreateRole` would fail because the first attempt created the role.
"""

import asyncio
import logging
from collections import OrderedDict

LIMIT = 1000
"""The number of remembered responses. Terraform sends a few requests at a time."""

logger = logging.getLogger("tablecast.repeated")


def once(app):
    """Wraps an ASGI application."""
    responses = OrderedDict()

    async def respond(scope, receive, send):
        key = invocation(scope)
        if key is None:
            return await app(scope, receive, send)
        if key in responses and is_success(messages := await responses[key]):
            logger.warning("a repeated request gets the first response: %s %s", scope["method"], scope["path"])
            await read(receive)
            return await send_all(messages, send)
        responses[key] = asyncio.get_running_loop().create_future()
        while len(responses) > LIMIT:
            responses.popitem(last=False)
        await record(app, scope, receive, send, responses[key])

    return respond


def invocation(scope):
    """Returns the id of an SDK's call, the same in each attempt. None for requests of other clients."""
    headers = dict(scope.get("headers", ()))
    is_terraform = scope["type"] == "http" and b"Terraform" in headers.get(b"user-agent", b"")
    return headers.get(b"amz-sdk-invocation-id") if is_terraform else None


async def record(app, scope, receive, send, response):
    """Runs the application, also when the client is gone, and remembers its response."""
    messages = []

    async def remember(message):
        messages.append(message)

    try:
        await app(scope, receive, remember)
    finally:
        response.set_result(messages)
    await send_all(messages, send)


def is_success(messages):
    """Returns whether an attempt succeeded. The SDK also repeats requests that failed."""
    return bool(messages) and messages[0].get("status", 500) < 300


async def send_all(messages, send):
    for message in messages:
        await send(message)


async def read(receive):
    """Reads a request to its end, so that the connection can be used again."""
    while (await receive()).get("more_body"):
        pass
