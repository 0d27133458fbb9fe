// Subscriptions that are wider than a channel: they receive everything live, and cannot resume.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SubscriptionState } from "../../src/machine/subscription-state.js";
import type { CloudEvent } from "../../src/protocol/event.js";
import { NONE, order, pong, reconnect, resumedSources, subscribed, TOO_WIDE, unavailable } from "../server-events.js";
import { Harness } from "./harness.js";

const ALL = ["orders/*"];
const ACME = ["orders/acme/*"];
const WIDE = "tablecast/orders/*";
const CHANNEL = "tablecast/orders/acme";
const WIDE_GAP = /gap of tablecast\/orders\/\*: too-wide/;

function placed(channel: string, offset: number, item = "1"): string {
  const more = { id: `${channel} ${offset}`, source: `tablecast/orders/${channel}`, position: `e-${offset}` };
  return order(`orders/${channel}/${item}`, undefined, more);
}

/** Live on connection 1, with a wide subscription and one within a channel. */
function live(): Harness {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, { [WIDE]: NONE }));
  harness.subscribe({ subjects: ACME });
  harness.receive(1, subscribed("2", ACME, { [CHANNEL]: "e-10" }));
  harness.effects = [];
  return harness;
}

/** Reconnects on connection 2. Only events of the channel are replayed. */
function resume(harness: Harness): void {
  harness.reconnect(2);
  const after = { [WIDE]: NONE, [CHANNEL]: "e-11" };
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "1", subjects: [...ALL, ...ACME], after });
  harness.delivered();
  harness.receive(2, placed("globex", 8), placed("acme", 14));
  harness.receive(2, resumedSources("1", { [WIDE]: TOO_WIDE, [CHANNEL]: { recovered: true, position: "e-12" } }));
  harness.receive(2, placed("acme", 12), placed("acme", 13));
  harness.receive(2, subscribed("1", [...ALL, ...ACME], { [WIDE]: NONE, [CHANNEL]: "e-13" }));
}

test("only a subscription that is too wide has a gap, and the others resume", () => {
  const harness = live();
  harness.receive(1, placed("acme", 11), placed("globex", 7));
  assert.deepEqual(harness.delivered(), ["acme 11", "acme 11", "globex 7"]);
  resume(harness);
  const [replayed, gap, ...others] = harness.delivered();
  assert.equal(replayed, "acme 12");
  assert.match(gap ?? "", WIDE_GAP);
  assert.deepEqual(others, ["globex 8", "acme 14", "acme 13", "acme 14"]);
});

test("a wide subscription resumes alone, and has one gap on each connection", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, { [WIDE]: NONE }), placed("acme", 11));
  for (const connection of [2, 3]) {
    harness.reconnect(connection);
    assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "1", subjects: ALL, after: { [WIDE]: NONE } });
    harness.delivered();
    harness.receive(connection, resumedSources("1", { [WIDE]: TOO_WIDE }), placed("acme", 12 + connection));
    harness.receive(connection, subscribed("1", ALL, { [WIDE]: NONE }));
    const [gap, ...others] = harness.delivered();
    assert.match(gap ?? "", WIDE_GAP);
    assert.deepEqual(others, [`acme ${12 + connection}`]);
  }
});

test("a live subscription that is too wide has no gap in a check for lost events", () => {
  const harness = live();
  harness.receive(1, placed("acme", 11));
  resume(harness);
  harness.toNextTimer();
  harness.receive(2, unavailable(harness.sent().at(-1)?.id));
  harness.delivered();
  harness.now += 300_000;
  harness.receive(2, pong(undefined, { [WIDE]: NONE, [CHANNEL]: "e-16" }));
  const check = harness.sent().at(-1);
  assert.deepEqual(check && "after" in check && check.after, { [WIDE]: NONE, [CHANNEL]: "e-14" });
  harness.receive(2, resumedSources(check!.id, { [WIDE]: TOO_WIDE, [CHANNEL]: { recovered: true, position: "e-16" } }));
  harness.receive(2, placed("globex", 9), placed("acme", 15), placed("acme", 16));
  harness.receive(2, subscribed(check!.id, [...ALL, ...ACME], { [WIDE]: NONE, [CHANNEL]: "e-16" }));
  assert.deepEqual(harness.delivered(), ["globex 9", "acme 15", "acme 16", "acme 15", "acme 16"]);
});

