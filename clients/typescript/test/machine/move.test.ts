import assert from "node:assert/strict";
import { test } from "node:test";
import { NONE, order, pong, reconnect, RECOVERED, resumed, resumedSources, subscribed, TOO_WIDE } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];

test("moves after 90 to 115 minutes, when the new connection has caught up", () => {
  const { harness } = Harness.live(ALL, 10);
  while (harness.machine.state === "live") {
    harness.toNextTimer();
    for (const message of harness.sent()) harness.receive(1, pong(message.id));
  }
  assert.equal(harness.now, 102.5 * 60_000);
  assert.deepEqual(harness.take("open"), [{ type: "open", connection: 2 }]);
  harness.open(2);
  harness.receive(1, order("orders/1", 11));
  harness.receive(2, order("orders/1", 11), order("orders/1", 12));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
  assert.equal(harness.machine.state, "moving");
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 12));
  assert.deepEqual(harness.delivered(), ["orders/1 12"]);
  assert.deepEqual(harness.take("close").map(({ connection }) => connection), [1]);
  assert.deepEqual(harness.states(), ["moving", "live"]);
  harness.receive(1, order("orders/1", 13));
  assert.deepEqual(harness.delivered(), []);
});

test("moves when the server sends reconnect", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  assert.equal(harness.toNextTimer(), 0);
  assert.deepEqual(harness.take("open"), [{ type: "open", connection: 2 }]);
});

test("a next connection that must move, too, waits until it is the current one", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.receive(2, reconnect());
  assert.ok(harness.machine.wakeAt > harness.now);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10));
  assert.equal(harness.toNextTimer(), 0);
  assert.deepEqual(harness.opened(), [2, 3]);
});

test("the next connection takes over when the current one ends", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.disconnect(1);
  assert.equal(harness.machine.state, "subscribing");
  harness.receive(2, order("orders/1", 11), resumed("1", RECOVERED), subscribed("1", ALL, 11));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
});

test("keeps the current connection when the next one fails, and retries", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.disconnect(2);
  assert.equal(harness.machine.state, "live");
  harness.receive(1, order("orders/1", 11));
  assert.deepEqual(harness.delivered(), ["orders/1 11"]);
  assert.equal(harness.toNextTimer(), 250);
  assert.deepEqual(harness.opened(), [2, 3]);
  harness.receive(1, order("orders/1", 12));
  assert.deepEqual(harness.delivered(), ["orders/1 12"]);
});

test("a new subscription starts on the current connection during a move", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.sent();
  harness.subscribe({ subjects: ["profiles/*"] });
  assert.deepEqual(harness.take("send").map(({ connection }) => connection), [1]);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10));
  assert.equal(harness.machine.state, "moving");
  harness.receive(1, subscribed("2", ["profiles/*"], 20));
  assert.deepEqual(harness.take("send").map(({ connection }) => connection), [2]);
  harness.receive(2, resumed("2", RECOVERED), subscribed("2", ["profiles/*"], 20));
  assert.equal(harness.machine.state, "live");
  assert.deepEqual(harness.delivered(), []);
});

/** Live on connection 1, and open on connection 2. The subscriptions have different types, and so messages of their own. */
function moving(subjects: string[]): Harness {
  const harness = new Harness();
  for (const subject of subjects) harness.subscribe({ subjects: [subject], types: [`${subject.split("/")[0]}.v1`] });
  harness.open(1);
  subjects.forEach((subject, n) => harness.receive(1, subscribed(`${n + 1}`, [subject], 10)));
  if (subjects.length === 0) harness.receive(1, pong("1"));
  harness.sent();
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.states();
  return harness;
}

test("a client without subscriptions moves when the server replies to its ping", () => {
  const harness = moving([]);
  assert.equal(harness.machine.state, "moving");
  harness.receive(2, pong(harness.sent().at(-1)?.id));
  assert.deepEqual(harness.take("close").map(({ connection }) => connection), [1]);
  assert.deepEqual(harness.states(), ["live"]);
});

