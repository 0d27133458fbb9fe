// Replies that a client does not expect, errors, and the reasons of states.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, item, order, pong, reconnect, RECOVERED, refreshed, resumed, state, subscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

function error(request: string | undefined, code: string): string {
  return event("tablecast.error.v1", { request, code, message: "no", closing: false });
}

/** Sends a refresh with the id 2. */
function refreshing(): Harness {
  const { harness } = Harness.live(ALL, 10);
  harness.add(harness.machine.tokenReceived(1, "new", harness.now));
  assert.equal(harness.sent().at(-1)?.action, "refresh");
  return harness;
}

function reasons(harness: Harness): string[] {
  return harness.take("state").map(({ state, reason }) => `${state}: ${reason}`);
}

test("a client begins with one effect that opens a connection, and reports its state", () => {
  const harness = new Harness();
  const opening = { type: "open", connection: 1 };
  assert.deepEqual(harness.effects, [opening, { type: "state", state: "connecting", reason: "scheduled" }]);
});

test("replies to unknown messages change nothing", () => {
  const { harness, subscription } = Harness.live(ALL, 10);
  harness.receive(1, resumed("9", RECOVERED), subscribed("9", ALL, 20), item("9", "orders/1", "new"));
  harness.receive(1, state("9", [{ subject: "orders/*", complete: true, items: 0 }], 20), pong("9"));
  assert.deepEqual(harness.effects, []);
  harness.wake();
  const [ping] = harness.sent();
  harness.receive(1, resumed(ping!.id, RECOVERED), subscribed(ping!.id, ALL, 20));
  assert.deepEqual(harness.effects, []);
  assert.deepEqual(subscription.progress.last, [["tablecast/orders", { epoch: "e", offset: 10 }]]);
});

test("each state has its reason", () => {
  const harness = new Harness();
  const subscription = harness.subscribe({ subjects: ALL });
  harness.advance(30_000);
  assert.deepEqual(reasons(harness).slice(1), ["waiting: the connection did not open within 30 s"]);
  harness.toNextTimer();
  harness.open(2);
  harness.receive(2, subscribed("1", ALL, 10));
  assert.deepEqual(reasons(harness), ["connecting: scheduled", "subscribing: connected", "live: caught up"]);
  harness.receive(2, reconnect());
  harness.toNextTimer();
  harness.open(3);
  harness.take("close");
  harness.receive(3, resumed("1", RECOVERED), subscribed("1", ALL, 10));
  assert.deepEqual(harness.closed(), ["replaced by a new connection"]);
  assert.deepEqual(reasons(harness), ["moving: scheduled", "live: caught up"]);
  harness.unsubscribe(subscription);
  harness.disconnect(3);
  assert.deepEqual(reasons(harness), ["waiting: cut"]);
  harness.add(harness.machine.close(harness.now));
  assert.deepEqual(reasons(harness), ["closed: closed by the application"]);
});

test("a client that moves is live when the only subscription that never started closes", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.open(2);
  const other = harness.subscribe({ subjects: ["profiles/*"] });
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10));
  reasons(harness);
  harness.unsubscribe(other);
  assert.deepEqual(reasons(harness), ["live: subscription closed"]);
});

test("the reason of a closed connection is that of the application", () => {
  const { harness } = Harness.live();
  harness.add(harness.machine.close(harness.now));
  assert.deepEqual(harness.closed(), ["closed by the application"]);
});

test("an error without a request is the reason of the end", () => {
  for (const code of ["expired", "bad-message", "unavailable"]) {
    const { harness } = Harness.live(ALL, 10);
    harness.receive(1, error(undefined, code));
    assert.deepEqual(harness.closed(), [`${code}: no`]);
  }
});

test("only unavailable lets a ping and a refresh try again", () => {
  for (const code of ["bad-message", "internal"]) {
    const refresh = refreshing();
    refresh.receive(1, error("2", code));
    assert.deepEqual(refresh.closed(), [`${code}: no`]);
    const { harness } = Harness.live(ALL, 10);
    harness.wake();
    harness.receive(1, error("2", code));
    assert.deepEqual(harness.closed(), [`${code}: no`]);
  }
});

