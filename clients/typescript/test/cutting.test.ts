// The client, cut again and again at each step of the protocol, while several write: CUTS says how often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Application, type Setting } from "./application.js";
import { Cuts } from "./cuts.js";
import { Order } from "./orders.js";
import { type Place, place, skip } from "./place.js";

const CUTS = Number(process.env["CUTS"] ?? 300);
const SEED = Number(process.env["SEED"] ?? Date.now() % 100_000);
/** Of so many cuts, each kind is there several times. */
const ALL_KINDS = 200;
/** Between two changes of an order (ms), on average. */
const PAUSE = 150;

/** Numbers that look random, from a seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function orders(tenants: string[]): Order[] {
  const run = Date.now().toString(36);
  return tenants.flatMap((tenant) => ["a", "b"].map((one) => new Order(tenant, `${run}-${one}`)));
}

/** Each client in its way. */
function applications(place: Place, cuts: Cuts, orders: Order[], random: () => number): Promise<Application[]> {
  const all = place.tenants.map((tenant) => `orders/${tenant}/*`);
  const [one, other] = orders.map((order) => order.subject) as [string, string];
  const start = (more: { name: string } & Partial<Setting>) => Application.start({ place, cuts, random, orders, wanted: [{ subjects: all }], ...more });
  return Promise.all([
    start({ name: "of all" }),
    start({ name: "which is loaded anew", reloads: true }),
    start({ name: "of single events", single: true, wanted: [{ subjects: [one] }] }),
    start({ name: "of one type", wanted: [{ subjects: all, types: ["order.cancelled.v1"] }] }),
    start({ name: "with subscriptions that overlap", wanted: [{ subjects: all }, { subjects: [one, other] }] }),
  ]);
}

async function write(order: Order, place: Place, isOver: () => boolean, random: () => number): Promise<void> {
  while (!isOver()) {
    await order.write(place.dynamodb);
    await new Promise((resolve) => setTimeout(resolve, random() * 2 * PAUSE));
  }
}

function kinds(fired: Map<string, number>): string {
  return [...fired].sort().map(([name, count]) => `${name}: ${count}`).join("\n");
}

test("cut at any step, while several write, a client loses nothing, repeats nothing, and keeps the order", { skip, timeout: 3_600_000 }, async (context) => {
  const random = numbers(SEED);
  const at = await place();
  context.after(() => at.end());
  const cuts = new Cuts(CUTS, random);
  const written = orders(at.tenants);
  const clients = await applications(at, cuts, written, random);
  context.after(() => clients.forEach((client) => client.end()));
  const began = Date.now();
  cuts.begin();
  await Promise.all(written.map((order) => write(order, at, () => cuts.count >= CUTS, random)));
  for (const client of clients) await client.hasAll();
  const changes = written.reduce((sum, order) => sum + order.written.length, 0);
  const told = clients.reduce((sum, client) => sum + client.count, 0);
  console.log(`${cuts.count} cuts, ${changes} changes, ${told} told, ${Math.round((Date.now() - began) / 1000)} s (SEED=${SEED})`);
  if (process.env["CUTS"]) console.log(kinds(cuts.fired));
  for (const client of clients) client.assertExact();
  assert.ok(cuts.count >= CUTS && changes > CUTS && told > changes);
  assertAllKindsFired(cuts);
});

function assertAllKindsFired({ fired, count }: Cuts): void {
  const names = [...fired.keys()];
  const steps = ["request", "response", "subscribe", "resumed", "told again", "subscribed", "event", "ping", "pong"];
  const parts = [...steps, "connection", "some time", "before", "within", "after"];
  const moves = ["moving: this", "moving: other", "moving: both"];
  const expected = count < ALL_KINDS ? ["before", "within", "after"] : [...parts, "silence", ...moves];
  for (const part of expected) assert.ok(names.some((name) => name.includes(part)), `${part}:\n${kinds(fired)}`);
}
