import assert from "node:assert/strict";
import { test } from "node:test";
import { event, order, RECOVERED, resumed, subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

test("delivers an event to every subscription that matches it", () => {
  const harness = new Harness();
  for (const subjects of [["orders/*"], ["orders/acme/*"], ["orders/globex/*"]]) harness.subscribe({ subjects });
  harness.open(1);
  for (const [id, subject] of [["1", "orders/*"], ["2", "orders/acme/*"], ["3", "orders/globex/*"]] as const) {
    harness.receive(1, subscribed(id, [subject]));
  }
  harness.receive(1, order("orders/acme/1", undefined), order("profiles/ada", undefined));
  assert.deepEqual(harness.delivered(), ["orders/acme/1 undefined", "orders/acme/1 undefined"]);
});

test("delivers only the types of a subscription, also as event-too-large", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL, types: ["order.placed.v1"] });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL));
  const tooLarge = (type: string) => event("tablecast.event-too-large.v1", { type }, { id: type, subject: "orders/1" });
  const other = event("order.cancelled.v1", {}, { subject: "orders/1" });
  harness.receive(1, other, tooLarge("order.cancelled.v1"), tooLarge("order.placed.v1"));
  assert.deepEqual(harness.delivered(), ["order.placed.v1"]);
});

test("delivers the events of a batch in order", () => {
  const { harness } = Harness.live();
  harness.receive(1, `[${[order("orders/1", 1), order("orders/2", 2)].join()}]`);
  assert.deepEqual(harness.delivered(), ["orders/1 1", "orders/2 2"]);
});

test("delivers a duplicate once, by position or by id", () => {
  const { harness } = Harness.live();
  harness.receive(1, order("orders/1", 1), order("orders/1", 1), order("orders/1", 2, { id: "orders/1 1" }));
  harness.receive(1, order("orders/2", undefined), order("orders/2", undefined));
  assert.deepEqual(harness.delivered(), ["orders/1 1", "orders/2 undefined"]);
});

test("delivers a late event apart from others, once, also from the log", () => {
  const { harness } = Harness.live(ALL, 0);
  const late = order("orders/1", 2, { late: true });
  harness.receive(1, order("orders/1", 1), late, late);
  assert.deepEqual(harness.delivered(), ["orders/1 1", "late orders/1 2"]);
  harness.reconnect(2);
  const [request] = harness.sent().slice(-1);
  const after = (request as { after?: unknown }).after;
  assert.deepEqual(after, { "tablecast/orders": "e-2" }, "it counts for the position");
  const replayed = [order("orders/1", 3), order("orders/1", 4, { late: true }), order("orders/1", 5)];
  harness.receive(2, resumed(request!.id, { ...RECOVERED, position: "e-5" }), ...replayed, subscribed(request!.id, ALL, 5));
  assert.deepEqual(harness.delivered(), ["orders/1 3", "late orders/1 4", "orders/1 5"]);
});

test("starts at the acknowledged position, and drops earlier events", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, order("orders/1", 9), order("orders/1", 11), subscribed("1", ALL, 10), order("orders/1", 10));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
});

test("delivers unknown event types, and ignores unknown control events", () => {
  const { harness } = Harness.live();
  harness.receive(1, event("order.teleported.v1", {}, { id: "new", subject: "orders/1" }));
  harness.receive(1, event("tablecast.weather.v1", {}, { subject: "orders/1" }));
  assert.deepEqual(harness.delivered(), ["new"]);
  assert.equal(harness.machine.state, "live");
});

test("delivers invalid events as errors, and reconnects after invalid replies", () => {
  const harness = new Harness({ validate: ({ data }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined) });
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, 1));
  harness.receive(1, order("orders/1", 2, { data: { bad: true } }), order("orders/1", 3));
  const invalid = "InvalidEvent: order.placed.v1 orders/1 2 does not match its schema: is bad";
  assert.deepEqual(harness.delivered(), [invalid, "orders/1 3"]);
  harness.receive(1, event("tablecast.pong.v1", { bad: true }));
  assert.equal(harness.machine.state, "waiting");
});

test("delivers a refusal once, and continues with the granted subjects", () => {
  const { harness } = Harness.live(["orders/a", "orders/b"], 1);
  const results = [
    { subject: "orders/a", granted: false, reason: "not-granted" },
    { subject: "orders/b", granted: true },
  ];
  const sources = { "tablecast/orders": "e-1" };
  const reply = event("tablecast.subscribed.v1", { request: "1", subjects: results, sources });
  const deliveredOn = (connection: number) => {
    harness.reconnect(connection);
    harness.receive(connection, resumed("1", RECOVERED), reply, order("orders/b", connection));
    return harness.delivered();
  };
  const refusal = "Refused: the server refused the subscription to orders/a: not-granted";
  assert.deepEqual(deliveredOn(2), [refusal, "orders/b 2"]);
  assert.deepEqual(deliveredOn(3), ["orders/b 3"]);
});

test("delivers a refusal when the server rejects the subscribe message", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, event("tablecast.error.v1", { request: "1", code: "bad-message", message: "no", closing: false }));
  assert.deepEqual(harness.delivered(), ["Refused: the server refused the subscription to orders/*: no"]);
  assert.equal(harness.machine.state, "live");
});

test("confirms only what is granted, not rejected, and not closed", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ["a/1", "b/1"] });
  harness.open(1);
  harness.receive(1, subscribed("1", ["a/1", "b/1"], 1, ["b/1"]));
  assert.equal(harness.take("confirm").length, 1);
  harness.subscribe({ subjects: ["c/1"] });
  harness.receive(1, subscribed("2", ["c/1"], 1, []));
  harness.subscribe({ subjects: ["d/1"] });
  harness.receive(1, event("tablecast.error.v1", { request: "3", code: "bad-message", message: "no", closing: false }));
  harness.unsubscribe(harness.subscribe({ subjects: ["e/1"] }));
  harness.receive(1, subscribed("4", ["e/1"], 1));
  assert.equal(harness.take("confirm").length, 0);
});

test("subscribes again only after the reply to an unsubscribe", () => {
  const { harness, subscription } = Harness.live();
  harness.unsubscribe(subscription);
  harness.subscribe({ subjects: ALL });
  assert.deepEqual(harness.sent(), [{ action: "unsubscribe", id: "2", subjects: ALL }]);
  harness.receive(1, order("orders/1", 1));
  harness.receive(1, unsubscribed("2", ALL));
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "3", subjects: ALL }]);
  harness.receive(1, order("orders/1", 2), subscribed("3", ALL, 1));
  assert.deepEqual(harness.delivered(), ["orders/1 2"]);
});

test("unsubscribes only after the reply to a subscribe", () => {
  const harness = new Harness();
  const subscription = harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.unsubscribe(subscription);
  assert.deepEqual(harness.sent().map(({ action }) => action), ["subscribe"]);
  harness.receive(1, subscribed("1", ALL));
  assert.deepEqual(harness.sent(), [{ action: "unsubscribe", id: "2", subjects: ALL }]);
});
