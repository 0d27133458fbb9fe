// `RUNS=5000 npm test` runs more simulations, and prints how often each step ran.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seededRandom } from "../random.js";
import { CollectionSimulation } from "./collection-simulation.js";

const RUNS = Number(process.env["RUNS"] ?? 150);
const FAULTS = [
  "cut", "refused", "reload", "failed send", "dispatched twice", "reconnect requested", "unavailable", "expired",
  "state fault",
];
const KINDS = {
  none: "without versions",
  growing: "with versions, and items do not step back",
  restarting: "with versions that begin again",
} as const;

for (const [versions, name] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
  const faults = versions === "restarting" ? FAULTS : [...FAULTS, "dead letter", "redrive"];
  test(`collections equal the table once writes stop, whatever fails: ${name}`, () => {
    const counts = new Map<string, number>();
    const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
    const choices = fc.array(fc.nat(1_000_000), { minLength: 50, maxLength: 1500, size: "max" });
    fc.assert(
      fc.property(choices, fc.nat(), (choices, seed) => {
        const simulation = new CollectionSimulation(versions, seededRandom(seed));
        for (const choice of choices) simulation.step(choice);
        simulation.finish();
        for (const [name, count] of simulation.counts) add(name, count);
        for (const [name, count] of simulation.server.stateFaults) add(name, count);
        for (const { replaced, stale } of simulation.client.collections) add("replaced", replaced), add("stale", stale);
        for (const collection of simulation.client.collections) collection.assertEqualToTable();
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    if (process.env["RUNS"]) console.log(counts);
    for (const fault of faults) assert.ok((counts.get(fault) ?? 0) > RUNS / 10, `${fault}: ${counts.get(fault)}`);
    assert.ok((counts.get("stale") ?? 0) > RUNS / 10, `stale: ${counts.get("stale")}`);
  });
}
