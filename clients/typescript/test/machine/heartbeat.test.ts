import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientMessage } from "../../src/protocol/message.js";
import { event, order, pong, RECOVERED, refreshed, resumed, subscribed, unavailable } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

test("pings, and reconnects without a pong", () => {
  const { harness } = Harness.live();
  assert.equal(harness.toNextTimer(), 240_000);
  assert.deepEqual(harness.sent(), [{ action: "ping", id: "2" }]);
  harness.receive(1, pong("2"));
  assert.equal(harness.toNextTimer(), 480_000);
  assert.equal(harness.toNextTimer(), 490_000);
  assert.deepEqual(harness.closed(), ["no reply to ping within 10 s"]);
});

/** Replies to so many pings, each with another log end. Returns the other messages. */
function replyToPings(harness: Harness, count: number, logEnd: (number: number) => number): ClientMessage[] {
  const others = [];
  for (let number = 1; number <= count; number++) {
    harness.toNextTimer();
    const [ping, ...more] = harness.sent();
    harness.receive(1, pong(ping?.id, logEnd(number)));
    others.push(...more, ...harness.sent());
  }
  return others;
}

test("an idle subscription advances with the log, without other messages", () => {
  const { harness } = Harness.live(ALL, 10);
  assert.deepEqual(replyToPings(harness, 20, (number) => 10_000 * number), []);
  const deliveries = harness.take("deliver").map(({ delivery }) => delivery);
  const offsets = deliveries.map((delivery) => delivery.kind === "advance" && delivery.positions.get("tablecast/orders")?.offset);
  assert.deepEqual(offsets, Array.from({ length: 19 }, (_, n) => 10_000 * (n + 1)));
  harness.reconnect(2);
  const after = { "tablecast/orders": "e-190000" };
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects: ALL, after }]);
});

test("advances to a log end when a pong arrives 200 seconds later", () => {
  for (const [time, count] of [[199_999, 0], [200_000, 1]] as const) {
    const { harness } = Harness.live(ALL, 10);
    harness.receive(1, pong(undefined, 20));
    harness.now += time;
    assert.equal(harness.take("deliver").length, 0);
    harness.receive(1, pong(undefined, 30));
    assert.equal(harness.take("deliver").length, count, `${time}`);
  }
});

test("advances no further than the newest pong, and not back", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, pong(undefined, 20));
  harness.now += 200_000;
  harness.receive(1, pong(undefined, 14));
  harness.receive(1, order("orders/1", 15), order("orders/2", 14));
  assert.deepEqual(harness.delivered(), ["orders/1 15"]);
  harness.now += 200_000;
  harness.receive(1, pong(undefined, 12));
  harness.reconnect(2);
  const after = { "tablecast/orders": "e-15" };
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "1", subjects: ALL, after });
});

test("ignores the log ends of another connection", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, pong(undefined, 20));
  harness.reconnect(2);
  harness.receive(2, resumed("1", { recovered: true, position: "e-10" }), subscribed("1", ALL, 10));
  harness.now += 200_000;
  harness.take("deliver");
  harness.receive(2, pong(undefined, 30));
  assert.deepEqual(harness.take("deliver"), []);
});

test("delivers events that arrive after a pong with a later log end", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, pong(undefined, 14));
  harness.receive(1, order("orders/1", 13), order("orders/2", 12));
  assert.deepEqual(harness.delivered(), ["orders/1 13", "orders/2 12"]);
});

test("does not advance to an earlier epoch or in other sources, or while a subscribe is pending", () => {
  const { harness } = Harness.live(ALL, 10);
  const sources = { "tablecast/orders": "d-20", "tablecast/profiles": "e-20" };
  harness.receive(1, event("tablecast.pong.v1", { sources }));
  harness.now += 200_000;
  harness.receive(1, pong(undefined, 30));
  assert.deepEqual(harness.take("deliver"), []);
  harness.subscribe({ subjects: ["profiles/*"] });
  harness.now += 200_000;
  harness.receive(1, pong(undefined, 40));
  assert.deepEqual(harness.take("deliver"), []);
});

test("does not advance a subscription that a new token does not grant", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, refreshed(1e9, ALL), pong(undefined, 20));
  harness.take("deliver");
  harness.now += 200_000;
  harness.receive(1, pong(undefined, 30));
  assert.deepEqual(harness.take("deliver"), []);
});

