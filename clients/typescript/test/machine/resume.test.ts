import assert from "node:assert/strict";
import { test } from "node:test";
import { event, order, RECOVERED, resumed, subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

test("resumes after the last event, and delivers buffered events in order", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, order("orders/1", 12), order("orders/1", 13));
  harness.reconnect(2);
  const [message] = harness.sent();
  assert.deepEqual(message, { action: "subscribe", id: "1", subjects: ALL, after: { "tablecast/orders": "e-13" } });
  harness.delivered();
  harness.receive(2, order("orders/1", 16), order("orders/2", 11), order("orders/1", 12), order("orders/1", 15));
  assert.deepEqual(harness.delivered(), []);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 15));
  assert.deepEqual(harness.delivered(), ["orders/2 11", "orders/1 15", "orders/1 16"]);
});

test("delivers replayed events at once, and resumes after them", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.reconnect(2);
  harness.sent();
  harness.receive(2, resumed("1", { recovered: true, position: "e-14" }));
  harness.receive(2, order("orders/1", 12), order("orders/1", 15), order("orders/1", 13));
  assert.deepEqual(harness.delivered(), ["orders/1 12", "orders/1 13"]);
  harness.reconnect(3);
  const after = { "tablecast/orders": "e-13" };
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects: ALL, after }]);
});

test("does not deliver events from before the subscription on resume", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.reconnect(2);
  harness.receive(2, order("orders/1", 10), order("orders/1", 11));
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 11));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
});

test("overlapping subscriptions resume together, after the least position", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ["orders/acme/*"], types: ["order.placed.v1"] });
  harness.open(1);
  harness.receive(1, subscribed("1", ["orders/acme/*"], 10));
  harness.subscribe({ subjects: ["orders/*"], types: ["order.cancelled.v1"] });
  harness.subscribe({ subjects: ["profiles/*"] });
  harness.receive(1, subscribed("2", ["orders/*"], 20));
  harness.receive(1, subscribed("3", ["profiles/*"], { "tablecast/profiles": "e-20" }));
  harness.receive(1, order("orders/acme/1", 21));
  harness.disconnect(1);
  harness.toNextTimer();
  harness.sent();
  harness.open(2);
  const after = (offset: number) => ({ "tablecast/orders": `e-${offset}` });
  const types = ["order.placed.v1", "order.cancelled.v1"];
  const subjects = ["orders/acme/*", "orders/*"];
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects, types, after: after(20) }]);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", subjects, 21));
  const others = { action: "subscribe", id: "2", subjects: ["profiles/*"], after: { "tablecast/profiles": "e-20" } };
  assert.deepEqual(harness.sent(), [others], "those with other types");
});

test("a new subscription waits for the replay of an overlapping one", () => {
  const { harness } = Harness.live(["orders/acme/*"], 10);
  harness.reconnect(2);
  harness.subscribe({ subjects: ALL });
  assert.deepEqual(harness.sent().map(({ id }) => id), ["1"]);
  harness.receive(2, resumed("1", { recovered: true, position: "e-12" }), order("orders/acme/1", 12));
  assert.deepEqual(harness.delivered(), ["orders/acme/1 12"]);
  harness.receive(2, subscribed("1", ["orders/acme/*"], 12));
  assert.deepEqual(harness.sent().map((message) => [message.id, "after" in message]), [["2", false]]);
});

test("resumes together with an overlapping subscription that just started", () => {
  const harness = new Harness();
  const earlier = harness.subscribe({ subjects: ["orders/a"] });
  harness.open(1);
  harness.receive(1, subscribed("1", ["orders/a"], 10));
  harness.unsubscribe(earlier);
  harness.subscribe({ subjects: ALL });
  harness.add(harness.machine.subscribe(earlier.copy(), 0));
  harness.receive(1, unsubscribed("2", ["orders/a"]));
  harness.sent();
  harness.receive(1, subscribed("3", ALL, 12));
  const after = { "tablecast/orders": "e-10" };
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "4", subjects: ["orders/a", ...ALL], after }]);
});

test("delivers a gap with its reason before later events", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.reconnect(2);
  harness.receive(2, order("orders/1", 99));
  harness.receive(2, resumed("1", { recovered: false, reason: "trimmed" }), subscribed("1", ALL, 98));
  const [gap, later] = harness.delivered();
  assert.match(gap ?? "", /gap of .*: trimmed/);
  assert.equal(later, "orders/1 99");
});

