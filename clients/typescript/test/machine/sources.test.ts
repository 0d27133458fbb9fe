// The sources whose positions a subscription remembers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../src/machine/progress.js";
import type { CloudEvent } from "../../src/protocol/event.js";
import { NONE, order, pong, subscribed, unsubscribed } from "../server-events.js";
import { Harness } from "./harness.js";

const WIDE = "tablecast/orders/*";

/** `orders/<n>/*`, in a channel of its own. */
const subject = (n: number) => `orders/${n}/*`;
const source = (n: number) => `tablecast/orders/${n}`;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

function ends(count: number, offset: number): Record<string, string> {
  return Object.fromEntries(numbers(count).map((n) => [source(n), `e-${offset}`]));
}

function placed(channel: number, offset: number): string {
  const more = { id: `${channel} ${offset}`, source: source(channel), position: `e-${offset}` };
  return order(`orders/${channel}/1`, undefined, more);
}

/** The number of sources in the progress of the first subscription, and in that of its application. */
function known(harness: Harness, app: Progress): number[] {
  const [first, ...others] = harness.take("deliver");
  const own = [first!, ...others.filter(({ subscription }) => subscription === first!.subscription)];
  for (const { delivery } of own) app.add(delivery);
  return [first!.subscription.progress.last.length, app.last.length];
}

function live(subjects: string[], sources: Record<string, string>): Harness {
  const harness = new Harness();
  harness.subscribe({ subjects });
  harness.open(1);
  harness.receive(1, subscribed("1", subjects, sources));
  return harness;
}

/** Sends a ping, and returns its id. */
function ping(harness: Harness): string {
  harness.toNextTimer();
  return harness.sent().at(-1)!.id;
}

test("events of 1,000 channels that the server did not list leave no position", () => {
  const harness = live(["orders/*"], { [WIDE]: NONE });
  const app = new Progress();
  for (const n of numbers(1_000)) harness.receive(1, placed(n, 7));
  assert.equal(harness.effects.filter(({ type }) => type === "deliver").length, 1_002);
  assert.deepEqual(known(harness, app), [1, 1]);
  assert.equal(app.text(), JSON.stringify({ [WIDE]: { epoch: "0000000000000000", floor: 0, seen: "" } }));
});

test("a pong forgets the sources that it does not list, of 1,000", () => {
  const harness = live(numbers(1_000).map(subject), ends(1_000, 5));
  const app = new Progress();
  for (const n of numbers(1_000)) harness.receive(1, placed(n, 6));
  assert.deepEqual(known(harness, app), [1_000, 1_000]);
  harness.receive(1, pong(ping(harness), ends(10, 6)));
  assert.deepEqual(known(harness, app), [10, 10]);
  assert.equal(Object.keys(JSON.parse(app.text())).length, 10);
  harness.receive(1, pong(ping(harness), ends(10, 6)));
  assert.ok(harness.take("deliver").every(({ delivery }) => delivery.kind === "advance"));
  harness.receive(1, placed(10, 7), placed(9, 7));
  assert.deepEqual(known(harness, app), [10, 10]);
  harness.reconnect(2);
  const message = harness.sent().at(-1)!;
  assert.equal("after" in message && message.after?.[source(9)], "e-7");
});

test("a subscription forgets the sources of another one that closed", () => {
  const harness = live(["orders/*"], { [WIDE]: NONE });
  const other = harness.subscribe({ subjects: [subject(1)] });
  harness.receive(1, subscribed("2", [subject(1)], { [source(1)]: "e-5" }));
  harness.reconnect(2);
  harness.receive(2, subscribed("1", ["orders/*", subject(1)], { [WIDE]: NONE, [source(1)]: "e-5" }));
  const app = new Progress();
  assert.deepEqual(known(harness, app), [2, 2]);
  harness.unsubscribe(other);
  harness.receive(2, unsubscribed("2", [subject(1)]));
  harness.receive(2, pong(ping(harness), { [WIDE]: NONE }));
  assert.deepEqual(known(harness, app), [1, 1]);
});

