// What must be seen: the example as it is shipped, writes in a loop, and the server killed in the middle.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Local, skip } from "./local.js";
import { Order } from "./orders.js";

const CHANGES = 200;
const DEATHS = 2;
const example = fileURLToPath(new URL("../../example/orders.mjs", import.meta.url));

/** Again, while the server is away: what was written all the same is no change then. */
async function write(order: Order, local: Local): Promise<void> {
  while (order.written.length < CHANGES) {
    await order.write(local.dynamodb).catch(() => {});
    await pause(10);
  }
}

async function until(condition: () => boolean, meanwhile: () => Promise<void> = () => pause(10)): Promise<void> {
  while (!condition()) await meanwhile();
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

/** As the example prints it. */
function line(change: string): string {
  if (change === "PLACED") return "1.5";
  return change.startsWith("CANCELLED") ? "order.cancelled.v1" : "order.status-changed.v1";
}

test("the server is killed while three write: the list of the example is the history of the table", { skip, timeout: 60_000 }, async (context) => {
  const local = await Local.start();
  context.after(() => local.end());
  const env = { ...process.env, URL: local.url, TOKEN: await local.token() };
  const child = spawn(process.execPath, [example], { env, stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => child.kill());
  const told: [subject: string, what: string][] = [];
  createInterface({ input: child.stdout }).on("line", (text) => told.push(text.split(" ") as [string, string]));
  let early = 0;
  await until(() => told.length > 0, () => new Order("acme", `early-${early++}`).write(local.dynamodb).then(() => pause(20)));
  const orders = ["a", "b", "c"].map((id) => new Order("acme", id));
  const writing = orders.map((order) => write(order, local));
  for (let death = 1; death <= DEATHS; death++) {
    const before = told.length;
    await until(() => told.length > before + 30);
    await local.kill();
    await local.go();
  }
  assert.ok(orders.every(({ written }) => written.length < CHANGES), "it was killed in the middle");
  await Promise.all(writing);
  await new Order("acme", "last").write(local.dynamodb);
  await until(() => told.some(([subject]) => subject.endsWith("/last")));
  for (const { subject, written } of orders) {
    assert.deepEqual(told.filter(([one]) => one === subject).map(([, what]) => what), written.map(line), subject);
  }
});