test("continues with the offsets of a new epoch after a gap", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.reconnect(2);
  const granted = { subject: "orders/*", granted: true };
  const reply = { request: "1", subjects: [granted], sources: { "tablecast/orders": "f-3" } };
  harness.receive(2, resumed("1", { recovered: false, reason: "epoch-changed" }));
  harness.receive(2, event("tablecast.subscribed.v1", reply));
  harness.receive(2, order("orders/1", undefined, { id: "new", position: "f-4" }));
  assert.match(harness.delivered().join(), /epoch-changed.*,new$/);
  harness.reconnect(3);
  const after = { "tablecast/orders": "f-4" };
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "1", subjects: ALL, after });
});

test("delivers a gap when the server has no log", () => {
  const { harness } = Harness.live();
  harness.reconnect(2);
  harness.receive(2, subscribed("1", ALL));
  assert.match(harness.delivered().join(), /gap of the server: position-unknown/);
});

test("an event of another epoch than that of the replay waits for its end", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.reconnect(2);
  harness.receive(2, resumed("1", { recovered: true, position: "e-14" }));
  harness.receive(2, order("orders/1", undefined, { id: "later", position: "f-13" }), order("orders/1", 12));
  assert.deepEqual(harness.delivered(), ["orders/1 12"]);
  harness.receive(2, subscribed("1", ALL, { "tablecast/orders": "f-13" }));
  assert.deepEqual(harness.delivered(), ["later"]);
});

test("an event before the last one is known, although another id has its position", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, order("orders/1", 12), order("orders/2", 11), order("orders/2", 11, { id: "again" }));
  assert.deepEqual(harness.delivered(), ["orders/1 12", "orders/2 11"]);
});

test("a subscription that never started is in no message that resumes another one", () => {
  const { harness } = Harness.live(["orders/acme/*"], 10);
  harness.disconnect(1);
  harness.subscribe({ subjects: ALL });
  harness.toNextTimer();
  harness.open(2);
  const after = { "tablecast/orders": "e-10" };
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects: ["orders/acme/*"], after }]);
});

test("a subscription that closes while it resumes ends no others of its message", () => {
  const { harness, subscription } = Harness.live(["orders/acme/*"], 10);
  const other = harness.subscribe({ subjects: ALL });
  harness.receive(1, subscribed("2", ALL, 10));
  harness.reconnect(2);
  harness.effects = [];
  harness.unsubscribe(subscription);
  harness.receive(2, order("orders/acme/1", 12), resumed("1", RECOVERED), subscribed("1", ["orders/acme/*", ...ALL], 12));
  assert.deepEqual(harness.take("confirm").map((one) => one.subscription), [other]);
  const deliveries = harness.take("deliver").filter((one) => one.subscription === other);
  assert.equal(deliveries.filter(({ delivery }) => delivery.kind === "event").length, 1);
});

test("a subscription has no position in the source of another one of its message", () => {
  const harness = new Harness();
  const acme = harness.subscribe({ subjects: ["orders/acme/*"] });
  harness.open(1);
  const sources = { "tablecast/orders/acme": "e-10", "tablecast/orders/globex": "e-5" };
  harness.receive(1, subscribed("1", ["orders/acme/*"], sources));
  assert.deepEqual(acme.progress.last.map(([source]) => source), ["tablecast/orders/acme"]);
});

test("a subscription whose stored progress is lost has a gap, although another one resumes", () => {
  for (const lost of ["", "damaged"]) {
    const harness = new Harness();
    const subscription = harness.subscribe({ subjects: ALL, progress: lost });
    harness.subscribe({ subjects: ALL, progress: JSON.stringify({ "tablecast/orders": { epoch: "e", floor: 10, seen: "" } }) });
    harness.open(1);
    harness.receive(1, resumed("1", { recovered: true, position: "e-11" }), order("orders/1", 11), subscribed("1", ALL, 11));
    const deliveries = harness.take("deliver").filter((one) => one.subscription === subscription);
    const gaps = deliveries.flatMap(({ delivery }) => (delivery.kind === "gap" ? [delivery.gap] : []));
    assert.deepEqual(gaps, [{ type: "gap", source: "tablecast/orders", reason: "position-unknown" }]);
  }
});