test("checks for lost events after an unavailable ping, every five minutes", () => {
  const { harness } = Harness.live(ALL, 10);
  const fail = () => {
    harness.wake();
    harness.receive(1, unavailable(harness.sent()[0]?.id));
    assert.equal(harness.machine.state, "live");
  };
  const pongAt = (time: number, end: number) => {
    harness.now = time;
    harness.receive(1, pong(undefined, end));
    return harness.sent();
  };
  fail();
  assert.deepEqual(pongAt(299_999, 12), []);
  const check = { action: "subscribe", id: "3", subjects: ALL, after: { "tablecast/orders": "e-10" } };
  assert.deepEqual(pongAt(300_000, 12), [check]);
  harness.receive(1, order("orders/1", 13), order("orders/1", 12));
  harness.receive(1, resumed("3", RECOVERED), subscribed("3", ALL, 12));
  assert.deepEqual(harness.delivered(), ["orders/1 12", "orders/1 13"]);
  assert.deepEqual(harness.states(), []);
  fail();
  assert.deepEqual(pongAt(599_999, 20), []);
  const [again] = pongAt(600_000, 20);
  harness.receive(1, resumed(again!.id, RECOVERED), subscribed(again!.id, ALL, 20));
  assert.deepEqual(pongAt(900_000, 30), [], "no ping failed since");
});

test("too-much is a gap after a reconnect, but not in a check for lost events", () => {
  for (const reason of ["too-much", "too-wide", "quota-exceeded"]) tooMuch(reason);
});

function tooMuch(reason: string): void {
  const failed = (request: string) => resumed(request, { recovered: false, reason });
  const { harness } = Harness.live(ALL, 10);
  harness.toNextTimer();
  harness.receive(1, unavailable("2"));
  harness.sent();
  harness.now += 300_000;
  harness.receive(1, pong(undefined, 50_000));
  assert.deepEqual(harness.sent().map(({ action, id }) => [action, id]), [["subscribe", "3"]]);
  harness.receive(1, order("orders/1", 50_001), failed("3"), order("orders/2", 49_999), subscribed("3", ALL, 50_000));
  assert.deepEqual(harness.delivered(), ["orders/2 49999", "orders/1 50001"]);
  harness.reconnect(2);
  harness.receive(2, failed("1"), subscribed("1", ALL, 99_999));
  assert.equal(harness.delivered().join(), `gap of tablecast/orders: ${reason}`);
}

test("a log end from before an unavailable ping settles no position", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, pong(undefined, 20));
  harness.wake();
  harness.receive(1, unavailable(harness.sent()[0]?.id));
  harness.now += 300_000;
  harness.receive(1, pong(undefined, 10), pong(undefined, 30));
  assert.deepEqual(harness.take("deliver"), []);
});

test("a pong that arrives before the check for lost events settles no position later", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.wake();
  harness.receive(1, unavailable(harness.sent()[0]?.id), pong(undefined, 20));
  harness.now += 300_000;
  harness.receive(1, pong(undefined, 10), pong(undefined, 30));
  assert.deepEqual(harness.take("deliver"), []);
});

test("a pong that does not list the source of an earlier one settles nothing there", () => {
  const { harness } = Harness.live(ALL, 10);
  const profiles = { "tablecast/profiles": "e-20" };
  for (const sources of [{ "tablecast/orders": "e-20", ...profiles }, profiles]) {
    harness.receive(1, pong(undefined, sources));
    harness.now += 200_000;
  }
  assert.deepEqual([harness.take("deliver"), harness.closed()], [[], []]);
});

test("a check for lost events waits for pending subscribes, and ignores other sources", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.wake();
  harness.receive(1, unavailable(harness.sent()[0]?.id));
  harness.subscribe({ subjects: ["profiles/*"] });
  const { id } = harness.sent()[0]!;
  harness.now = 300_000;
  const other = { "tablecast/invoices": "e-99" };
  harness.receive(1, pong(undefined, { ...other, "tablecast/orders": "e-12" }));
  assert.deepEqual(harness.sent(), []);
  harness.receive(1, subscribed(id, ["profiles/*"], { "tablecast/profiles": "e-3" }));
  harness.receive(1, pong(undefined, { ...other, "tablecast/orders": "e-12", "tablecast/profiles": "e-3" }));
  const after = { "tablecast/orders": "e-10" };
  assert.deepEqual(harness.sent().map(({ id: _, ...message }) => message), [{ action: "subscribe", subjects: ALL, after }]);
});