test("a live wide subscription has a gap in a channel that only another subscription resumes", () => {
  const harness = live();
  const bookmark = JSON.stringify({ [CHANNEL]: { epoch: "e", floor: 3, seen: "" } });
  harness.subscribe({ subjects: ["orders/acme/1"], progress: bookmark });
  const message = harness.sent().at(-1)!;
  const results = { [WIDE]: TOO_WIDE, [CHANNEL]: { recovered: true, position: "e-12" } };
  harness.receive(1, resumedSources(message.id, results), placed("acme", 4), placed("globex", 5), placed("acme", 13));
  const sources = { [WIDE]: NONE, [CHANNEL]: "e-12" };
  harness.receive(1, subscribed(message.id, [...ALL, ...ACME, "orders/acme/1"], sources));
  const deliveries = harness.take("deliver").filter(({ delivery }) => ["event", "gap"].includes(delivery.kind));
  const ofWide = deliveries.filter(({ subscription }) => subscription.filter.subjects.includes("orders/*"));
  const [gap, ...events] = ofWide.map(({ delivery }) => (delivery.kind === "gap" ? delivery.gap : delivery));
  assert.deepEqual(gap, { type: "gap", source: CHANNEL, reason: "position-unknown" });
  assert.deepEqual(events.map((one) => "event" in one! && one.event.id), ["acme 13", "globex 5"]);
});

test("a wide subscription delivers each event of hundreds of channels once", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, { [WIDE]: NONE }));
  const channels = Array.from({ length: 500 }, (_, n) => `c${n}`);
  for (const again of [false, true]) {
    for (const channel of channels) for (const offset of [2, 1, 3]) harness.receive(1, placed(channel, offset, `${offset}`));
    assert.equal(harness.delivered().length, again ? 0 : 1_500);
  }
});

test("a wide subscription recognizes old events of a channel that is no longer listed", () => {
  const state = new SubscriptionState({ subjects: ALL }, undefined);
  const wide = [WIDE, { epoch: "0", offset: 0 }] as const;
  state.catchUp(new Map([[CHANNEL, { epoch: "e", offset: 10 }], wide]), new Map(), [], false, 1);
  const old = JSON.parse(placed("acme", 9)) as CloudEvent;
  const kinds = state.catchUp(new Map([wide]), new Map(), [old], true, 1).map(({ kind }) => kind);
  assert.ok(!kinds.includes("event"), kinds.join());
});

test("a replay for a subscription that joins a move is no news to a wide one", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, { [WIDE]: NONE }), placed("acme", 2), reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.subscribe({ subjects: ACME });
  harness.receive(1, subscribed("2", ACME, { [CHANNEL]: "e-2" }));
  harness.receive(2, resumedSources("1", { [WIDE]: TOO_WIDE }), placed("acme", 2), subscribed("1", ALL, { [WIDE]: NONE }));
  const after = { [CHANNEL]: "e-2", [WIDE]: NONE };
  assert.deepEqual(harness.sent().at(-1), { action: "subscribe", id: "2", subjects: [...ACME, ...ALL], after });
  harness.receive(2, resumedSources("2", { [WIDE]: TOO_WIDE, [CHANNEL]: { recovered: true, position: "e-2" } }));
  harness.receive(2, placed("acme", 1), placed("acme", 2));
  harness.receive(2, subscribed("2", [...ACME, ...ALL], { [WIDE]: NONE, [CHANNEL]: "e-2" }));
  assert.deepEqual(harness.delivered().filter((one) => !WIDE_GAP.test(one)), ["acme 2"]);
});

