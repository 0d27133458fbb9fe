// A refused subscription receives nothing, although another one has its events.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, order, pong, RECOVERED, refreshed, resumed, SOURCE, subscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const ACME = ["orders/acme/*"];
const PREFIX = "orders/ac*";

/** The events that one subscription received since the last call. */
function received(harness: Harness, subscription: unknown): string[] {
  const deliveries = harness.take("deliver").filter((effect) => effect.subscription === subscription);
  return deliveries.flatMap(({ delivery }) => (delivery.kind === "event" ? [delivery.event.id] : []));
}

test("a refused subscription receives no events, although another one has them", () => {
  const { harness } = Harness.live(ACME, 10);
  const refused = harness.subscribe({ subjects: [PREFIX] });
  harness.receive(1, order("orders/acme/1", 11), subscribed("2", [PREFIX], 11, []), order("orders/acme/1", 12));
  assert.deepEqual(received(harness, refused), []);
});

test("a rejected subscription receives no events, although another one has them", () => {
  const { harness } = Harness.live(ACME, 10);
  const rejected = harness.subscribe({ subjects: [PREFIX] });
  harness.receive(1, event("tablecast.error.v1", { request: "2", code: "bad-message", message: "no", closing: false }));
  harness.receive(1, order("orders/acme/1", 11));
  assert.deepEqual(received(harness, rejected), []);
});

test("a subscription with a refused subject receives only the events of its others", () => {
  const { harness } = Harness.live(ACME, 10);
  const subjects = [PREFIX, "orders/acme/1"];
  const half = harness.subscribe({ subjects });
  harness.receive(1, order("orders/acme/2", 11), order("orders/acme/1", 12), subscribed("2", subjects, 10, subjects.slice(1)));
  harness.receive(1, order("orders/acme/2", 13), order("orders/acme/1", 14));
  assert.deepEqual(received(harness, half), ["orders/acme/1 12", "orders/acme/1 14"]);
});

test("a token that removes a subject ends its events, although another subscription has them", () => {
  const { harness } = Harness.live(ACME, 10);
  const other = harness.subscribe({ subjects: ["orders/acme/1"] });
  harness.receive(1, subscribed("2", ["orders/acme/1"], 10));
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: ["orders/acme/1"] }));
  harness.receive(1, order("orders/acme/1", 11));
  assert.deepEqual(received(harness, other), []);
});

test("a refused subscription receives events again when a later connection grants it", () => {
  const { harness, subscription } = Harness.live(ACME, 10);
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: ACME }));
  harness.reconnect(2);
  harness.receive(2, resumed("1", { ...RECOVERED, position: "e-11" }), order("orders/acme/1", 11), subscribed("1", ACME, 11));
  harness.receive(2, order("orders/acme/1", 12));
  assert.deepEqual(received(harness, subscription), ["orders/acme/1 11", "orders/acme/1 12"]);
});

test("the idle position advances unless every subject is refused", () => {
  const subjects = ["orders/acme/1", "orders/acme/2"];
  for (const [removed, expected] of [[subjects.slice(1), "e-100"], [subjects, "e-5"]] as const) {
    const { harness } = Harness.live(subjects, 5);
    harness.receive(1, refreshed(1e8, [...removed]));
    for (const end of [100, 200]) {
      harness.advance(240_000);
      const ping = harness.sent().find(({ action }) => action === "ping");
      harness.receive(1, pong(ping?.id, end));
    }
    harness.reconnect(2);
    assert.deepEqual(harness.sent()[0], { action: "subscribe", id: "1", subjects, after: { [SOURCE]: expected } });
  }
});
