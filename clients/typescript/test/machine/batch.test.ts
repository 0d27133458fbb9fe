// One subscribe or unsubscribe waits for its reply at a time. The next one has everything that waited.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, order, pong, RECOVERED, resumed, resumedSources, subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const row = (n: number) => `orders/acme/${n}`;
const rows = (from: number, count: number) => Array.from({ length: count }, (_, n) => row(from + n));

/** Subscribes to each subject apart. */
function subscribe(harness: Harness, subjects: string[], types?: string[]) {
  return subjects.map((subject) => harness.subscribe({ subjects: [subject], types }));
}

/** 100 rows whose names have 480 bytes and more. */
function longRows(letter: string): string[] {
  return rows(0, 100).map((subject) => `${subject}/${letter.repeat(480 / new Blob([letter]).size)}`);
}

/** Replies to each message until there are no more. Returns each action, and its number of subjects. */
function serve(harness: Harness, connection = 1): [string, number][] {
  const served: [string, number][] = [];
  for (let messages = harness.sent(); messages.length > 0; messages = harness.sent()) {
    for (const message of messages) {
      const { action, id } = message;
      const { subjects = [] } = message as { subjects?: string[] };
      served.push([action, subjects.length]);
      assert.ok(new Blob([JSON.stringify(message)]).size <= 32 * 1024);
      harness.receive(connection, action === "subscribe" ? subscribed(id, subjects, 10) : unsubscribed(id, subjects));
    }
    assert.ok(messages.length === 1, "only one message waits for its reply");
  }
  return served;
}

/** The subjects of the messages since the last call. */
function subjectsSent(harness: Harness): string[][] {
  return harness.sent().map((message) => ("subjects" in message ? message.subjects : []));
}

test("subscriptions that are made while a reply is outstanding share one message", () => {
  const harness = new Harness();
  harness.open(1);
  harness.receive(1, pong("1"));
  harness.sent();
  subscribe(harness, rows(1, 4));
  assert.deepEqual(subjectsSent(harness), [rows(1, 1)]);
  harness.receive(1, subscribed("2", rows(1, 1), 10));
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "3", subjects: rows(2, 3) }]);
  harness.take("confirm");
  harness.receive(1, subscribed("3", rows(2, 3), 10), order(row(3), 11));
  assert.equal(harness.take("confirm").length, 3);
  assert.deepEqual(harness.delivered(), [`${row(3)} 11`]);
});

test("a page with 100 live rows turns with three messages, and every row becomes ready", () => {
  const harness = new Harness();
  harness.open(1);
  harness.receive(1, pong("1"));
  harness.sent();
  const first = subscribe(harness, rows(0, 100));
  assert.deepEqual(serve(harness), [["subscribe", 1], ["subscribe", 99]]);
  assert.equal(harness.take("confirm").length, 100);
  for (const subscription of first) harness.unsubscribe(subscription);
  const second = subscribe(harness, rows(100, 100));
  assert.deepEqual(serve(harness), [["unsubscribe", 1], ["unsubscribe", 99], ["subscribe", 100]]);
  assert.deepEqual(new Set(harness.take("confirm").map(({ subscription }) => subscription)), new Set(second));
});

test("1,000 components with one subject subscribe with two messages", () => {
  const harness = new Harness();
  harness.open(1);
  harness.receive(1, pong("1"));
  harness.sent();
  subscribe(harness, Array.from({ length: 1_000 }, () => row(1)));
  assert.deepEqual(serve(harness), [["subscribe", 1], ["subscribe", 1]]);
  assert.equal(harness.take("confirm").length, 1_000);
});

test("live rows resume with one message, after the least position of each source", () => {
  const harness = new Harness();
  const live = subscribe(harness, rows(1, 50));
  harness.open(1);
  serve(harness);
  harness.receive(1, order(row(1), 12));
  harness.effects = [];
  harness.reconnect(2);
  const after = { "tablecast/orders": "e-10" };
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "1", subjects: rows(1, 50), after }]);
  harness.receive(2, resumed("1", { recovered: true, position: "e-13" }), order(row(1), 12), order(row(2), 13));
  harness.receive(2, subscribed("1", rows(1, 50), 13));
  assert.deepEqual(harness.delivered(), [`${row(2)} 13`]);
  assert.equal(harness.take("confirm").length, live.length);
});