test("a replay of a channel that a wide subscription never had is no news to it", () => {
  const harness = new Harness();
  const wide = harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, { [WIDE]: NONE }), reconnect());
  harness.toNextTimer();
  harness.open(2);
  const progress = JSON.stringify({ [CHANNEL]: { epoch: "e", floor: 5, seen: "" } });
  const acme = harness.subscribe({ subjects: ACME, progress });
  harness.receive(2, resumedSources("1", { [WIDE]: TOO_WIDE }), subscribed("1", ALL, { [WIDE]: NONE }));
  harness.receive(2, resumedSources("2", { [WIDE]: TOO_WIDE, [CHANNEL]: { recovered: true, position: "e-7" } }));
  harness.receive(2, placed("acme", 6), placed("acme", 7), placed("acme", 8));
  harness.receive(2, subscribed("2", [...ACME, ...ALL], { [WIDE]: NONE, [CHANNEL]: "e-8" }));
  const deliveries = harness.take("deliver");
  const events = (of: SubscriptionState) =>
    deliveries.flatMap(({ subscription, delivery }) => (subscription === of && delivery.kind === "event" ? [delivery.event.id] : []));
  assert.deepEqual(events(acme), ["acme 6", "acme 7", "acme 8"]);
  assert.deepEqual(events(wide), ["acme 8"]);
});

test("a wide subscription delivers no event that another connection missed before a newer one", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ACME });
  harness.open(1);
  const progress = JSON.stringify({ [WIDE]: { epoch: "0000000000000000", floor: 0, seen: "" } });
  const wide = harness.subscribe({ subjects: ALL, progress });
  harness.receive(1, reconnect());
  harness.toNextTimer();
  harness.open(2);
  harness.receive(2, resumedSources("1", { [WIDE]: TOO_WIDE }), placed("acme", 2));
  harness.receive(1, subscribed("1", ACME, { [CHANNEL]: "e-2" }));
  harness.receive(1, resumedSources("2", { [WIDE]: TOO_WIDE, [CHANNEL]: { recovered: true, position: "e-2" } }));
  harness.receive(1, subscribed("2", [...ALL, ...ACME], { [WIDE]: NONE }), placed("acme", 3));
  harness.receive(2, placed("acme", 3), placed("globex", 1), subscribed("1", ALL, { [WIDE]: NONE }));
  harness.disconnect(1);
  const deliveries = harness.take("deliver").filter(({ subscription }) => subscription === wide);
  const events = deliveries.flatMap(({ delivery }) => (delivery.kind === "event" ? [delivery.event.id] : []));
  assert.deepEqual(events, ["acme 3", "globex 1"]);
});

test("a wide subscription delivers an event after a newer one of its subject on one connection", () => {
  const { harness } = Harness.live(ALL);
  harness.receive(1, placed("acme", 6), placed("acme", 5), placed("acme", 5), placed("acme", 6), placed("acme", 7));
  assert.deepEqual(harness.delivered(), ["acme 6", "acme 5", "acme 7"]);
});

test("a wide subscription drops an event older than one of its subject on an earlier connection", () => {
  const harness = new Harness();
  harness.subscribe({ subjects: ALL });
  harness.open(1);
  harness.receive(1, subscribed("1", ALL, { [WIDE]: NONE }), placed("acme", 6), placed("acme", 4), placed("acme", 7, "2"));
  assert.deepEqual(harness.delivered(), ["acme 6", "acme 4", "acme 7"]);
  harness.reconnect(2);
  harness.receive(2, resumedSources("1", { [WIDE]: TOO_WIDE }), placed("acme", 3, "2"));
  harness.receive(2, subscribed("1", ALL, { [WIDE]: NONE }), placed("acme", 5), placed("acme", 1, "3"));
  harness.receive(2, placed("acme", 9), placed("acme", 8));
  assert.deepEqual(harness.delivered().filter((one) => !WIDE_GAP.test(one)), ["acme 1", "acme 9", "acme 8"]);
});
