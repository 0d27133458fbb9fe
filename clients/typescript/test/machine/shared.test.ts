// Several subscriptions to one subject: the server has one subscription.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, order, RECOVERED, resumed, resumedSources, subscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

test("each subscription to a subject receives its events from its own confirmation on", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.subscribe({ subjects: ALL });
  harness.receive(1, order("orders/1", 11));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
  assert.equal(harness.take("confirm").length, 0);
  harness.receive(1, subscribed("2", ALL, 11), order("orders/1", 12));
  assert.deepEqual(harness.delivered(), ["orders/1 12", "orders/1 12"]);
  assert.equal(harness.take("confirm").length, 1);
});

test("the server keeps a subject until its last subscription closes", () => {
  const { harness, subscription } = Harness.live(ALL, 10);
  const other = harness.subscribe({ subjects: ALL });
  harness.receive(1, subscribed("2", ALL, 10));
  harness.sent();
  harness.unsubscribe(subscription);
  assert.deepEqual(harness.sent(), []);
  harness.receive(1, order("orders/1", 11));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
  harness.unsubscribe(other);
  assert.deepEqual(harness.sent(), [{ action: "unsubscribe", id: "3", subjects: ALL }]);
});

test("an unsubscribe names only the subjects that no other subscription has", () => {
  const { harness, subscription } = Harness.live(["orders/*", "profiles/*"], 10);
  harness.subscribe({ subjects: ALL });
  harness.receive(1, subscribed("2", ALL, 10));
  harness.sent();
  harness.unsubscribe(subscription);
  assert.deepEqual(harness.sent(), [{ action: "unsubscribe", id: "3", subjects: ["profiles/*"] }]);
});

test("a subscribe has the types of all subscriptions to its subjects", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL, types: ["order.placed.v1"] });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, 10));
  harness.subscribe({ subjects: ALL, types: ["order.cancelled.v1"] });
  const types = ["order.cancelled.v1", "order.placed.v1"];
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "2", subjects: ALL, types });
  harness.receive(1, subscribed("2", ALL, 10), order("orders/1", 11));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
  harness.subscribe({ subjects: ALL });
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "3", subjects: ALL }]);
});

test("subscriptions to one subject resume with one message that names it once", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.subscribe({ subjects: ALL });
  harness.receive(1, subscribed("2", ALL, 10), order("orders/1", 11));
  harness.reconnect(2);
  const after = { "tablecast/orders": "e-11" };
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "1", subjects: ALL, after });
  harness.delivered();
  harness.receive(2, resumed("1", RECOVERED), order("orders/2", 12), subscribed("1", ALL, 12));
  assert.deepEqual(harness.delivered(), ["orders/2 12", "orders/2 12"]);
});

test("a rejected subscribe does not end another subscription to its subject", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.subscribe({ subjects: [...ALL, "no subject"] });
  const rejection = { request: "2", code: "bad-message", message: "no subject", closing: false };
  harness.receive(1, event("tablecast.error.v1", rejection), order("orders/1", 11));
  const delivered = harness.delivered();
  for (const subject of [...ALL, "no subject"]) {
    assert.equal(delivered.filter((text) => text.includes(`the subscription to ${subject}: no subject`)).length, 1);
  }
  assert.ok(delivered.includes("orders/1 11"));
});

test("a subscription that resumes beside a live one waits for the whole replay", () => {
  const harness = new Harness();
  const channel = (name: string, offset: number) => ({ [`tablecast/orders/${name}`]: `e-${offset}` });
  const progress = (name: string) => JSON.stringify({ [`tablecast/orders/${name}`]: { epoch: "e", floor: 3, seen: "" } });
  const acme = (offset: number) => order("orders/acme/1", offset, { source: "tablecast/orders/acme" });
  harness.subscribe({ subjects: ["orders/acme/*"] });
  harness.open(1);
  // They wait for the reply. The last one overlaps only the one before it.
  const resuming = harness.subscribe({ subjects: ALL, progress: progress("acme") });
  harness.subscribe({ subjects: ["orders/globex/*"], progress: progress("globex") });
  harness.receive(1, subscribed("1", ["orders/acme/*"], channel("acme", 10)));
  const { id, ...message } = harness.sent().at(-1)!;
  assert.deepEqual("subjects" in message && message.subjects, [...ALL, "orders/acme/*", "orders/globex/*"]);
  const recovered = (position: string) => ({ recovered: true, position });
  harness.receive(1, resumedSources(id, { "tablecast/orders/acme": recovered("e-12"), "tablecast/orders/globex": recovered("e-3") }));
  harness.receive(1, acme(12), acme(4));
  harness.receive(1, subscribed(id, [...ALL, "orders/acme/*", "orders/globex/*"], { ...channel("acme", 12), ...channel("globex", 3) }));
  const deliveries = harness.take("deliver").filter(({ subscription }) => subscription === resuming);
  const events = deliveries.flatMap(({ delivery }) => (delivery.kind === "event" ? [delivery.event.id] : []));
  assert.deepEqual(events, ["orders/acme/1 4", "orders/acme/1 12"]);
});

test("a subscribe has the types of a subscription that shares one of its subjects", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ["orders/*", "profiles/*"], types: ["order.placed.v1"] });
  harness.open(1);
  harness.receive(1, subscribed("1", ["orders/*", "profiles/*"], 10));
  harness.subscribe({ subjects: ALL, types: ["order.cancelled.v1"] });
  const types = ["order.cancelled.v1", "order.placed.v1"];
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "2", subjects: ALL, types });
});

test("a message has 20 types, and of more it has none", () => {
  for (const count of [20, 21]) {
    const harness = new Harness();
    const types = Array.from({ length: count }, (_, n) => `order.v${n}`);
    harness.subscribe({ subjects: ALL, types });
    harness.open(1);
    assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects: ALL, ...(count === 20 && { types }) }]);
  }
});
