// Cuts clients in each language at each step of the protocol while orders change. CUTS sets how often, and SEED repeats a plan.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Order } from "../local/order.js";
import { seededRandom } from "../random.js";
import { pause } from "../wait.js";
import { App, type AppConfig } from "./app.js";
import { CutPlan } from "./cut-plan.js";
import { type Language, languages } from "./languages.js";
import { skip, startTarget, type Target } from "./target.js";

const CUTS = Number(process.env["CUTS"] ?? 300);
const SEED = Number(process.env["SEED"] ?? Date.now() % 100_000);
/** So many cuts contain every kind several times. */
const ALL_KINDS = 200;
/** The average time between two changes of an order (ms). */
const PAUSE = 150;

function createOrders(tenants: string[]): Order[] {
  const run = Date.now().toString(36);
  return tenants.flatMap((tenant) => ["a", "b"].map((suffix) => new Order(tenant, `${run}-${suffix}`)));
}

function startApps(target: Target, plan: CutPlan, orders: Order[], random: () => number): Promise<App[]> {
  const all = target.tenants.map((tenant) => `orders/${tenant}/*`);
  const [first, second] = orders.map(({ subject }) => subject) as [string, string];
  type Kind = { name: string } & Partial<AppConfig>;
  const ofEachLanguage: Kind[] = [
    { name: "with reloads", reloads: true },
    { name: "with overlapping subscriptions", filters: [{ subjects: all }, { subjects: [first, second] }] },
  ];
  const ofTheFirst: Kind[] = [
    { name: "with every order" },
    { name: "with single events", isSingle: true, filters: [{ subjects: [first] }] },
    { name: "with one type", filters: [{ subjects: all, types: ["order.cancelled.v1"] }] },
  ];
  const start = (language: Language, kind: Kind) =>
    App.start({ language, target, plan, random, orders, filters: [{ subjects: all }], ...kind });
  const [typescript, ...others] = languages() as [Language, ...Language[]];
  const more = others.flatMap((language) => ofEachLanguage.map((kind) => start(language, kind)));
  return Promise.all([...ofEachLanguage, ...ofTheFirst].map((kind) => start(typescript, kind)).concat(more));
}

async function keepWriting(order: Order, target: Target, plan: CutPlan, random: () => number): Promise<void> {
  while (plan.total < CUTS) {
    await order.write(target.dynamodb);
    await pause(random() * 2 * PAUSE);
  }
}

test("delivers each event once and in order, cut at any step", { skip, timeout: 3_600_000 }, async (context) => {
  const random = seededRandom(SEED);
  const target = await startTarget();
  context.after(() => target.end());
  const plan = new CutPlan(CUTS, random);
  const orders = createOrders(target.tenants);
  const apps = await startApps(target, plan, orders, random);
  context.after(() => apps.forEach((app) => app.end()));
  const startedAt = Date.now();
  plan.start();
  await Promise.all(orders.map((order) => keepWriting(order, target, plan, random)));
  await Promise.all(apps.map((app) => app.waitForAll()));
  const changes = orders.reduce((sum, { written }) => sum + written.length, 0);
  const events = apps.reduce((sum, { count }) => sum + count, 0);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(`${plan.total} cuts, ${changes} changes, ${events} events, ${seconds} s (SEED=${SEED})`);
  if (process.env["CUTS"]) console.log(plan.report());
  for (const app of apps) app.assertExact();
  assert.ok(plan.total >= CUTS && changes > CUTS && events > changes);
  assertAllKinds(plan);
});

function assertAllKinds(plan: CutPlan): void {
  const kinds = [...plan.counts.keys()];
  const steps = ["request", "response", "subscribe", "resumed", "replayed", "subscribed", "event", "ping", "pong"];
  const moves = ["moving: this", "moving: other", "moving: both"];
  const modes = ["before", "within", "after"];
  const expected = plan.total < ALL_KINDS ? modes : [...steps, ...modes, ...moves, "connection", "any time", "silence"];
  const missing = expected.filter((part) => !kinds.some((kind) => kind.includes(part)));
  assert.deepEqual(missing, [], plan.report());
}
