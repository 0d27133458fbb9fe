import assert from "node:assert/strict";
import { test } from "node:test";
import { pong, refreshed, unavailable } from "../server-events.js";
import { Harness } from "./harness.js";

test("refreshes the token after most of its lifetime, and again", () => {
  const harness = new Harness();
  harness.open(1, 40_000);
  harness.receive(1, pong(harness.sent()[0]?.id));
  assert.equal(harness.toNextTimer(), 31_000);
  assert.deepEqual(harness.take("token"), [{ type: "token", connection: 1 }]);
  harness.add(harness.machine.tokenReceived(1, "new", harness.now));
  assert.deepEqual(harness.sent(), [{ action: "refresh", id: "2", token: "new" }]);
  harness.receive(1, refreshed(20_000, [], "2"));
  assert.equal(harness.toNextTimer(), 46_500);
});

test("delivers removed subjects as refused, and retries a failed token", () => {
  const { harness } = Harness.live();
  harness.receive(1, refreshed(1e9, ["orders/*"]));
  assert.deepEqual(harness.delivered(), ["Refused: the server refused the subscription to orders/*: not-granted"]);
  harness.add(harness.machine.tokenFailed(1, harness.now));
  assert.equal(harness.toNextTimer(), 10_000);
  assert.equal(harness.take("token").length, 1);
});

test("retries an unavailable refresh on the same connection", () => {
  const { harness } = Harness.live();
  harness.add(harness.machine.tokenReceived(1, "new", harness.now));
  const [refresh] = harness.sent();
  harness.receive(1, unavailable(refresh?.id));
  assert.equal(harness.machine.state, "live");
  assert.equal(harness.toNextTimer(), 10_000);
  assert.equal(harness.take("token").length, 1);
});