test("subscriptions with other types have messages of their own", () => {
  const harness = new Harness();
  subscribe(harness, [row(1)], ["order.placed.v1", "order.cancelled.v1"]);
  subscribe(harness, [row(2)]);
  subscribe(harness, [row(3)], ["order.cancelled.v1", "order.placed.v1"]);
  harness.open(1);
  assert.deepEqual(subjectsSent(harness), [[row(1), row(3)]]);
  harness.receive(1, subscribed("1", [row(1), row(3)], 10));
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "2", subjects: [row(2)] }]);
});

test("a new subscription is in no message that resumes others", () => {
  const { harness } = Harness.live([row(1)], 10);
  harness.disconnect(1);
  subscribe(harness, [row(2)]);
  harness.toNextTimer();
  harness.open(2);
  assert.deepEqual(subjectsSent(harness), [[row(1)]]);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", [row(1)], 10));
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "2", subjects: [row(2)] }]);
});

test("a message has at most 100 subjects", () => {
  const harness = new Harness();
  const live = subscribe(harness, rows(0, 120));
  harness.open(1);
  assert.deepEqual(serve(harness), [["subscribe", 100], ["subscribe", 20]]);
  for (const subscription of live) harness.unsubscribe(subscription);
  assert.deepEqual(serve(harness), [["unsubscribe", 1], ["unsubscribe", 100], ["unsubscribe", 19]]);
});

test("a message has at most 32 KB, also of longer characters", () => {
  for (const letter of ["x", "€"]) {
    const harness = new Harness();
    subscribe(harness, longRows(letter));
    harness.open(1);
    serve(harness);
    assert.equal(harness.take("confirm").length, 100);
  }
});

test("an unsubscribe has at most 32 KB, also of longer characters", () => {
  for (const letter of ["x", "€"]) {
    const harness = new Harness();
    const live = subscribe(harness, longRows(letter));
    harness.open(1);
    serve(harness);
    for (const subscription of live) harness.unsubscribe(subscription);
    const served = serve(harness);
    assert.deepEqual(new Set(served.map(([action]) => action)), new Set(["unsubscribe"]));
    assert.equal(served.reduce((sum, [, count]) => sum + count, 0), 100);
  }
});

test("a message does not leave out sources because of other subscriptions", () => {
  const harness = new Harness();
  const sources = (name: string) => Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${name}/${n}`, "e-1"]));
  subscribe(harness, ["a/1"]);
  harness.open(1);
  harness.receive(1, subscribed("1", ["a/1"], sources("a")));
  subscribe(harness, ["b/1"]);
  harness.receive(1, subscribed("2", ["b/1"], sources("b")));
  harness.sent();
  harness.reconnect(2);
  assert.deepEqual(subjectsSent(harness), [["a/1"]]);
  const results = Object.fromEntries(Object.keys(sources("a")).map((source) => [source, RECOVERED]));
  harness.receive(2, resumedSources("1", results), subscribed("1", ["a/1"], sources("a")));
  assert.deepEqual(subjectsSent(harness), [["b/1"]]);
});

test("a check for lost events resumes one message after the other", () => {
  const harness = new Harness();
  subscribe(harness, rows(1, 2));
  subscribe(harness, [row(3)], ["order.placed.v1"]);
  harness.open(1);
  serve(harness);
  harness.advance(300_000);
  harness.receive(1, event("tablecast.error.v1", { request: harness.sent().at(-1)!.id, code: "unavailable", message: "", closing: false }));
  harness.advance(240_000);
  harness.receive(1, pong(harness.sent().at(-1)!.id, 12));
  for (const subjects of [rows(1, 2), [row(3)]]) {
    const [message] = harness.sent();
    assert.deepEqual(message && "subjects" in message && message.subjects, subjects);
    harness.receive(1, resumed(message!.id, { recovered: true, position: "e-12" }), subscribed(message!.id, subjects, 12));
  }
  assert.deepEqual(harness.sent(), []);
});

test("a subscription that closes while it waits is in no message", () => {
  const { harness } = Harness.live([row(1)], 10);
  const [, second] = subscribe(harness, rows(2, 3));
  harness.unsubscribe(second!);
  harness.sent();
  harness.receive(1, subscribed("2", [row(2)], 10));
  assert.deepEqual(subjectsSent(harness), [[row(4)]]);
});

test("a pattern that overlaps another new subject has a message of its own", () => {
  const harness = new Harness();
  subscribe(harness, ["orders/acme/*", "orders/*", "orders/acme/*", "profiles/*"]);
  harness.open(1);
  assert.deepEqual(subjectsSent(harness), [["orders/acme/*", "profiles/*"]]);
  harness.receive(1, subscribed("1", ["orders/acme/*", "profiles/*"], 10));
  assert.deepEqual(subjectsSent(harness), [["orders/*"]]);
});
