"""Connections that the server does not open: no token, a wrong token, no server."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from client.fake_server import fake_server
from reading import read, until
from server_events import refused
from tablecast import Client

ORDERS = "orders/*"
SECRET = "secret-token"


async def reasons_at(url: str, **options: Any) -> list[str]:
    """Return the reasons of the first `waiting` state."""
    reasons: list[str] = []

    def on_state(state: str, reason: str) -> None:
        if state == "waiting":
            reasons.append(reason)

    async with Client(f"{url}?token={SECRET}", token=lambda: SECRET, on_state=on_state, **options):
        await until(lambda: len(reasons) > 0)
    return reasons


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, "the path"), (401, "the token is missing"), (403, "origin"), (500, "the server failed")],
)
async def test_a_refused_connection_reports_its_status_and_what_to_check(
    status: int, advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(connection: ServerConnection, _: Request) -> Response:
        return connection.respond(HTTPStatus(status), "no")

    caplog.set_level(logging.DEBUG)
    logging.getLogger("websockets.server").setLevel(logging.INFO)
    async with serve(lambda _: until(lambda: True), "127.0.0.1", 0, process_request=refuse) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        [reason, *_] = await reasons_at(f"ws://127.0.0.1:{port}/live")
    assert reason.startswith(f"ws://127.0.0.1:{port}/live did not open (HTTP {status}): ")
    assert advice in reason
    assert SECRET not in caplog.text


async def test_no_log_has_the_token_at_the_level_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("websockets.server").setLevel(logging.INFO)
    async with fake_server() as server, Client(server.url, token=SECRET) as client:
        await client.subscribe(ORDERS).ready()
        assert SECRET in server.offered[0]
    assert "live: caught up" in caplog.text
    assert SECRET not in caplog.text


async def test_without_a_server_the_reason_names_what_to_check() -> None:
    [reason, *_] = await reasons_at("ws://127.0.0.1:1")
    assert reason.startswith("ws://127.0.0.1:1 did not open (")
    assert "check that the server runs at this address" in reason


async def test_no_error_shows_the_query_the_user_or_the_password_of_the_address() -> None:
    secrets = "user:secret@127.0.0.1:1/live?token=secret@b"
    with pytest.raises(ValueError, match=r"the url is '127\.0\.0\.1:1/live'\. Use"):
        Client(secrets)
    [reason, *_] = await reasons_at(f"ws://{secrets}")
    assert reason.startswith("ws://127.0.0.1:1/live did not open (")
    assert "secret" not in reason


async def test_a_token_with_a_line_break_is_not_sent_and_not_shown() -> None:
    reasons: list[str] = []
    async with fake_server() as server:
        async with Client(server.url, token="abc\n", on_state=lambda _, reason: reasons.append(reason)):
            await until(lambda: len(reasons) > 2)
        assert server.offered == []
    assert "cannot connect: the option token returned a character that no token has, such as a line break" in reasons
    assert "abc" not in "".join(reasons)


async def test_an_empty_token_is_a_reason() -> None:
    reasons: list[str] = []
    async with (
        fake_server() as server,
        Client(server.url, token=lambda: "", on_state=lambda _, reason: reasons.append(reason)),
    ):
        await until(lambda: len(reasons) > 2)
    assert "cannot connect: the option token returned an empty token" in reasons


async def test_a_redirect_is_not_followed_because_the_other_server_would_receive_the_token() -> None:
    async with fake_server() as other:

        def redirect(connection: ServerConnection, _: Request) -> Response:
            response = connection.respond(HTTPStatus.FOUND, "")
            response.headers["Location"] = other.url
            return response

        async with serve(lambda _: until(lambda: True), "127.0.0.1", 0, process_request=redirect) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            [reason, *_] = await reasons_at(f"ws://127.0.0.1:{port}")
        assert "HTTP 302" in reason
        assert other.offered == []


@pytest.mark.parametrize("subjects", [None, ORDERS])
async def test_a_refused_client_has_the_reason_and_connects_with_a_new_token(subjects: str | None) -> None:
    reasons: list[str] = []

    def on_state(state: str, reason: str) -> None:
        if state == "waiting":
            reasons.append(reason)

    async with fake_server() as server:
        server.refusal = refused(401, "token-expired", "Get a new one.")
        async with Client(server.url, on_state=on_state) as client:
            orders = client.subscribe(subjects) if subjects else None
            await until(lambda: len(reasons) >= 2)
            assert reasons[0].endswith("(401 token-expired): Get a new one. (check what the option token returns)")
            server.refusal = None
            await until(lambda: client.state == "live")
            await server.write("orders/1")
            if orders:
                assert await read(orders, 1) == ["e-1"]
