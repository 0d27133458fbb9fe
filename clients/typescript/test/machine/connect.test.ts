import assert from "node:assert/strict";
import { test } from "node:test";
import { event, pong, subscribed, unavailable } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

test("connects, subscribes and is live", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL, types: ["order.placed.v1"] });
  assert.deepEqual(harness.take("open"), [{ type: "open", connection: 1 }]);
  harness.open(1);
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects: ALL, types: ["order.placed.v1"] }]);
  harness.receive(1, subscribed("1", ALL, 7));
  assert.deepEqual(harness.states(), ["connecting", "subscribing", "live"]);
  assert.equal(harness.take("confirm").length, 1);
});

test("reconnects after a random delay whose bound doubles up to 30 seconds", () => {
  const harness = new Harness({ random: () => 0.999 });
  const delays = [];
  for (let connection = 1; connection <= 8; connection++) {
    harness.disconnect(connection);
    delays.push(harness.machine.wakeAt - harness.now);
    harness.toNextTimer();
  }
  assert.deepEqual(delays, [499, 999, 1998, 3996, 7992, 15984, 29970, 29970]);
});

test("only a connection of ten seconds or more resets the backoff", () => {
  const harness = new Harness({ random: () => 0.999 });
  harness.reconnect(2);
  harness.receive(2, pong("1"));
  harness.advance(9_999);
  harness.disconnect(2);
  assert.equal(harness.machine.wakeAt - harness.now, 999);
  harness.toNextTimer();
  harness.open(3);
  harness.receive(3, pong("1"));
  harness.advance(10_000);
  harness.disconnect(3);
  assert.equal(harness.machine.wakeAt - harness.now, 499);
});

test("reconnects when the open or the reply to a subscribe times out", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.advance(29_999);
  assert.deepEqual(harness.take("close"), []);
  harness.advance(1);
  harness.toNextTimer();
  harness.open(2);
  harness.advance(59_999);
  harness.advance(1);
  const reasons = ["the connection did not open within 30 s", "no reply to subscribe within 60 s"];
  assert.deepEqual(harness.closed(), reasons);
});

test("reconnects after other errors and after a frame without an event", () => {
  const frames = [
    unavailable("1"),
    event("tablecast.error.v1", { code: "expired", message: "too late", closing: true }),
    '{"message": "Internal server error", "connectionId": "a=", "requestId": "b="}',
    "{", "[1]", "null", '{"specversion":"1.0","id":"","source":"s","type":"t"}',
  ];
  for (const frame of frames) {
    const harness = new Harness();
    harness.subscribe({ subjects: ALL });
    harness.open(1);
    harness.receive(1, frame);
    assert.equal(harness.machine.state, "waiting", frame);
    assert.equal(harness.take("close").length, 1, frame);
  }
});

test("reconnects or pings at once after a wake, with one ping at a time", () => {
  const harness = new Harness();
  harness.disconnect(1);
  harness.wake();
  assert.deepEqual(harness.opened(), [1, 2]);
  harness.open(2);
  harness.wake();
  harness.wake();
  assert.deepEqual(harness.sent().map(({ action }) => action), ["ping"]);
  harness.receive(2, pong("1"));
  harness.wake();
  assert.deepEqual(harness.sent().map(({ action }) => action), ["ping"]);
  harness.advance(10_000);
  assert.equal(harness.closed().at(-1), "no reply to ping within 10 s");
});

test("does nothing after close", () => {
  const { harness } = Harness.live();
  harness.add(harness.machine.close(harness.now));
  assert.deepEqual(harness.take("close").map(({ connection }) => connection), [1]);
  harness.disconnect(1);
  harness.subscribe({ subjects: ["profiles/*"] });
  harness.advance(1e9);
  assert.deepEqual([harness.take("open"), harness.sent(), harness.machine.wakeAt], [[], [], Infinity]);
  assert.equal(harness.machine.state, "closed");
});
