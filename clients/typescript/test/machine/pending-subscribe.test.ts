// Events that are held back until a subscribe is acknowledged.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PendingSubscribe } from "../../src/machine/pending-subscribe.js";
import { SubscriptionState } from "../../src/machine/subscription-state.js";
import type { CloudEvent } from "../../src/protocol/event.js";
import { order, SOURCE } from "../server-events.js";

const COUNT = 100;
const POSITION = { epoch: "e", offset: 1_000 };

/** Counts how often the position of an event is read. */
function counted(offset: number, reads: { count: number }): CloudEvent {
  const event: CloudEvent = JSON.parse(order("orders/1", offset));
  const get = () => (reads.count++, `e-${offset}`);
  return Object.defineProperty(event, "position", { get });
}

test("each event is classified when it arrives, and after the first reply", () => {
  const subscription = new SubscriptionState({ subjects: ["orders/*"] }, undefined);
  const pending = new PendingSubscribe([subscription], true, new Set());
  const reads = { count: 0 };
  for (let offset = 1; offset <= COUNT; offset++) {
    pending.buffer(subscription, counted(offset, reads));
    assert.deepEqual(pending.release(subscription, 1, false), []);
  }
  assert.equal(reads.count, COUNT);
  pending.resumed(new Map([[SOURCE, { recovered: true, position: POSITION, reason: undefined }]]));
  for (let input = 0; input < 3; input++) assert.deepEqual(pending.release(subscription, 1, false), []);
  assert.equal(reads.count, 2 * COUNT);
  pending.acknowledged(new Map([[SOURCE, POSITION]]), () => true);
  const offsets = pending.release(subscription, 1, false).filter(({ kind }) => kind === "event");
  // The subscription starts after them.
  assert.deepEqual(offsets, []);
});
