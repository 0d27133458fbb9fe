// The changes of one event in the items of a collection.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidEvent } from "../../src/errors.js";
import { updateOf } from "../../src/machine/item-update.js";
import { type Item, Items, type Snapshot } from "../../src/machine/items.js";
import { removedType } from "../../src/protocol/event-type.js";
import { parsePosition } from "../../src/protocol/position.js";
import type { CloudEvent } from "../../src/protocol/event.js";

const SOURCE = "tablecast/orders";
const READ_AT = "2026-11-23T09:00:10.000Z";

function event(members: Partial<CloudEvent>): CloudEvent {
  return { specversion: "1.0", id: "1", source: SOURCE, type: "order.v1", subject: "orders/1", data: "new", ...members };
}

/** The end of the log in the page of an item. */
function ends(position: string): Pick<Snapshot, "ends"> {
  return { ends: new Map([[SOURCE, parsePosition(position)!]]) };
}

/** Applies an event to an item. Returns its data, and whether it changed. */
function apply(item: Item | undefined, members: Partial<CloudEvent>, first = "a-0"): [unknown, boolean] {
  const items = new Items(new Map(item ? [["orders/1", item]] : []), ends(first).ends);
  const update = updateOf({ kind: "event", event: event(members) }, "order.v1")!;
  const isChanged = items.apply(update);
  return [items.all.get("orders/1")?.data, isChanged];
}

test("the type of a removed event has `removed` before its version", () => {
  assert.equal(removedType("order.v1"), "order.removed.v1");
  assert.equal(removedType("a.b-c.v12"), "a.b-c.removed.v12");
});

test("an event up to the end of the page of its item is no change", () => {
  const item = { data: "paid", snapshot: ends("a-5") };
  assert.deepEqual(apply(item, { position: "a-4" }, "a-1"), ["paid", false]);
  assert.deepEqual(apply(item, { position: "a-5" }, "a-1"), ["paid", false]);
  assert.deepEqual(apply(item, { position: "a-6" }, "a-9"), ["new", true]);
});

test("an event of an earlier epoch is no change, and one of a later epoch is", () => {
  const item = { data: "paid", snapshot: ends("b-5") };
  assert.deepEqual(apply(item, { position: "a-9" }), ["paid", false]);
  assert.deepEqual(apply(item, { position: "c-1" }), ["new", true]);
  assert.deepEqual(apply({ data: "paid", snapshot: ends("b-0") }, { position: "a-1" }), ["new", true]);
});

test("without an item, the end of the first page counts", () => {
  assert.deepEqual(apply(undefined, { position: "a-3" }, "a-3"), [undefined, false]);
  assert.deepEqual(apply(undefined, { position: "a-4" }, "a-3"), ["new", true]);
});

test("an event without a position, or of another source, is a change", () => {
  const item = { data: "paid", snapshot: ends("a-5") };
  assert.deepEqual(apply(item, {}), ["new", true]);
  assert.deepEqual(apply(item, { position: "a-1", source: "tablecast/others" }), ["new", true]);
});

test("a lesser version is no change, unless the event is newer than the snapshot by more than 5 s", () => {
  const item = { data: "paid", snapshot: { ...ends("a-0"), version: "0007", time: READ_AT } };
  const at = (time: string | undefined) => apply(item, { version: "0006", ...(time !== undefined && { time }) });
  assert.deepEqual(at("2026-11-23T09:00:05.000Z"), ["paid", false]);
  assert.deepEqual(at("2026-11-23T09:00:15.000Z"), ["paid", false]);
  assert.deepEqual(at("2026-11-23T09:00:15.001Z"), ["new", true]);
  assert.deepEqual(at(undefined), ["paid", false]);
});

test("an equal or a greater version, or none, is a change", () => {
  const item = { data: "paid", snapshot: { ...ends("a-0"), version: "0007", time: READ_AT } };
  for (const version of ["0007", "0008"]) assert.deepEqual(apply(item, { version, time: READ_AT }), ["new", true]);
  assert.deepEqual(apply(item, { time: READ_AT }), ["new", true]);
  assert.deepEqual(apply({ data: "paid", snapshot: ends("a-0") }, { version: "0001" }), ["new", true]);
});

test("a removal with a lesser version is no change", () => {
  const item = { data: "paid", snapshot: { ...ends("a-0"), version: "0007", time: READ_AT } };
  const removed = { type: "order.removed.v1", time: READ_AT };
  assert.deepEqual(apply(item, { ...removed, version: "0006" }), ["paid", false]);
  assert.deepEqual(apply(item, { ...removed, version: "0007" }), [undefined, true]);
  assert.deepEqual(apply(undefined, removed), [undefined, false]);
});

test("after an event, versions and ends of the snapshot do not count any more", () => {
  const items = new Items(new Map([["orders/1", { data: "paid", snapshot: { ...ends("a-5"), version: "0007" } }]]));
  const run = (members: Partial<CloudEvent>) => items.apply(updateOf({ kind: "event", event: event(members) }, "order.v1")!);
  assert.ok(!run({ position: "a-6", version: "0007", data: "paid" }));
  assert.ok(run({ position: "a-7", version: "0001", data: "restarted" }));
  assert.equal(items.all.get("orders/1")?.data, "restarted");
});

test("equal data stays the same object", () => {
  const [one, two] = [{ total: 1 }, { total: 2 }];
  const older = new Items(new Map([["1", { data: one }], ["2", { data: two }], ["4", { missing: "invalid" }]]));
  const newer = new Items(new Map<string, Item>([["1", { data: { total: 1 } }], ["2", { data: { total: 3 } }], ["3", { data: 1 }]]));
  assert.deepEqual(newer.follow(older), ["2", "4", "3"]);
  assert.equal(newer.all.get("1")?.data, one);
});

test("late events are no update, also invalid ones", () => {
  const late = event({ late: true });
  assert.equal(updateOf({ kind: "late", event: late }, "order.v1"), undefined);
  assert.equal(updateOf({ kind: "error", error: new InvalidEvent(late, "no total") }, "order.v1"), undefined);
});

test("an item that is too large or invalid is missing", () => {
  const tooLarge = event({ type: "tablecast.event-too-large.v1", data: { type: "order.v1" } });
  assert.deepEqual(updateOf({ kind: "event", event: tooLarge }, "order.v1")?.item, { missing: "too-large" });
  const error = new InvalidEvent(event({}), "no total");
  assert.deepEqual(updateOf({ kind: "error", error }, "order.v1")?.item, { missing: "invalid" });
  const removed = new InvalidEvent(event({ type: "order.removed.v1" }), "no id");
  assert.equal(updateOf({ kind: "error", error: removed }, "order.v1")?.item, undefined);
  assert.equal(updateOf({ kind: "error", error: new Error("other") }, "order.v1"), undefined);
});

test("another reason why an item is missing is a change", () => {
  const items = (missing: string) => new Items(new Map([["1", { missing }]]));
  assert.deepEqual(items("invalid").follow(items("too-large")), ["1"]);
  assert.deepEqual(items("invalid").follow(items("invalid")), []);
});
