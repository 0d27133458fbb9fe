// The progress of a subscription: what a store keeps, and what several subscriptions have in common.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidEvent, Refused } from "../../src/errors.js";
import { leastProgress } from "../../src/machine/least-progress.js";
import { inLogOrder } from "../../src/machine/log-order.js";
import { NewestEvents } from "../../src/machine/newest-events.js";
import { formatRanges, parseRanges } from "../../src/machine/offset-ranges.js";
import { Progress } from "../../src/machine/progress.js";
import { SourceProgress } from "../../src/machine/source-progress.js";
import type { CloudEvent } from "../../src/protocol/event.js";
import { order, SOURCE } from "../server-events.js";

const placed = (offset: number | undefined, more: object = {}) => JSON.parse(order("orders/1", offset, more)) as CloudEvent;

/** A progress with one or more sources. */
function progress(sources: Record<string, object>): Progress {
  return Progress.restore(JSON.stringify(sources));
}

const at = (floor: number, seen = "", epoch = "e") => ({ epoch, floor, seen });

/** What all of them have in common. */
function least(...all: Record<string, object>[]): unknown {
  return JSON.parse(leastProgress(all.map(progress)).text());
}

test("ranges are sorted, and have each offset once", () => {
  assert.equal(formatRanges([12, 3, 5, 4, 9, 20, 21]), "3-5,9,12,20-21");
  assert.deepEqual([...parseRanges("3-5,9,12,20-21", 100)], [3, 4, 5, 9, 12, 20, 21]);
  assert.deepEqual([...parseRanges("3-5,9", 2)], [3, 4]);
});

test("a stored text that is broken in any place has no progress", () => {
  const broken = [
    "", "no JSON", "null", "1", '{"a":null}', '{"a":{}}',
    ...[{ epoch: 1 }, { floor: "1" }, { floor: 1.5 }, { seen: 3 }].map((part) => JSON.stringify({ a: { ...at(1), ...part } })),
    JSON.stringify({ a: at(1), b: { ...at(1), seen: undefined } }),
  ];
  for (const text of broken) assert.equal(Progress.restore(text).text(), "{}", text);
  const stored = { a: at(3, "5-6,9"), b: at(0, "", "f") };
  assert.deepEqual(JSON.parse(progress(stored).text()), stored);
});

test("several subscriptions have the events in common that each has delivered", () => {
  assert.deepEqual(least({ a: at(3, "5-7,9") }, { a: at(4, "6,9-10") }), { a: at(3, "6,9") });
  assert.deepEqual(least({ a: at(9) }, { a: at(3, "5") }), { a: at(3, "5") });
  assert.deepEqual(least({ a: at(7, "9-10") }, { a: at(0, "8,10,2") }), { a: at(0, "2,10") });
  assert.deepEqual(least({ a: at(1) }), { a: at(1) });
  assert.deepEqual(least(), {});
});

test("of two epochs, the earlier one is in common", () => {
  const [earlier, later] = [{ a: at(9, "", "e") }, { a: at(3, "", "f") }];
  assert.deepEqual([least(earlier, later), least(later, earlier)], [earlier, earlier]);
});

test("only sources of all subscriptions that have some are in common", () => {
  assert.deepEqual(least({ a: at(1), b: at(1) }, { a: at(2), c: at(1) }), { a: at(1) });
  assert.deepEqual(least({ a: at(2), b: at(1) }, {}, { a: at(1) }), { a: at(1) });
  assert.ok(progress({}).isEmpty && !progress({ a: at(1) }).isEmpty);
});

test("an event that does not match its schema counts as delivered, a refusal does not", () => {
  const one = progress({ [SOURCE]: at(10) });
  one.add({ kind: "error", error: new InvalidEvent(placed(12), "no total") });
  one.add({ kind: "error", error: new Refused("orders/*", "not-granted") });
  assert.deepEqual(JSON.parse(one.text()), { [SOURCE]: at(10, "12") });
});

test("an advance forgets the offsets up to it, and keeps later ones", () => {
  const one = SourceProgress.restore(at(10, "12,14,16"), 10);
  one.advanceTo(14);
  assert.deepEqual(one.store(), at(14, "16"));
  one.advanceTo(11);
  assert.deepEqual([one.store(), one.last.offset], [at(14, "16"), 16]);
});

test("a log end between the floor and the last event can settle the events between", () => {
  const one = SourceProgress.restore(at(10, "12"), 10);
  const can = (offset: number, epoch = "e") => one.canAdvanceTo({ epoch, offset });
  assert.deepEqual([can(10), can(11), can(13)], [false, true, true]);
  assert.deepEqual([can(20, "d"), can(1, "f"), can(0, "f")], [false, true, false]);
});

test("a forgotten offset raises the floor once", () => {
  const one = SourceProgress.restore(at(10, "12,14"), 10);
  one.forget(13);
  assert.deepEqual(one.store(), at(10, "12,14"));
  one.forget(12);
  assert.deepEqual(one.store(), at(12, "14"));
  const advanced = SourceProgress.restore(at(20, "30"), 10);
  advanced.add(15);
  advanced.forget(15);
  assert.deepEqual(advanced.store(), at(20, "30"));
});

test("20,000 subjects have a newest position, which events without a position keep", () => {
  const newest = new NewestEvents();
  const event = (n: number, offset: number | undefined) => placed(offset, { subject: `orders/${n}` });
  for (let n = 0; n <= 20_000; n++) newest.add(event(n, 3), 1);
  assert.deepEqual([20_000, 1, 0].map((n) => newest.add(event(n, 2), 2)), [true, true, false]);
  assert.deepEqual([undefined, 2, 4].map((offset) => newest.add(event(1, offset), 2)), [false, true, false]);
  assert.deepEqual([3, 4].map((offset) => newest.add(event(1, offset), 3)), [true, false]);
});

test("events without a position keep their order, before the others of their source", () => {
  const events = [placed(12), placed(undefined, { id: "a" }), placed(11, { id: "11" }), placed(undefined, { id: "b" })];
  assert.deepEqual(inLogOrder(events).map(({ id }) => id), ["a", "b", "11", "orders/1 12"]);
});