test("a message that is too large is refused, and the connection stays", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, error("1", "message-too-large"));
  assert.deepEqual(harness.delivered(), ["Refused: the server refused the subscription to orders/*: no"]);
  assert.deepEqual(harness.closed(), []);
});

test("a control event that does not match its schema is the reason of the end", () => {
  const harness = new Harness({ validate: () => "has no sources" });
  harness.open(1);
  harness.receive(1, pong("1"));
  assert.deepEqual(harness.closed(), ["tablecast.pong.v1 does not match its schema: has no sources"]);
});

test("an event on which the validator throws does not match its schema", () => {
  const validate = ({ subject }: { subject?: string }) => {
    if (subject) throw new Error("broken validator");
    return undefined;
  };
  const harness = new Harness({ validate });
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, 10), order("orders/1", 11));
  assert.deepEqual(harness.delivered(), ["InvalidEvent: order.placed.v1 orders/1 11 does not match its schema: broken validator"]);
  assert.deepEqual(harness.closed(), []);
});

test("a refreshed event without a time changes no timer", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: [] }));
  assert.equal(harness.machine.wakeAt, 240_000);
});

test("a refused subject has the reason of the server, or not-granted", () => {
  for (const [reason, expected] of [["too-many-subscriptions", "too-many-subscriptions"], [undefined, "not-granted"]] as const) {
    const harness = new Harness();
    harness.subscribe({ subjects: ALL });
    harness.open(1);
    harness.receive(1, event("tablecast.subscribed.v1", { request: "1", subjects: [{ subject: "orders/*", granted: false, reason }] }));
    assert.deepEqual(harness.delivered(), [`Refused: the server refused the subscription to orders/*: ${expected}`]);
  }
});

test("a subject that is not granted is refused once, and only for its subscriptions", () => {
  const { harness, subscription } = Harness.live(ALL, 10);
  harness.subscribe({ subjects: ["profiles/*"] });
  harness.receive(1, subscribed("2", ["profiles/*"], {}));
  harness.effects = [];
  for (const count of [1, 0]) {
    harness.receive(1, refreshed(1e9, ALL));
    const deliveries = harness.take("deliver");
    assert.deepEqual([deliveries.length, deliveries.every((one) => one.subscription === subscription)], [count, true]);
  }
});

test("a refresh that waits for its reply keeps no subscribe waiting", () => {
  const harness = refreshing();
  harness.subscribe({ subjects: ["profiles/*"] });
  assert.deepEqual(harness.sent().map(({ action }) => action), ["subscribe"]);
});

test("a wake pings an open connection at once, also while a subscribe waits", () => {
  const harness = new Harness();
  harness.wake();
  assert.deepEqual(harness.sent(), []);
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.wake();
  assert.deepEqual(harness.sent().map(({ action }) => action), ["subscribe", "ping"]);
});

test("a client that moves sends nothing before the second connection is open", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.receive(1, order("orders/1", 11));
  assert.deepEqual(harness.sent(), []);
});

test("an unknown control event completes no request, and needs no data", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, event("tablecast.progress.v1", { request: "1", percent: 10 }));
  for (const data of [undefined, null, "text"]) harness.receive(1, event("tablecast.hint.v1", data));
  assert.equal(harness.machine.state, "subscribing");
  harness.receive(1, subscribed("1", ALL, 10));
  assert.deepEqual([harness.take("confirm").length, harness.machine.state, harness.closed()], [1, "live", []]);
});

test("a reply to another action completes no request", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, pong("1"), state("1", []), refreshed(1e7, [], "1"));
  harness.receive(1, subscribed("1", ALL, 10));
  assert.deepEqual([harness.take("confirm").length, harness.closed()], [1, []]);
});
