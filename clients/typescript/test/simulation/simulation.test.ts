// `RUNS=5000 npm test` runs more simulations, and prints how often each step ran.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seededRandom } from "../random.js";
import { Simulation } from "./simulation.js";

const RUNS = Number(process.env["RUNS"] ?? 300);
const FAULTS = [
  "cut", "refused", "reload", "failed send", "dispatched twice", "reconnect requested", "pause", "unavailable",
  "expired", "explained",
];

function assertDeliveredOnce({ client, server }: Simulation): void {
  for (const app of client.apps) {
    const ids = new Set(app.received.flat().map(({ id }) => id));
    assert.deepEqual(app.expected(server.events).filter((id) => !ids.has(id)), [], "lost");
    assert.ok(app.isInOrder, "in order");
    const gaps = app.isWide ? /too-wide|position-unknown|epoch-changed/ : /epoch-changed/;
    for (const error of app.errors) assert.match(error, gaps);
  }
}

test("delivers each event once and in order or reports a gap, whatever fails", () => {
  let continued = 0;
  const counts = new Map<string, number>();
  const choices = fc.array(fc.nat(1_000_000), { minLength: 50, maxLength: 1500, size: "max" });
  fc.assert(
    fc.property(choices, fc.nat(), (choices, seed) => {
      const simulation = new Simulation(seededRandom(seed));
      for (const choice of choices) simulation.step(choice);
      simulation.finish();
      for (const [name, count] of simulation.counts) counts.set(name, (counts.get(name) ?? 0) + count);
      assertDeliveredOnce(simulation);
      continued += simulation.server.continued;
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  if (process.env["RUNS"]) console.log(counts, { continued });
  assert.ok(continued > 0, "a log continued in another epoch");
  for (const fault of FAULTS) assert.ok((counts.get(fault) ?? 0) > RUNS / 10, `${fault}: ${counts.get(fault)}`);
});