test("a pong to an earlier ping does not forget the sources of a new subscription", () => {
  const harness = live([subject(1)], { [source(1)]: "e-5" });
  const id = ping(harness);
  harness.subscribe({ subjects: [subject(2)] });
  harness.receive(1, subscribed("3", [subject(2)], { [source(2)]: "e-5" }), pong(id, { [source(1)]: "e-5" }));
  harness.reconnect(2);
  const message = harness.sent().at(-1)!;
  assert.deepEqual("after" in message && message.after, { [source(1)]: "e-5", [source(2)]: "e-5" });
});

test("a subscription remembers positions in a source that a pong lists first", () => {
  const harness = live([subject(1)], { [source(1)]: "e-5" });
  harness.receive(1, pong(ping(harness), { [source(1)]: "e-5", "tablecast/orders": "f-3", "tablecast/orders/1/*": NONE }));
  const more = { id: "new", source: "tablecast/orders", position: "f-4" };
  harness.receive(1, order("orders/1/1", undefined, more));
  harness.reconnect(2);
  const message = harness.sent().at(-1)!;
  const after = { [source(1)]: "e-5", "tablecast/orders/1/*": NONE, "tablecast/orders": "f-4" };
  assert.deepEqual("after" in message && message.after, after);
});

test("a message names at most 400 sources, those with a log first", () => {
  const sources = { [WIDE]: NONE, ...ends(400, 5) };
  const harness = live(["orders/*", ...numbers(400).map(subject)], sources);
  harness.reconnect(2);
  const message = harness.sent().at(-1)!;
  assert.deepEqual("after" in message && message.after, ends(400, 5));
});

test("1,000 sources remember 20,000 offsets together, and forget the oldest", () => {
  const progress = new Progress();
  progress.add({ kind: "sources", sources: new Set(numbers(1_000).map(source)) });
  const event = (n: number) => JSON.parse(placed(n % 1_000, 2 * Math.floor(n / 1_000) + 1)) as CloudEvent;
  for (const n of numbers(30_000)) progress.add({ kind: "event", event: event(n) });
  const stored = Object.values<{ seen: string }>(JSON.parse(progress.text()));
  assert.equal(stored.flatMap(({ seen }) => seen.split(",")).length, 20_000);
  assert.ok([...numbers(30_000)].every((n) => progress.has(event(n))));
  assert.equal(Progress.restore(progress.text()).text(), progress.text());
});

test("a stored range of a trillion offsets fills no memory", () => {
  const stored = { epoch: "e", floor: 0, seen: "1-1000000000000" };
  const progress = Progress.restore(JSON.stringify({ [source(1)]: stored, [source(2)]: stored }));
  assert.deepEqual(JSON.parse(progress.text()), { [source(1)]: { ...stored, seen: "1-20000" }, [source(2)]: { ...stored, seen: "" } });
});

test("a source without an empty log has no position before its first event", () => {
  const harness = live([subject(1)], { [source(1)]: "e-5" });
  harness.receive(1, pong(ping(harness), { [source(1)]: "e-5", "tablecast/orders": "f-3" }));
  harness.reconnect(2);
  const message = harness.sent().at(-1)!;
  assert.deepEqual("after" in message && message.after, { [source(1)]: "e-5" });
});

test("an event of a source that the last pong did not list leaves no position", () => {
  const own = { "tablecast/orders/1/2": "e-5" };
  const [one, another] = [{ ...own, "tablecast/orders": "f-3" }, { ...own, "tablecast/orders/1": "f-3" }];
  for (const [second, more] of [[own, {}], [another, { "tablecast/orders/1": "f-4" }]]) {
    const harness = live(["orders/1/2/*"], own);
    for (const listed of [one, second!]) harness.receive(1, pong(ping(harness), listed));
    for (const name of ["tablecast/orders", "tablecast/orders/1"]) {
      harness.receive(1, order("orders/1/2/3", undefined, { id: name, source: name, position: "f-4" }));
    }
    harness.reconnect(2);
    const message = harness.sent().at(-1)!;
    assert.deepEqual("after" in message && message.after, { ...own, ...more });
  }
});

test("a wide subscription takes no source of another one from a pong", () => {
  const harness = live(["orders/*"], { [WIDE]: NONE });
  harness.subscribe({ subjects: [subject(1)] });
  harness.receive(1, subscribed("2", [subject(1)], { [source(1)]: "e-5" }));
  harness.receive(1, pong(ping(harness), { [WIDE]: NONE, [source(1)]: "e-5" }), placed(1, 6));
  assert.deepEqual(known(harness, new Progress())[0], 1);
});
