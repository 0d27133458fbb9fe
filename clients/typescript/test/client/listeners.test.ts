// Functions of the application that receive the same values.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Listeners } from "../../src/listeners.js";

test("a listener that adds itself again is called once for each change", () => {
  const listeners = new Listeners<[string]>();
  const calls: string[] = [];
  const once = () => {
    const remove = listeners.add((value) => {
      remove();
      // An end for a client that would go on.
      if (calls.push(value) < 100) once();
    });
  };
  once();
  for (const value of ["first", "second"]) listeners.call(value);
  assert.deepEqual(calls, ["first", "second"]);
});

test("a listener that another one removes is not called any more", () => {
  const listeners = new Listeners<[]>();
  const calls: string[] = [];
  listeners.add(() => {
    calls.push("first");
    remove();
  });
  const remove = listeners.add(() => calls.push("second"));
  listeners.call();
  assert.deepEqual([calls, listeners.size], [["first"], 1]);
});
