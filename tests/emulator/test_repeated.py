import asyncio
import logging
import unittest

from repeated import once


def roles():
    """An application in which each name can be created once."""
    created = []

    async def create(scope, receive, send):
        name = (await receive())["body"]
        status = 409 if name in created else 200
        created.append(name)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": name})

    return create


def request(app, call, agent=b"Terraform/1.11", is_lost=False):
    """Sends a request to create a role, and returns the status."""
    headers = [(b"user-agent", agent), (b"amz-sdk-invocation-id", call)]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"orders", "more_body": False}

    async def send(message):
        if is_lost:
            raise ConnectionResetError
        sent.append(message)

    async def respond():
        try:
            await app(scope, receive, send)
        except ConnectionResetError:
            pass

    asyncio.run(respond())
    return sent[0]["status"] if sent else None


class Repeated(unittest.TestCase):
    def setUp(self):
        logging.disable(logging.WARNING)

    def test_a_repeated_request_gets_the_lost_response(self):
        app = once(roles())
        self.assertEqual([request(app, b"1", is_lost=True), request(app, b"1")], [None, 200])

    def test_another_call_is_made(self):
        app = once(roles())
        self.assertEqual([request(app, b"1"), request(app, b"2")], [200, 409])

    def test_a_failed_request_is_made_again(self):
        app = once(roles())
        calls = [request(app, call) for call in (b"1", b"2", b"2")]
        self.assertEqual(calls, [200, 409, 409])

    def test_other_clients_are_not_affected(self):
        app = once(roles())
        self.assertEqual([request(app, b"1", agent=b"aws-cli") for _ in range(2)], [200, 409])


if __name__ == "__main__":
    unittest.main()
