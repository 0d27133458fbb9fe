// A connection does not keep the subscriptions that the application closed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { SubscriptionState } from "../../src/machine/subscription-state.js";
import { subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Subscribes with this message, receives the reply, and closes the subscription. */
function closed(harness: Harness, message: number, granted: string[]): WeakRef<SubscriptionState> {
  const subscription = harness.subscribe({ subjects: ["profiles/*"] });
  harness.receive(1, subscribed(`${message}`, ["profiles/*"], 10, granted));
  harness.unsubscribe(subscription);
  harness.receive(1, unsubscribed(`${message + 1}`, ["profiles/*"]));
  harness.effects = [];
  return new WeakRef(subscription);
}

test("a connection forgets closed subscriptions, also those that the server refused", async () => {
  const { harness } = Harness.live(["orders/*"], 10);
  const subscriptions = [closed(harness, 2, ["profiles/*"]), closed(harness, 4, [])];
  await setImmediate();
  collectGarbage();
  assert.deepEqual(subscriptions.map((subscription) => subscription.deref()), [undefined, undefined]);
  assert.equal(harness.machine.state, "live");
});
