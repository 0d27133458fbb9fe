// The server closes a connection that sends more than 100 messages at once, or more than 10 a second: docs/reference/limits.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CollectionState } from "../../src/machine/collection-state.js";
import type { ClientMessage } from "../../src/protocol/message.js";
import { pong, state, subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

/** A server that replies at once, with its limit of messages. */
class LimitedServer {
  readonly subjects = new Set<string>();
  /** The least number of messages that it had still accepted. */
  least = 100;
  messages = 0;
  #tokens = 100;
  #refilledAt = 0;

  constructor(private readonly harness: Harness) {}

  /** Replies until the client waits. */
  reply(): void {
    for (let sent = this.harness.sent(); sent.length > 0; sent = this.harness.sent()) {
      for (const message of sent) this.harness.receive(1, this.#replyTo(message));
    }
  }

  #replyTo(message: ClientMessage): string {
    const { now } = this.harness;
    this.#tokens = Math.min(100, this.#tokens + (now - this.#refilledAt) / 100) - 1;
    this.#refilledAt = now;
    this.least = Math.min(this.least, this.#tokens);
    this.messages++;
    return this.#change(message);
  }

  #change(message: ClientMessage): string {
    if (message.action === "subscribe") {
      for (const subject of message.subjects) this.subjects.add(subject);
      return subscribed(message.id, message.subjects, 1);
    }
    if (message.action === "state") {
      const results = message.subjects.map((subject) => ({ subject, complete: true, items: 0 }));
      return state(message.id, results, 1);
    }
    if (message.action !== "unsubscribe") return pong(message.id, 1);
    for (const subject of message.subjects) this.subjects.delete(subject);
    return unsubscribed(message.id, message.subjects);
  }
}

/** Lets time pass, with every timer of the client. */
function pass(harness: Harness, server: LimitedServer, time: number): void {
  const end = harness.now + time;
  while (harness.machine.wakeAt <= end) {
    assert.ok(harness.machine.wakeAt > harness.now, "the client waits for a time that is over");
    harness.toNextTimer();
    server.reply();
  }
  harness.now = end;
}

/** Shows 30 rows, and replaces one of them every 100 ms. Returns the subjects of those that it shows at the end. */
function scroll(harness: Harness, server: LimitedServer, loader?: (subject: string) => CollectionState): string[] {
  const add = (row: number) => {
    const subject = `orders/acme/${row}`;
    const subscription = harness.subscribe({ subjects: [subject], loader: loader?.(subject) });
    server.reply();
    return subscription;
  };
  const rows = Array.from({ length: 30 }, (_, row) => add(row));
  for (let row = 30; row < 330; row++) {
    harness.unsubscribe(rows.shift()!);
    server.reply();
    rows.push(add(row));
    pass(harness, server, 100);
  }
  pass(harness, server, 10_000);
  return rows.flatMap(({ filter }) => filter.subjects);
}

test("a list of rows that scrolls fast keeps to half of the server's limit", () => {
  const harness = new Harness();
  const server = new LimitedServer(harness);
  harness.open(1);
  const subjects = scroll(harness, server);
  assert.deepEqual([...server.subjects].sort(), subjects.sort());
  assert.ok(server.least >= 49, `the server had accepted ${server.least} more messages`);
  assert.deepEqual([harness.closed(), harness.machine.state], [[], "live"]);
});

test("a list of collections that scrolls fast keeps to half of the server's limit", () => {
  const harness = new Harness();
  const server = new LimitedServer(harness);
  harness.open(1);
  const loaders: CollectionState[] = [];
  scroll(harness, server, (subject) => {
    const loader = new CollectionState([subject], "order.v1", () => 0.5);
    loaders.push(loader);
    return loader;
  });
  assert.ok(loaders.slice(-30).every(({ status }) => status === "live"));
  assert.ok(server.least >= 49, `the server had accepted ${server.least} more messages`);
  assert.deepEqual(harness.closed(), []);
});

test("what waits for the pace shares one message", () => {
  const harness = new Harness();
  const server = new LimitedServer(harness);
  harness.open(1);
  for (let row = 0; row < 80; row++) {
    harness.subscribe({ subjects: [`orders/acme/${row}`] });
    server.reply();
  }
  assert.deepEqual([server.messages, server.subjects.size], [50, 49]);
  pass(harness, server, 200);
  assert.deepEqual([server.messages, server.subjects.size], [51, 80]);
  pass(harness, server, 10_000);
  assert.equal(server.messages, 51);
});
