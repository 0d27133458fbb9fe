// Connections that the server opens only to send the reason of its refusal.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pong, reconnect, refused, subscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];
const REASON = "the server refused the connection (401 token-expired): Get a new one. (check what the option token returns)";

test("a refused connection waits, and the reason has status, kind, message and what to check", () => {
  const harness = new Harness({ random: () => 0.999 });
  harness.subscribe({ subjects: ALL });
  const delays = [1, 2, 3].map((connection) => {
    harness.open(connection);
    harness.receive(connection, refused(401, "token-expired", "Get a new one."));
    const { state, reason } = harness.take("state").at(-1)!;
    assert.deepEqual({ state, reason }, { state: "waiting", reason: REASON });
    const delay = harness.machine.wakeAt - harness.now;
    harness.toNextTimer();
    return delay;
  });
  assert.deepEqual(delays, [499, 999, 1998]);
});

test("the reason of an unknown status is the server's message", () => {
  const harness = new Harness();
  harness.open(1);
  harness.receive(1, refused(418, "teapot", "No tea."));
  assert.equal(harness.take("state").at(-1)?.reason, "the server refused the connection (418 teapot): No tea.");
});

test("a client without subscriptions pings at once, and is live when the server replies", () => {
  const harness = new Harness();
  harness.open(1);
  assert.deepEqual(harness.sent(), [{ action: "ping", id: "1" }]);
  assert.deepEqual(harness.states(), ["connecting", "subscribing"]);
  harness.receive(1, pong("1"));
  assert.deepEqual(harness.states(), ["live"]);
  assert.equal(harness.machine.wakeAt, 240_000);
});

test("a client with a subscription sends no ping at once", () => {
  const { harness } = Harness.live();
  assert.deepEqual(harness.sent(), []);
});

test("a refused move leaves the current connection as it is", () => {
  for (const subjects of [[], ALL]) {
    const harness = new Harness();
    if (subjects.length > 0) harness.subscribe({ subjects });
    harness.open(1);
    harness.receive(1, subjects.length > 0 ? subscribed("1", subjects, 7) : pong("1"), reconnect());
    harness.toNextTimer();
    harness.open(2);
    harness.receive(2, refused(401, "token-expired", "Get a new one."));
    assert.deepEqual(harness.take("close"), [{ type: "close", connection: 2, reason: REASON }]);
    assert.equal(harness.machine.state, "live");
  }
});
