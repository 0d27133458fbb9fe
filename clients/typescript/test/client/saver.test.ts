// The saves of one name in a store.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../src/machine/progress.js";
import { ProgressSaver, type Saved } from "../../src/progress-saver.js";

/** A subscription with this progress. */
function subscription(floor?: number): Saved {
  const stored = floor === undefined ? {} : { a: { epoch: "e", floor, seen: "" } };
  return { progress: Progress.restore(JSON.stringify(stored)), deliver: () => {} };
}

/** A saver, the floors that it saved, and how often its name was unused. */
function saverOf(save: () => void | Promise<void> = () => {}) {
  const [saved, unused]: [number[], string[]] = [[], []];
  const store = {
    load: () => null,
    save: (_: string, text: string) => {
      saved.push(JSON.parse(text).a?.floor);
      return save();
    },
  };
  return { saver: new ProgressSaver(store, "orders", () => unused.push("unused")), saved, unused };
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

test("a name is in use while its last save runs", async () => {
  let finish = () => {};
  const { saver, saved, unused } = saverOf(() => new Promise<void>((resolve) => (finish = resolve)));
  const one = subscription(1);
  saver.add(one);
  saver.schedule();
  saver.delete(one);
  await settle();
  assert.deepEqual([saved, unused], [[1], []]);
  finish();
  await settle();
  assert.deepEqual(unused, ["unused"]);
});
