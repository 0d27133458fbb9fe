import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expected, isInOrder, Simulation } from "./simulation.js";

const RUNS = Number(process.env["RUNS"] ?? 300);

/** Numbers that look random, from a seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("whatever is cut, repeated, reloaded or overtaken: nothing is missing, nothing comes twice, all is in order", () => {
  const fired = new Map<string, number>();
  const choices = fc.array(fc.nat(1_000_000), { minLength: 50, maxLength: 1500, size: "max" });
  fc.assert(
    fc.property(choices, fc.nat(), (choices, seed) => {
      const simulation = new Simulation(random(seed));
      for (const choice of choices) simulation.step(choice);
      simulation.finish();
      for (const [name, count] of simulation.fired) fired.set(name, (fired.get(name) ?? 0) + count);
      for (const application of simulation.applications) {
        const told = application.told.map(({ offset }) => offset).sort((one, other) => one - other);
        assert.deepEqual(told, expected(simulation, application));
        assert.ok(isInOrder(application.told), "in order");
        assert.deepEqual(application.problems, []);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  if (process.env["RUNS"]) console.log(fired);
  for (const fault of ["cut", "refused", "reload", "failed push", "dispatched twice", "asked to move", "full", "trouble"]) {
    assert.ok((fired.get(fault) ?? 0) > RUNS / 10, `${fault}: ${fired.get(fault)}`);
  }
});
