// A subscription that its application pauses, and what it remembers of events without a position.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SubscriptionState } from "../../src/machine/subscription-state.js";
import type { CloudEvent } from "../../src/protocol/event.js";
import { order, RECOVERED, resumed, subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

function withoutPosition(id: string): string {
  return order("orders/1", undefined, { id });
}

test("an event without a position that arrived before a pause is not delivered after it", () => {
  const { harness, subscription } = Harness.live(ALL, 10);
  harness.receive(1, withoutPosition("a"), withoutPosition("b"));
  harness.unsubscribe(subscription);
  harness.receive(1, unsubscribed(harness.sent()[0]!.id, ALL));
  harness.add(harness.machine.subscribe(subscription.copy(), harness.now));
  harness.receive(1, resumed("3", RECOVERED), withoutPosition("b"), withoutPosition("c"), subscribed("3", ALL, 10));
  assert.deepEqual(harness.delivered(), ["a", "b", "c"]);
});

test("a subscription remembers the last 20,000 ids, and a pause keeps them", () => {
  const state = new SubscriptionState({ subjects: ALL }, undefined);
  const receive = (to: SubscriptionState, n: number) => to.receive(JSON.parse(withoutPosition(`${n}`)) as CloudEvent, 1).length;
  for (let n = 0; n <= 20_000; n++) assert.equal(receive(state, n), 1);
  const copy = state.copy();
  const again = Array.from({ length: 20_000 }, (_, n) => receive(copy, n + 1));
  assert.ok(again.every((count) => count === 0));
  assert.equal(receive(copy, 0), 1);
});

test("a paused wide subscription knows the newest event of each subject", () => {
  const event = (offset: number) => JSON.parse(order("orders/1", offset)) as CloudEvent;
  const state = new SubscriptionState({ subjects: ALL }, undefined);
  assert.equal(state.receive(event(3), 1).length, 1);
  const copy = state.copy();
  assert.deepEqual([2, 4].map((offset) => copy.receive(event(offset), 2).length), [0, 1]);
});

test("a wide subscription delivers an event without a position after one that has one", () => {
  const state = new SubscriptionState({ subjects: ALL }, undefined);
  const frames = [order("orders/1", 3), withoutPosition("a"), order("orders/1", 2)];
  const counts = frames.map((frame, n) => state.receive(JSON.parse(frame) as CloudEvent, n).length);
  assert.deepEqual(counts, [1, 1, 0]);
});