test("moves only when every subscription has caught up", () => {
  const harness = moving(["orders/*", "profiles/*"]);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ["orders/*"], 10));
  assert.deepEqual(harness.take("close"), []);
  harness.receive(2, resumed("2", RECOVERED), subscribed("2", ["profiles/*"], 10));
  assert.deepEqual(harness.take("close").map(({ connection }) => connection), [1]);
});

test("a client that moves is live when its last late subscription closes", () => {
  const { harness } = Harness.live(ALL, 10);
  const other = harness.subscribe({ subjects: ["profiles/*"], types: ["profile.v1"] });
  harness.receive(1, subscribed("2", ["profiles/*"], 10), reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10), resumed("2", RECOVERED));
  harness.take("state");
  harness.unsubscribe(other);
  harness.receive(2, subscribed("2", ["profiles/*"], 10));
  assert.deepEqual(harness.states(), ["live"]);
  assert.deepEqual(harness.sent().at(-1), { action: "unsubscribe", id: "3", subjects: ["profiles/*"] });
});

test("a refused subscription does not prevent a move, and is requested again after it", () => {
  const { harness } = Harness.live(ALL, 10);
  harness.subscribe({ subjects: ["profiles/*"] });
  harness.receive(1, subscribed("2", ["profiles/*"], 10, []), reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.states();
  harness.sent();
  harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10));
  assert.deepEqual(harness.take("close").map(({ connection }) => connection), [1]);
  assert.deepEqual(harness.states(), ["live"]);
  assert.deepEqual(harness.sent(), [{ action: "subscribe", id: "2", subjects: ["profiles/*"] }]);
});

test("a move resets the backoff if the replaced connection was live for long", () => {
  const harness = new Harness({ random: () => 0.999 });
  harness.subscribe({ subjects: ALL });
  for (let connection = 1; connection <= 8; connection++) {
    if (connection > 1) harness.toNextTimer();
    if (connection < 8) harness.disconnect(connection);
  }
  harness.open(8);
  harness.receive(8, subscribed("1", ALL, 10));
  harness.now += 3_600_000;
  harness.receive(8, reconnect());
  harness.advance(0);
  harness.open(9);
  harness.receive(9, resumed("1", RECOVERED), subscribed("1", ALL, 10));
  assert.equal(harness.machine.state, "live");
  harness.advance(5_000);
  harness.disconnect(9);
  assert.equal(harness.machine.wakeAt - harness.now, 499);
});

test("a subscription that resumes twice during a move has one gap, and no lost event", () => {
  const [wide, acme] = ["tablecast/orders/*", "tablecast/orders/acme"];
  const { harness, subscription } = Harness.live(["orders/*"]);
  harness.receive(1, reconnect());
  harness.advance(0);
  harness.open(2);
  harness.subscribe({ subjects: ["orders/acme/1"] });
  harness.receive(1, subscribed("2", ["orders/acme/1"], { [acme]: "e-10" }));
  harness.receive(2, resumedSources("1", { [wide]: TOO_WIDE }), subscribed("1", ["orders/*"], { [wide]: NONE }));
  const event = order("orders/acme/2", 12, { source: acme });
  harness.receive(2, event, resumedSources("2", { [wide]: TOO_WIDE, [acme]: { recovered: true, position: "e-11" } }));
  harness.effects = harness.effects.filter((effect) => effect.type !== "deliver");
  harness.receive(2, subscribed("2", ["orders/*", "orders/acme/1"], { [wide]: NONE, [acme]: "e-12" }));
  assert.equal(harness.machine.state, "live");
  harness.effects = harness.effects.filter((effect) => !("subscription" in effect) || effect.subscription === subscription);
  assert.deepEqual(harness.delivered(), [`gap of ${wide}: too-wide`, "orders/acme/2 12"]);
});
