// The saves of one name in a store.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../src/machine/progress.js";
import type { Saved } from "../../src/progress-saver.js";
import { ProgressSavers } from "../../src/progress-savers.js";

/** A subscription with this progress. */
function subscription(floor?: number): Saved {
  const stored = floor === undefined ? {} : { a: { epoch: "e", floor, seen: "" } };
  return { progress: Progress.restore(JSON.stringify(stored)), deliver: () => {} };
}

/** A saver, and the floors that it saved. */
function saverOf(save: () => void | Promise<void> = () => {}) {
  const saved: number[] = [];
  const store = {
    load: () => null,
    save: (_: string, text: string) => {
      saved.push(JSON.parse(text).a?.floor);
      return save();
    },
  };
  const savers = new ProgressSavers(store);
  return { savers, saver: savers.get("orders"), saved };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("an empty progress does not replace the stored one", async () => {
  const { saver, saved } = saverOf();
  saver.add(subscription());
  saver.schedule();
  saver.flush();
  await settle();
  assert.deepEqual(saved, []);
});

test("after a close, the least progress of the others is saved", async () => {
  const { saver, saved } = saverOf();
  const [slow, fast] = [subscription(1), subscription(5)];
  for (const one of [slow, fast]) saver.add(one);
  saver.schedule();
  saver.delete(slow);
  await settle();
  saver.flush();
  await settle();
  assert.deepEqual(saved, [1, 5]);
});

test("a subscription continues after a closed one whose last save runs", async () => {
  let finish = () => {};
  const { saver, saved } = saverOf(() => new Promise<void>((resolve) => (finish = resolve)));
  const [one, next] = [subscription(1), subscription()];
  saver.add(one);
  saver.schedule();
  saver.delete(one);
  assert.deepEqual(saved, [1]);
  assert.equal(await saver.load(next), one.progress?.text());
  finish();
  await settle();
});

test("the late progress of a closed subscription does not replace that of a later one", async () => {
  const { savers, saver, saved } = saverOf();
  const [slow, fast] = [subscription(1), subscription(5)];
  saver.add(slow);
  saver.delete(slow);
  const other = savers.get("orders");
  assert.equal(await other.load(fast), undefined);
  other.add(fast);
  other.schedule();
  other.delete(fast);
  await settle();
  saver.schedule();
  saver.flush();
  await settle();
  assert.deepEqual(saved, [5, 5]);
});

test("the late progress of a closed subscription is saved if no other one has its name", async () => {
  const { saver, saved } = saverOf();
  const one = subscription(1);
  saver.add(one);
  saver.delete(one);
  saver.schedule();
  saver.flush();
  await settle();
  assert.deepEqual(saved, [1]);
});
